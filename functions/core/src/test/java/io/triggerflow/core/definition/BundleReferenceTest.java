package io.triggerflow.core.definition;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class BundleReferenceTest {
    private static final Path PAGE = Path.of("BUNDLE.md");

    @Test
    void thePageIsWhatTheSchemaSays() throws IOException {
        String page;
        try (InputStream in = BundleReferenceTest.class.getResourceAsStream("/io/triggerflow/bundle.schema.json")) {
            page = BundleReference.of(new ObjectMapper().readTree(in));
        }
        if (Boolean.getBoolean("bundle.write")) {
            Files.writeString(PAGE, page);
        }
        String kept = Files.exists(PAGE) ? Files.readString(PAGE) : "";
        assertEquals(
                page,
                kept,
                "functions/core/BUNDLE.md is not what the schema says; make it anew: mvn -pl functions/core test -Dtest=BundleReferenceTest -Dbundle.write=true");
    }
}

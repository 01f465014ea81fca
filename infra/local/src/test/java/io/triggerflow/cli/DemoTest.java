package io.triggerflow.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The demo, end to end: the real template, the real functions, the local runtime in this process. */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
final class DemoTest {
    @TempDir
    private Path dir;

    /** The functions' zip is packed by a module that comes before this one in a full build; a build of this module alone has none. */
    @BeforeEach
    void functionsAreBuilt() {
        assumeTrue(
                Files.isRegularFile(Runtimes.home().resolve("functions/target/functions.zip")),
                "functions.zip is not built");
    }

    @Test
    void countsWordsAndTellsTheCost() throws IOException {
        Files.writeString(dir.resolve("a.txt"), "the quick brown fox\nthe end\n");
        Files.writeString(dir.resolve("b.txt"), "the dog");
        Files.write(dir.resolve("c.txt"), new byte[] {'a', 0, (byte) 0xff});
        Ran ran = Ran.of("demo", dir.toString(), "--json");
        assertEquals(0, ran.status(), ran.toString());
        JsonNode output = ran.json().path("run").path("output");
        assertEquals(2, output.path("files").asInt());
        assertEquals(8, output.path("words").asInt());
        assertEquals(3, output.path("top").path("the").asInt());
        assertEquals(1, output.path("unreadable").size());
        assertTrue(ran.json().path("cost").path("dollars").asDouble() > 0);
        assertTrue(ran.json().path("cost").path("stepFunctionsDollars").asDouble() > 0);
        assertTrue(ran.json().path("usage").path("writeUnits").asDouble() > 0);
        assertEquals(
                1, ran.json().path("metrics").path("RunsStarted").path("sum").asInt(), ran.out());
        assertEquals("", ran.err());
    }

    @Test
    void anEmptyDirectoryHasAnOutcome() {
        Ran ran = Ran.of("demo", dir.toString());
        assertEquals(0, ran.status(), ran.toString());
        assertTrue(ran.out().contains("nothing to count"), ran.out());
    }
}

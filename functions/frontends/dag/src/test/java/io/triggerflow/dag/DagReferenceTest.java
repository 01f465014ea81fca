package io.triggerflow.dag;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.triggerflow.core.expression.Expressions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The published schema, its page and the reader say the same. */
class DagReferenceTest {
    private static final Path PAGE = Path.of("DAG.md");

    private static JsonNode schema() throws IOException {
        try (InputStream in = DagReferenceTest.class.getResourceAsStream("/io/triggerflow/dag.schema.json")) {
            return new ObjectMapper().readTree(in);
        }
    }

    @Test
    void thePageIsWhatTheSchemaSays() throws IOException {
        String page = DagReference.of(schema());
        if (Boolean.getBoolean("dag.write")) {
            Files.writeString(PAGE, page);
        }
        assertEquals(
                page,
                Files.exists(PAGE) ? Files.readString(PAGE) : "",
                "functions/frontends/dag/DAG.md is not what the schema says; make it anew: mvn -pl functions/frontends/dag test -Dtest=DagReferenceTest -Ddag.write=true");
    }

    @Test
    void examplesAreValidByBoth() throws IOException {
        JsonSchema schema =
                JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(schema());
        DagReader reader = new DagReader(new Expressions()::error);
        List<Path> files;
        try (Stream<Path> all = Files.list(Path.of("../../examples/dags"))) {
            files = all.sorted().toList();
        }
        assertFalse(files.isEmpty());
        for (Path file : files) {
            JsonNode tree = new YAMLMapper().readTree(Files.readString(file));
            assertEquals(Set.of(), schema.validate(tree), file::toString);
            assertTrue(reader.definition(new ObjectMapper().treeToValue(tree, Object.class))
                            .triggers()
                            .size()
                    > 1);
        }
    }

    /** The keys that the reader knows are told by itself, when it meets another. */
    @Test
    void theSchemaHasTheReadersKeys() throws IOException {
        JsonNode schema = schema();
        assertEquals(keys(schema), known("{\"dag\": \"d\", \"tasks\": [{\"id\": \"a\"}], \"zzz\": 1}"));
        assertEquals(
                keys(schema.at("/$defs/task")), known("{\"dag\": \"d\", \"tasks\": [{\"id\": \"a\", \"zzz\": 1}]}"));
        assertEquals(
                keys(schema.at("/$defs/group")),
                known("{\"dag\": \"d\", \"tasks\": [{\"group\": \"g\", \"tasks\": [{\"id\": \"a\"}], \"zzz\": 1}]}"));
        assertEquals(
                keys(schema.at("/$defs/callback")),
                known(
                        "{\"dag\": \"d\", \"tasks\": [{\"id\": \"a\"}], \"onFailure\": {\"invoke\": \"f\", \"zzz\": 1}}"));
        assertEquals(
                Rule.words(),
                new ObjectMapper().convertValue(schema.at("/$defs/task/properties/rule/enum"), List.class));
    }

    private static Set<String> keys(JsonNode schema) {
        Set<String> keys = new TreeSet<>();
        schema.get("properties").fieldNames().forEachRemaining(keys::add);
        return keys;
    }

    private static Set<String> known(String json) throws IOException {
        Object tree = new ObjectMapper().readValue(json, Object.class);
        List<String> messages = new ArrayList<>();
        try {
            new DagReader(source -> java.util.Optional.empty()).definition(tree);
        } catch (io.triggerflow.core.definition.DefinitionException e) {
            e.problems().forEach(p -> messages.add(p.message()));
        }
        String message = messages.getFirst();
        String start = "Expected only the keys ";
        assertTrue(message.startsWith(start), message);
        return new TreeSet<>(List.of(
                message.substring(start.length(), message.indexOf(", but got")).split(", ")));
    }
}

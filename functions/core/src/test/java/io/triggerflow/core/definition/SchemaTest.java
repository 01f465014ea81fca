package io.triggerflow.core.definition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The published schema says nothing else than the reader: it is never stricter, and it knows every field. */
class SchemaTest {
    private static final int MUTATIONS = 6_000;
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final JsonNode ROOT = root();
    private static final JsonSchemaFactory FACTORY = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);
    private static final JsonSchema SCHEMA = FACTORY.getSchema(ROOT);

    private static JsonNode root() {
        try (InputStream in = SchemaTest.class.getResourceAsStream("/io/triggerflow/bundle.schema.json")) {
            return MAPPER.readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<Path> examples() {
        return Bundles.examples();
    }

    private static boolean isValid(Object tree) {
        return SCHEMA.validate(MAPPER.valueToTree(tree)).isEmpty();
    }

    private static boolean isRead(Object tree) {
        try {
            Bundles.READER.definition(tree);
            return true;
        } catch (DefinitionException e) {
            return false;
        }
    }

    @Test
    void theSchemaIsItselfValid() {
        JsonSchema meta = FACTORY.getSchema(SchemaLocation.of(SpecVersion.VersionFlag.V202012.getId()));
        assertEquals("[]", meta.validate(ROOT).toString());
    }

    @ParameterizedTest
    @MethodSource("examples")
    void examplesAndTheirNormalisedFormAreValid(Path file) {
        Object tree = Bundles.yaml(file);
        assertEquals("[]", SCHEMA.validate(MAPPER.valueToTree(tree)).toString());
        assertEquals(
                "[]",
                SCHEMA.validate(MAPPER.valueToTree(DefinitionWriter.write(Bundles.READER.definition(tree))))
                        .toString());
    }

    @Test
    void theBundleOfAllFieldsIsValid() throws IOException {
        Object tree = Bundles.json(RoundTripTest.everything());
        assertEquals("[]", SCHEMA.validate(MAPPER.valueToTree(tree)).toString());
        assertEquals(
                "[]",
                SCHEMA.validate(MAPPER.valueToTree(DefinitionWriter.write(Bundles.READER.definition(tree))))
                        .toString());
    }

    @Test
    void everyFieldOfTheSchemaIsInTheBundleOfAllFields() throws IOException {
        String everything = RoundTripTest.everything();
        TreeSet<String> unused = new TreeSet<>();
        eachField(ROOT, "$", (path, name, field) -> {
            boolean reserved = !field.has("title");
            if (!reserved && !path.contains("standing") && !everything.contains("\"" + name + "\"")) {
                unused.add(path + "." + name);
            }
        });
        assertEquals("[]", unused.toString());
    }

    /** Structural mutations of valid bundles: what the schema refuses, the reader refuses. */
    @Test
    void theSchemaIsNeverStricterThanTheReader() throws IOException {
        String given = System.getProperty("seed", "");
        long seed = given.isEmpty() ? 20_260_101L : Long.parseLong(given);
        System.out.println("SchemaTest: seed " + seed);
        Random random = new Random(seed);
        List<Object> bundles = new ArrayList<>(List.of(Bundles.json(RoundTripTest.everything())));
        Bundles.examples().stream()
                .filter(f -> f.toFile().length() < 10_000)
                .forEach(f -> bundles.add(Bundles.yaml(f)));
        int refused = 0;
        int lenient = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            Object mutant = new Mutation(random).of(bundles.get(i % 2 == 0 ? 0 : random.nextInt(bundles.size())));
            boolean valid = isValid(mutant);
            boolean read = isRead(mutant);
            int round = i;
            assertTrue(
                    valid || !read,
                    () -> "seed " + seed + ", round " + round + ": the reader takes what the schema refuses: "
                            + SCHEMA.validate(MAPPER.valueToTree(mutant)) + "\n" + MAPPER.valueToTree(mutant));
            refused += valid ? 0 : 1;
            lenient += valid && !read ? 1 : 0;
        }
        System.out.println("SchemaTest: of " + MUTATIONS + " mutants the schema refused " + refused
                + ", the reader another " + lenient);
        assertTrue(refused > MUTATIONS / 4, "Expected mutations that matter, but the schema refused only " + refused);
        assertTrue(
                lenient < refused / 5,
                "Expected a schema that finds most structural mistakes, but it let " + lenient + " pass");
    }

    @Test
    void everyFieldHasATitleADescriptionAndExamplesThatAreValid() {
        List<String> bad = new ArrayList<>();
        eachField(ROOT, "$", (path, name, field) -> {
            boolean reserved = path.startsWith("$.$defs.pattern") && !field.has("title");
            if (!reserved
                    && (field.path("title").asText().isEmpty()
                            || field.path("description").asText().isEmpty()
                            || field.path("examples").isEmpty())) {
                bad.add(path + "." + name + " is not described");
            }
            JsonSchema schema = alone(field);
            field.path("examples").forEach(example -> {
                if (!schema.validate(example).isEmpty()) {
                    bad.add(path + "." + name + ": example " + example + ": " + schema.validate(example));
                }
            });
        });
        assertEquals("[]", bad.toString());
    }

    /** A part of the schema, with the definitions that it refers to. */
    private static JsonSchema alone(JsonNode field) {
        ObjectNode copy = field.deepCopy();
        copy.set("$defs", ROOT.get("$defs"));
        return FACTORY.getSchema(copy);
    }

    @Test
    void examplesOfEveryDefinitionAreValid() {
        List<String> bad = new ArrayList<>();
        ROOT.get("$defs")
                .properties()
                .forEach(e -> e.getValue().path("examples").forEach(example -> {
                    if (!alone(e.getValue()).validate(example).isEmpty()) {
                        bad.add(e.getKey() + ": " + example);
                    }
                }));
        assertEquals("[]", bad.toString());
    }

    @Test
    void examplesOfDefinitionsAndStandingTriggersAreRead() {
        assertTrue(ROOT.get("examples").size() > 0);
        ROOT.get("examples").forEach(e -> Bundles.READER.definition(MAPPER.convertValue(e, Object.class)));
        ROOT.at("/$defs/standing/examples").forEach(e -> Bundles.READER.standing(MAPPER.convertValue(e, Object.class)));
        ROOT.at("/$defs/trigger/examples")
                .forEach(e -> Bundles.READER.registered(MAPPER.convertValue(e, Object.class)));
    }

    private interface FieldVisitor {
        void visit(String path, String name, JsonNode field);
    }

    private static void eachField(JsonNode schema, String path, FieldVisitor visitor) {
        schema.path("properties").properties().forEach(e -> {
            visitor.visit(path, e.getKey(), e.getValue());
            eachField(e.getValue(), path + "." + e.getKey(), visitor);
        });
        schema.path("$defs").properties().forEach(e -> eachField(e.getValue(), path + ".$defs." + e.getKey(), visitor));
        for (int i = 0; i < schema.path("anyOf").size(); i++) {
            eachField(schema.path("anyOf").get(i), path + ".anyOf[" + i + "]", visitor);
        }
    }
}

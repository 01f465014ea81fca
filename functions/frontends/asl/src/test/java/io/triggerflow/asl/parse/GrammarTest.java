package io.triggerflow.asl.parse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.triggerflow.asl.data.Queries;
import io.triggerflow.asl.json.Json;
import io.triggerflow.asl.model.MachineType;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Each rule of the grammar with an example that keeps it and one that breaks it, in {@code grammar.json}. */
class GrammarTest {
    private final Definitions definitions = new Definitions(new Queries());

    @TestFactory
    Collection<DynamicTest> rules() throws Exception {
        List<DynamicTest> tests = new ArrayList<>();
        try (InputStream in = GrammarTest.class.getResourceAsStream("grammar.json")) {
            for (Object rule : (List<?>) Json.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8))) {
                Map<?, ?> example = (Map<?, ?>) rule;
                tests.add(DynamicTest.dynamicTest(String.valueOf(example.get("rule")), () -> check(example)));
            }
        }
        assertTrue(tests.size() > 60, "Expected all rules, but found " + tests.size());
        return tests;
    }

    private void check(Map<?, ?> example) {
        MachineType type = "EXPRESS".equals(example.get("type")) ? MachineType.EXPRESS : MachineType.STANDARD;
        Parsed valid = definitions.parse(machine(example, "valid"), type);
        assertEquals(List.of(), valid.diagnostics());
        Parsed invalid = definitions.parse(machine(example, "invalid"), type);
        assertFalse(invalid.valid(), "Expected it to be refused");
        assertTrue(
                invalid.message().contains(example.get("says").toString()),
                () -> "Expected '" + example.get("says") + "', but got " + invalid.message());
    }

    /** A state alone is put into a machine, where N follows if it says so. */
    private static Object machine(Map<?, ?> example, String which) {
        if (example.containsKey(which + "Machine")) {
            return example.get(which + "Machine");
        }
        Map<String, Object> states = new LinkedHashMap<>();
        states.put("S", example.get(which));
        if (Json.write(example.get(which)).contains("\"N\"")
                || Json.write(example.get(which)).contains("Nowhere")) {
            states.put("N", Map.of("Type", "Succeed"));
        }
        return Map.of("StartAt", "S", "States", states);
    }

    @Test
    void textThatIsNotJsonIsReportedAsSuch() {
        assertEquals(
                "INVALID_JSON_DESCRIPTION",
                definitions
                        .parse("{\"StartAt\":", MachineType.STANDARD)
                        .diagnostics()
                        .getFirst()
                        .code());
        assertEquals(
                "MISSING_DESCRIPTION",
                definitions
                        .parse(" ", MachineType.STANDARD)
                        .diagnostics()
                        .getFirst()
                        .code());
        assertEquals(
                "SCHEMA_VALIDATION_FAILED",
                definitions
                        .parse("[]", MachineType.STANDARD)
                        .diagnostics()
                        .getFirst()
                        .code());
    }

    @Test
    void allProblemsAreReportedTogether() {
        Parsed parsed = definitions.parse(
                "{\"StartAt\":\"A\",\"States\":{\"A\":{\"Type\":\"Pass\"},\"B\":{\"Type\":\"Wait\",\"End\":true}}}",
                MachineType.STANDARD);
        assertEquals(3, parsed.diagnostics().size(), parsed.message());
    }

    @Test
    void nestingIsBounded() {
        String states = "{\"StartAt\":\"x\",\"States\":{\"x\":{\"Type\":\"Succeed\"}}}";
        for (int i = 0; i < 30; i++) {
            states = "{\"StartAt\":\"s" + i + "\",\"States\":{\"s" + i
                    + "\":{\"Type\":\"Parallel\",\"End\":true,\"Branches\":[" + states + "]}}}";
        }
        String message = definitions.parse(states, MachineType.STANDARD).message();
        assertTrue(message.contains("TOO_DEEPLY_NESTED"), message);
    }
}

package io.triggerflow.tests.asl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.triggerflow.asl.json.Json;
import io.triggerflow.asl.json.JsonException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The runner on cases of our own: each is strict as it stands, and not when what is expected is another thing. */
class ConformanceTest {
    private final Driver driver = new DirectDriver();

    private static List<AslCase> cases() throws Exception {
        return CaseReader.read(
                Path.of(ConformanceTest.class.getResource("/asl-cases").toURI()));
    }

    @TestFactory
    Collection<DynamicTest> casesAgree() throws Exception {
        List<DynamicTest> tests = new ArrayList<>();
        for (AslCase test : cases()) {
            tests.add(DynamicTest.dynamicTest(test.id(), () -> {
                Judge.Verdict verdict = Judge.judge(test, driver.run(test));
                assertTrue(verdict.strict(), verdict.difference());
                assertTrue(verdict.history() == null || verdict.history(), "Expected the recorded history");
            }));
        }
        assertTrue(tests.size() >= 15);
        return tests;
    }

    @TestFactory
    Collection<DynamicTest> theJudgeSeesEachField() throws Exception {
        List<DynamicTest> tests = new ArrayList<>();
        for (AslCase test : cases()) {
            for (Object field : test.expected().keySet()) {
                tests.add(DynamicTest.dynamicTest(test.id() + ": another " + field, () -> {
                    AslCase changed = expecting(test, field.toString(), "something else");
                    Judge.Verdict verdict = Judge.judge(changed, driver.run(test));
                    assertFalse(verdict.strict(), "Expected a difference in " + field);
                    boolean loose =
                            List.of("cause", "message", "validate_response").contains(field);
                    assertEquals(loose, verdict.ok(), verdict.difference());
                }));
            }
        }
        return tests;
    }

    private static AslCase expecting(AslCase test, String field, Object value) {
        Map<Object, Object> expected = new LinkedHashMap<>(test.expected());
        expected.put(field, value);
        Map<Object, Object> json = new LinkedHashMap<>(test.json());
        json.put("expected", expected);
        return new AslCase(json);
    }

    @Test
    void aDriverThatThrowsFailsItsCaseAlone() throws Exception {
        List<Judge.Verdict> verdicts = Conformance.run(cases().subList(0, 2), test -> {
            if (test.id().equals("echo")) {
                throw new IllegalStateException("broken");
            }
            return driver.run(test);
        });
        assertEquals(
                List.of(false, true), verdicts.stream().map(Judge.Verdict::ok).toList());
        Map<?, ?> all = (Map<?, ?>) ((Map<?, ?>) Conformance.report(verdicts).get("categories")).get("all");
        assertEquals(Map.of("cases", 2, "ok", 1, "strict", 1, "histories", 1, "history", 0), all);
    }

    @Test
    void placeholdersStandForAnything() throws JsonException {
        Object expected = Json.parse("{\"a\":\"<any>\",\"b\":\"x-<id>-y\",\"SdkHttpMetadata\":1}");
        Matcher matcher = new Matcher(true);
        assertTrue(matcher.difference(expected, Json.parse("{\"a\":[1],\"b\":\"x-1-2-y\"}"), "it")
                .isEmpty());
        assertEquals(
                "it.b: expected \"x-<id>-y\", but got \"x-y\"",
                matcher.difference(expected, Json.parse("{\"a\":1,\"b\":\"x-y\"}"), "it")
                        .orElseThrow());
        assertEquals(
                "it.c: not expected, but got 1",
                matcher.difference(expected, Json.parse("{\"a\":1,\"b\":\"x--y\",\"c\":1}"), "it")
                        .orElseThrow());
        assertFalse(new Matcher(false)
                .difference(expected, Json.parse("{\"a\":1,\"b\":\"x--y\"}"), "it")
                .isEmpty());
        assertNull(matcher.difference(1, Json.parse("1.0"), "it").orElse(null));
    }
}

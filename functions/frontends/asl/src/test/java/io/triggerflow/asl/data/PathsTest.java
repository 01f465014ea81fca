package io.triggerflow.asl.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.triggerflow.asl.json.Json;
import io.triggerflow.asl.json.JsonException;
import io.triggerflow.asl.model.Template;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PathsTest {
    private static final String INPUT =
            "{\"a\":{\"b c\":[10,20,30.0]},\"l\":[{\"k\":1},{\"k\":2,\"m\":null}],\"n\":null}";
    private final PathLanguage paths = new PathLanguage();

    private Scope scope() throws JsonException {
        return Scope.of(
                Json.parse(INPUT),
                Map.of("Execution", Map.of("Name", "run")),
                Map.of("v", Map.of("w", 5)),
                Instant.EPOCH,
                new Chance(1));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "$['a']['b c'][2]|30.0",
                "$.a['b c'][-1]|30.0",
                "$.a['b c'][0:2]|[10,20]",
                "$.l[*].k|[1,2]",
                "$..k|[1,2]",
                "$.l[?(@.k > 1)].k|[2]",
                "$.l[0,1].k|[1,2]",
                "$.n|null",
                "$.l[1].m|null",
                "$$.Execution.Name|\"run\"",
                "$.l.length()|2",
                "$.a.keys()|[\"b c\"]",
                "$v.w|5",
                "$v|{\"w\":5}",
            })
    void finds(String path, String expected) throws JsonException {
        assertEquals(expected, Json.write(paths.evaluate(path, "a.$", scope())));
    }

    @ParameterizedTest
    @ValueSource(strings = {"$.x", "$.l[7]", "$.n.x", "$x", "$v.x", "$$.Map.Item.Value"})
    void aPathThatNamesOnePlaceMustFindIt(String path) {
        StateFailure failure = assertThrows(StateFailure.class, () -> paths.evaluate(path, "a.$", scope()));
        assertEquals("States.Runtime", failure.error());
        assertTrue(
                failure.cause()
                        .startsWith("The JSONPath '" + path + "' specified for the field 'a.$' could not be found"),
                failure.cause());
    }

    /** Jayway misses a property on the way and throws; AWS gives an empty list. */
    @ParameterizedTest
    @ValueSource(strings = {"$.x[*]", "$.x.y[1:]", "$.x[1:2].z", "$.x[?(@.y)]", "$..nope"})
    void differsFromJayway_aPathThatMayMatchManyMayMatchNone(String path) throws JsonException {
        assertEquals("[]", Json.write(paths.evaluate(path, "a.$", scope())));
    }

    /** Jayway would run it; Java's matcher has no bound. */
    @Test
    void differsFromJayway_regularExpressionsAreRefused() throws JsonException {
        assertTrue(paths.pathError("$.l[?(@.k =~ /(a+)+b/)]").isPresent());
        assertFalse(paths.read("$.l[?(@.k =~ /(a+)+b/)]", scope()).present());
    }

    /** Jayway would run it, in time that grows with a power of the document's depth. */
    @Test
    void differsFromJayway_manyDeepScansAreRefused() {
        assertFalse(paths.pathError("$..a..b").isPresent());
        assertTrue(paths.pathError("$..a..b..c").isPresent());
    }

    @Test
    void templatesAreFilledInDepth() throws JsonException {
        Template template =
                new Template("Parameters", Json.parse("{\"x.$\":\"$.n\",\"y\":[{\"z.$\":\"$v.w\",\"$\":\"$.n\"}]}"));
        assertEquals("{\"x\":null,\"y\":[{\"z\":5,\"$\":\"$.n\"}]}", Json.write(paths.fill(template, scope())));
    }

    @Test
    void inputPathNamesWhatIsMissing() {
        StateFailure failure = assertThrows(StateFailure.class, () -> paths.select("$.a.x", scope()));
        assertTrue(failure.cause().startsWith("Invalid path '$.a.x' : "), failure.cause());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{}|$|{\"r\":1}",
                "{}|$.x|{\"x\":{\"r\":1}}",
                "{\"x\":1}|$.x.y|!Unable to apply step \"y\" to input {\"x\":1}",
                "{\"x\":null}|$.x['y z']|{\"x\":{\"y z\":{\"r\":1}}}",
                "{\"x\":[0,0]}|$.x[1]|{\"x\":[0,{\"r\":1}]}",
                "{\"x\":[0]}|$.x[1]|!Unable to apply step \"1\" to input {\"x\":[0]}",
                "[1]|$.x|!Unable to apply step \"x\" to input [1]",
            })
    void resultsArePut(String document, String path, String expected) throws JsonException {
        Object before = Json.parse(document);
        if (expected.startsWith("!")) {
            StateFailure failure =
                    assertThrows(StateFailure.class, () -> ReferencePath.put(before, path, Map.of("r", 1)));
            assertEquals("States.ResultPathMatchFailure", failure.error());
            assertEquals(expected.substring(1), failure.cause());
        } else {
            assertEquals(expected, Json.write(ReferencePath.put(before, path, Map.of("r", 1))));
            assertEquals(document, Json.write(before), "Expected the document to be left alone");
        }
    }
}

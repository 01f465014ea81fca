package io.triggerflow.asl.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
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

class JsonataTest {
    private final JsonataLanguage jsonata = new JsonataLanguage();

    private Scope scope() throws JsonException {
        return Scope.of(
                Json.parse("{\"n\":null,\"d\":1.0,\"e\":0.1,\"l\":[1,null,{\"a\":2}],\"s\":\"text\"}"),
                Map.of("State", Map.of("Name", "S")),
                Map.of("v", 3),
                Instant.parse("2026-01-02T03:04:05.006Z"),
                new Chance(5));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "$states.input.n|null",
                "$states.input.l|[1,null,{\"a\":2}]",
                "$states.input.d|1",
                "$states.input.e + 0.2|0.30000000000000004",
                "$states.input.l[2].a * $v|6",
                "$states.context.State.Name & '!'|\"S!\"",
                "{'a': null, 'b': $states.input.nope}|{\"a\":null}",
                "[$states.input.nope, 1]|[1]",
                "$partition([1,2,3], 2)|[[1,2],[3]]",
                "$partition([1], 5)|[[1]]",
                "$range(1, 7, 3)|[1,4,7]",
                "$range(1, 2, 3)|1",
                "$hash('abc', 'SHA-256')|\"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\"",
                "$parse('{\"a\":[1.5,null]}')|{\"a\":[1.5,null]}",
                "$now()|\"2026-01-02T03:04:05.006Z\"",
                "$millis()|1767323045006",
                "$random(3) = $random(3)|true",
                "$length($uuid())|36",
                "$contains('a1', /[0-9]/)|true",
                "1e20|1.0E20",
                "$x := 1; $x + 1|!",
            })
    void gives(String source, String expected) throws JsonException {
        if (expected.equals("!")) {
            assertTrue(jsonata.error(source).isPresent());
        } else {
            assertEquals(expected, Json.write(jsonata.evaluate(source, "Output", scope())));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "$nope|returned nothing (undefined).",
                "$sum|returned an unsupported result type.",
                "1 + 'a'|threw an error during evaluation: T2002: The right side of the \"+\" operator must evaluate to a number",
                "$eval('1')|threw an error during evaluation: The function $eval is not supported",
                "$partition([1], 0)|threw an error during evaluation: The chunk size must be a positive, non-zero integer, but was 0",
                "$error('own')|threw an error during evaluation: D3137: own",
            })
    void fails(String source, String expected) {
        StateFailure failure = assertThrows(StateFailure.class, () -> jsonata.evaluate(source, "Output/x", scope()));
        assertEquals("States.QueryEvaluationError", failure.error());
        assertEquals("Output/x", failure.location());
        assertEquals(
                "The JSONata expression '" + source + "' specified for the field 'Output/x' " + expected,
                failure.cause());
    }

    /** The library writes "Object" where JSONata says "function". */
    @Test
    void differsFromTheLibrary_functionsAreCalledFunctions() {
        StateFailure failure =
                assertThrows(StateFailure.class, () -> jsonata.evaluate("$uppercase(1)", "Output", scope()));
        assertTrue(failure.cause().contains("of function "), failure.cause());
    }

    /** The library takes Java's null for undefined; JSON's null is a value. */
    @Test
    void differsFromTheLibrary_nullIsNotUndefined() throws JsonException {
        assertEquals("\"null\"", Json.write(jsonata.evaluate("$type($states.input.l[1])", "Output", scope())));
        assertEquals("true", Json.write(jsonata.evaluate("$exists($states.input.n)", "Output", scope())));
    }

    @Test
    void evaluationIsBounded() {
        JsonataLanguage impatient = new JsonataLanguage(100);
        for (String endless : new String[] {
            "($f := function($x) { $f($x + 1) + 1 }; $f(1))",
            "($f := function($x) { $f($x + 1) }; $f(1))",
            "[1..900000] ~> $map(function($x) { [1..20] })",
            "$match('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!', /(a+)+b/)"
        }) {
            StateFailure failure =
                    assertThrows(StateFailure.class, () -> impatient.evaluate(endless, "Output", scope()));
            assertEquals("States.QueryEvaluationError", failure.error());
        }
    }

    @Test
    void onlyWholeTextsAreExpressions() throws JsonException {
        Template template = new Template(
                "Output",
                Json.parse("{\"a\":\"{% $v %}\",\"b\":\" {% $v %}\",\"c\":[\"{%$v+1%}\"],\"d\":\"{%\",\"e\":\"$v\"}"));
        assertEquals(
                "{\"a\":3,\"b\":\" {% $v %}\",\"c\":[4],\"d\":\"{%\",\"e\":\"$v\"}",
                Json.write(jsonata.fill(template, scope())));
        Template missing = new Template("Output", Json.parse("{\"a\":{\"b\":[[1,\"{% $nope %}\"]]}}"));
        StateFailure failure = assertThrows(StateFailure.class, () -> jsonata.fill(missing, scope()));
        assertEquals("Output/a/b[0][1]", failure.location());
    }
}

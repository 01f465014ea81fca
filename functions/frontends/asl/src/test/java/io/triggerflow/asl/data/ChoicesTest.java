package io.triggerflow.asl.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.triggerflow.asl.json.Json;
import io.triggerflow.asl.json.JsonException;
import io.triggerflow.asl.model.Operator;
import io.triggerflow.asl.model.Test.Comparison;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChoicesTest {
    private final Choices choices = new Choices(new PathLanguage());

    private boolean holds(String operator, String value, String operand, boolean byPath) throws JsonException {
        Object input = Json.parse("{\"v\":" + value + ",\"o\":" + operand + "}");
        return choices.holds(
                new Comparison(
                        "$.v", Operator.of(operator).orElseThrow(), byPath ? "$.o" : Json.parse(operand), byPath),
                Scope.of(input, Map.of(), Map.of(), Instant.EPOCH, new Chance(1)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "StringEquals|\"a\"|\"a\"|true",
                "StringEquals|1|\"1\"|false",
                "StringLessThan|\"a\"|\"b\"|true",
                "StringLessThanEquals|\"b\"|\"b\"|true",
                "StringGreaterThan|\"a\"|\"B\"|true",
                "StringGreaterThanEquals|\"a\"|\"b\"|false",
                "NumericEquals|1.0|1|true",
                "NumericEquals|\"1\"|1|false",
                "NumericLessThan|0.1|0.10000000000000000001|true",
                "NumericLessThanEquals|2|1|false",
                "NumericGreaterThan|-1|-2|true",
                "NumericGreaterThanEquals|null|0|false",
                "BooleanEquals|false|false|true",
                "BooleanEquals|null|false|false",
                "TimestampEquals|\"2026-01-01T01:00:00+01:00\"|\"2026-01-01T00:00:00Z\"|true",
                "TimestampLessThan|\"2026-01-01T00:00:00.1Z\"|\"2026-01-01T00:00:00.2Z\"|true",
                "TimestampGreaterThan|\"yesterday\"|\"2026-01-01T00:00:00Z\"|false",
                "TimestampLessThanEquals|\"2026-01-01T00:00:00Z\"|\"2026-01-01T00:00:00Z\"|true",
                "TimestampGreaterThanEquals|\"2025-12-31T23:59:59Z\"|\"2026-01-01T00:00:00Z\"|false",
            })
    void comparesWithValuesAndPaths(String operator, String value, String operand, boolean expected)
            throws JsonException {
        assertEquals(expected, holds(operator, value, operand, false));
        assertEquals(expected, holds(operator + "Path", value, operand, true));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "IsNull|null|true",
                "IsNull|0|false",
                "IsPresent|null|true",
                "IsNumeric|1.5|true",
                "IsNumeric|\"1\"|false",
                "IsString|\"\"|true",
                "IsBoolean|false|true",
                "IsTimestamp|\"2026-01-01T00:00:00Z\"|true",
                "IsTimestamp|\"2026-01-01t00:00:00z\"|false",
                "IsTimestamp|\"2026-01-01\"|false",
            })
    void asksForTypes(String operator, String value, boolean expected) throws JsonException {
        assertEquals(expected, holds(operator, value, "true", false));
        assertEquals(!expected, holds(operator, value, "false", false));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "log-*.txt|log-1.txt|true",
                "log-*.txt|log-.txt|true",
                "log-*.txt|log-1.txt.gz|false",
                "*|`a\nb`|true",
                "*a*b*|xxaxxbxx|true",
                "a\\*b|a*b|true",
                "a\\*b|axb|false",
                "a\\\\*|a\\x|true",
                "``|``|true",
            })
    void matchesWildcards(String pattern, String text, boolean expected) {
        assertEquals(expected, Wildcards.matches(pattern, text));
    }

    @Test
    void wildcardsDoNotExplode() {
        assertFalse(Wildcards.matches("*a".repeat(40) + "b", "a".repeat(20_000)));
    }

    @Test
    void onlyIsPresentTakesWhatIsNotThere() throws JsonException {
        Scope scope = Scope.of(Json.parse("{}"), Map.of(), Map.of(), Instant.EPOCH, new Chance(1));
        assertTrue(choices.holds(new Comparison("$.x", Operator.IS_PRESENT, false, false), scope));
        StateFailure failure = assertThrows(
                StateFailure.class, () -> choices.holds(new Comparison("$.x", Operator.IS_NULL, true, false), scope));
        assertEquals(
                "Invalid path '$.x': The choice state's condition path references an invalid value.", failure.cause());
    }
}

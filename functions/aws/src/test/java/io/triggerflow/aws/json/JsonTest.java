package io.triggerflow.aws.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
    @Test
    void everyKindOfValueSurvives() {
        Map<String, Object> value = new LinkedHashMap<>();
        value.put(
                "list",
                Arrays.asList(
                        1,
                        2_000_000_000_000L,
                        new BigInteger("123456789012345678901234567890"),
                        0.25,
                        true,
                        false,
                        null,
                        "",
                        List.of(),
                        Map.of()));
        value.put("text", "\u00e4\u20ac\uD83D\uDE00 \"\\\n\u0000\u2028");
        assertEquals(value, Json.read(Json.write(value)));
        assertEquals(
                List.of("text", "list"),
                List.copyOf(Json.readObject("{\"text\":1,\"list\":2}").keySet()),
                "order is kept");
    }

    @Test
    void charactersThatNoQueueTakesAreEscaped() {
        String text = "a\uD800b\uFFFE\uFFFFc\uDC00\uD83D\uDE00";
        String json = Json.write(text);
        assertTrue(json.chars().noneMatch(c -> c == 0xFFFE || c == 0xFFFF || c == 0xD800), json);
        assertTrue(json.contains("\uD83D\uDE00"));
        assertEquals(text, Json.read(json));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "[1,]",
                "{\"a\":}",
                "nul",
                "1 2",
                "{\"a\":1}}",
                "\"open",
                "{'a':1}",
                "NaN",
                "\u0000"
            })
    void malformedIsToldApart(String text) {
        assertTrue(
                assertThrows(Json.MalformedException.class, () -> Json.readForeign(text))
                        .getMessage()
                        .startsWith("Expected "),
                text);
    }

    @Test
    void depthIsBoundedForForeigners() {
        String deepest = "[".repeat(Json.MAX_DEPTH) + "]".repeat(Json.MAX_DEPTH);
        assertEquals(deepest, Json.write(Json.readForeign(deepest)));
        assertThrows(Json.MalformedException.class, () -> Json.readForeign("[" + deepest + "]"));
        assertThrows(Json.MalformedException.class, () -> Json.readForeign("[".repeat(100_000)));
        assertEquals("[" + deepest + "]", Json.write(Json.read("[" + deepest + "]")));
    }

    @Test
    void whatIsNoJsonIsNotWritten() {
        assertThrows(IllegalArgumentException.class, () -> Json.write(Map.of("a", Double.NaN)));
        assertTrue(
                assertThrows(IllegalArgumentException.class, () -> Json.write(Map.of("a", Map.of("b", new Object()))))
                        .getMessage()
                        .contains("$.a.b"));
    }
}

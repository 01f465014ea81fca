package io.triggerflow.asl.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.triggerflow.asl.json.Json;
import io.triggerflow.asl.json.JsonException;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IntrinsicsTest {
    private static final String INPUT =
            "{\"n\":-1.5,\"list\":[3,1,3,null,\"1\",1.0],\"o\":{\"a\":{\"b\":1},\"c\":[true,null]},\"s\":\"x,y;z\",\"z\":0.0}";
    private final PathLanguage paths = new PathLanguage();

    private Scope scope() throws JsonException {
        return Scope.of(Json.parse(INPUT), Map.of(), Map.of("v", 7), Instant.EPOCH, new Chance(1));
    }

    /** What each function gives, as JSON text. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "States.Array()|[]",
                "States.Array(1, 'a', null, true, $.n)|[1,\"a\",null,true,-1.5]",
                "States.ArrayPartition($.list, 4)|[[3,1,3,null],[\"1\",1.0]]",
                "States.ArrayContains($.list, 1)|true",
                "States.ArrayContains($.list, '3')|false",
                "States.ArrayRange(1, 9, 4)|[1,5,9]",
                "States.ArrayRange(2, -2, -2)|[2,0,-2]",
                "States.ArrayGetItem($.list, 4)|\"1\"",
                "States.ArrayLength($.list)|6",
                "States.ArrayUnique($.list)|[3,1,null,\"1\",1.0]",
                "States.Base64Encode('é')|\"w6k=\"",
                "States.Base64Decode('w6k=')|\"é\"",
                "States.Format('{}-{}', $.o, $.z)|\"{a={b=1}, c=[true, null]}-0.0\"",
                "States.Format('\\{{}\\} \\' \\\\', 1)|\"{1} ' \\\\\"",
                "States.Hash('abc', 'MD5')|\"900150983cd24fb0d6963f7d28e17f72\"",
                "States.Hash('abc', 'SHA-1')|\"a9993e364706816aba3e25717850c26c9cd0d89d\"",
                "States.JsonMerge($.o, States.StringToJson('{\"a\":2}'), false)|{\"a\":2,\"c\":[true,null]}",
                "States.JsonToString($.z)|\"0.0\"",
                "States.MathAdd($.n, 0.5)|0",
                "States.MathAdd($v, -8)|-1",
                "States.StringSplit($.s, ';,')|[\"x\",\"y\",\"z\"]",
                "States.StringSplit(',,', ',')|[]",
                "States.StringToJson('[1.50]')|[1.50]",
                "States.StringToJson(' ')|null",
                "States.ArrayLength(States.StringSplit('a b', ' '))|2",
            })
    void functions(String call, String expected) throws JsonException {
        assertEquals(expected, Json.write(paths.evaluate(call, "a.$", scope())));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "States.ArrayRange(0, 5000, 1)",
                "States.ArrayRange(0, 1, 0)",
                "States.ArrayPartition($.list, 0)",
                "States.ArrayGetItem($.list, 6)",
                "States.ArrayGetItem($.o, 0)",
                "States.Base64Decode('%')",
                "States.Format('{}')",
                "States.Format('{}', 1, 2)",
                "States.Hash('a', 'CRC')",
                "States.JsonMerge($.o, $.o, true)",
                "States.MathAdd('1', 2)",
                "States.MathRandom(2, 2)",
                "States.StringToJson('{')"
            })
    void refusals(String call) {
        StateFailure failure = assertThrows(StateFailure.class, () -> paths.evaluate(call, "a.$", scope()));
        assertEquals("States.IntrinsicFailure", failure.error());
        assertTrue(
                failure.cause().startsWith("The function '" + call + "' had the following error: "), failure.cause());
    }

    @Test
    void anArgumentThatIsNotThereIsARuntimeError() {
        StateFailure failure =
                assertThrows(StateFailure.class, () -> paths.evaluate("States.Array($.nope)", "a.$", scope()));
        assertEquals("States.Runtime", failure.error());
        assertEquals(
                "An error occurred while executing the state 'S' (entered at the event id #3). The function"
                        + " 'States.Array($.nope)' had the following error: The JsonPath argument for the field '$.nope'"
                        + " could not be found in the input '" + INPUT + "'",
                failure.cause("S", 3));
    }

    /** An array may hold the same value many times: its text would be a thousand times the input. */
    @Test
    void whatIsLargeByRepetitionIsNotWrittenOut() {
        String wide = "States.Array(" + "$, ".repeat(20_000) + "$)";
        for (String call : new String[] {
            "States.JsonToString(" + wide + ")",
            "States.Format('{}', " + wide + ")",
            "States.Hash(" + wide + ", 'MD5')",
            "States.MathAdd(" + wide + ", 1)"
        }) {
            StateFailure failure = assertThrows(StateFailure.class, () -> paths.evaluate(call, "a.$", scope()));
            assertEquals("States.IntrinsicFailure", failure.error());
            assertEquals(32_768, failure.cause().length());
        }
    }

    @Test
    void chanceIsAFunctionOfItsSeed() throws JsonException {
        Object once = paths.evaluate("States.Array(States.UUID(), States.MathRandom(1, 1000000))", "a.$", scope());
        assertEquals(
                once, paths.evaluate("States.Array(States.UUID(), States.MathRandom(1, 1000000))", "a.$", scope()));
        assertTrue(Json.write(once)
                .matches("\\[\"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\",\\d+]"));
        Chance chance = new Chance(7);
        for (int i = 0; i < 1000; i++) {
            double drawn = chance.nextDouble();
            assertTrue(drawn >= 0 && drawn < 1);
        }
    }
}

package io.triggerflow.core.expression;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.triggerflow.core.model.Expression;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ExpressionsTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private final Expressions expressions = new Expressions();
    private final Templates templates = new Templates(expressions);

    private Object evaluate(String source, Variables variables) {
        return expressions.evaluate(new Expression(source), variables, NOW);
    }

    @Test
    void variablesAreSeenAsNamesAndAsFields() {
        Variables variables = Variables.NONE.with("event", Map.of("data", Map.of("n", 3)));
        assertEquals(4, ((Number) evaluate("$event.data.n + 1", variables)).intValue());
        assertEquals(4, ((Number) evaluate("event.data.n + 1", variables)).intValue());
    }

    @Test
    void variablesOfOneEvaluationAreUnknownToTheNext() {
        evaluate("$secret", Variables.NONE.with("secret", "s"));
        assertNull(evaluate("$secret", Variables.NONE));
        assertNull(evaluate("secret", Variables.NONE));
    }

    @Test
    void nowIsTheDecisionsAndChanceIsRefused() {
        assertEquals("2026-01-02T03:04:05Z", evaluate("$now()", Variables.NONE));
        assertEquals(NOW.toEpochMilli(), ((Number) evaluate("$millis()", Variables.NONE)).longValue());
        assertTrue(assertThrows(ExpressionException.class, () -> evaluate("$random()", Variables.NONE))
                .getMessage()
                .contains("$random()"));
        assertTrue(assertThrows(ExpressionException.class, () -> evaluate("$eval('1')", Variables.NONE))
                .getMessage()
                .contains("$eval()"));
    }

    @Test
    void nullsAndListsSurvive() {
        Map<String, Object> data = new HashMap<>();
        data.put("none", null);
        data.put("list", Arrays.asList(1, null, "x"));
        Variables variables = Variables.NONE.with("event", Map.of("data", data));
        assertNull(evaluate("event.data.none", variables));
        assertEquals(Arrays.asList(1, null, "x"), evaluate("event.data.list", variables));
        assertEquals(List.of(1), evaluate("[event.data.list[0]]", variables));
    }

    @Test
    @Timeout(30)
    void runawayExpressionsEnd() {
        assertThrows(
                ExpressionException.class,
                () -> evaluate("($f := function($n){ $f($n + 1) + 1 }; $f(0))", Variables.NONE));
        assertThrows(
                ExpressionException.class, () -> evaluate("($f := function($n){ $f($n + 1) }; $f(0))", Variables.NONE));
    }

    @Test
    @Timeout(60)
    void greedyExpressionsEnd() {
        assertThrows(
                ExpressionException.class,
                () -> evaluate("$reduce([1..60], function($a, $b) { $a & $a }, 'aaaaaaaaaaaaaaaa')", Variables.NONE));
        assertThrows(ExpressionException.class, () -> evaluate("[1..9999999]", Variables.NONE));
        assertThrows(ExpressionException.class, () -> evaluate("$sum([1e308, 1e308])", Variables.NONE));
    }

    @Test
    @Timeout(60)
    void regularExpressionsEnd() {
        Variables text = Variables.NONE.with("t", "a".repeat(40) + "!");
        for (String call : List.of(
                "$match($t, /(.*a){14}b/)",
                "$contains($t, /(a+)+\\1b/)",
                "$split($t, /(.*a){14}b/)",
                "$replace($t, /(.*a){14}b/, 'x')")) {
            assertTrue(assertThrows(ExpressionException.class, () -> evaluate(call, text), call)
                    .getMessage()
                    .contains("steps"));
        }
    }

    @Test
    void regularExpressionsDoWhatJsonataSays() {
        Variables text = Variables.NONE.with("t", "ab12cd3");
        assertEquals(List.of("12", "3"), evaluate("$match($t, /[0-9]+/).match", text));
        assertEquals(true, evaluate("$contains($t, /B1/i)", text));
        assertEquals(false, evaluate("$contains($t, 'x/y')", text));
        assertEquals(List.of("ab", "cd", ""), evaluate("$split($t, /[0-9]+/)", text));
        assertEquals(List.of("a", "b"), evaluate("$split('a/b', '/')", text));
        assertEquals(List.of("ab"), evaluate("[$split($t, /[0-9]+/, 1)]", text));
        assertEquals("ab-cd-", evaluate("$replace($t, /[0-9]+/, '-')", text));
        assertEquals("ab-cd3", evaluate("$replace($t, /[0-9]+/, '-', 1)", text));
        assertEquals("ab<12>cd<3>", evaluate("$replace($t, /[0-9]+/, function($m) { '<' & $m.match & '>' })", text));
        assertEquals("a/c", evaluate("'a.c' ~> $replace(/[.]/, '/')", text));
        assertEquals(List.of("x", "y"), evaluate("{'a': 'x,y'}.a.$split(/,/)", text));
        assertEquals(List.of("ab"), evaluate("[$filter(['ab', 'c'], function($x) { $contains($x, /a/) })]", text));
        assertEquals(List.of("ab"), evaluate("[['ab', 'c'][$contains($, /a/)]]", text));
        assertNull(evaluate("$match($nothing, /a/)", text));
    }

    @Test
    void errorsNameTheExpression() {
        assertTrue(expressions.error("1 +").orElse("").contains("'1 +'"));
        assertTrue(expressions.error("1 + 1").isEmpty());
        assertTrue(assertThrows(ExpressionException.class, () -> evaluate("1 + 'a'", Variables.NONE))
                .getMessage()
                .contains("1 + 'a'"));
        assertTrue(assertThrows(ExpressionException.class, () -> evaluate("function($x){$x}", Variables.NONE))
                .getMessage()
                .contains("JSON"));
    }

    @Test
    void templatesFillTextsBetweenMarkersOnly() {
        Variables variables = Variables.NONE.with("item", "a.txt").with("index", 7);
        Object filled = templates.fill(
                Map.of("file", "{% $item %}", "n", List.of("{% $index %}"), "text", "not {% $item %} here"),
                variables,
                NOW);
        assertEquals(Map.of("file", "a.txt", "n", List.of(7), "text", "not {% $item %} here"), filled);
        assertFalse(Templates.expression("{% %}").isPresent());
    }

    @Test
    void compiledExpressionsAreSharedByThreads() throws Exception {
        try (var pool = Executors.newFixedThreadPool(4)) {
            List<Callable<Boolean>> tasks = new ArrayList<>();
            for (int i = 0; i < 400; i++) {
                int n = i;
                tasks.add(() -> {
                    Variables variables = Variables.NONE
                            .with("event", Map.of("data", List.of(n, n + 1)))
                            .with("run", Map.of("k", n));
                    Object result = evaluate(
                            "$sum(event.data.($ * 2)) + $run.k + $map($event.data, function($v){$v + $run.k})[0]",
                            variables);
                    return ((Number) result).intValue() == 2 * (2 * n + 1) + n + 2 * n;
                });
            }
            for (var future : pool.invokeAll(tasks)) {
                assertTrue(future.get());
            }
        }
    }
}

package io.triggerflow.core.composite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.triggerflow.core.model.Composite;
import io.triggerflow.core.model.Composite.Context;
import io.triggerflow.core.model.CompositeRule;
import io.triggerflow.core.model.Expression;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The textual and the JSON form. */
class CompositeFormsTest {
    @Test
    void eachFormPrintsAsTheOther() {
        String given = System.getProperty("seed", "");
        long from = given.isEmpty() ? 0 : Long.parseLong(given);
        for (long seed = from; seed < (given.isEmpty() ? 2_000 : from + 1); seed++) {
            Random random = new Random(seed);
            Randoms randoms = new Randoms(random);
            CompositeRule rule = new CompositeRule(
                    randoms.rooted((int) (seed % Randoms.OPERATORS), randoms.context(), random.nextInt(4)),
                    switch (random.nextInt(3)) {
                        case 0 -> Optional.empty();
                        case 1 -> Optional.of(new Expression("$event.data.order.id"));
                        default -> Optional.of(new Expression("$event.data.a & '(' & $event.subject"));
                    },
                    random.nextBoolean() ? Duration.ZERO : Duration.ofMillis(random.nextInt(100_000)),
                    CompositeRule.Late.values()[random.nextInt(3)],
                    random.nextBoolean() ? 100 : 3 + random.nextInt(900),
                    CompositeRule.Overflow.values()[random.nextInt(2)]);
            String text = CompositeText.write(rule);
            Object json = CompositeJson.write(rule);
            assertEquals(rule, CompositeText.read(text), "-Dseed=" + seed);
            assertEquals(rule, CompositeJson.read(json), "-Dseed=" + seed);
            assertEquals(text, CompositeText.write(CompositeJson.read(json)), "-Dseed=" + seed);
            assertEquals(json, CompositeJson.write(CompositeText.read(text)), "-Dseed=" + seed);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a ; b AND c OR d                    |OR(AND(SEQ(a, b), c), d)",
                "a ; (b AND (c OR d))                |SEQ(a, AND(b, OR(c, d)))",
                "a ; b ; c                           |SEQ(a, b, c)",
                "a ; b within PT1H                   |SEQ(a, b) within PT1H",
                "(a ; b within PT1H) ; c             |SEQ(SEQ(a, b) within PT1H, c)",
                "SEQ(a ; b within PT1M held recent,c)|SEQ(SEQ(a, b) within PT1M held recent, c)",
                "NOT(b)[a, PT2H]                     |NOT(b)[a, PT2H]",
                "NOT(b)[a, (PT2H)]                   |NOT(b)[a, (PT2H)]",
                "ANY(2; a, b , c)                    |ANY(2; a, b, c)",
                "A * (a,b,c)                         |A*(a, b, c)",
                "P*(a, PT5M, c)                      |P*(a, PT5M, c)",
                "SEQ(payment, shipped) within PT2H by $.orderId context chronicle|SEQ(payment, shipped) within PT2H context chronicle by $.orderId",
                "a by {% $event.subject %} late drop |a by {% $event.subject %} late drop",
                "a lateness PT0S late take cap 100 overflow drop|a",
                "TIMES(500, a) cap 500               |TIMES(500, a) cap 500"
            })
    void infixAndModifiers(String text, String normal) {
        assertEquals(normal, CompositeText.write(CompositeText.read(text)));
        assertEquals(CompositeText.read(text), CompositeText.read(normal));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "SEQ(payment shipped)  |Expected an operator or a modifier, but got 'shipped' at character 13",
                "SEQ(payment, shipped  |Expected ',' or ')', but the text ends at character 21",
                "SEQ(payment)          |Expected 2 to 20 operands of SEQ, but got 1 at character 1",
                "a ; PLUS(b, 5)        |Expected a duration such as PT30S or P1D, but got '5' at character 13",
                "a OR b context resent |Expected one of unrestricted, recent, chronicle, continuous, cumulative, but got 'resent' at character 16",
                "a ; b within PT1H within PT2H|Expected 'within' once, but got it twice at character 19",
                "SEQ(a, b by $.k)      |Expected 'by' only after the whole composite event, but got it inside at character 10",
                "SEQ(a, b held recent) |Expected held on an operand that its operator holds, but the last operand of SEQ holds none at character 1",
                "SEQ(a, b) held recent |Expected held on an operand that its operator holds, but there is no operator around the whole at character 1",
                "a ; within            |Expected the name of an event, but the word 'within' has a meaning of its own at character 5",
                "a ; SEQ               |Expected '(', but the text ends at character 8",
                "a within PT1H         |Expected within on an event that takes time, but this one is an instant at character 1",
                "a context recent      |Expected context on an operator, but this is a single event (held says how the operator around it keeps it) at character 1",
                "((a;b) within PT1H) within PT1M|Expected all modifiers of an event in one place, but it has some already at character 1",
                "P(a, PT0.5S, b)       |Expected a period of at least PT1S, but got PT0.5S at character 1",
                "TIMES(101, a)         |Expected to count to no more than the cap of 100, but got 101; a greater cap can be set at character 1",
                "ANY(4; a, b, c)       |Expected ANY of 2 to 3 of its operands, but got 4 at character 1",
                "a ; ß                 |Expected a word, a number, '$.path', '{% ... %}' or one of ()[],;*, but got 'ß' at character 5",
                "a by {% x             |Expected '%}' after '{%', but the text ends at character 6",
                "a by b                |Expected '$.path' in the event's data, or '{% ... %}', but got 'b' at character 6",
                "a cap 5000            |Expected a cap of 1 to 1000, but got 5000 at character 1",
                "a b                   |Expected an operator or a modifier, but got 'b' at character 3",
                "a )                   |Expected an operator, a modifier or the end, but got ')' at character 3"
            })
    void errorsPointAtTheCharacter(String text, String message) {
        assertEquals(
                message,
                assertThrows(CompositeException.class, () -> CompositeText.read(text))
                        .getMessage());
    }

    @Test
    void textsAreBounded() {
        assertThrows(CompositeException.class, () -> CompositeText.read("a" + " ".repeat(20_000)));
        assertThrows(CompositeException.class, () -> CompositeText.read("(".repeat(9_000) + "a"));
        assertThrows(
                CompositeException.class, () -> CompositeText.read("PLUS(".repeat(15) + "a" + ", PT1S)".repeat(15)));
        assertThrows(CompositeException.class, () -> CompositeText.read("a" + " ; a".repeat(30)));
        assertThrows(
                CompositeException.class,
                () -> CompositeText.read("OR(a, b)" + " AND OR(a, b, c, d, e, f, g, h, i, j)".repeat(10)));
    }

    @Test
    void theJsonForm() {
        CompositeRule rule = CompositeText.read(
                "SEQ(payment held recent, NOT(cancelled)[shipped, PT2H]) within P1D context chronicle by $.orderId cap 5");
        Map<String, Object> expected = Map.of(
                "seq",
                List.of(
                        Map.of("event", "payment", "held", "recent"),
                        Map.of("not", "cancelled", "from", "shipped", "after", "PT2H")),
                "within",
                "PT24H",
                "context",
                "chronicle",
                "by",
                "{% $event.data.orderId %}",
                "cap",
                5);
        assertEquals(expected, CompositeJson.write(rule));
        assertEquals(rule, CompositeJson.read(expected));
        assertEquals(rule, CompositeJson.read(CompositeText.write(rule)));
        assertEquals(Map.of("event", "a"), CompositeJson.write(CompositeText.read("a")));
    }

    @Test
    void errorsOfTreesHaveAPath() {
        assertProblem(
                ".seq[1]",
                "Expected the name of an event, or an object with an operator, but got 7",
                Map.of("seq", List.of("a", 7)));
        assertProblem(
                ".seq[1].plus",
                "Expected the name of an event, of letters, digits, '_', '.' and '-', but got '!'",
                Map.of("seq", List.of("a", Map.of("plus", "!", "after", "PT1S"))));
        assertProblem(
                ".within",
                "Expected a duration such as PT30S or P1D, but got 'soon'",
                Map.of("seq", List.of("a", "b"), "within", "soon"));
        assertProblem(
                ".or[0]",
                "Expected 'cap' only in the outermost object, but got it inside",
                Map.of("or", List.of(Map.of("event", "a", "cap", 3), "b")));
        assertProblem(
                "",
                "Expected only the keys that 'or' has, but got 'count'",
                Map.of("or", List.of("a", "b"), "count", 2));
        assertProblem(
                "",
                "Expected one operator of event, or, and, seq, any, not, aperiodic, periodic, plus, times, every, but got and and or",
                Map.of("or", List.of(), "and", List.of()));
        assertProblem("", "Expected one of to and after, but got neither", Map.of("not", "a", "from", "b"));
        assertProblem("", "Expected a key 'from', but there is none", Map.of("aperiodic", "a", "to", "b"));
        assertProblem(
                ".collect",
                "Expected true or false, but got 'yes'",
                Map.of("aperiodic", "a", "from", "b", "to", "c", "collect", "yes"));
        assertProblem(".count", "Expected a whole number, but got 2.5", Map.of("times", "a", "count", 2.5));
        assertProblem(".by", "Expected an expression, but got an object", Map.of("event", "a", "by", Map.of()));
        Map<Object, Object> noText = new HashMap<>(Map.of("event", "a"));
        noText.put(null, 1);
        assertProblem("", "Expected only the keys that 'event' has, but got 'null'", noText);
        Object deep = "a";
        for (int i = 0; i < 2_000; i++) {
            deep = Map.of("plus", deep, "after", "PT1S");
        }
        Object tree = deep;
        assertThrows(CompositeException.class, () -> CompositeJson.read(tree));
    }

    private static void assertProblem(String path, String message, Object tree) {
        CompositeException e = assertThrows(CompositeException.class, () -> CompositeJson.read(tree));
        assertEquals(path + ": " + message, e.path() + ": " + e.getMessage());
    }

    @Test
    void whatTheTextCannotSayIsRefused() {
        Composite a = new Composite.Primitive("a");
        assertThrows(
                IllegalArgumentException.class,
                () -> new CompositeRule(
                        a,
                        Optional.of(new Expression("'%}'")),
                        Duration.ZERO,
                        CompositeRule.Late.TAKE,
                        1,
                        CompositeRule.Overflow.DROP));
        assertThrows(IllegalArgumentException.class, () -> new Composite.Plus(a, Duration.ofNanos(1)));
        assertThrows(
                IllegalArgumentException.class,
                () -> new Composite.Modified(a, Optional.empty(), Optional.of(Context.RECENT), Optional.empty()));
    }
}

package io.triggerflow.core.expression;

import com.dashjoin.jsonata.Functions;
import com.dashjoin.jsonata.Jsonata;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * JSONata's functions that take a regular expression, bounded: Java's own matcher backtracks for as long as the pattern makes it, sees no
 * time limit and cannot be interrupted. So a pattern is first tried on the text in counted steps, which is a function of the two alone
 * (law L1). Thread-safe.
 */
public final class Regexes {
    /** Looks at a character in one call; an ordinary pattern takes a few for each character of its text. */
    private static final int MAX_STEPS = 20_000_000;

    private static final Jsonata.JFunction MATCH = Jsonata.function(
            "match",
            (String text, Object pattern, Number limit) ->
                    Functions.match(text, (Pattern) tried(text, pattern), integer(limit)),
            "<s-f<s:o>n?:a<o>>");
    private static final Jsonata.JFunction CONTAINS = Jsonata.function(
            "contains", (String text, Object pattern) -> Functions.contains(text, tried(text, pattern)), "<s-(sf):b>");
    private static final Jsonata.JFunction SPLIT = Jsonata.function(
            "split",
            (String text, Object pattern, Number limit) -> Functions.split(text, tried(text, pattern), limit),
            "<s-(sf)n?:a<s>>");
    private static final Jsonata.JFunction REPLACE = Jsonata.function(
            "replace",
            (String text, Object pattern, Object with, Number limit) ->
                    Functions.replace(text, tried(text, pattern), with, integer(limit)),
            "<s-(sf)(sf)n?:s>");

    private Regexes() {}

    /** Puts the bounded functions in place of the library's. */
    public static void bind(Jsonata.Frame frame) {
        frame.bind("match", MATCH);
        frame.bind("contains", CONTAINS);
        frame.bind("split", SPLIT);
        frame.bind("replace", REPLACE);
    }

    private static Integer integer(Number number) {
        return number == null ? null : (Integer) number.intValue();
    }

    private static Object tried(String text, Object pattern) {
        if (text != null && pattern instanceof Pattern regex) {
            Matcher matcher = regex.matcher(new Counted(text, new int[1], regex));
            while (matcher.find()) {
                continue;
            }
        }
        return pattern;
    }

    private record Counted(String text, int[] steps, Pattern pattern) implements CharSequence {
        @Override
        public char charAt(int index) {
            if (++steps[0] > MAX_STEPS) {
                throw new ExpressionException("Expected /" + pattern + "/ to be decided within " + MAX_STEPS
                        + " steps on a text of " + text.length() + " characters, but it was not");
            }
            return text.charAt(index);
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return text.subSequence(start, end);
        }

        @Override
        public String toString() {
            return text;
        }
    }
}

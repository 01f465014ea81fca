package io.triggerflow.core.composite;

import io.triggerflow.core.model.Composite;
import io.triggerflow.core.model.Expression;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the textual and the JSON form have in common: values as words. */
final class Words {
    /** Characters of a text. */
    static final int MAX_TEXT = 10_000;

    static final String OPEN = "{%";
    static final String CLOSE = "%}";

    /** What {@link Duration#parse} takes, without signs and lower-case letters; at most 9 digits do not overflow. */
    private static final Pattern DURATION = Pattern.compile(
            "P(?=[0-9T])([0-9]{1,9}D)?(T(?=[0-9])([0-9]{1,9}H)?([0-9]{1,9}M)?([0-9]{1,9}(\\.[0-9]{1,3})?S)?)?");
    /** A path below the event's data, which has a short form. */
    private static final Pattern PATH = Pattern.compile("\\$event\\.data((\\.[A-Za-z_][A-Za-z0-9_]*)+)");

    private Words() {}

    /** Empty for what is not an ISO-8601 duration. */
    static Optional<Duration> duration(String text) {
        return DURATION.matcher(text).matches() ? Optional.of(Duration.parse(text)) : Optional.empty();
    }

    /** The value of this word; empty if there is none. */
    static <E extends Enum<E>> Optional<E> value(Class<E> type, String word) {
        return Arrays.stream(type.getEnumConstants())
                .filter(e -> Composite.word(e).equals(word))
                .findFirst();
    }

    static <E extends Enum<E>> String words(Class<E> type) {
        List<String> words =
                Arrays.stream(type.getEnumConstants()).map(Composite::word).toList();
        return "one of " + String.join(", ", words);
    }

    /** {@code $.a.b} for a path below the event's data, else the marked expression. */
    static String shortKey(Expression key) {
        Matcher matcher = PATH.matcher(key.source());
        return matcher.matches() ? "$" + matcher.group(1) : marked(key);
    }

    /** What {@code $.a.b} is short for; the argument begins with the full stop. */
    static Expression path(String path) {
        return new Expression("$event.data" + path);
    }

    static String marked(Expression expression) {
        return OPEN + " " + expression.source() + " " + CLOSE;
    }
}

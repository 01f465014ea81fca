package io.triggerflow.core.definition;

import io.triggerflow.core.model.Expression;
import io.triggerflow.core.model.Scope;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A place in a tree: the value there, and the way to it. Each method that expects something reports what else it found, and gives
 * nothing; the caller goes on with the rest, so that all problems are found at once.
 */
final class Cursor {
    /** What {@link Duration#parse} takes, without signs and lower-case letters; at most 9 digits do not overflow. */
    private static final Pattern DURATION = Pattern.compile(
            "P(?=[0-9T])([0-9]{1,9}D)?(T(?=[0-9])([0-9]{1,9}H)?([0-9]{1,9}M)?([0-9]{1,9}(\\.[0-9]{1,9})?S)?)?");

    final Reading reading;
    private final Optional<Cursor> parent;
    private final String step;
    private final Object value;

    private Cursor(Reading reading, Optional<Cursor> parent, String step, Object value) {
        this.reading = reading;
        this.parent = parent;
        this.step = step;
        this.value = value;
    }

    static Cursor root(Reading reading, Object tree) {
        return new Cursor(reading, Optional.empty(), "$", tree);
    }

    /** A value below this one. */
    Cursor child(String name, Object child) {
        boolean plain = !name.isEmpty()
                && name.chars().allMatch(c -> Character.isLetterOrDigit(c) || c == '_' || c == '-' || c == '$');
        return new Cursor(reading, Optional.of(this), plain ? "." + name : "['" + shortened(name) + "']", child);
    }

    Cursor child(int index, Object child) {
        return new Cursor(reading, Optional.of(this), "[" + index + "]", child);
    }

    String path() {
        return parent.map(Cursor::path).orElse("") + step;
    }

    void problem(String message) {
        reading.problem(path(), message);
    }

    Object value() {
        return value;
    }

    boolean isObject() {
        return value instanceof Map;
    }

    boolean isList() {
        return value instanceof List;
    }

    boolean isText() {
        return value instanceof String;
    }

    /** "Expected (what), but got (this)". */
    void expected(String what) {
        problem("Expected " + what + ", but got " + describe());
    }

    String describe() {
        return switch (value) {
            case null -> "null";
            case String s -> "'" + shortened(s) + "'";
            case Number n -> n.toString();
            case Boolean b -> b.toString();
            case Map<?, ?> map -> map.isEmpty() ? "an empty object" : "an object";
            case List<?> list -> list.isEmpty() ? "an empty list" : "a list";
            default -> "a " + value.getClass().getSimpleName() + " (a text of that form needs quotes in YAML)";
        };
    }

    static String shortened(String text) {
        return text.length() <= 80 ? text : text.substring(0, 77) + "...";
    }

    /** Expects an object with no other keys than these. */
    boolean object(String what, String... keys) {
        reading.countValue(this);
        if (!(value instanceof Map<?, ?> map)) {
            expected(what);
            return false;
        }
        List<String> known = List.of(keys);
        for (Object key : map.keySet()) {
            if (!(key instanceof String text)) {
                problem("Expected keys that are text, but got " + key
                        + " (in YAML 1.1, on, off, yes and no are booleans: put quotes)");
            } else if (!known.contains(text)) {
                child(text, null)
                        .problem("Expected only the keys " + String.join(", ", keys) + ", but got '" + shortened(text)
                                + "'" + Nearest.hint(text, known));
            }
        }
        return true;
    }

    Optional<Cursor> get(String key) {
        return value instanceof Map<?, ?> map && map.containsKey(key)
                ? Optional.of(child(key, map.get(key)))
                : Optional.empty();
    }

    Optional<Cursor> required(String key) {
        Optional<Cursor> found = get(key);
        if (found.isEmpty()) {
            problem("Expected a key '" + key + "', but there is none");
        }
        return found;
    }

    /** Expects a list of at most so many items. */
    List<Cursor> items(String what, int max) {
        reading.countValue(this);
        if (!(value instanceof List<?> list)) {
            expected("a list of " + what);
            return List.of();
        }
        if (list.size() > max) {
            problem("Expected at most " + max + " " + what + ", but got " + list.size());
            return List.of();
        }
        List<Cursor> items = new ArrayList<>(list.size());
        for (Object item : list) {
            items.add(child(items.size(), item));
        }
        return items;
    }

    Optional<String> text(String what, int max) {
        reading.countValue(this);
        if (!(value instanceof String text) || text.isEmpty()) {
            expected(what);
            return Optional.empty();
        }
        if (text.length() > max) {
            problem("Expected " + what + " of at most " + max + " characters, but got " + text.length());
            return Optional.empty();
        }
        return Optional.of(text);
    }

    /** A name that may become part of a key. */
    Optional<String> name(String what) {
        Optional<String> text = text(what, Scope.MAX_NAME);
        if (text.isPresent() && !Scope.isName(text.get())) {
            expected(what + " of characters from A-Z a-z 0-9 . _ : / @ + -");
            return Optional.empty();
        }
        return text;
    }

    Optional<Boolean> bool() {
        if (value instanceof Boolean b) {
            return Optional.of(b);
        }
        expected("true or false");
        return Optional.empty();
    }

    Optional<Integer> integer(int min, int max) {
        if (value instanceof Number n
                && n.doubleValue() == Math.rint(n.doubleValue())
                && n.doubleValue() >= min
                && n.doubleValue() <= max) {
            return Optional.of(n.intValue());
        }
        expected("a whole number from " + min + " to " + max);
        return Optional.empty();
    }

    Optional<Double> number(double min, double max) {
        if (value instanceof Number n && n.doubleValue() >= min && n.doubleValue() <= max) {
            return Optional.of(n.doubleValue());
        }
        expected("a number from " + min + " to " + max);
        return Optional.empty();
    }

    /** An ISO-8601 duration; {@code zero}: whether it may be none. */
    Optional<Duration> duration(boolean zero) {
        try {
            Duration duration =
                    value instanceof String text && DURATION.matcher(text).matches()
                            ? Duration.parse(text)
                            : Duration.ofSeconds(-1);
            boolean tooShort = duration.isNegative() || duration.isZero() && !zero;
            if (!tooShort && duration.compareTo(Limits.MAX_DURATION) <= 0) {
                return Optional.of(duration);
            }
        } catch (DateTimeParseException e) {
            // Reported below, as any other value.
        }
        expected("a duration such as PT30S or P1D" + (zero ? "" : ", longer than zero") + " and at most "
                + Limits.MAX_DURATION.toDays() + " days");
        return Optional.empty();
    }

    /** One of an enum's names in lower case. */
    <E extends Enum<E>> Optional<E> oneOf(Class<E> type) {
        List<E> all = Arrays.asList(type.getEnumConstants());
        Optional<E> found = all.stream().filter(e -> word(e).equals(value)).findFirst();
        if (found.isEmpty()) {
            List<String> words = all.stream().map(Cursor::word).toList();
            problem("Expected one of " + String.join(", ", words) + ", but got " + describe()
                    + (isText() ? Nearest.hint((String) value, words) : ""));
        }
        return found;
    }

    static String word(Enum<?> e) {
        return e.name().toLowerCase(Locale.ROOT);
    }

    /** A field that is always an expression; the marks {@code {% %}} may be left out. */
    Optional<Expression> expression() {
        Optional<String> text = text("a JSONata expression", Limits.MAX_EXPRESSION);
        if (text.isPresent() && text.get().trim().startsWith(Templates.OPEN)) {
            return markedExpression();
        }
        return text.map(String::trim).flatMap(this::compiled);
    }

    /** An expression that is marked as one. */
    Optional<Expression> markedExpression() {
        Optional<String> source =
                text("an expression {% ... %}", Limits.MAX_EXPRESSION + 10).flatMap(Templates::expressionOf);
        if (source.isEmpty() && value instanceof String) {
            expected("an expression {% ... %}");
        }
        return source.flatMap(this::compiled);
    }

    private Optional<Expression> compiled(String source) {
        if (source.isEmpty()) {
            problem("Expected a JSONata expression, but it is empty");
            return Optional.empty();
        }
        Optional<String> error = reading.expressionError(source);
        error.ifPresent(
                e -> problem("Expected a JSONata expression, but '" + shortened(source) + "' does not compile: " + e));
        return error.isPresent() ? Optional.empty() : Optional.of(new Expression(source));
    }
}

package io.triggerflow.dag;

import io.triggerflow.core.definition.Limits;
import io.triggerflow.core.definition.Nearest;
import io.triggerflow.core.definition.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** A value of a DAG's tree and the way to it. What is not as expected is reported, and the reading goes on. */
final class Node {
    /** Words of one reading. Used by one thread. */
    static final class Problems {
        private final List<Problem> found = new ArrayList<>();

        void add(String path, String message) {
            if (found.size() < Limits.MAX_PROBLEMS) {
                found.add(new Problem(path, message));
            }
        }

        List<Problem> found() {
            return found;
        }
    }

    private static final Pattern PLAIN = Pattern.compile("[\\p{L}\\p{N}_$-]+");

    final Problems problems;
    final String path;
    final Object value;

    Node(Problems problems, String path, Object value) {
        this.problems = problems;
        this.path = path;
        this.value = value;
    }

    Node child(String key, Object child) {
        boolean plain = PLAIN.matcher(key).matches();
        return new Node(problems, path + (plain ? "." + key : "['" + shortened(key) + "']"), child);
    }

    Node child(int index, Object child) {
        return new Node(problems, path + "[" + index + "]", child);
    }

    void problem(String message) {
        problems.add(path, message);
    }

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
    boolean object(String what, List<String> known) {
        if (!(value instanceof Map<?, ?> map)) {
            expected(what);
            return false;
        }
        for (Object key : map.keySet()) {
            if (!(key instanceof String text)) {
                problem("Expected keys that are text, but got " + key
                        + " (in YAML 1.1, on, off, yes and no are booleans: put quotes)");
            } else if (!known.contains(text)) {
                child(text, null)
                        .problem("Expected only the keys " + String.join(", ", known) + ", but got '" + shortened(text)
                                + "'" + Nearest.hint(text, known));
            }
        }
        return true;
    }

    Optional<Node> get(String key) {
        return value instanceof Map<?, ?> map && map.containsKey(key)
                ? Optional.of(child(key, map.get(key)))
                : Optional.empty();
    }

    Optional<Node> required(String key) {
        Optional<Node> found = get(key);
        if (found.isEmpty()) {
            problem("Expected a key '" + key + "', but there is none");
        }
        return found;
    }

    List<Node> items(String what, int max) {
        if (!(value instanceof List<?> list)) {
            expected("a list of " + what);
            return List.of();
        }
        if (list.size() > max) {
            problem("Expected at most " + max + " " + what + ", but got " + list.size());
            return List.of();
        }
        List<Node> items = new ArrayList<>(list.size());
        list.forEach(item -> items.add(child(items.size(), item)));
        return items;
    }

    /** One text, or a list of them. */
    List<Node> oneOrMore(String what, int max) {
        return value instanceof String ? List.of(this) : items(what, max);
    }

    Optional<String> text(String what) {
        if (value instanceof String text && !text.isBlank()) {
            return Optional.of(text);
        }
        expected(what);
        return Optional.empty();
    }

    boolean bool() {
        if (value instanceof Boolean b) {
            return b;
        }
        expected("true or false");
        return false;
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
}

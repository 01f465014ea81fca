package io.triggerflow.core.composite;

import io.triggerflow.core.model.Composite;
import io.triggerflow.core.model.Composite.Context;
import io.triggerflow.core.model.CompositeRule;
import io.triggerflow.core.model.Expression;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/** Reads the JSON form; see {@link CompositeJson}. For one tree. */
final class CompositeReader {
    private static final Set<String> MODIFIERS = Set.of("within", "context", "held");
    private static final Set<String> SETTINGS = Set.of("by", "lateness", "late", "cap", "overflow");
    /** Each operator with its arguments. */
    private static final Map<String, Set<String>> OPERATORS = Map.of(
            "event", Set.of(),
            "or", Set.of(),
            "and", Set.of(),
            "seq", Set.of(),
            "any", Set.of("count"),
            "not", Set.of("from", "to", "after"),
            "aperiodic", Set.of("from", "to", "collect"),
            "periodic", Set.of("from", "to", "collect"),
            "plus", Set.of("after"),
            "counted", Set.of("count"));

    private int nodes;

    CompositeRule rule(Object tree) {
        Composite event = event(tree, "", 0);
        Map<?, ?> map = (Map<?, ?>) tree;
        Optional<Expression> by = optional(map, "by").map(v -> key(v, ".by"));
        Duration lateness =
                optional(map, "lateness").map(v -> duration(v, ".lateness")).orElse(CompositeRule.DEFAULT_LATENESS);
        CompositeRule.Late late = optional(map, "late")
                .map(v -> word(CompositeRule.Late.class, v, ".late"))
                .orElse(CompositeRule.DEFAULT_LATE);
        int cap = optional(map, "cap").map(v -> count(v, ".cap")).orElse(CompositeRule.DEFAULT_CAP);
        CompositeRule.Overflow overflow = optional(map, "overflow")
                .map(v -> word(CompositeRule.Overflow.class, v, ".overflow"))
                .orElse(CompositeRule.DEFAULT_OVERFLOW);
        return valid("", () -> new CompositeRule(event, by, lateness, late, cap, overflow));
    }

    private Composite event(Object tree, String path, int depth) {
        if (++nodes > CompositeRule.MAX_NODES || depth > CompositeRule.MAX_DEPTH) {
            throw new CompositeException(
                    path,
                    "Expected at most " + CompositeRule.MAX_NODES + " operators and events, " + CompositeRule.MAX_DEPTH
                            + " deep, but got more");
        }
        if (tree instanceof String name && depth > 0) {
            return valid(path, () -> new Composite.Primitive(name));
        }
        if (!(tree instanceof Map<?, ?> map)) {
            throw expected("the name of an event, or an object with an operator", tree, path);
        }
        String operator = operator(map, path);
        checkKeys(map, operator, path, depth);
        Composite plain = plain(map, operator, path, depth);
        if (MODIFIERS.stream().noneMatch(map::containsKey)) {
            return plain;
        }
        return valid(
                path,
                () -> new Composite.Modified(
                        plain,
                        optional(map, "within").map(v -> duration(v, path + ".within")),
                        optional(map, "context").map(v -> word(Context.class, v, path + ".context")),
                        optional(map, "held").map(v -> word(Context.class, v, path + ".held"))));
    }

    private static String operator(Map<?, ?> map, String path) {
        Set<String> found = new TreeSet<>();
        for (Object key : map.keySet()) {
            if (key instanceof String s && (OPERATORS.containsKey(s) || s.equals("times") || s.equals("every"))) {
                found.add(s);
            }
        }
        if (found.size() != 1) {
            throw new CompositeException(
                    path,
                    "Expected one operator of event, or, and, seq, any, not, aperiodic, periodic, plus, times, every, but got "
                            + (found.isEmpty() ? "none" : String.join(" and ", found)));
        }
        return found.iterator().next();
    }

    private static void checkKeys(Map<?, ?> map, String operator, String path, int depth) {
        for (Object each : map.keySet()) {
            String key = String.valueOf(each);
            boolean known = key.equals(operator)
                    || arguments(operator).contains(key)
                    || MODIFIERS.contains(key)
                    || depth == 0 && SETTINGS.contains(key);
            if (!known) {
                throw new CompositeException(
                        path,
                        SETTINGS.contains(key)
                                ? "Expected '" + key + "' only in the outermost object, but got it inside"
                                : "Expected only the keys that '" + operator + "' has, but got '" + key + "'");
            }
        }
    }

    private static Set<String> arguments(String operator) {
        return OPERATORS.getOrDefault(operator, OPERATORS.get("counted"));
    }

    private Composite plain(Map<?, ?> map, String operator, String path, int depth) {
        return switch (operator) {
            case "event" -> {
                Object name = map.get("event");
                if (!(name instanceof String text)) {
                    throw expected("the name of an event", name, path + ".event");
                }
                yield valid(path + ".event", () -> new Composite.Primitive(text));
            }
            case "or" -> {
                List<Composite> of = operands(map, operator, path, depth);
                yield valid(path, () -> new Composite.Or(of));
            }
            case "and" -> {
                List<Composite> of = operands(map, operator, path, depth);
                yield valid(path, () -> new Composite.And(of));
            }
            case "seq" -> {
                List<Composite> of = operands(map, operator, path, depth);
                yield valid(path, () -> new Composite.Seq(of));
            }
            case "any" -> {
                List<Composite> of = operands(map, operator, path, depth);
                int count = count(map.get("count"), path + ".count");
                yield valid(path, () -> new Composite.Any(count, of));
            }
            case "not" -> not(map, path, depth);
            case "aperiodic" -> {
                Composite each = operand(map, "aperiodic", path, depth);
                Composite from = operand(map, "from", path, depth);
                Composite to = operand(map, "to", path, depth);
                boolean collect = collect(map, path);
                yield valid(path, () -> new Composite.Aperiodic(from, each, to, collect));
            }
            case "periodic" -> {
                Duration every = duration(map.get("periodic"), path + ".periodic");
                Composite from = operand(map, "from", path, depth);
                Composite to = operand(map, "to", path, depth);
                boolean collect = collect(map, path);
                yield valid(path, () -> new Composite.Periodic(from, every, to, collect));
            }
            case "plus" -> {
                Composite of = operand(map, "plus", path, depth);
                Duration after = duration(map.get("after"), path + ".after");
                yield valid(path, () -> new Composite.Plus(of, after));
            }
            default -> {
                Composite of = operand(map, operator, path, depth);
                int count = count(map.get("count"), path + ".count");
                yield valid(
                        path,
                        () -> operator.equals("times")
                                ? new Composite.Times(count, of)
                                : new Composite.Every(count, of));
            }
        };
    }

    private Composite not(Map<?, ?> map, String path, int depth) {
        Composite absent = operand(map, "not", path, depth);
        Composite from = operand(map, "from", path, depth);
        if (map.containsKey("to") == map.containsKey("after")) {
            throw new CompositeException(
                    path, "Expected one of to and after, but got " + (map.containsKey("to") ? "both" : "neither"));
        }
        if (map.containsKey("to")) {
            Composite to = operand(map, "to", path, depth);
            return valid(path, () -> new Composite.Not(absent, from, to));
        }
        Duration after = duration(map.get("after"), path + ".after");
        return valid(path, () -> new Composite.Absent(absent, from, after));
    }

    private Composite operand(Map<?, ?> map, String key, String path, int depth) {
        if (!map.containsKey(key)) {
            throw new CompositeException(path, "Expected a key '" + key + "', but there is none");
        }
        return event(map.get(key), path + "." + key, depth + 1);
    }

    private List<Composite> operands(Map<?, ?> map, String key, String path, int depth) {
        if (!(map.get(key) instanceof List<?> list)) {
            throw expected("a list of events", map.get(key), path + "." + key);
        }
        List<Composite> operands = new ArrayList<>();
        for (Object item : list) {
            operands.add(event(item, path + "." + key + "[" + operands.size() + "]", depth + 1));
        }
        return operands;
    }

    private static boolean collect(Map<?, ?> map, String path) {
        return optional(map, "collect")
                .map(v -> {
                    if (v instanceof Boolean b) {
                        return b;
                    }
                    throw expected("true or false", v, path + ".collect");
                })
                .orElse(false);
    }

    private static Optional<Object> optional(Map<?, ?> map, String key) {
        return map.containsKey(key) ? Optional.of(map.get(key) == null ? "" : map.get(key)) : Optional.empty();
    }

    private static Duration duration(Object value, String path) {
        return (value instanceof String s ? Words.duration(s) : Optional.<Duration>empty())
                .orElseThrow(() -> expected("a duration such as PT30S or P1D", value, path));
    }

    private static <E extends Enum<E>> E word(Class<E> type, Object value, String path) {
        return Words.value(type, String.valueOf(value)).orElseThrow(() -> expected(Words.words(type), value, path));
    }

    private static int count(Object value, String path) {
        if (value instanceof Number n
                && n.doubleValue() == Math.rint(n.doubleValue())
                && Math.abs(n.doubleValue()) < 1e9) {
            return n.intValue();
        }
        throw expected("a whole number", value, path);
    }

    private static Expression key(Object value, String path) {
        if (!(value instanceof String text)) {
            throw expected("an expression", value, path);
        }
        String stripped = text.trim();
        boolean marked = stripped.startsWith(Words.OPEN)
                && stripped.endsWith(Words.CLOSE)
                && stripped.length() >= Words.OPEN.length() + Words.CLOSE.length();
        return valid(
                path,
                () -> new Expression(
                        marked
                                ? stripped.substring(Words.OPEN.length(), stripped.length() - Words.CLOSE.length())
                                        .trim()
                                : stripped));
    }

    private static CompositeException expected(String what, Object but, String path) {
        String got =
                switch (but) {
                    case null -> "nothing";
                    case String s -> "'" + (s.length() <= 40 ? s : s.substring(0, 37) + "...") + "'";
                    case Map<?, ?> m -> "an object";
                    case List<?> l -> "a list";
                    default -> but.toString();
                };
        return new CompositeException(path, "Expected " + what + ", but got " + got);
    }

    private static <T> T valid(String path, Supplier<T> make) {
        try {
            return make.get();
        } catch (IllegalArgumentException e) {
            throw new CompositeException(path, e.getMessage());
        }
    }
}

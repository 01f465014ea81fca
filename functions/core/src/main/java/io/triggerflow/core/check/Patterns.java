package io.triggerflow.core.check;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Makes up an event that an event-ruler pattern matches; whoever uses it asks the pattern whether it does. */
final class Patterns {
    private static final Set<String> OWN = Set.of("type", "subject", "data", "$or");

    /** An example of an event. */
    record Example(String type, String subject, Map<String, Object> attributes, Object data) {}

    private static final Object NOT = new Object();

    private Patterns() {}

    /** An event for a pattern; empty when none comes to mind. */
    static Optional<Example> example(Map<String, Object> pattern) {
        Map<String, Object> all = new LinkedHashMap<>(pattern);
        if (pattern.get("$or") instanceof List<?> alternatives && alternatives.getFirst() instanceof Map<?, ?> first) {
            first.forEach((key, value) -> all.put(String.valueOf(key), value));
        }
        Map<String, Object> attributes = new LinkedHashMap<>();
        for (Map.Entry<String, Object> entry : all.entrySet()) {
            if (!OWN.contains(entry.getKey())) {
                Object value = leaf(entry.getValue());
                if (value instanceof String || value instanceof Number || value instanceof Boolean) {
                    attributes.put(entry.getKey(), value);
                }
            }
        }
        Object type = all.containsKey("type") ? leaf(all.get("type")) : "example";
        Object subject = all.containsKey("subject") ? leaf(all.get("subject")) : "";
        Object data = all.containsKey("data") ? fields(all.get("data")) : null;
        return type instanceof String t && !t.isEmpty()
                ? Optional.of(new Example(t, subject instanceof String s ? s : "", attributes, data))
                : Optional.empty();
    }

    private static Object fields(Object pattern) {
        if (!(pattern instanceof Map<?, ?> map)) {
            Object value = leaf(pattern);
            return value == NOT ? null : value;
        }
        Map<String, Object> data = new LinkedHashMap<>();
        map.forEach((key, value) -> {
            if (key.equals("$or") && value instanceof List<?> list && list.getFirst() instanceof Map<?, ?> first) {
                first.forEach((k, v) -> data.put(String.valueOf(k), fields(v)));
            } else if (value instanceof Map<?, ?>) {
                data.put(String.valueOf(key), fields(value));
            } else {
                Object leaf = leaf(value);
                if (leaf != NOT) {
                    data.put(String.valueOf(key), leaf);
                }
            }
        });
        return data;
    }

    private static Object leaf(Object values) {
        Object first = values instanceof List<?> list && !list.isEmpty() ? list.getFirst() : values;
        if (!(first instanceof Map<?, ?> matcher) || matcher.isEmpty()) {
            return first;
        }
        Object argument = matcher.values().iterator().next();
        return switch (String.valueOf(matcher.keySet().iterator().next())) {
            case "prefix" -> argument instanceof String s ? s + "x" : NOT;
            case "suffix" -> argument instanceof String s ? "x" + s : NOT;
            case "equals-ignore-case", "exactly" -> argument;
            case "wildcard" -> String.valueOf(argument).replace("*", "x");
            case "exists" -> Boolean.TRUE.equals(argument) ? (Object) "x" : NOT;
            case "anything-but" -> "something-else";
            case "cidr" -> String.valueOf(argument).replaceAll("/.*", "");
            case "numeric" -> argument instanceof List<?> list ? numeric(list) : NOT;
            default -> NOT;
        };
    }

    private static Object numeric(List<?> condition) {
        double step = 0;
        if (condition.size() < 2 || !(condition.get(1) instanceof Number bound)) {
            return NOT;
        }
        if (condition.getFirst().equals(">")) {
            step = 1;
        } else if (condition.getFirst().equals("<")) {
            step = -1;
        }
        double value = bound.doubleValue() + step;
        return value == Math.rint(value) ? (Object) (int) value : (Object) value;
    }

    /** What expressions want of data, with what the pattern wants. */
    static Object merged(Object wanted, Object base) {
        if (base == null) {
            return wanted;
        }
        if (!(wanted instanceof Map<?, ?> w) || !(base instanceof Map<?, ?> b)) {
            return base;
        }
        Map<String, Object> merged = new LinkedHashMap<>();
        w.forEach((key, value) -> merged.put(String.valueOf(key), value));
        b.forEach((key, value) -> merged.put(String.valueOf(key), merged(w.get(key), value)));
        return merged;
    }
}

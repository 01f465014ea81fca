package io.triggerflow.core.definition;

import io.triggerflow.core.model.EventPattern;
import io.triggerflow.core.model.EventTypes;
import io.triggerflow.core.model.JsonText;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import software.amazon.event.ruler.JsonRuleCompiler;

/** Reads {@code on}: exact patterns, event-ruler patterns, and the short forms start, task, timer and event. */
final class PatternReader {
    /** Names of event-ruler's matchers. */
    private static final Set<String> MATCHERS = Set.of(
            "prefix",
            "suffix",
            "equals-ignore-case",
            "anything-but",
            "numeric",
            "exists",
            "exactly",
            "cidr",
            "wildcard");

    private static final Set<String> ATTRIBUTES = Set.of("id", "source", "type", "subject");
    private static final String OR = "$or";
    private static final int MAX_DEPTH = 20;

    /** The ends of a task that a trigger can wait for. */
    private enum Outcome {
        SUCCEEDED(EventTypes.TASK_SUCCEEDED),
        FAILED(EventTypes.TASK_FAILED, EventTypes.TASK_TIMED_OUT),
        TIMED_OUT(EventTypes.TASK_TIMED_OUT),
        SKIPPED(EventTypes.TASK_SKIPPED),
        ANY(EventTypes.TASK_SUCCEEDED, EventTypes.TASK_FAILED, EventTypes.TASK_TIMED_OUT, EventTypes.TASK_SKIPPED);

        private final List<String> types;

        Outcome(String... types) {
            this.types = List.of(types);
        }
    }

    List<EventPattern> read(Cursor at) {
        List<EventPattern> patterns = new ArrayList<>();
        if (at.isObject()) {
            patterns.addAll(one(at));
        } else {
            at.items("event patterns", Limits.MAX_PATTERNS).forEach(item -> patterns.addAll(one(item)));
        }
        if (patterns.size() > Limits.MAX_PATTERNS) {
            at.problem("Expected at most " + Limits.MAX_PATTERNS + " event patterns, but the short forms stand for "
                    + patterns.size());
        }
        return patterns;
    }

    private List<EventPattern> one(Cursor at) {
        if (!(at.value() instanceof Map<?, ?> map)) {
            at.expected("an event pattern, an object");
            return List.of();
        }
        if (isShort(map, "start")) {
            return start(at);
        }
        if (isShort(map, "task") || isShort(map, "outcome")) {
            return task(at);
        }
        if (isShort(map, "timer")) {
            return timer(at);
        }
        if (isShort(map, "event")) {
            return event(at, "event");
        }
        boolean exact = map.get("type") instanceof String
                && map.keySet().stream()
                        .allMatch(k -> k.equals("type") || k.equals("subject") && map.get(k) instanceof String);
        return exact ? event(at, "type") : ruler(at, map);
    }

    /** A list or an object under the name of a short form is a pattern over an extension attribute of that name. */
    private static boolean isShort(Map<?, ?> map, String key) {
        return map.containsKey(key) && !(map.get(key) instanceof List) && !(map.get(key) instanceof Map);
    }

    private static List<EventPattern> start(Cursor at) {
        at.object("an event pattern", "start");
        at.get("start").filter(c -> !Boolean.TRUE.equals(c.value())).ifPresent(c -> c.expected("true"));
        return List.of(new EventPattern.Exact(EventTypes.RUN_STARTED, Optional.empty()));
    }

    private static List<EventPattern> task(Cursor at) {
        at.object("an event pattern", "task", "outcome");
        Optional<String> task = at.required("task").flatMap(c -> c.text("a task", Limits.MAX_TEXT));
        Outcome outcome = at.get("outcome").flatMap(c -> c.oneOf(Outcome.class)).orElse(Outcome.SUCCEEDED);
        return outcome.types.stream()
                .<EventPattern>map(type -> new EventPattern.Exact(type, task))
                .toList();
    }

    private static List<EventPattern> timer(Cursor at) {
        at.object("an event pattern", "timer");
        Optional<String> timer = at.get("timer").flatMap(c -> c.text("a timer", Limits.MAX_TEXT));
        return List.of(new EventPattern.Exact(EventTypes.TIMER_FIRED, timer));
    }

    private static List<EventPattern> event(Cursor at, String key) {
        at.object("an event pattern", key, "subject");
        Optional<String> type = at.get(key).flatMap(c -> type(c));
        Optional<String> subject = at.get("subject").flatMap(c -> c.text("a subject", Limits.MAX_TEXT));
        return type.<EventPattern>map(t -> new EventPattern.Exact(t, subject)).stream()
                .toList();
    }

    /** An event type that is not a directive to the engine. */
    static Optional<String> type(Cursor at) {
        Optional<String> type = at.text("an event type", Limits.MAX_TEXT);
        if (type.isPresent() && EventTypes.isDirective(type.get())) {
            at.problem("Expected a type of an event, but '" + type.get()
                    + "' is a directive to the engine itself, which matches no trigger");
            return Optional.empty();
        }
        return type;
    }

    private List<EventPattern> ruler(Cursor at, Map<?, ?> map) {
        if (map.isEmpty()) {
            at.problem("Expected an event pattern such as {\"type\": \"order.placed\"}, but got an empty object");
            return List.of();
        }
        int before = at.reading.reported();
        Map<String, Object> pattern = new LinkedHashMap<>();
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            if (entry.getKey() instanceof String key) {
                pattern.put(key, attribute(at.child(key, entry.getValue()), key));
            } else {
                at.problem("Expected attributes that are text, but got " + entry.getKey() + " (in YAML, put quotes)");
            }
        }
        checkTypes(at, pattern);
        if (at.reading.reported() > before) {
            return List.of();
        }
        String error = JsonRuleCompiler.check(JsonText.write(pattern));
        if (error != null) {
            at.problem("Expected an event-ruler pattern, but it does not compile: "
                    + error.lines().findFirst().orElse("").strip());
            return List.of();
        }
        return List.of(new EventPattern.Ruler(Collections.unmodifiableMap(pattern)));
    }

    private Object attribute(Cursor at, String key) {
        if (key.equals("data")) {
            return data(at, 1);
        }
        if (key.equals(OR)) {
            return alternatives(at, 1, true);
        }
        if (!ATTRIBUTES.contains(key) && !key.chars().allMatch(c -> c >= 'a' && c <= 'z' || c >= '0' && c <= '9')) {
            at.problem(
                    "Expected an attribute of an event: id, source, type, subject, data, or an extension of lower-case letters and digits, but got '"
                            + Cursor.shortened(key) + "'"
                            + Nearest.hint(
                                    key,
                                    Set.of(
                                            "id", "source", "type", "subject", "data", "start", "task", "timer",
                                            "event")));
            return List.of();
        }
        if (ATTRIBUTES.contains(key)
                && !at.isList()
                && !at.isObject()
                && (!at.isText() || at.value().equals(""))) {
            at.expected("a text, a matcher, or a list of them");
        }
        if (at.isObject()) {
            return List.of(Templates.constant(at));
        }
        return leaf(at);
    }

    private Object leaf(Cursor at) {
        Object value = Templates.constant(at);
        if (value instanceof List<?> list) {
            if (list.isEmpty()) {
                at.problem("Expected at least one value or matcher, but got an empty list");
            }
            return list;
        }
        return Collections.singletonList(value);
    }

    private Object data(Cursor at, int depth) {
        if (!(at.value() instanceof Map<?, ?> map)) {
            return leaf(at);
        }
        at.reading.countValue(at);
        if (map.isEmpty() || depth > MAX_DEPTH) {
            at.problem("Expected fields of the event's data, at most " + MAX_DEPTH + " deep, but got " + at.describe());
            return List.of();
        }
        if (map.size() == 1
                && map.keySet().iterator().next() instanceof String only
                && MATCHERS.contains(only)
                && !(map.get(only) instanceof List)) {
            at.problem("Expected a list around the matcher, [{\"" + only
                    + "\": ...}], or for a field of the data that is called '" + only
                    + "' a list of its values, but got neither");
            return List.of();
        }
        Map<String, Object> fields = new LinkedHashMap<>();
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            if (entry.getKey() instanceof String key) {
                Cursor field = at.child(key, entry.getValue());
                fields.put(key, key.equals(OR) ? alternatives(field, depth + 1, false) : data(field, depth + 1));
            } else {
                at.problem("Expected fields that are text, but got " + entry.getKey() + " (in YAML, put quotes)");
            }
        }
        return Collections.unmodifiableMap(fields);
    }

    private Object alternatives(Cursor at, int depth, boolean attributes) {
        List<Object> all = new ArrayList<>();
        for (Cursor item : at.items("alternatives", Limits.MAX_ALTERNATIVES)) {
            if (!(item.value() instanceof Map<?, ?> map) || map.isEmpty() || depth > MAX_DEPTH) {
                item.expected("an alternative, an object with at least one key, at most " + MAX_DEPTH + " deep");
            } else if (attributes) {
                Map<String, Object> fields = new LinkedHashMap<>();
                map.forEach((key, value) -> fields.put(
                        String.valueOf(key), attribute(item.child(String.valueOf(key), value), String.valueOf(key))));
                checkTypes(item, fields);
                all.add(Collections.unmodifiableMap(fields));
            } else {
                all.add(data(item, depth));
            }
        }
        return List.copyOf(all);
    }

    private static void checkTypes(Cursor at, Map<String, Object> pattern) {
        if (pattern.get("type") instanceof List<?> types) {
            for (Object type : types) {
                Object text = type instanceof Map<?, ?> matcher ? matcher.get("prefix") : type;
                if (text instanceof String t && EventTypes.isDirective(t)) {
                    at.problem("Expected types of events, but '" + t
                            + "' is a directive to the engine itself, which matches no trigger");
                }
            }
        }
    }
}

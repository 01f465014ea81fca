package io.triggerflow.core.script;

import io.triggerflow.core.definition.DefinitionException;
import io.triggerflow.core.definition.Problem;
import io.triggerflow.core.model.EventTypes;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads scripts: a list of steps as plain Java JSON, as any JSON or YAML parser gives it. Each step is an object of one of these verbs:
 *
 * <pre>
 * {"start": INPUT}                                                        first, and only first, for a workflow
 * {"end": TASK, "outcome": "succeeded|failed|timed_out", "item": N, "data": JSON}
 * {"emit": TYPE, "subject": TEXT, "data": JSON, "times": N, "to": "run|workspace", "attributes": {...}}
 * {"advance": "next" or an ISO-8601 duration}
 * </pre>
 */
public final class ScriptReader {
    private static final int MAX_STEPS = 10_000;
    /** Events of one step; a join of this size can be filled. */
    private static final int MAX_TIMES = 100_000;

    private static final Set<String> VERBS = Set.of("start", "end", "emit", "advance");
    private static final Map<String, Set<String>> KEYS = Map.of(
            "start", Set.of("start"),
            "end", Set.of("end", "outcome", "item", "data"),
            "emit", Set.of("emit", "subject", "data", "times", "to", "attributes"),
            "advance", Set.of("advance"));

    private final List<Problem> problems = new ArrayList<>();

    private ScriptReader() {}

    /**
     * Reads a script.
     *
     * @throws DefinitionException with all problems, each with its path
     */
    public static List<Step> read(Object tree) {
        ScriptReader reader = new ScriptReader();
        List<Step> steps = reader.all(tree);
        if (!reader.problems.isEmpty()) {
            throw new DefinitionException(reader.problems);
        }
        return steps;
    }

    private List<Step> all(Object tree) {
        List<Step> steps = new ArrayList<>();
        if (!(tree instanceof List<?> list) || list.isEmpty() || list.size() > MAX_STEPS) {
            problem("$", "Expected a script, a list of 1 to " + MAX_STEPS + " steps, but got " + kind(tree));
            return steps;
        }
        for (int i = 0; i < list.size(); i++) {
            String path = "$[" + i + "]";
            Optional<Step> step = one(path, list.get(i));
            step.ifPresent(steps::add);
            if (i > 0 && step.filter(Step.Start.class::isInstance).isPresent()) {
                problem(path, "Expected start as the first step only, but it is step " + (i + 1));
            }
        }
        return steps;
    }

    private Optional<Step> one(String path, Object value) {
        Optional<String> verb = value instanceof Map<?, ?> map
                ? VERBS.stream().sorted().filter(map::containsKey).findFirst()
                : Optional.empty();
        if (verb.isEmpty()) {
            problem(path, "Expected a step, an object with one of start, end, emit, advance, but got " + kind(value));
            return Optional.empty();
        }
        Map<?, ?> map = (Map<?, ?>) value;
        Set<String> known = KEYS.get(verb.get());
        map.keySet().stream()
                .filter(key -> !known.contains(String.valueOf(key)))
                .forEach(key -> problem(
                        path,
                        "Expected only "
                                + String.join(", ", known.stream().sorted().toList()) + " beside " + verb.get()
                                + ", but got '" + key + "'"));
        return switch (verb.get()) {
            case "start" -> Optional.of(new Step.Start(map.get("start")));
            case "end" -> end(path, map);
            case "emit" -> emit(path, map);
            default -> advance(path, map.get("advance"));
        };
    }

    private Optional<Step> end(String path, Map<?, ?> map) {
        Optional<String> task = text(path + ".end", map.get("end"), "a task");
        Step.Outcome outcome = oneOf(path + ".outcome", map.get("outcome"), Step.Outcome.SUCCEEDED);
        Optional<Integer> item = Optional.empty();
        if (map.get("item") != null) {
            item = Optional.of(number(path + ".item", map.get("item"), 0, Integer.MAX_VALUE));
        }
        Optional<Integer> which = item;
        return task.map(t -> new Step.End(t, outcome, which, map.get("data")));
    }

    private Optional<Step> emit(String path, Map<?, ?> map) {
        Optional<String> type = text(path + ".emit", map.get("emit"), "an event type");
        type.filter(EventTypes::isDirective)
                .ifPresent(t -> problem(
                        path + ".emit",
                        "Expected a type of an event, but '" + t + "' is a directive to the engine itself"));
        String subject = map.get("subject") == null
                ? ""
                : text(path + ".subject", map.get("subject"), "a subject").orElse("");
        int times = map.get("times") == null ? 1 : number(path + ".times", map.get("times"), 1, MAX_TIMES);
        Step.To to = oneOf(path + ".to", map.get("to"), Step.To.RUN);
        Map<String, Object> attributes = attributes(path + ".attributes", map.get("attributes"));
        return type.map(t -> new Step.Emit(t, subject, map.get("data"), times, to, attributes));
    }

    private Map<String, Object> attributes(String path, Object value) {
        Map<String, Object> attributes = new LinkedHashMap<>();
        if (value instanceof Map<?, ?> map) {
            map.forEach((key, one) -> {
                if (one instanceof String || one instanceof Number || one instanceof Boolean) {
                    attributes.put(String.valueOf(key), one);
                } else {
                    problem(path, "Expected attributes that are texts, numbers or booleans, but got " + kind(one));
                }
            });
        } else if (value != null) {
            problem(path, "Expected an object of attributes, but got " + kind(value));
        }
        return attributes;
    }

    private Optional<Step> advance(String path, Object value) {
        if ("next".equals(value)) {
            return Optional.of(new Step.Advance(Optional.empty()));
        }
        try {
            Duration by = value instanceof String text ? Duration.parse(text) : Duration.ofNanos(-1);
            if (!by.isNegative()) {
                return Optional.of(new Step.Advance(Optional.of(by)));
            }
        } catch (DateTimeParseException e) {
            // Reported below, as any other value.
        }
        problem(path + ".advance", "Expected \"next\" or an ISO-8601 duration such as PT10S, but got " + kind(value));
        return Optional.empty();
    }

    private Optional<String> text(String path, Object value, String what) {
        if (value instanceof String text && !text.isEmpty()) {
            return Optional.of(text);
        }
        problem(path, "Expected " + what + ", but got " + kind(value));
        return Optional.empty();
    }

    private int number(String path, Object value, int least, int most) {
        if (value instanceof Number n
                && n.doubleValue() == n.intValue()
                && n.intValue() >= least
                && n.intValue() <= most) {
            return n.intValue();
        }
        problem(path, "Expected a whole number from " + least + " to " + most + ", but got " + kind(value));
        return least;
    }

    private <E extends Enum<E>> E oneOf(String path, Object value, E otherwise) {
        if (value == null) {
            return otherwise;
        }
        E[] all = otherwise.getDeclaringClass().getEnumConstants();
        List<String> names = new ArrayList<>();
        for (E one : all) {
            String name = one.name().toLowerCase(Locale.ROOT);
            if (name.equals(value)) {
                return one;
            }
            names.add(name);
        }
        problem(path, "Expected one of " + String.join(", ", names) + ", but got " + kind(value));
        return otherwise;
    }

    private static String kind(Object value) {
        return switch (value) {
            case null -> "nothing";
            case String s -> "'" + (s.length() > 60 ? s.substring(0, 60) + "…" : s) + "'";
            case Map<?, ?> m -> "an object of " + (m.isEmpty() ? "nothing" : m.keySet());
            case List<?> l -> "a list of " + l.size();
            default -> value.toString();
        };
    }

    private void problem(String path, String message) {
        problems.add(new Problem(path, message));
    }
}

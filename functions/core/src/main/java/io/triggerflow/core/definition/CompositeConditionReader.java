package io.triggerflow.core.definition;

import io.triggerflow.core.composite.CompositeException;
import io.triggerflow.core.composite.CompositeJson;
import io.triggerflow.core.model.Composite;
import io.triggerflow.core.model.CompositeRule;
import io.triggerflow.core.model.Condition;
import io.triggerflow.core.model.EventPattern;
import io.triggerflow.core.model.Expression;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads {@code condition.composite}. */
final class CompositeConditionReader {
    private final PatternReader patterns = new PatternReader();

    Optional<Condition> read(Cursor at) {
        if (!at.object("a composite event, an object", "events", "detect")) {
            return Optional.empty();
        }
        Optional<Map<String, Composite.Source>> events = at.required("events").flatMap(this::events);
        Optional<Cursor> detect = at.required("detect");
        Optional<CompositeRule> rule = detect.flatMap(CompositeConditionReader::rule);
        if (events.isEmpty() || rule.isEmpty()) {
            return Optional.empty();
        }
        boolean agree = agree(at.get("events").orElseThrow(), detect.orElseThrow(), events.get(), rule.get());
        return agree ? Optional.of(new Condition.Composite(events.get(), rule.get())) : Optional.empty();
    }

    private static Optional<CompositeRule> rule(Cursor at) {
        if (!at.isText() && !at.isObject()) {
            at.expected("a composite event such as 'SEQ(payment, shipped) within PT2H by $.order', or an object");
            return Optional.empty();
        }
        try {
            CompositeRule rule = CompositeJson.read(at.value());
            Optional<String> error = rule.by().map(Expression::source).flatMap(at.reading::expressionError);
            error.ifPresent(e -> at.problem("Expected a JSONata expression as the key, but '"
                    + Cursor.shortened(rule.by().orElseThrow().source()) + "' does not compile: " + e));
            return error.isPresent() ? Optional.empty() : Optional.of(rule);
        } catch (CompositeException e) {
            at.reading.problem(at.path() + e.path(), e.getMessage());
            return Optional.empty();
        }
    }

    private Optional<Map<String, Composite.Source>> events(Cursor at) {
        if (!(at.value() instanceof Map<?, ?> map) || map.isEmpty()) {
            at.expected("an object of at least one event, each under its name");
            return Optional.empty();
        }
        int before = at.reading.reported();
        Map<String, Composite.Source> events = new LinkedHashMap<>();
        int all = 0;
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            if (entry.getKey() instanceof String name) {
                Composite.Source source = source(at.child(name, entry.getValue()));
                all += source.on().size();
                events.put(name, source);
            } else {
                at.problem("Expected names that are text, but got " + entry.getKey() + " (in YAML, put quotes)");
            }
        }
        if (all > Limits.MAX_PATTERNS) {
            at.problem("Expected at most " + Limits.MAX_PATTERNS + " event patterns in all, but got " + all);
        }
        return at.reading.reported() > before ? Optional.empty() : Optional.of(events);
    }

    private Composite.Source source(Cursor at) {
        if (!at.object("an event, an object", "on", "when")) {
            return new Composite.Source(List.of(), Optional.empty());
        }
        List<EventPattern> on = at.required("on").map(patterns::read).orElse(List.of());
        if (on.isEmpty()
                && at.get("on")
                        .filter(c -> c.value() instanceof List<?> l && l.isEmpty())
                        .isPresent()) {
            at.problem("Expected at least one event pattern, but got none");
        }
        return new Composite.Source(on, at.get("when").flatMap(Cursor::expression));
    }

    private static boolean agree(
            Cursor events, Cursor detect, Map<String, Composite.Source> sources, CompositeRule rule) {
        List<String> unknown =
                rule.names().stream().filter(n -> !sources.containsKey(n)).toList();
        List<String> unused =
                sources.keySet().stream().filter(n -> !rule.names().contains(n)).toList();
        unknown.forEach(n -> detect.problem("Expected only names of 'events', but got '" + Cursor.shortened(n) + "'"
                + Nearest.hint(n, sources.keySet())));
        unused.forEach(n -> events.child(n, null)
                .problem("Expected each event to be mentioned in 'detect', but '" + Cursor.shortened(n) + "' is not"
                        + Nearest.hint(n, rule.names())));
        return unknown.isEmpty() && unused.isEmpty();
    }
}

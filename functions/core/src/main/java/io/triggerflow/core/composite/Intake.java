package io.triggerflow.core.composite;

import io.triggerflow.core.expression.ExpressionException;
import io.triggerflow.core.expression.Expressions;
import io.triggerflow.core.expression.Variables;
import io.triggerflow.core.model.Composite;
import io.triggerflow.core.model.Composite.Source;
import io.triggerflow.core.model.CompositeRule;
import io.triggerflow.core.model.Condition;
import io.triggerflow.core.model.Event;
import io.triggerflow.core.model.JsonText;
import io.triggerflow.core.model.Trigger;
import io.triggerflow.core.route.Router;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** Which primitive events an event is an occurrence of, and with which key it is detected. Immutable; thread-safe. */
public final class Intake {
    /** Characters of what is kept of an event; of a longer one the data is not kept. */
    public static final int MAX_KEPT = 2_000;

    private final CompositeRule rule;
    private final Map<String, Source> sources;
    private final Expressions expressions;
    /** One trigger for each name, for its patterns. */
    private final Router router;

    /** @param sources what each name in the rule means; names that the rule does not mention are ignored */
    public Intake(CompositeRule rule, Map<String, Source> sources, Expressions expressions) {
        this.rule = rule;
        this.sources = Map.copyOf(sources);
        this.expressions = expressions;
        List<Trigger> triggers = new ArrayList<>();
        for (String name : rule.names()) {
            if (!sources.containsKey(name)) {
                throw new IllegalArgumentException(
                        "Expected events " + new TreeSet<>(sources.keySet()) + ", but got the name '" + name + "'");
            }
            triggers.add(new Trigger(
                    name,
                    sources.get(name).on(),
                    new Condition.Always(),
                    List.of(),
                    List.of(),
                    false,
                    true,
                    Optional.empty(),
                    Optional.empty()));
        }
        this.router = new Router(triggers);
    }

    /**
     * What an event is.
     *
     * @param arrival empty if it is an occurrence of nothing, or has no key where the rule asks for one
     * @param key empty if the rule has none
     * @param notes why it was left out, unless it just does not match
     */
    public record Taken(Optional<Arrival> arrival, String key, List<String> notes) {}

    public Taken take(Event event, Instant now) {
        List<String> notes = new ArrayList<>();
        Map<String, Object> json = Router.asJson(event);
        Variables variables = Variables.NONE.with("event", json);
        SortedSet<String> names = new TreeSet<>();
        for (Trigger match : router.match(event)) {
            if (passes(sources.get(match.id()), variables, now, notes)) {
                names.add(match.id());
            }
        }
        Optional<String> key = names.isEmpty() ? Optional.empty() : key(variables, now, notes);
        return new Taken(
                key.map(k -> new Arrival(event.key(), event.time(), names, kept(json))), key.orElse(""), notes);
    }

    private boolean passes(Composite.Source source, Variables variables, Instant now, List<String> notes) {
        try {
            return source.mask().isEmpty() || expressions.isTrue(source.mask().get(), variables, now);
        } catch (ExpressionException e) {
            notes.add(e.getMessage());
            return false;
        }
    }

    private Optional<String> key(Variables variables, Instant now, List<String> notes) {
        if (rule.by().isEmpty()) {
            return Optional.of("");
        }
        try {
            Object key = expressions.evaluate(rule.by().get(), variables, now);
            if (key instanceof String || key instanceof Number || key instanceof Boolean) {
                return Optional.of(key instanceof String text ? text : JsonText.write(key));
            }
            notes.add("no correlation key");
        } catch (ExpressionException e) {
            notes.add(e.getMessage());
        }
        return Optional.empty();
    }

    private static Map<String, Object> kept(Map<String, Object> json) {
        if (JsonText.write(json).length() <= MAX_KEPT) {
            return json;
        }
        Map<String, Object> less = new LinkedHashMap<>();
        for (String attribute : List.of("id", "source", "type", "subject", "time")) {
            if (json.containsKey(attribute)) {
                less.put(attribute, json.get(attribute));
            }
        }
        return less;
    }
}

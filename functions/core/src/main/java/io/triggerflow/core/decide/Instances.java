package io.triggerflow.core.decide;

import io.triggerflow.core.expression.ExpressionException;
import io.triggerflow.core.expression.Expressions;
import io.triggerflow.core.expression.Variables;
import io.triggerflow.core.model.Condition;
import io.triggerflow.core.model.Event;
import io.triggerflow.core.model.EventTypes;
import io.triggerflow.core.model.Expression;
import io.triggerflow.core.model.JsonText;
import io.triggerflow.core.model.Trigger;
import io.triggerflow.core.model.TriggerState.Instance;
import io.triggerflow.core.route.Router;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which state of a trigger an event is for: the trigger's own, or that of a key. A key follows from the event alone, so that it is the same
 * whenever the event comes. Pure; thread-safe.
 */
public final class Instances {
    private final Expressions expressions;
    private final Composites composites;

    public Instances(Expressions expressions, Composites composites) {
        this.expressions = expressions;
        this.composites = composites;
    }

    /**
     * Which state an event is for.
     *
     * @param instance empty when it is for none: it has no key
     * @param notes why that is so, when the author should know
     */
    public record Meant(Optional<Instance> instance, List<String> notes) {}

    public Meant of(Trigger trigger, Event event, Instant now) {
        if (EventTypes.isDirective(event.type())) {
            String key = event.data() instanceof Map<?, ?> data && data.get("key") instanceof String k ? k : "";
            return new Meant(Optional.of(new Instance(trigger.id(), key)), List.of());
        }
        return switch (trigger.condition()) {
            case Condition.Join join ->
                join.key().map(key -> joined(trigger, key, event, now)).orElseGet(() -> unkeyed(trigger));
            case Condition.Composite composite -> composites.instance(trigger, composite, event, now);
            case Condition.Custom c -> unkeyed(trigger);
            case Condition.Always a -> unkeyed(trigger);
            case Condition.When w -> unkeyed(trigger);
        };
    }

    private static Meant unkeyed(Trigger trigger) {
        return new Meant(Optional.of(Instance.of(trigger.id())), List.of());
    }

    private Meant joined(Trigger trigger, Expression key, Event event, Instant now) {
        try {
            Object value = expressions.evaluate(key, Variables.NONE.with("event", Router.asJson(event)), now);
            return value instanceof String || value instanceof Number || value instanceof Boolean
                    ? meant(trigger, value instanceof String text ? text : JsonText.write(value), event)
                    : none(trigger, event, "'" + key.source() + "' gives none");
        } catch (ExpressionException e) {
            return none(trigger, event, e.getMessage());
        }
    }

    /** The state of a key; an empty one is none, as it cannot be told from a trigger without keys. */
    static Meant meant(Trigger trigger, String key, Event event) {
        if (key.isEmpty() || key.length() > Instance.MAX_KEY) {
            return none(
                    trigger, event, "it has " + key.length() + " characters, and may have 1 to " + Instance.MAX_KEY);
        }
        return new Meant(Optional.of(new Instance(trigger.id(), key)), List.of());
    }

    private static Meant none(Trigger trigger, Event event, String why) {
        return new Meant(
                Optional.empty(),
                List.of("Expected event " + event.id() + " to have a key for trigger '" + trigger.id() + "', but " + why
                        + ": it is left out"));
    }
}

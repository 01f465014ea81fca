package io.triggerflow.core.model;

import java.util.List;
import java.util.Optional;

/**
 * The one mechanism: when one of these events comes, and the condition holds, then act.
 *
 * @param id unique in its scope
 * @param on the events that activate it; any of them
 * @param condition when an activation fires
 * @param actions what a firing asks for, in order
 * @param onFailure what is asked for when a launch of this trigger has failed for good, or its join can no longer hold
 * @param once whether it is retired by its first firing
 * @param enabled whether it is active from the start
 * @param deadline a time limit on its condition
 * @param correlate for events that are not addressed to a run: which run they are for
 */
public record Trigger(
        String id,
        List<EventPattern> on,
        Condition condition,
        List<Action> actions,
        List<Action> onFailure,
        boolean once,
        boolean enabled,
        Optional<Deadline> deadline,
        Optional<Correlate> correlate) {
    public Trigger {
        on = List.copyOf(on);
        actions = List.copyOf(actions);
        onFailure = List.copyOf(onFailure);
    }

    /** Whether the condition keeps durable state. */
    public boolean isStateful() {
        return switch (condition) {
            case Condition.Always a -> false;
            case Condition.When w -> false;
            case Condition.Join j -> true;
            case Condition.Custom c -> true;
            case Condition.Composite c -> true;
        };
    }

    /** Whether each key has a state of its own. */
    public boolean isKeyed() {
        return condition instanceof Condition.Join join && join.key().isPresent()
                || condition instanceof Condition.Composite composite
                        && composite.detect().by().isPresent();
    }

    /**
     * Whether the state tells of each event that activated it that it came. Otherwise the end of a launch that activates it is noted apart:
     * nobody could tell it from one that never came.
     */
    public boolean remembersEach() {
        return switch (condition) {
            case Condition.Always a -> false;
            case Condition.When w -> false;
            case Condition.Join j -> j.key().map(k -> !k.mentions("data")).orElse(true);
            case Condition.Custom c -> true;
            case Condition.Composite c -> false;
        };
    }

    /** Whether at most one firing is ever committed for this trigger's claim item (not needed for joins, whose rounds are named). */
    public boolean needsClaim() {
        return !isStateful() && (once || deadline.isPresent());
    }

    /**
     * Equality of a key in the event and in the run: an unaddressed event is for the runs that wait for its key.
     *
     * @param eventKey over $event; a text or number
     * @param runKey over $run (input, context), evaluated when the trigger is registered
     */
    public record Correlate(Expression eventKey, Expression runKey) {}
}

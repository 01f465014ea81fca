package io.triggerflow.core.model;

import java.time.Duration;

/**
 * A time limit on a trigger's condition.
 *
 * @param after how long the condition may take
 * @param from when the time begins to run
 * @param then what happens when it has passed and the trigger has not fired
 * @param late what happens to an event that comes after the trigger was decided
 */
public record Deadline(Duration after, From from, Then then, Late late) {
    public Deadline {
        if (after.isNegative() || after.isZero()) {
            throw new IllegalArgumentException("Expected a deadline longer than zero, but got " + after);
        }
    }

    /** When the time begins to run. */
    public enum From {
        /** When the run starts, or the trigger is registered. */
        START,
        /** When the first event activates the trigger. */
        FIRST
    }

    /** What happens at the deadline. */
    public enum Then {
        /** The trigger fires with what has arrived. */
        FIRE,
        /** The trigger's failure route is taken; without one the run fails. */
        FAIL,
        /** Nothing: the trigger is retired. */
        RETIRE
    }

    /** What happens to late events. */
    public enum Late {
        /** They are rejected, and change nothing. */
        IGNORE,
        /** Each becomes an event of type {@link EventTypes#LATE} with the trigger as its subject, to which triggers can react. */
        EMIT
    }
}

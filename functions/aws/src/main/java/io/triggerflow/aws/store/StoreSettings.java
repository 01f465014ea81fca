package io.triggerflow.aws.store;

import java.time.Duration;

/**
 * How a store keeps things.
 *
 * @param table the table's name
 * @param history how long a finished run is kept, with its history, and what is parked; at least a day
 * @param longest how long a workspace remembers what it launched, if that may take longer than a history: a run, for one
 * @param firstCheck how long after its start the sweeper first looks at a run
 */
public record StoreSettings(String table, Duration history, Duration longest, Duration firstCheck) {
    public static final Duration DEFAULT_HISTORY = Duration.ofDays(30);
    /** As long as a Standard execution of Step Functions may take, and a month. */
    public static final Duration DEFAULT_LONGEST = Duration.ofDays(400);

    public static final Duration DEFAULT_FIRST_CHECK = Duration.ofMinutes(5);

    /** SQS redelivers for at most so long; an invocation ends within hours. */
    static final Duration REDELIVERY = Duration.ofDays(14);

    public StoreSettings {
        if (history.compareTo(Duration.ofDays(1)) < 0 || longest.compareTo(history) < 0) {
            throw new IllegalArgumentException(
                    "Expected history to be kept for at least a day and at most as long as anything, but got " + history
                            + " and " + longest);
        }
    }

    /** The defaults for a table. */
    public static StoreSettings of(String table) {
        return new StoreSettings(table, DEFAULT_HISTORY, DEFAULT_LONGEST, DEFAULT_FIRST_CHECK);
    }
}

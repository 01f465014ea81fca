package io.triggerflow.aws.metrics;

/** The metrics of a deployment: namespace {@link Metrics#NAMESPACE}, dimension {@link Metrics#DIMENSION}. Alarms know them by these names. */
public enum Metric {
    RUNS_STARTED("RunsStarted"),
    RUNS_SUCCEEDED("RunsSucceeded"),
    /** Failed, or out of time. */
    RUNS_FAILED("RunsFailed"),
    RUNS_CANCELLED("RunsCancelled"),
    /** Triggers that fired. */
    FIRINGS("Firings"),
    /** Invocations that Lambda accepted. */
    LAUNCHES("Launches"),
    /** From when the queue took an event, or from when it was due, until Lambda accepted the launch that it caused. */
    EVENT_TO_LAUNCH_LATENCY("EventToLaunchLatency", "Milliseconds"),
    /** Failed launches that are launched again, by their own retry policy. */
    RETRIES("Retries"),
    /** Launches that Lambda had no room for; each is tried again. */
    THROTTLED("Throttled"),
    /** Late news: of launches that had ended, timers that were cancelled, runs that are over. */
    REJECTED("Rejected"),
    /** What cannot be handled, kept for people. */
    PARKED("Parked"),
    /** Decisions that another engine was ahead of; each is made again. */
    CONFLICTS("Conflicts"),
    /** Messages that the engine gave back to the queue. */
    BATCH_ITEM_FAILURES("BatchItemFailures"),
    /** Messages that the queue gave up. */
    DEAD_LETTERS("DeadLetters"),
    /** Parked messages that somebody sent again. */
    REDRIVEN("Redriven"),
    /** Runs that the sweeper looked at. */
    RUNS_CHECKED("RunsChecked"),
    /** Entries of workspaces that the sweeper looked at: what standing triggers launched. */
    ENTRIES_CHECKED("EntriesChecked"),
    /** Silences that the sweeper turned into events. */
    SWEPT("Swept");

    private final String published;
    private final String unit;

    Metric(String published) {
        this(published, "Count");
    }

    Metric(String published, String unit) {
        this.published = published;
        this.unit = unit;
    }

    /** Its name in CloudWatch. */
    public String published() {
        return published;
    }

    String unit() {
        return unit;
    }
}

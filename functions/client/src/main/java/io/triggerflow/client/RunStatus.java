package io.triggerflow.client;

import java.util.Locale;

/** Where a run stands. */
public enum RunStatus {
    RUNNING,
    /** Its events are held until it is resumed. */
    PAUSED,
    SUCCEEDED,
    FAILED,
    CANCELLED,
    TIMED_OUT;

    /** Whether nothing will happen any more. */
    public boolean isFinished() {
        return switch (this) {
            case RUNNING, PAUSED -> false;
            case SUCCEEDED, FAILED, CANCELLED, TIMED_OUT -> true;
        };
    }

    static RunStatus of(String text) {
        try {
            return valueOf(text.toUpperCase(Locale.ROOT).replace('-', '_'));
        } catch (IllegalArgumentException e) {
            throw new TriggerflowException(
                    0,
                    "UnknownStatus",
                    "",
                    "Expected a run's status, but the deployment answered '" + text
                            + "'; is it newer than this client?",
                    e);
        }
    }
}

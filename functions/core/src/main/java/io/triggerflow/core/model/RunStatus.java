package io.triggerflow.core.model;

/** Where a run stands. A workspace's own scope is always {@link #RUNNING}. */
public enum RunStatus {
    RUNNING,
    /** Events are held until it is resumed; launched functions go on. */
    PAUSED,
    SUCCEEDED,
    FAILED,
    CANCELLED,
    TIMED_OUT;

    public boolean isFinished() {
        return switch (this) {
            case RUNNING, PAUSED -> false;
            case SUCCEEDED, FAILED, CANCELLED, TIMED_OUT -> true;
        };
    }
}

package io.triggerflow.core.port;

import io.triggerflow.core.model.Launch;

/** Launches functions. Thread-safe. */
public interface Launcher {
    /**
     * Asks for one asynchronous invocation. May be called again for the same launch; the launch's id lets receivers recognise it.
     *
     * @return never throws: every failure is an outcome
     */
    Outcome invoke(Launch.Invoke launch);

    /** What became of a launch. */
    sealed interface Outcome {
        /** Accepted: its end will come as a termination event, or its deadline will pass. */
        record Accepted() implements Outcome {}

        /** Not now: throttled, or a passing fault. It may be tried again later. */
        record Throttled(String error, String message) implements Outcome {}

        /** Never: no such function, not permitted, payload too large. */
        record Refused(String error, String message) implements Outcome {}
    }
}

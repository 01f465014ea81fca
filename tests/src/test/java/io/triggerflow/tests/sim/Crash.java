package io.triggerflow.tests.sim;

/** The death of a process between two steps. An error, so that nothing in the engine can catch it. */
final class Crash extends Error {
    private static final long serialVersionUID = 1L;

    Crash() {
        super("crash", null, false, false);
    }
}

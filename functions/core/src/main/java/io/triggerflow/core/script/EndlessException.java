package io.triggerflow.core.script;

/** What follows from one step goes on beyond what was allowed; the world is in the middle of it, and of no further use. */
public final class EndlessException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public EndlessException(int most) {
        super("Expected a step to end within " + most + " entries, but it goes on");
    }
}

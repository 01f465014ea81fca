package io.triggerflow.core.control;

/** A request that cannot be granted; the message says what was expected and what to do. */
public final class ControlException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why, as a caller may want to distinguish it. */
    public enum Kind {
        /** There is no such thing. */
        NOT_FOUND,
        /** It exists already, or its state does not allow it. */
        CONFLICT,
        /** The request itself is wrong. */
        INVALID
    }

    private final Kind kind;

    public ControlException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}

package io.triggerflow.core.composite;

/** A bound was met, and the rule says that this is a failure. */
final class OverflowException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    OverflowException(String message) {
        super(message, null, false, false);
    }
}

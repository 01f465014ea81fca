package io.triggerflow.aws.event;

/** A message that cannot be understood yet, but perhaps when it is delivered again: what it refers to is still being written. */
public final class NotYetException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public NotYetException(String message) {
        super(message);
    }
}

package io.triggerflow.core.port;

/**
 * The store did not answer, or was throttled: whether the write took place is not known. Or, as an {@link UnreadableException}, it holds
 * what this release does not know. The caller lets the event be redelivered.
 */
public class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StoreException(String message, Throwable cause) {
        super(message, cause);
    }
}

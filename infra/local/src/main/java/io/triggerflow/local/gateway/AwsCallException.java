package io.triggerflow.local.gateway;

import java.io.IOException;

/** A service answered a call with an error. */
public final class AwsCallException extends IOException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;

    /**
     * An error that a service answered with.
     *
     * @param target what was called
     * @param code the error's short name; empty when the service gave none
     */
    public AwsCallException(String target, int status, String code, String message) {
        super("Expected " + target + " to succeed, but: " + status + " " + code + " " + message);
        this.status = status;
        this.code = code;
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** The error's short name, such as {@code ResourceInUseException}; empty when the service gave none. */
    public String code() {
        return code;
    }

    /** Whether the same call may succeed later: the service was throttling or failing. */
    public boolean retryable() {
        return status >= 500 || status == 429 || code.contains("Throttl") || code.contains("ThroughputExceeded");
    }
}

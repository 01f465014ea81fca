package io.triggerflow.local.gateway;

/** An error that a local service answers with, in the service's own words. */
public final class ServiceException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;

    /**
     * An error.
     *
     * @param status the HTTP status
     * @param code the error's short name, such as {@code ResourceNotFoundException}
     */
    public ServiceException(int status, String code, String message) {
        super(message, null, false, false);
        this.status = status;
        this.code = code;
    }

    /** A ValidationException. */
    public static ServiceException invalid(String message) {
        return new ServiceException(400, "ValidationException", message);
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** The error's short name. */
    public String code() {
        return code;
    }
}

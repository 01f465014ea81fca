package io.triggerflow.aws.api;

/** A request that is answered with an error. */
final class ApiException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String error;
    private final String path;

    ApiException(int status, String error, String message, String path) {
        super(message);
        this.status = status;
        this.error = error;
        this.path = path;
    }

    static ApiException invalid(String message, String path) {
        return new ApiException(400, "Invalid", message, path);
    }

    static ApiException notFound(String message) {
        return new ApiException(404, "NotFound", message, "");
    }

    int status() {
        return status;
    }

    String error() {
        return error;
    }

    /** Where in the body; may be empty. */
    String path() {
        return path;
    }
}

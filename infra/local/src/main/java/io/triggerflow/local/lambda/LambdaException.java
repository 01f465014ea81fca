package io.triggerflow.local.lambda;

/** An error of the Lambda API: HTTP status, error code and words as AWS gives them. */
public final class LambdaException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;

    public LambdaException(int status, String code, String message) {
        super(message);
        this.status = status;
        this.code = code;
    }

    public int status() {
        return status;
    }

    /** For example {@code ResourceNotFoundException}. */
    public String code() {
        return code;
    }

    boolean isThrottle() {
        return status == 429;
    }

    static LambdaException functionNotFound(String arn) {
        return new LambdaException(404, "ResourceNotFoundException", "Function not found: " + arn);
    }

    static LambdaException invalid(String message) {
        return new LambdaException(400, "InvalidParameterValueException", message);
    }

    static LambdaException throttled() {
        return new LambdaException(429, "TooManyRequestsException", "Rate Exceeded.");
    }
}

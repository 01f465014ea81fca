package io.triggerflow.asl.teststate;

/** A request that TestState refuses: {@code code} is the API's error, ValidationException or InvalidDefinition. */
public final class TestStateException extends Exception {
    private static final long serialVersionUID = 1L;
    private final String code;

    private TestStateException(String code, String message) {
        super(message);
        this.code = code;
    }

    static TestStateException invalid(String message) {
        return new TestStateException("ValidationException", message);
    }

    static TestStateException definition(String message) {
        return new TestStateException("InvalidDefinition", message);
    }

    public String code() {
        return code;
    }
}

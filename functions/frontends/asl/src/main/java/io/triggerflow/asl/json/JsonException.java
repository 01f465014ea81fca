package io.triggerflow.asl.json;

/** A text that is not JSON, or is nested too deep; the message says where. */
public final class JsonException extends Exception {
    private static final long serialVersionUID = 1L;

    public JsonException(String message) {
        super(message);
    }
}

package io.triggerflow.asl.teststate;

/**
 * What a state's work gives instead of being done: a result or an error.
 *
 * @param result JSON text; null with an error
 * @param error null with a result
 * @param cause may be null
 */
public record Mock(String result, String error, String cause, Validation validation) {
    /** How a mocked result is compared with what the called API answers. */
    public enum Validation {
        /** Fields have their types, and required ones are there. */
        STRICT,
        /** The fields that are there have their types. */
        PRESENT,
        NONE
    }

    public boolean fails() {
        return result == null;
    }
}

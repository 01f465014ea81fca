package io.triggerflow.asl.parse;

/**
 * What is wrong with a definition.
 *
 * @param code AWS's: SCHEMA_VALIDATION_FAILED, MISSING_TRANSITION_TARGET, ...
 * @param location such as "/States/Wait/Timestamp"
 */
public record Diagnostic(String code, String message, String location) {
    public static final String SCHEMA = "SCHEMA_VALIDATION_FAILED";
    public static final String SYNTAX = "INVALID_JSON_DESCRIPTION";
    public static final String EMPTY = "MISSING_DESCRIPTION";
    public static final String TARGET = "MISSING_TRANSITION_TARGET";
    public static final String END = "MISSING_END_STATE";
    public static final String DUPLICATE = "DUPLICATE_STATE_NAME";
    public static final String STATE_NAME = "INVALID_STATE_NAME";
    public static final String LABEL = "INVALID_LABEL_NAME";
    public static final String DEPTH = "TOO_DEEPLY_NESTED";

    /** As in the message of an InvalidDefinition. */
    public String text() {
        return code + ": " + message + (location == null ? "" : " at " + location);
    }
}

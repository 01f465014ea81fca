package io.triggerflow.asl.model;

/**
 * A checked definition.
 *
 * @param timeoutSeconds for a whole execution, null without limit
 * @param comment null if there is none
 */
public record StateMachine(
        Branch branch, QueryLanguage language, Integer timeoutSeconds, String comment, String version) {}

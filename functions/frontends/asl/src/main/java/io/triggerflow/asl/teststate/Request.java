package io.triggerflow.asl.teststate;

import java.util.Map;

/**
 * A request of the TestState API.
 *
 * @param definition of a state, or of a machine with {@code stateName}
 * @param stateName null for a single state
 * @param input plain Java JSON
 * @param roleArn null without
 * @param level what is told of the data flow
 * @param mock null without
 * @param context the context object, null without
 * @param variables by name
 */
public record Request(
        String definition,
        String stateName,
        Object input,
        String roleArn,
        Level level,
        Mock mock,
        Map<String, Object> context,
        Map<String, Object> variables,
        Configuration configuration,
        boolean revealSecrets) {
    /** Inspection levels. */
    public enum Level {
        INFO,
        DEBUG,
        TRACE
    }
}

package io.triggerflow.asl.interpret;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the context object says of an execution.
 *
 * @param context the fields Execution and StateMachine
 * @param complete whether it is the whole context object: nothing is added to it (TestState's own context)
 */
public record Execution(Map<String, Object> context, boolean complete) {

    /**
     * @param redriveCount null for an Express execution, whose context has none
     * @param roleArn may be null
     */
    public static Execution of(
            String id,
            String name,
            String roleArn,
            Object input,
            Instant started,
            Integer redriveCount,
            Machine machine) {
        Map<String, Object> execution = new LinkedHashMap<>();
        execution.put("Id", id);
        execution.put("Input", input);
        execution.put("StartTime", Times.text(started));
        execution.put("Name", name);
        execution.put("RoleArn", roleArn);
        if (redriveCount != null) {
            execution.put("RedriveCount", redriveCount);
        }
        Map<String, Object> stateMachine = new LinkedHashMap<>();
        stateMachine.put("Id", machine.id());
        stateMachine.put("Name", machine.name());
        Map<String, Object> context = new LinkedHashMap<>();
        context.put("Execution", execution);
        context.put("StateMachine", stateMachine);
        return new Execution(context, false);
    }

    /** @param id the state machine's ARN */
    public record Machine(String id, String name) {}

    /** The input that the execution was started with. */
    Object input() {
        return context.get("Execution") instanceof Map<?, ?> execution ? execution.get("Input") : null;
    }

    /** Of the execution's ARN; null without one. */
    String region() {
        return context.get("Execution") instanceof Map<?, ?> execution
                        && execution.get("Id") instanceof String id
                        && id.split(":").length > 4
                ? id.split(":")[3]
                : null;
    }

    String roleArn() {
        return context.get("Execution") instanceof Map<?, ?> execution && execution.get("RoleArn") instanceof String arn
                ? arn
                : null;
    }
}

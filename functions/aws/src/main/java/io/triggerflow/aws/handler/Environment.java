package io.triggerflow.aws.handler;

import java.time.Duration;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The environment variables of the functions. {@code template.yaml} sets them:
 *
 * <pre>
 * TABLE_NAME QUEUE_URL QUEUE_ARN BUS_NAME BUCKET_NAME SCHEDULE_GROUP SCHEDULE_ROLE_ARN
 * STACK_NAME             the dimension of the metrics; "triggerflow"
 * TRIGGERFLOW_WORKSPACE  workspace of events that name none; "default"
 * HISTORY_DAYS           how long finished runs are kept; 30
 * SILENCE_SECONDS        after which a launch without a time limit counts as lost; 2700, at least 120
 * CHECK_SECONDS          between two looks of the sweeper at a run, at least; 300
 * </pre>
 *
 * @param variables gives a variable, or null
 */
record Environment(UnaryOperator<String> variables) {
    static Environment ofProcess() {
        return new Environment(System::getenv);
    }

    String required(String name) {
        return optional(name)
                .orElseThrow(() -> new IllegalStateException(
                        "Expected the environment variable " + name + ", but it is not set; template.yaml sets it"));
    }

    Optional<String> optional(String name) {
        return Optional.ofNullable(variables.apply(name)).filter(v -> !v.isBlank());
    }

    Duration seconds(String name, Duration otherwise) {
        return optional(name).map(v -> Duration.ofSeconds(Long.parseLong(v))).orElse(otherwise);
    }

    Duration days(String name, Duration otherwise) {
        return optional(name).map(v -> Duration.ofDays(Long.parseLong(v))).orElse(otherwise);
    }
}

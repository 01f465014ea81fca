package io.triggerflow.tests.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import io.triggerflow.cli.Aws;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** Creates a stack by CloudFormation, and waits until it is there. */
final class StackCreation {
    private static final String SERVICE = "cloudformation";
    private static final String VERSION = "2010-05-15";
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final Aws aws;
    private final String stack;
    private final Duration pause;

    StackCreation(Aws aws, String stack) {
        this(aws, stack, PAUSE);
    }

    /** @param pause between two looks */
    StackCreation(Aws aws, String stack, Duration pause) {
        this.aws = aws;
        this.stack = stack;
        this.pause = pause;
    }

    /** Asks for the stack; returns at once. */
    void begin(String templateUrl, Map<String, String> parameters) {
        Map<String, String> form = new LinkedHashMap<>();
        form.put("StackName", stack);
        form.put("TemplateURL", templateUrl);
        form.put("Capabilities.member.1", "CAPABILITY_IAM");
        form.put("Capabilities.member.2", "CAPABILITY_AUTO_EXPAND");
        int i = 1;
        for (var parameter : parameters.entrySet()) {
            form.put("Parameters.member." + i + ".ParameterKey", parameter.getKey());
            form.put("Parameters.member." + i + ".ParameterValue", parameter.getValue());
            i++;
        }
        aws.query(SERVICE, VERSION, "CreateStack", form);
    }

    /**
     * Waits until the stack is complete.
     *
     * @throws IllegalStateException when it fails, with what CloudFormation says of each resource that did, and when it takes too long
     */
    void await(Duration longest) {
        Instant end = Instant.now().plus(longest);
        while (true) {
            String status = status();
            if (status.equals("CREATE_COMPLETE")) {
                return;
            }
            if (!status.equals("CREATE_IN_PROGRESS") || Instant.now().isAfter(end)) {
                throw new IllegalStateException("Expected stack " + stack + " to be complete within " + longest
                        + ", but it is " + status + reasons());
            }
            LockSupport.parkNanos(pause.toNanos());
        }
    }

    private String status() {
        JsonNode stacks = aws.query(SERVICE, VERSION, "DescribeStacks", Map.of("StackName", stack))
                .path("Stacks");
        return stacks.path(0).path("StackStatus").asText();
    }

    private String reasons() {
        List<JsonNode> events = StreamSupport.stream(
                        aws.query(SERVICE, VERSION, "DescribeStackEvents", Map.of("StackName", stack))
                                .path("StackEvents")
                                .spliterator(),
                        false)
                .toList();
        return events.stream()
                .filter(e -> e.path("ResourceStatus").asText().endsWith("FAILED"))
                .map(e -> "\n  " + e.path("LogicalResourceId").asText() + ": "
                        + e.path("ResourceStatusReason").asText())
                .collect(Collectors.joining());
    }
}

package io.triggerflow.local.iam;

import java.util.Optional;

/** What services need in order to deliver: to queues, functions and buses, for rules, schedules and buckets. */
final class Deliveries {
    static final String SCHEDULER = "scheduler.amazonaws.com";

    private Deliveries() {}

    /** What a delivery to a target is; empty for targets that do not run here. */
    static Optional<Access> access(String targetArn) {
        return switch (part(targetArn, 2)) {
            case "sqs" -> Optional.of(Access.to("sqs:SendMessage", targetArn));
            case "lambda" -> Optional.of(Access.to("lambda:InvokeFunction", targetArn));
            case "events" -> Optional.of(Access.to("events:PutEvents", targetArn));
            default -> Optional.empty();
        };
    }

    /** A bus of the same account takes events of another one's rules without a policy. */
    static boolean needsPolicy(String targetArn) {
        return !part(targetArn, 2).equals("events");
    }

    /** The service whose resource an ARN is. */
    static Caller.Service service(String sourceArn, String account) {
        return switch (part(sourceArn, 2)) {
            // A schedule's group is what Scheduler names as the source.
            case "scheduler" ->
                new Caller.Service(
                        SCHEDULER, sourceArn.replaceFirst(":schedule/([^/]+)/.*", ":schedule-group/$1"), account);
            case "s3" -> new Caller.Service("s3.amazonaws.com", sourceArn, account);
            default -> new Caller.Service("events.amazonaws.com", sourceArn, account);
        };
    }

    /** The service with a role. */
    static Caller.Session session(Role role, Caller.Service service) {
        String name = service.principal().substring(0, service.principal().indexOf('.'));
        return new Caller.Session(role, name, Optional.empty());
    }

    private static String part(String arn, int index) {
        String[] parts = arn.split(":", index + 2);
        return parts.length > index ? parts[index] : "";
    }
}

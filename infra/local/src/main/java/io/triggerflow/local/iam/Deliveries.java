package io.triggerflow.local.iam;

import java.util.Optional;

/** Who services are when they deliver: for rules, schedules and buckets. */
final class Deliveries {
    static final String SCHEDULER = "scheduler.amazonaws.com";
    static final String EVENTS = "events.amazonaws.com";

    private Deliveries() {}

    /** The service whose resource an ARN is. */
    static Caller.Service service(String sourceArn, String account) {
        return switch (sourceArn.split(":", 4)[2]) {
            // A schedule's group is what Scheduler names as the source.
            case "scheduler" ->
                new Caller.Service(
                        SCHEDULER, sourceArn.replaceFirst(":schedule/([^/]+)/.*", ":schedule-group/$1"), account);
            case "s3" -> new Caller.Service("s3.amazonaws.com", sourceArn, account);
            default -> new Caller.Service(EVENTS, sourceArn, account);
        };
    }

    /** The service with a role. */
    static Caller.Session session(Role role, Caller.Service service) {
        String name = service.principal().substring(0, service.principal().indexOf('.'));
        return Caller.Session.of(role, name, Optional.empty());
    }
}

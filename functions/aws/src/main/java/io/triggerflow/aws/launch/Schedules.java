package io.triggerflow.aws.launch;

import io.triggerflow.core.model.Ids;
import io.triggerflow.core.port.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.scheduler.SchedulerClient;
import software.amazon.awssdk.services.scheduler.model.ActionAfterCompletion;
import software.amazon.awssdk.services.scheduler.model.ConflictException;
import software.amazon.awssdk.services.scheduler.model.FlexibleTimeWindowMode;
import software.amazon.awssdk.services.scheduler.model.Target;

/** One-time schedules of EventBridge Scheduler, which delete themselves when they have fired. Idempotent by name. Thread-safe. */
final class Schedules {
    /** What Scheduler promises: an invocation within a minute of its time. */
    static final Duration PRECISION = Duration.ofSeconds(60);

    private static final DateTimeFormatter SECONDS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss").withZone(ZoneOffset.UTC);

    private final SchedulerClient client;
    private final String group;
    private final String roleArn;

    Schedules(SchedulerClient client, String group, String roleArn) {
        this.client = client;
        this.group = group;
        this.roleArn = roleArn;
    }

    /** An EventBridge target's names; empty for queues. */
    record BusEvent(String source, String detailType) {}

    /** Sends the input to the target at a time. The same identity again changes nothing. */
    void once(String identity, Instant at, String targetArn, String input, Optional<BusEvent> bus) {
        String name = "tf-" + Ids.hash(identity, targetArn, Long.toString(at.getEpochSecond()));
        Target.Builder target = Target.builder().arn(targetArn).roleArn(roleArn).input(input);
        bus.ifPresent(
                b -> target.eventBridgeParameters(p -> p.source(b.source()).detailType(b.detailType())));
        try {
            client.createSchedule(r -> r.name(name)
                    .groupName(group)
                    .clientToken(name)
                    .flexibleTimeWindow(w -> w.mode(FlexibleTimeWindowMode.OFF))
                    .scheduleExpression("at(" + SECONDS.format(at) + ")")
                    .scheduleExpressionTimezone("UTC")
                    .actionAfterCompletion(ActionAfterCompletion.DELETE)
                    .target(target.build()));
        } catch (ConflictException e) {
            // There is one of this name, hence for this event and time: this was asked for before.
            return;
        } catch (SdkException e) {
            throw new StoreException(
                    "Expected Scheduler to take schedule " + name + " for " + at + ", but: " + e.getMessage(), e);
        }
    }
}

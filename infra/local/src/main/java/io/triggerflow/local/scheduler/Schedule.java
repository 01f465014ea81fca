package io.triggerflow.local.scheduler;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.triggerflow.local.bus.Target;
import io.triggerflow.local.gateway.ServiceException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;

/**
 * One schedule. Immutable.
 *
 * @param group its group's name
 * @param definition what CreateSchedule was given, as the API shows it
 * @param when its expression in its time zone
 * @param created when it was made
 * @param modified when it was last replaced
 * @param lastRun the scheduled time it last fired for
 * @param done whether it is a one-time schedule that has fired
 */
record Schedule(
        String group,
        String name,
        ObjectNode definition,
        ScheduleExpression when,
        Instant created,
        Instant modified,
        Optional<Instant> lastRun,
        boolean done) {

    /** Reads and checks a definition. */
    static Schedule of(String group, String name, ObjectNode definition, Instant created, Instant now) {
        for (String field : new String[] {"ScheduleExpression", "Target", "FlexibleTimeWindow"}) {
            if (!definition.hasNonNull(field)) {
                throw ServiceException.invalid("1 validation error detected: Value null at '" + field
                        + "' failed to satisfy constraint: Member must not be null");
            }
        }
        if (definition.path("Target").path("Arn").asText("").isEmpty()) {
            throw ServiceException.invalid(
                    "1 validation error detected: Value null at 'Target.Arn' failed to satisfy constraint: Member must not be null");
        }
        if (!name.matches("[0-9a-zA-Z_.-]{1,64}")) {
            throw ServiceException.invalid(
                    "1 validation error detected: Value '" + name + "' at 'name' failed to satisfy constraint: "
                            + "Member must satisfy regular expression pattern: [0-9a-zA-Z-_.]+ and have length at most 64");
        }
        try {
            ZoneId zone =
                    ZoneId.of(definition.path("ScheduleExpressionTimezone").asText("UTC"));
            return new Schedule(
                    group,
                    name,
                    definition,
                    ScheduleExpression.parse(
                            definition.path("ScheduleExpression").asText(), zone),
                    created,
                    now,
                    Optional.empty(),
                    false);
        } catch (DateTimeException e) {
            throw ServiceException.invalid("Invalid Schedule Expression Timezone. " + e.getMessage());
        } catch (IllegalArgumentException e) {
            throw ServiceException.invalid("Invalid Schedule Expression "
                    + definition.path("ScheduleExpression").asText() + ". " + e.getMessage());
        }
    }

    boolean enabled() {
        return !definition.path("State").asText("ENABLED").equals("DISABLED") && !done;
    }

    boolean deletedAfterCompletion() {
        return definition.path("ActionAfterCompletion").asText("NONE").equals("DELETE");
    }

    /** The next scheduled time; empty when no further one comes. One that was missed is made good once. */
    Optional<Instant> next() {
        if (!enabled()) {
            return Optional.empty();
        }
        Instant start = date("StartDate").orElse(created);
        if (when instanceof ScheduleExpression.At at) {
            return lastRun.isPresent() ? Optional.empty() : Optional.of(at.time());
        }
        Instant from = lastRun.map(run -> run.plusMillis(1)).orElse(start);
        return when.next(start, from)
                .filter(next -> date("EndDate").map(end -> !next.isAfter(end)).orElse(true));
    }

    private Optional<Instant> date(String field) {
        JsonNode value = definition.path(field);
        return value.isNumber()
                ? Optional.of(Instant.ofEpochMilli((long) (value.asDouble() * 1000)))
                : Optional.empty();
    }

    /** This schedule after it fired for a time; what was missed before {@code now} is not made good again. */
    Schedule ran(Instant time, Instant now) {
        Instant mark = when instanceof ScheduleExpression.At ? time : (now.isAfter(time) ? now : time);
        return new Schedule(
                group,
                name,
                definition,
                when,
                created,
                modified,
                Optional.of(mark),
                when instanceof ScheduleExpression.At);
    }

    Target target() {
        JsonNode target = definition.path("Target");
        return new Target(
                target.path("Arn").asText(),
                text(target.path("RoleArn")),
                text(target.path("SqsParameters").path("MessageGroupId")),
                text(target.path("DeadLetterConfig").path("Arn")),
                target.path("RetryPolicy").path("MaximumRetryAttempts").asInt(Target.DEFAULT_RETRIES),
                Duration.ofSeconds(target.path("RetryPolicy")
                        .path("MaximumEventAgeInSeconds")
                        .asInt((int) Target.DEFAULT_AGE.toSeconds())));
    }

    private static Optional<String> text(JsonNode node) {
        return node.isTextual() && !node.textValue().isEmpty() ? Optional.of(node.textValue()) : Optional.empty();
    }
}

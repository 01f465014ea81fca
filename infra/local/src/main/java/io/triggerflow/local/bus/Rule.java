package io.triggerflow.local.bus;

import com.fasterxml.jackson.databind.JsonNode;
import io.triggerflow.local.scheduler.ScheduleExpression;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A rule of an event bus. Immutable.
 *
 * @param bus the bus's name
 * @param pattern the event pattern, JSON; empty for a rule that only follows a schedule
 * @param schedule when it fires by itself, on the default bus only
 * @param targets by their ids, in order
 */
public record Rule(
        String name,
        String bus,
        Optional<String> pattern,
        Optional<String> schedule,
        boolean enabled,
        String description,
        Map<String, RuleTarget> targets) {

    /**
     * A target of a rule.
     *
     * @param raw as the API shows it
     */
    public record RuleTarget(String id, Target target, Input input, JsonNode raw) {
        /** Reads a target in the API's shape; the template's is the same. */
        public static RuleTarget of(JsonNode raw) {
            int retries = raw.path("RetryPolicy").path("MaximumRetryAttempts").asInt(Target.DEFAULT_RETRIES);
            int seconds = raw.path("RetryPolicy")
                    .path("MaximumEventAgeInSeconds")
                    .asInt((int) Target.DEFAULT_AGE.toSeconds());
            var target = new Target(
                    raw.path("Arn").asText(),
                    text(raw.path("RoleArn")),
                    text(raw.path("SqsParameters").path("MessageGroupId")),
                    text(raw.path("DeadLetterConfig").path("Arn")),
                    retries,
                    Duration.ofSeconds(seconds));
            return new RuleTarget(raw.path("Id").asText(), target, input(raw), raw);
        }

        private static Input input(JsonNode raw) {
            if (raw.hasNonNull("Input")) {
                return new Input.Constant(raw.path("Input").asText());
            }
            if (raw.hasNonNull("InputPath")) {
                return new Input.Path(raw.path("InputPath").asText());
            }
            if (raw.hasNonNull("InputTransformer")) {
                var paths = new LinkedHashMap<String, String>();
                raw.path("InputTransformer")
                        .path("InputPathsMap")
                        .forEachEntry((name, path) -> paths.put(name, path.asText()));
                return new Input.Transformer(
                        paths,
                        raw.path("InputTransformer").path("InputTemplate").asText());
            }
            return new Input.Whole();
        }

        private static Optional<String> text(JsonNode node) {
            return node.isTextual() && !node.textValue().isEmpty() ? Optional.of(node.textValue()) : Optional.empty();
        }
    }

    /** Checks the schedule and copies the targets. */
    public Rule {
        schedule.ifPresent(text -> ScheduleExpression.parse(text, ZoneOffset.UTC));
        targets = Collections.unmodifiableMap(new LinkedHashMap<>(targets));
    }

    Rule withTargets(Map<String, RuleTarget> changed) {
        return new Rule(name, bus, pattern, schedule, enabled, description, changed);
    }

    Rule withEnabled(boolean on) {
        return new Rule(name, bus, pattern, schedule, on, description, targets);
    }
}

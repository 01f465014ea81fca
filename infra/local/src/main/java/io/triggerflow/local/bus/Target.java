package io.triggerflow.local.bus;

import java.time.Duration;
import java.util.Optional;

/**
 * Where something is delivered, and what happens when that fails.
 *
 * @param arn a queue, a function or an event bus
 * @param roleArn the role to deliver with; without one the target's own policy decides
 * @param messageGroupId for a queue that orders by group
 * @param deadLetterArn the queue that takes what could not be delivered; empty drops it
 * @param maximumRetries retries after the first attempt; AWS's default is 185
 * @param maximumAge how long it is tried; AWS's default is 24 hours
 */
public record Target(
        String arn,
        Optional<String> roleArn,
        Optional<String> messageGroupId,
        Optional<String> deadLetterArn,
        int maximumRetries,
        Duration maximumAge) {
    /** EventBridge's default number of retries. */
    public static final int DEFAULT_RETRIES = 185;
    /** EventBridge's default age, https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html. */
    public static final Duration DEFAULT_AGE = Duration.ofHours(24);

    /** A target with AWS's defaults. */
    public static Target of(String arn) {
        return new Target(arn, Optional.empty(), Optional.empty(), Optional.empty(), DEFAULT_RETRIES, DEFAULT_AGE);
    }
}

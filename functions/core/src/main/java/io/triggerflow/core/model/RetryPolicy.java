package io.triggerflow.core.model;

import java.time.Duration;
import java.util.List;

/**
 * When and how often a failed launch is launched again.
 *
 * @param errors names of errors that are retried; {@code *} at an end stands for any text, and the single text {@code *} for every error
 * @param maxAttempts launches in all, the first one included; at least 1
 * @param interval the wait before the second attempt
 * @param backoff the factor by which each further wait grows; at least 1
 * @param maxDelay the longest wait
 * @param jitter the part of the wait, 0 to 1, that is drawn at "random" from the firing's id: with 1 a wait lies between 0 and its full length
 */
public record RetryPolicy(
        List<String> errors, int maxAttempts, Duration interval, double backoff, Duration maxDelay, double jitter) {
    /** No retry: one attempt. */
    public static final RetryPolicy NONE =
            new RetryPolicy(List.of("*"), 1, Duration.ofSeconds(1), 2.0, Duration.ofHours(1), 0);

    public RetryPolicy {
        errors = List.copyOf(errors);
        if (maxAttempts < 1 || backoff < 1 || jitter < 0 || jitter > 1 || interval.isNegative()) {
            throw new IllegalArgumentException(
                    "Expected maxAttempts >= 1, backoff >= 1, 0 <= jitter <= 1 and interval >= 0, but got "
                            + maxAttempts + ", " + backoff + ", " + jitter + ", " + interval);
        }
    }

    /** Whether an error is retried after this many attempts. */
    public boolean retries(String error, int attempt) {
        return attempt < maxAttempts && errors.stream().anyMatch(pattern -> matches(pattern, error));
    }

    /** The wait after the given attempt (1 = the first) of the launch with the given id. */
    public Duration delay(String launchId, int attempt) {
        double millis = Math.min(interval.toMillis() * Math.pow(backoff, attempt - 1.0), maxDelay.toMillis());
        double kept =
                millis * (1 - jitter) + millis * jitter * Ids.fraction(launchId, "jitter", Integer.toString(attempt));
        return Duration.ofMillis(Math.round(kept));
    }

    static boolean matches(String pattern, String error) {
        if (pattern.equals("*")) {
            return true;
        }
        if (pattern.endsWith("*")) {
            return error.startsWith(pattern.substring(0, pattern.length() - 1));
        }
        if (pattern.startsWith("*")) {
            return error.endsWith(pattern.substring(1));
        }
        return pattern.equals(error);
    }
}

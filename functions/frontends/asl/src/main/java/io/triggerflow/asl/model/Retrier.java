package io.triggerflow.asl.model;

import java.util.List;

/**
 * When and how often to try again. Limits and defaults are the language's: 1 s, 3 attempts, rate 2.
 *
 * @param maxDelaySeconds 0 without limit
 * @param fullJitter whether the delay is drawn between zero and the computed one
 */
public record Retrier(
        List<String> errorEquals,
        long intervalSeconds,
        int maxAttempts,
        double backoffRate,
        long maxDelaySeconds,
        boolean fullJitter) {
    public Retrier {
        errorEquals = List.copyOf(errorEquals);
    }

    /** Seconds before an attempt after {@code retries} earlier ones, before jitter. */
    public double delay(int retries) {
        double delay = intervalSeconds * Math.pow(backoffRate, retries);
        return maxDelaySeconds > 0 ? Math.min(delay, maxDelaySeconds) : delay;
    }
}

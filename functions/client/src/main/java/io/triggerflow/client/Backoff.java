package io.triggerflow.client;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * When a failed request is sent again.
 *
 * @param attempts how often a request is sent at most, the first time included
 * @param first the longest wait before the second attempt; it doubles with each further one
 * @param longest no wait is longer, whatever the server asks for
 */
record Backoff(int attempts, Duration first, Duration longest) {
    /** Seven attempts wait 12 s at most in all: a deployment that is being updated answers again, and a dead one is soon told. */
    static final Backoff STANDARD = new Backoff(7, Duration.ofMillis(100), Duration.ofSeconds(5));

    /** The wait after a number of failed attempts: anything up to twice the wait before ("full jitter"), so that clients do not come back as one. */
    Duration after(int failed, RandomGenerator random) {
        long ceiling = Math.min(longest.toMillis(), first.toMillis() << Math.min(failed - 1, 20));
        return Duration.ofMillis(random.nextLong(ceiling + 1));
    }

    Duration bounded(Duration wanted) {
        return wanted.compareTo(longest) > 0 ? longest : wanted;
    }
}

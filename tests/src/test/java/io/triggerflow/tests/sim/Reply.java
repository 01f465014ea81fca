package io.triggerflow.tests.sim;

import java.time.Duration;
import java.util.Map;

/** What a simulated function does when it is launched. The same launch must always do the same, but for {@code reported}. */
public sealed interface Reply {
    /** It succeeds with a result, after a time. */
    record Succeed(Object data, Duration after) implements Reply {}

    /** It fails with an error, after a time. */
    record Fail(String error, Duration after) implements Reply {}

    /** It does its work, and its termination is lost. */
    record Lose() implements Reply {}

    /** It cannot be launched at all. */
    record Refuse(String error) implements Reply {}

    /** It cannot be launched now. */
    record Throttle() implements Reply {}

    static Reply succeed(Object data) {
        return new Succeed(data, Duration.ofMillis(100));
    }

    static Reply fail(String error) {
        return new Fail(error, Duration.ofMillis(100));
    }

    static Object error(String error) {
        return Map.of("error", error, "message", "simulated");
    }
}

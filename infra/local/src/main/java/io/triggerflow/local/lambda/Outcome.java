package io.triggerflow.local.lambda;

import java.time.Duration;
import java.util.Optional;

/**
 * How a handler's call ended.
 *
 * @param payload  its answer, or the error as JSON
 * @param error    {@code Unhandled} when it failed
 * @param reusable whether its environment may take another call
 * @param log      what it wrote, the last 4 KB or so
 * @param duration of the handler alone
 */
record Outcome(byte[] payload, Optional<String> error, boolean reusable, String log, Duration duration) {

    static Outcome success(byte[] payload, CharSequence log, Duration duration) {
        return new Outcome(payload, Optional.empty(), true, log.toString(), duration);
    }

    static Outcome failure(byte[] payload, boolean reusable, CharSequence log, Duration duration) {
        return new Outcome(payload, Optional.of("Unhandled"), reusable, log.toString(), duration);
    }

    /** A failure that Lambda itself reports; such an environment is never reused. */
    static Outcome failure(String type, String message, CharSequence log, Duration duration) {
        return failure(Wire.error(type, message), false, log, duration);
    }

    /** The words of AWS; a crash says {@code Runtime.ExitError}. */
    static Outcome timedOut(Invocation invocation, CharSequence log) {
        String message = String.format(
                java.util.Locale.ROOT,
                "RequestId: %s Error: Task timed out after %.2f seconds",
                invocation.requestId(),
                invocation.timeout().toMillis() / 1000.0);
        return failure("Sandbox.Timedout", message, log, invocation.timeout());
    }

    static Outcome exited(Invocation invocation, String how, CharSequence log, Duration duration) {
        return failure(
                "Runtime.ExitError",
                "RequestId: " + invocation.requestId() + " Error: Runtime exited with error: " + how,
                log,
                duration);
    }
}

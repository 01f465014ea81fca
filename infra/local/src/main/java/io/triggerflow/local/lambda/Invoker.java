package io.triggerflow.local.lambda;

import io.triggerflow.local.fault.Faults;
import io.triggerflow.local.usage.Usage;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** Runs functions under the account's limits: what every way of invoking (Invoke, queue of events, event source mapping) ends in. Thread-safe. */
final class Invoker {

    /** A synchronous answer may have 6 MB; AWS counts 100 bytes of envelope on top. */
    private static final int MAX_RESPONSE_BYTES = 6 * 1024 * 1024 + 100;

    private final Map<String, LocalFunction> functions = new ConcurrentHashMap<>();
    private final Concurrency concurrency;
    private final Faults faults;
    private final Usage usage;

    Invoker(Concurrency concurrency, Faults faults, Usage usage) {
        this.usage = usage;
        this.concurrency = concurrency;
        this.faults = faults;
    }

    Map<String, LocalFunction> functions() {
        return functions;
    }

    Concurrency concurrency() {
        return concurrency;
    }

    /**
     * The function and the ARN it was asked by.
     *
     * @throws LambdaException ResourceNotFoundException when there is no such function, version or alias
     */
    Target target(FunctionName name) {
        LocalFunction function = functions.get(name.name());
        if (function == null) {
            throw LambdaException.functionNotFound(
                    name.name() + name.qualifier().map(q -> ":" + q).orElse(""));
        }
        FunctionSpec spec = function.spec();
        String arn = spec.arn() + name.qualifier().map(q -> ":" + q).orElse("");
        boolean known = name.qualifier()
                .filter(q -> !q.equals("$LATEST") && !spec.alias().equals(Optional.of(q)))
                .isEmpty();
        if (!known) {
            throw LambdaException.functionNotFound(arn);
        }
        return new Target(function, arn);
    }

    record Target(LocalFunction function, String arn) {}

    static String newRequestId() {
        return UUID.randomUUID().toString();
    }

    /** A throttle that was injected, before the function's limits are looked at. */
    void injectThrottle(LocalFunction function) {
        if (faults.throttle("invoke:" + function.name())) {
            throw LambdaException.throttled();
        }
    }

    /**
     * Runs the handler to its end.
     *
     * @throws LambdaException TooManyRequestsException when there is no room; nothing happened then
     */
    Outcome run(Target target, String requestId, byte[] payload, Optional<String> clientContext) {
        LocalFunction function = target.function();
        if (!concurrency.tryAcquire(function.name())) {
            throw LambdaException.throttled();
        }
        try {
            Instant start = Instant.now();
            boolean crash = faults.crash("invoke:" + function.name());
            Outcome outcome = function.pool()
                    .invoke(new Invocation(
                            requestId,
                            payload,
                            target.arn(),
                            clientContext,
                            function.spec().timeout(),
                            crash));
            usage.invoked(
                    function.name(),
                    function.spec().memoryMegabytes(),
                    start,
                    outcome.duration(),
                    outcome.error().isPresent());
            if (outcome.payload().length > MAX_RESPONSE_BYTES) {
                return Outcome.failure(
                        Wire.error(
                                "Function.ResponseSizeTooLarge",
                                "Response payload size exceeded maximum allowed payload size (" + MAX_RESPONSE_BYTES
                                        + " bytes)."),
                        outcome.reusable(),
                        outcome.log(),
                        outcome.duration());
            }
            return outcome;
        } finally {
            concurrency.release(function.name());
        }
    }
}

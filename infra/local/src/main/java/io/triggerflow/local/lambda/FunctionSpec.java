package io.triggerflow.local.lambda;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a function is configured to be. Immutable.
 *
 * @param name                its name, also in its ARN
 * @param arn                 unqualified
 * @param runtime             for example {@code java21}
 * @param handler             {@code pkg.Class} or {@code pkg.Class::method} in Java
 * @param code                zip, jar or directory of classes; may not exist yet, which shows at the first invocation
 * @param timeout             of one invocation, AWS's default is 3 s
 * @param memoryMegabytes     AWS's default is 128
 * @param environment         the variables of the template alone
 * @param reservedConcurrency when it has its own share of the account's concurrency
 * @param recursiveLoop       {@code Allow} or {@code Terminate}; reported, not enforced
 * @param deadLetterArn       the function's own dead-letter queue for asynchronous events
 * @param alias               the alias that SAM's AutoPublishAlias makes
 */
public record FunctionSpec(
        String name,
        String arn,
        String runtime,
        String handler,
        Path code,
        Duration timeout,
        int memoryMegabytes,
        Map<String, String> environment,
        OptionalInt reservedConcurrency,
        String recursiveLoop,
        Optional<String> deadLetterArn,
        Optional<String> alias) {

    FunctionSpec withRecursiveLoop(String value) {
        return new FunctionSpec(
                name,
                arn,
                runtime,
                handler,
                code,
                timeout,
                memoryMegabytes,
                environment,
                reservedConcurrency,
                value,
                deadLetterArn,
                alias);
    }

    FunctionSpec withReservedConcurrency(OptionalInt value) {
        return new FunctionSpec(
                name,
                arn,
                runtime,
                handler,
                code,
                timeout,
                memoryMegabytes,
                environment,
                value,
                recursiveLoop,
                deadLetterArn,
                alias);
    }
}

package io.triggerflow.local.lambda;

import java.time.Duration;
import java.util.Optional;

/**
 * One call of a handler.
 *
 * @param requestId     also {@code Context.getAwsRequestId}
 * @param payload       JSON
 * @param arn           as invoked, qualifier included
 * @param clientContext decoded JSON of X-Amz-Client-Context
 * @param timeout       after which the environment is discarded
 * @param crash         the environment is to die during this call (fault injection)
 */
record Invocation(
        String requestId,
        byte[] payload,
        String arn,
        Optional<String> clientContext,
        Duration timeout,
        boolean crash) {}

package io.triggerflow.local.lambda;

import java.util.Optional;

/**
 * The answer to an Invoke.
 *
 * @param status        200 for a synchronous call, 202 for an accepted event, 204 for a dry run
 * @param requestId     the same id that a destination record of an accepted event carries
 * @param payload       the function's answer or its error as JSON; empty for 202 and 204
 * @param functionError {@code Unhandled} when the function failed
 * @param log           the last lines the function wrote
 */
public record InvokeResult(int status, String requestId, byte[] payload, Optional<String> functionError, String log) {}

package io.triggerflow.local.lambda;

/** The invocation types of Invoke: wait for the answer, accept and run later, or check only. */
public enum InvocationType {
    REQUEST_RESPONSE,
    EVENT,
    DRY_RUN;

    static InvocationType of(String header) {
        return switch (header) {
            case "RequestResponse" -> REQUEST_RESPONSE;
            case "Event" -> EVENT;
            case "DryRun" -> DRY_RUN;
            default ->
                throw LambdaException.invalid(
                        "Expected X-Amz-Invocation-Type to be RequestResponse, Event or DryRun, but got " + header);
        };
    }
}

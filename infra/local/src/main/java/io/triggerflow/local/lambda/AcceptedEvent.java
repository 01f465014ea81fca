package io.triggerflow.local.lambda;

import java.time.Instant;
import java.util.Optional;

/**
 * An event that Invoke accepted and that is still to be run to its end.
 *
 * @param requestId     what Invoke answered
 * @param function      the function's name
 * @param qualifier     a version or alias it was invoked by
 * @param payload       JSON
 * @param clientContext JSON
 * @param acceptedAt    its age counts from here
 * @param attempts      times the function ran it and failed
 * @param throttles     times in a row there was no room to run it
 * @param dueAt         not to be tried before
 */
record AcceptedEvent(
        String requestId,
        String function,
        Optional<String> qualifier,
        byte[] payload,
        Optional<String> clientContext,
        Instant acceptedAt,
        int attempts,
        int throttles,
        Instant dueAt) {

    AcceptedEvent failed(Instant nextAt) {
        return new AcceptedEvent(
                requestId, function, qualifier, payload, clientContext, acceptedAt, attempts + 1, 0, nextAt);
    }

    AcceptedEvent throttled(Instant nextAt) {
        return new AcceptedEvent(
                requestId, function, qualifier, payload, clientContext, acceptedAt, attempts, throttles + 1, nextAt);
    }
}

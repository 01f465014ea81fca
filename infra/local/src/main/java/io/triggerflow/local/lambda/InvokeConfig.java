package io.triggerflow.local.lambda;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Optional;

/**
 * How accepted events of a function are run: the EventInvokeConfig, with AWS's defaults and limits.
 *
 * @param maximumRetries 0 to 2, default 2
 * @param maximumAge     60 s to 6 h, default 6 h
 * @param onSuccess      a destination's ARN
 * @param onFailure      a destination's ARN
 */
record InvokeConfig(int maximumRetries, Duration maximumAge, Optional<String> onSuccess, Optional<String> onFailure) {

    static final InvokeConfig DEFAULT = new InvokeConfig(2, Duration.ofHours(6), Optional.empty(), Optional.empty());

    InvokeConfig {
        if (maximumRetries < 0 || maximumRetries > 2) {
            throw LambdaException.invalid("Expected MaximumRetryAttempts from 0 to 2, but got " + maximumRetries);
        }
        if (maximumAge.compareTo(Duration.ofSeconds(60)) < 0 || maximumAge.compareTo(Duration.ofHours(6)) > 0) {
            throw LambdaException.invalid(
                    "Expected MaximumEventAgeInSeconds from 60 to 21600, but got " + maximumAge.toSeconds());
        }
    }

    /** This configuration with what the request body names changed, as UpdateFunctionEventInvokeConfig does. */
    InvokeConfig with(JsonNode body) {
        JsonNode destinations = body.path("DestinationConfig");
        return new InvokeConfig(
                body.path("MaximumRetryAttempts").asInt(maximumRetries),
                Duration.ofSeconds(body.path("MaximumEventAgeInSeconds").asLong(maximumAge.toSeconds())),
                destinations.has("OnSuccess")
                        ? text(destinations.path("OnSuccess").path("Destination"))
                        : onSuccess,
                destinations.has("OnFailure")
                        ? text(destinations.path("OnFailure").path("Destination"))
                        : onFailure);
    }

    private static Optional<String> text(JsonNode node) {
        return Optional.of(node.asText("")).filter(text -> !text.isEmpty());
    }
}

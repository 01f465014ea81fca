package io.triggerflow.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A run as it stood when it was asked for.
 *
 * @param workspace its workspace
 * @param name its name, unique in the workspace
 * @param workflow which workflow it runs
 * @param version which version of it
 * @param status where it stands
 * @param startedAt when it was started, by the deployment's clock
 * @param endedAt when it ended
 * @param output what it ended with; JSON null before, and when it did not succeed
 * @param failure why it failed, when it did
 * @param json everything that the deployment answered: input, context and what newer deployments add
 */
public record Run(
        String workspace,
        String name,
        String workflow,
        String version,
        RunStatus status,
        Instant startedAt,
        Optional<Instant> endedAt,
        JsonNode output,
        Optional<Failure> failure,
        JsonNode json) {

    /**
     * Why a run failed, with the chain of causes.
     *
     * @param error a name to tell errors apart, for instance {@code Triggerflow.TimedOut}
     * @param message for people
     * @param at which task, trigger or run
     * @param cause what made it fail
     */
    public record Failure(String error, String message, String at, Optional<Failure> cause) {
        static Optional<Failure> of(JsonNode json) {
            if (!json.isObject()) {
                return Optional.empty();
            }
            return Optional.of(new Failure(
                    Json.text(json, "error").orElse("Unknown"),
                    Json.text(json, "message").orElse(""),
                    Json.text(json, "at").orElse(""),
                    of(json.path("cause"))));
        }

        /** The whole chain in one line. */
        @Override
        public String toString() {
            String text = message.isEmpty() ? error : error + ": " + message;
            String where = at.isEmpty() ? "" : " (at " + at + ")";
            return text + where + cause.map(c -> " <- " + c).orElse("");
        }
    }

    static Run of(JsonNode json) {
        String status = Json.text(json, "status").orElse("");
        return new Run(
                Json.text(json, "workspace").orElse(""),
                Json.text(json, "name").or(() -> Json.text(json, "run")).orElse(""),
                Json.text(json, "workflow").orElse(""),
                Json.text(json, "version").orElse(""),
                RunStatus.of(status),
                Json.instant(json, "startedAt").orElse(Instant.EPOCH),
                Json.instant(json, "endedAt"),
                json.path("output").isMissingNode() ? Json.tree(null) : json.path("output"),
                Failure.of(json.path("failure")),
                json);
    }

    /** How long it took, or has taken until {@code now}. */
    public Duration took(Instant now) {
        return Duration.between(startedAt, endedAt.orElse(now));
    }
}

package io.triggerflow.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;

/**
 * One entry of a run's history: an event, and what it caused.
 *
 * @param at when it was decided, by the engine's clock
 * @param kind what became of the event: FIRED, RETRIED, UNMATCHED, DECLINED, CONTROL or ENDED
 * @param type the event's type
 * @param subject the event's subject; may be empty
 * @param triggers the triggers that fired
 * @param note a reason or an error; may be empty
 * @param json everything that the deployment answered
 */
public record HistoryEntry(
        Instant at, String kind, String type, String subject, List<String> triggers, String note, JsonNode json) {
    static HistoryEntry of(JsonNode json) {
        JsonNode cause = json.path("cause");
        return new HistoryEntry(
                Json.instant(json, "at").orElse(Instant.EPOCH),
                Json.text(json, "kind").orElse(""),
                Json.text(cause, "type").orElse(""),
                Json.text(cause, "subject").orElse(""),
                Json.list(
                        json,
                        "firings",
                        firing -> firing.isTextual()
                                ? firing.asText()
                                : firing.path("trigger").asText()),
                Json.text(json, "note").orElse(""),
                json);
    }
}

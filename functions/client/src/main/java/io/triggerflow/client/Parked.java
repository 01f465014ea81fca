package io.triggerflow.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.Optional;

/** Messages that could not be handled: kept with the reason until somebody decides. Thread-safe; throws {@link TriggerflowException}. */
public final class Parked {
    private static final int PAGE = 100;

    private final Api api;

    Parked(Api api) {
        this.api = api;
    }

    /**
     * A message that could not be handled.
     *
     * @param id names it in {@link #redrive} and {@link #delete}
     * @param workspace whose it is, as far as that is known
     * @param reason why it is here
     * @param at since when
     * @param json everything that the deployment answered, the message included
     */
    public record Message(String id, Optional<String> workspace, String reason, Instant at, JsonNode json) {
        static Message of(JsonNode json) {
            return new Message(
                    Json.text(json, "id").orElse(""),
                    Json.text(json, "workspace").or(() -> Json.text(json.path("scope"), "workspace")),
                    Json.text(json, "reason").orElse(""),
                    Json.instant(json, "at").orElse(Instant.EPOCH),
                    json);
        }
    }

    /** A page, the newest first. */
    public Page<Message> list(int limit, Optional<String> token) {
        return Json.page(
                api.send(Api.Request.of("GET", "parked").with("limit", limit).with("token", token)),
                "parked",
                Message::of);
    }

    /** Finds a message by reading the list to its end. */
    public Optional<Message> find(String id) {
        Optional<String> token = Optional.empty();
        do {
            Page<Message> page = list(PAGE, token);
            Optional<Message> found = page.items().stream()
                    .filter(message -> message.id().equals(id))
                    .findFirst();
            if (found.isPresent()) {
                return found;
            }
            token = page.next();
        } while (token.isPresent());
        return Optional.empty();
    }

    /** Puts a message back into the engine's queue. */
    public void redrive(String id) {
        api.send(Api.Request.of("POST", "parked", id, "redrive"));
    }

    /** Forgets a message. Idempotent. */
    public void delete(String id) {
        api.send(Api.Request.of("DELETE", "parked", id));
    }
}

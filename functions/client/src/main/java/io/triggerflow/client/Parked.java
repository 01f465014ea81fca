package io.triggerflow.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
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
     * @param times how often it was noted that it failed
     * @param first what went wrong first
     * @param last what went wrong last
     * @param json everything that the deployment answered, the message included
     */
    public record Message(
            String id,
            Optional<String> workspace,
            String reason,
            Instant at,
            int times,
            Failure first,
            Failure last,
            JsonNode json) {
        static Message of(JsonNode json) {
            String reason = Json.text(json, "reason").orElse("");
            Instant at = Json.instant(json, "at").orElse(Instant.EPOCH);
            return new Message(
                    Json.text(json, "id").orElse(""),
                    Json.text(json, "workspace").or(() -> Json.text(json.path("scope"), "workspace")),
                    reason,
                    at,
                    json.path("times").asInt(1),
                    Failure.of(json.path("first"), at, reason),
                    Failure.of(json.path("last"), at, reason),
                    json);
        }
    }

    /** What went wrong, and when. */
    public record Failure(Instant at, String error) {
        private static Failure of(JsonNode json, Instant at, String error) {
            return new Failure(
                    Json.instant(json, "at").orElse(at),
                    Json.text(json, "error").orElse(error));
        }
    }

    /** A page, the newest first. */
    public Page<Message> list(int limit, Optional<String> token) {
        return Json.page(
                api.send(Api.Request.of("GET", "parked").with("limit", limit).with("token", token)),
                "parked",
                Message::of);
    }

    /** A message; empty when there is none of this id. */
    public Optional<Message> find(String id) {
        try {
            return Optional.of(Message.of(api.send(Api.Request.of("GET", "parked", id))));
        } catch (TriggerflowException.NotFound e) {
            return Optional.empty();
        }
    }

    /** All messages at this moment, the newest first. */
    public List<Message> all() {
        List<Message> all = new ArrayList<>();
        Optional<String> token = Optional.empty();
        do {
            Page<Message> page = list(PAGE, token);
            all.addAll(page.items());
            token = page.next();
        } while (token.isPresent());
        return all;
    }

    /** Puts a message back into the engine's queue, and forgets it. */
    public void redrive(String id) {
        api.send(Api.Request.of("POST", "parked", id, "redrive"));
    }

    /** Forgets a message. Idempotent. */
    public void delete(String id) {
        api.send(Api.Request.of("DELETE", "parked", id));
    }
}

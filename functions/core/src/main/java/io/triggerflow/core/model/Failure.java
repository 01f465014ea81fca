package io.triggerflow.core.model;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Why something failed, with the chain of causes.
 *
 * @param error a name to match on, for instance {@code java.lang.IllegalStateException} or {@code Triggerflow.TimedOut}
 * @param message for people
 * @param at which task, trigger or run failed
 * @param cause what made it fail
 */
public record Failure(String error, String message, String at, Optional<Failure> cause) {
    public static final String TIMED_OUT = "Triggerflow.TimedOut";
    public static final String MAX_TRANSITIONS = "Triggerflow.MaxTransitions";
    public static final String JOIN_FAILED = "Triggerflow.JoinFailed";
    public static final String DEADLINE = "Triggerflow.Deadline";
    /** More than a composite event may hold, where its rule says that this is a failure. */
    public static final String OVERFLOW = "Triggerflow.Overflow";

    public static final String EXPRESSION = "Triggerflow.Expression";
    public static final String CANCELLED = "Triggerflow.Cancelled";
    /** A chain longer than this is cut: an item has 400 KB. */
    private static final int MAX_CHAIN = 10;

    private static final int MAX_MESSAGE = 2_000;

    public Failure {
        if (message.length() > MAX_MESSAGE) {
            message = message.substring(0, MAX_MESSAGE) + "…";
        }
    }

    public static Failure of(String error, String message, String at) {
        return new Failure(error, message, at, Optional.empty());
    }

    /** As plain Java JSON: {error, message, at, cause?}. */
    public Map<String, Object> toJson() {
        return toJson(MAX_CHAIN);
    }

    private Map<String, Object> toJson(int left) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("error", error);
        json.put("message", message);
        json.put("at", at);
        cause.filter(c -> left > 1).ifPresent(c -> json.put("cause", c.toJson(left - 1)));
        return json;
    }

    /**
     * Reads what {@link #toJson} wrote, or the error object of a Lambda function ({@code errorType}, {@code errorMessage}).
     *
     * @param at used when the JSON does not say where
     */
    public static Failure fromJson(Object json, String at) {
        return fromJson(json, at, MAX_CHAIN);
    }

    private static Failure fromJson(Object json, String at, int left) {
        if (!(json instanceof Map<?, ?> map)) {
            return of("Unknown", json == null ? "no error was given" : json.toString(), at);
        }
        String error = text(map, "error", text(map, "errorType", "Unknown"));
        String message = text(map, "message", text(map, "errorMessage", ""));
        Optional<Failure> cause = left > 1 && map.get("cause") instanceof Map<?, ?> c
                ? Optional.of(fromJson(c, at, left - 1))
                : Optional.empty();
        return new Failure(error, message, text(map, "at", at), cause);
    }

    private static String text(Map<?, ?> map, String key, String otherwise) {
        return map.get(key) instanceof String s ? s : otherwise;
    }
}

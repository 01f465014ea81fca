package io.triggerflow.aws.event;

import io.triggerflow.aws.json.Json;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A message as SQS hands it to a function.
 *
 * @param id the message's id, which names it in the answer
 * @param body its text
 * @param attributes its message attributes that are texts, by name
 * @param receiveCount how often it was received, 1 the first time
 * @param sent when the queue took it
 */
public record Message(
        String id, String body, Map<String, String> attributes, int receiveCount, Optional<Instant> sent) {
    private static final int LONGEST_NUMBER = 18;

    /** A message of unknown age. */
    public Message(String id, String body, Map<String, String> attributes, int receiveCount) {
        this(id, body, attributes, receiveCount, Optional.empty());
    }

    /** Reads one record of the event that Lambda makes of a batch of messages. */
    public static Message of(Map<String, Object> record) {
        Map<String, String> attributes = new LinkedHashMap<>();
        Json.object(record.get("messageAttributes")).forEach((name, value) -> {
            if (Json.object(value).get("stringValue") instanceof String text) {
                attributes.put(name, text);
            }
        });
        Map<String, Object> facts = Json.object(record.get("attributes"));
        return new Message(
                Json.text(record, "messageId", ""),
                Json.text(record, "body", ""),
                attributes,
                number(facts, "ApproximateReceiveCount")
                        .map(n -> (int) Math.min(n, Integer.MAX_VALUE))
                        .orElse(1),
                number(facts, "SentTimestamp").map(Instant::ofEpochMilli));
    }

    private static Optional<Long> number(Map<String, Object> facts, String name) {
        String text = Json.text(facts, name, "");
        boolean isNumber = !text.isEmpty()
                && text.length() <= LONGEST_NUMBER
                && text.chars().allMatch(c -> c >= '0' && c <= '9');
        return isNumber ? Optional.of(Long.parseLong(text)) : Optional.empty();
    }
}

package io.triggerflow.aws.event;

import io.triggerflow.aws.json.Json;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A message as SQS hands it to a function.
 *
 * @param id the message's id, which names it in the answer
 * @param body its text
 * @param attributes its message attributes that are texts, by name
 * @param receiveCount how often it was received, 1 the first time
 */
public record Message(String id, String body, Map<String, String> attributes, int receiveCount) {

    /** Reads one record of the event that Lambda makes of a batch of messages. */
    public static Message of(Map<String, Object> record) {
        Map<String, String> attributes = new LinkedHashMap<>();
        Json.object(record.get("messageAttributes")).forEach((name, value) -> {
            if (Json.object(value).get("stringValue") instanceof String text) {
                attributes.put(name, text);
            }
        });
        String count = Json.text(Json.object(record.get("attributes")), "ApproximateReceiveCount", "1");
        return new Message(
                Json.text(record, "messageId", ""),
                Json.text(record, "body", ""),
                attributes,
                count.matches("[0-9]{1,9}") ? Integer.parseInt(count) : 1);
    }
}

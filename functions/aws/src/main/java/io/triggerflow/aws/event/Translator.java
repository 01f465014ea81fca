package io.triggerflow.aws.event;

import io.triggerflow.aws.json.Json;
import io.triggerflow.aws.store.Blobs;
import io.triggerflow.core.model.Event;
import io.triggerflow.core.model.Ids;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Makes events of messages. Understood are CloudEvents (structured, batched, and binary: attributes {@code ce-*} or {@code ce_*} beside
 * the data), EventBridge's envelope, the records of Lambda's asynchronous destinations, SNS's envelope around any of these, and S3's
 * notifications. Anything else is a rejection with its reason, and so is JSON nested deeper than {@link Json#MAX_DEPTH} levels, and what
 * claims within an envelope to be the engine's own word. Thread-safe.
 */
public final class Translator {
    /** The most that SQS carries. */
    public static final int MAX_BYTES = 1024 * 1024;
    /** Envelopes within envelopes: a destination record, on a bus, in a topic. */
    private static final int MAX_ENVELOPES = 4;

    private static final String CLOUD_EVENT = "ce";

    private final Blobs blobs;
    private final Destinations destinations;
    private final InstantSource clock;

    public Translator(Blobs blobs, Receipts receipts, InstantSource clock) {
        this.blobs = blobs;
        this.destinations = new Destinations(receipts);
        this.clock = clock;
    }

    /**
     * Translates a message.
     *
     * @throws NotYetException when it is to be delivered again
     * @throws io.triggerflow.core.port.StoreException when what it refers to cannot be read now
     */
    public Translated translate(Message message) {
        if (message.body().length() > MAX_BYTES) {
            return Translated.rejected(
                    message.body(), "Expected a message of at most " + MAX_BYTES + " bytes, but it has more");
        }
        try {
            Map<String, Object> attributes = binaryAttributes(message.attributes());
            if (!attributes.isEmpty()) {
                return Translated.of(binary(attributes, message));
            }
            return translate(Json.readForeign(message.body()), message.receiveCount(), 0);
        } catch (Json.MalformedException | EventJson.InvalidEventException e) {
            return Translated.rejected(message.body(), e.getMessage());
        }
    }

    private Translated translate(Object json, int receiveCount, int envelopes) {
        if (json instanceof List<?> list && !list.isEmpty()) {
            return batch(list);
        }
        Map<String, Object> object = Json.object(json);
        if (EventJson.isEvent(object)) {
            Instant now = clock.instant();
            return Translated.of(
                    envelopes == 0 ? EventJson.read(object, blobs, now) : EventJson.readForeign(object, blobs, now));
        }
        if (envelopes == MAX_ENVELOPES) {
            return Translated.rejected(
                    json, "Expected at most " + MAX_ENVELOPES + " envelopes around an event, but there are more");
        }
        if (object.containsKey("detail-type") && object.containsKey("source")) {
            return bus(object, receiveCount, envelopes);
        }
        if (object.get("requestContext") instanceof Map<?, ?> && object.containsKey("requestPayload")) {
            return destinations.translate(object, receiveCount);
        }
        if ("Notification".equals(object.get("Type")) && object.get("TopicArn") instanceof String) {
            return topic(object, receiveCount, envelopes);
        }
        if ("s3:TestEvent".equals(object.get("Event"))) {
            return Translated.nothing();
        }
        if (Json.list(object.get("Records")).stream()
                .anyMatch(r -> Json.object(r).get("s3") instanceof Map<?, ?>)) {
            return S3Notifications.translate(object);
        }
        return Translated.rejected(
                json,
                "Expected a CloudEvent, an EventBridge event, a Lambda destination record, an SNS or an S3 notification, but got "
                        + EventJson.shortened(String.valueOf(json)));
    }

    /** Each event for itself: what is wrong with one does not hold up the others. */
    private Translated batch(List<?> list) {
        List<Event> events = new ArrayList<>();
        List<Translated.Rejection> rejections = new ArrayList<>();
        for (Object json : list) {
            try {
                events.add(EventJson.readForeign(Json.object(json), blobs, clock.instant()));
            } catch (EventJson.InvalidEventException e) {
                rejections.add(new Translated.Rejection(json, e.getMessage()));
            }
        }
        return new Translated(events, rejections);
    }

    private static Map<String, Object> binaryAttributes(Map<String, String> attributes) {
        Map<String, Object> event = new LinkedHashMap<>();
        attributes.forEach((name, value) -> {
            boolean isEvents = name.length() > 3
                    && name.regionMatches(true, 0, CLOUD_EVENT, 0, 2)
                    && (name.charAt(2) == '-' || name.charAt(2) == '_');
            if (isEvents) {
                event.put(name.substring(3).toLowerCase(Locale.ROOT), value);
            }
        });
        return event.containsKey("specversion") ? event : Map.of();
    }

    private Event binary(Map<String, Object> attributes, Message message) {
        Event event = EventJson.readForeign(attributes, blobs, clock.instant());
        String type = message.attributes()
                .getOrDefault("content-type", message.attributes().getOrDefault("Content-Type", "application/json"));
        return event.withData(type.contains("json") ? Json.readForeign(message.body()) : message.body());
    }

    private Translated bus(Map<String, Object> envelope, int receiveCount, int envelopes) {
        Map<String, Object> detail = Json.object(envelope.get("detail"));
        boolean isRecord = "lambda".equals(envelope.get("source")) && detail.containsKey("requestPayload");
        if (EventJson.isEvent(detail) || isRecord) {
            return translate(detail, receiveCount, envelopes + 1);
        }
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("specversion", "1.0");
        event.put("id", envelope.get("id"));
        event.put("source", envelope.get("source"));
        event.put("type", envelope.get("detail-type"));
        List<?> resources = Json.list(envelope.get("resources"));
        if (resources.size() == 1) {
            event.put("subject", resources.getFirst());
        }
        event.put("time", envelope.get("time"));
        event.put("awsaccount", envelope.get("account"));
        event.put("awsregion", envelope.get("region"));
        event.put("data", envelope.get("detail"));
        return Translated.of(EventJson.readForeign(event, blobs, clock.instant()));
    }

    /** What a topic carries may itself be an envelope; if not, the notification is the event. */
    private Translated topic(Map<String, Object> envelope, int receiveCount, int envelopes) {
        String text = Json.text(envelope, "Message", "");
        Object inner = text;
        try {
            inner = Json.readForeign(text);
            Translated translated = translate(inner, receiveCount, envelopes + 1);
            if (translated.rejections().isEmpty() || EventJson.isEvent(inner)) {
                return translated;
            }
        } catch (Json.MalformedException e) {
            // Plain text: many notifications are.
            inner = text;
        }
        Instant time =
                envelope.containsKey("Timestamp") ? EventJson.parseTime(envelope.get("Timestamp")) : clock.instant();
        String topic = Json.text(envelope, "TopicArn", "");
        String id = Json.text(envelope, "MessageId", Ids.hash(topic, text));
        return Translated.of(new Event(
                id, topic, "aws.sns.notification", Json.text(envelope, "Subject", ""), time, inner, Map.of()));
    }
}

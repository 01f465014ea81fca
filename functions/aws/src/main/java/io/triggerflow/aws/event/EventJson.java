package io.triggerflow.aws.event;

import io.triggerflow.aws.json.Json;
import io.triggerflow.aws.store.Blobs;
import io.triggerflow.core.model.Event;
import io.triggerflow.core.model.EventTypes;
import io.triggerflow.core.model.Scope;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Events as structured CloudEvents 1.0 JSON, and back. Data longer than {@link Blobs#THRESHOLD} travels by reference: the extension
 * {@link #DATA_REF} is a key of the blob store. Thread-safe.
 */
public final class EventJson {
    /** The key that is added to an object payload, and comes back in the record of the function's destination. */
    public static final String ADDRESS = "__triggerflow";
    /** Present instead of {@code data} when that is in the blob store. */
    public static final String DATA_REF = "tfdataref";
    /** The longest id, source, type or subject: they are stored with every entry, and an S3 key has 1,024 bytes. */
    public static final int MAX_ATTRIBUTE = 2_000;
    /** Extension attributes of one event, in all. */
    public static final int MAX_EXTENSIONS = 40;

    private static final Set<String> CORE =
            Set.of("specversion", "id", "source", "type", "subject", "time", "data", "data_base64", "datacontenttype");

    private EventJson() {}

    /** An event that is not one; the message says what was expected. */
    public static final class InvalidEventException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public InvalidEventException(String message) {
            super(message);
        }
    }

    /** The event as structured CloudEvents JSON; nothing is left out and nothing refers elsewhere. */
    public static Map<String, Object> write(Event event) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("specversion", "1.0");
        json.put("id", event.id());
        json.put("source", event.source());
        json.put("type", event.type());
        if (!event.subject().isEmpty()) {
            json.put("subject", event.subject());
        }
        json.put("time", event.time().toString());
        event.extensions().forEach(json::put);
        if (event.data() != null) {
            json.put("data", event.data());
        }
        return json;
    }

    /** The text of a message; large data is put into the blob store first. */
    public static String message(Event event, Blobs blobs) {
        Map<String, Object> json = write(event);
        if (event.data() != null) {
            String data = Json.write(event.data());
            if (data.length() > Blobs.THRESHOLD || data.getBytes(StandardCharsets.UTF_8).length > Blobs.THRESHOLD) {
                json.remove("data");
                json.put(DATA_REF, blobs.put(Blobs.Kind.PASSING, data));
            }
        }
        return Json.write(json);
    }

    /** Whether JSON claims to be a structured CloudEvent. */
    public static boolean isEvent(Object json) {
        return json instanceof Map<?, ?> map && map.containsKey("specversion");
    }

    /**
     * Reads a structured CloudEvent; data by reference is fetched.
     *
     * @throws InvalidEventException when it is none, or exceeds the bounds of this class
     * @throws io.triggerflow.core.port.StoreException when its data cannot be fetched now
     */
    public static Event read(Map<String, Object> json, Blobs blobs, Instant now) {
        if (!"1.0".equals(json.get("specversion"))) {
            throw new InvalidEventException(
                    "Expected a CloudEvent of specversion 1.0, but got " + json.get("specversion"));
        }
        Map<String, Object> extensions = extensions(json);
        Object reference = extensions.remove(DATA_REF);
        Object data = reference instanceof String key ? Json.read(blobs.get(key)) : data(json);
        return new Event(
                required(json, "id"),
                required(json, "source"),
                required(json, "type"),
                attribute(json, "subject"),
                time(json, now),
                data,
                extensions);
    }

    /**
     * The same for a CloudEvent that came through somebody else's hands: a bus, a topic, a batch. The engine's own word goes to the queue
     * by itself, where only roles that are named may put it; anywhere else it is forged, or lost its way.
     *
     * @throws InvalidEventException also when it claims to be the engine's own word
     */
    static Event readForeign(Map<String, Object> json, Blobs blobs, Instant now) {
        if (json.get("type") instanceof String type && EventTypes.isEngines(type)) {
            throw new InvalidEventException("Expected the engine's own events to come by the queue alone, but type '"
                    + shortened(type) + "' came in an envelope");
        }
        for (String attribute : List.of(DATA_REF, Event.LAUNCH, Event.ENTRY, Event.KEEPS, Event.DUE)) {
            if (json.containsKey(attribute)) {
                throw new InvalidEventException("Expected no attribute '" + attribute
                        + "' of an event that came in an envelope, but it is the engine's own");
            }
        }
        return read(json, blobs, now);
    }

    private static Object data(Map<String, Object> json) {
        if (!(json.get("data_base64") instanceof String base64)) {
            return json.get("data");
        }
        String type = Json.text(json, "datacontenttype", "application/json");
        if (!type.contains("json")) {
            return base64;
        }
        try {
            return Json.readForeign(new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException | Json.MalformedException e) {
            throw new InvalidEventException("Expected data_base64 to hold " + type + ", but " + e.getMessage());
        }
    }

    private static Map<String, Object> extensions(Map<String, Object> json) {
        Map<String, Object> extensions = new LinkedHashMap<>();
        json.forEach((name, value) -> {
            if (!CORE.contains(name) && value != null) {
                extensions.put(name, extension(name, value));
            }
        });
        if (extensions.size() > MAX_EXTENSIONS) {
            throw new InvalidEventException(
                    "Expected at most " + MAX_EXTENSIONS + " extension attributes, but got " + extensions.size());
        }
        name(extensions, Event.WORKSPACE);
        name(extensions, Event.RUN);
        return extensions;
    }

    private static Object extension(String name, Object value) {
        boolean isScalar = value instanceof Number
                || value instanceof Boolean
                || value instanceof String s && s.length() <= MAX_ATTRIBUTE;
        if (!isScalar || name.length() > MAX_ATTRIBUTE) {
            throw new InvalidEventException(
                    "Expected extension attribute '" + shortened(name) + "' to be a text of at most " + MAX_ATTRIBUTE
                            + " characters, a number or a boolean, but it is not");
        }
        return value;
    }

    private static void name(Map<String, Object> extensions, String attribute) {
        Object value = extensions.get(attribute);
        if (value != null && !(value instanceof String s && (s.isEmpty() || Scope.isName(s)))) {
            throw new InvalidEventException("Expected " + attribute + " to be the name of a workspace or run, but got '"
                    + shortened(value.toString()) + "'");
        }
    }

    private static String required(Map<String, Object> json, String name) {
        String value = attribute(json, name);
        if (value.isEmpty()) {
            throw new InvalidEventException("Expected a CloudEvent with id, source and type, but it has no " + name);
        }
        return value;
    }

    private static String attribute(Map<String, Object> json, String name) {
        Object value = json.get(name);
        if (value == null) {
            return "";
        }
        if (!(value instanceof String text) || text.length() > MAX_ATTRIBUTE) {
            throw new InvalidEventException(
                    "Expected " + name + " to be a text of at most " + MAX_ATTRIBUTE + " characters, but it is not");
        }
        return text;
    }

    static String shortened(String text) {
        return text.length() <= 80 ? text : text.substring(0, 80) + "…";
    }

    private static Instant time(Map<String, Object> json, Instant now) {
        if (json.get("time") == null) {
            return now;
        }
        return parseTime(json.get("time"));
    }

    static Instant parseTime(Object time) {
        try {
            return OffsetDateTime.parse(String.valueOf(time)).toInstant();
        } catch (DateTimeException e) {
            throw new InvalidEventException("Expected time to be a timestamp such as 2026-01-31T12:00:00Z, but got '"
                    + shortened(String.valueOf(time)) + "'");
        }
    }
}

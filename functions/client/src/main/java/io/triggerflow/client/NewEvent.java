package io.triggerflow.client;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * An event to be emitted (CloudEvents 1.0). Its id is set here, so that a request that is sent twice is one event.
 *
 * @param id unique within its source
 * @param source who says so, a URI reference; the engine's own source is refused
 * @param type what happened; the engine's own types are refused
 * @param subject to whom or what; may be empty
 * @param time when it happened; empty: when the deployment received it
 * @param data anything that Jackson writes as JSON, or null
 * @param extensions further attributes: names of lower-case letters and digits
 */
public record NewEvent(
        String id,
        String source,
        String type,
        String subject,
        Optional<Instant> time,
        Object data,
        Map<String, Object> extensions) {
    public NewEvent {
        extensions = Map.copyOf(extensions);
    }

    /** An event of a type, with a new id, from {@code client}. */
    public static NewEvent of(String type) {
        return new NewEvent(UUID.randomUUID().toString(), "client", type, "", Optional.empty(), null, Map.of());
    }

    public NewEvent withId(String value) {
        return new NewEvent(value, source, type, subject, time, data, extensions);
    }

    public NewEvent withSource(String value) {
        return new NewEvent(id, value, type, subject, time, data, extensions);
    }

    public NewEvent withSubject(String value) {
        return new NewEvent(id, source, type, value, time, data, extensions);
    }

    public NewEvent withTime(Instant value) {
        return new NewEvent(id, source, type, subject, Optional.of(value), data, extensions);
    }

    public NewEvent withData(Object value) {
        return new NewEvent(id, source, type, subject, time, value, extensions);
    }

    public NewEvent withExtension(String name, Object value) {
        Map<String, Object> all = new LinkedHashMap<>(extensions);
        all.put(name, value);
        return new NewEvent(id, source, type, subject, time, data, all);
    }

    ObjectNode toJson() {
        ObjectNode json = (ObjectNode) Json.tree(extensions);
        json.put("specversion", "1.0").put("id", id).put("source", source).put("type", type);
        if (!subject.isEmpty()) {
            json.put("subject", subject);
        }
        time.ifPresent(t -> json.put("time", t.toString()));
        if (data != null) {
            json.set("data", Json.tree(data));
        }
        return json;
    }
}

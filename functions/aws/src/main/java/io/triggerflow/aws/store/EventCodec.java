package io.triggerflow.aws.store;

import io.triggerflow.aws.json.Json;
import io.triggerflow.core.model.Event;
import java.util.LinkedHashMap;
import java.util.Map;

/** Events inside items; the engine's own source and empty parts are left out. */
final class EventCodec {
    private EventCodec() {}

    static Map<String, Object> write(Event event) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("i", event.id());
        if (!event.isEngines()) {
            json.put("s", event.source());
        }
        json.put("t", event.type());
        if (!event.subject().isEmpty()) {
            json.put("u", event.subject());
        }
        json.put("z", Times.write(event.time()));
        if (event.data() != null) {
            json.put("d", event.data());
        }
        if (!event.extensions().isEmpty()) {
            json.put("x", event.extensions());
        }
        return json;
    }

    static Event read(Object value) {
        Map<String, Object> json = Json.object(value);
        return new Event(
                Json.text(json, "i", ""),
                Json.text(json, "s", Event.ENGINE_SOURCE),
                Json.text(json, "t", ""),
                Json.text(json, "u", ""),
                Times.read(json.get("z")),
                json.get("d"),
                Json.object(json.get("x")));
    }
}

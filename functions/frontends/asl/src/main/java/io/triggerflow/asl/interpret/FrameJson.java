package io.triggerflow.asl.interpret;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Frames as plain Java JSON and back. Fields that say nothing are left out; unknown fields are ignored. */
public final class FrameJson {
    private FrameJson() {}

    public static Map<String, Object> write(Frame frame) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("state", frame.state());
        json.put("step", frame.step());
        json.put("input", frame.input());
        if (!frame.scope().isEmpty()) {
            json.put("scope", frame.scope().stream().map(FrameJson::place).toList());
        }
        if (frame.attempt() > 0) {
            json.put("attempt", frame.attempt());
            json.put("retries", frame.retries());
        }
        if (!frame.variables().isEmpty()) {
            json.put("variables", frame.variables());
        }
        if (frame.entered() != null) {
            json.put("entered", frame.entered().toString());
            json.put("event", frame.enteredEvent());
        }
        if (frame.item() != null) {
            json.put("index", frame.item().index());
            json.put("value", frame.item().value());
        }
        return json;
    }

    private static List<Object> place(Place place) {
        return List.of(place.state(), place.step(), place.attempt(), place.index());
    }

    /** Throws IllegalArgumentException for what {@link #write} did not write. */
    public static Frame read(Map<?, ?> json) {
        if (!(json.get("state") instanceof String state) || !json.containsKey("input")) {
            throw new IllegalArgumentException(
                    "Expected a frame with state and input, but got fields " + json.keySet());
        }
        Map<String, Object> variables = new LinkedHashMap<>();
        if (json.get("variables") instanceof Map<?, ?> map) {
            map.forEach((k, v) -> variables.put(String.valueOf(k), v));
        }
        return new Frame(
                list(json, "scope").stream().map(FrameJson::place).toList(),
                state,
                number(json.get("step")),
                number(json.get("attempt")),
                json.get("input"),
                variables,
                list(json, "retries").stream().map(FrameJson::number).toList(),
                json.get("entered") instanceof String entered ? Instant.parse(entered) : null,
                json.get("event") instanceof Number event ? event.longValue() : 0,
                json.containsKey("value") ? new Frame.Item(number(json.get("index")), json.get("value")) : null);
    }

    private static Place place(Object json) {
        if (json instanceof List<?> list && list.size() == 4 && list.get(0) instanceof String state) {
            return new Place(state, number(list.get(1)), number(list.get(2)), number(list.get(3)));
        }
        throw new IllegalArgumentException("Expected [state, step, attempt, index], but got " + json);
    }

    private static List<?> list(Map<?, ?> json, String field) {
        return json.get(field) instanceof List<?> list ? list : List.of();
    }

    private static int number(Object json) {
        return json instanceof Number number ? number.intValue() : 0;
    }
}

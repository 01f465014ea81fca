package io.triggerflow.aws.api;

import io.triggerflow.aws.event.EventJson;
import io.triggerflow.aws.json.Json;
import io.triggerflow.aws.metrics.Metric;
import io.triggerflow.core.model.Event;
import io.triggerflow.core.model.Ids;
import io.triggerflow.core.model.Launch;
import io.triggerflow.core.model.Scope;
import io.triggerflow.core.port.EventSink;
import io.triggerflow.core.port.Registry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Events from outside, and what was parked. */
final class EventApi {
    /** One event; the same bound as for a message that comes by the queue. */
    private static final int MAX_EVENT_BYTES = 1024 * 1024;

    private static final int MAX_EVENTS = 1_000;
    private static final String SOURCE = "urn:triggerflow:api";

    private final ApiParts parts;

    EventApi(ApiParts parts) {
        this.parts = parts;
    }

    /** A CloudEvent, a list of them, or {@code {type, subject?, data?}}, which gets an id after the request, a source and a time. */
    Response emit(Request request, Scope scope, List<String> rest) {
        if (!rest.isEmpty() || !request.method().equals("POST")) {
            throw Api.noRoute(request);
        }
        List<?> all = request.json() instanceof List<?> list ? list : List.of(request.json());
        if (all.isEmpty() || all.size() > MAX_EVENTS) {
            throw ApiException.invalid("Expected 1 to " + MAX_EVENTS + " events, but got " + all.size(), "$");
        }
        List<Event> events = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            events.add(event(request, all.get(i), all.size() == 1 ? "$" : "$[" + i + "]", i));
        }
        parts.control().emit(scope, events);
        return new Response(202, Map.of("ids", events.stream().map(Event::id).toList()));
    }

    private Event event(Request request, Object value, String path, int index) {
        if (!(value instanceof Map<?, ?>)) {
            throw ApiException.invalid("Expected an event, an object, but got something else", path);
        }
        if (Json.write(value).getBytes(StandardCharsets.UTF_8).length > MAX_EVENT_BYTES) {
            throw new ApiException(
                    413,
                    "TooLarge",
                    "Expected an event of at most " + MAX_EVENT_BYTES + " bytes, but it has more",
                    path);
        }
        Instant now = parts.clock().instant();
        Map<String, Object> json = new LinkedHashMap<>(Json.object(value));
        json.putIfAbsent("specversion", "1.0");
        json.putIfAbsent("id", Ids.hash("event", request.id(), Integer.toString(index)));
        json.putIfAbsent("source", SOURCE);
        // Data by reference is the deployment's own: from outside it could name another's.
        json.remove(EventJson.DATA_REF);
        try {
            return EventJson.read(json, parts.blobs(), now);
        } catch (EventJson.InvalidEventException e) {
            throw ApiException.invalid(e.getMessage(), path);
        }
    }

    Response parked(Request request, List<String> rest) {
        String id = rest.isEmpty() ? "" : rest.getFirst();
        return switch (request.method() + rest.size() + (rest.size() > 1 ? rest.get(1) : "")) {
            case "GET0" -> {
                var page = parts.store()
                        .parked(
                                request.parameter("workspace"),
                                request.number("limit", Api.USUAL_ITEMS, Api.MOST_ITEMS),
                                request.parameter("token"));
                yield Response.ok(Views.page("parked", page, Views::parked));
            }
            case "GET1" -> Response.ok(Views.parked(find(id)));
            case "DELETE1" -> {
                parts.store().unpark(id);
                yield Response.ok(Map.of());
            }
            case "POST2redrive" -> redrive(id);
            default -> throw Api.noRoute(request);
        };
    }

    private Registry.Parked find(String id) {
        return parts.store()
                .parked(id)
                .orElseThrow(() -> ApiException.notFound("Expected a parked message '" + id + "', but there is none"));
    }

    /** Back to the queue as it came; forgotten only then. */
    private Response redrive(String id) {
        Registry.Parked parked = find(id);
        switch (parked.message()) {
            case Event event -> send(event);
            case Map<?, ?> map
            when map.containsKey("id")
                    && map.containsKey("source")
                    && map.containsKey("type")
                    && !map.containsKey("detail") -> {
                Map<String, Object> json = new LinkedHashMap<>(Json.object(map));
                json.putIfAbsent("specversion", "1.0");
                send(EventJson.read(json, parts.blobs(), parts.clock().instant()));
            }
            case String text -> parts.sink().sendText(id, text);
            default -> parts.sink().sendText(id, Json.write(parked.message()));
        }
        parts.store().unpark(id);
        parts.metrics().count(Metric.REDRIVEN, 1);
        return new Response(202, Map.of("id", id));
    }

    private void send(Event event) {
        parts.sink().send(List.of(new EventSink.Outgoing(event, new Launch.Destination.Engine(), Duration.ZERO)));
    }
}

package io.triggerflow.client;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** Sends events in requests that are small enough. */
final class Emitter {
    /** API Gateway and Lambda take 6 MB; an event is a queue message of its own, 1 MiB at most. */
    private static final int MAX_BYTES = 4_000_000;

    private static final int MAX_EVENTS = 1_000;

    private Emitter() {}

    static void emit(Api api, Api.Request to, List<NewEvent> events) {
        ArrayNode chunk = JsonNodeFactory.instance.arrayNode();
        int bytes = 0;
        for (NewEvent event : events) {
            ObjectNode json = event.toJson();
            int size = Json.bytes(json).length;
            if (!chunk.isEmpty() && (bytes + size > MAX_BYTES || chunk.size() == MAX_EVENTS)) {
                api.send(to.body(chunk));
                chunk = JsonNodeFactory.instance.arrayNode();
                bytes = 0;
            }
            chunk.add(json);
            bytes += size;
        }
        if (!chunk.isEmpty()) {
            api.send(to.body(chunk));
        }
    }
}

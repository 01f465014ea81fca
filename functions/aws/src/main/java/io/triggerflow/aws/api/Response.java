package io.triggerflow.aws.api;

import io.triggerflow.aws.json.Json;
import java.util.LinkedHashMap;
import java.util.Map;

/** An answer: a status, and plain Java JSON. */
public record Response(int status, Object body) {
    static Response ok(Object body) {
        return new Response(200, body);
    }

    static Response error(int status, String error, String message, String path) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("error", error);
        body.put("message", message);
        if (!path.isEmpty()) {
            body.put("path", path);
        }
        return new Response(status, body);
    }

    /** As API Gateway wants it. */
    public Map<String, Object> toJson() {
        return Map.of(
                "statusCode", status, "headers", Map.of("content-type", "application/json"), "body", Json.write(body));
    }
}

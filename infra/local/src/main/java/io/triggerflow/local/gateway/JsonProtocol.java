package io.triggerflow.local.gateway;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.util.UUID;

/** AWS's JSON protocols for services in this process: the operation in X-Amz-Target, or in method and path. */
public final class JsonProtocol {
    private static final ObjectMapper JSON = new ObjectMapper();

    private JsonProtocol() {}

    /** Answers a request, or throws {@link ServiceException}. */
    @FunctionalInterface
    public interface Operation {
        /** Takes the request's JSON (an empty object when it has no body) and returns the answer's. */
        JsonNode call(String name, JsonNode request) throws IOException;
    }

    /** Serves one request of JSON 1.0 or 1.1, whose operation is the part of X-Amz-Target after the dot. */
    public static void serve(HttpExchange exchange, Operation operation) throws IOException {
        String target = String.valueOf(exchange.getRequestHeaders().getFirst("X-Amz-Target"));
        serve(exchange, target.substring(target.indexOf('.') + 1), "application/x-amz-json-1.1", operation);
    }

    /** Serves one request of REST-JSON; the caller knows the operation. */
    public static void serveRest(HttpExchange exchange, String name, Operation operation) throws IOException {
        serve(exchange, name, "application/json", operation);
    }

    private static void serve(HttpExchange exchange, String name, String contentType, Operation operation)
            throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            int status = 200;
            JsonNode answer;
            try {
                answer = operation.call(name, body.length == 0 ? JSON.createObjectNode() : JSON.readTree(body));
            } catch (ServiceException e) {
                status = e.status();
                exchange.getResponseHeaders().set("x-amzn-ErrorType", e.code());
                answer = JSON.createObjectNode()
                        .put("__type", e.code())
                        .put("message", e.getMessage())
                        .put("Message", e.getMessage());
            } catch (JsonProcessingException e) {
                status = 400;
                exchange.getResponseHeaders().set("x-amzn-ErrorType", "SerializationException");
                answer = JSON.createObjectNode()
                        .put("__type", "SerializationException")
                        .put("message", "Expected JSON, but: " + e.getOriginalMessage());
            }
            exchange.getResponseHeaders().set("Content-Type", contentType);
            exchange.getResponseHeaders()
                    .set("x-amzn-RequestId", UUID.randomUUID().toString());
            byte[] bytes = JSON.writeValueAsBytes(answer);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    /** A text that must be there. */
    public static String required(JsonNode request, String field) {
        String text = request.path(field).asText("");
        if (text.isEmpty()) {
            throw ServiceException.invalid("Expected a value for " + field + ", but it is missing");
        }
        return text;
    }
}

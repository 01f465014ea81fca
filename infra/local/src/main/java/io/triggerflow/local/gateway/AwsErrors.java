package io.triggerflow.local.gateway;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** Errors in the shape that the caller's SDK reads: JSON for the JSON protocols, XML for query and REST-XML. */
final class AwsErrors {
    private AwsErrors() {}

    static void send(HttpExchange exchange, int status, String code, String message) throws IOException {
        boolean json = exchange.getRequestHeaders().containsKey("X-Amz-Target")
                || String.valueOf(exchange.getRequestHeaders().getFirst("Content-Type"))
                        .contains("json");
        String id = UUID.randomUUID().toString();
        String text = json
                ? "{\"__type\":\"" + code + "\",\"message\":\"" + escapeJson(message) + "\"}"
                : "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ErrorResponse><Error><Type>Sender</Type><Code>" + code
                        + "</Code><Message>" + escapeXml(message) + "</Message></Error><RequestId>" + id
                        + "</RequestId></ErrorResponse>";
        exchange.getResponseHeaders().set("Content-Type", json ? "application/x-amz-json-1.0" : "text/xml");
        exchange.getResponseHeaders().set("x-amzn-RequestId", id);
        exchange.getResponseHeaders().set("x-amzn-ErrorType", code);
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    /** Refuses a call in the way of its service: status, code and shape differ. */
    static void denied(HttpExchange exchange, String service, String message) throws IOException {
        boolean json = exchange.getRequestHeaders().containsKey("X-Amz-Target");
        String id = UUID.randomUUID().toString();
        var headers = exchange.getResponseHeaders();
        headers.set("x-amzn-RequestId", id);
        switch (service) {
            case "s3" -> {
                headers.set("Content-Type", "application/xml");
                headers.set("x-amz-request-id", id);
                respond(
                        exchange,
                        403,
                        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>AccessDenied</Code><Message>"
                                + escapeXml(message) + "</Message><RequestId>" + id + "</RequestId></Error>");
            }
            case "lambda", "scheduler" -> {
                headers.set("Content-Type", "application/json");
                headers.set("x-amzn-ErrorType", "AccessDeniedException");
                respond(exchange, 403, "{\"Message\":\"" + escapeJson(message) + "\"}");
            }
            case "sqs" -> {
                if (json) {
                    // SQS kept the codes of its query protocol when it learned JSON.
                    headers.set("x-amzn-query-error", "AccessDenied;Sender");
                    coral(exchange, 403, message);
                } else {
                    send(exchange, 403, "AccessDenied", message);
                }
            }
            default -> {
                if (json) {
                    coral(exchange, 400, message);
                } else {
                    send(exchange, 403, "AccessDenied", message);
                }
            }
        }
    }

    private static void coral(HttpExchange exchange, int status, String message) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "application/x-amz-json-1.0");
        respond(
                exchange,
                status,
                "{\"__type\":\"com.amazon.coral.service#AccessDeniedException\",\"Message\":\"" + escapeJson(message)
                        + "\"}");
    }

    private static void respond(HttpExchange exchange, int status, String text) throws IOException {
        boolean bodiless = exchange.getRequestMethod().equals("HEAD");
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bodiless ? -1 : bytes.length);
        if (!bodiless) {
            exchange.getResponseBody().write(bytes);
        }
    }

    private static String escapeJson(String text) {
        return text.replace("\\", "\\\\")
                .replace("\"", "\\\"")
                .replace("\n", "\\n")
                .replace("\r", "\\r")
                .replace("\t", "\\t");
    }

    static String escapeXml(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}

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

package io.triggerflow.local.httpapi;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import io.triggerflow.local.gateway.AccessKey;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Makes the event of payload format 2.0, https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html. */
final class Events {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private final String account;
    private final InstantSource clock;

    Events(String account, InstantSource clock) {
        this.account = account;
        this.clock = clock;
    }

    /** A request as it was routed. */
    record Request(String apiId, Route route, String path, Map<String, String> parameters) {}

    /**
     * Makes the event.
     *
     * @param caller the ARN of who called, unless it is the local user
     */
    ObjectNode of(HttpExchange exchange, Request request, byte[] body, Optional<String> caller) {
        ObjectNode event = JSON.createObjectNode()
                .put("version", "2.0")
                .put("routeKey", request.route().key())
                .put("rawPath", request.path());
        String query =
                Optional.ofNullable(exchange.getRequestURI().getRawQuery()).orElse("");
        event.put("rawQueryString", query);
        ObjectNode headers = JSON.createObjectNode();
        exchange.getRequestHeaders().forEach((name, values) -> {
            String lower = name.toLowerCase(Locale.ROOT);
            if (lower.equals("cookie")) {
                var cookies = event.putArray("cookies");
                values.forEach(value -> List.of(value.split(";\\s*")).forEach(cookies::add));
            } else {
                headers.put(lower, String.join(",", values));
            }
        });
        event.set("headers", headers);
        Map<String, String> parameters = query(query);
        if (!parameters.isEmpty()) {
            parameters.forEach(event.putObject("queryStringParameters")::put);
        }
        if (!request.parameters().isEmpty()) {
            request.parameters().forEach(event.putObject("pathParameters")::put);
        }
        event.set("requestContext", context(exchange, request, caller));
        boolean text = isText(headers.path("content-type").asText(""));
        if (body.length > 0) {
            event.put(
                    "body",
                    text
                            ? new String(body, StandardCharsets.UTF_8)
                            : Base64.getEncoder().encodeToString(body));
        }
        event.put("isBase64Encoded", body.length > 0 && !text);
        return event;
    }

    private ObjectNode context(HttpExchange exchange, Request request, Optional<String> caller) {
        Instant now = clock.instant();
        String host = Optional.ofNullable(exchange.getRequestHeaders().getFirst("Host"))
                .orElse("127.0.0.1");
        ObjectNode context = JSON.createObjectNode()
                .put("accountId", account)
                .put("apiId", request.apiId())
                .put("domainName", host)
                .put("domainPrefix", request.apiId())
                .put("requestId", UUID.randomUUID().toString())
                .put("routeKey", request.route().key())
                .put("stage", "$default")
                .put("time", TIME.format(now))
                .put("timeEpoch", now.toEpochMilli());
        context.putObject("http")
                .put("method", exchange.getRequestMethod())
                .put("path", request.path())
                .put("protocol", "HTTP/1.1")
                .put("sourceIp", "127.0.0.1")
                .put(
                        "userAgent",
                        Optional.ofNullable(exchange.getRequestHeaders().getFirst("User-Agent"))
                                .orElse(""));
        if (request.route().iam()) {
            String arn = caller.orElse("arn:aws:iam::" + account + ":user/local");
            String name = arn.substring(arn.lastIndexOf('/') + 1);
            context.putObject("authorizer")
                    .putObject("iam")
                    .put("accountId", account)
                    .put("callerId", name)
                    .put("accessKey", AccessKey.of(exchange))
                    .put("userArn", arn)
                    .put("userId", name);
        }
        return context;
    }

    /** Repeated names are joined by commas, as format 2.0 does. */
    private static Map<String, String> query(String raw) {
        var parameters = new LinkedHashMap<String, String>();
        for (String pair : raw.isEmpty() ? new String[0] : raw.split("&")) {
            String[] parts = pair.split("=", 2);
            parameters.merge(
                    URLDecoder.decode(parts[0], StandardCharsets.UTF_8),
                    parts.length < 2 ? "" : URLDecoder.decode(parts[1], StandardCharsets.UTF_8),
                    (a, b) -> a + "," + b);
        }
        return parameters;
    }

    private static boolean isText(String contentType) {
        String type = contentType.toLowerCase(Locale.ROOT).split(";")[0].strip();
        return type.isEmpty()
                || type.startsWith("text/")
                || type.endsWith("json")
                || type.endsWith("xml")
                || type.endsWith("javascript");
    }
}

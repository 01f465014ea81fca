package io.triggerflow.local.httpapi;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import io.triggerflow.local.AwsService;
import io.triggerflow.local.gateway.AccessKey;
import io.triggerflow.local.iam.Access;
import io.triggerflow.local.iam.Iam;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * HTTP APIs of API Gateway with Lambda integrations of payload format 2.0, under {@code /_api/<api id>/...}. A signature is
 * not verified; where a route demands IAM, a request without any credential is refused as AWS does. Thread-safe.
 */
public final class HttpApis implements AwsService {
    /** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html: payload size. */
    private static final int MAX_BODY = 10 << 20;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, List<Route>> apis = new ConcurrentHashMap<>();
    private final Functions functions;
    private final boolean requireCredentials;
    private final Iam iam;
    private final Events events;
    private final String arnPrefix;

    /** Invokes functions and waits for them. */
    @FunctionalInterface
    public interface Functions {
        /**
         * Invokes a function.
         *
         * @return its answer; empty when it failed, timed out or does not exist
         */
        Optional<byte[]> invoke(String functionName, byte[] payload) throws IOException;
    }

    /**
     * Creates the service without APIs.
     *
     * @param requireCredentials whether IAM routes refuse unsigned requests, as on AWS
     * @param iam says who callers are, and whether those with a role may call
     */
    public HttpApis(
            Functions functions,
            boolean requireCredentials,
            Iam iam,
            String region,
            String account,
            InstantSource clock) {
        this.functions = functions;
        this.requireCredentials = requireCredentials;
        this.iam = iam;
        this.arnPrefix = "arn:aws:execute-api:" + region + ":" + account + ":";
        this.events = new Events(account, clock);
    }

    @Override
    public String signingName() {
        return "execute-api";
    }

    /** Adds or replaces an API. */
    public void put(String apiId, List<Route> routes) {
        apis.put(apiId, routes.stream().sorted().toList());
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String raw = exchange.getRequestURI().getRawPath();
            String[] parts = raw.split("/", 4);
            String apiId = parts.length > 2 ? parts[2] : "";
            String path = "/" + (parts.length > 3 ? parts[3] : "");
            List<Route> routes = apis.getOrDefault(apiId, List.of());
            for (Route route : routes) {
                Optional<Map<String, String>> parameters = route.match(exchange.getRequestMethod(), path);
                if (parameters.isPresent()) {
                    answer(exchange, new Events.Request(apiId, route, path, parameters.get()));
                    return;
                }
            }
            message(exchange, 404, "Not Found");
        }
    }

    private void answer(HttpExchange exchange, Events.Request request) throws IOException {
        String accessKey = AccessKey.of(exchange);
        if (request.route().iam() && !admits(exchange, request, accessKey)) {
            message(exchange, 403, "Forbidden");
            return;
        }
        byte[] body = exchange.getRequestBody().readNBytes(MAX_BODY + 1);
        if (body.length > MAX_BODY) {
            message(exchange, 413, "Request Entity Too Large");
            return;
        }
        byte[] event = JSON.writeValueAsBytes(events.of(exchange, request, body, iam.arn(accessKey)));
        Optional<byte[]> result = functions.invoke(request.route().functionName(), event);
        if (result.isEmpty()) {
            message(exchange, 500, "Internal Server Error");
            return;
        }
        respond(exchange, result.get());
    }

    private boolean admits(HttpExchange exchange, Events.Request request, String accessKey) {
        Access access = Access.to(
                "execute-api:Invoke",
                arnPrefix + request.apiId() + "/$default/" + exchange.getRequestMethod() + request.path());
        return (!requireCredentials || !accessKey.isEmpty())
                && iam.refusal(accessKey, List.of(access)).isEmpty();
    }

    private static void respond(HttpExchange exchange, byte[] result) throws IOException {
        JsonNode answer;
        try {
            answer = JSON.readTree(result);
        } catch (JsonProcessingException e) {
            message(exchange, 500, "Internal Server Error");
            return;
        }
        if (!answer.hasNonNull("statusCode")) {
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            send(exchange, 200, result);
            return;
        }
        answer.path("headers")
                .forEachEntry((name, value) -> exchange.getResponseHeaders().set(name, value.asText()));
        answer.path("multiValueHeaders")
                .forEachEntry((name, values) ->
                        values.forEach(value -> exchange.getResponseHeaders().add(name, value.asText())));
        answer.path("cookies").forEach(cookie -> exchange.getResponseHeaders().add("Set-Cookie", cookie.asText()));
        if (!exchange.getResponseHeaders().containsKey("Content-Type")) {
            exchange.getResponseHeaders().set("Content-Type", "text/plain;charset=UTF-8");
        }
        String text = answer.path("body").asText("");
        try {
            send(
                    exchange,
                    answer.path("statusCode").asInt(500),
                    answer.path("isBase64Encoded").asBoolean()
                            ? Base64.getDecoder().decode(text)
                            : text.getBytes(StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            message(exchange, 500, "Internal Server Error");
        }
    }

    private static void message(HttpExchange exchange, int status, String text) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        send(exchange, status, JSON.writeValueAsBytes(Map.of("message", text)));
    }

    private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }
}

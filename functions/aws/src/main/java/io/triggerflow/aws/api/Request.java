package io.triggerflow.aws.api;

import io.triggerflow.aws.json.Json;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A request, as API Gateway's HTTP API (payload format 2.0) hands it to a function.
 *
 * @param id names the request; a function that is called again for it gets the same
 * @param method upper case
 * @param path its segments, decoded: a name may hold a slash
 * @param query parameters, decoded
 * @param body its text; empty when there is none
 * @param principal who signed it, as IAM knows them; empty when it is not known
 */
record Request(String id, String method, List<String> path, Map<String, String> query, String body, String principal) {
    private static final int MAX_NAME = 200;

    /** Reads the event of the invocation. */
    static Request of(Map<String, Object> event) {
        Map<String, Object> context = Json.object(event.get("requestContext"));
        Map<String, Object> http = Json.object(context.get("http"));
        String body = Json.text(event, "body", "");
        if (Boolean.TRUE.equals(event.get("isBase64Encoded"))) {
            body = new String(Base64.getDecoder().decode(body), StandardCharsets.UTF_8);
        }
        return new Request(
                Json.text(context, "requestId", ""),
                Json.text(http, "method", "GET"),
                segments(Json.text(event, "rawPath", "/")),
                parameters(Json.text(event, "rawQueryString", "")),
                body,
                Json.text(Json.object(Json.object(context.get("authorizer")).get("iam")), "userArn", ""));
    }

    private static List<String> segments(String path) {
        return Arrays.stream(path.split("/"))
                .filter(s -> !s.isEmpty())
                .map(s -> decode(s.replace("+", "%2B")))
                .toList();
    }

    private static Map<String, String> parameters(String query) {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String part : query.split("&")) {
            int equals = part.indexOf('=');
            if (equals > 0) {
                parameters.put(decode(part.substring(0, equals)), decode(part.substring(equals + 1)));
            }
        }
        return parameters;
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw ApiException.invalid("Expected a percent-encoded path and query, but got '" + text + "'", "");
        }
    }

    /** The body as JSON. */
    Object json() {
        if (body.isBlank()) {
            throw ApiException.invalid("Expected a body of JSON, but it is empty", "$");
        }
        try {
            return Json.readForeign(body);
        } catch (Json.MalformedException e) {
            throw ApiException.invalid(e.getMessage(), "$");
        }
    }

    /** The body as a JSON object. */
    Map<String, Object> object() {
        if (json() instanceof Map<?, ?> map) {
            return Json.object(map);
        }
        throw ApiException.invalid("Expected a JSON object, but got something else", "$");
    }

    Optional<String> parameter(String name) {
        return Optional.ofNullable(query.get(name)).filter(v -> !v.isEmpty());
    }

    /** Who asks: as IAM knows them, and as they call themselves in the parameter {@code by}. For people; not to decide by. */
    String caller() {
        String by = parameter("by").orElse("");
        String own = by.length() > MAX_NAME ? by.substring(0, MAX_NAME) : by;
        return principal.isEmpty() || own.isEmpty() ? principal + own : principal + " (" + own + ")";
    }

    /** A whole number within bounds, or another when it is not given. */
    int number(String name, int otherwise, int most) {
        Optional<String> value = parameter(name);
        if (value.isEmpty()) {
            return otherwise;
        }
        if (!value.get().matches("[0-9]{1,9}")) {
            throw ApiException.invalid("Expected " + name + " to be a whole number, but got '" + value.get() + "'", "");
        }
        return Math.min(most, Integer.parseInt(value.get()));
    }
}

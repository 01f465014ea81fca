package io.triggerflow.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The API's address, and requests to it. */
record Api(URI endpoint, Transport transport) {
    /** A request being put together: path parts, query, body. */
    record Request(String method, List<String> path, Map<String, String> query, Optional<JsonNode> body) {
        static Request of(String method, String... path) {
            return new Request(method, List.of(path), Map.of(), Optional.empty());
        }

        Request at(String... more) {
            List<String> all = new ArrayList<>(path);
            all.addAll(List.of(more));
            return new Request(method, all, query, body);
        }

        Request with(String name, Object value) {
            Map<String, String> all = new LinkedHashMap<>(query);
            all.put(name, String.valueOf(value));
            return new Request(method, path, all, body);
        }

        Request with(String name, Optional<?> value) {
            return value.map(v -> with(name, v)).orElse(this);
        }

        Request body(JsonNode value) {
            return new Request(method, path, query, Optional.of(value));
        }
    }

    JsonNode send(Request request) {
        return transport.json(call(request));
    }

    Transport.Call call(Request request) {
        String query = request.query().entrySet().stream()
                .map(e -> e.getKey() + "=" + Transport.encode(e.getValue()))
                .collect(Collectors.joining("&"));
        String base = endpoint.toString();
        String trimmed = base.endsWith("/") ? base.substring(0, base.length() - 1) : base;
        URI uri = URI.create(trimmed + Transport.path(request.path()) + (query.isEmpty() ? "" : "?" + query));
        return Transport.Call.api(request.method(), uri, request.body());
    }
}

package io.triggerflow.local.gateway;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Request targets: clients send some that {@link URI} refuses, and those must reach a service all the same. */
final class Uris {
    private Uris() {}

    static URI parse(String target) {
        try {
            return new URI(target.startsWith("//") ? "/" + target.replaceFirst("^/+", "") : target);
        } catch (URISyntaxException e) {
            int query = target.indexOf('?');
            String path = query < 0 ? target : target.substring(0, query);
            try {
                return new URI(null, null, path, query < 0 ? null : target.substring(query + 1), null);
            } catch (URISyntaxException impossible) {
                return URI.create("/");
            }
        }
    }

    static String originForm(String absolute) {
        int path = absolute.indexOf('/', absolute.indexOf("://") + 3);
        return path < 0 ? "/" : absolute.substring(path);
    }

    static String path(String target) {
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }

    static String decode(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return text;
        }
    }

    /** Query parameters, decoded; the first of a repeated name counts, a name without a value has the empty one. */
    static Map<String, String> query(String target) {
        var parameters = new LinkedHashMap<String, String>();
        int query = target.indexOf('?');
        if (query >= 0) {
            for (String pair : target.substring(query + 1).split("&")) {
                int equals = pair.indexOf('=');
                String name = equals < 0 ? pair : pair.substring(0, equals);
                parameters.putIfAbsent(decode(name), equals < 0 ? "" : decode(pair.substring(equals + 1)));
            }
        }
        return parameters;
    }
}

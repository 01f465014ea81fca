package io.triggerflow.local.httpapi;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A route of an HTTP API.
 *
 * @param method upper case; {@code ANY} for all
 * @param path such as {@code /runs/{id}} or {@code /files/{proxy+}}; {@code $default} for what no other route takes
 * @param functionName the function that answers
 * @param iam whether a caller must sign
 */
public record Route(String method, String path, String functionName, boolean iam) implements Comparable<Route> {
    /** The path of the route that takes what no other takes. */
    public static final String DEFAULT = "$default";

    /** Normalises the method. */
    public Route {
        method = method.toLowerCase(Locale.ROOT).contains("any") ? "ANY" : method.toUpperCase(Locale.ROOT);
    }

    /** The key that AWS gives the route. */
    public String key() {
        return path.equals(DEFAULT) ? DEFAULT : method + " " + path;
    }

    /** The path parameters, when the route takes this request. */
    Optional<Map<String, String>> match(String verb, String rawPath) {
        if (path.equals(DEFAULT)) {
            return Optional.of(Map.of());
        }
        if (!method.equals("ANY") && !method.equals(verb)) {
            return Optional.empty();
        }
        List<String> template = segments(path);
        List<String> actual = segments(rawPath);
        var parameters = new LinkedHashMap<String, String>();
        for (int i = 0; i < template.size(); i++) {
            String part = template.get(i);
            if (part.startsWith("{") && part.endsWith("+}")) {
                if (i >= actual.size()) {
                    return Optional.empty();
                }
                parameters.put(
                        part.substring(1, part.length() - 2),
                        decode(String.join("/", actual.subList(i, actual.size()))));
                return Optional.of(parameters);
            }
            if (i >= actual.size()) {
                return Optional.empty();
            }
            if (part.startsWith("{") && part.endsWith("}")) {
                parameters.put(part.substring(1, part.length() - 1), decode(actual.get(i)));
            } else if (!part.equals(actual.get(i))) {
                return Optional.empty();
            }
        }
        return template.size() == actual.size() ? Optional.of(parameters) : Optional.empty();
    }

    private static List<String> segments(String path) {
        var segments = new ArrayList<String>();
        for (String part : path.split("/")) {
            if (!part.isEmpty()) {
                segments.add(part);
            }
        }
        return segments;
    }

    private static String decode(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    /** The order in which AWS tries routes: full matches, then greedy ones, then $default; a method before ANY, text before a parameter. */
    @Override
    public int compareTo(Route other) {
        int order = Integer.compare(rank(), other.rank());
        order = order != 0 ? order : Integer.compare(other.segmentsBeforeGreedy(), segmentsBeforeGreedy());
        order = order != 0 ? order : shape().compareTo(other.shape());
        order = order != 0 ? order : Boolean.compare(method.equals("ANY"), other.method.equals("ANY"));
        return order != 0 ? order : key().compareTo(other.key());
    }

    private int rank() {
        return path.equals(DEFAULT) ? 2 : path.endsWith("+}") ? 1 : 0;
    }

    private int segmentsBeforeGreedy() {
        return path.endsWith("+}") ? segments(path).size() : 0;
    }

    /** '0' for text and '1' for a parameter, segment by segment. */
    private String shape() {
        return String.join(
                "",
                segments(path).stream()
                        .map(part -> part.startsWith("{") ? "1" : "0")
                        .toList());
    }
}

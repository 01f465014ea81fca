package io.triggerflow.tests.asl;

import io.triggerflow.asl.json.Json;
import io.triggerflow.asl.json.JsonException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Whether a value is what was recorded, which may have placeholders: {@code <...>} stands for anything. */
final class Matcher {
    private static final Pattern PLACEHOLDER = Pattern.compile("<[^<>]+>");
    private static final Set<String> IGNORED =
            Set.of("SdkHttpMetadata", "SdkResponseMetadata", "requestId", "RequestId");
    private final boolean placeholders;

    Matcher(boolean placeholders) {
        this.placeholders = placeholders;
    }

    /** The first difference, with its place. */
    Optional<String> difference(Object expected, Object actual, String place) {
        if (expected instanceof String text
                && placeholders
                && PLACEHOLDER.matcher(text).matches()) {
            return Optional.empty();
        }
        if (failure(expected) instanceof Map<?, ?> wanted && failure(actual) instanceof Map<?, ?> got) {
            return same(wanted.get("errorType"), got.get("errorType"))
                            && same(wanted.get("errorMessage"), got.get("errorMessage"))
                    ? Optional.empty()
                    : differs(expected, actual, place);
        }
        if (expected instanceof String text && actual instanceof String other) {
            return matches(text, other) ? Optional.empty() : differs(expected, actual, place);
        }
        if (expected instanceof Map<?, ?> map && actual instanceof Map<?, ?> other) {
            return objects(map, other, place);
        }
        if (expected instanceof List<?> list && actual instanceof List<?> other) {
            return arrays(list, other, place);
        }
        return Json.same(expected, actual) ? Optional.empty() : differs(expected, actual, place);
    }

    private static boolean same(Object a, Object b) {
        return Json.same(a, b);
    }

    private Optional<String> objects(Map<?, ?> expected, Map<?, ?> actual, String place) {
        Set<String> keys = new TreeSet<>();
        expected.keySet().forEach(key -> keys.add(key.toString()));
        actual.keySet().forEach(key -> keys.add(key.toString()));
        keys.removeAll(IGNORED);
        for (String key : keys) {
            String at = place + "." + key;
            if (!expected.containsKey(key)) {
                return Optional.of(at + ": not expected, but got " + Judge.shown(actual.get(key)));
            }
            if (!actual.containsKey(key)) {
                return Optional.of(at + ": expected " + Judge.shown(expected.get(key)) + ", but is missing");
            }
            Object value =
                    place.equals("inspectionData") ? parsed(expected.get(key), actual.get(key)) : actual.get(key);
            Optional<String> difference = difference(expected.get(key), value, at);
            if (difference.isPresent()) {
                return difference;
            }
        }
        return Optional.empty();
    }

    private Optional<String> arrays(List<?> expected, List<?> actual, String place) {
        if (expected.size() != actual.size()) {
            return differs(expected, actual, place);
        }
        for (int i = 0; i < expected.size(); i++) {
            Optional<String> difference = difference(expected.get(i), actual.get(i), place + "[" + i + "]");
            if (difference.isPresent()) {
                return difference;
            }
        }
        return Optional.empty();
    }

    private boolean matches(String expected, String actual) {
        if (!placeholders || !PLACEHOLDER.matcher(expected).find()) {
            return expected.equals(actual);
        }
        StringBuilder regex = new StringBuilder();
        int at = 0;
        java.util.regex.Matcher spans = PLACEHOLDER.matcher(expected);
        while (spans.find()) {
            regex.append(Pattern.quote(expected.substring(at, spans.start()))).append(".*?");
            at = spans.end();
        }
        regex.append(Pattern.quote(expected.substring(at)));
        return Pattern.compile(regex.toString(), Pattern.DOTALL).matcher(actual).matches();
    }

    /** A failed function's payload, also as text. */
    private static Object failure(Object value) {
        Object payload = value;
        if (value instanceof String text && text.startsWith("{") && text.contains("errorType")) {
            try {
                payload = Json.parse(text);
            } catch (JsonException e) {
                return null;
            }
        }
        return payload instanceof Map<?, ?> map && map.containsKey("errorType") ? map : null;
    }

    /** The API gives data as text; the recordings have it parsed. */
    static Object parsed(Object expected, Object actual) {
        if (!(actual instanceof String text)) {
            return actual;
        }
        try {
            Object value = Json.parse(text);
            return expected instanceof String && !(value instanceof String) ? actual : value;
        } catch (JsonException e) {
            return actual;
        }
    }

    private static Optional<String> differs(Object expected, Object actual, String place) {
        return Optional.of(place + ": expected " + Judge.shown(expected) + ", but got " + Judge.shown(actual));
    }
}

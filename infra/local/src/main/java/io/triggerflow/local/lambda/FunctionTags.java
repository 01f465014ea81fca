package io.triggerflow.local.lambda;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** Tags that were put on functions through the API, with AWS's limits; gone with the process. Thread-safe. */
final class FunctionTags {
    private static final int MOST = 50;
    private static final int LONGEST_KEY = 128;
    private static final int LONGEST_VALUE = 256;
    private static final String CHARACTERS = "[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*";

    private final Map<String, Map<String, String>> byFunction = new HashMap<>();

    synchronized ObjectNode list(String function) {
        ObjectNode json = Wire.object();
        ObjectNode tags = json.putObject("Tags");
        byFunction.getOrDefault(function, Map.of()).forEach(tags::put);
        return json;
    }

    synchronized void put(String function, JsonNode request) {
        Map<String, String> tags = new TreeMap<>(byFunction.getOrDefault(function, Map.of()));
        request.path("Tags").properties().forEach(tag -> {
            String key = tag.getKey();
            String value = tag.getValue().asText();
            if (key.isEmpty()
                    || key.length() > LONGEST_KEY
                    || value.length() > LONGEST_VALUE
                    || !(key + value).matches(CHARACTERS)) {
                throw LambdaException.invalid("Expected a tag of at most " + LONGEST_KEY + " and " + LONGEST_VALUE
                        + " letters, digits, spaces or _.:/=+-@, but got " + key + " = " + value);
            }
            tags.put(key, value);
        });
        if (tags.size() > MOST) {
            throw LambdaException.invalid("Expected at most " + MOST + " tags, but there would be " + tags.size());
        }
        byFunction.put(function, tags);
    }

    /** Removes the tags that a query string names. */
    synchronized void remove(String function, String query) {
        Map<String, String> tags = byFunction.getOrDefault(function, new TreeMap<>());
        for (String pair : String.valueOf(query).split("&")) {
            if (pair.startsWith("tagKeys=")) {
                tags.remove(URLDecoder.decode(pair.substring("tagKeys=".length()), StandardCharsets.UTF_8));
            }
        }
    }
}

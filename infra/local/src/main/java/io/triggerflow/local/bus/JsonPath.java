package io.triggerflow.local.bus;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The JSON paths that EventBridge takes for InputPath and InputPathsMap: names and indexes from the root. */
final class JsonPath {
    private static final Pattern STEP = Pattern.compile("\\.([^.\\[\\]]+)|\\[(\\d+)]|\\['([^']*)']|\\[\"([^\"]*)\"]");

    private JsonPath() {}

    /** The value at a path; a missing node when there is none. */
    static JsonNode at(JsonNode root, String path) {
        if (!path.startsWith("$")) {
            throw new IllegalArgumentException("Expected a JSON path that begins with $, but got: " + path);
        }
        JsonNode node = root;
        Matcher matcher = STEP.matcher(path);
        int position = 1;
        while (position < path.length()) {
            if (!matcher.find(position) || matcher.start() != position) {
                throw new IllegalArgumentException(
                        "Expected .name or [index] at character " + position + " of the JSON path, but got: " + path);
            }
            if (matcher.group(2) != null) {
                node = node.path(Integer.parseInt(matcher.group(2)));
            } else {
                String name = matcher.group(1) != null
                        ? matcher.group(1)
                        : matcher.group(3) != null ? matcher.group(3) : matcher.group(4);
                node = node.path(name);
            }
            position = matcher.end();
        }
        return node;
    }
}

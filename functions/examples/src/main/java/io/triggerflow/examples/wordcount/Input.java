package io.triggerflow.examples.wordcount;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;

/** Reads the input of the functions; keys that they do not know are no concern of theirs. */
final class Input {
    private Input() {}

    static Path directory(Map<String, Object> input) {
        if (!(input.get("dir") instanceof String dir) || dir.isBlank()) {
            throw new IllegalArgumentException(
                    "Expected dir to be the path of a directory, but got " + input.get("dir"));
        }
        try {
            return Path.of(dir);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("Expected dir to be the path of a directory, but got " + dir, e);
        }
    }

    static int number(Map<String, Object> input, String key, int min, int max, int otherwise) {
        Object value = input.get(key);
        if (value == null) {
            return otherwise;
        }
        if (value instanceof Number n && n.doubleValue() >= min && n.doubleValue() <= max) {
            return n.intValue();
        }
        throw new IllegalArgumentException(
                "Expected " + key + " to be a number from " + min + " to " + max + ", but got " + value);
    }
}

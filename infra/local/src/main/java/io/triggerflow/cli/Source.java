package io.triggerflow.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A bundle's file: its content as plain Java JSON, and the line of every value by its path, written as {@code DefinitionReader} writes
 * paths.
 *
 * @param tree the content
 * @param lines where values begin
 */
record Source(Object tree, Map<String, Integer> lines) {
    /** A mistake of syntax, at a line. */
    static final class SyntaxException extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final int line;

        SyntaxException(int line, String message) {
            super(message);
            this.line = line;
        }

        int line() {
            return line;
        }
    }

    /**
     * Reads a file as JSON when it begins like that, as YAML otherwise.
     *
     * @throws CliException when it cannot be read
     * @throws SyntaxException when it is neither
     */
    static Source read(Path file) {
        String text;
        try {
            text = Files.readString(file);
        } catch (java.nio.file.NoSuchFileException e) {
            throw CliException.unusable("NoFile", "Expected a file at " + file + ", but there is none");
        } catch (IOException e) {
            throw CliException.unusable(
                    "NoFile",
                    "Expected to read " + file + ", but: "
                            + (e instanceof java.nio.charset.CharacterCodingException
                                    ? "it is not UTF-8 text"
                                    : e.toString()));
        }
        return of(text);
    }

    static Source of(String text) {
        String start = text.stripLeading();
        return start.startsWith("{") || start.startsWith("[") ? json(text) : Yaml.read(text);
    }

    /** The line of a path, or of what it is in. */
    Optional<Integer> line(String path) {
        for (String at = path;
                !at.isEmpty();
                at = at.substring(
                        0,
                        Math.max(at.lastIndexOf('.'), at.lastIndexOf('[')) < 0
                                ? 0
                                : Math.max(at.lastIndexOf('.'), at.lastIndexOf('[')))) {
            if (lines.containsKey(at)) {
                return Optional.of(lines.get(at));
            }
        }
        return Optional.empty();
    }

    /** A path one step deeper. */
    static String below(String path, String key) {
        boolean plain = !key.isEmpty()
                && key.chars().allMatch(c -> Character.isLetterOrDigit(c) || c == '_' || c == '-' || c == '$');
        return plain ? path + "." + key : path + "['" + key + "']";
    }

    private static Source json(String text) {
        Map<String, Integer> lines = new HashMap<>();
        try (JsonParser parser = JsonFactory.builder()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .build()
                .createParser(text)) {
            parser.nextToken();
            Object tree = value(parser, "$", lines);
            if (parser.nextToken() != null) {
                throw new SyntaxException(
                        parser.currentTokenLocation().getLineNr(),
                        "Expected one JSON document, but there is more after it");
            }
            return new Source(tree, lines);
        } catch (JsonProcessingException e) {
            throw new SyntaxException(
                    e.getLocation() == null ? 1 : e.getLocation().getLineNr(),
                    "Expected JSON, but: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static Object value(JsonParser parser, String path, Map<String, Integer> lines) throws IOException {
        lines.putIfAbsent(path, parser.currentTokenLocation().getLineNr());
        return switch (parser.currentToken()) {
            case START_OBJECT -> {
                Map<String, Object> map = new LinkedHashMap<>();
                while (parser.nextToken() == JsonToken.FIELD_NAME) {
                    String key = parser.currentName();
                    String below = below(path, key);
                    lines.put(below, parser.currentTokenLocation().getLineNr());
                    parser.nextToken();
                    map.put(key, value(parser, below, lines));
                }
                yield map;
            }
            case START_ARRAY -> {
                List<Object> list = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    list.add(value(parser, path + "[" + list.size() + "]", lines));
                }
                yield list;
            }
            case VALUE_STRING -> parser.getText();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getNumberValue();
            case null, default -> null;
        };
    }
}

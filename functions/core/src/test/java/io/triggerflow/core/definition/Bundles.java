package io.triggerflow.core.definition;

import com.dashjoin.jsonata.Jsonata;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What the tests of bundles share. */
final class Bundles {
    static final DefinitionReader READER = new DefinitionReader(Bundles::expressionError);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final YAMLMapper YAML = new YAMLMapper();

    private Bundles() {}

    static Optional<String> expressionError(String source) {
        try {
            Jsonata.jsonata(source);
            return Optional.empty();
        } catch (RuntimeException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /** JSON with single quotes for double ones. */
    static Object quoted(String json) {
        return json(json.replace('\'', '"'));
    }

    static Object json(String json) {
        try {
            return JSON.readValue(json, Object.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Object yaml(Path file) {
        try {
            return YAML.readValue(file.toFile(), Object.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The bundles that the project ships. */
    static List<Path> examples() {
        try (Stream<Path> files = Files.list(Path.of("../examples/bundles"))) {
            return files.filter(f -> f.toString().endsWith(".yaml")).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

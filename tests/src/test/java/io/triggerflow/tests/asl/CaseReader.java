package io.triggerflow.tests.asl;

import io.triggerflow.asl.json.Json;
import io.triggerflow.asl.json.JsonException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Reads cases from a directory: {@code *.jsonl} has one a line, {@code *.json} one or a list of them. */
final class CaseReader {
    private CaseReader() {}

    static List<AslCase> read(Path directory) throws IOException {
        List<AslCase> cases = new ArrayList<>();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                String name = file.getFileName().toString();
                if (name.endsWith(".jsonl")) {
                    for (String line : Files.readAllLines(file)) {
                        if (!line.isBlank()) {
                            add(cases, parse(line, file));
                        }
                    }
                } else if (name.endsWith(".json")) {
                    add(cases, parse(Files.readString(file), file));
                }
            }
        }
        return cases;
    }

    private static void add(List<AslCase> cases, Object json) {
        if (json instanceof List<?> list) {
            list.forEach(inner -> add(cases, inner));
        } else if (json instanceof Map<?, ?> map && map.containsKey("expected")) {
            cases.add(new AslCase(map));
        }
    }

    private static Object parse(String text, Path file) throws IOException {
        try {
            return Json.parse(text);
        } catch (JsonException e) {
            throw new IOException("Expected JSON in " + file + ", but: " + e.getMessage(), e);
        }
    }
}

package io.triggerflow.examples.wordcount;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Lists the files to count. Input {@code {"dir": path, "suffix": text?}}; output {@code {"dir": path, "files": [name, ...], "count": n}}: the
 * names of the regular files directly in the directory that end in the suffix (default {@code .txt}; an empty text takes all), without
 * hidden ones, sorted. Throws {@link IllegalArgumentException} when there is no such directory, or when it holds more than
 * {@value #MAX_FILES} such files. Stateless; thread-safe.
 */
public final class ListFiles implements RequestHandler<Map<String, Object>, Map<String, Object>> {
    /** With names of ordinary length the output stays below 1 MiB, the most that an asynchronous invocation may hand on. */
    static final int MAX_FILES = 10_000;

    @Override
    public Map<String, Object> handleRequest(Map<String, Object> input, Context context) {
        Path directory = Input.directory(input);
        String suffix = input.get("suffix") instanceof String s ? s : ".txt";
        List<String> files = list(directory, suffix);
        if (files.size() > MAX_FILES) {
            throw new IllegalArgumentException(
                    "Expected at most " + MAX_FILES + " files in " + directory + ", but there are more");
        }
        Map<String, Object> output = new LinkedHashMap<>();
        output.put("dir", directory.toString());
        output.put("files", files);
        output.put("count", files.size());
        return output;
    }

    private static List<String> list(Path directory, String suffix) {
        if (!Files.isDirectory(directory)) {
            throw new IllegalArgumentException(
                    "Expected dir to be a directory, but there is none at " + directory.toAbsolutePath());
        }
        try (Stream<Path> entries = Files.list(directory)) {
            List<String> names = new ArrayList<>();
            entries.filter(Files::isRegularFile)
                    .map(p -> p.getFileName().toString())
                    .filter(n -> n.endsWith(suffix) && !n.startsWith("."))
                    .sorted()
                    .limit(MAX_FILES + 1L)
                    .forEach(names::add);
            return names;
        } catch (IOException e) {
            throw new UncheckedIOException("Expected to list " + directory + ", but: " + e.getMessage(), e);
        }
    }
}

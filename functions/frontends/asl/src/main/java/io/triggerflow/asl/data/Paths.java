package io.triggerflow.asl.data;

import com.jayway.jsonpath.Configuration;
import com.jayway.jsonpath.InvalidPathException;
import com.jayway.jsonpath.JsonPath;
import com.jayway.jsonpath.JsonPathException;
import com.jayway.jsonpath.PathNotFoundException;
import com.jayway.jsonpath.spi.json.JacksonJsonProvider;
import com.jayway.jsonpath.spi.mapper.JacksonMappingProvider;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * JSONPath as Step Functions has it: Jayway's, with two differences mended here. A path that may match many gives an empty list where Jayway
 * misses a property on the way; and what has no bound is refused: filters with a regular expression, because Java's matcher has none, and more
 * than {@value #MAX_SCANS} deep scans, because each multiplies the work by the depth of the document.
 *
 * <p>Thread-safe; compiled paths are kept, the least recently used are forgotten.
 */
final class Paths {
    private static final int KEPT = 10_000;
    private static final int MAX_LENGTH = 10_000;
    private static final int MAX_SCANS = 2;

    private final Configuration configuration = Configuration.builder()
            .jsonProvider(new JacksonJsonProvider())
            .mappingProvider(new JacksonMappingProvider())
            .build();
    private final Map<String, JsonPath> compiled = new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, JsonPath> eldest) {
            return size() > KEPT;
        }
    };

    /** A value, or why there is none. A value may be null. */
    record Found(boolean present, Object value, String why) {
        static Found of(Object value) {
            return new Found(true, value, null);
        }

        static Found nothing(String why) {
            return new Found(false, null, why);
        }
    }

    /** Why a text is not a path; empty when it is one. */
    Optional<String> error(String path) {
        if (!path.startsWith("$")) {
            return Optional.of("Expected a path that starts with $, but got '" + path + "'");
        }
        if (path.contains("=~")) {
            return Optional.of("Expected a path without a regular expression, but got '" + path + "'");
        }
        if (path.split("\\.\\.", -1).length - 1 > MAX_SCANS) {
            return Optional.of("Expected a path with at most " + MAX_SCANS + " deep scans, but got '" + path + "'");
        }
        if (path.length() > MAX_LENGTH) {
            return Optional.of("Expected a path of at most " + MAX_LENGTH + " characters");
        }
        try {
            compile(path);
            return Optional.empty();
        } catch (InvalidPathException | IllegalArgumentException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    Found read(String path, Object document) {
        if (path.equals("$")) {
            return Found.of(document);
        }
        Optional<String> error = error(path);
        if (error.isPresent()) {
            return Found.nothing(error.get());
        }
        JsonPath json = compile(path);
        if (document == null
                || document instanceof String
                || document instanceof Number
                || document instanceof Boolean) {
            return json.isDefinite() ? Found.nothing("No results for path: " + json.getPath()) : Found.of(List.of());
        }
        try {
            return Found.of(plain(json.read(document, configuration)));
        } catch (PathNotFoundException e) {
            return json.isDefinite() ? Found.nothing(e.getMessage()) : Found.of(List.of());
        } catch (JsonPathException | ClassCastException e) {
            return Found.nothing(e.getMessage());
        }
    }

    /** Jayway's function keys() gives a set. */
    private static Object plain(Object value) {
        return value instanceof Set<?> set ? new ArrayList<>(set) : value;
    }

    private JsonPath compile(String path) {
        synchronized (compiled) {
            JsonPath known = compiled.get(path);
            if (known != null) {
                return known;
            }
        }
        JsonPath fresh = JsonPath.compile(path);
        synchronized (compiled) {
            compiled.put(path, fresh);
        }
        return fresh;
    }
}

package io.triggerflow.aws.store;

import io.triggerflow.aws.json.Json;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Golden files: one directory a stored shape, {@code v1}, {@code v2} and so on. In each, items in DynamoDB JSON by what they are, one a
 * line, and {@code blobs.json}, the texts beside the table (compressed, in Base64).
 */
final class GoldenFiles {
    private static final String BLOBS = "blobs.json";

    /**
     * What one version holds.
     *
     * @param items by the name of their file
     * @param blobs texts by key
     */
    record Version(Map<String, List<Map<String, AttributeValue>>> items, Map<String, String> blobs) {
        List<Map<String, AttributeValue>> all() {
            return items.values().stream().flatMap(List::stream).toList();
        }
    }

    private final Path root;

    GoldenFiles(Path root) {
        this.root = root;
    }

    /** The names of all versions, the oldest first. */
    List<String> versions() {
        if (!Files.isDirectory(root)) {
            return List.of();
        }
        try (Stream<Path> children = Files.list(root)) {
            return children.map(p -> p.getFileName().toString())
                    .filter(n -> n.matches("v[0-9]+"))
                    .sorted(Comparator.comparingInt(GoldenFiles::number))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int number(String version) {
        return Integer.parseInt(version.substring(1));
    }

    /** The name of the version that comes after all that exist. */
    String next() {
        List<String> versions = versions();
        return versions.isEmpty() ? "v1" : "v" + (number(versions.getLast()) + 1);
    }

    Version read(String version) {
        Map<String, List<Map<String, AttributeValue>>> items = new TreeMap<>();
        Map<String, String> blobs = new TreeMap<>();
        try (Stream<Path> files = Files.list(root.resolve(version))) {
            for (Path file : files.filter(p -> p.toString().endsWith(".json")).toList()) {
                Object json = Json.read(Files.readString(file));
                String name = file.getFileName().toString();
                if (name.equals(BLOBS)) {
                    Json.object(json).forEach((key, text) -> blobs.put(key, unzip((String) text)));
                } else {
                    items.put(
                            name,
                            Json.list(json).stream()
                                    .map(i -> item(Json.object(i)))
                                    .toList());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Version(items, blobs);
    }

    /** Writes a new version; the past is never written. */
    Path write(Version version) {
        return write(root.resolve(next()), version);
    }

    /** Writes a directory that does not exist. */
    Path write(Path directory, Version version) {
        try {
            Files.createDirectories(directory.getParent());
            Files.createDirectory(directory);
            for (Map.Entry<String, List<Map<String, AttributeValue>>> file :
                    version.items().entrySet()) {
                String lines = file.getValue().stream()
                        .map(i -> Json.write(json(i)))
                        .sorted()
                        .collect(Collectors.joining(",\n", "[\n", "\n]\n"));
                Files.writeString(directory.resolve(file.getKey()), lines);
            }
            Map<String, String> zipped = new TreeMap<>();
            version.blobs().forEach((key, text) -> zipped.put(key, zip(text)));
            Files.writeString(directory.resolve(BLOBS), Json.write(zipped) + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return directory;
    }

    /** Items by key, JSON inside them read: the order of the keys of an object says nothing. */
    static Map<String, Object> comparable(Version version) {
        Map<String, Object> all = new TreeMap<>(version.blobs());
        for (Map<String, AttributeValue> item : version.all()) {
            Map<String, Object> values = new TreeMap<>();
            item.forEach((name, value) -> values.put(
                    name,
                    value.s() != null && value.s().matches("(?s)[\\[{].*") ? Json.read(value.s()) : value.toString()));
            all.put(Items.key(item).toString(), values);
        }
        return all;
    }

    /** Items by the file that they belong in. */
    static Map<String, List<Map<String, AttributeValue>>> byFile(List<Map<String, AttributeValue>> items) {
        Map<String, List<Map<String, AttributeValue>>> files = new TreeMap<>();
        items.forEach(i -> files.computeIfAbsent(
                        file(i.get(Keys.PARTITION).s(), i.get(Keys.SORT).s()), f -> new ArrayList<>())
                .add(i));
        return files;
    }

    private static String file(String partition, String sort) {
        String kind = "RW".indexOf(partition.charAt(0)) >= 0
                ? sort.substring(0, 1)
                : partition.charAt(0) + (partition.startsWith("F#") ? sort.substring(0, 1) : "");
        return switch (kind) {
            case "@" -> "roots.json";
            case "I" -> "inputs.json";
            case "E" -> "entries.json";
            case "C" -> "states.json";
            case "J" -> "joins.json";
            case "S" -> "segments.json";
            case "T" -> "claims.json";
            case "M" -> "timers.json";
            case "H" -> "held.json";
            case "D" -> "logs.json";
            case "FB" -> "definition-bodies.json";
            case "FV" -> "definition-heads.json";
            case "FN" -> "definition-newest.json";
            case "Q" -> "waits.json";
            case "P" -> "receipts.json";
            case "X" -> "parked.json";
            case "L" -> "marks.json";
            default ->
                throw new IllegalArgumentException(
                        "Expected an item of a known kind, but got " + partition + " " + sort + ": name its file here");
        };
    }

    private static Map<String, Object> json(Map<String, AttributeValue> item) {
        Map<String, Object> json = new TreeMap<>();
        item.forEach((name, value) -> json.put(name, json(name, value)));
        return json;
    }

    private static Map<String, Object> json(String name, AttributeValue value) {
        return switch (value.type()) {
            case S -> Map.of("S", value.s());
            case N -> Map.of("N", value.n());
            case BOOL -> Map.of("BOOL", value.bool());
            case SS -> Map.of("SS", value.ss().stream().sorted().toList());
            default ->
                throw new IllegalArgumentException("Expected attribute '" + name + "' to be S, N, BOOL or SS, but got "
                        + value.type() + ": add it here");
        };
    }

    private static Map<String, AttributeValue> item(Map<String, Object> json) {
        Map<String, AttributeValue> item = new TreeMap<>();
        json.forEach((name, typed) -> item.put(name, value(name, Json.object(typed))));
        return item;
    }

    private static AttributeValue value(String name, Map<String, Object> typed) {
        String type = typed.keySet().iterator().next();
        Object value = typed.get(type);
        return switch (type) {
            case "S" -> AttributeValue.fromS((String) value);
            case "N" -> AttributeValue.fromN((String) value);
            case "BOOL" -> AttributeValue.fromBool((Boolean) value);
            case "SS" ->
                AttributeValue.fromSs(
                        Json.list(value).stream().map(String::valueOf).toList());
            default ->
                throw new IllegalArgumentException(
                        "Expected attribute '" + name + "' to be S, N, BOOL or SS, but got " + type);
        };
    }

    private static String zip(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(bytes)) {
            zip.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Base64.getEncoder().encodeToString(bytes.toByteArray());
    }

    private static String unzip(String zipped) {
        try (GZIPInputStream zip =
                new GZIPInputStream(new ByteArrayInputStream(Base64.getDecoder().decode(zipped)))) {
            return new String(zip.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

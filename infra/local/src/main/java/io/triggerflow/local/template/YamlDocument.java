package io.triggerflow.local.template;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * A YAML (or JSON) file as maps, lists and scalars, with short-form intrinsics ({@code !Sub x}) turned into their long form
 * ({@code {"Fn::Sub": x}}) and the line of every value remembered. No class is ever constructed from a tag.
 */
final class YamlDocument {

    private static final int MAX_CODE_POINTS = 8 * 1024 * 1024;

    private final Path file;
    private final Map<String, Integer> lines = new LinkedHashMap<>();

    private YamlDocument(Path file) {
        this.file = file;
    }

    /** What was read: the document's root and how to name a place in it. */
    record Read(Map<String, Object> root, YamlDocument document) {}

    static Read read(Path file) {
        YamlDocument document = new YamlDocument(file);
        try (Reader reader = Files.newBufferedReader(file)) {
            LoaderOptions options = new LoaderOptions();
            options.setAllowDuplicateKeys(false);
            options.setCodePointLimit(MAX_CODE_POINTS);
            Node node = new Yaml(options).compose(reader);
            if (!(node instanceof MappingNode)) {
                throw new TemplateException("Expected " + file + " to hold a map with Resources, but it holds "
                        + (node == null ? "nothing" : "a " + node.getNodeId()));
            }
            return new Read(Resource.asMap(document.convert(node, "")), document);
        } catch (MarkedYAMLException e) {
            throw new TemplateException("Expected YAML in " + file + ", but " + e.getMessage());
        } catch (IOException e) {
            throw new TemplateException("Expected to read the template " + file + ", but " + e);
        }
    }

    /** {@code file:line} of the value at this path, or of the nearest value around it that has a line. */
    String place(String path) {
        return file + line(path).map(line -> ":" + line).orElse("") + " at " + (path.isEmpty() ? "the root" : path);
    }

    private Optional<Integer> line(String path) {
        for (String here = path; ; here = here.substring(0, here.lastIndexOf('.'))) {
            Integer line = lines.get(here);
            if (line != null || here.lastIndexOf('.') < 0) {
                return Optional.ofNullable(line);
            }
        }
    }

    private Object convert(Node node, String path) {
        lines.putIfAbsent(path, node.getStartMark().getLine() + 1);
        String tag = node.getTag().getValue();
        Object value =
                switch (node) {
                    case MappingNode mapping -> map(mapping, path);
                    case SequenceNode sequence -> list(sequence, path);
                    case ScalarNode scalar -> scalar(scalar);
                    default ->
                        throw new TemplateException(
                                "Expected a map, a list or a scalar at " + place(path) + ", but got " + node);
                };
        return tag.startsWith("!") ? longForm(tag.substring(1), value) : value;
    }

    private Map<String, Object> map(MappingNode node, String path) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (NodeTuple tuple : node.getValue()) {
            if (!(tuple.getKeyNode() instanceof ScalarNode keyNode)) {
                throw new TemplateException(
                        "Expected a text key at " + place(path) + ", but got " + tuple.getKeyNode());
            }
            String key = keyNode.getValue();
            String below = path.isEmpty() ? key : path + "." + key;
            lines.put(below, keyNode.getStartMark().getLine() + 1);
            Object value = convert(tuple.getValueNode(), below);
            if (map.containsKey(key)) {
                throw new TemplateException(
                        "Expected the key '" + key + "' once, but it is repeated at " + place(below));
            }
            if (value != null) {
                map.put(key, value);
            }
        }
        return map;
    }

    private List<Object> list(SequenceNode node, String path) {
        List<Object> list = new ArrayList<>();
        for (Node item : node.getValue()) {
            Object value = convert(item, path + "." + list.size());
            list.add(value == null ? "" : value);
        }
        return list;
    }

    /** YAML 1.1 types as CloudFormation reads them; dates stay text, and so do numbers written with leading zeros (account ids). */
    private static Object scalar(ScalarNode node) {
        String text = node.getValue();
        Tag tag = node.getTag();
        if (tag.equals(Tag.NULL)) {
            return null;
        }
        if (tag.equals(Tag.BOOL)) {
            return switch (text.toLowerCase(java.util.Locale.ROOT)) {
                case "true", "yes", "on" -> true;
                default -> false;
            };
        }
        if (tag.equals(Tag.INT) && text.matches("0|-?[1-9][0-9]{0,17}")) {
            return Long.valueOf(text);
        }
        if (tag.equals(Tag.FLOAT) && text.matches("-?[0-9]+\\.[0-9]+")) {
            return Double.valueOf(text);
        }
        return text;
    }

    private static Map<String, Object> longForm(String name, Object value) {
        if (name.equals("Ref") || name.equals("Condition")) {
            return Map.of(name, value);
        }
        Object argument = value;
        if (name.equals("GetAtt") && value instanceof String text && text.contains(".")) {
            int dot = text.indexOf('.');
            argument = List.of(text.substring(0, dot), text.substring(dot + 1));
        }
        return Map.of("Fn::" + name, argument);
    }
}

package io.triggerflow.cli;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** YAML 1.2 (core schema) as plain Java JSON: keys are text ({@code on} too), only true and false are booleans, dates are text. */
final class Yaml {
    private static final int MAX_DEPTH = 200;

    private final Map<String, Integer> lines = new HashMap<>();
    /** An alias is the same value; a value inside itself has no end. */
    private final Map<Node, Object> known = new IdentityHashMap<>();

    private final Map<Node, Boolean> open = new IdentityHashMap<>();

    private Yaml() {}

    static Source read(String text) {
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(64 * 1024 * 1024);
        try {
            Node root = new org.yaml.snakeyaml.Yaml(options).compose(new java.io.StringReader(text));
            if (root == null) {
                throw new Source.SyntaxException(1, "Expected a bundle, but the file is empty");
            }
            Yaml reading = new Yaml();
            Object tree = reading.value(root, "$", 0);
            return new Source(tree, reading.lines);
        } catch (MarkedYAMLException e) {
            int line = e.getProblemMark() == null ? 1 : e.getProblemMark().getLine() + 1;
            throw new Source.SyntaxException(
                    line, "Expected YAML, but: " + Text.shortened(String.valueOf(e.getProblem()), 200));
        } catch (YAMLException e) {
            throw new Source.SyntaxException(
                    1, "Expected YAML, but: " + Text.shortened(String.valueOf(e.getMessage()), 200));
        }
    }

    private Object value(Node node, String path, int depth) {
        int line = node.getStartMark().getLine() + 1;
        lines.putIfAbsent(path, line);
        if (depth > MAX_DEPTH || open.containsKey(node)) {
            throw new Source.SyntaxException(
                    line,
                    "Expected values nested at most " + MAX_DEPTH + " deep, but " + path
                            + " is deeper, or contains itself");
        }
        if (known.containsKey(node)) {
            return known.get(node);
        }
        open.put(node, true);
        Object value =
                switch (node) {
                    case MappingNode mapping -> map(mapping, path, depth);
                    case SequenceNode sequence -> list(sequence, path, depth);
                    case ScalarNode scalar -> scalar(scalar);
                    default ->
                        throw new Source.SyntaxException(
                                line, "Expected a map, a list or a scalar, but got " + node.getNodeId());
                };
        open.remove(node);
        known.put(node, value);
        return value;
    }

    private Map<String, Object> map(MappingNode node, String path, int depth) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (NodeTuple tuple : node.getValue()) {
            int line = tuple.getKeyNode().getStartMark().getLine() + 1;
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                throw new Source.SyntaxException(
                        line,
                        "Expected text as key in " + path + ", but got a "
                                + tuple.getKeyNode().getNodeId());
            }
            String below = Source.below(path, key.getValue());
            if (map.containsKey(key.getValue())) {
                throw new Source.SyntaxException(
                        line, "Expected the key '" + key.getValue() + "' once in " + path + ", but it is repeated");
            }
            lines.put(below, line);
            map.put(key.getValue(), value(tuple.getValueNode(), below, depth + 1));
        }
        return map;
    }

    private List<Object> list(SequenceNode node, String path, int depth) {
        List<Object> list = new ArrayList<>();
        for (Node item : node.getValue()) {
            list.add(value(item, path + "[" + list.size() + "]", depth + 1));
        }
        return list;
    }

    private static Object scalar(ScalarNode node) {
        String text = node.getValue();
        if (node.getScalarStyle() != DumperOptions.ScalarStyle.PLAIN) {
            return text;
        }
        if (text.matches("~|null|Null|NULL|")) {
            return null;
        }
        if (text.matches("true|True|TRUE")) {
            return true;
        }
        if (text.matches("false|False|FALSE")) {
            return false;
        }
        if (text.matches("[-+]?[0-9]+")) {
            BigInteger number = new BigInteger(text);
            return number.bitLength() < 32
                    ? (Object) number.intValue()
                    : number.bitLength() < 64 ? (Object) number.longValue() : number;
        }
        return text.matches("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?")
                ? (Object) Double.valueOf(text)
                : text;
    }
}

package io.triggerflow.dag;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The run's input, as its JSON Schema describes it. */
final class Params {
    private Params() {}

    /** The first trigger of all: a run whose input is not what the schema says fails before any task runs. */
    static Map<String, Object> check(Map<String, Object> schema) {
        return Tree.of(
                "id",
                "run:params",
                "on",
                List.of(Tree.of("start", true)),
                "actions",
                List.of(Tree.of(
                        "custom",
                        Tree.of(
                                "name",
                                ParamsAction.NAME,
                                "arguments",
                                Tree.of("schema", schema, "input", Tree.x("$run.input"))))));
    }

    /** The values of the schema's properties that have a default. */
    static Map<String, Object> defaults(Map<String, Object> schema) {
        Map<String, Object> defaults = new LinkedHashMap<>();
        if (schema.get("properties") instanceof Map<?, ?> properties) {
            properties.forEach((name, property) -> {
                if (property instanceof Map<?, ?> p && p.containsKey("default")) {
                    defaults.put(String.valueOf(name), p.get("default"));
                }
            });
        }
        return defaults;
    }
}

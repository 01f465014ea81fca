package io.triggerflow.dag;

import io.triggerflow.core.model.JsonText;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/** What the expressions of a DAG see, as JSONata over what those of a bundle see. */
final class Scope {
    private final String params;

    Scope(Dag dag) {
        Map<String, Object> defaults = dag.params().map(Params::defaults).orElse(Map.of());
        this.params = defaults.isEmpty()
                ? "$run.input"
                : "($type($run.input) = 'object' ? $merge([" + JsonText.write(defaults) + ", $run.input]) : "
                        + JsonText.write(defaults) + ")";
    }

    /** The run's input, with the defaults of its schema. */
    String params() {
        return params;
    }

    /** Where the activating event tells of others' results. */
    UnaryOperator<String> at(String tasks) {
        return source -> with(source, "tasks", tasks, "params", params);
    }

    /** In the payload of an item of a map, where nothing is known but what was handed over. */
    static String inItem(String source) {
        return with(source, "tasks", "$with.tasks", "params", "$with.params", "run", "$with.run");
    }

    /** An expression in which some variables, if it mentions them, are bound. */
    static String with(String source, String... namesAndValues) {
        Map<String, String> bound = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            if (Texts.mentions(source, namesAndValues[i])) {
                bound.put(namesAndValues[i], namesAndValues[i + 1]);
            }
        }
        if (bound.isEmpty()) {
            return source;
        }
        StringBuilder block = new StringBuilder("(");
        bound.forEach((name, value) ->
                block.append('$').append(name).append(" := ").append(value).append("; "));
        return block.append(source).append(")").toString();
    }
}

package io.triggerflow.dag;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Makes the reference page of DAGs from their schema. */
final class DagReference {
    private static final String HEAD = """
            # The DAG format

            A DAG of tasks, in YAML or JSON; `triggerflow validate`, `deploy` and `run` take it where they take a bundle, and know it by its key `dag`.
            It is compiled to triggers of the one engine when it is deployed. Complete ones are in `functions/examples/dags`. The schema of this page is
            `functions/frontends/dag/src/main/resources/io/triggerflow/dag.schema.json` (JSON Schema 2020-12).

            ## Results and expressions

            A text that is wholly `{% expression %}` stands for what the [JSONata](https://docs.jsonata.org) expression gives. `{{ tasks.extract.result.rows }}`, which may
            have text around it, is short for a path. An expression sees:

            | name | what |
            |---|---|
            | `$tasks.NAME` | of a task that is upstream, directly or not: `outcome` (success, failed, skipped, upstream_failed), `result`, `error`. As a whole, `$tasks` has the direct upstreams only |
            | `$params` | the run's input, with the defaults of `params` |
            | `$run` | `workspace`, `name`, `workflow`, `version`, `startedAt`, `input` |
            | `$item`, `$index`, `$count` | in the payload beside `forEach` |
            | `$iteration`, `$previous`, `$result` | beside `repeat` |
            | `$task` | in callbacks |

            A result travels with the ends of tasks as far as somebody downstream mentions it, and is kept beside the launches in between: what is used far away is
            copied at each step. A task that runs before all its upstreams have ended sees the results of those that have.

            ## Outcomes

            Each task ends once: success, failed, skipped or upstream_failed. What the outcomes of the direct upstreams mean is the task's `rule`; in every rule but one_done, failed
            stands for failed and upstream_failed.

            | rule | runs when | otherwise |
            |---|---|---|
            | all_success | all succeeded | upstream_failed if one failed, else skipped |
            | all_failed | all failed | skipped |
            | all_done | all have ended | |
            | all_done_min_one_success | none was skipped, one succeeded | skipped if one was, else upstream_failed |
            | all_skipped | all were skipped | skipped |
            | one_failed | one failed: does not wait for the others | skipped |
            | one_success | one succeeded: does not wait for the others | skipped if all were, else upstream_failed |
            | one_done | one succeeded or failed itself: does not wait for the others | skipped |
            | none_failed | none failed | upstream_failed |
            | none_failed_min_one_success | none failed, one succeeded | upstream_failed if one failed, else skipped |
            | none_skipped | none was skipped | skipped |
            | always | at once | |
            | all_done_setup_success | (of teardowns) all have ended, and one of the setups among them succeeded | skipped if all setups were, else upstream_failed |

            A rule is asked when all upstreams have ended, or when it can run early. Before it: a branch or short circuit that closes the way skips the task, and a setup in whose scope
            it is must have succeeded. The run ends when all tasks have: it has failed if one of its last tasks failed (of which teardowns are none, unless `failsRun`).

            """;

    private final JsonNode root;
    private final StringBuilder page = new StringBuilder(HEAD);

    private DagReference(JsonNode root) {
        this.root = root;
    }

    /** The page, in Markdown. */
    static String of(JsonNode schema) {
        DagReference reference = new DagReference(schema);
        reference.section(schema);
        reference.root.get("$defs").forEach(reference::section);
        return reference.page.toString().stripTrailing()
                + "\n\n*Made from the schema by `DagReferenceTest`; do not edit.*\n";
    }

    private void section(JsonNode schema) {
        page.append("## ")
                .append(schema.path("title").asText())
                .append("\n\n")
                .append(schema.path("description").asText())
                .append("\n\n");
        Set<String> required = new TreeSet<>();
        schema.path("required").forEach(r -> required.add(r.asText()));
        page.append("| key | value | meaning |\n|---|---|---|\n");
        schema.get("properties")
                .properties()
                .forEach(e -> row(e.getKey(), required.contains(e.getKey()), e.getValue()));
        page.append("\n```json\n");
        schema.path("examples").forEach(e -> page.append(e).append('\n'));
        page.append("```\n\n");
    }

    private void row(String key, boolean required, JsonNode field) {
        List<String> meaning = new ArrayList<>(List.of(field.path("description").asText()));
        if (field.has("default")) {
            meaning.add("Default: `" + field.get("default") + "`.");
        }
        meaning.add("For instance `" + field.path("examples").get(0) + "`.");
        page.append("| `")
                .append(key)
                .append('`')
                .append(required ? " (required)" : "")
                .append(" | ")
                .append(field.path("title").asText())
                .append(" | ")
                .append(String.join(" ", meaning).replace("|", "\\|"))
                .append(" |\n");
    }
}

package io.triggerflow.core.definition;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/** Makes the reference page of the bundle format from its schema. */
final class BundleReference {
    private static final String HEAD = """
      # The bundle format

      A workflow is a **trigger bundle**: one JSON or YAML document, a list of triggers. When one of a trigger's events comes, and its
      condition holds, it fires: its actions are performed. `infra/triggerflow validate FILE` says what is wrong with a bundle, and where.
      Complete bundles are in `functions/examples/bundles`. The schema of this page is
      `functions/core/src/main/resources/io/triggerflow/bundle.schema.json` (JSON Schema 2020-12); an editor that knows it completes and checks as you type.
      In YAML, `on` is a plain key; a YAML 1.1 parser that makes it `true` needs quotes around it.

      ## Expressions

      A text that is wholly `{% expression %}` stands for what the [JSONata](https://docs.jsonata.org) expression gives, at any depth of a template;
      text around the marks is a mistake (write `{% 'Hello ' & $event.data.name %}`). An expression sees:

      | name | where | what |
      |---|---|---|
      | `$event` | conditions, actions | the event: `id`, `source`, `type`, `subject`, `time`, `data` and its extension attributes |
      | `$run` | conditions, actions | `workspace`, `name`, `workflow`, `version`, `input`, `context`; what a `set` has changed is seen by the actions after it |
      | `$results` | actions of a join | the data of the members that succeeded, in the members' order (see `collect`) |
      | `$kept` | `when` and actions of a trigger without state, on the end of a launch | what the launch's `keep` gave |
      | `$outcomes` | actions of a join | `succeeded`, `failed`, `skipped`, `size` |
      | `$failures` | actions of a join | the members that failed |
      | `$members` | actions of a join whose members are named | by name, those that have arrived: `outcome` (succeeded, failed, skipped) and `data` |
      | `$key` | actions of a join or composite event with a key | the key, a text |
      | `$events` | actions of a composite event | what was detected, by name: lists of events, as `$event`, in the order of time. Of an event of more than 2,000 characters only `id`, `source`, `type`, `subject` and `time` are kept |
      | `$detection` | actions of a composite event | `id`, `start` and `end` of what was detected; `$event` is of type `triggerflow.composite.detected`, with `key`, `start`, `end` and `events` as its data |
      | `$deadline` | actions of a join | whether it fired because its time had passed |
      | `$failure` | `onFailure` | what failed: `error`, `message`, `at`, `cause` |
      | `$item`, `$index`, `$count`, `$with` | payload beside `forEach` | the item, its position, how many there are, and what `with` gave; nothing else |
      | `$trigger`, `$interceptor` | interceptors, beside what the trigger's own see | their ids |
      | `$holds` | interceptors after a condition | whether it holds |
      | `$function`, `$task`, `$payload` | `function`, `payload` and `answer` of an interceptor | the launch as it would be |
      | `$launches` | interceptors after an action | what was launched: a list of `function`, `task`, and `payload`, `items` or `input` |
      | `$succeeded`, `$failed`, `$skipped`, `$arrived`, `$size` | `rule` of a join | tallies |

      """;

    private static final String COMPOSITES = """
      ## Textual form of composite events

      `SEQ(paid, shipped) within PT2H by $.order` is the same as `{"seq": ["paid", "shipped"], "within": "PT2H", "by": "{% $event.data.order %}"}`.

      ```text
      rule     = event setting*                 in any order with the modifiers of the whole, each at most once
      event    = or modifier*                   modifiers are for all before them, up to a bracket or comma
      or       = and ("OR" and)*                infix binds from loose to tight: OR, AND, ;
      and      = sequence ("AND" sequence)*
      sequence = term (";" term)*
      term     = NAME | "(" event ")"
               | ("OR" | "AND" | "SEQ") "(" event ("," event)+ ")"
               | "ANY" "(" COUNT ";" event ("," event)+ ")"
               | "NOT" "(" event ")" "[" event "," (event | DURATION) "]"
               | "A" "*"? "(" event "," event "," event ")"
               | "P" "*"? "(" event "," DURATION "," event ")"
               | "PLUS" "(" event "," DURATION ")"
               | ("TIMES" | "EVERY") "(" COUNT "," event ")"
      modifier = "within" DURATION | "context" CONTEXT | "held" CONTEXT
      setting  = "by" ("$.path.in.data" | "{% JSONata %}") | "lateness" DURATION | "late" ("take" | "drop" | "emit")
               | "cap" COUNT | "overflow" ("drop" | "fail")
      ```

      Contexts say which candidates are used with the event that completes, and are used up: `unrestricted` each, none used up; `recent` the latest,
      which stays; `chronicle` (the default) the oldest; `continuous` each, all used up; `cumulative` all, folded into one. What each operator
      means in each context is defined in the documentation of the package `io.triggerflow.core.composite`.

      """;

    private final JsonNode root;
    private final StringBuilder page = new StringBuilder(HEAD);

    private BundleReference(JsonNode root) {
        this.root = root;
    }

    /** The page, in Markdown. */
    static String of(JsonNode schema) {
        BundleReference reference = new BundleReference(schema);
        reference.section(schema);
        schema.get("$defs").forEach(reference::section);
        reference.page.append(COMPOSITES);
        return reference.page.toString().stripTrailing()
                + "\n\n*Made from the schema by `BundleReferenceTest`; do not edit.*\n";
    }

    private void section(JsonNode schema) {
        page.append("## ")
                .append(text(schema, "title"))
                .append("\n\n")
                .append(text(schema, "description"))
                .append("\n\n");
        table(schema);
        for (JsonNode form : schema.path("anyOf")) {
            if (form.has("properties")) {
                if (form.has("title")) {
                    page.append("### ")
                            .append(text(form, "title"))
                            .append("\n\n")
                            .append(text(form, "description"))
                            .append("\n\n");
                }
                table(form);
                examples(form);
            }
        }
        examples(schema);
    }

    private void examples(JsonNode schema) {
        if (!schema.path("examples").isEmpty()) {
            page.append("```json\n");
            schema.get("examples").forEach(e -> page.append(e).append('\n'));
            page.append("```\n\n");
        }
    }

    private void table(JsonNode schema) {
        if (!schema.has("properties")) {
            return;
        }
        Set<String> required = new TreeSet<>();
        schema.path("required").forEach(r -> required.add(r.asText()));
        page.append("| key | value | meaning |\n|---|---|---|\n");
        schema.get("properties").properties().stream()
                .filter(e -> e.getValue().has("title"))
                .forEach(e -> row(e.getKey(), required.contains(e.getKey()), e.getValue()));
        page.append('\n');
    }

    private void row(String key, boolean required, JsonNode field) {
        List<String> meaning = new ArrayList<>(List.of(text(field, "description")));
        if (field.has("default")) {
            meaning.add("Default: `" + field.get("default") + "`.");
        }
        if (!field.path("examples").isEmpty()) {
            meaning.add("For instance `" + field.get("examples").get(0) + "`.");
        }
        page.append("| `")
                .append(key)
                .append('`')
                .append(required ? " (required)" : "")
                .append(" | ")
                .append(linked(field))
                .append(" | ")
                .append(String.join(" ", meaning).replace("|", "\\|"))
                .append(" |\n");
    }

    /** The kind of value, with a link to its section. */
    private String linked(JsonNode field) {
        String title = text(field, "title").replace("|", "\\|");
        String ref = field.path("$ref").asText(field.path("items").path("$ref").asText());
        if (ref.isEmpty()) {
            return title;
        }
        String section = text(root.at(ref.substring(1)), "title")
                .toLowerCase(Locale.ROOT)
                .replace(' ', '-');
        return "[" + title + "](#" + section + ")";
    }

    private static String text(JsonNode schema, String key) {
        return schema.path(key).asText();
    }
}

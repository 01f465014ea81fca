package io.triggerflow.aws.store;

import io.triggerflow.aws.json.Json;
import io.triggerflow.core.model.Definition;
import io.triggerflow.core.port.Registry;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Workflow definitions: a body, read once and cached by the engine; a head for lists; and which version is the newest. */
final class Definitions {
    private final Table table;
    private final Bodies bodies;
    private final DefinitionCodec codec;

    Definitions(Table table, Bodies bodies, DefinitionCodec codec) {
        this.table = table;
        this.bodies = bodies;
        this.codec = codec;
    }

    Optional<Definition> definition(String workspace, Definition.Ref ref) {
        return table.get(Keys.definitionBody(workspace, ref.workflow(), ref.version()))
                .map(i -> codec.readDefinition(bodies.read(i), ref));
    }

    Optional<Definition.Ref> newest(String workspace, String workflow) {
        return table.get(Keys.newest(workspace, workflow))
                .flatMap(i -> Items.text(i, Keys.WORKFLOW_VERSION))
                .map(v -> new Definition.Ref(workflow, v));
    }

    /** Body, head, newest, in this order: what can be found is complete. */
    void put(String workspace, Definition definition, Instant at) {
        Map<String, AttributeValue> body =
                Items.of(Keys.definitionBody(workspace, definition.workflow(), definition.version()));
        bodies.putText(body, Json.write(codec.write(definition)), Blobs.Kind.LASTING);
        table.put(body);
        Map<String, AttributeValue> head =
                Items.of(Keys.definitionHead(workspace, definition.workflow(), definition.version()));
        head.put(Keys.NAME, Items.text(definition.workflow()));
        head.put(Keys.WORKFLOW_VERSION, Items.text(definition.version()));
        head.put(Keys.WRITTEN, Items.text(Keys.sortable(at)));
        head.put(Keys.DESCRIPTION, Items.text(definition.description()));
        head.put(Keys.COUNT, Items.number(definition.triggers().size()));
        table.put(head, Conditions.NEW, Map.of());
        Map<String, AttributeValue> newest = Items.of(Keys.newest(workspace, definition.workflow()));
        newest.put(Keys.WORKFLOW_VERSION, Items.text(definition.version()));
        newest.put(Keys.NAME, Items.text(definition.workflow()));
        table.put(newest);
    }

    /** All versions are read for a page: there are few, and heads are small. */
    Registry.Page<Registry.Version> versions(
            String workspace, Optional<String> workflow, int limit, Optional<String> token) {
        Map<String, String> newest = new HashMap<>();
        if (workflow.isPresent()) {
            newest(workspace, workflow.get()).ifPresent(r -> newest.put(r.workflow(), r.version()));
        } else {
            table.all(Keys.definitions(workspace), "N#")
                    .forEach(i -> newest.put(
                            i.get(Keys.NAME).s(), i.get(Keys.WORKFLOW_VERSION).s()));
        }
        List<Map<String, AttributeValue>> heads = table.all(
                        Keys.definitions(workspace),
                        workflow.map(Keys::headPrefix).orElse("V#"))
                .sorted(Comparator.comparing((Map<String, AttributeValue> i) ->
                                i.get(Keys.NAME).s())
                        .thenComparing(i -> i.get(Keys.WRITTEN).s(), Comparator.reverseOrder()))
                .toList();
        int from = token.map(Integer::parseInt).orElse(0);
        int to = Math.min(heads.size(), from + limit);
        List<Registry.Version> page = heads.subList(Math.min(from, to), to).stream()
                .map(i -> version(i, newest))
                .toList();
        return new Registry.Page<>(page, to < heads.size() ? Optional.of(Integer.toString(to)) : Optional.empty());
    }

    private static Registry.Version version(Map<String, AttributeValue> head, Map<String, String> newest) {
        Definition.Ref ref = new Definition.Ref(
                head.get(Keys.NAME).s(), head.get(Keys.WORKFLOW_VERSION).s());
        return new Registry.Version(
                ref,
                Instant.parse(head.get(Keys.WRITTEN).s() + "Z"),
                ref.version().equals(newest.get(ref.workflow())),
                head.get(Keys.DESCRIPTION).s(),
                (int) Items.number(head, Keys.COUNT));
    }
}

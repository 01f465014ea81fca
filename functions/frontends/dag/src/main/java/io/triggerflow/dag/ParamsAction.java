package io.triggerflow.dag;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaException;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.resource.DisallowSchemaLoader;
import io.triggerflow.core.decide.ActionExtension;
import io.triggerflow.core.expression.Variables;
import io.triggerflow.core.model.Action;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Fails a run whose input is not what the DAG's {@code params} say. Packaged with the deployment; pure; nothing is fetched. Thread-safe. */
public final class ParamsAction implements ActionExtension {
    static final String NAME = "dag.params";
    private static final int SHOWN = 10;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final SchemaValidatorsConfig CONFIG =
            SchemaValidatorsConfig.builder().preloadJsonSchema(false).build();

    private final JsonSchemaFactory schemas = JsonSchemaFactory.getInstance(
            SpecVersion.VersionFlag.V202012,
            builder -> builder.schemaLoaders(loaders -> loaders.add(DisallowSchemaLoader.getInstance())));

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public List<Action> expand(Map<String, Object> arguments, Variables variables) {
        Object given = arguments.get("input");
        // A run that is started without an input is started with no params.
        Object input = given == null ? Map.of() : given;
        return wrong(arguments.get("schema"), input)
                .<List<Action>>map(w -> List.of(new Action.Fail(
                        "InvalidParams", Optional.of("Expected an input as the DAG's params describe it, but: " + w))))
                .orElse(List.of());
    }

    private Optional<String> wrong(Object schema, Object input) {
        try {
            return told(schemas.getSchema(JSON.<JsonNode>valueToTree(schema), CONFIG), input);
        } catch (JsonSchemaException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private static Optional<String> told(JsonSchema schema, Object input) {
        String all = schema.validate(JSON.<JsonNode>valueToTree(input)).stream()
                .map(m -> m.toString().replace("{%", "{ %"))
                .sorted()
                .limit(SHOWN)
                .collect(Collectors.joining("; "));
        return all.isEmpty() ? Optional.empty() : Optional.of(all);
    }

    /** Why something is not a JSON Schema; empty when it is one. */
    static Optional<String> schemaError(Object schema) {
        try {
            JsonSchema meta = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                    .getSchema(SchemaLocation.of("https://json-schema.org/draft/2020-12/schema"), CONFIG);
            return told(meta, schema);
        } catch (JsonSchemaException | IllegalArgumentException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }
}

package io.triggerflow.local.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import io.triggerflow.local.AwsService;
import io.triggerflow.local.template.Template;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/** The part of Systems Manager that functions use: parameters, kept in memory, those of the template there from the start. */
public final class ParametersService implements AwsService {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, ObjectNode> parameters = new ConcurrentSkipListMap<>();
    private final String arnPrefix;

    /** Takes the templates' parameters. */
    public ParametersService(List<Template> templates, String region, String account) {
        this.arnPrefix = "arn:aws:ssm:" + region + ":" + account + ":parameter";
        templates.forEach(template -> template.ofType("AWS::SSM::Parameter")
                .forEach(parameter -> put(
                        parameter.physicalName(),
                        parameter.string("Type").orElse("String"),
                        parameter.string("Value").orElse(""))));
    }

    @Override
    public String signingName() {
        return "ssm";
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        JsonProtocol.serve(exchange, this::call);
    }

    private long put(String name, String type, String value) {
        return parameters
                .compute(name, (key, old) -> JSON.createObjectNode()
                        .put("Name", key)
                        .put("Type", type)
                        .put("Value", value)
                        .put("Version", old == null ? 1 : old.path("Version").asLong() + 1)
                        .put("DataType", "text")
                        .put("ARN", arnPrefix + (key.startsWith("/") ? "" : "/") + key))
                .path("Version")
                .asLong();
    }

    private JsonNode call(String operation, JsonNode in) {
        ObjectNode out = JSON.createObjectNode();
        switch (operation) {
            case "PutParameter" -> {
                String name = JsonProtocol.required(in, "Name");
                if (parameters.containsKey(name) && !in.path("Overwrite").asBoolean()) {
                    throw new ServiceException(
                            400,
                            "ParameterAlreadyExists",
                            "The parameter already exists. To overwrite this value, set the overwrite option in the request to true.");
                }
                out.put("Version", put(name, in.path("Type").asText("String"), JsonProtocol.required(in, "Value")))
                        .put("Tier", "Standard");
            }
            case "GetParameter" -> out.set("Parameter", get(JsonProtocol.required(in, "Name")));
            case "GetParameters" -> {
                var found = out.putArray("Parameters");
                var invalid = out.putArray("InvalidParameters");
                in.path("Names").forEach(name -> {
                    if (parameters.containsKey(name.asText())) {
                        found.add(parameters.get(name.asText()));
                    } else {
                        invalid.add(name.asText());
                    }
                });
            }
            case "GetParametersByPath" -> {
                String path = JsonProtocol.required(in, "Path");
                String prefix = path.endsWith("/") ? path : path + "/";
                var found = out.putArray("Parameters");
                parameters.forEach((name, parameter) -> {
                    boolean direct = name.startsWith(prefix)
                            && (in.path("Recursive").asBoolean() || name.indexOf('/', prefix.length()) < 0);
                    if (direct) {
                        found.add(parameter);
                    }
                });
            }
            case "DeleteParameter" -> {
                String name = JsonProtocol.required(in, "Name");
                get(name);
                parameters.remove(name);
            }
            default ->
                throw new ServiceException(
                        501,
                        "UnknownOperationException",
                        "Expected an operation that the local Systems Manager offers, but got " + operation);
        }
        return out;
    }

    private ObjectNode get(String name) {
        ObjectNode parameter = parameters.get(name);
        if (parameter == null) {
            throw new ServiceException(400, "ParameterNotFound", "Parameter " + name + " not found.");
        }
        return parameter;
    }
}

package io.triggerflow.local.lambda;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.triggerflow.local.template.Resource;
import io.triggerflow.local.template.Template;
import io.triggerflow.local.template.TemplateException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;

/** What a template says about Lambda: functions, their asynchronous configuration, their queues. Reads only. */
final class TemplateFunctions {

    private static final String SAM_FUNCTION = "AWS::Serverless::Function";
    private static final String FUNCTION = "AWS::Lambda::Function";

    private final Template template;

    TemplateFunctions(Template template) {
        this.template = template;
    }

    List<FunctionSpec> functions() {
        return template.ofType(SAM_FUNCTION, FUNCTION).map(this::function).toList();
    }

    private FunctionSpec function(Resource resource) {
        boolean sam = resource.type().equals(SAM_FUNCTION);
        Map<String, String> environment = new HashMap<>();
        resource.map("Environment", "Variables").forEach((name, value) -> environment.put(name, String.valueOf(value)));
        OptionalInt reserved = resource.integer("ReservedConcurrentExecutions")
                .map(OptionalInt::of)
                .orElse(OptionalInt.empty());
        return new FunctionSpec(
                resource.physicalName(),
                template.names().functionArn(resource.physicalName()),
                resource.string("Runtime").orElse("unknown"),
                resource.string("Handler").orElse(""),
                code(resource, sam ? resource.at("CodeUri") : resource.at("Code")),
                Duration.ofSeconds(resource.integer("Timeout").orElse(3)),
                resource.integer("MemorySize").orElse(128),
                Map.copyOf(environment),
                reserved,
                resource.string("RecursiveLoop").orElse("Terminate"),
                resource.string(sam ? "DeadLetterQueue" : "DeadLetterConfig", "TargetArn"),
                resource.string("AutoPublishAlias"));
    }

    /** A path beside the template; where it is a directory of sources, what {@code sam build} made of it. */
    private Path code(Resource resource, Optional<Object> given) {
        String text = given.filter(String.class::isInstance)
                .map(String::valueOf)
                .orElseThrow(() -> new TemplateException("Expected the code of " + resource.logicalId()
                        + " to be a local zip, jar or directory in " + template.file() + ", but got "
                        + given.map(String::valueOf).orElse("none")));
        Path path = template.directory().resolve(text).normalize();
        Path built = template.directory().resolve(".aws-sam/build").resolve(resource.logicalId());
        return Files.isDirectory(path) && Files.isDirectory(built) ? built : path;
    }

    Map<String, InvokeConfig> invokeConfigs() {
        Map<String, InvokeConfig> configs = new HashMap<>();
        template.ofType(SAM_FUNCTION)
                .filter(r -> r.at("EventInvokeConfig").isPresent())
                .forEach(r ->
                        configs.put(r.physicalName(), InvokeConfig.DEFAULT.with(tree(r.map("EventInvokeConfig")))));
        template.ofType("AWS::Lambda::EventInvokeConfig")
                .forEach(r -> configs.put(functionOf(r), InvokeConfig.DEFAULT.with(tree(r.properties()))));
        return configs;
    }

    List<EventSourceMapping> mappings() {
        List<EventSourceMapping> mappings = new ArrayList<>();
        template.ofType(SAM_FUNCTION).forEach(function -> function.map("Events").forEach((id, event) -> {
            Map<String, Object> properties =
                    Resource.asMap(Resource.asMap(event).get("Properties"));
            if ("SQS".equals(Resource.asMap(event).get("Type"))) {
                ObjectNode body = tree(properties).put("EventSourceArn", String.valueOf(properties.get("Queue")));
                Optional<String> alias = function.string("AutoPublishAlias");
                String uuid = uuid(function.logicalId() + id);
                mappings.add(mapping(
                        function.logicalId() + ".Events." + id,
                        uuid,
                        new FunctionName(function.physicalName(), alias),
                        body));
            }
        }));
        template.ofType("AWS::Lambda::EventSourceMapping")
                .filter(r -> r.string("EventSourceArn").orElse("").contains(":sqs:"))
                .forEach(r -> mappings.add(mapping(
                        r.logicalId(),
                        r.physicalName(),
                        FunctionName.parse(r.string("FunctionName").orElse(""), Optional.empty()),
                        tree(r.properties()))));
        return mappings;
    }

    private EventSourceMapping mapping(String place, String uuid, FunctionName function, ObjectNode body) {
        try {
            return EventSourceMapping.create(uuid, function, body, Instant.now());
        } catch (LambdaException e) {
            throw new TemplateException(template.file() + " at Resources." + place + ": " + e.getMessage());
        }
    }

    private String functionOf(Resource resource) {
        return FunctionName.parse(resource.string("FunctionName").orElse(""), Optional.empty())
                .name();
    }

    private String uuid(String id) {
        return UUID.nameUUIDFromBytes(
                        (template.names().stackName() + "/" + id).getBytes(java.nio.charset.StandardCharsets.UTF_8))
                .toString();
    }

    /** Numbers and truth values may be written as text in a template: the API's bodies have them as what they are. */
    private static ObjectNode tree(Map<String, Object> properties) {
        return Wire.JSON.convertValue(properties, ObjectNode.class);
    }
}

package io.triggerflow.local.bus;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.triggerflow.local.template.Resource;
import io.triggerflow.local.template.Template;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes the event buses and rules of a template: resources of their own, and events of functions. */
public final class RuleSetup {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> TARGET_FIELDS =
            List.of("Input", "InputPath", "InputTransformer", "RetryPolicy", "SqsParameters");

    private RuleSetup() {}

    /** Makes the buses, then the rules. */
    public static void apply(Template template, Buses buses) {
        template.ofType("AWS::Events::EventBus").forEach(bus -> buses.create(bus.physicalName()));
        template.ofType("AWS::Events::Rule").forEach(rule -> buses.put(rule(rule)));
        template.ofType("AWS::Serverless::Function")
                .forEach(function -> function.map("Events").forEach((name, event) -> {
                    Resource properties =
                            function.with(Resource.asMap(Resource.asMap(event).get("Properties")));
                    String type = String.valueOf(Resource.asMap(event).get("Type"));
                    if (type.equals("EventBridgeRule") || type.equals("CloudWatchEvent") || type.equals("Schedule")) {
                        buses.put(functionRule(template, function, name, properties));
                    }
                }));
    }

    private static Rule rule(Resource rule) {
        var targets = new LinkedHashMap<String, Rule.RuleTarget>();
        for (Object target : rule.list("Targets")) {
            Rule.RuleTarget read = Rule.RuleTarget.of(JSON.valueToTree(target));
            targets.put(read.id(), read);
        }
        return new Rule(
                rule.physicalName(),
                bus(rule),
                pattern(rule.map("EventPattern")),
                rule.string("ScheduleExpression"),
                !rule.string("State").orElse("ENABLED").equals("DISABLED"),
                rule.string("Description").orElse(""),
                targets);
    }

    private static Rule functionRule(Template template, Resource function, String name, Resource event) {
        String ruleName =
                event.string("RuleName").or(() -> event.string("Name")).orElse(function.physicalName() + "-" + name);
        ObjectNode target = JSON.createObjectNode()
                .put("Id", event.string("Target", "Id").orElse("function"))
                .put("Arn", template.names().functionArn(function.physicalName()));
        JsonNode properties = JSON.valueToTree(event.properties());
        TARGET_FIELDS.stream().filter(properties::has).forEach(field -> target.set(field, properties.get(field)));
        event.string("DeadLetterConfig", "Arn")
                .ifPresent(arn -> target.putObject("DeadLetterConfig").put("Arn", arn));
        boolean enabled = event.bool("Enabled").orElse(true)
                && !event.string("State").orElse("ENABLED").equals("DISABLED");
        Rule.RuleTarget read = Rule.RuleTarget.of(target);
        return new Rule(
                ruleName,
                bus(event),
                pattern(event.map("Pattern")),
                event.string("Schedule"),
                enabled,
                "",
                Map.of(read.id(), read));
    }

    private static String bus(Resource rule) {
        String name = rule.string("EventBusName").orElse(Buses.DEFAULT);
        return name.substring(name.lastIndexOf('/') + 1);
    }

    private static Optional<String> pattern(Map<String, Object> pattern) {
        return pattern.isEmpty()
                ? Optional.empty()
                : Optional.of(JSON.valueToTree(pattern).toString());
    }
}

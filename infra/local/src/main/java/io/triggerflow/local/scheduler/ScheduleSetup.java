package io.triggerflow.local.scheduler;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.triggerflow.local.template.Resource;
import io.triggerflow.local.template.Template;
import java.util.List;

/** Makes the schedules of a template: resources of their own, and ScheduleV2 events of functions. */
public final class ScheduleSetup {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> FIELDS = List.of(
            "ScheduleExpression",
            "ScheduleExpressionTimezone",
            "FlexibleTimeWindow",
            "StartDate",
            "EndDate",
            "State",
            "Description");

    private ScheduleSetup() {}

    /** Makes them; one that is unchanged since an earlier run keeps its state. */
    public static void apply(Template template, Schedules schedules) {
        template.ofType("AWS::Scheduler::ScheduleGroup").forEach(group -> schedules.createGroup(group.physicalName()));
        template.ofType("AWS::Scheduler::Schedule").forEach(schedule -> {
            ObjectNode definition = definition(schedule);
            definition.set("Target", JSON.valueToTree(schedule.map("Target")));
            schedules.provide(schedule.string("GroupName").orElse("default"), schedule.physicalName(), definition);
        });
        template.ofType("AWS::Serverless::Function")
                .forEach(function -> function.map("Events").forEach((name, event) -> {
                    if ("ScheduleV2".equals(Resource.asMap(event).get("Type"))) {
                        Resource properties = function.with(
                                Resource.asMap(Resource.asMap(event).get("Properties")));
                        ObjectNode definition = definition(properties);
                        ObjectNode target = definition
                                .putObject("Target")
                                .put("Arn", template.names().functionArn(function.physicalName()))
                                .put(
                                        "RoleArn",
                                        properties
                                                .string("RoleArn")
                                                .orElseGet(() -> scheduleRole(template, function, name)));
                        properties.string("Input").ifPresent(input -> target.put("Input", input));
                        properties.string("DeadLetterConfig", "Arn").ifPresent(arn -> target.putObject(
                                        "DeadLetterConfig")
                                .put("Arn", arn));
                        if (!properties.map("RetryPolicy").isEmpty()) {
                            target.set("RetryPolicy", JSON.valueToTree(properties.map("RetryPolicy")));
                        }
                        String scheduleName = properties.string("Name").orElse(function.physicalName() + "-" + name);
                        schedules.provide(
                                properties.string("GroupName").orElse("default"),
                                scheduleName.substring(0, Math.min(64, scheduleName.length())),
                                definition);
                    }
                }));
    }

    /** SAM makes a role for every schedule that has none. */
    private static String scheduleRole(Template template, Resource function, String event) {
        return template.names().roleArn("/", template.names().generated(function.logicalId() + event + "Role"));
    }

    private static ObjectNode definition(Resource schedule) {
        ObjectNode definition = JSON.createObjectNode();
        FIELDS.forEach(field -> schedule.at(field).ifPresent(value -> definition.set(field, JSON.valueToTree(value))));
        if (!definition.has("FlexibleTimeWindow")) {
            definition.putObject("FlexibleTimeWindow").put("Mode", "OFF"); // SAM's default
        }
        return definition;
    }
}

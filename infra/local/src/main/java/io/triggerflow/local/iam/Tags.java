package io.triggerflow.local.iam;

import io.triggerflow.local.template.Resource;
import io.triggerflow.local.template.Template;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Tags of resources, for conditions: SAM writes a map, CloudFormation a list of Key and Value. */
final class Tags {
    /** Services whose actions look at tags of their resources; S3's do not by default. */
    private static final List<String> TAGGED = List.of(
            "AWS::Serverless::Function",
            "AWS::Lambda::Function",
            "AWS::SQS::Queue",
            "AWS::DynamoDB::Table",
            "AWS::Serverless::SimpleTable",
            "AWS::Events::EventBus",
            "AWS::Scheduler::ScheduleGroup");

    private Tags() {}

    static Map<String, String> of(Resource resource, String property) {
        Map<String, String> tags = new HashMap<>();
        resource.map(property).forEach((key, value) -> tags.put(key, String.valueOf(value)));
        for (Object entry : resource.list(property)) {
            Map<String, Object> tag = Resource.asMap(entry);
            if (tag.containsKey("Key")) {
                tags.put(String.valueOf(tag.get("Key")), String.valueOf(tag.get("Value")));
            }
        }
        return tags;
    }

    /** By ARN, with those that CloudFormation adds; keys in lower case, as condition keys are compared. */
    static Map<String, Map<String, String>> of(List<Template> templates) {
        Map<String, Map<String, String>> all = new HashMap<>();
        for (Template template : templates) {
            template.ofType(TAGGED.toArray(String[]::new)).forEach(resource -> {
                Map<String, String> tags = new HashMap<>();
                of(resource, "Tags").forEach((key, value) -> tags.put(key.toLowerCase(Locale.ROOT), value));
                tags.put("aws:cloudformation:stack-name", template.names().stackName());
                tags.put("aws:cloudformation:logical-id", resource.logicalId());
                all.put(template.arn(resource), Map.copyOf(tags));
            });
        }
        return all;
    }
}

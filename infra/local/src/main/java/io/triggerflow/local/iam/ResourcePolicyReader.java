package io.triggerflow.local.iam;

import io.triggerflow.local.template.Resource;
import io.triggerflow.local.template.Template;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The policies of queues, buckets, buses and functions that templates have. For one use. */
final class ResourcePolicyReader {
    private static final String[] GUARDED = {
        "AWS::SQS::Queue",
        "AWS::S3::Bucket",
        "AWS::Events::EventBus",
        "AWS::Serverless::Function",
        "AWS::Lambda::Function"
    };

    private final Map<String, List<Policy>> policies = new HashMap<>();
    private final Set<String> resources = new HashSet<>();

    ResourcePolicyReader(List<Template> templates) {
        templates.forEach(this::read);
    }

    /** By the resource's ARN. */
    Map<String, List<Policy>> policies() {
        return policies;
    }

    /** The ARNs of everything that could have a policy. */
    Set<String> resources() {
        return resources;
    }

    private void read(Template template) {
        template.ofType(GUARDED).forEach(resource -> resources.add(template.arn(resource)));
        template.ofType("AWS::SQS::QueuePolicy", "AWS::SQS::QueueInlinePolicy").forEach(r -> {
            List<Object> queues = new ArrayList<>(r.list("Queues"));
            r.string("Queue").ifPresent(queues::add);
            queues.forEach(url -> document(
                    new PolicySource(template, r).needs("Queues", "Queue", "PolicyDocument"),
                    template.names().queueArn(lastPart(String.valueOf(url)))));
        });
        template.ofType("AWS::S3::BucketPolicy")
                .forEach(r -> document(
                        new PolicySource(template, r).needs("Bucket", "PolicyDocument"),
                        "arn:aws:s3:::" + r.string("Bucket").orElse("")));
        template.ofType("AWS::Events::EventBusPolicy").forEach(r -> bus(template, r));
        template.ofType("AWS::Lambda::Permission").forEach(r -> permission(template, r));
        template.ofType("AWS::Serverless::Function").forEach(f -> SamPolicies.invokers(template, f)
                .forEach(policy -> add(template.names().functionArn(f.physicalName()), policy)));
    }

    private static String lastPart(String text) {
        return text.substring(text.lastIndexOf('/') + 1);
    }

    private void add(String arn, Policy policy) {
        policies.computeIfAbsent(arn, a -> new ArrayList<>()).add(policy);
    }

    private void document(PolicySource source, String arn) {
        add(
                arn,
                PolicyReader.read(
                        source.resource().logicalId(),
                        Policy.Origin.TEMPLATE,
                        source.resource().map("PolicyDocument"),
                        PolicyReader.Kind.RESOURCE,
                        source.place("PolicyDocument")));
    }

    /** A statement of its own, or the older way of principal and action. */
    private void bus(Template template, Resource resource) {
        PolicySource source = new PolicySource(template, resource).needs("Statement", "EventBusName");
        String arn =
                template.names().busArn(lastPart(resource.string("EventBusName").orElse("default")));
        Map<String, Object> statement = resource.map("Statement");
        if (statement.isEmpty()) {
            String account = resource.string("Principal").orElse("*");
            statement = Map.of(
                    "Effect",
                    "Allow",
                    "Principal",
                    account.equals("*") ? "*" : Map.of("AWS", account),
                    "Action",
                    resource.string("Action").orElse("events:PutEvents"),
                    "Resource",
                    arn);
        }
        add(
                arn,
                PolicyReader.read(
                        resource.logicalId(),
                        Policy.Origin.TEMPLATE,
                        Map.of("Statement", statement),
                        PolicyReader.Kind.RESOURCE,
                        source.place("Statement")));
    }

    private void permission(Template template, Resource resource) {
        PolicySource source = new PolicySource(template, resource)
                .needs("FunctionName", "Action", "Principal", "SourceArn", "SourceAccount");
        String function = resource.string("FunctionName").orElse("");
        String arn = function.startsWith("arn:") ? function : template.names().functionArn(function);
        String principal = resource.string("Principal").orElse("");
        Map<String, Object> conditions = new LinkedHashMap<>();
        resource.string("SourceArn").ifPresent(text -> conditions.put("ArnLike", Map.of("aws:SourceArn", text)));
        resource.string("SourceAccount")
                .ifPresent(text -> conditions.put("StringEquals", Map.of("aws:SourceAccount", text)));
        Map<String, Object> statement = new LinkedHashMap<>();
        statement.put("Effect", "Allow");
        statement.put(
                "Principal",
                principal.contains(".amazonaws.com") ? Map.of("Service", principal) : Map.of("AWS", principal));
        statement.put("Action", resource.string("Action").orElse("lambda:InvokeFunction"));
        statement.put("Resource", arn);
        statement.put("Condition", conditions);
        add(
                Directory.owner(arn),
                PolicyReader.read(
                        resource.logicalId(),
                        Policy.Origin.TEMPLATE,
                        Map.of("Statement", statement),
                        PolicyReader.Kind.RESOURCE,
                        source.place("Principal")));
    }
}

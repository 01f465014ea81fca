package io.triggerflow.local.iam;

import io.triggerflow.local.template.Resource;
import io.triggerflow.local.template.Template;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What SAM's transform grants without being asked: to functions, to the schedules that invoke them, and to who else may invoke them. */
final class SamPolicies {
    private SamPolicies() {}

    static Policy allow(String name, Object action, Object resource) {
        return PolicyReader.read(
                name,
                Policy.Origin.SAM,
                Map.of("Statement", Map.of("Effect", "Allow", "Action", action, "Resource", resource)),
                PolicyReader.Kind.IDENTITY,
                name);
    }

    static Policy trust(String service) {
        return PolicyReader.read(
                "AssumeRolePolicyDocument",
                Policy.Origin.SAM,
                Map.of(
                        "Statement",
                        Map.of("Effect", "Allow", "Action", "sts:AssumeRole", "Principal", Map.of("Service", service))),
                PolicyReader.Kind.TRUST,
                "AssumeRolePolicyDocument");
    }

    /** For event sources, the dead-letter queue and destinations; logs and traces have no service here that could refuse. */
    static List<Policy> implied(Resource function) {
        List<Policy> policies = new ArrayList<>();
        if (hasEvent(function, "SQS")) {
            policies.add(allow(
                    "AWSLambdaSQSQueueExecutionRole",
                    List.of("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"),
                    "*"));
        }
        if (hasEvent(function, "DynamoDB")) {
            policies.add(allow(
                    "AWSLambdaDynamoDBExecutionRole",
                    List.of(
                            "dynamodb:DescribeStream",
                            "dynamodb:GetRecords",
                            "dynamodb:GetShardIterator",
                            "dynamodb:ListStreams"),
                    "*"));
        }
        function.string("DeadLetterQueue", "TargetArn")
                .filter(arn -> arn.contains(":sqs:"))
                .ifPresent(arn -> policies.add(allow("DeadLetterQueuePolicy", "sqs:SendMessage", arn)));
        for (String outcome : List.of("OnSuccess", "OnFailure")) {
            function.string("EventInvokeConfig", "DestinationConfig", outcome, "Destination")
                    .flatMap(arn -> destination(function, outcome, arn))
                    .ifPresent(policies::add);
        }
        return policies;
    }

    private static boolean hasEvent(Resource function, String type) {
        return function.map("Events").values().stream()
                .anyMatch(event -> type.equals(Resource.asMap(event).get("Type")));
    }

    private static Optional<Policy> destination(Resource function, String outcome, String arn) {
        String type = function.string("EventInvokeConfig", "DestinationConfig", outcome, "Type")
                .orElse("");
        String name = "EventInvokeConfig" + outcome + type + "Policy";
        return switch (type) {
            case "SQS" -> Optional.of(allow(name, "sqs:SendMessage", arn));
            case "Lambda" -> Optional.of(allow(name, "lambda:InvokeFunction", arn));
            case "EventBridge" -> Optional.of(allow(name, "events:PutEvents", arn));
            case "S3Bucket" -> Optional.of(allow(name, "s3:PutObject", arn + "/*"));
            default -> Optional.empty();
        };
    }

    /** The role of a ScheduleV2 event that has none of its own. */
    static String scheduleRoleArn(Template template, Resource function, String event) {
        return template.names().roleArn("/", template.names().generated(function.logicalId() + event + "Role"));
    }

    static List<Role> scheduleRoles(Template template, Resource function) {
        List<Role> roles = new ArrayList<>();
        function.map("Events").forEach((name, raw) -> {
            Map<String, Object> properties = Resource.asMap(Resource.asMap(raw).get("Properties"));
            if (!"ScheduleV2".equals(Resource.asMap(raw).get("Type")) || properties.containsKey("RoleArn")) {
                return;
            }
            String functionArn = template.names().functionArn(function.physicalName());
            List<Policy> policies = new ArrayList<>();
            policies.add(
                    allow(name + "LambdaPolicy", "lambda:InvokeFunction", List.of(functionArn, functionArn + ":*")));
            function.with(properties)
                    .string("DeadLetterConfig", "Arn")
                    .ifPresent(arn -> policies.add(allow(name + "SQSPolicy", "sqs:SendMessage", arn)));
            String arn = scheduleRoleArn(template, function, name);
            roles.add(new Role(
                    arn,
                    arn.substring(arn.lastIndexOf('/') + 1),
                    policies,
                    Optional.empty(),
                    trust("scheduler.amazonaws.com"),
                    Map.of()));
        });
        return roles;
    }

    /** Who may invoke a function because of its events: policies of the function. */
    static List<Policy> invokers(Template template, Resource function) {
        List<Policy> policies = new ArrayList<>();
        function.map("Events").forEach((name, raw) -> {
            String service =
                    switch (String.valueOf(Resource.asMap(raw).get("Type"))) {
                        case "EventBridgeRule", "CloudWatchEvent", "Schedule" -> "events.amazonaws.com";
                        case "S3" -> "s3.amazonaws.com";
                        case "HttpApi", "Api" -> "apigateway.amazonaws.com";
                        default -> "";
                    };
            if (!service.isEmpty()) {
                Map<String, Object> statement = new LinkedHashMap<>();
                statement.put("Effect", "Allow");
                statement.put("Principal", Map.of("Service", service));
                statement.put("Action", "lambda:InvokeFunction");
                statement.put("Resource", template.names().functionArn(function.physicalName()) + "*");
                policies.add(PolicyReader.read(
                        name + "Permission",
                        Policy.Origin.SAM,
                        Map.of("Statement", statement),
                        PolicyReader.Kind.RESOURCE,
                        name));
            }
        });
        return policies;
    }
}

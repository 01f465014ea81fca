package io.triggerflow.local.template;

import java.util.Map;
import java.util.Optional;

/** What {@code Ref} and {@code GetAtt} answer for each resource type, and which property names it. From the CloudFormation resource reference. */
final class ResourceKind {

    private static final Map<String, String> NAME_PROPERTY = Map.ofEntries(
            Map.entry("AWS::Serverless::Function", "FunctionName"),
            Map.entry("AWS::Lambda::Function", "FunctionName"),
            Map.entry("AWS::SQS::Queue", "QueueName"),
            Map.entry("AWS::DynamoDB::Table", "TableName"),
            Map.entry("AWS::Serverless::SimpleTable", "TableName"),
            Map.entry("AWS::Events::EventBus", "Name"),
            Map.entry("AWS::Events::Rule", "Name"),
            Map.entry("AWS::Scheduler::Schedule", "Name"),
            Map.entry("AWS::Scheduler::ScheduleGroup", "Name"),
            Map.entry("AWS::S3::Bucket", "BucketName"),
            Map.entry("AWS::SNS::Topic", "TopicName"),
            Map.entry("AWS::IAM::Role", "RoleName"),
            Map.entry("AWS::IAM::ManagedPolicy", "ManagedPolicyName"),
            Map.entry("AWS::Logs::LogGroup", "LogGroupName"),
            Map.entry("AWS::SSM::Parameter", "Name"),
            Map.entry("AWS::CloudWatch::Alarm", "AlarmName"),
            Map.entry("AWS::StepFunctions::StateMachine", "StateMachineName"),
            Map.entry("AWS::Serverless::StateMachine", "Name"));

    private final LocalNames names;

    ResourceKind(LocalNames names) {
        this.names = names;
    }

    /** The property that may give the resource its physical name. */
    static Optional<String> nameProperty(String type) {
        return Optional.ofNullable(NAME_PROPERTY.get(type));
    }

    /** The property that stands before the name in the resource's ARN: a path, a bus or a group. */
    static Optional<String> scopeProperty(String type) {
        return Optional.ofNullable(
                switch (type) {
                    case "AWS::IAM::Role", "AWS::IAM::ManagedPolicy" -> "Path";
                    case "AWS::Events::Rule" -> "EventBusName";
                    case "AWS::Scheduler::Schedule" -> "GroupName";
                    default -> null;
                });
    }

    /**
     * What the ARN says for the resource's name.
     *
     * @param scope the value of {@link #scopeProperty}, if it is given
     */
    static String arnName(String type, String name, Optional<String> scope) {
        return switch (type) {
            case "AWS::IAM::Role", "AWS::IAM::ManagedPolicy" ->
                scope.orElse("/").substring(1) + name;
            case "AWS::Events::Rule" ->
                scope.map(bus -> bus.substring(bus.lastIndexOf('/') + 1))
                        .filter(bus -> !bus.equals("default"))
                        .map(bus -> bus + "/" + name)
                        .orElse(name);
            case "AWS::Scheduler::Schedule" -> scope.orElse("default") + "/" + name;
            default -> name;
        };
    }

    /** Types that the local runtime runs: what cannot be resolved in them is an error, elsewhere a warning. */
    static boolean isRun(String type) {
        return switch (type) {
            case "AWS::Serverless::Function",
                    "AWS::Lambda::Function",
                    "AWS::Lambda::EventSourceMapping",
                    "AWS::Lambda::EventInvokeConfig",
                    "AWS::SQS::Queue",
                    "AWS::DynamoDB::Table",
                    "AWS::Serverless::SimpleTable",
                    "AWS::Events::EventBus",
                    "AWS::Events::Rule",
                    "AWS::Scheduler::Schedule",
                    "AWS::Scheduler::ScheduleGroup",
                    "AWS::S3::Bucket",
                    "AWS::Serverless::HttpApi" -> true;
            default -> false;
        };
    }

    String generatedName(String type, String logicalId, Map<?, ?> properties) {
        return switch (type) {
            case "AWS::Serverless::HttpApi",
                    "AWS::ApiGatewayV2::Api",
                    "AWS::Serverless::Api",
                    "AWS::ApiGateway::RestApi" -> logicalId;
            case "AWS::S3::Bucket" -> names.generatedLowerCase(logicalId);
            case "AWS::SQS::Queue" ->
                names.generated(logicalId)
                        + ("true".equals(String.valueOf(properties.get("FifoQueue"))) ? ".fifo" : "");
            case "AWS::Lambda::EventSourceMapping" ->
                java.util
                        .UUID
                        .nameUUIDFromBytes(names.generated(logicalId).getBytes(java.nio.charset.StandardCharsets.UTF_8))
                        .toString();
            default -> names.generated(logicalId);
        };
    }

    /**
     * What {@code Ref} answers.
     *
     * @param arnName see {@link #arnName}
     */
    String ref(String type, String physicalName, String arnName) {
        return switch (type) {
            case "AWS::SQS::Queue" -> names.queueUrl(physicalName);
            case "AWS::SNS::Topic",
                    "AWS::Serverless::StateMachine",
                    "AWS::StepFunctions::StateMachine",
                    "AWS::Lambda::Alias",
                    "AWS::Lambda::Version",
                    "AWS::IAM::ManagedPolicy" -> arn(type, arnName);
            default -> physicalName;
        };
    }

    /** Empty when the type has no such attribute, or none that is known here. */
    Optional<String> attribute(String type, String physicalName, String arnName, String attribute) {
        if (attribute.equals("Arn")) {
            return Optional.of(arn(type, arnName));
        }
        if (type.equals("AWS::CloudFormation::Stack") && attribute.startsWith("Outputs.")) {
            // Nested stacks are not run here: what they would give is a name that nothing has.
            return Optional.of(physicalName + "-" + attribute.substring("Outputs.".length()));
        }
        return Optional.ofNullable(
                switch (type + " " + attribute) {
                    case "AWS::SQS::Queue QueueName",
                            "AWS::Events::EventBus Name",
                            "AWS::SNS::Topic TopicName",
                            "AWS::Serverless::StateMachine Name",
                            "AWS::StepFunctions::StateMachine Name",
                            "AWS::Serverless::HttpApi ApiId",
                            "AWS::ApiGatewayV2::Api ApiId",
                            "AWS::IAM::Role RoleId",
                            "AWS::Lambda::EventSourceMapping Id",
                            "AWS::Serverless::HttpApi Id" -> physicalName;
                    case "AWS::SQS::Queue QueueUrl" -> names.queueUrl(physicalName);
                    case "AWS::SNS::Topic TopicArn" -> arn(type, physicalName);
                    case "AWS::Serverless::HttpApi ApiEndpoint", "AWS::ApiGatewayV2::Api ApiEndpoint" ->
                        names.apiUrl(physicalName);
                    case "AWS::Lambda::EventSourceMapping EventSourceMappingArn" -> arn(type, physicalName);
                    case "AWS::DynamoDB::Table StreamArn" ->
                        names.tableArn(physicalName) + "/stream/2026-01-01T00:00:00.000";
                    case "AWS::S3::Bucket DomainName", "AWS::S3::Bucket RegionalDomainName" ->
                        physicalName + ".s3.amazonaws.com";
                    case "AWS::Serverless::Function Version", "AWS::Lambda::Version Version" -> "$LATEST";
                    default -> null;
                });
    }

    String arn(String type, String name) {
        return switch (type) {
            case "AWS::Serverless::Function", "AWS::Lambda::Function", "AWS::Lambda::Alias", "AWS::Lambda::Version" ->
                names.functionArn(name);
            case "AWS::Lambda::EventSourceMapping" -> names.arn("lambda", "event-source-mapping:" + name);
            case "AWS::SQS::Queue" -> names.queueArn(name);
            case "AWS::SNS::Topic" -> names.arn("sns", name);
            case "AWS::DynamoDB::Table", "AWS::Serverless::SimpleTable" -> names.tableArn(name);
            case "AWS::Events::EventBus" -> names.busArn(name);
            case "AWS::Events::Rule" -> names.arn("events", "rule/" + name);
            case "AWS::Scheduler::Schedule" -> names.arn("scheduler", "schedule/" + name);
            case "AWS::Scheduler::ScheduleGroup" -> names.arn("scheduler", "schedule-group/" + name);
            case "AWS::S3::Bucket" -> "arn:aws:s3:::" + name;
            case "AWS::IAM::Role" -> "arn:aws:iam::" + names.accountId() + ":role/" + name;
            case "AWS::IAM::ManagedPolicy" -> "arn:aws:iam::" + names.accountId() + ":policy/" + name;
            case "AWS::Logs::LogGroup" -> names.arn("logs", "log-group:" + name + ":*");
            case "AWS::Serverless::StateMachine", "AWS::StepFunctions::StateMachine" ->
                names.arn("states", "stateMachine:" + name);
            default -> names.arn(serviceOf(type), name);
        };
    }

    private static String serviceOf(String type) {
        String[] parts = type.split("::");
        return parts.length > 1 ? parts[1].toLowerCase(java.util.Locale.ROOT) : "custom";
    }
}

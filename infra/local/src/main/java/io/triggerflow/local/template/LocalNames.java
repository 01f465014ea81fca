package io.triggerflow.local.template;

import java.util.Locale;

/**
 * The local account: what pseudo parameters, generated names, ARNs and URLs are made of.
 *
 * @param accountId 12 digits
 * @param region    for example {@code us-east-1}
 * @param port      the gateway's TCP port on 127.0.0.1
 * @param stackName {@code AWS::StackName} and the prefix of generated names
 */
public record LocalNames(String accountId, String region, int port, String stackName) {

    /** Account 000000000000 in us-east-1, stack {@code triggerflow}. */
    public static LocalNames onPort(int port) {
        return new LocalNames("000000000000", "us-east-1", port, "triggerflow");
    }

    public LocalNames withStackName(String name) {
        return new LocalNames(accountId, region, port, name);
    }

    /** The one address of the local runtime, without a slash at its end. */
    public String endpoint() {
        return "http://127.0.0.1:" + port;
    }

    public String queueUrl(String queueName) {
        return endpoint() + "/" + accountId + "/" + queueName;
    }

    public String apiUrl(String apiId) {
        return endpoint() + "/_api/" + apiId;
    }

    /** {@code arn:aws:SERVICE:REGION:ACCOUNT:RESOURCE}. */
    public String arn(String service, String resource) {
        return "arn:aws:" + service + ":" + region + ":" + accountId + ":" + resource;
    }

    public String functionArn(String functionName) {
        return arn("lambda", "function:" + functionName);
    }

    public String queueArn(String queueName) {
        return arn("sqs", queueName);
    }

    public String busArn(String busName) {
        return arn("events", "event-bus/" + busName);
    }

    public String tableArn(String tableName) {
        return arn("dynamodb", "table/" + tableName);
    }

    /**
     * The ARN of a role.
     *
     * @param path such as {@code /service/}; {@code /} when it has none
     */
    public String roleArn(String path, String roleName) {
        return "arn:aws:iam::" + accountId + ":role" + path + roleName;
    }

    /** Where AWS would append random letters, a local name is the stack's name and the logical id: readable and stable. */
    public String generated(String logicalId) {
        return stackName + "-" + logicalId;
    }

    String generatedLowerCase(String logicalId) {
        return generated(logicalId).toLowerCase(Locale.ROOT);
    }
}

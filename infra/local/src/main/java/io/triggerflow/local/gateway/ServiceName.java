package io.triggerflow.local.gateway;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds out which service of AWS a request is for, as AWS would from the host name: by signature, target or path. */
final class ServiceName {
    private static final Pattern SCOPE =
            Pattern.compile("Credential=[^/,\\s]+/(?:\\d{8})/(?:([^/,\\s]+)/)?([^/,\\s]+)/aws4_request");
    private static final Map<String, String> TARGETS = Map.of(
            "DynamoDB",
            "dynamodb",
            "DynamoDBStreams",
            "dynamodb",
            "AmazonSQS",
            "sqs",
            "AWSEvents",
            "events",
            "Logs",
            "logs",
            "AmazonSSM",
            "ssm",
            "CloudFormation",
            "cloudformation");

    private ServiceName() {}

    static String of(GatewayExchange exchange) {
        String path = Uris.path(exchange.target());
        if (path.equals("/_health")) {
            return "_health";
        }
        if (path.equals("/_iam")) {
            return "_iam";
        }
        if (path.startsWith("/_api/")) {
            return "execute-api";
        }
        HttpHead head = exchange.head();
        return head.first("Authorization")
                .flatMap(ServiceName::scope)
                .or(() -> head.first("X-Amz-Target").flatMap(ServiceName::target))
                .or(() -> Optional.ofNullable(Uris.query(exchange.target()).get("X-Amz-Credential"))
                        .flatMap(c -> scope("Credential=" + c)))
                .or(() -> path(path))
                .orElse("s3"); // what has no other mark is an anonymous request for an object
    }

    private static Optional<String> scope(String authorization) {
        Matcher matcher = SCOPE.matcher(authorization);
        return matcher.find() ? Optional.of(matcher.group(2)) : Optional.empty();
    }

    private static Optional<String> target(String target) {
        int end = target.indexOf('_') >= 0 ? target.indexOf('_') : target.indexOf('.');
        return Optional.ofNullable(TARGETS.get(end < 0 ? target : target.substring(0, end)));
    }

    private static Optional<String> path(String path) {
        if (path.startsWith("/2015-03-31/") || path.startsWith("/2019-09-25/functions") || path.startsWith("/2017-")) {
            return Optional.of("lambda");
        }
        if (path.startsWith("/schedules") || path.startsWith("/schedule-groups")) {
            return Optional.of("scheduler");
        }
        return path.startsWith("/000000000000/") ? Optional.of("sqs") : Optional.empty();
    }
}

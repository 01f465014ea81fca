package io.triggerflow.local.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.URI;
import java.util.List;

/**
 * Calls a local service by AWS's JSON protocol, unsigned in effect, over kept-alive connections. The local runtime's own
 * components use it: it starts in microseconds where an SDK client takes half a second. Thread-safe.
 */
public final class AwsJsonClient implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Backend backend;
    private final String service;
    private final String targetPrefix;
    private final String region;

    private AwsJsonClient(URI endpoint, String service, String targetPrefix, String region) {
        this.backend = new Backend(endpoint);
        this.service = service;
        this.targetPrefix = targetPrefix;
        this.region = region;
    }

    /** A client for DynamoDB at an endpoint. */
    public static AwsJsonClient dynamoDb(URI endpoint, String region) {
        return new AwsJsonClient(endpoint, "dynamodb", "DynamoDB_20120810", region);
    }

    /** A client for SQS at an endpoint. */
    public static AwsJsonClient sqs(URI endpoint, String region) {
        return new AwsJsonClient(endpoint, "sqs", "AmazonSQS", region);
    }

    /**
     * Calls an operation.
     *
     * @param operation its name, such as {@code CreateQueue}
     * @param request the request's JSON
     * @return the answer's JSON; missing when it has no body
     * @throws AwsCallException when the service answers with an error
     */
    public JsonNode call(String operation, JsonNode request) throws IOException {
        String target = targetPrefix + "." + operation;
        var reply = backend.call(
                "POST",
                "/",
                List.of(
                        new HttpHead.Header("X-Amz-Target", target),
                        new HttpHead.Header("Content-Type", "application/x-amz-json-1.0"),
                        new HttpHead.Header(
                                "Authorization",
                                "AWS4-HMAC-SHA256 Credential=local/20260101/" + region + "/" + service
                                        + "/aws4_request, SignedHeaders=host, Signature=local")),
                JSON.writeValueAsBytes(request));
        JsonNode body = reply.body().length == 0 ? MissingNode.getInstance() : JSON.readTree(reply.body());
        if (reply.status() >= 300) {
            String type = body.path("__type").asText("");
            throw new AwsCallException(
                    target,
                    reply.status(),
                    type.substring(type.lastIndexOf('#') + 1),
                    body.path("message").asText(body.path("Message").asText("")));
        }
        return body;
    }

    @Override
    public void close() {
        backend.close();
    }
}

package io.triggerflow.local.storage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.triggerflow.local.gateway.AwsCallException;
import io.triggerflow.local.gateway.AwsJsonClient;
import io.triggerflow.local.template.Resource;
import io.triggerflow.local.template.Template;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.List;

/** Creates what a template stores things in: tables, queues, buckets. What is there already is kept. */
public final class StorageSetup {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> SHARED_TABLE_FIELDS =
            List.of("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "LocalSecondaryIndexes");
    /** Those ElasticMQ keeps; it drops or refuses the others (retention, encryption, maximum size, policies). */
    private static final List<String> QUEUE_ATTRIBUTES = List.of(
            "VisibilityTimeout",
            "DelaySeconds",
            "ReceiveMessageWaitTimeSeconds",
            "FifoQueue",
            "ContentBasedDeduplication");

    private StorageSetup() {}

    /** Creates the template's tables with their indexes, streams and TTL. */
    public static void tables(Template template, AwsJsonClient dynamoDb) throws IOException {
        for (Resource table : template.ofType("AWS::DynamoDB::Table", "AWS::Serverless::SimpleTable")
                .toList()) {
            try {
                dynamoDb.call("CreateTable", table.type().endsWith("SimpleTable") ? simpleTable(table) : table(table));
            } catch (AwsCallException e) {
                if (!e.code().equals("ResourceInUseException")) {
                    throw new IOException(
                            "Expected to create the table Resources." + table.logicalId() + ", but: " + e.getMessage(),
                            e);
                }
            }
            if (table.bool("TimeToLiveSpecification", "Enabled").orElse(false)) {
                timeToLive(table, dynamoDb);
            }
        }
    }

    private static ObjectNode table(Resource table) {
        ObjectNode request =
                JSON.createObjectNode().put("TableName", table.physicalName()).put("BillingMode", "PAY_PER_REQUEST");
        JsonNode properties = JSON.valueToTree(table.properties());
        for (String field : SHARED_TABLE_FIELDS) {
            if (properties.has(field)) {
                request.set(field, properties.get(field));
            }
        }
        for (JsonNode index : request.path("GlobalSecondaryIndexes")) {
            // Capacity is never enforced locally, and an on-demand table may not name any.
            ((ObjectNode) index).retain("IndexName", "KeySchema", "Projection");
        }
        table.string("StreamSpecification", "StreamViewType").ifPresent(view -> request.putObject("StreamSpecification")
                .put("StreamEnabled", true)
                .put("StreamViewType", view));
        return request;
    }

    private static ObjectNode simpleTable(Resource table) {
        String name = table.string("PrimaryKey", "Name").orElse("id");
        String type = table.string("PrimaryKey", "Type").orElse("String").substring(0, 1);
        ObjectNode request =
                JSON.createObjectNode().put("TableName", table.physicalName()).put("BillingMode", "PAY_PER_REQUEST");
        request.putArray("AttributeDefinitions")
                .addObject()
                .put("AttributeName", name)
                .put("AttributeType", type);
        request.putArray("KeySchema").addObject().put("AttributeName", name).put("KeyType", "HASH");
        return request;
    }

    private static void timeToLive(Resource table, AwsJsonClient dynamoDb) throws IOException {
        ObjectNode request = JSON.createObjectNode().put("TableName", table.physicalName());
        request.putObject("TimeToLiveSpecification")
                .put("Enabled", true)
                .put(
                        "AttributeName",
                        table.string("TimeToLiveSpecification", "AttributeName").orElse("ttl"));
        try {
            dynamoDb.call("UpdateTimeToLive", request);
        } catch (AwsCallException e) {
            if (!e.getMessage().contains("already enabled")) {
                throw e;
            }
        }
    }

    /** Creates the template's queues, then points them at their dead-letter queues. */
    public static void queues(Template template, AwsJsonClient sqs) throws IOException {
        List<Resource> queues = template.ofType("AWS::SQS::Queue").toList();
        for (Resource queue : queues) {
            ObjectNode attributes = JSON.createObjectNode();
            for (String attribute : QUEUE_ATTRIBUTES) {
                queue.string(attribute)
                        .filter(value -> !attribute.endsWith("Queue") || value.equals("true"))
                        .ifPresent(value -> attributes.put(attribute, value));
            }
            queue(queue, attributes, sqs);
        }
        for (Resource queue : queues) {
            if (queue.at("RedrivePolicy").isPresent()) {
                Object policy = queue.at("RedrivePolicy").get();
                JsonNode tree = policy instanceof String text ? JSON.readTree(text) : JSON.valueToTree(policy);
                ObjectNode redrive = JSON.createObjectNode()
                        .put(
                                "deadLetterTargetArn",
                                tree.path("deadLetterTargetArn").asText())
                        .put("maxReceiveCount", tree.path("maxReceiveCount").asInt());
                setAttributes(queue, JSON.createObjectNode().put("RedrivePolicy", redrive.toString()), sqs);
            }
        }
    }

    private static void queue(Resource queue, ObjectNode attributes, AwsJsonClient sqs) throws IOException {
        ObjectNode request = JSON.createObjectNode().put("QueueName", queue.physicalName());
        request.set("Attributes", attributes);
        try {
            sqs.call("CreateQueue", request);
        } catch (AwsCallException e) {
            if (e.status() >= 500 || !exists(queue, sqs)) {
                throw new IOException(
                        "Expected to create the queue Resources." + queue.logicalId() + ", but: " + e.getMessage(), e);
            }
            attributes.remove("FifoQueue");
            if (!attributes.isEmpty()) {
                setAttributes(queue, attributes, sqs);
            }
        }
    }

    private static boolean exists(Resource queue, AwsJsonClient sqs) throws IOException {
        try {
            sqs.call("GetQueueUrl", JSON.createObjectNode().put("QueueName", queue.physicalName()));
            return true;
        } catch (AwsCallException e) {
            return false;
        }
    }

    private static void setAttributes(Resource queue, ObjectNode attributes, AwsJsonClient sqs) throws IOException {
        ObjectNode request = JSON.createObjectNode()
                .put("QueueUrl", "http://127.0.0.1/" + SqsServer.ACCOUNT + "/" + queue.physicalName());
        request.set("Attributes", attributes);
        try {
            sqs.call("SetQueueAttributes", request);
        } catch (AwsCallException e) {
            throw new IOException(
                    "Expected to set " + attributes + " of the queue Resources." + queue.logicalId() + ", but: "
                            + e.getMessage(),
                    e);
        }
    }

    /** Creates the template's buckets. */
    public static void buckets(Template template, URI s3) throws IOException {
        for (Resource bucket : template.ofType("AWS::S3::Bucket").toList()) {
            var connection = (HttpURLConnection)
                    s3.resolve("/" + bucket.physicalName()).toURL().openConnection();
            connection.setRequestMethod("PUT");
            connection.setFixedLengthStreamingMode(0);
            connection.setDoOutput(true);
            int status = connection.getResponseCode();
            connection.disconnect();
            if (status != 200 && status != 409) {
                throw new IOException("Expected to create the bucket Resources." + bucket.logicalId()
                        + ", but S3 answered " + status);
            }
        }
    }
}

package io.triggerflow.local.bus;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.triggerflow.local.gateway.ObjectListener;
import io.triggerflow.local.template.Resource;
import io.triggerflow.local.template.Template;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/** S3's notifications of created objects: to EventBridge, functions and queues, as the template's buckets ask for. */
public final class BucketNotifications implements ObjectListener {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Set<String> toEventBridge = new HashSet<>();
    private final List<Subscription> subscriptions = new ArrayList<>();
    private final Buses buses;
    private final Delivery delivery;
    private final String region;
    private final InstantSource clock;
    private final AtomicLong sequence;

    private record Subscription(String bucket, String event, String prefix, String suffix, String targetArn) {
        boolean wants(String bucketName, String key, String reason) {
            String name =
                    switch (reason) {
                        case "CopyObject" -> "s3:ObjectCreated:Copy";
                        case "CompleteMultipartUpload" -> "s3:ObjectCreated:CompleteMultipartUpload";
                        default -> "s3:ObjectCreated:Put";
                    };
            return bucket.equals(bucketName)
                    && (event.equals(name) || event.equals("s3:ObjectCreated:*"))
                    && key.startsWith(prefix)
                    && key.endsWith(suffix);
        }
    }

    /** Reads the notification settings of the templates' buckets. */
    public BucketNotifications(List<Template> templates, Buses buses, Delivery delivery, InstantSource clock) {
        this.buses = buses;
        this.delivery = delivery;
        this.region =
                templates.isEmpty() ? "us-east-1" : templates.getFirst().names().region();
        this.clock = clock;
        this.sequence = new AtomicLong(clock.instant().toEpochMilli() << 16);
        templates.forEach(this::read);
    }

    private void read(Template template) {
        template.ofType("AWS::S3::Bucket").forEach(bucket -> bucket(template, bucket));
        template.ofType("AWS::Serverless::Function").forEach(function -> function.map("Events").values().stream()
                .map(Resource::asMap)
                .filter(event -> "S3".equals(event.get("Type")))
                .forEach(event ->
                        functionEvent(template, function, function.with(Resource.asMap(event.get("Properties"))))));
    }

    private void bucket(Template template, Resource bucket) {
        Map<String, Object> configuration = bucket.map("NotificationConfiguration");
        if (configuration.containsKey("EventBridgeConfiguration")
                && bucket.bool("NotificationConfiguration", "EventBridgeConfiguration", "EventBridgeEnabled")
                        .orElse(true)) {
            toEventBridge.add(bucket.physicalName());
        }
        for (Object entry : bucket.list("NotificationConfiguration", "LambdaConfigurations")) {
            Resource properties = bucket.with(Resource.asMap(entry));
            subscribe(
                    bucket.physicalName(),
                    properties,
                    "Event",
                    "Filter",
                    functionArn(template, properties.string("Function").orElse("")));
        }
        for (Object entry : bucket.list("NotificationConfiguration", "QueueConfigurations")) {
            Resource properties = bucket.with(Resource.asMap(entry));
            subscribe(
                    bucket.physicalName(),
                    properties,
                    "Event",
                    "Filter",
                    properties.string("Queue").orElse(""));
        }
    }

    private void functionEvent(Template template, Resource function, Resource event) {
        subscribe(
                event.string("Bucket").orElse(""),
                event,
                "Events",
                "Filter",
                template.names().functionArn(function.physicalName()));
    }

    private static String functionArn(Template template, String nameOrArn) {
        return nameOrArn.startsWith("arn:") ? nameOrArn : template.names().functionArn(nameOrArn);
    }

    private void subscribe(String bucket, Resource properties, String events, String filter, String arn) {
        String prefix = "";
        String suffix = "";
        for (Object rule : properties.list(filter, "S3Key", "Rules")) {
            Resource read = properties.with(Resource.asMap(rule));
            boolean isPrefix = read.string("Name").orElse("").equalsIgnoreCase("prefix");
            prefix = isPrefix ? read.string("Value").orElse("") : prefix;
            suffix = isPrefix ? suffix : read.string("Value").orElse("");
        }
        for (Object event : properties.list(events)) {
            subscriptions.add(new Subscription(bucket, String.valueOf(event), prefix, suffix, arn));
        }
    }

    @Override
    public void created(String bucket, String key, long size, String etag, String reason) {
        String sequencer = Long.toHexString(sequence.incrementAndGet()).toUpperCase(java.util.Locale.ROOT);
        if (toEventBridge.contains(bucket)) {
            ObjectNode detail = JSON.createObjectNode().put("version", "0");
            detail.putObject("bucket").put("name", bucket);
            detail.putObject("object")
                    .put("key", key)
                    .put("size", size)
                    .put("etag", etag)
                    .put("sequencer", sequencer);
            detail.put("request-id", UUID.randomUUID().toString())
                    .put("requester", "000000000000")
                    .put("source-ip-address", "127.0.0.1")
                    .put("reason", reason);
            buses.publish(
                    Buses.DEFAULT,
                    "aws.s3",
                    "Object Created",
                    detail,
                    List.of("arn:aws:s3:::" + bucket),
                    Optional.empty());
        }
        for (Subscription subscription : subscriptions) {
            if (subscription.wants(bucket, key, reason)) {
                delivery.deliver(
                        Target.of(subscription.targetArn()),
                        record(bucket, key, size, etag, reason, sequencer),
                        "arn:aws:s3:::" + bucket);
            }
        }
    }

    /** https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html, version 2.1. */
    private String record(String bucket, String key, long size, String etag, String reason, String sequencer) {
        String name =
                switch (reason) {
                    case "CopyObject" -> "Copy";
                    case "CompleteMultipartUpload" -> "CompleteMultipartUpload";
                    default -> "Put";
                };
        ObjectNode out = JSON.createObjectNode();
        ObjectNode entry = out.putArray("Records")
                .addObject()
                .put("eventVersion", "2.1")
                .put("eventSource", "aws:s3")
                .put("awsRegion", region)
                .put("eventTime", clock.instant().toString())
                .put("eventName", "ObjectCreated:" + name);
        entry.putObject("userIdentity").put("principalId", "local");
        entry.putObject("requestParameters").put("sourceIPAddress", "127.0.0.1");
        ObjectNode s3 = entry.putObject("s3").put("s3SchemaVersion", "1.0").put("configurationId", "local");
        s3.putObject("bucket")
                .put("name", bucket)
                .put("arn", "arn:aws:s3:::" + bucket)
                .putObject("ownerIdentity")
                .put("principalId", "local");
        s3.putObject("object")
                .put("key", URLEncoder.encode(key, StandardCharsets.UTF_8).replace("%2F", "/"))
                .put("size", size)
                .put("eTag", etag)
                .put("sequencer", sequencer);
        return out.toString();
    }
}

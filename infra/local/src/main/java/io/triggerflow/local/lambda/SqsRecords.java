package io.triggerflow.local.lambda;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;

/** Messages as Lambda hands them to a function, and the function's answer about them (Lambda guide, "Using Lambda with Amazon SQS"). */
final class SqsRecords {

    /** A batch must fit the payload of a synchronous Invoke. */
    static final int MAX_EVENT_BYTES = 6 * 1024 * 1024;

    private static final byte[] HEAD = "{\"Records\":[".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] TAIL = "]}".getBytes(StandardCharsets.US_ASCII);

    private SqsRecords() {}

    /** A message beside the JSON that the function sees. */
    record Encoded(Message message, byte[] json) {}

    static ObjectNode record(Message message, EventSourceMapping mapping) {
        ObjectNode json = Wire.object()
                .put("messageId", message.messageId())
                .put("receiptHandle", message.receiptHandle())
                .put("body", message.body());
        ObjectNode attributes = json.putObject("attributes");
        new TreeMap<>(message.attributesAsStrings()).forEach(attributes::put);
        ObjectNode own = json.putObject("messageAttributes");
        new TreeMap<>(message.messageAttributes()).forEach((name, value) -> own.set(name, attribute(value)));
        json.put("md5OfBody", message.md5OfBody());
        if (message.md5OfMessageAttributes() != null) {
            json.put("md5OfMessageAttributes", message.md5OfMessageAttributes());
        }
        return json.put("eventSource", "aws:sqs")
                .put("eventSourceARN", mapping.queueArn())
                .put("awsRegion", mapping.region());
    }

    private static ObjectNode attribute(MessageAttributeValue value) {
        ObjectNode json = Wire.object();
        if (value.stringValue() != null) {
            json.put("stringValue", value.stringValue());
        }
        if (value.binaryValue() != null) {
            json.put("binaryValue", value.binaryValue().asByteArray());
        }
        json.putArray("stringListValues");
        json.putArray("binaryListValues");
        return json.put("dataType", value.dataType());
    }

    /** What a filter pattern is matched against: the record, its body as JSON where it is JSON. */
    static String filterView(ObjectNode record) {
        ObjectNode view = record.deepCopy();
        String body = record.path("body").asText();
        JsonNode parsed = Wire.parse(body.getBytes(StandardCharsets.UTF_8))
                .filter(JsonNode::isObject)
                .orElseGet(() -> TextNode.valueOf(body));
        view.set("body", parsed);
        return view.toString();
    }

    static byte[] event(List<Encoded> batch) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(
                64 + batch.stream().mapToInt(e -> e.json().length + 1).sum());
        out.writeBytes(HEAD);
        for (int i = 0; i < batch.size(); i++) {
            if (i > 0) {
                out.write(',');
            }
            out.writeBytes(batch.get(i).json());
        }
        out.writeBytes(TAIL);
        return out.toByteArray();
    }

    /** Cuts a batch into parts that fit one event each, in order. */
    static List<List<Encoded>> fitting(List<Encoded> batch) {
        List<List<Encoded>> parts = new ArrayList<>();
        List<Encoded> part = new ArrayList<>();
        int bytes = HEAD.length + TAIL.length;
        for (Encoded record : batch) {
            if (!part.isEmpty() && bytes + record.json().length + 1 > MAX_EVENT_BYTES) {
                parts.add(part);
                part = new ArrayList<>();
                bytes = HEAD.length + TAIL.length;
            }
            part.add(record);
            bytes += record.json().length + 1;
        }
        parts.add(part);
        return parts;
    }

    /**
     * The ids of messages that a partial batch response reports as failed; empty when the response is invalid, which fails the whole
     * batch: no JSON object, no list under {@code batchItemFailures}, an entry without an id, or an id that is not in the batch.
     */
    static Optional<Set<String>> failures(byte[] response, Set<String> ids) {
        if (response.length == 0) {
            return Optional.of(Set.of());
        }
        Optional<JsonNode> parsed = Wire.parse(response);
        if (parsed.isEmpty()) {
            return Optional.empty();
        }
        JsonNode items = parsed.get().path("batchItemFailures");
        if (parsed.get().isNull() || parsed.get().isEmpty() || items.isNull()) {
            return Optional.of(Set.of());
        }
        if (!(items instanceof ArrayNode list)) {
            return Optional.empty();
        }
        Set<String> failed = new HashSet<>();
        for (JsonNode item : list) {
            String id = item.path("itemIdentifier").asText("");
            if (!ids.contains(id)) {
                return Optional.empty();
            }
            failed.add(id);
        }
        return Optional.of(failed);
    }
}

package io.triggerflow.local.storage;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.elasticmq.BinaryMessageAttribute;
import org.elasticmq.MessageAttribute;
import org.elasticmq.MessageData;
import org.elasticmq.NumberMessageAttribute;
import org.elasticmq.OnDateTimeReceived;
import org.elasticmq.StringMessageAttribute;
import org.elasticmq.rest.sqs.MD5Util;
import scala.Option;
import scala.jdk.javaapi.CollectionConverters;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;

/**
 * ElasticMQ's messages as its REST server shows them when it is asked for all attributes.
 *
 * @param region the region of the ARNs of dead-letter sources
 */
record SqsMessages(String region) {
    private static final String SENDER = "127.0.0.1";

    Message message(MessageData data) {
        Map<String, MessageAttribute> own = CollectionConverters.asJava(data.messageAttributes());
        Message.Builder message = Message.builder()
                .messageId(data.id().id())
                .receiptHandle(data.deliveryReceipt().get().receipt())
                .body(data.content().value())
                .md5OfBody(MD5Util.md5Digest(data.content().value()))
                .attributes(attributes(data));
        if (!own.isEmpty()) {
            Map<String, MessageAttributeValue> values = new HashMap<>();
            own.forEach((name, value) -> values.put(name, value(value)));
            message.messageAttributes(values)
                    .md5OfMessageAttributes(MD5Util.md5AttributeDigest(data.messageAttributes()));
        }
        return message.build();
    }

    private Map<MessageSystemAttributeName, String> attributes(MessageData data) {
        Map<MessageSystemAttributeName, String> all = new HashMap<>();
        all.put(MessageSystemAttributeName.SENDER_ID, SENDER);
        all.put(
                MessageSystemAttributeName.SENT_TIMESTAMP,
                Long.toString(data.created().toInstant().toEpochMilli()));
        all.put(
                MessageSystemAttributeName.APPROXIMATE_RECEIVE_COUNT,
                Integer.toString(data.statistics().approximateReceiveCount()));
        all.put(
                MessageSystemAttributeName.APPROXIMATE_FIRST_RECEIVE_TIMESTAMP,
                data.statistics().approximateFirstReceive() instanceof OnDateTimeReceived first
                        ? Long.toString(first.when().toInstant().toEpochMilli())
                        : "0");
        put(all, MessageSystemAttributeName.MESSAGE_GROUP_ID, data.messageGroupId());
        put(
                all,
                MessageSystemAttributeName.MESSAGE_DEDUPLICATION_ID,
                data.messageDeduplicationId().map(d -> d.id()));
        put(all, MessageSystemAttributeName.AWS_TRACE_HEADER, data.tracingId().map(t -> t.id()));
        put(all, MessageSystemAttributeName.SEQUENCE_NUMBER, data.sequenceNumber());
        put(
                all,
                MessageSystemAttributeName.DEAD_LETTER_QUEUE_SOURCE_ARN,
                data.deadLetterSourceQueueName()
                        .map(name -> "arn:aws:sqs:" + region + ":" + SqsServer.ACCOUNT + ":" + name));
        return all;
    }

    private static void put(
            Map<MessageSystemAttributeName, String> all, MessageSystemAttributeName name, Option<String> value) {
        if (value.isDefined()) {
            all.put(name, value.get());
        }
    }

    private static MessageAttributeValue value(MessageAttribute attribute) {
        MessageAttributeValue.Builder value = MessageAttributeValue.builder().dataType(attribute.getDataType());
        return switch (attribute) {
            case StringMessageAttribute text ->
                value.stringValue(text.stringValue()).build();
            case NumberMessageAttribute number ->
                value.stringValue(number.stringValue()).build();
            case BinaryMessageAttribute bytes ->
                value.binaryValue(SdkBytes.fromByteBuffer(
                                ByteBuffer.wrap(java.util.Base64.getDecoder().decode(bytes.asBase64()))))
                        .build();
            // Not sealed: the three are what SQS has.
            default ->
                throw new IllegalStateException(
                        "Expected a string, a number or bytes, but got " + attribute.getDataType());
        };
    }
}

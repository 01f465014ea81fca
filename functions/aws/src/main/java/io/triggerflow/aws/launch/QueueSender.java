package io.triggerflow.aws.launch;

import io.triggerflow.core.port.EventSink;
import io.triggerflow.core.port.StoreException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.BatchResultErrorEntry;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;

/** Sends texts to queues, ten a request and at most 1 MiB. Thread-safe. */
final class QueueSender {
    private static final int MAX_ENTRIES = 10;
    /** SQS counts bodies and attributes; a little is left for what it may count beside them. */
    private static final int MAX_BYTES = 1024 * 1024 - 4096;

    private static final int TRIES = 4;
    private static final int CLIENT_ERROR = 400;

    private final SqsClient client;

    QueueSender(SqsClient client) {
        this.client = client;
    }

    /**
     * A message.
     *
     * @param key names its content: FIFO queues recognise a repeat by it
     * @param delay seconds, at most 900
     */
    record Text(String key, String body, int delay) {}

    /**
     * Sends all of them.
     *
     * @param isOwn whether this is the engine's own queue: then no failure is for good
     */
    void send(String url, List<Text> texts, boolean isOwn) {
        List<Text> batch = new ArrayList<>();
        int bytes = 0;
        for (Text text : texts) {
            int size = text.body().getBytes(StandardCharsets.UTF_8).length;
            if (size > MAX_BYTES) {
                throw new EventSink.RefusedException(
                        "Expected a message of at most " + MAX_BYTES + " bytes, but it has " + size);
            }
            if (batch.size() == MAX_ENTRIES || bytes + size > MAX_BYTES) {
                sendBatch(url, batch, isOwn);
                batch = new ArrayList<>();
                bytes = 0;
            }
            batch.add(text);
            bytes += size;
        }
        if (!batch.isEmpty()) {
            sendBatch(url, batch, isOwn);
        }
    }

    private void sendBatch(String url, List<Text> batch, boolean isOwn) {
        Map<String, SendMessageBatchRequestEntry> left = new HashMap<>();
        for (Text text : batch) {
            left.put(Integer.toString(left.size()), entry(Integer.toString(left.size()), text, url.endsWith(".fifo")));
        }
        for (int tried = 0; !left.isEmpty(); tried++) {
            if (tried == TRIES) {
                throw new StoreException(
                        "Expected queue " + url + " to take " + batch.size() + " messages, but it kept refusing "
                                + left.size(),
                        null);
            }
            List<BatchResultErrorEntry> failed = request(url, List.copyOf(left.values()), isOwn);
            for (BatchResultErrorEntry entry : failed) {
                if (Boolean.TRUE.equals(entry.senderFault())) {
                    throw refused(
                            isOwn,
                            "Expected queue " + url + " to take a message, but: " + entry.code() + " "
                                    + entry.message(),
                            null);
                }
            }
            left.keySet()
                    .retainAll(failed.stream().map(BatchResultErrorEntry::id).toList());
        }
    }

    private List<BatchResultErrorEntry> request(String url, List<SendMessageBatchRequestEntry> entries, boolean isOwn) {
        try {
            return client.sendMessageBatch(r -> r.queueUrl(url).entries(entries))
                    .failed();
        } catch (AwsServiceException e) {
            boolean isForGood = e.statusCode() / 100 * 100 == CLIENT_ERROR && !e.isThrottlingException();
            throw isForGood
                    ? refused(isOwn, e.getMessage(), e)
                    : new StoreException("Expected queue " + url + " to take messages, but: " + e.getMessage(), e);
        } catch (SdkException e) {
            throw new StoreException("Expected queue " + url + " to answer, but: " + e.getMessage(), e);
        }
    }

    private static RuntimeException refused(boolean isOwn, String message, Throwable cause) {
        return isOwn ? new StoreException(message, cause) : new EventSink.RefusedException(message);
    }

    private static SendMessageBatchRequestEntry entry(String id, Text text, boolean isFifo) {
        SendMessageBatchRequestEntry.Builder entry =
                SendMessageBatchRequestEntry.builder().id(id).messageBody(text.body());
        if (isFifo) {
            return entry.messageGroupId("triggerflow")
                    .messageDeduplicationId(text.key())
                    .build();
        }
        return text.delay() > 0 ? entry.delaySeconds(text.delay()).build() : entry.build();
    }
}

package io.triggerflow.local.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.triggerflow.local.lambda.SqsClients;
import io.triggerflow.local.usage.Usage;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import software.amazon.awssdk.services.sqs.model.QueueDoesNotExistException;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.SqsException;

/** What the client without the wire does, against what a client of the REST server sees of the same queues. */
class DirectSqsClientTest {
    private static final String REGION = "us-east-1";

    private final Usage usage = new Usage();
    private SqsServer server;
    private SqsClient rest;
    private SqsClient direct;
    private String url;

    @BeforeEach
    void start() {
        server = SqsServer.start(Optional.empty(), 4566, REGION);
        rest = SqsClients.at(server.endpoint(), REGION);
        direct = server.client(SqsClients.at(server.endpoint(), REGION, usage), REGION, usage);
        rest.createQueue(r -> r.queueName("dead"));
        rest.createQueue(r -> r.queueName("one").attributes(Map.of(QueueAttributeName.VISIBILITY_TIMEOUT, "60")));
        url = server.endpoint() + "/" + SqsServer.ACCOUNT + "/one";
    }

    @AfterEach
    void stop() {
        direct.close();
        rest.close();
        server.close();
    }

    private static List<Message> receive(SqsClient client, String queue, Integer hidden) {
        return client.receiveMessage(r -> r.queueUrl(queue)
                        .maxNumberOfMessages(10)
                        .waitTimeSeconds(0)
                        .visibilityTimeout(hidden)
                        .messageSystemAttributeNames(MessageSystemAttributeName.ALL)
                        .messageAttributeNames("All"))
                .messages();
    }

    /** A message as it is seen at any time: without what changes from one reception to the next. */
    private static Message lasting(Message message) {
        Map<MessageSystemAttributeName, String> attributes = new HashMap<>(message.attributes());
        attributes.remove(MessageSystemAttributeName.APPROXIMATE_RECEIVE_COUNT);
        return message.toBuilder().receiptHandle("").attributes(attributes).build();
    }

    private static MessageAttributeValue.Builder value(String type) {
        return MessageAttributeValue.builder().dataType(type);
    }

    @Test
    void receivesWhatTheServerShows() {
        rest.sendMessage(r -> r.queueUrl(url)
                .messageBody("ä \"quoted\" body")
                .messageAttributes(Map.of(
                        "text", value("String.kind").stringValue("x").build(),
                        "number", value("Number").stringValue("1.5").build(),
                        "bytes",
                                value("Binary")
                                        .binaryValue(SdkBytes.fromByteArray(new byte[] {0, -1, 7}))
                                        .build())));
        Message byRest = receive(rest, url, 0).getFirst();
        Message first = receive(direct, url, 0).getFirst();
        assertEquals(lasting(byRest), lasting(first));
        assertEquals("2", first.attributes().get(MessageSystemAttributeName.APPROXIMATE_RECEIVE_COUNT));
        assertEquals(1, receive(direct, url, null).size());
        assertEquals(0, receive(direct, url, null).size(), "hidden for the queue's own timeout");
        assertEquals(3, usage.totals().requests().get("sqs:ReceiveMessage"));
    }

    private static SendMessageBatchRequestEntry entry(String text) {
        return SendMessageBatchRequestEntry.builder().id(text).messageBody(text).build();
    }

    private static DeleteMessageBatchRequestEntry deletion(String id, String receipt) {
        return DeleteMessageBatchRequestEntry.builder()
                .id(id)
                .receiptHandle(receipt)
                .build();
    }

    @Test
    void deletesAndShowsAgain() {
        direct.sendMessageBatch(r -> r.queueUrl(url).entries(entry("a"), entry("b")));
        List<Message> both = receive(direct, url, null);
        assertEquals(2, both.size());
        direct.changeMessageVisibilityBatch(r -> r.queueUrl(url)
                .entries(ChangeMessageVisibilityBatchRequestEntry.builder()
                        .id("x")
                        .receiptHandle(both.getFirst().receiptHandle())
                        .visibilityTimeout(0)
                        .build()));
        Message again = receive(direct, url, null).getFirst();
        assertEquals(both.getFirst().messageId(), again.messageId());
        var answer = direct.deleteMessageBatch(r -> r.queueUrl(url)
                .entries(
                        deletion("good", again.receiptHandle()),
                        deletion("bad", both.get(1).messageId() + "#no-such-receipt")));
        assertEquals("good", answer.successful().getFirst().id());
        assertEquals("bad", answer.failed().getFirst().id());
        assertEquals(
                "1",
                direct.getQueueAttributes(r -> r.queueUrl(url)
                                .attributeNames(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE))
                        .attributes()
                        .get(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE));
        assertEquals(1, usage.totals().requests().get("sqs:SendMessageBatch"));
        assertEquals(1, usage.totals().requests().get("sqs:DeleteMessageBatch"));
    }

    @Test
    void aLongPollEndsWhenAMessageComes() {
        CompletableFuture<List<Message>> poll = CompletableFuture.supplyAsync(() -> direct.receiveMessage(
                        r -> r.queueUrl(url).maxNumberOfMessages(10).waitTimeSeconds(20))
                .messages());
        direct.sendMessage(r -> r.queueUrl(url).messageBody("at last"));
        assertEquals("at last", poll.join().getFirst().body());
    }

    @Test
    void refusesWhatTheServerRefuses() {
        for (String body : List.of("no\u0001text", "", "x".repeat(1024 * 1024 + 1))) {
            SqsException byRest = assertThrows(
                    SqsException.class,
                    () -> rest.sendMessage(r -> r.queueUrl(url).messageBody(body)));
            SqsException refused = assertThrows(
                    SqsException.class,
                    () -> direct.sendMessage(r -> r.queueUrl(url).messageBody(body)));
            assertEquals(
                    byRest.awsErrorDetails().errorCode(),
                    refused.awsErrorDetails().errorCode());
        }
        assertThrows(QueueDoesNotExistException.class, () -> receive(direct, url + "x", null));
        assertTrue(receive(direct, url, null).isEmpty());
    }
}

package io.triggerflow.local.lambda;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.elasticmq.rest.sqs.SQSRestServer;
import org.elasticmq.rest.sqs.SQSRestServerBuilder;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/** ElasticMQ for a test class. */
final class Sqs implements AutoCloseable {

    private final SQSRestServer server;
    private final SqsClient client;

    Sqs() {
        server = SQSRestServerBuilder.withPort(0)
                .withInterface("127.0.0.1")
                .withDynamicPort()
                .withAWSRegion("us-east-1")
                .withAWSAccountId("000000000000")
                .start();
        client = SqsClients.at(
                URI.create("http://127.0.0.1:"
                        + server.waitUntilStarted().localAddress().getPort()),
                "us-east-1");
    }

    SqsClient client() {
        return client;
    }

    void create(String name, int visibilitySeconds) {
        client.createQueue(r -> r.queueName(name)
                .attributes(Map.of(QueueAttributeName.VISIBILITY_TIMEOUT, String.valueOf(visibilitySeconds))));
    }

    String url(String name) {
        return QueueUrls.of(client, "000000000000", name);
    }

    void send(String queue, String body) {
        client.sendMessage(r -> r.queueUrl(url(queue)).messageBody(body));
    }

    /** Messages that are neither deleted: visible or in flight. */
    int size(String queue) {
        Map<QueueAttributeName, String> all = client.getQueueAttributes(
                        r -> r.queueUrl(url(queue)).attributeNames(QueueAttributeName.ALL))
                .attributes();
        return Integer.parseInt(all.get(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES))
                + Integer.parseInt(all.get(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE));
    }

    /** Takes every visible message. */
    List<String> drain(String queue) {
        List<String> bodies = new ArrayList<>();
        client.receiveMessage(r -> r.queueUrl(url(queue)).maxNumberOfMessages(10))
                .messages()
                .forEach(m -> {
                    bodies.add(m.body());
                    client.deleteMessage(d -> d.queueUrl(url(queue)).receiptHandle(m.receiptHandle()));
                });
        return bodies;
    }

    @Override
    public void close() {
        client.close();
        server.stopAndWait();
    }
}

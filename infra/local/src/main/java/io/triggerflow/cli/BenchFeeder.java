package io.triggerflow.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.triggerflow.local.LocalRuntime;
import io.triggerflow.local.template.Template;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;

/** Puts events straight into the event queue, ten a request, without the wire: producers are not what is measured, and on AWS they have their
 * own machines. Its requests are not counted with the engine's. */
final class BenchFeeder implements AutoCloseable {
    private static final int BATCH = 10;
    private static final int SENDERS = 4;

    private final SqsClient sqs;
    private final String queueUrl;
    private final ExecutorService senders = Executors.newFixedThreadPool(
            SENDERS, Thread.ofPlatform().daemon().name("sender-", 0).factory());

    BenchFeeder(LocalRuntime runtime) {
        Template template = runtime.templates().getFirst();
        this.sqs = runtime.sqs();
        this.queueUrl = String.valueOf(template.outputs().get("QueueUrl"));
    }

    /** An event as a message: for a run, or for the workspace's standing triggers when {@code run} is empty. */
    static String message(String type, String workspace, String run) {
        ObjectNode event = Session.JSON
                .createObjectNode()
                .put("specversion", "1.0")
                .put("id", UUID.randomUUID().toString())
                .put("source", "bench")
                .put("type", type)
                .put("tfworkspace", workspace);
        if (!run.isEmpty()) {
            event.put("tfrun", run);
        }
        return event.toString();
    }

    /** An event for the workspace's standing triggers, of a key and a time. */
    static String keyed(String type, String workspace, String key, Instant time) {
        ObjectNode event = Session.JSON
                .createObjectNode()
                .put("specversion", "1.0")
                .put("id", UUID.randomUUID().toString())
                .put("source", "bench")
                .put("type", type)
                .put("time", time.truncatedTo(ChronoUnit.MILLIS).toString())
                .put("tfworkspace", workspace);
        event.putObject("data").put("key", key);
        return event.toString();
    }

    /** Sends all, several requests at a time, and returns when all are accepted. */
    void send(List<String> messages) {
        List<CompletableFuture<Void>> sent = new ArrayList<>();
        for (int from = 0; from < messages.size(); from += BATCH) {
            List<String> some = messages.subList(from, Math.min(messages.size(), from + BATCH));
            sent.add(CompletableFuture.runAsync(() -> batch(some), senders));
        }
        try {
            sent.forEach(CompletableFuture::join);
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    private void batch(List<String> messages) {
        List<SendMessageBatchRequestEntry> entries = new ArrayList<>();
        for (String body : messages) {
            entries.add(SendMessageBatchRequestEntry.builder()
                    .id("e" + entries.size())
                    .messageBody(body)
                    .build());
        }
        var answer = sqs.sendMessageBatch(request -> request.queueUrl(queueUrl).entries(entries));
        if (!answer.failed().isEmpty()) {
            throw CliException.failed(
                    "NotSent",
                    "Expected the queue to accept " + entries.size() + " events, but it refused "
                            + answer.failed().size() + ": "
                            + answer.failed().getFirst().message());
        }
    }

    /** Messages that are waiting or in work. */
    int waiting() {
        var attributes = sqs.getQueueAttributes(request -> request.queueUrl(queueUrl)
                        .attributeNames(
                                QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES,
                                QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE,
                                QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_DELAYED))
                .attributes();
        return attributes.values().stream().mapToInt(Integer::parseInt).sum();
    }

    @Override
    public void close() {
        senders.shutdownNow();
        sqs.close();
    }
}

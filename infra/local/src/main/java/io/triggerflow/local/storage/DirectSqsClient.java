package io.triggerflow.local.storage;

import io.triggerflow.local.usage.Usage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.pattern.Patterns;
import org.elasticmq.DefaultVisibilityTimeout$;
import org.elasticmq.DeliveryReceipt;
import org.elasticmq.ImmediateNextDelivery$;
import org.elasticmq.InvalidReceiptHandle;
import org.elasticmq.Limits;
import org.elasticmq.MessageContent;
import org.elasticmq.MessageData;
import org.elasticmq.MillisVisibilityTimeout;
import org.elasticmq.NewMessageData;
import org.elasticmq.StrictSQSLimits$;
import org.elasticmq.VisibilityTimeout;
import org.elasticmq.msg.DeleteMessage;
import org.elasticmq.msg.LookupQueue;
import org.elasticmq.msg.ReceiveMessages;
import org.elasticmq.msg.SendMessage;
import org.elasticmq.msg.UpdateVisibilityTimeout;
import org.elasticmq.rest.sqs.MD5Util;
import scala.Option;
import scala.collection.immutable.Map$;
import scala.jdk.javaapi.CollectionConverters;
import scala.util.Either;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.SqsServiceClientConfiguration;
import software.amazon.awssdk.services.sqs.model.BatchResultErrorEntry;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityBatchRequest;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityBatchResponse;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityBatchResultEntry;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequest;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchResponse;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchResultEntry;
import software.amazon.awssdk.services.sqs.model.GetQueueAttributesRequest;
import software.amazon.awssdk.services.sqs.model.GetQueueAttributesResponse;
import software.amazon.awssdk.services.sqs.model.QueueDoesNotExistException;
import software.amazon.awssdk.services.sqs.model.ReceiveMessageRequest;
import software.amazon.awssdk.services.sqs.model.ReceiveMessageResponse;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequest;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchResponse;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchResultEntry;
import software.amazon.awssdk.services.sqs.model.SendMessageRequest;
import software.amazon.awssdk.services.sqs.model.SendMessageResponse;

/**
 * SQS for what AWS itself does with queues (pollers, destinations), without the wire: ElasticMQ's queues are asked as its own REST server
 * asks them. Receiving, deleting, showing again and plain sending go this way; what the REST server might refuse to send, and attributes of
 * queues, go to a client of that; there is no more. Requests are counted as if they had been sent. Thread-safe.
 */
final class DirectSqsClient implements SqsClient {
    /** Beyond a long poll's own time; the answer comes at once, unless the queue is deleted meanwhile. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final SqsClient rest;
    private final ActorRef queues;
    private final SqsMessages messages;
    private final Usage usage;

    /**
     * @param rest takes the other requests, and counts them itself; closed with this one, which says that it has its configuration
     * @param queues ElasticMQ's manager of queues
     */
    DirectSqsClient(SqsClient rest, ActorRef queues, String region, Usage usage) {
        this.rest = rest;
        this.queues = queues;
        this.messages = new SqsMessages(region);
        this.usage = usage;
    }

    @Override
    public String serviceName() {
        return rest.serviceName();
    }

    @Override
    public SqsServiceClientConfiguration serviceClientConfiguration() {
        return rest.serviceClientConfiguration();
    }

    @Override
    public void close() {
        rest.close();
    }

    @Override
    public GetQueueAttributesResponse getQueueAttributes(GetQueueAttributesRequest request) {
        return rest.getQueueAttributes(request);
    }

    @Override
    public ReceiveMessageResponse receiveMessage(ReceiveMessageRequest request) {
        usage.requested("sqs", "ReceiveMessage");
        Option<Duration> wait = Option.apply(request.waitTimeSeconds()).map(Duration::ofSeconds);
        VisibilityTimeout hidden = request.visibilityTimeout() == null
                ? DefaultVisibilityTimeout$.MODULE$
                : MillisVisibilityTimeout.fromSeconds(request.visibilityTimeout());
        int most = request.maxNumberOfMessages() == null ? 1 : request.maxNumberOfMessages();
        CompletableFuture<scala.collection.immutable.List<MessageData>> answer = ask(
                queue(request.queueUrl()),
                new ReceiveMessages(hidden, most, wait, Option.apply(request.receiveRequestAttemptId())),
                wait.isDefined()
                        ? wait.get().plus(PATIENCE)
                        : Duration.ofSeconds(20).plus(PATIENCE));
        return ReceiveMessageResponse.builder()
                .messages(CollectionConverters.asJava(await(answer)).stream()
                        .map(messages::message)
                        .toList())
                .build();
    }

    @Override
    public DeleteMessageBatchResponse deleteMessageBatch(DeleteMessageBatchRequest request) {
        usage.requested("sqs", "DeleteMessageBatch");
        ActorRef queue = queue(request.queueUrl());
        Outcomes outcomes = outcomes(
                request.entries().stream()
                        .map(DeleteMessageBatchRequestEntry::id)
                        .toList(),
                request.entries().stream()
                        .map(e -> this.<Either<InvalidReceiptHandle, ?>>ask(
                                queue, new DeleteMessage(new DeliveryReceipt(e.receiptHandle())), PATIENCE))
                        .toList());
        return DeleteMessageBatchResponse.builder()
                .successful(outcomes.done().stream()
                        .map(id ->
                                DeleteMessageBatchResultEntry.builder().id(id).build())
                        .toList())
                .failed(outcomes.failed())
                .build();
    }

    @Override
    public ChangeMessageVisibilityBatchResponse changeMessageVisibilityBatch(
            ChangeMessageVisibilityBatchRequest request) {
        usage.requested("sqs", "ChangeMessageVisibilityBatch");
        ActorRef queue = queue(request.queueUrl());
        Outcomes outcomes = outcomes(
                request.entries().stream()
                        .map(ChangeMessageVisibilityBatchRequestEntry::id)
                        .toList(),
                request.entries().stream()
                        .map(e -> this.<Either<InvalidReceiptHandle, ?>>ask(
                                queue,
                                new UpdateVisibilityTimeout(
                                        new DeliveryReceipt(e.receiptHandle()),
                                        MillisVisibilityTimeout.fromSeconds(e.visibilityTimeout())),
                                PATIENCE))
                        .toList());
        return ChangeMessageVisibilityBatchResponse.builder()
                .successful(outcomes.done().stream()
                        .map(id -> ChangeMessageVisibilityBatchResultEntry.builder()
                                .id(id)
                                .build())
                        .toList())
                .failed(outcomes.failed())
                .build();
    }

    private record Outcomes(List<String> done, List<BatchResultErrorEntry> failed) {}

    private static Outcomes outcomes(
            List<String> ids, List<CompletableFuture<Either<InvalidReceiptHandle, ?>>> answers) {
        List<String> done = new ArrayList<>();
        List<BatchResultErrorEntry> failed = new ArrayList<>();
        for (int i = 0; i < ids.size(); i++) {
            if (await(answers.get(i)).isRight()) {
                done.add(ids.get(i));
            } else {
                failed.add(invalid(ids.get(i)));
            }
        }
        return new Outcomes(done, failed);
    }

    private static BatchResultErrorEntry invalid(String id) {
        return BatchResultErrorEntry.builder()
                .id(id)
                .code("ReceiptHandleIsInvalid")
                .message("The input receipt handle is invalid.")
                .senderFault(true)
                .build();
    }

    @Override
    public SendMessageResponse sendMessage(SendMessageRequest request) {
        boolean bare = request.delaySeconds() == null
                && !request.hasMessageAttributes()
                && !request.hasMessageSystemAttributes();
        if (!bare || !isPlain(request.queueUrl(), List.of(request.messageBody()))) {
            return rest.sendMessage(request);
        }
        usage.requested("sqs", "SendMessage");
        MessageData sent = await(send(queue(request.queueUrl()), request.messageBody()));
        return SendMessageResponse.builder()
                .messageId(sent.id().id())
                .md5OfMessageBody(MD5Util.md5Digest(request.messageBody()))
                .build();
    }

    @Override
    public SendMessageBatchResponse sendMessageBatch(SendMessageBatchRequest request) {
        List<SendMessageBatchRequestEntry> entries = request.entries();
        boolean bare = entries.stream()
                .allMatch(
                        e -> e.delaySeconds() == null && !e.hasMessageAttributes() && !e.hasMessageSystemAttributes());
        if (!bare
                || !isPlain(
                        request.queueUrl(),
                        entries.stream()
                                .map(SendMessageBatchRequestEntry::messageBody)
                                .toList())) {
            return rest.sendMessageBatch(request);
        }
        usage.requested("sqs", "SendMessageBatch");
        ActorRef queue = queue(request.queueUrl());
        List<CompletableFuture<MessageData>> answers =
                entries.stream().map(e -> send(queue, e.messageBody())).toList();
        List<SendMessageBatchResultEntry> done = new ArrayList<>();
        for (int i = 0; i < answers.size(); i++) {
            done.add(SendMessageBatchResultEntry.builder()
                    .id(entries.get(i).id())
                    .messageId(await(answers.get(i)).id().id())
                    .md5OfMessageBody(MD5Util.md5Digest(entries.get(i).messageBody()))
                    .build());
        }
        return SendMessageBatchResponse.builder().successful(done).build();
    }

    /** Whether the REST server would take these bodies as they are: FIFO queues, and what is too long or not text, are its business. */
    private static boolean isPlain(String queueUrl, List<String> bodies) {
        return !queueUrl.endsWith(".fifo")
                && !bodies.isEmpty()
                && Limits.verifyBatchSize(bodies.size(), StrictSQSLimits$.MODULE$)
                        .isRight()
                && Limits.verifyMessageLength(
                                bodies.stream().mapToInt(String::length).sum() * 3, StrictSQSLimits$.MODULE$)
                        .isRight()
                && bodies.stream().allMatch(body -> Limits.verifyMessageBody(body, StrictSQSLimits$.MODULE$)
                        .isRight());
    }

    private CompletableFuture<MessageData> send(ActorRef queue, String body) {
        return ask(
                queue,
                new SendMessage(new NewMessageData(
                        Option.empty(),
                        new MessageContent(body),
                        Map$.MODULE$.empty(),
                        ImmediateNextDelivery$.MODULE$,
                        Option.empty(),
                        Option.empty(),
                        0,
                        Option.empty(),
                        Option.empty(),
                        Option.empty())),
                PATIENCE);
    }

    /** Looked up each time: a queue that was deleted and made again is another actor. */
    private ActorRef queue(String url) {
        String name = url.substring(url.lastIndexOf('/') + 1);
        Option<ActorRef> found = await(this.<Option<ActorRef>>ask(queues, new LookupQueue(name), PATIENCE));
        if (found.isEmpty()) {
            throw QueueDoesNotExistException.builder()
                    .message("Expected the queue " + name + ", but there is none")
                    .statusCode(400)
                    .build();
        }
        return found.get();
    }

    @SuppressWarnings("unchecked") // each message of ElasticMQ names the type of its answer
    private <T> CompletableFuture<T> ask(ActorRef actor, Object message, Duration patience) {
        return (CompletableFuture<T>) Patterns.ask(actor, message, patience).toCompletableFuture();
    }

    private static <T> T await(CompletableFuture<T> answer) {
        try {
            return answer.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw AbortedException.create("Expected an answer of a queue, but the thread was interrupted", e);
        } catch (ExecutionException e) {
            throw SdkClientException.create("Expected an answer of a queue, but: " + e.getCause(), e.getCause());
        }
    }
}

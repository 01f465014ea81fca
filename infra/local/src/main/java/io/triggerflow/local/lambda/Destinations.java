package io.triggerflow.local.lambda;

import io.triggerflow.local.iam.Access;
import io.triggerflow.local.iam.Iam;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.eventbridge.model.PutEventsRequestEntry;
import software.amazon.awssdk.services.eventbridge.model.PutEventsResponse;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;

/**
 * Sends records of ended events to queues, buses and functions. As on AWS, a record that cannot be delivered (too large, no such
 * target) is lost; here that is at least written to the function's log and counted. Thread-safe.
 */
final class Destinations {

    /** The limit of an SQS message, of a PutEvents entry and of an asynchronous Invoke. */
    static final int MAX_RECORD_BYTES = 1024 * 1024;

    /** Of records on a bus. */
    private static final String SOURCE = "lambda";

    private final SqsClient sqs;
    private final EventBridgeClient events;
    private final Iam iam;
    private final AtomicLong failures = new AtomicLong();
    private volatile Invocations invocations = (arn, payload) -> {};

    /** How a record reaches a function. */
    interface Invocations {
        void invoke(String functionArn, byte[] payload);
    }

    Destinations(SqsClient sqs, EventBridgeClient events, Iam iam) {
        this.sqs = sqs;
        this.events = events;
        this.iam = iam;
    }

    void setInvocations(Invocations value) {
        invocations = value;
    }

    /** Records lost so far: AWS's metric DestinationDeliveryFailures. */
    long failures() {
        return failures.get();
    }

    void deliver(DestinationRecord record, Invoker.Target target, AcceptedEvent event, Optional<String> destination) {
        destination.ifPresent(arn -> {
            try {
                send(record, target, arn);
            } catch (SdkException | LambdaException | IllegalArgumentException e) {
                failures.incrementAndGet();
                target.function()
                        .log()
                        .line("Expected to deliver the record of request " + event.requestId() + " to " + arn
                                + ", but it is lost: " + e.getMessage());
            }
        });
    }

    /** The older way: the event itself goes to the function's dead-letter queue. */
    void deadLetter(Invoker.Target target, AcceptedEvent event, String arn, Outcome outcome) {
        try {
            require(target, arn, false);
            sqs.sendMessage(request -> request.queueUrl(queueUrl(arn))
                    .messageBody(new String(event.payload(), StandardCharsets.UTF_8))
                    .messageAttributes(Map.of(
                            "RequestID",
                            text(event.requestId()),
                            "ErrorCode",
                            text("200"),
                            "ErrorMessage",
                            text(Wire.parse(outcome.payload())
                                    .map(n -> n.path("errorMessage").asText("-"))
                                    .orElse("-")))));
        } catch (SdkException | IllegalArgumentException e) {
            failures.incrementAndGet();
            target.function()
                    .log()
                    .line("Expected to send request " + event.requestId() + " to the dead-letter queue " + arn
                            + ", but " + e.getMessage());
        }
    }

    private void send(DestinationRecord record, Invoker.Target target, String arn) {
        byte[] json = Wire.bytes(record.json());
        if (json.length > MAX_RECORD_BYTES) {
            throw new IllegalArgumentException(
                    "Expected a record of at most " + MAX_RECORD_BYTES + " bytes, but it has " + json.length);
        }
        require(target, arn, record.success());
        switch (arn.split(":", 4)[2]) {
            case "sqs" ->
                sqs.sendMessage(request ->
                        request.queueUrl(queueUrl(arn)).messageBody(new String(json, StandardCharsets.UTF_8)));
            case "lambda" -> invocations.invoke(arn, json);
            case "events" -> putEvent(record, target, arn, json);
            default ->
                throw new IllegalArgumentException(
                        "Expected a queue, a bus or a function, but the local runtime has no " + arn);
        }
    }

    private void require(Invoker.Target target, String arn, boolean success) {
        refusal(iam, target.function().name(), arn, success).ifPresent(refusal -> {
            throw new IllegalArgumentException(refusal);
        });
    }

    /** Why a function's records may not be sent somewhere, which is done with the function's role; empty when they may. */
    static Optional<String> refusal(Iam iam, String function, String arn, boolean success) {
        return Access.delivery(arn)
                .map(a -> a.ofEvent(SOURCE, detailType(success)))
                .flatMap(a -> iam.functionRefusal(function, a));
    }

    private static String detailType(boolean success) {
        return "Lambda Function Invocation Result - " + (success ? "Success" : "Failure");
    }

    private void putEvent(DestinationRecord record, Invoker.Target target, String bus, byte[] json) {
        PutEventsRequestEntry entry = PutEventsRequestEntry.builder()
                .eventBusName(bus)
                .source(SOURCE)
                .detailType(detailType(record.success()))
                .resources(bus, target.function().spec().arn() + ":$LATEST")
                .detail(new String(json, StandardCharsets.UTF_8))
                .build();
        PutEventsResponse answer = events.putEvents(request -> request.entries(entry));
        if (answer.failedEntryCount() != null && answer.failedEntryCount() > 0) {
            throw new IllegalArgumentException("Expected the bus to take the record, but "
                    + answer.entries().getFirst().errorMessage());
        }
    }

    private String queueUrl(String arn) {
        String[] parts = arn.split(":");
        return QueueUrls.of(sqs, parts[4], parts[5]);
    }

    private static MessageAttributeValue text(String value) {
        return MessageAttributeValue.builder()
                .dataType("String")
                .stringValue(value)
                .build();
    }
}

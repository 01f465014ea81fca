package io.triggerflow.local.bus;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.triggerflow.local.gateway.AwsCallException;
import io.triggerflow.local.gateway.AwsJsonClient;
import io.triggerflow.local.iam.Access;
import io.triggerflow.local.iam.Iam;
import io.triggerflow.local.storage.SqsServer;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Delivers payloads to queues, functions and buses, as EventBridge and its Scheduler do: the first attempt on the caller's
 * thread (so what was acknowledged is in a durable queue), retries with backoff in the background, then the dead-letter
 * queue. A target that does not exist or refuses the payload is not retried. Thread-safe.
 */
public final class Delivery implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration FIRST_BACKOFF = Duration.ofMillis(200);
    private static final Duration LAST_BACKOFF = Duration.ofSeconds(60);

    private final AwsJsonClient sqs;
    private final Functions functions;
    private final Iam iam;
    private final Consumer<String> log;
    private final AtomicReference<BiConsumer<String, String>> buses = new AtomicReference<>((arn, event) -> {});
    private final ScheduledExecutorService retries;

    /** Invokes functions asynchronously. */
    @FunctionalInterface
    public interface Functions {
        /**
         * Accepts an invocation of type Event.
         *
         * @param arn the function's ARN, perhaps with a qualifier
         * @throws AwsCallException when the Invoke API refuses it
         */
        void invokeAsync(String arn, byte[] payload) throws IOException;
    }

    /**
     * Creates a delivery.
     *
     * @param sqs where queues are
     * @param iam says what may be delivered
     * @param log hears of what was dropped
     */
    public Delivery(AwsJsonClient sqs, Functions functions, Iam iam, Consumer<String> log) {
        this.sqs = sqs;
        this.functions = functions;
        this.iam = iam;
        this.log = log;
        this.retries = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("delivery-retries").factory());
    }

    /** Says who takes events for a bus: its ARN and the whole event. */
    public void toBuses(BiConsumer<String, String> sink) {
        buses.set(sink);
    }

    /**
     * Delivers a payload, at once or later.
     *
     * @param context the ARN of the rule, schedule or bucket whose delivery it is
     */
    public void deliver(Target target, String payload, String context) {
        attempt(target, payload, context, 0, System.nanoTime());
    }

    private void attempt(Target target, String payload, String context, int retry, long since) {
        try {
            require(target.arn(), payload, target, context);
            send(target, payload);
        } catch (AwsCallException e) {
            if (e.retryable()) {
                later(target, payload, context, retry, since, e);
            } else {
                bury(
                        target,
                        payload,
                        context,
                        e.code().isEmpty() ? "ERROR_FROM_TARGET" : e.code(),
                        e.getMessage(),
                        retry);
            }
        } catch (IOException e) {
            later(target, payload, context, retry, since, e);
        }
    }

    private void later(Target target, String payload, String context, int retry, long since, IOException cause) {
        Duration age = Duration.ofNanos(System.nanoTime() - since);
        if (retry >= target.maximumRetries() || age.compareTo(target.maximumAge()) > 0) {
            bury(target, payload, context, "ERROR_FROM_TARGET", String.valueOf(cause.getMessage()), retry);
            return;
        }
        long wait = Math.min(LAST_BACKOFF.toMillis(), FIRST_BACKOFF.toMillis() << Math.min(retry, 20));
        retries.schedule(
                () -> Thread.ofVirtual().start(() -> attempt(target, payload, context, retry + 1, since)),
                wait,
                TimeUnit.MILLISECONDS);
    }

    private void bury(Target target, String payload, String context, String code, String message, int retries) {
        log.accept("Not delivered to " + target.arn() + " (" + context + "): " + message);
        if (target.deadLetterArn().isEmpty()) {
            return;
        }
        try {
            require(target.deadLetterArn().get(), payload, target, context);
            var attributes = Map.of(
                    "RULE_ARN",
                    context,
                    "TARGET_ARN",
                    target.arn(),
                    "ERROR_CODE",
                    code,
                    "ERROR_MESSAGE",
                    message,
                    "RETRY_ATTEMPTS",
                    Integer.toString(retries));
            sqs.call("SendMessage", message(target.deadLetterArn().get(), payload, Optional.empty(), attributes));
        } catch (IOException e) {
            log.accept("Not delivered to the dead-letter queue "
                    + target.deadLetterArn().get() + ": " + e.getMessage());
        }
    }

    /** Like a lost target, a lost permission is not retried. */
    private void require(String arn, String payload, Target target, String context) throws IOException {
        Optional<Access> access = Access.delivery(arn);
        if (access.isPresent() && access.get().action().equals("events:PutEvents")) {
            JsonNode event = JSON.readTree(payload);
            access = access.map(a -> a.ofEvent(
                    event.path("source").asText(), event.path("detail-type").asText()));
        }
        Optional<String> refusal = access.flatMap(a -> iam.deliveryRefusal(context, target.roleArn(), a));
        if (refusal.isPresent()) {
            throw new AwsCallException("a delivery to " + arn, 403, "NO_PERMISSIONS", refusal.get());
        }
    }

    private void send(Target target, String payload) throws IOException {
        String[] arn = target.arn().split(":", 7);
        switch (arn.length > 2 ? arn[2] : "") {
            case "sqs" -> sqs.call("SendMessage", message(target.arn(), payload, target.messageGroupId(), Map.of()));
            case "lambda" ->
                functions.invokeAsync(target.arn(), payload.getBytes(java.nio.charset.StandardCharsets.UTF_8));
            case "events" -> buses.get().accept(target.arn(), payload);
            default ->
                log.accept("Expected a queue, a function or a bus as a target, but got " + target.arn() + ": dropped");
        }
    }

    private static ObjectNode message(
            String queueArn, String body, Optional<String> group, Map<String, String> attributes) {
        ObjectNode request = JSON.createObjectNode();
        request.put(
                "QueueUrl",
                "http://127.0.0.1/" + SqsServer.ACCOUNT + "/" + queueArn.substring(queueArn.lastIndexOf(':') + 1));
        request.put("MessageBody", body);
        group.ifPresent(id -> request.put("MessageGroupId", id));
        attributes.forEach((name, value) -> request.withObjectProperty("MessageAttributes")
                .putObject(name)
                .put("DataType", "String")
                .put("StringValue", value));
        return request;
    }

    @Override
    public void close() {
        retries.shutdownNow();
    }
}

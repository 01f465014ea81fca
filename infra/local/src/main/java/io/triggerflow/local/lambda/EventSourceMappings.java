package io.triggerflow.local.lambda;

import com.fasterxml.jackson.databind.JsonNode;
import io.triggerflow.local.iam.Access;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import software.amazon.awssdk.services.sqs.model.QueueDoesNotExistException;

/** The event source mappings of the service and their pollers. Thread-safe. */
final class EventSourceMappings implements AutoCloseable {

    private final Invoker invoker;
    private final SqsClient sqs;
    private final HostOptions options;
    private final Map<String, EventSourceMapping> mappings = new LinkedHashMap<>();
    private final Map<String, SqsPoller> pollers = new LinkedHashMap<>();
    private final List<SqsPoller> retired = new ArrayList<>();
    private boolean started;

    EventSourceMappings(Invoker invoker, SqsClient sqs, HostOptions options) {
        this.invoker = invoker;
        this.sqs = sqs;
        this.options = options;
    }

    synchronized void start() {
        started = true;
        mappings.values().forEach(this::poll);
    }

    /** @throws LambdaException when AWS would not take it */
    synchronized EventSourceMapping put(EventSourceMapping mapping) {
        checkVisibility(mapping);
        checkPermissions(mapping);
        stop(mapping.uuid());
        mappings.put(mapping.uuid(), mapping);
        poll(mapping);
        return mapping;
    }

    synchronized EventSourceMapping create(EventSourceMapping mapping) {
        boolean taken = mappings.values().stream()
                .anyMatch(m ->
                        m.queueArn().equals(mapping.queueArn()) && m.function().equals(mapping.function()));
        if (taken) {
            throw new LambdaException(
                    409,
                    "ResourceConflictException",
                    "An event source mapping with SQS arn (\"" + mapping.queueArn() + "\") and function (\""
                            + mapping.function() + "\") already exists.");
        }
        return put(mapping);
    }

    synchronized EventSourceMapping get(String uuid) {
        EventSourceMapping mapping = mappings.get(uuid);
        if (mapping == null) {
            throw new LambdaException(404, "ResourceNotFoundException", "The resource you requested does not exist.");
        }
        return mapping;
    }

    synchronized EventSourceMapping update(String uuid, JsonNode body) {
        return put(get(uuid).with(body, Instant.now()));
    }

    synchronized EventSourceMapping delete(String uuid) {
        EventSourceMapping mapping = get(uuid);
        stop(uuid);
        mappings.remove(uuid);
        return mapping;
    }

    synchronized List<EventSourceMapping> list() {
        return List.copyOf(mappings.values());
    }

    /** As Lambda does: a message must not come again while the function that has it may still be running. */
    private void checkVisibility(EventSourceMapping mapping) {
        LocalFunction function = invoker.functions().get(mapping.function());
        if (function == null) {
            return;
        }
        long timeout = function.spec().timeout().toSeconds();
        long visibility = visibility(mapping);
        if (visibility < timeout) {
            throw LambdaException.invalid("Queue visibility timeout: " + visibility
                    + " seconds is less than Function timeout: " + timeout + " seconds (queue " + mapping.queueName()
                    + ", function " + mapping.function() + ")");
        }
    }

    /** As Lambda does: it polls with the role of the function. */
    private void checkPermissions(EventSourceMapping mapping) {
        for (String operation : List.of("ReceiveMessage", "DeleteMessage", "GetQueueAttributes")) {
            options.iam()
                    .functionRefusal(mapping.function(), Access.to("sqs:" + operation, mapping.queueArn()))
                    .ifPresent(refusal -> {
                        throw LambdaException.invalid("The function execution role does not have permissions to call "
                                + operation + " on SQS (" + refusal + ")");
                    });
        }
    }

    private long visibility(EventSourceMapping mapping) {
        String url = QueueUrls.of(sqs, mapping.account(), mapping.queueName());
        try {
            return Long.parseLong(
                    sqs.getQueueAttributes(r -> r.queueUrl(url).attributeNames(QueueAttributeName.VISIBILITY_TIMEOUT))
                            .attributes()
                            .get(QueueAttributeName.VISIBILITY_TIMEOUT));
        } catch (QueueDoesNotExistException e) {
            throw LambdaException.invalid(
                    "Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService.NonExistentQueue. "
                            + "SQS Error Message: The specified queue does not exist (" + mapping.queueName() + ").");
        }
    }

    private void poll(EventSourceMapping mapping) {
        if (started && mapping.enabled()) {
            SqsPoller poller = new SqsPoller(mapping, invoker, sqs, options);
            pollers.put(mapping.uuid(), poller);
            poller.start();
        }
    }

    private void stop(String uuid) {
        SqsPoller poller = pollers.remove(uuid);
        if (poller != null) {
            poller.retire();
            retired.add(poller);
        }
    }

    @Override
    public synchronized void close() {
        started = false;
        pollers.values().forEach(SqsPoller::retire);
        pollers.values().forEach(SqsPoller::close);
        retired.forEach(SqsPoller::close);
        pollers.clear();
        retired.clear();
    }
}

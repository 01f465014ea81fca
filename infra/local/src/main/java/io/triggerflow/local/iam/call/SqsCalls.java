package io.triggerflow.local.iam.call;

import io.triggerflow.local.gateway.Guard;
import io.triggerflow.local.iam.Access;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** SQS, in JSON and in its query protocol: batches are permitted by the action on one message. */
final class SqsCalls implements Reading {
    private static final Map<String, String> BATCHES = Map.of(
            "SendMessageBatch",
            "SendMessage",
            "DeleteMessageBatch",
            "DeleteMessage",
            "ChangeMessageVisibilityBatch",
            "ChangeMessageVisibility");
    private static final Set<String> ON_A_QUEUE = Set.of(
            "SendMessage",
            "ReceiveMessage",
            "DeleteMessage",
            "ChangeMessageVisibility",
            "GetQueueAttributes",
            "SetQueueAttributes",
            "PurgeQueue",
            "DeleteQueue",
            "ListDeadLetterSourceQueues",
            "ListQueueTags",
            "TagQueue",
            "UntagQueue");
    private static final Set<String> BY_NAME = Set.of("GetQueueUrl", "CreateQueue");
    private static final Set<String> BY_SOURCE = Set.of("StartMessageMoveTask", "ListMessageMoveTasks");

    private final Arns arns;

    SqsCalls(Arns arns) {
        this.arns = arns;
    }

    @Override
    public List<Access> of(Guard.Call call) throws IOException {
        String operation = Arns.operation(call);
        if (operation.isEmpty()) {
            Map<String, String> form = Arns.query(call.target());
            form.putAll(Arns.form(new String(call.body(), StandardCharsets.UTF_8)));
            // The queue is a parameter, or the path itself.
            form.putIfAbsent("QueueUrl", Arns.path(call.target()));
            return List.of(access(form.getOrDefault("Action", ""), form));
        }
        Set<String> field = BY_NAME.contains(operation)
                ? Set.of("QueueName")
                : BY_SOURCE.contains(operation) ? Set.of("SourceArn") : Set.of("QueueUrl");
        boolean isOnNone = operation.equals("ListQueues");
        return List.of(access(operation, isOnNone ? Map.of() : Bodies.texts(call.body(), field, 1)));
    }

    private Access access(String operation, Map<String, String> fields) {
        String action = "sqs:" + BATCHES.getOrDefault(operation, operation);
        if (BY_NAME.contains(operation)) {
            return Access.to(action, arns.arn("sqs", fields.getOrDefault("QueueName", "")));
        }
        if (BY_SOURCE.contains(operation)) {
            return Access.to(action, fields.getOrDefault("SourceArn", ""));
        }
        if (operation.equals("ListQueues")) {
            return Access.to(action, "*");
        }
        if (!ON_A_QUEUE.contains(operation) && !BATCHES.containsKey(operation)) {
            throw new UnknownCallException(action);
        }
        String url = fields.getOrDefault("QueueUrl", "");
        return Access.to(action, arns.arn("sqs", Arns.segment(url.substring(url.lastIndexOf('/') + 1))));
    }
}

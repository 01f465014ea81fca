package io.triggerflow.local.lambda;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A queue that feeds a function. The limits are those of CreateEventSourceMapping for SQS.
 * Pollers of one's own (ProvisionedPollerConfig) are not different here: they scale sooner and further than one machine does.
 *
 * @param uuid               its id
 * @param queueArn           the source
 * @param function           the function's name
 * @param qualifier          version or alias to invoke
 * @param batchSize          1 to 10,000; above 10 only with a window, and never on a FIFO queue
 * @param windowSeconds      0 to 300: how long a batch may wait to fill up
 * @param partialResponses   ReportBatchItemFailures
 * @param maximumConcurrency 2 to 1,000 batches at a time
 * @param filters            event patterns, any of which lets a message pass; none lets all pass
 * @param enabled            whether it polls
 * @param modified           when it was last changed
 */
record EventSourceMapping(
        String uuid,
        String queueArn,
        String function,
        Optional<String> qualifier,
        int batchSize,
        int windowSeconds,
        boolean partialResponses,
        OptionalInt maximumConcurrency,
        List<String> filters,
        boolean enabled,
        Instant modified) {

    EventSourceMapping {
        filters = List.copyOf(filters);
        if (!queueArn.matches("arn:[a-z-]+:sqs:[^:]+:\\d{12}:.+")) {
            throw LambdaException.invalid("Expected EventSourceArn to be a queue's ARN, but got " + queueArn);
        }
        if (batchSize < 1 || batchSize > (queueArn.endsWith(".fifo") ? 10 : 10_000)) {
            throw LambdaException.invalid("Expected BatchSize from 1 to " + (queueArn.endsWith(".fifo") ? 10 : 10_000)
                    + ", but got " + batchSize);
        }
        if (windowSeconds < 0 || windowSeconds > 300 || (windowSeconds > 0 && queueArn.endsWith(".fifo"))) {
            throw LambdaException.invalid(
                    "Expected MaximumBatchingWindowInSeconds from 0 to 300 on a standard queue, but got "
                            + windowSeconds);
        }
        if (batchSize > 10 && windowSeconds < 1) {
            throw LambdaException.invalid(
                    "Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10");
        }
        if (maximumConcurrency.isPresent()
                && (maximumConcurrency.getAsInt() < 2 || maximumConcurrency.getAsInt() > 1000)) {
            throw LambdaException.invalid("Expected ScalingConfig.MaximumConcurrency from 2 to 1000, but got "
                    + maximumConcurrency.getAsInt());
        }
    }

    /** A new one from a CreateEventSourceMapping body, or this body's wishes over AWS's defaults. */
    static EventSourceMapping create(String uuid, FunctionName function, JsonNode body, Instant now) {
        return new EventSourceMapping(
                        uuid,
                        body.path("EventSourceArn").asText(""),
                        function.name(),
                        function.qualifier(),
                        10,
                        0,
                        false,
                        OptionalInt.empty(),
                        List.of(),
                        true,
                        now)
                .with(body, now);
    }

    EventSourceMapping with(JsonNode body, Instant now) {
        JsonNode concurrency = body.path("ScalingConfig").path("MaximumConcurrency");
        // Both at once: a batch size above 10 is right only together with its window.
        return new EventSourceMapping(
                uuid,
                queueArn,
                function,
                qualifier,
                body.path("BatchSize").asInt(batchSize),
                body.path("MaximumBatchingWindowInSeconds").asInt(windowSeconds),
                body.has("FunctionResponseTypes")
                        ? texts(body.path("FunctionResponseTypes")).contains("ReportBatchItemFailures")
                        : partialResponses,
                body.has("ScalingConfig")
                        ? (concurrency.isMissingNode() ? OptionalInt.empty() : OptionalInt.of(concurrency.asInt(0)))
                        : maximumConcurrency,
                body.has("FilterCriteria")
                        ? patterns(body.path("FilterCriteria").path("Filters"))
                        : filters,
                body.path("Enabled").asBoolean(enabled),
                now);
    }

    String queueName() {
        return queueArn.substring(queueArn.lastIndexOf(':') + 1);
    }

    String account() {
        return queueArn.split(":")[4];
    }

    String region() {
        return queueArn.split(":")[3];
    }

    /** As the API answers it. */
    ObjectNode json(String functionArn) {
        ObjectNode json = Wire.object()
                .put("UUID", uuid)
                .put("EventSourceArn", queueArn)
                .put(
                        "EventSourceMappingArn",
                        functionArn.substring(0, functionArn.indexOf(":function:")) + ":event-source-mapping:" + uuid)
                .put("FunctionArn", functionArn + qualifier.map(q -> ":" + q).orElse(""))
                .put("BatchSize", batchSize)
                .put("MaximumBatchingWindowInSeconds", windowSeconds)
                .put("State", enabled ? "Enabled" : "Disabled")
                .put("StateTransitionReason", "USER_INITIATED")
                .put("LastModified", modified.toEpochMilli() / 1000.0);
        json.putArray("FunctionResponseTypes");
        if (partialResponses) {
            json.withArray("FunctionResponseTypes").add("ReportBatchItemFailures");
        }
        maximumConcurrency.ifPresent(most -> json.putObject("ScalingConfig").put("MaximumConcurrency", most));
        if (!filters.isEmpty()) {
            filters.forEach(pattern -> json.withObject("/FilterCriteria")
                    .withArray("Filters")
                    .addObject()
                    .put("Pattern", pattern));
        }
        return json;
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(node -> texts.add(node.asText()));
        return texts;
    }

    private static List<String> patterns(JsonNode filters) {
        List<String> patterns = new ArrayList<>();
        filters.forEach(filter -> patterns.add(filter.path("Pattern").asText()));
        return patterns;
    }
}

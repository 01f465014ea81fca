package io.triggerflow.local.lambda;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** The invocation record that a destination receives, version 1.0 (Lambda guide, "Capturing records of asynchronous invocations"). */
record DestinationRecord(boolean success, ObjectNode json) {

    static DestinationRecord succeeded(AcceptedEvent event, Invoker.Target target, Outcome outcome, Instant now) {
        return ended("Success", event, target, outcome, now);
    }

    static DestinationRecord exhausted(AcceptedEvent event, Invoker.Target target, Outcome outcome, Instant now) {
        return ended("RetriesExhausted", event, target, outcome, now);
    }

    /** The event grew too old before it could be run; there is no response to tell of. */
    static DestinationRecord aged(AcceptedEvent event, Invoker.Target target, Instant now) {
        return new DestinationRecord(false, base("EventAgeExceeded", event.attempts(), event, target, now));
    }

    private static DestinationRecord ended(
            String condition, AcceptedEvent event, Invoker.Target target, Outcome outcome, Instant now) {
        ObjectNode json = base(condition, event.attempts() + 1, event, target, now);
        ObjectNode response =
                json.putObject("responseContext").put("statusCode", 200).put("executedVersion", "$LATEST");
        outcome.error().ifPresent(error -> response.put("functionError", error));
        json.set("responsePayload", tree(outcome.payload()));
        return new DestinationRecord(outcome.error().isEmpty(), json);
    }

    private static ObjectNode base(
            String condition, int invokes, AcceptedEvent event, Invoker.Target target, Instant now) {
        String arn = target.arn().equals(target.function().spec().arn()) ? target.arn() + ":$LATEST" : target.arn();
        ObjectNode json = Wire.object()
                .put("version", "1.0")
                .put("timestamp", now.truncatedTo(ChronoUnit.MILLIS).toString());
        json.putObject("requestContext")
                .put("requestId", event.requestId())
                .put("functionArn", arn)
                .put("condition", condition)
                .put("approximateInvokeCount", invokes);
        json.set("requestPayload", tree(event.payload()));
        return json;
    }

    private static JsonNode tree(byte[] bytes) {
        if (bytes.length == 0) {
            return Wire.JSON.nullNode();
        }
        return Wire.parse(bytes).orElseGet(() -> TextNode.valueOf(new String(bytes, StandardCharsets.UTF_8)));
    }
}

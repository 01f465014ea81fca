package io.triggerflow.local.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;

/**
 * Disturbs standard queues as a distributed queue may: messages twice, late or overtaken, deletions lost, calls throttled.
 * FIFO queues only see throttling and lost deletions: SQS promises the rest. Only the JSON protocol is disturbed.
 */
public final class QueueDisturbance implements Disturbance {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final FaultPlan plan;
    private final Dice dup;
    private final Dice dropAck;
    private final Dice reorder;
    private final Dice delay;
    private final Dice throttle;

    /** Disturbs by a plan. */
    public QueueDisturbance(FaultPlan plan) {
        this.plan = plan;
        this.dup = new Dice(plan.dup(), plan.seed(), "queue dup");
        this.dropAck = new Dice(plan.dropAck(), plan.seed(), "queue drop-ack");
        this.reorder = new Dice(plan.reorder(), plan.seed(), "queue reorder");
        this.delay = new Dice(plan.delay(), plan.seed(), "queue delay");
        this.throttle = new Dice(plan.throttle(), plan.seed(), "queue throttle");
    }

    @Override
    public void disturb(Call call) throws IOException {
        switch (call.operation()) {
            case "SendMessage", "SendMessageBatch" -> send(call);
            case "DeleteMessage" -> {
                if (dropAck.roll()) {
                    call.reply(200, "", "{}");
                } else {
                    call.forward(call.body());
                }
            }
            case "DeleteMessageBatch" -> delete(call);
            case "ReceiveMessage" -> throttled(call);
            default -> call.forward(call.body());
        }
    }

    private boolean throttled(Call call) throws IOException {
        if (throttle.roll()) {
            call.reply(
                    400,
                    "ThrottlingException",
                    "{\"__type\":\"com.amazon.coral.availability#ThrottlingException\",\"message\":\"Rate exceeded (injected by --faults)\"}");
            return true;
        }
        if (call.operation().equals("ReceiveMessage")) {
            call.forward(call.body());
        }
        return false;
    }

    private void send(Call call) throws IOException {
        if (throttled(call)) {
            return;
        }
        ObjectNode request = (ObjectNode) JSON.readTree(call.body());
        if (request.path("QueueUrl").asText().endsWith(".fifo")) {
            call.forward(call.body());
            return;
        }
        ObjectNode twice = request.deepCopy();
        if (call.operation().equals("SendMessage")) {
            late(request);
            call.forward(JSON.writeValueAsBytes(request));
            if (dup.roll()) {
                call.aside(JSON.writeValueAsBytes(twice));
            }
            return;
        }
        request.path("Entries").forEach(entry -> late((ObjectNode) entry));
        call.forward(JSON.writeValueAsBytes(request));
        ArrayNode entries = twice.putArray("Entries");
        for (JsonNode entry : request.path("Entries")) {
            if (dup.roll()) {
                entries.add(entry);
            }
        }
        if (!entries.isEmpty()) {
            call.aside(JSON.writeValueAsBytes(twice));
        }
    }

    /** A second's delay lets the messages behind this one overtake it. */
    private void late(ObjectNode message) {
        if (reorder.roll()) {
            message.put("DelaySeconds", Math.max(1, message.path("DelaySeconds").asInt(0)));
        }
        if (delay.roll()) {
            message.put(
                    "DelaySeconds",
                    Math.min(
                            900,
                            message.path("DelaySeconds").asInt(0)
                                    + plan.delayTime().toSeconds()));
        }
    }

    private void delete(Call call) throws IOException {
        ObjectNode request = (ObjectNode) JSON.readTree(call.body());
        ArrayNode kept = JSON.createArrayNode();
        ArrayNode dropped = JSON.createArrayNode();
        request.path("Entries").forEach(entry -> (dropAck.roll() ? dropped : kept).add(entry));
        if (dropped.isEmpty()) {
            call.forward(call.body());
            return;
        }
        if (!kept.isEmpty()) {
            ObjectNode rest = request.deepCopy();
            rest.set("Entries", kept);
            call.aside(JSON.writeValueAsBytes(rest));
        }
        ObjectNode answer = JSON.createObjectNode();
        ArrayNode successful = answer.putArray("Successful");
        request.path("Entries")
                .forEach(entry ->
                        successful.addObject().put("Id", entry.path("Id").asText()));
        answer.putArray("Failed");
        call.reply(200, "", answer.toString());
    }
}

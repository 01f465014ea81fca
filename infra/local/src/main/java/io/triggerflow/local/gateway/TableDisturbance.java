package io.triggerflow.local.gateway;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Set;

/**
 * Disturbs tables as DynamoDB does under load and DynamoDB Local never does: throttled calls and transaction conflicts. A
 * disturbed call has no effect.
 */
public final class TableDisturbance implements Disturbance {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String NAMESPACE = "com.amazonaws.dynamodb.v20120810#";
    private static final Set<String> DATA = Set.of(
            "PutItem",
            "UpdateItem",
            "DeleteItem",
            "GetItem",
            "Query",
            "Scan",
            "BatchGetItem",
            "BatchWriteItem",
            "TransactWriteItems",
            "TransactGetItems");
    private static final Set<String> SINGLE_WRITES = Set.of("PutItem", "UpdateItem", "DeleteItem");

    private final Dice throttle;
    private final Dice which;
    private final Dice conflict;

    /** Disturbs by a plan. */
    public TableDisturbance(FaultPlan plan) {
        this.throttle = new Dice(plan.throttle(), plan.seed(), "table throttle");
        this.which = new Dice(0.5, plan.seed(), "table throttle kind");
        this.conflict = new Dice(plan.conflict(), plan.seed(), "table conflict");
    }

    @Override
    public void disturb(Call call) throws IOException {
        String operation = call.operation();
        if (DATA.contains(operation) && throttle.roll()) {
            boolean table = which.roll();
            error(
                    call,
                    table ? "ProvisionedThroughputExceededException" : "ThrottlingException",
                    JSON.createObjectNode()
                            .put("message", "Throughput exceeds the current capacity (injected by --faults)"));
        } else if (SINGLE_WRITES.contains(operation) && conflict.roll()) {
            error(
                    call,
                    "TransactionConflictException",
                    JSON.createObjectNode()
                            .put("message", "Transaction is ongoing for the item (injected by --faults)"));
        } else if (operation.equals("TransactWriteItems") && conflict.roll()) {
            cancel(call);
        } else {
            call.forward(call.body());
        }
    }

    private static void cancel(Call call) throws IOException {
        ObjectNode body = JSON.createObjectNode();
        ArrayNode reasons = JSON.createArrayNode();
        int items = JSON.readTree(call.body()).path("TransactItems").size();
        var codes = new StringBuilder("TransactionConflict");
        reasons.addObject().put("Code", "TransactionConflict").put("Message", "Transaction is ongoing for the item");
        for (int i = 1; i < items; i++) {
            reasons.addObject().put("Code", "None");
            codes.append(", None");
        }
        body.put(
                "Message",
                "Transaction cancelled, please refer cancellation reasons for specific reasons [" + codes + "]");
        body.set("CancellationReasons", reasons);
        error(call, "TransactionCanceledException", body);
    }

    private static void error(Call call, String type, ObjectNode body) throws IOException {
        body.put("__type", NAMESPACE + type);
        call.reply(400, type, body.toString());
    }
}

package io.triggerflow.local.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.triggerflow.local.usage.Usage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/** Counts the capacity units of DynamoDB requests: asks for them in each request, and reads them in each answer. */
final class CapacityTap {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Set<String> READS = Set.of("GetItem", "BatchGetItem", "Query", "Scan", "TransactGetItems");
    private static final Set<String> WRITES = Set.of("PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem");
    private static final int UNIT_BYTES = 1_024;

    private final Usage usage;

    CapacityTap(Usage usage) {
        this.usage = usage;
    }

    private static String operation(HttpHead head) {
        String target = head.first("X-Amz-Target").orElse("");
        return target.substring(target.indexOf('.') + 1);
    }

    /** The request with the question for its units. */
    byte[] ask(HttpHead head, byte[] body) {
        String operation = operation(head);
        if (!READS.contains(operation) && !WRITES.contains(operation)) {
            return body;
        }
        String text = new String(body, StandardCharsets.UTF_8);
        return text.startsWith("{\"") && !text.contains("\"ReturnConsumedCapacity\"")
                ? ("{\"ReturnConsumedCapacity\":\"TOTAL\"," + text.substring(1)).getBytes(StandardCharsets.UTF_8)
                : body;
    }

    /** Counts what an answer says was consumed. */
    void answered(HttpHead head, byte[] request, int status, byte[] answer) throws IOException {
        String operation = operation(head);
        if (operation.equals("TransactWriteItems")) {
            usage.consumed(0, transaction(JSON.readTree(request)));
        } else if (READS.contains(operation) && status == 200) {
            usage.consumed(units(JSON.readTree(answer).path("ConsumedCapacity")), 0);
        } else if (WRITES.contains(operation)) {
            // A write whose condition failed is billed too; DynamoDB does not say how much: the least.
            usage.consumed(0, status == 200 ? units(JSON.readTree(answer).path("ConsumedCapacity")) : 1);
        }
    }

    private static double units(JsonNode capacity) {
        if (capacity.isArray()) {
            double sum = 0;
            for (JsonNode table : capacity) {
                sum += units(table);
            }
            return sum;
        }
        return capacity.path("CapacityUnits").asDouble();
    }

    /** Two units a KB and item; an item that is only updated is taken as large as what the request says of it. */
    private static double transaction(JsonNode request) {
        double sum = 0;
        for (JsonNode item : request.path("TransactItems")) {
            JsonNode what = item.elements().hasNext() ? item.elements().next() : item;
            int bytes = what.path("Item").toString().length()
                    + what.path("Key").toString().length()
                    + what.path("ExpressionAttributeValues").toString().length();
            sum += 2 * Math.ceilDiv(Math.max(1, bytes), UNIT_BYTES);
        }
        return sum;
    }
}

package io.triggerflow.aws.event;

import io.triggerflow.aws.json.Json;
import io.triggerflow.core.model.Address;
import io.triggerflow.core.model.Event;
import io.triggerflow.core.model.EventTypes;
import io.triggerflow.core.model.Failure;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Records of Lambda's asynchronous destinations: the ends of launches. */
final class Destinations {
    /** A function may be faster than the writing of its receipt; after so many deliveries there is none. */
    private static final int RECEIPT_TRIES = 3;

    private static final String TIMED_OUT = "Sandbox.Timedout";

    private final Receipts receipts;

    Destinations(Receipts receipts) {
        this.receipts = receipts;
    }

    Translated translate(Map<String, Object> record, int receiveCount) {
        Map<String, Object> context = Json.object(record.get("requestContext"));
        String requestId = Json.text(context, "requestId", "");
        Optional<Address> address = Address.fromJson(
                        Json.object(record.get("requestPayload")).get(EventJson.ADDRESS))
                .or(() -> requestId.isEmpty() ? Optional.empty() : receipts.find(requestId));
        if (address.isEmpty() && receiveCount < RECEIPT_TRIES) {
            throw new NotYetException("Expected a receipt of request " + requestId + ", but there is none yet");
        }
        if (address.isEmpty()) {
            return Translated.rejected(
                    record,
                    "Expected the end of a launch of ours, but request " + requestId
                            + " was not launched by the engine");
        }
        return Translated.of(event(address.get(), record, context));
    }

    private static Event event(Address address, Map<String, Object> record, Map<String, Object> context) {
        boolean isSuccess = "Success".equals(context.get("condition"))
                && Json.object(record.get("responseContext")).get("functionError") == null;
        Object data = isSuccess
                ? withoutAddress(
                        record.get("responsePayload"),
                        Json.object(record.get("requestPayload")).get(EventJson.ADDRESS))
                : failure(address, record, Json.text(context, "condition", "")).toJson();
        String type = isSuccess ? EventTypes.TASK_SUCCEEDED : EventTypes.TASK_FAILED;
        Instant time = EventJson.parseTime(record.get("timestamp"));
        return Event.ofEngine(address.id(), type, address.task(), time, data, address.toExtensions());
    }

    /** A function that hands on its input, or a part of it, hands on our key: nobody asked for that. Most do not, and are not copied. */
    private static Object withoutAddress(Object value, Object address) {
        return mentions(value, address) ? stripped(value, address) : value;
    }

    private static Object stripped(Object value, Object address) {
        return switch (value) {
            case List<?> list -> {
                List<Object> rest = new ArrayList<>(list.size());
                list.forEach(inner -> rest.add(stripped(inner, address)));
                yield rest;
            }
            case Map<?, ?> map -> {
                Map<Object, Object> rest = new LinkedHashMap<>();
                map.forEach((key, inner) -> {
                    if (!isAddress(key, inner, address)) {
                        rest.put(key, stripped(inner, address));
                    }
                });
                yield rest;
            }
            case null, default -> value;
        };
    }

    private static boolean mentions(Object value, Object address) {
        return switch (value) {
            case Map<?, ?> map ->
                map.entrySet().stream()
                        .anyMatch(e -> isAddress(e.getKey(), e.getValue(), address) || mentions(e.getValue(), address));
            case List<?> list -> list.stream().anyMatch(inner -> mentions(inner, address));
            case null, default -> false;
        };
    }

    private static boolean isAddress(Object key, Object value, Object address) {
        return EventJson.ADDRESS.equals(key) && value != null && value.equals(address);
    }

    private static Failure failure(Address address, Map<String, Object> record, String condition) {
        Object response = record.get("responsePayload");
        if (!(response instanceof Map<?, ?>)) {
            String error = condition.isEmpty() || condition.equals("RetriesExhausted")
                    ? "Lambda.Unknown"
                    : "Lambda." + condition;
            return Failure.of(
                    error,
                    response == null
                            ? "Expected an answer of the function, but got none: " + condition
                            : Json.write(response),
                    address.task());
        }
        Map<String, Object> error = new LinkedHashMap<>(Json.object(response));
        if (!error.containsKey("errorType")
                && Json.text(error, "errorMessage", "").contains("Task timed out")) {
            error.put("errorType", TIMED_OUT);
        }
        return Failure.fromJson(error, address.task());
    }
}

package io.triggerflow.aws.handler;

import io.triggerflow.aws.json.Json;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpFullResponse;

/**
 * AWS as it is while a function is primed: what the SDK's clients send goes nowhere, and they are answered as if it had gone somewhere. Items
 * are kept in memory as far as they are put whole, messages and payloads until they are taken; everything else is accepted and forgotten.
 * Thread-safe.
 */
final class NowhereHttpClient implements SdkHttpClient {
    private static final int ACCEPTED = 202;

    private final Map<Object, Object> items = new HashMap<>();
    private final List<String> messages = new ArrayList<>();
    private final List<Object> payloads = new ArrayList<>();

    /** The messages that were sent to queues since the last call. */
    synchronized List<String> messages() {
        List<String> taken = List.copyOf(messages);
        messages.clear();
        return taken;
    }

    /** The payloads with which functions were launched since the last call. */
    synchronized List<Object> payloads() {
        List<Object> taken = List.copyOf(payloads);
        payloads.clear();
        return taken;
    }

    @Override
    public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
        return new ExecutableHttpRequest() {
            @Override
            public HttpExecuteResponse call() throws IOException {
                return answer(request);
            }

            @Override
            public void abort() {
                // Nothing is under way.
            }
        };
    }

    private synchronized HttpExecuteResponse answer(HttpExecuteRequest request) throws IOException {
        String body = "";
        if (request.contentStreamProvider().isPresent()) {
            try (InputStream in = request.contentStreamProvider().get().newStream()) {
                body = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            }
        }
        String target =
                request.httpRequest().firstMatchingHeader("X-Amz-Target").orElse("");
        boolean invocation =
                target.isEmpty() && request.httpRequest().encodedPath().endsWith("/invocations");
        if (invocation) {
            payloads.add(Json.read(body));
        }
        String json = invocation || target.isEmpty()
                ? ""
                : Json.write(answer(target.substring(target.indexOf('.') + 1), Json.readObject(body)));
        return HttpExecuteResponse.builder()
                .response(SdkHttpFullResponse.builder()
                        .statusCode(invocation ? ACCEPTED : 200)
                        .putHeader("x-amzn-RequestId", "nowhere")
                        .build())
                .responseBody(
                        AbortableInputStream.create(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8))))
                .build();
    }

    private Map<String, Object> answer(String operation, Map<String, Object> request) {
        return switch (operation) {
            case "PutItem" -> {
                put(request);
                yield Map.of();
            }
            case "TransactWriteItems" -> {
                Json.list(request.get("TransactItems"))
                        .forEach(item -> put(Json.object(Json.object(item).get("Put"))));
                yield Map.of();
            }
            case "GetItem" -> {
                Object item = items.get(request.get("Key"));
                yield item == null ? Map.of() : Map.of("Item", item);
            }
            case "BatchGetItem" -> Map.of("Responses", Map.of(), "UnprocessedKeys", Map.of());
            case "BatchWriteItem" -> Map.of("UnprocessedItems", Map.of());
            case "Query" -> Map.of("Items", List.of(), "Count", 0);
            case "SendMessageBatch" -> {
                Json.list(request.get("Entries"))
                        .forEach(entry -> messages.add(Json.text(Json.object(entry), "MessageBody", "")));
                yield Map.of("Successful", List.of(), "Failed", List.of());
            }
            case "PutEvents" -> Map.of("FailedEntryCount", 0, "Entries", List.of(Map.of("EventId", "nowhere")));
            default -> Map.of();
        };
    }

    /** By the key's two attributes, which every item has. */
    private void put(Map<String, Object> request) {
        Map<String, Object> item = Json.object(request.get("Item"));
        if (!item.isEmpty()) {
            items.put(Map.of("p", item.get("p"), "s", item.get("s")), item);
        }
    }

    @Override
    public String clientName() {
        return "Nowhere";
    }

    @Override
    public void close() {
        // Holds nothing.
    }
}

package io.triggerflow.tests.asl;

import io.triggerflow.asl.interpret.Effect;
import io.triggerflow.asl.interpret.Envelope;
import io.triggerflow.asl.interpret.Outcome;
import io.triggerflow.asl.json.Json;
import io.triggerflow.asl.json.JsonException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a case's functions, mocks and buckets answer. */
final class Services {
    private static final String REQUEST = "00000000-0000-4000-8000-000000000000";
    private final Functions functions;
    private final Mocks mocks;
    private final Map<?, ?> buckets;

    Services(AslCase test) {
        functions = new Functions(test.functions());
        mocks = new Mocks(test.mock());
        buckets = test.s3();
    }

    /** @param seconds until the outcome is there */
    record Reply(Outcome outcome, long seconds) {}

    Reply invoke(Effect.InvokeFunction call) {
        Optional<Map<?, ?>> mock = mocks.next(call.frame().state());
        if (mock.isPresent()) {
            return new Reply(mocked(mock.get(), call), 0);
        }
        if (!functions.has(call.function())) {
            return new Reply(new Outcome.Failed("Lambda.ResourceNotFoundException", missing(call.function())), 0);
        }
        Functions.Answer answer = functions.invoke(call.function(), call.payload());
        if (answer.failed()) {
            return new Reply(Outcome.Failed.ofFunction(answer.payload()), answer.seconds());
        }
        Object value = parse(answer.payload());
        Object result = call.envelope() ? Envelope.of(value, "$LATEST", call.logs() ? "log" : null, REQUEST) : value;
        return new Reply(
                call.forToken() ? new Outcome.Submitted(result) : new Outcome.Succeeded(result), answer.seconds());
    }

    private static String missing(String function) {
        String arn =
                function.startsWith("arn:") ? function : "arn:aws:lambda:us-east-1:111111111111:function:" + function;
        return "Function not found: " + arn + " (Service: Lambda, Status Code: 404, Request ID: " + REQUEST + ")";
    }

    private static Outcome mocked(Map<?, ?> mock, Effect.InvokeFunction call) {
        if (mock.get("Throw") instanceof Map<?, ?> thrown) {
            return new Outcome.Failed((String) thrown.get("Error"), (String) thrown.get("Cause"));
        }
        // Who waits for a token is mocked with what the token's holder says.
        if (!call.forToken() && mock.get("Return") instanceof Map<?, ?> envelope && envelope.containsKey("Payload")) {
            return new Outcome.Succeeded(
                    call.envelope()
                            ? Envelope.of(envelope.get("Payload"), "$LATEST", null, REQUEST)
                            : envelope.get("Payload"));
        }
        return new Outcome.Succeeded(mock.get("Return"));
    }

    /** A service: as mocked, or nobody answers. */
    Optional<Reply> call(Effect.CallService call) {
        return mocks.next(call.frame().state())
                .map(mock -> mock.get("Throw") instanceof Map<?, ?> thrown
                        ? new Reply(new Outcome.Failed((String) thrown.get("Error"), (String) thrown.get("Cause")), 0)
                        : new Reply(new Outcome.Succeeded(mock.get("Return")), 0));
    }

    Outcome read(Effect.ReadItems read) {
        Map<?, ?> arguments = (Map<?, ?>) read.arguments();
        if (!(buckets.get(arguments.get("Bucket")) instanceof Map<?, ?> bucket)) {
            return new Outcome.Failed("States.ItemReaderFailed", "The specified bucket does not exist");
        }
        if (read.resource().action().equals("listObjectsV2")) {
            List<Object> objects = new ArrayList<>();
            String prefix = arguments.get("Prefix") instanceof String text ? text : "";
            bucket.forEach((key, text) -> {
                if (key.toString().startsWith(prefix)) {
                    objects.add(listed(key.toString(), text.toString()));
                }
            });
            return read.loads()
                    ? new Outcome.Loaded(objects.stream()
                            .map(object ->
                                    bucket.get(((Map<?, ?>) object).get("Key")).toString())
                            .toList())
                    : new Outcome.Listed(objects);
        }
        Object text = bucket.get(arguments.get("Key"));
        return text == null
                ? new Outcome.Failed("States.ItemReaderFailed", "The specified key does not exist")
                : new Outcome.Read(text.toString());
    }

    private static Map<String, Object> listed(String key, String text) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("Etag", "\"00000000000000000000000000000000\"");
        object.put("Key", key);
        object.put("LastModified", 1_700_000_000);
        object.put("Size", text.getBytes(StandardCharsets.UTF_8).length);
        object.put("StorageClass", "STANDARD");
        return object;
    }

    private static Object parse(String text) {
        try {
            return Json.parse(text);
        } catch (JsonException e) {
            throw new IllegalArgumentException("Expected JSON from a function, but got " + text, e);
        }
    }
}

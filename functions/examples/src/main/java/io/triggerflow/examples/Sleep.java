package io.triggerflow.examples;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A task that takes time. Input {@code {"seconds": 0.5, "result": any, "fail": "message"?, "kilobytes": 900?}}; output {@code {"result": any}}, after that time;
 * with {@code fail} an {@link IllegalStateException} of that message, with {@code kilobytes} a text of that length as the result. At most 900 seconds, the longest time of a Lambda function.
 * Stateless; thread-safe.
 */
public final class Sleep implements RequestHandler<Map<String, Object>, Map<String, Object>> {
    private static final double MAX_SECONDS = 900;

    @Override
    public Map<String, Object> handleRequest(Map<String, Object> input, Context context) {
        Object seconds = input.get("seconds") == null ? Integer.valueOf(0) : input.get("seconds");
        if (!(seconds instanceof Number number)
                || !(number.doubleValue() >= 0 && number.doubleValue() <= MAX_SECONDS)) {
            throw new IllegalArgumentException(
                    "Expected seconds to be a number from 0 to " + MAX_SECONDS + ", but got " + seconds);
        }
        try {
            Thread.sleep(Duration.ofMillis(Math.round(number.doubleValue() * 1_000)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Expected to sleep for " + seconds + " s, but was interrupted", e);
        }
        if (input.get("fail") instanceof String message) {
            throw new IllegalStateException(message);
        }
        Map<String, Object> output = new LinkedHashMap<>();
        output.put(
                "result",
                input.get("kilobytes") instanceof Number kilobytes
                        ? "x".repeat(kilobytes.intValue() * 1024)
                        : input.get("result"));
        return output;
    }
}

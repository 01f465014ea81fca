package io.triggerflow.tests.originals;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import java.util.Map;

/** A function that tells what it was given, and by which name. Stateless; thread-safe. */
public final class Echo implements RequestHandler<Map<String, Object>, Map<String, Object>> {
    @Override
    public Map<String, Object> handleRequest(Map<String, Object> input, Context context) {
        return Map.of(
                "input",
                input,
                "keys",
                input.keySet().stream().sorted().toList(),
                "address",
                input.getOrDefault("__triggerflow", Map.of()),
                "arn",
                context.getInvokedFunctionArn(),
                "region",
                System.getenv("AWS_REGION"));
    }
}

package io.triggerflow.asl.teststate;

import io.triggerflow.asl.json.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** The inspectionData of a response. */
final class Inspection {
    private static final Set<String> NUMBERS =
            Set.of("maxConcurrency", "toleratedFailureCount", "toleratedFailurePercentage");
    private static final Set<String> ERRORS = Set.of("retryIndex", "retryBackoffIntervalSeconds", "catchIndex");

    /** What the response itself has. */
    private static final Set<String> SAID = Set.of("error", "cause");

    private Inspection() {}

    static Map<String, Object> of(Request request, Map<String, Object> stages) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("input", Json.write(request.input()));
        Map<String, Object> errors = new LinkedHashMap<>();
        stages.forEach((stage, value) -> {
            if (ERRORS.contains(stage)) {
                errors.put(stage, value);
            } else if (!SAID.contains(stage)) {
                data.put(stage, NUMBERS.contains(stage) ? value : Json.write(value));
            }
        });
        if (!errors.isEmpty()) {
            data.put("errorDetails", errors);
        }
        if (!request.variables().isEmpty()) {
            data.put("variables", Json.write(request.variables()));
        }
        return data;
    }
}

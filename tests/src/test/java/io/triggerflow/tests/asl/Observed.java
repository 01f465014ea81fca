package io.triggerflow.tests.asl;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a driver saw of a case, in the fields of the case's {@code expected}.
 *
 * @param fields status, output, error, cause, message, validate_response; for TestState the response
 * @param history types of events with the states' names: "PassStateEntered Start"
 */
record Observed(Map<String, Object> fields, List<String> history) {
    static Observed of(String status, String field, Object value) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("status", status);
        fields.put(field, value);
        return new Observed(fields, List.of());
    }
}

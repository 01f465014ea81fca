package io.triggerflow.tests.asl;

import io.triggerflow.asl.json.Json;
import io.triggerflow.asl.json.JsonException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The functions of a case, by their simulated kinds. */
final class Functions {
    private final Map<?, ?> functions;

    Functions(Map<?, ?> functions) {
        this.functions = functions;
    }

    /**
     * @param payload JSON text
     * @param failed whether the payload is an error
     * @param seconds how long it took
     */
    record Answer(String payload, boolean failed, long seconds) {}

    boolean has(String nameOrArn) {
        return functions.containsKey(name(nameOrArn));
    }

    static String name(String nameOrArn) {
        String[] parts = nameOrArn.split(":");
        return nameOrArn.startsWith("arn:") && parts.length > 6 ? parts[6] : parts[0];
    }

    Answer invoke(String nameOrArn, String payload) {
        return answer((Map<?, ?>) functions.get(name(nameOrArn)), payload);
    }

    private static Answer answer(Map<?, ?> function, String payload) {
        return switch (String.valueOf(function.get("kind"))) {
            case "echo" -> new Answer(payload, false, 0);
            case "return" -> new Answer(Json.write(function.get("value")), false, 0);
            case "return_bytes" -> new Answer(String.valueOf(function.get("text")), false, 0);
            case "return_format" ->
                new Answer(
                        Json.write(String.valueOf(function.get("format")).replace("{event}", python(parse(payload)))),
                        false,
                        0);
            case "return_repeat" ->
                new Answer(
                        Json.write(String.valueOf(function.get("char"))
                                .repeat(((Number) function.get("count")).intValue())),
                        false,
                        0);
            case "raise" -> new Answer(error(function), true, 0);
            case "sleep" -> {
                Answer then = function.get("then") instanceof Map<?, ?> map
                        ? answer(map, payload)
                        : new Answer("null", false, 0);
                yield new Answer(
                        then.payload(), then.failed(), then.seconds() + ((Number) function.get("seconds")).longValue());
            }
            default -> throw new IllegalArgumentException("Expected a known kind of function, but got " + function);
        };
    }

    private static String error(Map<?, ?> function) {
        Map<String, Object> error = new LinkedHashMap<>();
        error.put("errorMessage", function.get("errorMessage"));
        error.put("errorType", function.get("errorType"));
        error.put("requestId", "00000000-0000-4000-8000-000000000000");
        error.put("stackTrace", List.of());
        return Json.write(error);
    }

    private static Object parse(String text) {
        try {
            return Json.parse(text);
        } catch (JsonException e) {
            return text;
        }
    }

    /** Python's str() of a value. */
    private static String python(Object value) {
        return value instanceof String text ? text : repr(value);
    }

    private static String repr(Object value) {
        return switch (value) {
            case null -> "None";
            case Boolean flag -> flag ? "True" : "False";
            case String text ->
                text.contains("'") && !text.contains("\"")
                        ? "\"" + text + "\""
                        : "'" + text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n") + "'";
            case List<?> list ->
                "[" + String.join(", ", list.stream().map(Functions::repr).toList()) + "]";
            case Map<?, ?> map ->
                "{"
                        + String.join(
                                ", ",
                                map.entrySet().stream()
                                        .map(e -> repr(e.getKey()) + ": " + repr(e.getValue()))
                                        .toList())
                        + "}";
            default -> value.toString();
        };
    }
}

package io.triggerflow.asl.teststate;

import io.triggerflow.asl.json.Json;
import io.triggerflow.asl.json.JsonException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the answers of some APIs look like, from {@code apis.json}: a field is an object, a list, or a text with type and bounds; "!" before
 * its name says that it is required. An API that is not in it has any answer.
 */
final class ApiShapes {
    private final Map<?, ?> apis;

    ApiShapes() {
        try (InputStream in = ApiShapes.class.getResourceAsStream("apis.json")) {
            apis = (Map<?, ?>) Json.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (JsonException e) {
            throw new IllegalStateException("Expected apis.json to be JSON, but: " + e.getMessage(), e);
        }
    }

    /** What is wrong with an API's answer. */
    Optional<String> problem(String api, Object answer, Mock.Validation validation) {
        if (validation == Mock.Validation.NONE || !(apis.get(api) instanceof Map<?, ?> shape)) {
            return Optional.empty();
        }
        return problem(shape, answer, "Result", validation == Mock.Validation.STRICT);
    }

    private static Optional<String> problem(Object shape, Object value, String field, boolean strict) {
        return switch (shape) {
            case Map<?, ?> fields -> object(fields, value, field, strict);
            case List<?> list -> array(list.getFirst(), value, field, strict);
            default -> scalar(shape.toString().split(" "), value, field);
        };
    }

    private static Optional<String> object(Map<?, ?> fields, Object value, String field, boolean strict) {
        if (!(value instanceof Map<?, ?> map)) {
            return Optional.of("Field '" + field + "' must be an object");
        }
        for (Map.Entry<?, ?> entry : fields.entrySet()) {
            String key = entry.getKey().toString();
            String name = key.startsWith("!") ? key.substring(1) : key;
            if (map.containsKey(name)) {
                Optional<String> problem = problem(entry.getValue(), map.get(name), name, strict);
                if (problem.isPresent()) {
                    return problem;
                }
            } else if (strict && !name.equals(key)) {
                return Optional.of("Required field '" + name + "' is missing");
            }
        }
        return Optional.empty();
    }

    private static Optional<String> array(Object shape, Object value, String field, boolean strict) {
        if (!(value instanceof List<?> list)) {
            return Optional.of("Field '" + field + "' must be an array");
        }
        return list.stream()
                .map(item -> problem(shape, item, field, strict))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static Optional<String> scalar(String[] shape, Object value, String field) {
        String place = "Field '" + field + "' ";
        return switch (shape[0]) {
            case "boolean" -> value instanceof Boolean ? Optional.empty() : Optional.of(place + "must be a boolean");
            case "number" -> number(shape, value, place);
            case "enum" -> {
                if (!(value instanceof String text)) {
                    yield Optional.of(place + "must be a string");
                }
                yield Arrays.asList(shape).indexOf(text) > 0
                        ? Optional.empty()
                        : Optional.of(place + "is not an expected value");
            }
            default -> text(shape, value, place);
        };
    }

    private static Optional<String> number(String[] shape, Object value, String place) {
        if (!(value instanceof Number number)) {
            return Optional.of(place + "must be a number");
        }
        BigDecimal exact = Json.decimal(number);
        if (shape.length > 1 && exact.compareTo(new BigDecimal(shape[1])) < 0) {
            return Optional.of(place + "is less than the minimum value");
        }
        if (shape.length > 2 && exact.compareTo(new BigDecimal(shape[2])) > 0) {
            return Optional.of(place + "exceeds the maximum value");
        }
        return Optional.empty();
    }

    private static Optional<String> text(String[] shape, Object value, String place) {
        if (!(value instanceof String text)) {
            return Optional.of(place + "must be a string");
        }
        if (shape.length > 1 && text.length() < Integer.parseInt(shape[1])) {
            return Optional.of(place + "is smaller than the minimum length");
        }
        if (shape.length > 2 && text.length() > Integer.parseInt(shape[2])) {
            return Optional.of(place + "exceeds the maximum length");
        }
        return Optional.empty();
    }
}

package io.triggerflow.asl.data;

import io.triggerflow.asl.json.Json;
import io.triggerflow.asl.model.Operator;
import io.triggerflow.asl.model.Test;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Optional;

/** Decides the tests of a JSONPath Choice. A value of another type than the operator's never matches. Thread-safe. */
public final class Choices {
    private final PathLanguage paths;

    public Choices(PathLanguage paths) {
        this.paths = paths;
    }

    /** Whether a test holds. Throws {@link StateFailure} when a path finds nothing (but for IsPresent). */
    public boolean holds(Test test, Scope scope) {
        return switch (test) {
            case Test.And and -> and.all().stream().allMatch(t -> holds(t, scope));
            case Test.Or or -> or.any().stream().anyMatch(t -> holds(t, scope));
            case Test.Not not -> !holds(not.negated(), scope);
            case Test.Comparison comparison -> compare(comparison, scope);
        };
    }

    private boolean compare(Test.Comparison test, Scope scope) {
        PathLanguage.Found found = paths.read(test.variable(), scope);
        if (test.operator() == Operator.IS_PRESENT) {
            return found.present() == (Boolean) test.operand();
        }
        Object value = required(found, test.variable());
        Object operand = test.byPath()
                ? required(paths.read((String) test.operand(), scope), (String) test.operand())
                : test.operand();
        return holds(test.operator(), value, operand);
    }

    private static Object required(PathLanguage.Found found, String path) {
        if (!found.present()) {
            throw StateFailure.runtime(
                    "Invalid path '" + path + "': The choice state's condition path references an invalid value.");
        }
        return found.value();
    }

    private static boolean holds(Operator operator, Object value, Object operand) {
        return switch (operator) {
            case STRING_EQUALS -> strings(value, operand).filter(c -> c == 0).isPresent();
            case STRING_LESS_THAN -> strings(value, operand).filter(c -> c < 0).isPresent();
            case STRING_GREATER_THAN ->
                strings(value, operand).filter(c -> c > 0).isPresent();
            case STRING_LESS_THAN_EQUALS ->
                strings(value, operand).filter(c -> c <= 0).isPresent();
            case STRING_GREATER_THAN_EQUALS ->
                strings(value, operand).filter(c -> c >= 0).isPresent();
            case STRING_MATCHES -> value instanceof String text && Wildcards.matches((String) operand, text);
            case NUMERIC_EQUALS -> numbers(value, operand).filter(c -> c == 0).isPresent();
            case NUMERIC_LESS_THAN -> numbers(value, operand).filter(c -> c < 0).isPresent();
            case NUMERIC_GREATER_THAN ->
                numbers(value, operand).filter(c -> c > 0).isPresent();
            case NUMERIC_LESS_THAN_EQUALS ->
                numbers(value, operand).filter(c -> c <= 0).isPresent();
            case NUMERIC_GREATER_THAN_EQUALS ->
                numbers(value, operand).filter(c -> c >= 0).isPresent();
            case BOOLEAN_EQUALS -> value instanceof Boolean && value.equals(operand);
            case TIMESTAMP_EQUALS -> times(value, operand).filter(c -> c == 0).isPresent();
            case TIMESTAMP_LESS_THAN -> times(value, operand).filter(c -> c < 0).isPresent();
            case TIMESTAMP_GREATER_THAN ->
                times(value, operand).filter(c -> c > 0).isPresent();
            case TIMESTAMP_LESS_THAN_EQUALS ->
                times(value, operand).filter(c -> c <= 0).isPresent();
            case TIMESTAMP_GREATER_THAN_EQUALS ->
                times(value, operand).filter(c -> c >= 0).isPresent();
            case IS_NULL -> (value == null) == (Boolean) operand;
            case IS_PRESENT -> (Boolean) operand;
            case IS_NUMERIC -> value instanceof Number == (Boolean) operand;
            case IS_STRING -> value instanceof String == (Boolean) operand;
            case IS_BOOLEAN -> value instanceof Boolean == (Boolean) operand;
            case IS_TIMESTAMP -> Timestamps.parse(value).isPresent() == (Boolean) operand;
        };
    }

    private static Optional<Integer> strings(Object a, Object b) {
        return a instanceof String x && b instanceof String y ? Optional.of(x.compareTo(y)) : Optional.empty();
    }

    private static Optional<Integer> numbers(Object a, Object b) {
        if (!(a instanceof Number x && b instanceof Number y)) {
            return Optional.empty();
        }
        BigDecimal left = Json.decimal(x);
        return Optional.of(left.compareTo(Json.decimal(y)));
    }

    private static Optional<Integer> times(Object a, Object b) {
        Optional<Instant> left = Timestamps.parse(a);
        return left.flatMap(x -> Timestamps.parse(b).map(x::compareTo));
    }
}

package io.triggerflow.core.expression;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Turns what an expression gave into plain Java JSON of a bounded size. */
final class Plain {
    private static final int MAX_DEPTH = 200;
    private int left;

    private Plain(int maxNodes) {
        left = maxNodes;
    }

    /** A copy in plain Java JSON; throws {@link ExpressionException} for functions, and for what is too large or too deep. */
    static Object of(Object value, int maxNodes) {
        return new Plain(maxNodes).copy(value, 0);
    }

    private Object copy(Object value, int depth) {
        if (--left < 0) {
            throw new ExpressionException("Expected a result of bounded size, but it has too many values");
        }
        if (depth > MAX_DEPTH) {
            throw new ExpressionException("Expected a result nested at most " + MAX_DEPTH + " deep, but it is deeper");
        }
        if (value instanceof Double d && !Double.isFinite(d) || value instanceof Float f && !Float.isFinite(f)) {
            throw new ExpressionException("Expected numbers that JSON has, but got " + value);
        }
        if (value == null || value instanceof String || value instanceof Number || value instanceof Boolean) {
            return value;
        }
        if (value instanceof Map<?, ?> map) {
            Map<String, Object> copy = new LinkedHashMap<>();
            map.forEach((k, v) -> copy.put(String.valueOf(k), copy(v, depth + 1)));
            return copy;
        }
        if (value instanceof List<?> list) {
            List<Object> copy = new ArrayList<>(list.size());
            for (Object item : list) {
                copy.add(copy(item, depth + 1));
            }
            return copy;
        }
        throw new ExpressionException(
                "Expected JSON as the result, but got a " + value.getClass().getSimpleName());
    }
}

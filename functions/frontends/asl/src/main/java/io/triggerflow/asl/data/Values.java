package io.triggerflow.asl.data;

import com.dashjoin.jsonata.Jsonata;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Values between plain Java JSON and JSONata's: null is a value of its own there, and numbers are doubles. */
final class Values {
    private static final int MAX_NODES = 500_000;
    private static final int MAX_DEPTH = 400;
    private static final double WHOLE = 9_007_199_254_740_992.0;

    private int left = MAX_NODES;

    /** One for each result: what it may hold is counted, also over several expressions of one template. */
    Values() {}

    /** A value that JSON has not, such as a function. */
    static final class NotJson extends RuntimeException {
        private static final long serialVersionUID = 1L;

        NotJson(String message) {
            super(message, null, false, false);
        }
    }

    /** A value that is larger than what an evaluation may make. */
    static final class TooLarge extends RuntimeException {
        private static final long serialVersionUID = 1L;

        TooLarge() {
            super("Expression evaluation memory limit exceeded: Check for excessive memory usage", null, false, false);
        }
    }

    /** For JSONata to read: null becomes its null, decimals become doubles. */
    static Object in(Object value) {
        return switch (value) {
            case null -> Jsonata.NULL_VALUE;
            case Map<?, ?> map -> {
                Map<String, Object> copy = new LinkedHashMap<>();
                map.forEach((k, v) -> copy.put(String.valueOf(k), in(v)));
                yield copy;
            }
            case List<?> list -> {
                List<Object> copy = new ArrayList<>(list.size());
                list.forEach(v -> copy.add(in(v)));
                yield copy;
            }
            case BigDecimal decimal -> number(decimal.doubleValue());
            case BigInteger big -> big.doubleValue();
            default -> value;
        };
    }

    /** What JSONata gave, as plain Java JSON; what is undefined inside is left out. The value itself must not be undefined. */
    Object out(Object value) {
        return copy(value, 0);
    }

    private Object copy(Object value, int depth) {
        if (--left < 0 || depth > MAX_DEPTH) {
            throw new TooLarge();
        }
        if (value == Jsonata.NULL_VALUE) {
            return null;
        }
        return switch (value) {
            case String text -> text;
            case Boolean flag -> flag;
            case Integer number -> number;
            case Long number -> Numbers.whole(number);
            case Number number -> number(number.doubleValue());
            case Map<?, ?> map -> object(map, depth);
            case List<?> list -> array(list, depth);
            case null, default -> throw new NotJson("not JSON");
        };
    }

    private Map<String, Object> object(Map<?, ?> map, int depth) {
        Map<String, Object> copy = new LinkedHashMap<>();
        map.forEach((k, v) -> {
            if (v != null) {
                copy.put(String.valueOf(k), copy(v, depth + 1));
            }
        });
        return copy;
    }

    private List<Object> array(List<?> list, int depth) {
        List<Object> copy = new ArrayList<>();
        for (Object item : list) {
            if (item != null) {
                copy.add(copy(item, depth + 1));
            }
        }
        return copy;
    }

    private static Number number(double value) {
        if (!Double.isFinite(value)) {
            throw new NotJson("Number out of range: " + value);
        }
        if (value == Math.rint(value) && Math.abs(value) <= WHOLE) {
            return Numbers.whole((long) value);
        }
        return value == Math.rint(value) || Math.abs(value) < 1e-6 ? (Number) value : BigDecimal.valueOf(value);
    }
}

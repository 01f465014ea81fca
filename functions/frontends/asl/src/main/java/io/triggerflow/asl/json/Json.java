package io.triggerflow.asl.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * JSON as plain Java: Map, List, String, Boolean, Integer, Long, BigInteger, BigDecimal, null. A number keeps the digits it was written
 * with ("0.0" stays "0.0"), a map the order of its keys. Values are never changed once they are made. Thread-safe.
 */
public final class Json {
    private static final int MAX_DEPTH = 500;
    private static final int MAX_TEXT = 20_000_000;
    private static final ObjectMapper STRICT = mapper(true);
    private static final ObjectMapper LENIENT = mapper(false);

    private Json() {}

    private static ObjectMapper mapper(boolean strict) {
        StreamReadConstraints bounds = StreamReadConstraints.builder()
                .maxNestingDepth(MAX_DEPTH)
                .maxStringLength(MAX_TEXT)
                .build();
        JsonFactory factory = JsonFactory.builder()
                .streamReadConstraints(bounds)
                .configure(StreamReadFeature.STRICT_DUPLICATE_DETECTION, strict)
                .build();
        return JsonMapper.builder(factory)
                .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .build();
    }

    /** The value of a JSON text; of two equal keys in one object the last counts. */
    public static Object parse(String text) throws JsonException {
        return read(LENIENT, text);
    }

    /** The value of a JSON text in which no object has the same key twice. */
    public static Object parseStrictly(String text) throws JsonException {
        return read(STRICT, text);
    }

    private static Object read(ObjectMapper mapper, String text) throws JsonException {
        try {
            if (text.isBlank()) {
                throw new JsonException("Expected JSON, but the text is empty");
            }
            return mapper.readValue(text, Object.class);
        } catch (JsonProcessingException e) {
            throw new JsonException(e.getOriginalMessage());
        }
    }

    /** The JSON text of a value, without spaces. */
    public static String write(Object value) {
        try {
            return LENIENT.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("Expected plain Java JSON, but got " + e.getOriginalMessage(), e);
        }
    }

    /**
     * Whether a value's JSON text has at most so many bytes of UTF-8. No text is made, and no more than that is counted: a value may hold
     * another one many times.
     */
    public static boolean fits(Object value, long bytes) {
        Counter counter = new Counter(bytes);
        try {
            LENIENT.writeValue(counter, value);
            return true;
        } catch (Counter.Full e) {
            return false;
        } catch (IOException e) {
            throw new IllegalArgumentException("Expected plain Java JSON, but got " + e.getMessage(), e);
        }
    }

    /** The length of a value's JSON text in UTF-8 bytes. */
    public static long size(Object value) {
        Counter counter = new Counter(Long.MAX_VALUE);
        try {
            LENIENT.writeValue(counter, value);
            return counter.count;
        } catch (IOException e) {
            throw new IllegalArgumentException("Expected plain Java JSON, but got " + e.getMessage(), e);
        }
    }

    /** Counts what is written to it, up to a limit. */
    private static final class Counter extends OutputStream {
        private final long limit;
        private long count;

        /** There is more than the limit. */
        private static final class Full extends IOException {
            private static final long serialVersionUID = 1L;
        }

        Counter(long limit) {
            this.limit = limit;
        }

        @Override
        public void write(int one) throws IOException {
            add(1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            add(length);
        }

        private void add(int length) throws IOException {
            count += length;
            if (count > limit) {
                throw new Full();
            }
        }
    }

    /** Whether two values are the same JSON: numbers by value, objects regardless of the order of keys. */
    public static boolean same(Object a, Object b) {
        if (a instanceof Number x && b instanceof Number y) {
            return decimal(x).compareTo(decimal(y)) == 0;
        }
        if (a instanceof Map<?, ?> x && b instanceof Map<?, ?> y) {
            return x.size() == y.size()
                    && x.entrySet().stream()
                            .allMatch(e -> y.containsKey(e.getKey()) && same(e.getValue(), y.get(e.getKey())));
        }
        if (a instanceof List<?> x && b instanceof List<?> y) {
            return x.size() == y.size()
                    && java.util.stream.IntStream.range(0, x.size()).allMatch(i -> same(x.get(i), y.get(i)));
        }
        return Objects.equals(a, b);
    }

    /** A number with all its digits. */
    public static BigDecimal decimal(Number number) {
        if (number instanceof BigDecimal exact) {
            return exact;
        }
        if (number instanceof BigInteger exact) {
            return new BigDecimal(exact);
        }
        if (number instanceof Integer || number instanceof Long || number instanceof Short || number instanceof Byte) {
            return BigDecimal.valueOf(number.longValue());
        }
        return BigDecimal.valueOf(number.doubleValue());
    }

    /** JSON's name of a value's type, as in messages: null, boolean, number, string, array, object. */
    public static String type(Object value) {
        if (value == null) {
            return "null";
        }
        if (value instanceof Boolean) {
            return "boolean";
        }
        if (value instanceof Number) {
            return "number";
        }
        if (value instanceof String) {
            return "string";
        }
        return value instanceof List ? "array" : "object";
    }
}

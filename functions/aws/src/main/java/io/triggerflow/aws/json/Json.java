package io.triggerflow.aws.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamWriteConstraints;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * JSON text to and from plain Java: Map (in the text's order), List, String, Integer, Long, BigInteger, Double, Boolean, {@code null}.
 *
 * <p>On jackson-core's streams alone: data binding costs a cold start about as much as the whole of a DynamoDB request. Thread-safe.
 */
public final class Json {
    /** The deepest nesting that is accepted from outside; deeper JSON is parked. What the engine wraps around it adds a few levels. */
    public static final int MAX_DEPTH = 100;

    /** For what this deployment wrote itself: {@link #MAX_DEPTH} and every wrapping. */
    private static final int MAX_DEPTH_INSIDE = 400;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH_INSIDE)
                    .maxStringLength(20_000_000)
                    .maxNumberLength(400)
                    .maxNameLength(20_000)
                    .build())
            .streamWriteConstraints(StreamWriteConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH_INSIDE)
                    .build())
            .build();

    private Json() {}

    /** A text that is no JSON, or is nested too deeply; the message says where. */
    public static final class MalformedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public MalformedException(String message) {
            super(message);
        }
    }

    /** Reads JSON from outside, nested up to {@link #MAX_DEPTH}. Throws {@link MalformedException}. */
    public static Object readForeign(String text) {
        return read(() -> FACTORY.createParser(text), MAX_DEPTH);
    }

    /** Reads JSON from inside this deployment. Throws {@link MalformedException}. */
    public static Object read(String text) {
        return read(() -> FACTORY.createParser(text), MAX_DEPTH_INSIDE);
    }

    /** Reads UTF-8 bytes from inside this deployment. Throws {@link MalformedException}. */
    public static Object read(byte[] utf8) {
        return read(() -> FACTORY.createParser(utf8), MAX_DEPTH_INSIDE);
    }

    /** Reads an object. Throws {@link MalformedException} when it is something else. */
    public static Map<String, Object> readObject(String text) {
        Map<String, Object> object = object(read(text));
        if (object.isEmpty() && !text.stripLeading().startsWith("{")) {
            throw new MalformedException("Expected a JSON object, but got something else");
        }
        return object;
    }

    /** The value as an object, or an empty one when it is none. */
    @SuppressWarnings("unchecked") // every Map of this class has String keys
    public static Map<String, Object> object(Object value) {
        return value instanceof Map<?, ?> map ? (Map<String, Object>) map : Map.of();
    }

    /** The value as a list, or an empty one when it is none. */
    public static List<?> list(Object value) {
        return value instanceof List<?> list ? list : List.of();
    }

    /** The text under a key, or another when there is none. */
    public static String text(Map<String, Object> object, String key, String otherwise) {
        return object.get(key) instanceof String s ? s : otherwise;
    }

    /** The whole number under a key, or another when there is none. */
    public static long number(Map<String, Object> object, String key, long otherwise) {
        return object.get(key) instanceof Number n ? n.longValue() : otherwise;
    }

    private interface Source {
        JsonParser open() throws IOException;
    }

    private static Object read(Source source, int depth) {
        try (JsonParser parser = source.open()) {
            if (parser.nextToken() == null) {
                throw new MalformedException("Expected JSON, but got an empty text");
            }
            Object value = value(parser, depth);
            if (parser.nextToken() != null) {
                throw new MalformedException("Expected one JSON value, but more follows" + at(parser));
            }
            return value;
        } catch (JsonProcessingException e) {
            throw new MalformedException("Expected JSON, but " + e.getOriginalMessage()
                    + (e.getLocation() == null
                            ? ""
                            : " at offset " + e.getLocation().getCharOffset()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String at(JsonParser parser) {
        return " at offset " + parser.currentLocation().getCharOffset();
    }

    private static Object value(JsonParser parser, int depth) throws IOException {
        JsonToken token = parser.currentToken();
        return switch (token) {
            case START_OBJECT -> object(parser, deeper(parser, depth));
            case START_ARRAY -> array(parser, deeper(parser, depth));
            case VALUE_STRING -> parser.getText();
            case VALUE_NUMBER_INT -> parser.getNumberValue();
            case VALUE_NUMBER_FLOAT -> finite(parser);
            case VALUE_TRUE -> Boolean.TRUE;
            case VALUE_FALSE -> Boolean.FALSE;
            case VALUE_NULL -> null;
            case END_OBJECT, END_ARRAY, FIELD_NAME, VALUE_EMBEDDED_OBJECT, NOT_AVAILABLE ->
                throw new MalformedException("Expected a JSON value, but got " + token + at(parser));
        };
    }

    private static Double finite(JsonParser parser) throws IOException {
        double number = parser.getDoubleValue();
        if (!Double.isFinite(number)) {
            throw new MalformedException(
                    "Expected a number within a double's range, but got a larger one" + at(parser));
        }
        return number;
    }

    private static int deeper(JsonParser parser, int depth) {
        if (depth == 0) {
            throw new MalformedException(
                    "Expected JSON nested at most " + MAX_DEPTH + " levels, but it is deeper" + at(parser));
        }
        return depth - 1;
    }

    private static Map<String, Object> object(JsonParser parser, int depth) throws IOException {
        Map<String, Object> object = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            parser.nextToken();
            object.put(name, value(parser, depth));
        }
        return object;
    }

    private static List<Object> array(JsonParser parser, int depth) throws IOException {
        List<Object> array = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            array.add(value(parser, depth));
        }
        return array;
    }

    /** The text of plain Java JSON. Throws IllegalArgumentException for a value that is not JSON. */
    public static String write(Object value) {
        StringWriter text = new StringWriter(256);
        try (JsonGenerator generator = FACTORY.createGenerator(text)) {
            write(value, generator, () -> "");
        } catch (IOException e) {
            throw new IllegalArgumentException("Expected JSON as plain Java, but " + e.getMessage(), e);
        }
        return transportable(text.toString());
    }

    /** Characters that SQS refuses and DynamoDB would replace (lone surrogates, U+FFFE, U+FFFF) become escapes: they only occur within strings. */
    private static String transportable(String text) {
        StringBuilder changed = null;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0xD800 || c > 0xDFFF && c < 0xFFFE) {
                if (changed != null) {
                    changed.append(c);
                }
                continue;
            }
            boolean isPair = Character.isHighSurrogate(c)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1));
            if (changed == null && !isPair) {
                changed = new StringBuilder(text.length() + 16).append(text, 0, i);
            }
            if (changed != null) {
                changed.append(isPair ? text.substring(i, i + 2) : "\\u%04x".formatted((int) c));
            }
            i += isPair ? 1 : 0;
        }
        return changed == null ? text : changed.toString();
    }

    private static void write(Object value, JsonGenerator out, Supplier<String> where) throws IOException {
        if (value instanceof Map<?, ?> map) {
            out.writeStartObject();
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                out.writeFieldName(String.valueOf(entry.getKey()));
                write(entry.getValue(), out, () -> where.get() + "." + entry.getKey());
            }
            out.writeEndObject();
        } else if (value instanceof List<?> list) {
            out.writeStartArray();
            for (Object item : list) {
                write(item, out, where);
            }
            out.writeEndArray();
        } else {
            scalar(value, out, where);
        }
    }

    private static void scalar(Object value, JsonGenerator out, Supplier<String> where) throws IOException {
        switch (value) {
            case null -> out.writeNull();
            case String s -> out.writeString(s);
            case Boolean b -> out.writeBoolean(b);
            case Integer i -> out.writeNumber(i);
            case Long l -> out.writeNumber(l);
            case Short s -> out.writeNumber(s);
            case Byte b -> out.writeNumber(b);
            case BigInteger i -> out.writeNumber(i);
            case BigDecimal d -> out.writeNumber(d);
            case Double d when Double.isFinite(d) -> out.writeNumber(d);
            case Float f when Float.isFinite(f) -> out.writeNumber(f);
            default ->
                throw new IllegalArgumentException("Expected JSON as plain Java, but got "
                        + value.getClass().getName() + " at $" + where.get());
        }
    }
}

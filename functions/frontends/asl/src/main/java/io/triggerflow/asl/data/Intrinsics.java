package io.triggerflow.asl.data;

import io.triggerflow.asl.json.Json;
import io.triggerflow.asl.json.JsonException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringTokenizer;

/**
 * The 18 intrinsic functions. Their limits are AWS's: 1,000 elements of a range, 10,000 characters to encode or hash.
 *
 * @see <a href="https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html">the language's own page</a>
 */
final class Intrinsics {
    static final int MAX_RANGE = 1_000;
    private static final int MAX_TEXT = 10_000;
    private static final int MAX_RESULT = 1_000_000;

    /** Names, with the least and greatest number of arguments. */
    static final Map<String, int[]> ARITIES = Map.ofEntries(
            Map.entry("Array", new int[] {0, Integer.MAX_VALUE}),
            Map.entry("ArrayPartition", new int[] {2, 2}),
            Map.entry("ArrayContains", new int[] {2, 2}),
            Map.entry("ArrayRange", new int[] {3, 3}),
            Map.entry("ArrayGetItem", new int[] {2, 2}),
            Map.entry("ArrayLength", new int[] {1, 1}),
            Map.entry("ArrayUnique", new int[] {1, 1}),
            Map.entry("Base64Encode", new int[] {1, 1}),
            Map.entry("Base64Decode", new int[] {1, 1}),
            Map.entry("Format", new int[] {1, Integer.MAX_VALUE}),
            Map.entry("Hash", new int[] {2, 2}),
            Map.entry("JsonMerge", new int[] {3, 3}),
            Map.entry("JsonToString", new int[] {1, 1}),
            Map.entry("MathAdd", new int[] {2, 2}),
            Map.entry("MathRandom", new int[] {2, 3}),
            Map.entry("StringSplit", new int[] {2, 2}),
            Map.entry("StringToJson", new int[] {1, 1}),
            Map.entry("UUID", new int[] {0, 0}));

    private static final Set<String> ALGORITHMS = Set.of("MD5", "SHA-1", "SHA-256", "SHA-384", "SHA-512");

    private Intrinsics() {}

    /** What a function cannot do with its arguments. */
    static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        Refused(String message) {
            super(message);
        }
    }

    static Object call(String name, List<Object> arguments, Chance chance) throws Refused {
        int[] arity = ARITIES.get(name);
        if (arity == null || arguments.size() < arity[0] || arguments.size() > arity[1]) {
            throw new Refused("Invalid number of arguments for States." + name);
        }
        return switch (name) {
            case "Array" -> arguments;
            case "ArrayPartition" -> partition(array(arguments, 0), integer(arguments, 1));
            case "ArrayContains" -> array(arguments, 0).stream().anyMatch(item -> Json.same(item, arguments.get(1)));
            case "ArrayRange" -> range(integer(arguments, 0), integer(arguments, 1), integer(arguments, 2));
            case "ArrayGetItem" -> item(array(arguments, 0), integer(arguments, 1));
            case "ArrayLength" -> array(arguments, 0).size();
            case "ArrayUnique" -> unique(array(arguments, 0));
            case "Base64Encode" ->
                Base64.getEncoder().encodeToString(bounded(arguments, 0).getBytes(StandardCharsets.UTF_8));
            case "Base64Decode" -> decode(bounded(arguments, 0));
            case "Format" -> format(text(arguments, 0), arguments.subList(1, arguments.size()));
            case "Hash" -> hash(arguments.get(0), text(arguments, 1));
            case "JsonMerge" -> merge(arguments);
            case "JsonToString" -> Json.write(whole(arguments.get(0)));
            case "MathAdd" -> add(integer(arguments, 0), integer(arguments, 1));
            case "MathRandom" -> random(arguments, chance);
            case "StringSplit" -> split(text(arguments, 0), text(arguments, 1));
            // Jackson, which AWS reads JSON with, finds nothing in a blank text, and nothing is null.
            case "StringToJson" -> text(arguments, 0).isBlank() ? null : toJson(text(arguments, 0));
            case "UUID" -> chance.uuid();
            default -> throw new Refused("Unknown function States." + name);
        };
    }

    static List<Object> partition(List<?> array, long size) throws Refused {
        if (size < 1) {
            throw new Refused("The chunk size must be a positive, non-zero integer, but was " + size);
        }
        List<Object> chunks = new ArrayList<>();
        for (long from = 0; from < array.size(); from += size) {
            chunks.add(new ArrayList<>(array.subList((int) from, (int) Math.min(from + size, array.size()))));
        }
        return chunks;
    }

    static List<Object> range(long first, long last, long step) throws Refused {
        if (step == 0) {
            throw new Refused("The step of a range must not be zero");
        }
        List<Object> numbers = new ArrayList<>();
        for (long n = first; step > 0 ? n <= last : n >= last; n += step) {
            if (numbers.size() == MAX_RANGE) {
                throw new Refused("A range can have at most " + MAX_RANGE + " elements");
            }
            numbers.add(Numbers.whole(n));
        }
        return numbers;
    }

    private static Object item(List<?> array, long index) throws Refused {
        if (index < 0 || index >= array.size()) {
            throw new Refused("The index " + index + " is out of bounds for an array of length " + array.size());
        }
        return array.get((int) index);
    }

    private static List<Object> unique(List<?> array) {
        List<Object> kept = new ArrayList<>();
        Set<Object> seen = new java.util.HashSet<>();
        for (Object item : array) {
            if (seen.add(item)) {
                kept.add(item);
            }
        }
        return kept;
    }

    private static String decode(String text) throws Refused {
        try {
            return new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new Refused(e.getMessage());
        }
    }

    /** Java's text of a value, an object's too: that is what AWS shows. */
    private static String format(String template, List<Object> values) throws Refused {
        StringBuilder out = new StringBuilder();
        int used = 0;
        for (int i = 0; i < template.length(); i++) {
            char c = template.charAt(i);
            if (c == '\\' && i + 1 < template.length() && "{}\\".indexOf(template.charAt(i + 1)) >= 0) {
                out.append(template.charAt(++i));
            } else if (template.startsWith("{}", i)) {
                if (used == values.size()) {
                    throw new Refused("The number of arguments does not match the occurrences of {}");
                }
                out.append(whole(values.get(used++)));
                if (out.length() > MAX_RESULT) {
                    throw tooLarge();
                }
                i++;
            } else {
                out.append(c);
            }
        }
        if (used != values.size()) {
            throw new Refused("The number of arguments does not match the occurrences of {}");
        }
        return out.toString();
    }

    static String hash(Object data, String algorithm) throws Refused {
        if (!ALGORITHMS.contains(algorithm)) {
            throw new Refused("Unsupported hash algorithm: " + algorithm);
        }
        String text = data instanceof String s ? s : Json.write(whole(data));
        if (text.length() > MAX_TEXT) {
            throw new Refused("The data to hash can have at most " + MAX_TEXT + " characters");
        }
        try {
            byte[] digest = MessageDigest.getInstance(algorithm).digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Expected Java to know " + algorithm, e);
        }
    }

    private static Map<String, Object> merge(List<Object> arguments) throws Refused {
        if (!Boolean.FALSE.equals(arguments.get(2))) {
            throw new Refused("Only shallow merging is supported: the third argument must be false");
        }
        Map<String, Object> merged = new LinkedHashMap<>(object(arguments, 0));
        merged.putAll(object(arguments, 1));
        return merged;
    }

    private static Number add(long a, long b) throws Refused {
        long sum = a + b;
        if (sum != (int) sum) {
            throw new Refused("The sum must be between -2147483648 and 2147483647");
        }
        return (int) sum;
    }

    private static Number random(List<Object> arguments, Chance chance) throws Refused {
        long from = integer(arguments, 0);
        long to = integer(arguments, 1);
        if (from >= to) {
            throw new Refused("The start of the range must be less than its end");
        }
        Chance source = arguments.size() == 3 ? new Chance(integer(arguments, 2)) : chance;
        return Numbers.whole(from + (long) (source.nextDouble() * (to - from)));
    }

    /** Each character of the delimiter separates; empty parts are left out. */
    private static List<Object> split(String text, String delimiters) {
        List<Object> parts = new ArrayList<>();
        StringTokenizer tokens = new StringTokenizer(text, delimiters);
        while (tokens.hasMoreTokens()) {
            parts.add(tokens.nextToken());
        }
        return parts;
    }

    static Object toJson(String text) throws Refused {
        try {
            return Json.parse(text);
        } catch (JsonException e) {
            throw new Refused(e.getMessage());
        }
    }

    /** A value that can be written out: arrays may hold the same value many times. */
    private static Object whole(Object value) throws Refused {
        if (!(value instanceof String) && !Json.fits(value, MAX_RESULT)) {
            throw tooLarge();
        }
        return value;
    }

    private static Refused tooLarge() {
        return new Refused("The result can have at most " + MAX_RESULT + " characters");
    }

    private static List<?> array(List<Object> arguments, int index) throws Refused {
        if (arguments.get(index) instanceof List<?> list) {
            return list;
        }
        throw wrong(arguments, index, "an array");
    }

    private static Map<String, Object> object(List<Object> arguments, int index) throws Refused {
        if (arguments.get(index) instanceof Map<?, ?> map) {
            Map<String, Object> copy = new LinkedHashMap<>();
            map.forEach((k, v) -> copy.put(String.valueOf(k), v));
            return copy;
        }
        throw wrong(arguments, index, "an object");
    }

    private static long integer(List<Object> arguments, int index) throws Refused {
        if (arguments.get(index) instanceof Number number) {
            return Numbers.round(number);
        }
        throw wrong(arguments, index, "a number");
    }

    private static String text(List<Object> arguments, int index) throws Refused {
        if (arguments.get(index) instanceof String text) {
            return text;
        }
        throw wrong(arguments, index, "a string");
    }

    private static String bounded(List<Object> arguments, int index) throws Refused {
        String text = text(arguments, index);
        if (text.length() > MAX_TEXT) {
            throw new Refused("The text can have at most " + MAX_TEXT + " characters");
        }
        return text;
    }

    private static Refused wrong(List<Object> arguments, int index, String expected) {
        return new Refused("Argument " + (index + 1) + " must be " + expected + ", but was "
                + Json.type(arguments.get(index)) + ": " + Scope.shown(arguments.get(index)));
    }
}

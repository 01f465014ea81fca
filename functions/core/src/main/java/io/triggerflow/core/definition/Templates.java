package io.triggerflow.core.definition;

import io.triggerflow.core.model.Expression;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Reads templates: plain Java JSON in which a text {@code {% expression %}} stands for a value. Numbers take one form, as JSON parsers give them. */
final class Templates {
    static final String OPEN = "{%";
    static final String CLOSE = "%}";

    /** Below this, a whole number is the same as a double. */
    private static final double EXACT = 1e15;

    private final boolean expressions;

    private Templates(boolean expressions) {
        this.expressions = expressions;
    }

    /** A template; explicit {@code null} is a mistake, since it would say the same as leaving the key out. */
    static Optional<Object> template(Cursor at) {
        if (at.value() == null) {
            at.problem(
                    "Expected a template, but got null (leave the key out for its default, or write \"{% null %}\" for a null)");
            return Optional.empty();
        }
        return Optional.ofNullable(new Templates(true).read(at, 1));
    }

    /** A template in which null is a value. */
    static Object nullable(Cursor at) {
        return new Templates(true).read(at, 1);
    }

    /** JSON without expressions. */
    static Object constant(Cursor at) {
        return new Templates(false).read(at, 1);
    }

    /** A template that gives a text: an expression, or the text itself. */
    static Optional<Object> text(Cursor at, String what) {
        Optional<String> text = at.text(what + ", or an expression {% ... %},", Limits.MAX_EXPRESSION);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        if (!isExpression(text.get()) && text.get().length() > Limits.MAX_TEXT) {
            at.problem("Expected " + what + " of at most " + Limits.MAX_TEXT + " characters, but got "
                    + text.get().length());
            return Optional.empty();
        }
        return Optional.ofNullable(new Templates(true).read(at, 1));
    }

    /** An object whose values are templates. */
    static Optional<Map<String, Object>> object(Cursor at, String what) {
        if (!at.isObject()) {
            at.expected(what);
            return Optional.empty();
        }
        return Optional.of(mapOf(nullable(at)));
    }

    static Map<String, Object> mapOf(Object json) {
        Map<String, Object> map = new LinkedHashMap<>();
        ((Map<?, ?>) json).forEach((key, value) -> map.put((String) key, value));
        return Collections.unmodifiableMap(map);
    }

    static boolean isExpression(String text) {
        return expressionOf(text).isPresent();
    }

    /** What stands between the marks. */
    static Optional<String> expressionOf(String text) {
        String stripped = text.trim();
        boolean marked = stripped.startsWith(OPEN)
                && stripped.endsWith(CLOSE)
                && stripped.length() >= OPEN.length() + CLOSE.length();
        return marked
                ? Optional.of(stripped.substring(OPEN.length(), stripped.length() - CLOSE.length())
                        .trim())
                : Optional.empty();
    }

    static String marked(Expression expression) {
        return OPEN + " " + expression.source() + " " + CLOSE;
    }

    /** Shows each text of a template. */
    static void eachText(Object template, Consumer<String> consumer) {
        switch (template) {
            case String s -> consumer.accept(s);
            case Map<?, ?> map -> map.values().forEach(v -> eachText(v, consumer));
            case List<?> list -> list.forEach(v -> eachText(v, consumer));
            case null, default -> {
                // Numbers, booleans and null hold no text.
            }
        }
    }

    private Object read(Cursor at, int depth) {
        at.reading.countValue(at);
        if (depth > Limits.MAX_TEMPLATE_DEPTH && (at.isObject() || at.isList())) {
            at.problem("Expected at most " + Limits.MAX_TEMPLATE_DEPTH
                    + " objects and lists within each other, but there are more");
            return null;
        }
        return switch (at.value()) {
            case null -> null;
            case Boolean b -> b;
            case String s -> marked(at, s);
            case Number n -> number(at, n);
            case Map<?, ?> map -> object(at, map, depth);
            case List<?> list -> list(at, list, depth);
            default -> {
                at.expected("an object, list, text, number, boolean or null");
                yield null;
            }
        };
    }

    private Object marked(Cursor at, String text) {
        if (text.length() > Limits.MAX_TEMPLATE_TEXT) {
            at.problem(
                    "Expected texts of at most " + Limits.MAX_TEMPLATE_TEXT + " characters, but got " + text.length());
        } else if (expressions && isExpression(text)) {
            at.markedExpression();
        } else if (expressions
                && (text.contains(OPEN) && text.indexOf(CLOSE) > text.indexOf(OPEN)
                        || text.trim().startsWith(OPEN))) {
            at.problem(
                    "Expected a text that is an expression as a whole, for instance {% 'Hello ' & $event.data.name %}, but got '"
                            + Cursor.shortened(text) + "'");
        }
        return text;
    }

    private Object object(Cursor at, Map<?, ?> map, int depth) {
        Map<String, Object> copy = new LinkedHashMap<>();
        map.forEach((key, value) -> {
            if (key instanceof String text) {
                copy.put(text, read(at.child(text, value), depth + 1));
            } else {
                at.problem("Expected keys that are text, but got " + key + " (in YAML, put quotes)");
            }
        });
        return Collections.unmodifiableMap(copy);
    }

    private Object list(Cursor at, List<?> list, int depth) {
        List<Object> copy = new ArrayList<>(list.size());
        for (Object item : list) {
            copy.add(read(at.child(copy.size(), item), depth + 1));
        }
        return Collections.unmodifiableList(copy);
    }

    /** One form of each number, so that what was written as text and read again is equal: Integer, Long, BigInteger, else Double or BigDecimal. */
    private static Object number(Cursor at, Number n) {
        double d = n.doubleValue();
        if (!Double.isFinite(d)) {
            at.expected("a finite number");
            return 0;
        }
        return switch (n) {
            case Integer i -> i;
            case BigInteger b -> whole(b);
            case BigDecimal b -> b.compareTo(new BigDecimal(Double.toString(d))) == 0 ? decimal(d) : b;
            case Float f -> decimal(Double.parseDouble(f.toString()));
            case Double f -> decimal(d);
            default -> whole(BigInteger.valueOf(n.longValue()));
        };
    }

    private static Object decimal(double d) {
        return d == Math.rint(d) && Math.abs(d) < EXACT ? whole(BigInteger.valueOf((long) d)) : (Object) d;
    }

    private static Object whole(BigInteger b) {
        if (b.bitLength() < Integer.SIZE) {
            return b.intValue();
        }
        return b.bitLength() < Long.SIZE ? (Object) b.longValue() : b;
    }
}

package io.triggerflow.core.expression;

import io.triggerflow.core.model.Expression;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Fills templates: plain Java JSON in which a text <code>"{% expression %}"</code> stands for what the expression gives. Thread-safe. */
public final class Templates {
    private static final String OPEN = "{%";
    private static final String CLOSE = "%}";
    private static final int MAX_DEPTH = 100;
    private final Expressions expressions;

    public Templates(Expressions expressions) {
        this.expressions = expressions;
    }

    /** The template with its expressions evaluated. Throws {@link ExpressionException} when one fails. */
    public Object fill(Object template, Variables variables, Instant now) {
        return fill(template, variables, now, 0);
    }

    /** The template's value as text; numbers and booleans are written out. Throws {@link ExpressionException} for anything else. */
    public String text(Object template, Variables variables, Instant now, String what) {
        Object value = fill(template, variables, now);
        if (value instanceof String || value instanceof Number || value instanceof Boolean) {
            return value.toString();
        }
        throw new ExpressionException("Expected " + what + " to be a text, but got "
                + (value == null ? "nothing" : "a " + (value instanceof List ? "list" : "map")));
    }

    /** The expression in a text between the markers, if it is one. */
    public static Optional<Expression> expression(String text) {
        String trimmed = text.trim();
        if (trimmed.length() > OPEN.length() + CLOSE.length() && trimmed.startsWith(OPEN) && trimmed.endsWith(CLOSE)) {
            String source = trimmed.substring(OPEN.length(), trimmed.length() - CLOSE.length())
                    .trim();
            return source.isEmpty() ? Optional.empty() : Optional.of(new Expression(source));
        }
        return Optional.empty();
    }

    private Object fill(Object template, Variables variables, Instant now, int depth) {
        if (depth > MAX_DEPTH) {
            throw new ExpressionException(
                    "Expected a template nested at most " + MAX_DEPTH + " deep, but it is deeper");
        }
        if (template instanceof String text) {
            Optional<Expression> expression = expression(text);
            return expression.isPresent() ? expressions.evaluate(expression.get(), variables, now) : text;
        }
        if (template instanceof Map<?, ?> map) {
            Map<String, Object> filled = new LinkedHashMap<>();
            map.forEach((key, value) -> filled.put(String.valueOf(key), fill(value, variables, now, depth + 1)));
            return filled;
        }
        if (template instanceof List<?> list) {
            List<Object> filled = new ArrayList<>(list.size());
            list.forEach(value -> filled.add(fill(value, variables, now, depth + 1)));
            return filled;
        }
        return template;
    }
}

package io.triggerflow.core.expression;

import com.dashjoin.jsonata.JException;
import com.dashjoin.jsonata.Jsonata;
import io.triggerflow.core.model.Expression;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Compiles and evaluates JSONata. Evaluation is a function of the variables and {@code now} alone: {@code $now()} and {@code $millis()}
 * give {@code now}, {@code $random()} and {@code $eval()} are refused (law L1). Bounded in time, depth and size of the result.
 *
 * <p>Thread-safe; compiled expressions are kept, the least recently used are forgotten.
 */
public final class Expressions {
    /** The longest time of one evaluation: a turn of the engine has seconds, and must never be held up by a definition. */
    static final long MAX_MILLIS = 2_000;

    static final int MAX_DEPTH = 400;
    static final int MAX_NODES = 2_000_000;
    private static final int KEPT = 10_000;

    private final Map<String, Jsonata> compiled = new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Jsonata> eldest) {
            return size() > KEPT;
        }
    };

    /** Why a text is not an expression; empty when it is one. */
    public Optional<String> error(String source) {
        try {
            compile(source);
            return Optional.empty();
        } catch (ExpressionException e) {
            return Optional.of(e.getMessage());
        }
    }

    /**
     * What an expression gives: plain Java JSON, {@code null} also for "nothing".
     *
     * @throws ExpressionException when it does not compile, fails, or exceeds its bounds
     */
    public Object evaluate(Expression expression, Variables variables, Instant now) {
        Jsonata jsonata = compile(expression.source());
        Jsonata.Frame frame = jsonata.createFrame();
        variables.values().forEach(frame::bind);
        bindTime(frame, now);
        if (expression.source().indexOf('/') >= 0) {
            // Only a literal makes a regular expression.
            Regexes.bind(frame);
        }
        frame.setRuntimeBounds(MAX_MILLIS, MAX_DEPTH);
        try {
            return Plain.of(jsonata.evaluate(variables.values(), frame), MAX_NODES);
        } catch (JException e) {
            throw new ExpressionException(
                    "Expected '" + shorten(expression.source()) + "' to give a value, but: " + e.getMessage());
        } catch (StackOverflowError e) {
            throw new ExpressionException(
                    "Expected '" + shorten(expression.source()) + "' to be nested less deep, but the stack overflowed");
        } catch (OutOfMemoryError e) {
            // One text or list that would not fit: what it was built of is garbage now, and the run that asked for it
            // fails, not the batch.
            throw new ExpressionException(
                    "Expected '" + shorten(expression.source()) + "' to need less memory, but it ran out of it");
        } catch (ExpressionException e) {
            throw e;
        } catch (RuntimeException e) {
            // The library lets Java's own exceptions through, for instance a ClassCastException where JSONata would
            // name a type error.
            throw new ExpressionException("Expected '" + shorten(expression.source()) + "' to give a value, but: " + e);
        }
    }

    /** Whether an expression gives exactly {@code true}. */
    public boolean isTrue(Expression expression, Variables variables, Instant now) {
        return Boolean.TRUE.equals(evaluate(expression, variables, now));
    }

    private static void bindTime(Jsonata.Frame frame, Instant now) {
        // A picture or time zone is the library's business; plain $now() is by far the usual case and must not read the
        // clock.
        frame.bind("now", Jsonata.function("now", () -> now.toString(), "<:s>"));
        frame.bind("millis", Jsonata.function("millis", () -> now.toEpochMilli(), "<:n>"));
        frame.bind(
                "random",
                Jsonata.function(
                        "random",
                        () -> refuse("$random() gives another value each time, and a decision must not"),
                        "<:n>"));
        frame.bind("eval", Jsonata.function("eval", (Object code) -> refuse("$eval() makes code from data"), "<x:x>"));
    }

    private static Object refuse(String why) {
        throw new ExpressionException("Expected an expression without a function that is refused here, but " + why);
    }

    private Jsonata compile(String source) {
        synchronized (compiled) {
            Jsonata known = compiled.get(source);
            if (known != null) {
                return known;
            }
        }
        Jsonata fresh = parse(source);
        synchronized (compiled) {
            compiled.put(source, fresh);
        }
        return fresh;
    }

    private static Jsonata parse(String source) {
        try {
            return Jsonata.jsonata(source);
        } catch (JException e) {
            throw new ExpressionException(
                    "Expected JSONata, but '" + shorten(source) + "' does not parse: " + e.getMessage());
        } catch (RuntimeException | StackOverflowError e) {
            throw new ExpressionException("Expected JSONata, but '" + shorten(source) + "' does not parse: " + e);
        }
    }

    private static String shorten(String source) {
        return source.length() <= 120 ? source : source.substring(0, 120) + "…";
    }
}

package io.triggerflow.asl.data;

import com.dashjoin.jsonata.JException;
import com.dashjoin.jsonata.Jsonata;
import io.triggerflow.asl.json.Json;
import io.triggerflow.asl.model.Template;
import io.triggerflow.core.expression.ExpressionException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The expressions of JSONata states. An evaluation is bounded in time, depth and the size of its result; it is a function of the scope.
 * Thread-safe; compiled expressions are kept, the least recently used are forgotten.
 */
public final class JsonataLanguage {
    static final long MAX_MILLIS = 2_000;
    static final int MAX_DEPTH = 400;
    private static final int KEPT = 10_000;
    private static final String OPEN = "{%";
    private static final String CLOSE = "%}";
    private final long maxMillis;

    private final Map<String, Jsonata> compiled = new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Jsonata> eldest) {
            return size() > KEPT;
        }
    };

    public JsonataLanguage() {
        this(MAX_MILLIS);
    }

    /** @param maxMillis the longest time of one evaluation */
    JsonataLanguage(long maxMillis) {
        this.maxMillis = maxMillis;
    }

    /** The expression in a text that is one: it starts with <code>{%</code> and ends with <code>%}</code>, exactly. */
    public static Optional<String> expression(Object value) {
        return value instanceof String text
                        && text.length() >= OPEN.length() + CLOSE.length()
                        && text.startsWith(OPEN)
                        && text.endsWith(CLOSE)
                ? Optional.of(text.substring(OPEN.length(), text.length() - CLOSE.length())
                        .strip())
                : Optional.empty();
    }

    /** Why a text is not JSONata; empty when it is. */
    public Optional<String> error(String source) {
        try {
            compile(source);
            return Optional.empty();
        } catch (JException e) {
            return Optional.of(message(e));
        } catch (RuntimeException | StackOverflowError e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /**
     * What an expression gives.
     *
     * @param field where it stands, as messages name it: "Output/values[0]"
     * @throws StateFailure when it gives nothing, fails, or exceeds its bounds
     */
    public Object evaluate(String source, String field, Scope scope) {
        return evaluate(source, field, scope, new Values());
    }

    private Object evaluate(String source, String field, Scope scope, Values values) {
        String place = "The JSONata expression '" + source + "' specified for the field '" + field + "' ";
        Object raw;
        try {
            raw = run(source, scope);
            if (raw == null) {
                throw StateFailure.evaluation(place + "returned nothing (undefined).", field);
            }
            return values.out(raw);
        } catch (Values.NotJson e) {
            throw StateFailure.evaluation(place + "returned an unsupported result type.", field);
        } catch (JException e) {
            throw failed(place, message(e), field);
        } catch (StackOverflowError e) {
            throw failed(place, "Stack overflow error: Check for non-terminating recursive function", field);
        } catch (OutOfMemoryError e) {
            // What it was built of is garbage now: this expression fails, not whoever evaluates it.
            throw failed(place, new Values.TooLarge().getMessage(), field);
        } catch (StateFailure e) {
            throw e;
        } catch (JsonataFunctions.Refusal | Values.TooLarge | ExpressionException e) {
            throw failed(place, e.getMessage(), field);
        } catch (RuntimeException e) {
            // The library lets Java's own exceptions through where JSONata would name a type error.
            throw failed(place, String.valueOf(e.getMessage()), field);
        }
    }

    private Object run(String source, Scope scope) {
        Jsonata jsonata = compile(source);
        Jsonata.Frame frame = jsonata.createFrame();
        JsonataFunctions.bind(frame, source, scope.now(), scope.chance());
        scope.variables().forEach((name, value) -> {
            if (source.contains(name)) {
                frame.bind(name, Values.in(value));
            }
        });
        if (source.contains("states")) {
            frame.bind("states", Values.in(scope.states()));
        }
        frame.setRuntimeBounds(maxMillis, MAX_DEPTH);
        return jsonata.evaluate(null, frame);
    }

    private static StateFailure failed(String place, String why, String field) {
        return StateFailure.evaluation(place + "threw an error during evaluation: " + why, field);
    }

    /** The library calls functions objects in its messages. */
    private static String message(JException e) {
        String text = String.valueOf(e.getMessage()).replace(" Object ", " function ");
        return e.getError() != null && e.getError().matches("[A-Z]\\d{4}") ? e.getError() + ": " + text : text;
    }

    /**
     * What an expression gives, when that has the JSON type that its field needs.
     *
     * @param type "number", "string", "boolean", "array", "object"
     */
    public Object evaluate(String source, String field, Scope scope, String type) {
        Object value = evaluate(source, field, scope);
        if (!Json.type(value).equals(type)) {
            throw StateFailure.evaluation(
                    "The JSONata expression '" + source + "' specified for the field '" + field
                            + "' returned an unexpected result type. Expected '" + type + "', but was '"
                            + Json.type(value) + "' for value: " + Json.write(value),
                    field);
        }
        return value;
    }

    /** A template with its expressions evaluated. Throws {@link StateFailure} when one fails. */
    public Object fill(Template template, Scope scope) {
        return fill(template.value(), template.field(), scope, new Values());
    }

    private Object fill(Object value, String field, Scope scope, Values values) {
        Optional<String> expression = expression(value);
        if (expression.isPresent()) {
            return evaluate(expression.get(), field, scope, values);
        }
        if (value instanceof Map<?, ?> map) {
            Map<String, Object> filled = new LinkedHashMap<>();
            map.forEach((key, inner) -> filled.put(String.valueOf(key), fill(inner, field + "/" + key, scope, values)));
            return filled;
        }
        if (value instanceof List<?> list) {
            List<Object> filled = new ArrayList<>(list.size());
            for (int i = 0; i < list.size(); i++) {
                filled.add(fill(list.get(i), field + "[" + i + "]", scope, values));
            }
            return filled;
        }
        return value;
    }

    private Jsonata compile(String source) {
        synchronized (compiled) {
            Jsonata known = compiled.get(source);
            if (known != null) {
                return known;
            }
        }
        Jsonata fresh = Jsonata.jsonata(source);
        fresh.setOutputConvertNulls(false);
        fresh.setValidateInput(false);
        synchronized (compiled) {
            compiled.put(source, fresh);
        }
        return fresh;
    }
}

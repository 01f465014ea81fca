package io.triggerflow.asl.data;

import io.triggerflow.asl.json.Json;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What expressions see: for JSONPath {@code input} is <code>$</code>, {@code context} <code>$$</code>; for JSONata {@code states} is
 * <code>$states</code>.
 *
 * @param variables by name
 * @param now what <code>$now()</code> gives
 * @param chance where random numbers and ids come from
 */
public record Scope(
        Object input,
        Map<String, Object> context,
        Map<String, Object> variables,
        Map<String, Object> states,
        Instant now,
        Chance chance) {

    private static final int MAX_SHOWN = 1_000_000;

    /** A scope in which input and context are all that is known. */
    public static Scope of(
            Object input, Map<String, Object> context, Map<String, Object> variables, Instant now, Chance chance) {
        Map<String, Object> states = new LinkedHashMap<>();
        states.put("input", input);
        states.put("context", context);
        return new Scope(input, context, variables, states, now, chance);
    }

    /** The same with another <code>$</code>. */
    public Scope withInput(Object other) {
        return new Scope(other, context, variables, states, now, chance);
    }

    /** The same with one more field of <code>$states</code>. */
    public Scope withState(String name, Object value) {
        Map<String, Object> more = new LinkedHashMap<>(states);
        more.put(name, value);
        return new Scope(input, context, variables, more, now, chance);
    }

    /** The same with another context object. */
    public Scope withContext(Map<String, Object> other) {
        Scope changed = withState("context", other);
        return new Scope(input, other, variables, changed.states, now, chance);
    }

    /** A value as messages show it: one that could not be a state's input is not shown. */
    static String shown(Object value) {
        return Json.fits(value, MAX_SHOWN) ? Json.write(value) : "…";
    }
}

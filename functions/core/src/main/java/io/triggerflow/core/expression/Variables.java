package io.triggerflow.core.expression;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What an expression sees: each name as a variable ({@code $event}) and as a field of the input ({@code event}). Immutable.
 *
 * @param values plain Java JSON by name
 */
public record Variables(Map<String, Object> values) {
    public static final Variables NONE = new Variables(Map.of());

    public Variables {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    public Variables with(String name, Object value) {
        Map<String, Object> more = new LinkedHashMap<>(values);
        more.put(name, value);
        return new Variables(more);
    }

    /** These and more; of two of one name, the others'. */
    public Variables with(Variables others) {
        Map<String, Object> more = new LinkedHashMap<>(values);
        more.putAll(others.values);
        return new Variables(more);
    }
}

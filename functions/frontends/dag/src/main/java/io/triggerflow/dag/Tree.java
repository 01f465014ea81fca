package io.triggerflow.dag;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Builds plain Java JSON. */
final class Tree {
    private Tree() {}

    /** An object of keys and values in turn; without those whose value is null or empty. */
    static Map<String, Object> of(Object... keysAndValues) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            Object value = keysAndValues[i + 1] instanceof Optional<?> o ? o.orElse(null) : keysAndValues[i + 1];
            if (value != null) {
                map.put((String) keysAndValues[i], value);
            }
        }
        return map;
    }

    /** An expression as a template. */
    static String x(String expression) {
        return "{% " + expression + " %}";
    }

    static Map<String, Object> on(String type, String subject) {
        return of("type", type, "subject", subject);
    }

    /** An event for the run itself. */
    static Map<String, Object> emit(Object type, Object subject, Object data) {
        return of("emit", of("type", type, "subject", subject, "data", data));
    }
}

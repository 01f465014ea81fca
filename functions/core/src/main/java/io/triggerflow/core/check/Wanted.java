package io.triggerflow.core.check;

import io.triggerflow.core.model.EventPattern;
import io.triggerflow.core.model.EventTypes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a pattern wants, as far as it can be told without an event.
 *
 * @param types the exact types of which it wants one; empty: any
 * @param subjects the exact subjects of which it wants one; empty: any
 */
record Wanted(List<String> types, List<String> subjects) {
    static Wanted of(EventPattern pattern) {
        return switch (pattern) {
            case EventPattern.Exact e ->
                new Wanted(List.of(e.type()), e.subject().map(List::of).orElse(List.of()));
            case EventPattern.Ruler r -> new Wanted(texts(r.pattern(), "type"), texts(r.pattern(), "subject"));
        };
    }

    private static List<String> texts(Map<String, Object> pattern, String key) {
        List<String> texts = new ArrayList<>();
        if (pattern.get(key) instanceof List<?> values && !pattern.containsKey("$or")) {
            for (Object value : values) {
                if (!(value instanceof String text)) {
                    return List.of();
                }
                texts.add(text);
            }
        }
        return texts;
    }

    boolean mayBe(Product product) {
        return mayBe(product.type(), product.subject());
    }

    boolean mayBe(Optional<String> type, Optional<String> subject) {
        return (types.isEmpty() || type.isEmpty() || types.contains(type.get()))
                && (subjects.isEmpty() || subject.isEmpty() || subjects.contains(subject.get()));
    }

    /** Whether such an event may come from outside: a user's or a service's own, not the engine's. */
    boolean isExternal(boolean standing) {
        return types.isEmpty() || types.stream().anyMatch(t -> isExternal(t, standing));
    }

    static boolean isExternal(String type, boolean standing) {
        // The ends of runs are announced to the workspace, and to the bus.
        boolean announced = type.equals(EventTypes.RUN_SUCCEEDED)
                || type.equals(EventTypes.RUN_FAILED)
                || type.equals(EventTypes.RUN_CANCELLED);
        return !EventTypes.isEngines(type) || standing && announced;
    }

    boolean isStart() {
        return types.contains(EventTypes.RUN_STARTED);
    }
}

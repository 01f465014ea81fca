package io.triggerflow.core.model;

import java.util.Map;
import java.util.Optional;

/**
 * Which events activate a trigger. Either exact (type, and a subject or any), found by hash; or a pattern with the semantics of
 * EventBridge (event-ruler) over {@code {id, source, type, subject, data, ...extensions}}.
 */
public sealed interface EventPattern {
    /**
     * An exact type and an exact subject, or any subject.
     *
     * @param type the event's type
     * @param subject the event's subject; empty matches every subject
     */
    record Exact(String type, Optional<String> subject) implements EventPattern {}

    /**
     * An event-ruler pattern.
     *
     * @param pattern the pattern as plain Java JSON: leaves are arrays of values or of matchers such as {@code {"prefix": "a"}}
     */
    record Ruler(Map<String, Object> pattern) implements EventPattern {}
}

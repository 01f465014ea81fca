package io.triggerflow.core.composite;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The composite event has occurred.
 *
 * @param id follows from the interval and the constituents alone
 * @param of what it is made of, in the order of time
 * @param kept what was kept of the events, by their keys
 */
public record Detection(String id, Instant start, Instant end, List<Constituent> of, Map<String, Object> kept) {
    static Detection of(Occurrence occurrence, Map<String, Object> kept) {
        return new Detection(
                occurrence.id(),
                Instant.ofEpochMilli(occurrence.start()),
                Instant.ofEpochMilli(occurrence.end()),
                occurrence.of(),
                kept);
    }

    /** What was kept of the events in each role, in the order of time: what the actions of a trigger see. */
    public Map<String, List<Object>> byName() {
        Map<String, List<Object>> byName = new LinkedHashMap<>();
        for (Constituent constituent : of) {
            if (constituent instanceof Constituent.Named n) {
                byName.computeIfAbsent(n.name(), k -> new ArrayList<>()).add(kept.get(n.key()));
            }
        }
        return byName;
    }
}

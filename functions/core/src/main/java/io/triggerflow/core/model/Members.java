package io.triggerflow.core.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The members of a join that have arrived: an idempotent, commutative set. A member that arrived with several outcomes has the best of
 * them (a success is never undone by a time-out that was only inferred), whatever the order in which they came (law L3).
 *
 * @param byKey what arrived, by member key
 */
public record Members(Map<String, Arrival> byKey) {
    public static final Members NONE = new Members(Map.of());

    public Members {
        byKey = Collections.unmodifiableMap(new LinkedHashMap<>(byKey));
    }

    /**
     * A member's arrival.
     *
     * @param data the event's data when the join collects, else null
     */
    public record Arrival(Outcome outcome, Object data) {}

    /** How a member ended, the best first. */
    public enum Outcome {
        SUCCEEDED,
        FAILED,
        SKIPPED
    }

    /** The union of both. */
    public Members plus(Members other) {
        if (byKey.isEmpty()) {
            return other;
        }
        Map<String, Arrival> union = new LinkedHashMap<>(byKey);
        other.byKey.forEach((key, arrival) -> union.merge(key, arrival, Members::better));
        return new Members(union);
    }

    private static Arrival better(Arrival a, Arrival b) {
        int order = a.outcome().compareTo(b.outcome());
        if (order != 0) {
            return order < 0 ? a : b;
        }
        // The same outcome twice: any rule will do that does not depend on the order of arrival.
        return String.valueOf(a.data()).compareTo(String.valueOf(b.data())) <= 0 ? a : b;
    }

    public int count(Outcome outcome) {
        return (int) byKey.values().stream().filter(a -> a.outcome() == outcome).count();
    }

    public int size() {
        return byKey.size();
    }

    public Tally tally() {
        return new Tally(count(Outcome.SUCCEEDED), count(Outcome.FAILED), count(Outcome.SKIPPED));
    }

    /** How many members there are of each outcome. */
    public record Tally(int succeeded, int failed, int skipped) {
        public int arrived() {
            return succeeded + failed + skipped;
        }
    }
}

package io.triggerflow.core.model;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The durable context of a trigger that keeps state, in one item under a version.
 *
 * @param version 0 = not stored yet; grows by one with every write
 * @param round which firing is awaited, 1 the first
 * @param members who has arrived in this round
 * @param recent members of earlier rounds that are still remembered, the oldest first (repeated joins only)
 * @param values the state of a custom condition
 * @param fired whether the trigger is done (never for one that repeats)
 * @param launched whether the outbox of the last firing is known to be launched
 */
public record TriggerState(
        long version,
        int round,
        Members members,
        List<String> recent,
        Map<String, Object> values,
        boolean fired,
        boolean launched) {
    public static final TriggerState NONE = new TriggerState(0, 1, Members.NONE, List.of(), Map.of(), false, true);

    public TriggerState {
        recent = List.copyOf(recent);
    }

    public TriggerState withLaunched() {
        return new TriggerState(version, round, members, recent, values, fired, true);
    }

    /** The entry key of a firing in a round. */
    public static String firingKey(String trigger, int round) {
        return "join:" + trigger + "#" + round;
    }

    /** The write of a trigger's state: it replaces exactly the version that was read. */
    public record Write(String trigger, TriggerState next) {}

    /** What is known of a segmented join without reading its segments. */
    public record Summary(Members.Tally atMost, long resets, boolean fired, boolean launched) {}

    /** A segmented join, read in full. */
    public record Segmented(Summary summary, Members members) {}

    /** A state that was read, if there was one. */
    public static TriggerState orNone(Optional<TriggerState> stored) {
        return stored.orElse(NONE);
    }
}

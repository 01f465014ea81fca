package io.triggerflow.core.model;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The durable context of a trigger that keeps state, in one item under a version.
 *
 * @param version 0 = not stored yet; grows by one with every write
 * @param round which firing is awaited, 1 the first
 * @param members who has arrived in this round
 * @param recent members of earlier rounds that are still remembered, the oldest first (repeated joins only); of a composite event the
 *     firings, each with the events of the write that fired it
 * @param values the state of a custom condition, or what a composite event has detected so far
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
        return firingKey(Instance.of(trigger), round);
    }

    /** The entry key of a firing in a round. */
    public static String firingKey(Instance instance, int round) {
        return "join:" + instance.trigger() + (instance.isKeyed() ? "#" + instance.hash() : "") + "#" + round;
    }

    /**
     * What a state is of: a trigger, or one key of a trigger whose condition has keys.
     *
     * @param key empty for a trigger without keys; of at most {@link #MAX_KEY} characters
     */
    public record Instance(String trigger, String key) {
        public static final int MAX_KEY = 1_000;

        /** Of a trigger without keys. */
        public static Instance of(String trigger) {
            return new Instance(trigger, "");
        }

        public boolean isKeyed() {
            return !key.isEmpty();
        }

        /** A short name of the key, of characters that keys may have. */
        public String hash() {
            return Ids.hash("key", key);
        }

        @Override
        public String toString() {
            return isKeyed() ? trigger + "[" + key + "]" : trigger;
        }
    }

    /** How long a state of a key is worth keeping when nothing comes. That of a trigger without keys is kept as long as its scope. */
    public sealed interface Keep {
        /** As long as the scope. */
        record Always() implements Keep {}

        /** Until nobody can ask for what it launched any more, in a workspace; in a run as long as the run. */
        record WhileUsed() implements Keep {}

        /** Until then. */
        record Until(Instant instant) implements Keep {}
    }

    /**
     * The write of a trigger's state: it replaces exactly the version that was read.
     *
     * @param wake when the clock means something to the state, so that a sweeper can see to it
     */
    public record Write(Instance instance, TriggerState next, Keep keep, Optional<Instant> wake) {
        /** The state of a trigger without keys, which waits for events only. */
        public Write(String trigger, TriggerState next) {
            this(Instance.of(trigger), next, new Keep.Always(), Optional.empty());
        }

        public String trigger() {
            return instance.trigger();
        }

        /** The same with another state. */
        public Write with(TriggerState other) {
            return new Write(instance, other, keep, wake);
        }
    }

    /** What is known of a segmented join without reading its segments. */
    public record Summary(Members.Tally atMost, long resets, boolean fired, boolean launched) {}

    /** A segmented join, read in full. */
    public record Segmented(Summary summary, Members members) {}

    /** A state that was read, if there was one. */
    public static TriggerState orNone(Optional<TriggerState> stored) {
        return stored.orElse(NONE);
    }
}

package io.triggerflow.core.composite;

import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * All that detection remembers, of one trigger and one key. Immutable, of bounded size; {@link #values()} is its stored form.
 */
public final class State {
    /** Nothing has happened yet. */
    public static final State NONE =
            new State("", State.NEVER, State.NEVER, List.of(), List.of(), Map.of(), Map.of(), 0);

    static final long NEVER = Long.MIN_VALUE;

    /** Which expression it belongs to. */
    private final String of;
    /** Up to here, in milliseconds since the epoch, all has been detected. */
    private final long watermark;
    /** Events of this time and before may have counted without being remembered. */
    private final long forgotten;
    /** Events that have counted, the latest of them. */
    private final List<Seen> seen;
    /** Events that have not counted yet, in the order in which they will. */
    private final List<Waiting> waiting;
    /** What each operator holds, by its number; those that hold nothing are left out. */
    private final Map<Integer, List<List<Held>>> held;
    /** What is kept of the events that are waiting or held, by key. */
    private final Map<String, Kept> kept;

    private final long dropped;

    State(
            String of,
            long watermark,
            long forgotten,
            List<Seen> seen,
            List<Waiting> waiting,
            Map<Integer, List<List<Held>>> held,
            Map<String, Kept> kept,
            long dropped) {
        this.of = of;
        this.watermark = watermark;
        this.forgotten = forgotten;
        this.seen = List.copyOf(seen);
        this.waiting = List.copyOf(waiting);
        this.held = Map.copyOf(held);
        this.kept = Map.copyOf(kept);
        this.dropped = dropped;
    }

    /**
     * An event that has counted.
     *
     * @param said when it happened, as its source said
     */
    record Seen(long said, String key) implements Comparable<Seen> {
        private static final Comparator<Seen> ORDER =
                Comparator.comparingLong(Seen::said).thenComparing(Seen::key);

        @Override
        public int compareTo(Seen other) {
            return ORDER.compare(this, other);
        }
    }

    /**
     * An event that has not counted yet.
     *
     * @param at when it counts
     * @param said when it happened, as its source said
     */
    record Waiting(long at, String key, long said, SortedSet<String> names) implements Comparable<Waiting> {
        private static final Comparator<Waiting> ORDER =
                Comparator.comparingLong(Waiting::at).thenComparing(Waiting::key);

        Waiting {
            names = new TreeSet<>(names);
        }

        @Override
        public int compareTo(Waiting other) {
            return ORDER.compare(this, other);
        }
    }

    String of() {
        return of;
    }

    long watermark() {
        return watermark;
    }

    long forgotten() {
        return forgotten;
    }

    List<Seen> seen() {
        return seen;
    }

    List<Waiting> waiting() {
        return waiting;
    }

    Map<Integer, List<List<Held>>> held() {
        return held;
    }

    Map<String, Kept> kept() {
        return kept;
    }

    /** How many occurrences were dropped because a bound was met, since the beginning. */
    public long dropped() {
        return dropped;
    }

    /** Up to when all has been detected; empty before the first event has counted. */
    public Optional<Instant> detectedUpTo() {
        return watermark == NEVER ? Optional.empty() : Optional.of(Instant.ofEpochMilli(watermark));
    }

    /** What there is, in numbers, for people. */
    public Map<String, Object> summary() {
        Map<String, Object> summary = new LinkedHashMap<>();
        detectedUpTo().ifPresent(t -> summary.put("detectedUpTo", t.toString()));
        summary.put("waiting", waiting.size());
        summary.put(
                "held",
                held.values().stream()
                        .flatMap(List::stream)
                        .mapToInt(List::size)
                        .sum());
        summary.put("dropped", dropped);
        return summary;
    }

    /** The state as plain JSON: Map, List, String and Number. What {@link #of(Map)} reads of it equals it. */
    public Map<String, Object> values() {
        return StateCodec.write(this);
    }

    /**
     * Reads what {@link #values()} wrote; an empty map is {@link #NONE}.
     *
     * @throws IllegalArgumentException for anything else
     */
    public static State of(Map<String, Object> values) {
        return values.isEmpty() ? NONE : StateCodec.read(values);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof State s
                && of.equals(s.of)
                && watermark == s.watermark
                && forgotten == s.forgotten
                && dropped == s.dropped
                && seen.equals(s.seen)
                && waiting.equals(s.waiting)
                && held.equals(s.held)
                && kept.equals(s.kept);
    }

    @Override
    public int hashCode() {
        return Objects.hash(of, watermark, seen, waiting, held);
    }

    @Override
    public String toString() {
        return values().toString();
    }
}

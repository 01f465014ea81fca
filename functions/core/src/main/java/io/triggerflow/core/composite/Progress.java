package io.triggerflow.core.composite;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** One step of a {@link Detector}. Confined to one thread. */
final class Progress {
    /** Events from before are taken to be of then: milliseconds must not overflow. */
    private static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");

    private final Rules rules;
    private final Compiled compiled;
    private final State before;
    private final Instant now;
    private final List<String> notes;
    private final Graph graph;
    private final Map<String, Kept> kept;
    private final TreeSet<State.Waiting> waiting;
    private final TreeSet<State.Seen> seen;
    private final Set<String> known = new HashSet<>();
    private final List<Detection> detections = new ArrayList<>();
    private final List<Arrival> late = new ArrayList<>();
    private long waitingText;
    private long forgotten;
    /** All instants up to here have been detected. */
    private long done;

    Progress(Rules rules, Compiled compiled, State before, Instant now, List<String> notes) {
        this.rules = rules;
        this.compiled = compiled;
        this.before = before;
        this.now = now;
        this.notes = notes;
        this.kept = new HashMap<>(before.kept());
        this.graph = new Graph(rules, compiled, before, kept);
        this.waiting = new TreeSet<>(before.waiting());
        this.seen = new TreeSet<>(before.seen());
        this.forgotten = before.forgotten();
        this.done = before.watermark();
        seen.forEach(s -> known.add(s.key()));
        for (State.Waiting w : waiting) {
            known.add(w.key());
            waitingText += kept.get(w.key()).size();
        }
    }

    /** Takes an event, unless it is a repeat or too late. */
    void arrive(Arrival arrival) {
        if (arrival.names().isEmpty() || rules.repeats(known, arrival.key())) {
            return;
        }
        long said = time(arrival);
        if (said > before.watermark()) {
            await(arrival, said, said);
            return;
        }
        if (said <= forgotten) {
            notes.add("Expected event " + arrival.key() + " by " + Instant.ofEpochMilli(before.watermark())
                    + ", but it came so late that nobody can tell whether it came before: it is left out");
            return;
        }
        switch (compiled.rule().late()) {
            case TAKE -> await(arrival, before.watermark() + 1, said);
            case DROP ->
                notes.add("Expected event " + arrival.key() + " by " + Instant.ofEpochMilli(before.watermark())
                        + ", but it came later: it is left out");
            case EMIT -> late.add(arrival);
        }
    }

    private long time(Arrival arrival) {
        Instant at = arrival.at();
        if (at.isAfter(now.plus(Detector.MAX_AHEAD))) {
            notes.add("Expected event " + arrival.key() + " not to be ahead of its time, but it says " + at
                    + ": it counts as of " + now);
            return now.toEpochMilli();
        }
        return (at.isBefore(EARLIEST) ? EARLIEST : at).toEpochMilli();
    }

    private void await(Arrival arrival, long at, long said) {
        Kept value = Kept.of(arrival.kept());
        waiting.add(new State.Waiting(at, arrival.key(), said, arrival.names()));
        kept.put(arrival.key(), value);
        known.add(arrival.key());
        waitingText += value.size();
    }

    /** Detects up to the watermark. Answers whether there is more to do, which was left for the next step. */
    boolean advance(boolean woken, int most) {
        long lateness = compiled.rule().lateness().toMillis();
        long to = before.watermark();
        if (!waiting.isEmpty()) {
            to = Math.max(to, waiting.last().at() - lateness);
        }
        if (woken) {
            to = Math.max(to, now.toEpochMilli() - lateness);
        }
        boolean crowded = false;
        for (long next = next(); next != Node.UNLIMITED && (next <= to || isCrowded()); next = next()) {
            if (detections.size() >= most && !isCrowded()) {
                return true;
            }
            crowded |= next > to;
            detect(next);
        }
        if (crowded) {
            notes.add("Expected at most " + Detector.MAX_WAITING + " events, or " + Detector.MAX_WAITING_TEXT
                    + " characters of them, under way, but there were more: less lateness was allowed");
        }
        done = Math.max(done, to);
        return false;
    }

    private boolean isCrowded() {
        return waiting.size() > Detector.MAX_WAITING || waitingText > Detector.MAX_WAITING_TEXT;
    }

    private long next() {
        long next = graph.next(done);
        return waiting.isEmpty() ? next : Math.min(next, waiting.first().at());
    }

    private void detect(long instant) {
        List<State.Waiting> arrivals = new ArrayList<>();
        while (!waiting.isEmpty() && waiting.first().at() == instant) {
            State.Waiting first = waiting.removeFirst();
            waitingText -= kept.get(first.key()).size();
            arrivals.add(first);
        }
        for (Occurrence occurrence : graph.at(instant, arrivals)) {
            detections.add(Detection.of(occurrence, keptOf(List.of(occurrence))));
        }
        arrivals.forEach(this::remember);
        done = instant;
    }

    private void remember(State.Waiting arrival) {
        seen.add(new State.Seen(arrival.said(), arrival.key()));
        if (seen.size() > Detector.MAX_SEEN) {
            forgotten = Math.max(forgotten, seen.removeFirst().said());
        }
    }

    private Map<String, Object> keptOf(List<Occurrence> occurrences) {
        Map<String, Object> of = new LinkedHashMap<>();
        for (Occurrence occurrence : occurrences) {
            for (Constituent constituent : occurrence.of()) {
                if (constituent instanceof Constituent.Named n) {
                    of.put(n.key(), kept.get(n.key()).value());
                }
            }
        }
        return of;
    }

    /** What came of it. */
    Step step(boolean more) {
        graph.forget(done);
        Map<Integer, List<List<Held>>> held = graph.held();
        int dropped = 0;
        for (Map.Entry<String, Integer> entry : graph.dropped().entrySet()) {
            notes.add("Expected " + entry.getKey() + ", but there were more: dropped " + entry.getValue());
            dropped += entry.getValue();
        }
        State next = new State(
                before.of(),
                done,
                forgotten,
                List.copyOf(seen),
                List.copyOf(waiting),
                held,
                stillKept(held),
                before.dropped() + dropped);
        long lateness = compiled.rule().lateness().toMillis();
        long due = next();
        Optional<Instant> wake = more
                ? Optional.of(now)
                : due == Node.UNLIMITED ? Optional.empty() : Optional.of(Instant.ofEpochMilli(due + lateness));
        return new Step(
                next,
                detections,
                late,
                wake,
                more || !waiting.isEmpty() || done == State.NEVER
                        ? Optional.empty()
                        : graph.expires().map(e -> later(e, lateness)),
                notes,
                Optional.empty());
    }

    private Instant later(long expires, long lateness) {
        return Instant.ofEpochMilli(Math.max(expires, done) + lateness).plus(Detector.MEMORY);
    }

    private Map<String, Kept> stillKept(Map<Integer, List<List<Held>>> held) {
        Set<String> keys = new HashSet<>();
        waiting.forEach(w -> keys.add(w.key()));
        held.values()
                .forEach(lists -> lists.forEach(list -> list.forEach(h -> h.occurrence().of().stream()
                        .filter(c -> c instanceof Constituent.Named)
                        .forEach(c -> keys.add(((Constituent.Named) c).key())))));
        Map<String, Kept> still = new HashMap<>();
        keys.forEach(k -> still.put(k, kept.get(k)));
        return still;
    }
}

package io.triggerflow.core.composite;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeSet;

/** Plays histories to a detector. */
final class Play {
    private final Detector detector;
    private final long lateness;
    private final List<Detection> detections = new ArrayList<>();
    private State state = State.NONE;
    private Step last;

    Play(Compiled compiled, Rules rules) {
        this.detector = new Detector(compiled, Integer.MAX_VALUE, rules);
        this.lateness = compiled.rule().lateness().toMillis();
    }

    static Arrival arrival(String key, long at, SortedSet<String> names) {
        return new Arrival(key, Instant.ofEpochMilli(at), names, Map.of("key", key));
    }

    /** Events as arrivals; those of the same key are one event. */
    static List<Arrival> arrivals(List<Randoms.Happened> history) {
        Map<String, Arrival> byKey = new LinkedHashMap<>();
        for (Randoms.Happened h : history) {
            SortedSet<String> names = new TreeSet<>();
            history.stream().filter(o -> o.key().equals(h.key())).forEach(o -> names.add(o.name()));
            byKey.put(h.key(), arrival(h.key(), h.at(), names));
        }
        return List.copyOf(byKey.values());
    }

    /** A step, with the state as it was stored and read. */
    Step step(List<Arrival> arrivals, long now, boolean woken) {
        return step(State.of(state.values()), arrivals, now, woken);
    }

    private Step step(State given, List<Arrival> arrivals, long now, boolean woken) {
        last = detector.step(given, arrivals, Instant.ofEpochMilli(now), woken);
        state = last.next();
        detections.addAll(last.detections());
        return last;
    }

    State state() {
        return state;
    }

    /** All at once, and the clock in one leap. */
    List<Detection> atOnce(List<Arrival> arrivals, long horizon) {
        step(State.NONE, arrivals, horizon + lateness, true);
        return detections;
    }

    /** Reordered within the lateness, with repeats, in batches, with wake-ups in between; in the end by the wake-ups that were asked for. */
    List<Detection> disturbed(List<Arrival> arrivals, long horizon, Random random) {
        record Due(Arrival arrival, long order) {}
        List<Due> order = new ArrayList<>();
        for (Arrival arrival : arrivals) {
            order.add(new Due(arrival, arrival.at().toEpochMilli() + random.nextLong(lateness)));
        }
        order.sort((x, y) -> Long.compare(x.order, y.order));
        int next = 0;
        while (next < order.size()) {
            List<Arrival> batch = new ArrayList<>();
            int n = 1 + random.nextInt(4);
            for (int i = 0; i < n && next < order.size(); i++) {
                batch.add(order.get(next++).arrival);
                if (random.nextInt(3) == 0) {
                    batch.add(order.get(random.nextInt(next)).arrival);
                }
            }
            Collections.shuffle(batch, random);
            step(batch, horizon + lateness, false);
            if (random.nextInt(3) == 0) {
                long pending = order.subList(next, order.size()).stream()
                        .mapToLong(d -> d.arrival.at().toEpochMilli())
                        .min()
                        .orElse(horizon);
                step(List.of(), pending + lateness - 1, true);
            }
        }
        Instant end = Instant.ofEpochMilli(horizon + lateness);
        while (last.wake().isPresent() && !last.wake().get().isAfter(end)) {
            step(List.of(), last.wake().get().toEpochMilli(), true);
        }
        return detections;
    }

    static String text(Detection d) {
        StringBuilder text =
                new StringBuilder(d.start().toEpochMilli() + ".." + d.end().toEpochMilli());
        for (Constituent c : d.of()) {
            text.append(' ')
                    .append(c.at())
                    .append(
                            switch (c) {
                                case Constituent.Named n -> "e" + n.key() + "/" + n.name();
                                case Constituent.Ticks t -> "t" + t.every() + "/" + t.count();
                            });
        }
        return text.toString();
    }
}

package io.triggerflow.core.composite;

import io.triggerflow.core.model.Ids;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/**
 * An occurrence of an event, over the interval from its start to its end, both included. It is known from its end on. Occurrences are
 * ordered by their end, then their start, then their constituents: "oldest" and "latest" always mean this order, so that ties in time are
 * decided by the events themselves and never by the order in which they came.
 *
 * @param start milliseconds since the epoch
 * @param end milliseconds since the epoch
 * @param of what it is made of: sorted, nothing twice
 */
public record Occurrence(long start, long end, List<Constituent> of) implements Comparable<Occurrence> {
    public Occurrence {
        of = List.copyOf(of);
    }

    static Occurrence primitive(String name, String key, long at) {
        return new Occurrence(at, at, List.of(new Constituent.Named(name, key, at)));
    }

    /** An instant of the clock, of the same constituents and this instant itself. */
    static Occurrence tick(Collection<Occurrence> since, long at) {
        return new Occurrence(at, at, constituents(since, List.of(new Constituent.Ticks(at, 0, 1))));
    }

    /** From the earliest start to the latest end. */
    static Occurrence of(Collection<Occurrence> parts) {
        long start = Long.MAX_VALUE;
        long end = Long.MIN_VALUE;
        for (Occurrence part : parts) {
            start = Math.min(start, part.start);
            end = Math.max(end, part.end);
        }
        return new Occurrence(start, end, constituents(parts, List.of()));
    }

    private static List<Constituent> constituents(Collection<Occurrence> parts, List<Constituent> more) {
        TreeSet<Constituent> all = new TreeSet<>(more);
        parts.forEach(p -> all.addAll(p.of));
        return new ArrayList<>(all);
    }

    /** A name that follows from the interval and the constituents alone. */
    String id() {
        List<String> parts = new ArrayList<>(List.of("composite", Long.toString(start), Long.toString(end)));
        for (Constituent constituent : of) {
            switch (constituent) {
                case Constituent.Named n -> parts.addAll(List.of("e", n.name(), n.key()));
                case Constituent.Ticks t -> parts.addAll(List.of("t", t.at() + "/" + t.every() + "/" + t.count()));
            }
        }
        return Ids.hash(parts.toArray(String[]::new));
    }

    @Override
    public int compareTo(Occurrence other) {
        int order = Long.compare(end, other.end);
        order = order != 0 ? order : Long.compare(start, other.start);
        for (int i = 0; order == 0 && i < Math.min(of.size(), other.of.size()); i++) {
            order = of.get(i).compareTo(other.of.get(i));
        }
        return order != 0 ? order : Integer.compare(of.size(), other.of.size());
    }
}

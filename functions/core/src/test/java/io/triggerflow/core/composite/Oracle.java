package io.triggerflow.core.composite;

import io.triggerflow.core.model.Composite;
import io.triggerflow.core.model.Composite.Context;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import java.util.function.Predicate;

/**
 * What the definitions of the package say of a whole history, by trying everything: no state, no watermark, no order of arrival, no
 * code of the detector. For histories of a few events.
 */
final class Oracle {
    /** Occurrences of one expression; beyond that a case is given up. */
    static final int MAX = 150;

    private static final long UNLIMITED = Long.MAX_VALUE / 4;

    /** A constituent: when, and a text that orders and names it. */
    record Part(long at, String label) implements Comparable<Part> {
        @Override
        public int compareTo(Part other) {
            return at != other.at ? Long.compare(at, other.at) : label.compareTo(other.label);
        }
    }

    record Occ(long start, long end, List<Part> parts) implements Comparable<Occ> {
        static Occ of(Collection<Occ> all) {
            TreeSet<Part> parts = new TreeSet<>();
            all.forEach(o -> parts.addAll(o.parts));
            return new Occ(
                    all.stream().mapToLong(Occ::start).min().orElseThrow(),
                    all.stream().mapToLong(Occ::end).max().orElseThrow(),
                    List.copyOf(parts));
        }

        @Override
        public int compareTo(Occ o) {
            Comparator<Occ> byTime = Comparator.comparingLong(Occ::end).thenComparingLong(Occ::start);
            int order = byTime.compare(this, o);
            for (int i = 0; order == 0 && i < parts.size() && i < o.parts.size(); i++) {
                order = parts.get(i).compareTo(o.parts.get(i));
            }
            return order != 0 ? order : Integer.compare(parts.size(), o.parts.size());
        }

        boolean before(Occ other) {
            return end < other.start;
        }
    }

    static final class TooLarge extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private final List<Randoms.Happened> history;
    private final long horizon;

    Oracle(List<Randoms.Happened> history, long horizon) {
        this.history = history;
        this.horizon = horizon;
    }

    List<Occ> all(Composite event) {
        return all(event, Context.CHRONICLE, UNLIMITED);
    }

    private List<Occ> all(Composite event, Context c, long d) {
        Collection<Occ> found =
                switch (event) {
                    case Composite.Modified m ->
                        all(
                                m.of(),
                                m.context().orElse(c),
                                m.within().map(Duration::toMillis).orElse(d));
                    case Composite.Primitive p -> primitives(p.name());
                    case Composite.Or o ->
                        o.of().stream()
                                .flatMap(x -> all(x, c, UNLIMITED).stream())
                                .filter(x -> x.end - x.start <= d)
                                .toList();
                    case Composite.And a -> any(a.of(), a.of().size(), c, d);
                    case Composite.Any a -> any(a.of(), a.count(), c, d);
                    case Composite.Seq s -> sequence(s.of(), c, d);
                    case Composite.Not n -> {
                        List<Occ> absent = all(n.absent(), c, UNLIMITED);
                        yield pairs(
                                all(n.from(), c, UNLIMITED),
                                all(n.to(), c, UNLIMITED),
                                held(n.from(), c),
                                d,
                                (one, three) ->
                                        absent.stream().noneMatch(x -> x.start >= one.end && x.end <= three.start));
                    }
                    case Composite.Absent a ->
                        delayed(
                                a.from(),
                                all(a.absent(), c, UNLIMITED),
                                a.after().toMillis(),
                                c,
                                d,
                                true);
                    case Composite.Plus p ->
                        delayed(p.of(), List.of(), p.after().toMillis(), c, UNLIMITED, false);
                    case Composite.Aperiodic a -> a.collected() ? collected(a, c, d) : aperiodic(a, c, d);
                    case Composite.Periodic p -> p.collected() ? collectedTicks(p, c, d) : periodic(p, c, d);
                    case Composite.Times t -> OracleCounts.times(all(t.of(), c, UNLIMITED), t.count(), c, d);
                    case Composite.Every e -> OracleCounts.every(all(e.of(), c, UNLIMITED), e.count(), d);
                };
        TreeSet<Occ> sorted = new TreeSet<>(found);
        sorted.removeIf(o -> o.end > horizon);
        if (sorted.size() > MAX) {
            throw new TooLarge();
        }
        return List.copyOf(sorted);
    }

    private List<Occ> any(List<Composite> of, int count, Context c, long d) {
        return OracleCounts.any(
                of.stream().map(o -> all(o, c, UNLIMITED)).toList(),
                count,
                c,
                of.stream().map(o -> held(o, c)).toList(),
                d);
    }

    private List<Occ> primitives(String name) {
        return new HashSet<>(history)
                .stream()
                        .filter(h -> h.name().equals(name))
                        .map(h -> new Occ(h.at(), h.at(), List.of(new Part(h.at(), "e" + h.key() + "\0" + h.name()))))
                        .toList();
    }

    private static Context held(Composite operand, Context c) {
        return operand instanceof Composite.Modified m ? m.held().orElse(c) : c;
    }

    /** Ways to use candidates, the oldest first. */
    static List<List<Occ>> groups(Context c, List<Occ> candidates) {
        int n = candidates.size();
        return switch (c) {
            case UNRESTRICTED, CONTINUOUS -> candidates.stream().map(List::of).toList();
            case RECENT -> n == 0 ? List.of() : List.of(candidates.subList(n - 1, n));
            case CHRONICLE -> n == 0 ? List.of() : List.of(candidates.subList(0, 1));
            case CUMULATIVE -> n == 0 ? List.of() : List.of(candidates);
        };
    }

    static boolean uses(Context c) {
        return c != Context.UNRESTRICTED && c != Context.RECENT;
    }

    static Occ join(Collection<Occ> some, Occ last) {
        List<Occ> all = new ArrayList<>(some);
        all.add(last);
        return Occ.of(all);
    }

    /** In recent, only the latest that has ended by an instant is ever considered. */
    private static Predicate<Occ> considered(Context c, List<Occ> initiators, long by) {
        Optional<Occ> latest = initiators.stream().filter(o -> o.end <= by).max(Comparator.naturalOrder());
        return o -> c != Context.RECENT || latest.filter(o::equals).isPresent();
    }

    private List<Occ> sequence(List<Composite> of, Context c, long d) {
        List<Occ> prefix = all(of.getFirst(), c, UNLIMITED);
        for (int i = 1; i < of.size(); i++) {
            prefix = List.copyOf(new TreeSet<>(
                    pairs(prefix, all(of.get(i), c, UNLIMITED), held(of.get(i - 1), c), d, (one, two) -> true)));
        }
        return prefix;
    }

    private static List<Occ> pairs(List<Occ> ones, List<Occ> twos, Context c, long d, BiPredicate<Occ, Occ> admits) {
        List<Occ> found = new ArrayList<>();
        Set<Occ> used = new HashSet<>();
        for (Occ two : twos) {
            List<Occ> candidates = ones.stream()
                    .filter(one -> one.before(two) && two.end - one.start <= d && admits.test(one, two))
                    .filter(one -> !used.contains(one))
                    .filter(considered(c, ones, two.end))
                    .toList();
            for (List<Occ> group : groups(c, candidates)) {
                found.add(join(group, two));
                if (uses(c)) {
                    used.addAll(group);
                }
            }
        }
        return found;
    }

    private static Occ tick(long at) {
        return new Occ(at, at, List.of(new Part(at, "t0\0" + 1)));
    }

    private List<Occ> delayed(
            Composite from, List<Occ> absent, long delay, Context nodes, long d, boolean wholeInterval) {
        Context c = held(from, nodes);
        List<Occ> ones = all(from, nodes, UNLIMITED);
        List<Occ> found = new ArrayList<>();
        Set<Occ> used = new HashSet<>();
        for (Occ timer : ones) {
            long at = timer.end + delay;
            Predicate<Occ> alive = one -> one.end < at
                    && !used.contains(one)
                    && one.end + delay - one.start <= d
                    && considered(c, ones, at).test(one)
                    && absent.stream().noneMatch(x -> x.start >= one.end && x.end <= at);
            if (!alive.test(timer)) {
                continue;
            }
            List<Occ> group =
                    c == Context.CUMULATIVE ? ones.stream().filter(alive).toList() : List.of(timer);
            used.addAll(group);
            Occ all = join(group, tick(at));
            found.add(wholeInterval ? all : new Occ(at, at, all.parts));
        }
        return found;
    }

    /** When each window is closed: by the first terminator after it; in chronicle each terminator closes the oldest only. */
    private static boolean open(Occ one, List<Occ> ones, List<Occ> closers, Context c, long d, Predicate<Occ> until) {
        List<Occ> relevant = closers.stream().filter(until).toList();
        if (c != Context.CHRONICLE) {
            return relevant.stream().noneMatch(one::before);
        }
        Set<Occ> closed = new HashSet<>();
        for (Occ three : relevant) {
            ones.stream()
                    .filter(o -> o.before(three) && three.end - o.start <= d && !closed.contains(o))
                    .findFirst()
                    .ifPresent(closed::add);
        }
        return !closed.contains(one);
    }

    private List<Occ> aperiodic(Composite.Aperiodic a, Context nodes, long d) {
        Context c = held(a.from(), nodes);
        List<Occ> ones = all(a.from(), nodes, UNLIMITED);
        List<Occ> threes = all(a.to(), nodes, UNLIMITED);
        List<Occ> found = new ArrayList<>();
        for (Occ two : all(a.each(), nodes, UNLIMITED)) {
            List<Occ> candidates = ones.stream()
                    .filter(one -> one.before(two) && two.end - one.start <= d)
                    .filter(considered(c, ones, two.end))
                    .filter(one -> open(one, ones, threes, c, d, three -> three.end <= two.end))
                    .toList();
            groups(c, candidates).forEach(g -> found.add(join(g, two)));
        }
        return found;
    }

    private List<Occ> collected(Composite.Aperiodic a, Context nodes, long d) {
        Context c = held(a.from(), nodes);
        List<Occ> ones = all(a.from(), nodes, UNLIMITED);
        List<Occ> twos = all(a.each(), nodes, UNLIMITED);
        List<Occ> threes = all(a.to(), nodes, UNLIMITED);
        List<Occ> found = new ArrayList<>();
        for (Occ three : threes) {
            for (List<Occ> group : groups(c, closable(ones, threes, three, c, d))) {
                List<Occ> parts = new ArrayList<>(group);
                twos.stream()
                        .filter(two -> two.before(three) && group.stream().anyMatch(one -> one.before(two)))
                        .forEach(parts::add);
                found.add(join(parts, three));
            }
        }
        return found;
    }

    private static List<Occ> closable(List<Occ> ones, List<Occ> threes, Occ three, Context c, long d) {
        return ones.stream()
                .filter(one -> one.before(three) && three.end - one.start <= d)
                .filter(considered(c, ones, three.end))
                .filter(one -> open(one, ones, threes, c, d, other -> other.compareTo(three) < 0))
                .toList();
    }

    private List<Occ> periodic(Composite.Periodic p, Context nodes, long d) {
        Context c = held(p.from(), nodes);
        List<Occ> ones = all(p.from(), nodes, UNLIMITED);
        List<Occ> threes = all(p.to(), nodes, UNLIMITED);
        long every = p.every().toMillis();
        TreeSet<Long> instants = new TreeSet<>();
        for (Occ one : ones) {
            for (long at = one.end + every; at <= horizon; at += every) {
                instants.add(at);
            }
        }
        List<Occ> found = new ArrayList<>();
        for (long at : instants) {
            List<Occ> candidates = ones.stream()
                    .filter(one -> one.end < at && at - one.start <= d)
                    .filter(considered(c, ones, at))
                    .filter(one -> open(one, ones, threes, c, d, three -> three.end <= at))
                    .toList();
            for (List<Occ> group : groups(c, candidates)) {
                if ((at - group.getFirst().end) % every == 0) {
                    found.add(new Occ(at, at, join(group, tick(at)).parts));
                }
            }
        }
        return found;
    }

    private List<Occ> collectedTicks(Composite.Periodic p, Context nodes, long d) {
        Context c = held(p.from(), nodes);
        List<Occ> ones = all(p.from(), nodes, UNLIMITED);
        List<Occ> threes = all(p.to(), nodes, UNLIMITED);
        long every = p.every().toMillis();
        List<Occ> found = new ArrayList<>();
        for (Occ three : threes) {
            for (List<Occ> group : groups(c, closable(ones, threes, three, c, d))) {
                List<Occ> parts = new ArrayList<>(group);
                long first = group.getFirst().end + every;
                long count = 0;
                while (first + count * every < three.start) {
                    count++;
                }
                if (count > 0) {
                    String label = "t" + (count == 1 ? 0 : every) + "\0" + count;
                    parts.add(new Occ(first, first, List.of(new Part(first, label))));
                }
                found.add(join(parts, three));
            }
        }
        return found;
    }
}

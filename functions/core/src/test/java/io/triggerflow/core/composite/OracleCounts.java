package io.triggerflow.core.composite;

import io.triggerflow.core.composite.Oracle.Occ;
import io.triggerflow.core.model.Composite.Context;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The part of the {@link Oracle} that chooses among several: TIMES, EVERY and ANY. */
final class OracleCounts {
    private OracleCounts() {}

    static List<Occ> times(List<Occ> all, int n, Context c, long d) {
        List<Occ> seen = all.stream().filter(o -> o.end() - o.start() <= d).toList();
        List<Occ> found = new ArrayList<>();
        Set<Occ> used = new HashSet<>();
        for (int i = 0; i < seen.size(); i++) {
            Occ last = seen.get(i);
            List<Occ> earlier = seen.subList(0, i).stream()
                    .filter(o -> last.end() - o.start() <= d && !used.contains(o))
                    .toList();
            switch (c) {
                case UNRESTRICTED -> {
                    for (List<Occ> some : subsets(earlier, n - 1)) {
                        found.add(Oracle.join(some, last));
                    }
                }
                case RECENT, CONTINUOUS -> {
                    List<Occ> run = i < n - 1 ? List.of() : seen.subList(i - n + 1, i);
                    if (i >= n - 1 && earlier.containsAll(run)) {
                        found.add(Oracle.join(run, last));
                    }
                }
                case CHRONICLE, CUMULATIVE -> {
                    if (earlier.size() >= n - 1) {
                        found.add(Oracle.join(earlier.subList(0, n - 1), last));
                        used.addAll(earlier.subList(0, n - 1));
                        used.add(last);
                    }
                }
            }
        }
        return found;
    }

    static List<Occ> every(List<Occ> all, int n, long d) {
        List<Occ> found = new ArrayList<>();
        for (int i = n; i <= all.size(); i += n) {
            found.add(Occ.of(all.subList(i - n, i)));
        }
        return found.stream().filter(o -> o.end() - o.start() <= d).toList();
    }

    static <T> List<List<T>> subsets(List<T> all, int size) {
        if (size == 0) {
            return List.of(List.of());
        }
        List<List<T>> found = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            for (List<T> rest : subsets(all.subList(i + 1, all.size()), size - 1)) {
                List<T> some = new ArrayList<>(List.of(all.get(i)));
                some.addAll(rest);
                found.add(some);
            }
            if (found.size() > 10 * Oracle.MAX) {
                throw new Oracle.TooLarge();
            }
        }
        return found;
    }

    private record Mark(Occ occ, int operand) {}

    /** @param held the context of each operand */
    static List<Occ> any(List<List<Occ>> of, int count, Context c, List<Context> held, long d) {
        List<Mark> marks = new ArrayList<>();
        for (int i = 0; i < of.size(); i++) {
            for (Occ occ : of.get(i)) {
                if (occ.end() - occ.start() <= d) {
                    marks.add(new Mark(occ, i));
                }
            }
        }
        marks.sort(Comparator.comparing(Mark::occ).thenComparing(Mark::operand));
        List<Occ> found = new ArrayList<>();
        Set<Mark> used = new HashSet<>();
        for (int k = 0; k < marks.size(); k++) {
            Mark last = marks.get(k);
            List<List<Mark>> sides = new ArrayList<>();
            for (int i = 0; i < of.size(); i++) {
                int operand = i;
                List<Mark> side = marks.subList(0, k).stream()
                        .filter(m -> m.operand == operand && operand != last.operand && !used.contains(m))
                        .toList();
                if (held.get(i) == Context.RECENT && !side.isEmpty()) {
                    side = side.subList(side.size() - 1, side.size());
                }
                side = side.stream()
                        .filter(m -> last.occ.end() - m.occ.start() <= d)
                        .toList();
                if (!side.isEmpty()) {
                    sides.add(side);
                }
            }
            List<List<List<Mark>>> choices = subsets(sides, count - 1);
            if (choices.isEmpty()) {
                continue;
            }
            List<List<List<Mark>>> taken = c == Context.UNRESTRICTED ? choices : List.of(best(sides, count - 1, c));
            Set<Mark> nowUsed = new HashSet<>();
            for (List<List<Mark>> choice : taken) {
                combine(held, choice, List.of(last.occ), found, nowUsed);
            }
            used.addAll(nowUsed);
            if (Oracle.uses(held.get(last.operand))) {
                used.add(last);
            }
        }
        return found;
    }

    private static List<List<Mark>> best(List<List<Mark>> sides, int size, Context c) {
        Comparator<List<Mark>> latestFirst =
                Comparator.<List<Mark>, Occ>comparing(s -> s.getLast().occ).reversed();
        Comparator<List<Mark>> oldestFirst = Comparator.comparing(s -> s.getFirst().occ);
        return sides.stream()
                .sorted((c == Context.RECENT ? latestFirst : oldestFirst).thenComparing(s -> s.getFirst().operand))
                .limit(size)
                .toList();
    }

    private static void combine(
            List<Context> held, List<List<Mark>> sides, List<Occ> parts, List<Occ> found, Set<Mark> used) {
        if (sides.isEmpty()) {
            found.add(Occ.of(parts));
            if (found.size() > 10 * Oracle.MAX) {
                throw new Oracle.TooLarge();
            }
            return;
        }
        List<Mark> side = sides.getFirst();
        Context own = held.get(side.getFirst().operand);
        for (List<Occ> group : Oracle.groups(own, side.stream().map(Mark::occ).toList())) {
            if (Oracle.uses(own)) {
                group.forEach(o -> used.add(new Mark(o, side.getFirst().operand)));
            }
            List<Occ> more = new ArrayList<>(parts);
            more.addAll(group);
            combine(held, sides.subList(1, sides.size()), more, found, used);
        }
    }
}

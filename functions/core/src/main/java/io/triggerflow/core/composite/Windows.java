package io.triggerflow.core.composite;

import io.triggerflow.core.model.Composite.Context;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A, A*, P and P*: an initiator opens a window, which the next terminator after it closes. */
final class Windows {
    private static final int DETAILS = 1;

    private Windows() {}

    static void aperiodic(Turn turn) {
        turn.begin();
        turn.in().get(2).forEach(terminator -> close(turn, terminator));
        for (Occurrence detail : turn.in().get(1)) {
            for (List<Held> group : turn.chosen(turn.candidates(0, detail))) {
                turn.out().add(group, detail);
            }
        }
    }

    static void aperiodicAll(Turn turn) {
        turn.begin();
        turn.in().get(1).forEach(detail -> turn.lists().hold(DETAILS, detail));
        turn.in().get(2).forEach(terminator -> {
            for (List<Held> group : closed(turn, terminator)) {
                turn.out().add(withDetails(turn, group, terminator), terminator);
            }
        });
        forget(turn.rules(), turn.lists());
    }

    /** Forgets what lies in no open window. */
    static void forget(Rules rules, Lists lists) {
        lists.list(DETAILS)
                .removeIf(d -> lists.list().stream().noneMatch(h -> rules.before(h.occurrence(), d.occurrence())));
    }

    private static List<Held> withDetails(Turn turn, List<Held> group, Occurrence terminator) {
        List<Held> all = new ArrayList<>(group);
        for (Held detail : turn.lists().list(DETAILS)) {
            boolean inside = turn.rules().before(detail.occurrence(), terminator)
                    && group.stream().anyMatch(h -> turn.rules().before(h.occurrence(), detail.occurrence()));
            if (inside) {
                all.add(detail);
            }
        }
        return all;
    }

    static void periodic(Turn turn) {
        turn.begin();
        turn.in().get(1).forEach(terminator -> close(turn, terminator));
        List<Held> candidates = turn.lists().list().stream()
                .filter(h -> h.occurrence().end() < turn.now()
                        && h.reaches(turn.now(), turn.node().within()))
                .toList();
        for (List<Held> group : turn.chosen(candidates)) {
            // Several windows together tick as the oldest of them does.
            if ((turn.now() - group.getFirst().occurrence().end()) % turn.node().time() == 0) {
                turn.out().add(Occurrence.tick(Output.occurrences(group), turn.now()));
            }
        }
    }

    static void periodicAll(Turn turn) {
        turn.begin();
        turn.in().get(1).forEach(terminator -> {
            for (List<Held> group : closed(turn, terminator)) {
                List<Occurrence> parts = Output.occurrences(group);
                parts.add(terminator);
                ticks(turn, group, terminator).ifPresent(parts::add);
                turn.out().add(Occurrence.of(parts));
            }
        });
    }

    /** The instants between, as an occurrence of its own that lies between. */
    private static Optional<Occurrence> ticks(Turn turn, List<Held> group, Occurrence terminator) {
        long every = turn.node().time();
        long from = group.getFirst().occurrence().end();
        long count = (terminator.start() - 1 - from) / every;
        if (count == 0) {
            return Optional.empty();
        }
        long first = from + every;
        var ticks = new Constituent.Ticks(first, count == 1 ? 0 : every, count);
        return Optional.of(new Occurrence(first, from + count * every, List.of(ticks)));
    }

    /** Closes without an occurrence. */
    private static void close(Turn turn, Occurrence terminator) {
        closed(turn, terminator);
    }

    /** Closes the windows that a terminator closes, in {@code chronicle} only the oldest; gives those that are within the time limit. */
    private static List<List<Held>> closed(Turn turn, Occurrence terminator) {
        List<Held> candidates = turn.candidates(0, terminator);
        List<List<Held>> groups = turn.chosen(candidates);
        if (turn.node().context() == Context.CHRONICLE) {
            groups.forEach(g -> turn.remove(0, g));
        } else {
            turn.remove(0, candidates);
        }
        return groups;
    }

    /** The next instant after one at which a window of P may tick. */
    static long next(Node node, Lists lists, long after) {
        boolean oldestOnly = node.within() == Node.UNLIMITED
                && (node.context() == Context.CHRONICLE || node.context() == Context.CUMULATIVE);
        long next = Node.UNLIMITED;
        for (Held held : lists.list()) {
            long end = held.occurrence().end();
            long at = end + Math.max(1, (after - end) / node.time() + 1) * node.time();
            if (held.reaches(at, node.within())) {
                next = Math.min(next, at);
            }
            if (oldestOnly) {
                return next;
            }
        }
        return next;
    }
}

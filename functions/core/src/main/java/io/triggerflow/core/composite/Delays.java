package io.triggerflow.core.composite;

import io.triggerflow.core.model.Composite.Context;
import java.util.ArrayList;
import java.util.List;

/** PLUS, and NOT with a duration: an initiator, and the clock. */
final class Delays {
    private Delays() {}

    static void plus(Turn turn) {
        turn.begin();
        fire(turn);
    }

    static void absent(Turn turn) {
        Node node = turn.node();
        turn.begin();
        // What takes too long from its start to the instant after the delay never occurs.
        turn.lists().list().removeIf(h -> !h.reaches(h.occurrence().end() + node.time(), node.within()));
        for (Occurrence absent : turn.in().get(1)) {
            turn.lists().list().removeIf(h -> turn.rules().spoils(absent, h.occurrence()));
        }
        fire(turn);
    }

    private static void fire(Turn turn) {
        for (List<Held> group : due(turn)) {
            Occurrence tick = Occurrence.tick(Output.occurrences(group), turn.now());
            if (turn.node().kind() == Node.Kind.PLUS) {
                turn.out().add(tick);
            } else {
                turn.out().add(group, tick);
            }
            turn.remove(0, group);
        }
    }

    private static List<List<Held>> due(Turn turn) {
        List<Held> held = turn.lists().list();
        List<Held> due = held.stream()
                .filter(h -> h.occurrence().end() + turn.node().time() == turn.now())
                .toList();
        if (turn.node().context() == Context.CUMULATIVE) {
            return due.isEmpty()
                    ? List.of()
                    : List.of(held.stream()
                            .filter(h -> h.occurrence().end() < turn.now())
                            .toList());
        }
        return new ArrayList<>(due.stream().map(List::of).toList());
    }

    /** The next instant after one at which something may be due. */
    static long next(Node node, Lists lists, long after) {
        // The oldest are the first: their end comes first.
        for (Held held : lists.list()) {
            long at = held.occurrence().end() + node.time();
            if (at > after) {
                return at;
            }
        }
        return Node.UNLIMITED;
    }
}

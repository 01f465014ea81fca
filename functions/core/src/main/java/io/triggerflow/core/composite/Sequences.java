package io.triggerflow.core.composite;

import java.util.List;

/** SEQ and NOT: an initiator, and a terminator that begins after it has ended. */
final class Sequences {
    private Sequences() {}

    static void seq(Turn turn) {
        turn.begin();
        turn.in().get(1).forEach(terminator -> end(turn, terminator));
    }

    static void not(Turn turn) {
        turn.begin();
        turn.in().get(1).forEach(absent -> spoil(turn, absent));
        turn.in().get(2).forEach(terminator -> end(turn, terminator));
    }

    private static void spoil(Turn turn, Occurrence absent) {
        turn.lists()
                .list()
                .replaceAll(h -> turn.rules().spoils(absent, h.occurrence())
                        ? new Held(h.occurrence(), Math.min(h.spoiled(), absent.end()))
                        : h);
    }

    private static void end(Turn turn, Occurrence terminator) {
        List<Held> candidates = turn.candidates(0, terminator).stream()
                .filter(h -> terminator.start() < h.spoiled())
                .toList();
        for (List<Held> group : turn.chosen(candidates)) {
            turn.out().add(group, terminator);
            if (turn.rules().consumes(turn.node().context())) {
                turn.remove(0, group);
            }
        }
    }
}

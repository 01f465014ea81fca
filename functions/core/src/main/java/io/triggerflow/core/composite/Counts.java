package io.triggerflow.core.composite;

import io.triggerflow.core.model.Composite.Context;
import java.util.ArrayList;
import java.util.List;

/** TIMES and EVERY: so many of one operand. */
final class Counts {
    private Counts() {}

    static void every(Turn turn) {
        List<Held> held = turn.lists().list();
        for (Occurrence next : turn.in().getFirst()) {
            turn.lists().hold(0, next);
            if (held.size() == turn.node().count()) {
                Occurrence all = Occurrence.of(Output.occurrences(held));
                if (all.end() - all.start() <= turn.node().within()) {
                    turn.out().add(all);
                }
                held.clear();
            }
        }
    }

    static void times(Turn turn) {
        for (Occurrence next : turn.in().getFirst()) {
            if (next.end() - next.start() <= turn.node().within()) {
                times(turn, next);
            }
        }
    }

    private static void times(Turn turn, Occurrence next) {
        int others = turn.node().count() - 1;
        List<Held> candidates = turn.lists().list().stream()
                .filter(h -> h.reaches(next.end(), turn.node().within()))
                .toList();
        boolean enough = candidates.size() >= others;
        Context context = turn.node().context();
        switch (context) {
            case UNRESTRICTED -> {
                if (enough) {
                    subsets(turn, candidates, 0, new ArrayList<>(), next);
                }
                turn.lists().hold(0, next);
            }
            case RECENT, CONTINUOUS -> {
                List<Held> held = turn.lists().list();
                if (held.size() == others && candidates.size() == others) {
                    turn.out().add(candidates, next);
                }
                turn.lists().hold(0, next);
                if (held.size() > others) {
                    held.removeFirst();
                }
            }
            case CHRONICLE, CUMULATIVE -> {
                if (enough) {
                    turn.out().add(candidates.subList(0, others), next);
                    if (turn.rules().consumes(context)) {
                        turn.remove(0, candidates.subList(0, others));
                    }
                } else {
                    turn.lists().hold(0, next);
                }
            }
        }
    }

    /** Each choice of so many candidates gives an occurrence. Answers false once there is room for no more. */
    private static boolean subsets(Turn turn, List<Held> candidates, int from, List<Held> some, Occurrence next) {
        int missing = turn.node().count() - 1 - some.size();
        if (missing == 0) {
            return turn.out().add(some, next);
        }
        for (int i = from; i <= candidates.size() - missing; i++) {
            some.add(candidates.get(i));
            boolean room = subsets(turn, candidates, i + 1, some, next);
            some.removeLast();
            if (!room) {
                return false;
            }
        }
        return true;
    }
}

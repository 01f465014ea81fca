package io.triggerflow.core.composite;

import io.triggerflow.core.model.Composite.Context;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * One operator at one instant.
 *
 * @param now the instant
 * @param in the occurrences of its operands that end now, each sorted
 * @param lists what it holds
 * @param out what it gives
 */
record Turn(Rules rules, Node node, long now, List<List<Occurrence>> in, Lists lists, Output out) {
    /** The held occurrences of a list that are over before a terminator begins, and within the time limit with it. */
    List<Held> candidates(int list, Occurrence terminator) {
        List<Held> candidates = new ArrayList<>();
        for (Held held : lists.list(list)) {
            if (rules.before(held.occurrence(), terminator) && held.reaches(terminator.end(), node.within())) {
                candidates.add(held);
            }
        }
        return candidates;
    }

    List<List<Held>> chosen(List<Held> candidates) {
        return rules.chosen(node.context(), candidates);
    }

    void remove(int list, Collection<Held> used) {
        if (!used.isEmpty()) {
            Set<Held> gone = new HashSet<>(used);
            lists.list(list).removeIf(gone::contains);
        }
    }

    /** Holds the occurrences of the first operand that end now, as initiators. */
    void begin() {
        Context context = node.context();
        in.getFirst().forEach(o -> lists.begin(context, o));
    }
}

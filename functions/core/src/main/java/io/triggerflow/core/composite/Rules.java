package io.triggerflow.core.composite;

import io.triggerflow.core.model.Composite.Context;
import java.util.List;
import java.util.Set;

/** The few rules that all operators share, in one place, so that tests can break each and see it caught. */
class Rules {
    static final Rules SNOOP = new Rules();

    /** Interval semantics: one has ended before the other begins. */
    boolean before(Occurrence one, Occurrence other) {
        return one.end() < other.start();
    }

    /**
     * Which of the candidates, the oldest first, are used with a terminator: each list gives one occurrence of the operator.
     *
     * @param candidates those that the operator's own conditions admit
     */
    List<List<Held>> chosen(Context context, List<Held> candidates) {
        if (candidates.isEmpty()) {
            return List.of();
        }
        return switch (context) {
            case UNRESTRICTED, CONTINUOUS -> candidates.stream().map(List::of).toList();
            case RECENT -> List.of(List.of(candidates.getLast()));
            case CHRONICLE -> List.of(List.of(candidates.getFirst()));
            case CUMULATIVE -> List.of(List.copyOf(candidates));
        };
    }

    /** Whether what was chosen is used up by it. */
    boolean consumes(Context context) {
        return switch (context) {
            case UNRESTRICTED, RECENT -> false;
            case CHRONICLE, CONTINUOUS, CUMULATIVE -> true;
        };
    }

    /** Whether a whole occurrence lies in the closed interval from the end of one to an instant. */
    boolean spoils(Occurrence absent, Occurrence from) {
        return absent.start() >= from.end();
    }

    /** Whether an event is one that was seen. */
    boolean repeats(Set<String> seen, String key) {
        return seen.contains(key);
    }

    /** An operator is about to be asked what an instant means to it. */
    void asked(Node node) {}
}

package io.triggerflow.core.composite;

import io.triggerflow.core.model.Composite.Context;
import java.util.List;

/**
 * An operator in the graph of a compiled composite. Two that are equal but for their number are the same node, so that what is written
 * twice is detected once.
 *
 * @param kind which operator
 * @param operands the numbers of its operands, in the order of {@link Kind}
 * @param contexts how each operand's occurrences are chosen and used up; empty where an operator has no choice
 * @param within the longest an occurrence may take, in milliseconds; {@link #UNLIMITED}
 * @param time the period or delay in milliseconds, or 0
 * @param count how many are needed, or 0
 * @param name of a primitive event, or empty
 */
record Node(Kind kind, List<Integer> operands, List<Context> contexts, long within, long time, int count, String name) {
    static final long UNLIMITED = Long.MAX_VALUE;

    /** The operators. */
    enum Kind {
        PRIMITIVE(0),
        OR(0),
        /** Count of its operands; AND needs all. */
        ANY(-1),
        /** E1, E2. */
        SEQ(1),
        /** E1, E2 (absent), E3. */
        NOT(1),
        /** E1, E2 (absent). */
        ABSENT(1),
        /** E1. */
        PLUS(1),
        /** E1, E2, E3. */
        APERIODIC(1),
        /** E1, E2, E3; holds E1 and E2. */
        APERIODIC_ALL(2),
        /** E1, E3. */
        PERIODIC(1),
        /** E1, E3. */
        PERIODIC_ALL(1),
        TIMES(1),
        EVERY(1);

        private final int lists;

        Kind(int lists) {
            this.lists = lists;
        }
    }

    Node {
        operands = List.copyOf(operands);
        contexts = List.copyOf(contexts);
    }

    /** How many lists of occurrences it holds. */
    int lists() {
        return kind == Kind.ANY ? operands.size() : kind.lists;
    }

    /** The context of its initiator. */
    Context context() {
        return contexts.getFirst();
    }
}

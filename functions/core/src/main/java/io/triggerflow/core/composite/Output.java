package io.triggerflow.core.composite;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Consumer;

/** The occurrences of one operator at one instant: sorted, each once, of a bounded number and size. Confined to one thread. */
final class Output {
    /** Occurrences of one operator at one instant: what {@code unrestricted} combines grows as a product. */
    static final int MAX_AT_ONCE = 1_000;
    /** Constituents of one occurrence: {@code cumulative} folds all that is held. */
    static final int MAX_CONSTITUENTS = 1_000;

    private final TreeSet<Occurrence> all = new TreeSet<>();
    private final Consumer<String> overflow;

    /** @param overflow told of each occurrence that there is no room for */
    Output(Consumer<String> overflow) {
        this.overflow = overflow;
    }

    /** Answers false once nothing more can be taken. */
    boolean add(Occurrence occurrence) {
        if (occurrence.of().size() > MAX_CONSTITUENTS) {
            overflow.accept("an occurrence of at most " + MAX_CONSTITUENTS + " events");
            return true;
        }
        if (all.size() == MAX_AT_ONCE && !all.contains(occurrence)) {
            overflow.accept("at most " + MAX_AT_ONCE + " occurrences of an operator at one instant");
            return false;
        }
        all.add(occurrence);
        return true;
    }

    /** An occurrence of what was held and a terminator. */
    boolean add(Collection<Held> held, Occurrence terminator) {
        List<Occurrence> parts = occurrences(held);
        parts.add(terminator);
        return add(Occurrence.of(parts));
    }

    static List<Occurrence> occurrences(Collection<Held> held) {
        List<Occurrence> parts = new ArrayList<>(held.size() + 1);
        held.forEach(h -> parts.add(h.occurrence()));
        return parts;
    }

    List<Occurrence> sorted() {
        return all.isEmpty() ? List.of() : List.copyOf(all);
    }
}

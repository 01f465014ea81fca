package io.triggerflow.core.control;

import io.triggerflow.core.model.Entry;
import java.util.Comparator;
import java.util.List;

/** Puts entries, which the store gives in the order of their keys, in the order in which they happened. */
public final class History {
    private History() {}

    /** By time; of the same instant, by depth: a cause before its effects. The clocks of two engines may differ by milliseconds. */
    public static List<Entry> inOrder(List<Entry> entries) {
        return entries.stream()
                .sorted(Comparator.comparing(Entry::at)
                        .thenComparing(Entry::depth)
                        .thenComparing(Entry::key))
                .toList();
    }
}

package io.triggerflow.core.composite;

import io.triggerflow.core.model.Composite.Context;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** What one operator holds, while a step changes it. Each list is sorted, the oldest first. Confined to one thread. */
final class Lists {
    private final List<List<Held>> lists = new ArrayList<>();
    private final int cap;
    private final Consumer<String> overflow;

    /** @param overflow told of each occurrence that is dropped because there is no room for it */
    Lists(Node node, List<List<Held>> before, int cap, Consumer<String> overflow) {
        for (int i = 0; i < node.lists(); i++) {
            lists.add(i < before.size() ? new ArrayList<>(before.get(i)) : new ArrayList<>());
        }
        this.cap = cap;
        this.overflow = overflow;
    }

    List<Held> list(int i) {
        return lists.get(i);
    }

    /** The first list, which is the only one of most operators. */
    List<Held> list() {
        return lists.getFirst();
    }

    List<List<Held>> all() {
        return lists;
    }

    boolean isEmpty() {
        for (List<Held> list : lists) {
            if (!list.isEmpty()) {
                return false;
            }
        }
        return true;
    }

    /** Holds an initiator: in the context {@code recent}, instead of the one before. */
    void begin(Context context, Occurrence occurrence) {
        if (context == Context.RECENT) {
            list().clear();
        }
        hold(0, occurrence);
    }

    /** Holds an occurrence. Beyond the cap the oldest is dropped. */
    void hold(int list, Occurrence occurrence) {
        lists.get(list).add(Held.of(occurrence));
    }

    /** Drops what is over the cap; to be called when what is of no use any more has been forgotten. */
    void drop() {
        for (List<Held> list : lists) {
            while (list.size() > cap) {
                overflow.accept("at most " + cap + " occurrences held of an operand");
                list.removeFirst();
            }
        }
    }

    boolean isFull() {
        for (List<Held> list : lists) {
            if (list.size() > cap) {
                return true;
            }
        }
        return false;
    }
}

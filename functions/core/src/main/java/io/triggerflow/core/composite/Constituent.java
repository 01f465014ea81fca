package io.triggerflow.core.composite;

/** What an occurrence is made of. Ordered by time, then by key and name. Times are milliseconds since the epoch. */
public sealed interface Constituent extends Comparable<Constituent> {
    /**
     * An event, in the role in which it counted. One event in two roles is two constituents.
     *
     * @param name the name of the primitive event
     * @param key the event's key
     * @param at when it happened, or, for a late event that was taken, as when it counted
     */
    record Named(String name, String key, long at) implements Constituent {}

    /**
     * Instants of the clock.
     *
     * @param at the first
     * @param every from one to the next; 0 if there is one
     * @param count how many
     */
    record Ticks(long at, long every, long count) implements Constituent {}

    /** When it began. */
    long at();

    @Override
    default int compareTo(Constituent other) {
        int byTime = Long.compare(at(), other.at());
        return byTime != 0 ? byTime : text().compareTo(other.text());
    }

    /** A text that no other constituent of the same time has. */
    private String text() {
        return switch (this) {
            case Named n -> "e" + n.key + '\0' + n.name;
            case Ticks t -> "t" + t.every + '\0' + t.count;
        };
    }
}

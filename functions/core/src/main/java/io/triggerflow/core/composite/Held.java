package io.triggerflow.core.composite;

/**
 * An occurrence that an operator holds.
 *
 * @param spoiled of NOT: the earliest end of an absent event since; it begins nothing that starts then or later. {@link #NEVER}
 */
record Held(Occurrence occurrence, long spoiled) {
    static final long NEVER = Long.MAX_VALUE;

    static Held of(Occurrence occurrence) {
        return new Held(occurrence, NEVER);
    }

    /** Whether an occurrence that ends then would have begun within the time limit. */
    boolean reaches(long end, long within) {
        return end - occurrence.start() <= within;
    }
}

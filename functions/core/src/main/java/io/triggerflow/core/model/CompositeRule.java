package io.triggerflow.core.model;

import java.time.Duration;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A composite event, and how it is detected.
 *
 * @param event what is detected
 * @param by over $event: events for which it gives different texts or numbers are detected apart, each key with a state of its own;
 *     events for which it gives nothing are left out. Empty: one state for all
 * @param lateness how long an event may be under way: events that come in another order within this time are put in order
 * @param late what happens to an event that comes later than that
 * @param cap how many occurrences an operator may hold of one operand
 * @param overflow what happens when it would hold more
 */
public record CompositeRule(
        Composite event, Optional<Expression> by, Duration lateness, Late late, int cap, Overflow overflow) {
    /** Operators and events within each other. */
    public static final int MAX_DEPTH = 12;
    /** Operators and events. */
    public static final int MAX_NODES = 100;

    public static final Duration DEFAULT_LATENESS = Duration.ZERO;
    public static final Late DEFAULT_LATE = Late.TAKE;
    public static final Overflow DEFAULT_OVERFLOW = Overflow.DROP;
    public static final int DEFAULT_CAP = 100;
    public static final int MAX_CAP = 1_000;
    public static final Duration MAX_LATENESS = Duration.ofDays(1);

    /** What happens to an event that comes after the watermark has passed its time. */
    public enum Late {
        /** It counts as if it had happened just after the watermark. */
        TAKE,
        /** It is left out, with a note. */
        DROP,
        /** It is left out, and becomes an event that says so. */
        EMIT
    }

    /** What happens when more would be held than may be. */
    public enum Overflow {
        /** The oldest is dropped and counted. */
        DROP,
        /** Detection fails, and with it the trigger. */
        FAIL
    }

    public CompositeRule {
        if (event instanceof Composite.Modified m && m.held().isPresent()) {
            throw new IllegalArgumentException(
                    "Expected held on an operand that its operator holds, but there is no operator around the whole");
        }
        by = by.map(e -> new Expression(e.source().trim()));
        if (by.isPresent() && by.get().source().contains("%}")) {
            throw new IllegalArgumentException(
                    "Expected a key expression without '%}', which ends an expression in a text, but it has one");
        }
        int nodes = event.all().size();
        if (nodes > MAX_NODES) {
            throw new IllegalArgumentException(
                    "Expected at most " + MAX_NODES + " operators and events, but got " + nodes);
        }
        if (depth(event) > MAX_DEPTH) {
            throw new IllegalArgumentException(
                    "Expected operators at most " + MAX_DEPTH + " deep, but got " + depth(event));
        }
        if (lateness.isNegative() || lateness.compareTo(MAX_LATENESS) > 0 || lateness.getNano() % 1_000_000 != 0) {
            throw new IllegalArgumentException(
                    "Expected a lateness of at most " + MAX_LATENESS + ", in whole milliseconds, but got " + lateness);
        }
        if (cap < 1 || cap > MAX_CAP) {
            throw new IllegalArgumentException("Expected a cap of 1 to " + MAX_CAP + ", but got " + cap);
        }
        for (Composite part : event.all()) {
            int count =
                    part instanceof Composite.Times t ? t.count() : part instanceof Composite.Every e ? e.count() : 0;
            if (count > cap) {
                throw new IllegalArgumentException("Expected to count to no more than the cap of " + cap + ", but got "
                        + count + "; a greater cap can be set");
            }
        }
    }

    /** A rule with every default. */
    public static CompositeRule of(Composite event) {
        return new CompositeRule(
                event, Optional.empty(), DEFAULT_LATENESS, DEFAULT_LATE, DEFAULT_CAP, DEFAULT_OVERFLOW);
    }

    /** The names of the primitive events. */
    public SortedSet<String> names() {
        SortedSet<String> names = new TreeSet<>();
        for (Composite part : event.all()) {
            if (part instanceof Composite.Primitive p) {
                names.add(p.name());
            }
        }
        return names;
    }

    private static int depth(Composite event) {
        int deepest = 0;
        for (Composite operand : event.operands()) {
            deepest = Math.max(deepest, depth(operand));
        }
        return deepest + (event instanceof Composite.Modified ? 0 : 1);
    }
}

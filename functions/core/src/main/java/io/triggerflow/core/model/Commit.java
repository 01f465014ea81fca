package io.triggerflow.core.model;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Everything that is written for one decision, all or nothing. The common case, an entry alone, is one conditional put.
 *
 * @param scope where
 * @param entry the entry, put only if there is none of its key
 * @param base the root that was decided on; the change is applied only to its version
 * @param change the change of the root
 * @param states states of triggers, each replacing exactly the version before
 * @param claims triggers that fire once: each is claimed only if nobody has
 * @param timers timers that are armed
 * @param cancelledTimers names of timers that are disarmed
 * @param hold an event that is kept for later, under the condition that the root is still at its version
 * @param waits what the run waits for by correlation key
 */
public record Commit(
        Scope scope,
        Optional<Entry> entry,
        ScopeState base,
        ScopeChange change,
        List<TriggerState.Write> states,
        List<String> claims,
        List<Timer> timers,
        List<String> cancelledTimers,
        Optional<Event> hold,
        List<Wait> waits) {
    public Commit {
        states = List.copyOf(states);
        claims = List.copyOf(claims);
        timers = List.copyOf(timers);
        cancelledTimers = List.copyOf(cancelledTimers);
        waits = List.copyOf(waits);
    }

    /** Only an entry. */
    public static Commit entry(ScopeState base, Entry entry) {
        return new Commit(
                base.scope(),
                Optional.of(entry),
                base,
                ScopeChange.NONE,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                Optional.empty(),
                List.of());
    }

    /** Only a trigger's state. */
    public static Commit state(ScopeState base, TriggerState.Write write) {
        return new Commit(
                base.scope(),
                Optional.empty(),
                base,
                ScopeChange.NONE,
                List.of(write),
                List.of(),
                List.of(),
                List.of(),
                Optional.empty(),
                List.of());
    }

    /** Only an event that is held. */
    public static Commit hold(ScopeState base, Event event) {
        return new Commit(
                base.scope(),
                Optional.empty(),
                base,
                ScopeChange.NONE,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                Optional.of(event),
                List.of());
    }

    /** An entry with a change of the root. */
    public static Commit change(ScopeState base, Entry entry, ScopeChange change) {
        return new Commit(
                base.scope(),
                Optional.of(entry),
                base,
                change,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                Optional.empty(),
                List.of());
    }

    public Commit with(TriggerState.Write write) {
        return new Commit(scope, entry, base, change, List.of(write), claims, timers, cancelledTimers, hold, waits);
    }

    /**
     * An armed timer.
     *
     * @param id which arming: a timer event of another id is stale
     */
    public record Timer(String name, String id, Instant due) {}

    /**
     * The scope waits for events of a type with this correlation key.
     *
     * @param type the exact type of the events
     * @param key the key's text
     */
    public record Wait(String type, String key) {}

    /** What became of a commit. */
    public sealed interface Result {
        /** It is written, now. */
        record Done() implements Result {}

        /** There was an entry of this key already. */
        record Exists(Entry entry) implements Result {}

        /** A trigger that fires once has fired. */
        record Claimed(String trigger) implements Result {}

        /** Somebody else changed the root, a state or a hold meanwhile: load and decide again. */
        record Conflict() implements Result {}
    }
}

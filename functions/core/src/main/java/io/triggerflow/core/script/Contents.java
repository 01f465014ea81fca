package io.triggerflow.core.script;

import io.triggerflow.core.model.Commit;
import io.triggerflow.core.model.Entry;
import io.triggerflow.core.model.Event;
import io.triggerflow.core.model.EventTypes;
import io.triggerflow.core.model.Launch;
import io.triggerflow.core.model.Members;
import io.triggerflow.core.model.Scope;
import io.triggerflow.core.model.ScopeState;
import io.triggerflow.core.model.TriggerChange;
import io.triggerflow.core.model.TriggerState;
import io.triggerflow.core.port.EventSink;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Everything that a world remembers; what it is made of never changes, so that a copy is a copy of its maps. Not thread-safe. */
final class Contents {
    /** Every world begins at the same instant. */
    static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    /** What is kept of a scope. */
    static final class Kept {
        ScopeState root;
        final Map<String, Entry> entries = new LinkedHashMap<>();
        final Map<String, TriggerState> states = new TreeMap<>();
        final Map<String, Segments> segments = new TreeMap<>();
        final Set<String> claims = new LinkedHashSet<>();
        final Map<String, Commit.Timer> timers = new TreeMap<>();
        final Map<String, Event> held = new LinkedHashMap<>();
        final List<TriggerChange> changes = new ArrayList<>();
        final Set<Commit.Wait> waits = new LinkedHashSet<>();

        /** The states of triggers that keep one; segmented joins in full. */
        Map<String, TriggerState> allStates() {
            Map<String, TriggerState> all = new TreeMap<>(states);
            segments.forEach((id, s) -> all.put(
                    id,
                    new TriggerState(
                            1,
                            1,
                            s.members(),
                            List.of(),
                            Map.of(),
                            s.fired() || entries.containsKey(TriggerState.firingKey(id, 1)),
                            true)));
            return all;
        }

        Kept copy() {
            Kept copy = new Kept();
            copy.root = root;
            copy.entries.putAll(entries);
            copy.states.putAll(states);
            copy.segments.putAll(segments);
            copy.claims.addAll(claims);
            copy.timers.putAll(timers);
            copy.held.putAll(held);
            copy.changes.addAll(changes);
            copy.waits.addAll(waits);
            return copy;
        }
    }

    /** A join of segments. In one process a segment is never written twice, so that the bound is the count. */
    record Segments(Members members, boolean fired) {
        static final Segments NONE = new Segments(Members.NONE, false);

        TriggerState.Summary summary() {
            return new TriggerState.Summary(members.tally(), 0, fired, fired);
        }
    }

    /** An event that is due at a time. */
    record Timed(Event event, Instant due) {}

    final Map<Scope, Kept> scopes;
    final Map<String, Flight> flights;
    final List<Timed> timed;
    final Deque<Event> queue;
    final List<EventSink.Outgoing> elsewhere;
    final List<Launch.Invoke> calls;
    final List<String> parked;
    Instant now = START;
    int events;

    Contents() {
        scopes = new HashMap<>();
        flights = new LinkedHashMap<>();
        timed = new ArrayList<>();
        queue = new ArrayDeque<>();
        elsewhere = new ArrayList<>();
        calls = new ArrayList<>();
        parked = new ArrayList<>();
    }

    private Contents(Contents from) {
        scopes = new HashMap<>();
        from.scopes.forEach((scope, kept) -> scopes.put(scope, kept.copy()));
        flights = new LinkedHashMap<>(from.flights);
        timed = new ArrayList<>(from.timed);
        queue = new ArrayDeque<>(from.queue);
        elsewhere = new ArrayList<>(from.elsewhere);
        calls = new ArrayList<>(from.calls);
        parked = new ArrayList<>(from.parked);
        now = from.now;
        events = from.events;
    }

    Contents copy() {
        return new Contents(this);
    }

    Kept kept(Scope scope) {
        return scopes.computeIfAbsent(scope, s -> new Kept());
    }

    /** Whether an event that is due still means something. */
    boolean means(Scope scope, Event event) {
        Kept kept = kept(scope);
        return switch (event.type()) {
            case EventTypes.TIMER_DUE ->
                Optional.ofNullable(kept.timers.get(event.subject()))
                        .filter(t -> t.id().equals(event.id()))
                        .isPresent();
            case EventTypes.DEADLINE ->
                !kept.claims.contains(event.subject())
                        && Optional.ofNullable(kept.allStates().get(event.subject()))
                                .filter(TriggerState::fired)
                                .isEmpty();
            default -> !EventTypes.isTermination(event.type());
        };
    }
}

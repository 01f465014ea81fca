package io.triggerflow.core.engine;

import io.triggerflow.core.decide.Joins;
import io.triggerflow.core.decide.Releases;
import io.triggerflow.core.decide.Starts;
import io.triggerflow.core.decide.View;
import io.triggerflow.core.expression.ExpressionException;
import io.triggerflow.core.expression.Expressions;
import io.triggerflow.core.model.Address;
import io.triggerflow.core.model.Condition;
import io.triggerflow.core.model.Definition;
import io.triggerflow.core.model.Entry;
import io.triggerflow.core.model.Event;
import io.triggerflow.core.model.EventTypes;
import io.triggerflow.core.model.Failure;
import io.triggerflow.core.model.Ids;
import io.triggerflow.core.model.Launch;
import io.triggerflow.core.model.RunStatus;
import io.triggerflow.core.model.Scope;
import io.triggerflow.core.model.ScopeState;
import io.triggerflow.core.model.Trigger;
import io.triggerflow.core.model.TriggerState;
import io.triggerflow.core.port.EventSink;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Turns silence into events: launches whose end never came, timers that never fired, runs that never began. It only reads and sends;
 * what it sends is decided by the engine like everything else, and repeats change nothing. Thread-safe.
 */
public final class Sweeper {
    /** What is due may still be on its way for so long. */
    private static final Duration GRACE = Duration.ofMinutes(1);
    /** Something that is refused each time is not sent for ever. */
    private static final Duration GIVE_UP = Duration.ofHours(1);

    private final Ports ports;
    private final Views views;
    private final Joins joins = new Joins(new Expressions());
    private final Duration silence;
    private final Duration interval;

    /**
     * @param silence after which a launch without a time limit of its own counts as lost: more than a function may take (15 minutes) and
     *     wait for a place to run
     * @param interval between two checks of a run
     */
    public Sweeper(Ports ports, Duration silence, Duration interval) {
        this.ports = ports;
        this.views = new Views(ports.store());
        this.silence = silence;
        this.interval = interval;
    }

    /** What a sweep did. */
    public record Swept(int runs, int events) {}

    /** Checks the runs whose check is due, at most so many. Throws when one of them could not be checked, after all others were. */
    public Swept sweep(int limit) {
        Instant now = ports.clock().instant();
        int sent = 0;
        List<ScopeState> due = ports.registry().due(now, limit);
        RuntimeException failed = null;
        for (ScopeState state : due) {
            try {
                sent += sweep(state, now);
            } catch (RuntimeException e) {
                // One run that cannot be checked must not hold up the others: it is asked again later, and the failure
                // is told in the end.
                failed = e;
            }
            ports.registry().checkAgain(state.scope(), now.plus(interval));
        }
        if (failed != null) {
            throw failed;
        }
        return new Swept(due.size(), sent);
    }

    private int sweep(ScopeState state, Instant now) {
        List<Event> events = check(state, now);
        if (!events.isEmpty()) {
            ports.sink()
                    .send(events.stream()
                            .map(e -> new EventSink.Outgoing(e, new Launch.Destination.Engine(), Duration.ZERO))
                            .toList());
        }
        return events.size();
    }

    /** What was read of a run. */
    private record Seen(
            View view, List<Entry> entries, Set<String> keys, Map<String, TriggerState> states, Instant now) {}

    private List<Event> check(ScopeState state, Instant now) {
        List<Entry> entries = entries(state.scope());
        Set<String> keys = new HashSet<>();
        entries.forEach(e -> keys.add(e.key()));
        Seen seen = new Seen(views.of(state), entries, keys, ports.registry().states(state.scope()), now);
        List<Event> events = new ArrayList<>();
        if (state.status() == RunStatus.PAUSED) {
            return events;
        }
        Event started = Starts.of(state, 0);
        if (!keys.contains(started.key())) {
            events.add(started);
        }
        if (entries.size() > maxTransitions(seen)) {
            events.add(tooMany(seen));
        }
        entries.forEach(entry -> entry.outbox().forEach(launch -> check(seen, entry, launch, events)));
        if (ports.store().held(state.scope()).stream()
                .anyMatch(e -> EventTypes.isEngines(e.type())
                        || !seen.view.triggers().match(e).isEmpty())) {
            events.add(Releases.of(state, now));
        }
        return events;
    }

    private List<Entry> entries(Scope scope) {
        List<Entry> all = new ArrayList<>();
        Optional<String> token = Optional.empty();
        do {
            var page = ports.registry().entries(scope, 1_000, token);
            all.addAll(page.items());
            token = page.next();
        } while (token.isPresent());
        return all;
    }

    private static int maxTransitions(Seen seen) {
        return seen.view.definition().map(Definition::maxTransitions).orElse(Definition.DEFAULT_MAX_TRANSITIONS);
    }

    private static Event tooMany(Seen seen) {
        Scope scope = seen.view.state().scope();
        Failure failure = Failure.of(
                Failure.MAX_TRANSITIONS,
                "Expected a run of at most " + maxTransitions(seen) + " transitions, but it has " + seen.entries.size(),
                scope.toString());
        return Event.ofEngine(
                        Ids.hash(scope.toString(), "too many"),
                        EventTypes.FAIL,
                        "",
                        seen.now,
                        failure.toJson(),
                        Map.of())
                .addressedTo(scope, 0);
    }

    private void check(Seen seen, Entry entry, Launch launch, List<Event> events) {
        switch (launch) {
            case Launch.Invoke i ->
                overdue(seen, entry, i.address(), i.options().timeout()).ifPresent(events::add);
            case Launch.FanOut f -> {
                for (int item = 0; item < f.items().size(); item++) {
                    overdue(seen, entry, f.address().item(item), f.options().timeout())
                            .ifPresent(events::add);
                }
            }
            case Launch.At a -> {
                boolean overdue = a.due().plus(GRACE).isBefore(seen.now)
                        && a.due().plus(GIVE_UP).isAfter(seen.now);
                if (overdue && !seen.keys.contains(a.event().key())) {
                    events.add(a.event());
                }
            }
            case Launch.Start s -> lostChild(seen, entry, s).ifPresent(events::add);
            case Launch.Emit e -> {}
            case Launch.Forward f -> {}
        }
    }

    /** A child that ended, or never was, without its parent hearing of it. */
    private Optional<Event> lostChild(Seen seen, Entry entry, Launch.Start start) {
        if (start.detached() || entry.at().plus(GRACE).isAfter(seen.now) || isSettled(seen, start.address())) {
            return Optional.empty();
        }
        Scope child = new Scope(start.address().scope().workspace(), start.name());
        ScopeState state = ports.store().load(List.of(child)).get(child);
        if (state != null && !state.status().isFinished()) {
            return Optional.empty();
        }
        if (state == null && entry.at().plus(silence).isAfter(seen.now)) {
            // Its start may still be on its way: a delivery that comes again takes minutes.
            return Optional.empty();
        }
        boolean succeeded = state != null && state.status() == RunStatus.SUCCEEDED;
        String why = state == null ? "it was never started" : "it ended: " + state.status();
        Failure failure = new Failure(
                "Triggerflow.ChildLost",
                "Expected run '" + start.name() + "' to report, but " + why,
                start.address().task(),
                state == null ? Optional.empty() : state.failure());
        Object data = succeeded ? state.output() : failure.toJson();
        return Optional.of(termination(
                start.address(), succeeded ? EventTypes.TASK_SUCCEEDED : EventTypes.TASK_FAILED, data, seen.now));
    }

    private Optional<Event> overdue(Seen seen, Entry entry, Address address, Optional<Duration> timeout) {
        Instant limit = entry.at().plus(timeout.map(t -> t.plus(GRACE)).orElse(silence));
        if (limit.isAfter(seen.now) || isSettled(seen, address)) {
            return Optional.empty();
        }
        Failure failure = Failure.of(
                Failure.TIMED_OUT,
                "Expected task '" + address.task() + "' to end, but nothing was heard of it since " + entry.at(),
                address.task());
        return Optional.of(termination(address, EventTypes.TASK_TIMED_OUT, failure.toJson(), seen.now));
    }

    private static Event termination(Address address, String type, Object data, Instant now) {
        return Event.ofEngine(address.id(), type, address.task(), now, data, address.toExtensions());
    }

    /** Whether the end of a launch is known: as an entry, or as a member of a join that waits for it. */
    private boolean isSettled(Seen seen, Address address) {
        if (seen.keys.contains(address.id())) {
            return true;
        }
        Event success = termination(address, EventTypes.TASK_SUCCEEDED, null, seen.now);
        return seen.view.triggers().everMatched(success).stream()
                .anyMatch(trigger -> hasArrived(seen, trigger, success));
    }

    private boolean hasArrived(Seen seen, Trigger trigger, Event success) {
        TriggerState state = seen.states.get(trigger.id());
        if (state == null) {
            return false;
        }
        if (state.fired() || !(trigger.condition() instanceof Condition.Join join)) {
            return true;
        }
        try {
            return joins.member(seen.view, join, success, seen.now)
                    .map(m -> state.members().byKey().containsKey(m.getKey())
                            || state.recent().contains(m.getKey()))
                    .orElse(false);
        } catch (ExpressionException e) {
            // The member's key depends on the result: whether it has arrived cannot be told, so that nothing is
            // inferred.
            return true;
        }
    }
}

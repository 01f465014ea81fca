package io.triggerflow.core.engine;

import io.triggerflow.core.decide.Composites;
import io.triggerflow.core.decide.Holding;
import io.triggerflow.core.decide.Instances;
import io.triggerflow.core.decide.Joins;
import io.triggerflow.core.decide.Releases;
import io.triggerflow.core.decide.Starts;
import io.triggerflow.core.decide.View;
import io.triggerflow.core.expression.Expressions;
import io.triggerflow.core.model.Entry;
import io.triggerflow.core.model.Event;
import io.triggerflow.core.model.EventTypes;
import io.triggerflow.core.model.Failure;
import io.triggerflow.core.model.Ids;
import io.triggerflow.core.model.Launch;
import io.triggerflow.core.model.RunStatus;
import io.triggerflow.core.model.Scope;
import io.triggerflow.core.model.ScopeState;
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
 * Checks unfinished runs. A check reads the run's whole history: entries have no order in time, and one would cost each transition a
 * second write unit, as much as reading its entry twenty times. So a run is checked rarely: when something of it can be overdue, and at
 * intervals that grow with its age up to the silence, before which nothing that it launches in between can be overdue.
 */
final class RunSweep {
    /** What is refused each time is not sent for ever. */
    private static final Duration GIVE_UP = Duration.ofHours(1);
    /** Intervals grow to this share of the run's age. */
    private static final int SHARE_OF_AGE = 4;

    private static final int PAGE = 1_000;

    private final Ports ports;
    private final Views views;
    private final Expressions expressions = new Expressions();
    private final Joins joins = new Joins(expressions);
    private final Instances instances = new Instances(expressions, new Composites(expressions));
    private final Silences silences;
    private final Times times;

    /** See {@link Sweeper}. */
    record Times(Duration silence, Duration interval) {}

    RunSweep(Ports ports, Silences silences, Times times) {
        this.ports = ports;
        this.views = new Views(ports.store());
        this.silences = silences;
        this.times = times;
    }

    void sweep(int limit, Instant now, Sweeper.Tally tally) {
        List<Scope> due = ports.registry().due(now, limit);
        for (Scope run : due) {
            Instant next = now.plus(times.interval);
            try {
                next = sweep(run, now, tally);
            } catch (RuntimeException e) {
                // One run that cannot be checked must not hold up the others.
                tally.failed(run.toString(), e.toString());
            }
            ports.registry().checkAgain(run, next);
        }
        tally.runs += due.size();
        tally.more |= due.size() == limit;
    }

    /** Checks a run; answers when it is to be checked again. */
    private Instant sweep(Scope run, Instant now, Sweeper.Tally tally) {
        ScopeState state = ports.store().load(List.of(run)).get(run);
        // What a paused run waits for is not late: it is not heard.
        if (state == null || state.status() != RunStatus.RUNNING) {
            return now.plus(times.interval);
        }
        Silences.Findings findings = check(state, now);
        List<Event> events = findings.events();
        if (!events.isEmpty()) {
            ports.sink().send(events.stream().map(RunSweep::toEngine).toList());
            tally.events += events.size();
        }
        return next(state, findings, now);
    }

    static EventSink.Outgoing toEngine(Event event) {
        return new EventSink.Outgoing(event, new Launch.Destination.Engine(), Duration.ZERO);
    }

    /** When something that is known now can be overdue, and before anything can that is launched from now on. */
    private Instant next(ScopeState state, Silences.Findings findings, Instant now) {
        Instant soonest = now.plus(times.interval);
        if (!findings.events().isEmpty()) {
            return soonest;
        }
        Duration share = Duration.between(state.startedAt(), now).dividedBy(SHARE_OF_AGE);
        Instant latest = now.plus(share.compareTo(times.silence) < 0 ? share : times.silence);
        Instant next = findings.next().filter(n -> n.isBefore(latest)).orElse(latest);
        return next.isBefore(soonest) ? soonest : next;
    }

    private Silences.Findings check(ScopeState state, Instant now) {
        Silences.Findings findings = new Silences.Findings();
        Set<String> keys = new HashSet<>();
        // First what is held: it may become an entry meanwhile, and must be seen as one of both.
        List<Event> held = ports.store().held(state.scope());
        held.forEach(e -> keys.add(e.key()));
        List<Entry> entries = entries(state.scope());
        entries.forEach(e -> keys.add(e.key()));
        View view = views.of(state);
        Event started = Starts.of(state, 0);
        if (!keys.contains(started.key())) {
            findings.say(started);
        }
        if (entries.size() > view.maxTransitions()) {
            findings.say(tooMany(view, entries.size(), now));
        }
        RunHeard heard = new RunHeard(ports.store(), joins, instances, view, keys, now);
        // A sweep that came late says once more what is due; one that says it each time must come to an end.
        Duration again = times.silence.plus(GIVE_UP);
        entries.forEach(entry -> silences.look(entry, heard, now, again, findings));
        if (held.stream().anyMatch(e -> Holding.isWanted(view, e, now))) {
            findings.say(Releases.of(state, now));
        }
        return findings;
    }

    private List<Entry> entries(Scope scope) {
        List<Entry> all = new ArrayList<>();
        Optional<String> token = Optional.empty();
        do {
            var page = ports.registry().entries(scope, PAGE, token);
            all.addAll(page.items());
            token = page.next();
        } while (token.isPresent());
        return all;
    }

    private static Event tooMany(View view, int entries, Instant now) {
        Scope scope = view.state().scope();
        Failure failure = Failure.of(
                Failure.MAX_TRANSITIONS,
                "Expected a run of at most " + view.maxTransitions() + " transitions, but it has " + entries,
                scope.toString());
        return Event.ofEngine(
                        Ids.hash(scope.toString(), "too many"), EventTypes.FAIL, "", now, failure.toJson(), Map.of())
                .addressedTo(scope, 0);
    }
}

package io.triggerflow.core.control;

import static io.triggerflow.core.control.ControlException.Kind.CONFLICT;
import static io.triggerflow.core.control.ControlException.Kind.INVALID;
import static io.triggerflow.core.control.ControlException.Kind.NOT_FOUND;

import io.triggerflow.core.decide.Decider;
import io.triggerflow.core.decide.Plan;
import io.triggerflow.core.decide.Releases;
import io.triggerflow.core.decide.View;
import io.triggerflow.core.engine.Ports;
import io.triggerflow.core.engine.Views;
import io.triggerflow.core.expression.ExpressionException;
import io.triggerflow.core.model.Commit;
import io.triggerflow.core.model.Entry;
import io.triggerflow.core.model.Event;
import io.triggerflow.core.model.EventTypes;
import io.triggerflow.core.model.Ids;
import io.triggerflow.core.model.Launch;
import io.triggerflow.core.model.Scope;
import io.triggerflow.core.model.ScopeChange;
import io.triggerflow.core.model.ScopeState;
import io.triggerflow.core.port.EventSink;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Changes of a scope from outside: each under the condition that the root is as it was read, and with an entry of its history. Thread-safe. */
final class Changes {
    private static final int MAX_CONFLICTS = 20;
    /** After this, whatever a change is to let go on is looked through once more. */
    private static final Duration NET = Duration.ofMinutes(1);

    private final Ports ports;
    private final Views views;
    private final Decider decider;

    Changes(Ports ports, Views views, Decider decider) {
        this.ports = ports;
        this.views = views;
        this.decider = decider;
    }

    ScopeState get(Scope scope) {
        ScopeState state = ports.store().load(List.of(scope)).get(scope);
        if (state == null) {
            throw new ControlException(
                    NOT_FOUND,
                    "Expected " + (scope.isRun() ? "run" : "workspace") + " '" + scope + "', but there is none");
        }
        return state;
    }

    View view(Scope scope) {
        return views.of(get(scope));
    }

    View view(ScopeState state) {
        return views.of(state);
    }

    /**
     * Changes a scope; what is to be changed is asked again after each lost race. Nothing is written when it is nothing.
     *
     * @param note what the history says
     */
    ScopeState apply(Scope scope, String note, Function<ScopeState, ScopeChange> change) {
        for (int attempt = 0; attempt < MAX_CONFLICTS; attempt++) {
            ScopeState state = get(scope);
            if (state.status().isFinished()) {
                throw new ControlException(
                        CONFLICT, "Expected '" + scope + "' to be running, but it has finished: " + state.status());
            }
            ScopeChange what = change.apply(state);
            if (what.isEmpty()) {
                return state;
            }
            Plan.Write plan = decided(state, note, what);
            if (ports.store().commit(plan.commit()) instanceof Commit.Result.Done) {
                plan.commit().entry().ifPresent(this::launchTimers);
                return state.apply(what);
            }
        }
        throw new ControlException(
                CONFLICT, "Expected to change '" + scope + "', but it was changed by others each time; try again");
    }

    private Plan.Write decided(ScopeState state, String note, ScopeChange what) {
        Event event = Event.ofEngine(
                Ids.hash(state.scope().toString(), "control", Long.toString(state.version()), note),
                EventTypes.ENGINE_PREFIX + "control",
                "",
                now(),
                null,
                Map.of());
        try {
            return decider.control(views.of(state), event.addressedTo(state.scope(), 0), what, note, now());
        } catch (ExpressionException e) {
            throw new ControlException(INVALID, e.getMessage());
        }
    }

    private void launchTimers(Entry entry) {
        for (Launch launch : entry.outbox()) {
            if (launch instanceof Launch.At at) {
                ports.sink().sendAt(at.event(), at.due(), now());
            }
        }
    }

    /** Lets the engine look through what is held: it alone knows when a held event is done, and may be forgotten. */
    void release(Scope scope) {
        ScopeState state = get(scope);
        if (!ports.store().held(scope).isEmpty()) {
            send(List.of(Releases.of(state, now())));
        }
    }

    /**
     * The same before a change that lets held events go on, in case that this process dies right after it: nobody sweeps what a workspace
     * holds, as runs are swept.
     */
    void releaseLater(Scope scope) {
        if (!scope.isRun() && !ports.store().held(scope).isEmpty()) {
            Instant soon = now().plus(NET);
            ports.sink().sendAt(Releases.of(get(scope), soon), soon, now());
        }
    }

    void send(List<Event> events) {
        if (!events.isEmpty()) {
            ports.sink()
                    .send(events.stream()
                            .map(e -> new EventSink.Outgoing(e, new Launch.Destination.Engine(), Duration.ZERO))
                            .toList());
        }
    }

    Instant now() {
        return ports.clock().instant();
    }
}

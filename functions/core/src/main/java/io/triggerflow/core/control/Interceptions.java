package io.triggerflow.core.control;

import static io.triggerflow.core.control.ControlException.Kind.NOT_FOUND;

import io.triggerflow.core.decide.Holding;
import io.triggerflow.core.decide.View;
import io.triggerflow.core.engine.Ports;
import io.triggerflow.core.model.Action;
import io.triggerflow.core.model.Interceptor;
import io.triggerflow.core.model.Scope;
import io.triggerflow.core.model.ScopeChange;
import io.triggerflow.core.model.ScopeState;
import io.triggerflow.core.model.Trigger;
import io.triggerflow.core.model.TriggerChange;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Interceptors of a live run, or of a workspace's own triggers, as operators see them. Thread-safe. */
public final class Interceptions {
    private final Ports ports;
    private final Changes changes;

    Interceptions(Ports ports, Changes changes) {
        this.ports = ports;
        this.changes = changes;
    }

    /**
     * An interceptor of a scope.
     *
     * @param triggers those that it intercepts now
     * @param holds what it holds, the oldest first
     */
    public record Listed(Interceptor interceptor, List<String> triggers, List<Holding> holds) {}

    /**
     * Adds interceptors, all at once, replacing those of the same id. What one holds that is replaced by one that does not hold goes on.
     *
     * @param by who does it, for the history; may be empty
     */
    public ScopeState intercept(Scope scope, List<Interceptor> interceptors, String by) {
        List<String> ids = interceptors.stream().map(Interceptor::id).toList();
        changes.releaseLater(scope);
        ScopeState state = changes.apply(scope, note("intercept " + String.join(", ", ids), by), s -> {
            List<TriggerChange> all = new ArrayList<>();
            View view = changes.view(s);
            long version = s.triggersVersion();
            for (Interceptor interceptor : interceptors) {
                if (!view.triggers().interceptors().find(interceptor.id()).equals(Optional.of(interceptor))) {
                    all.add(TriggerChange.intercept(++version, interceptor));
                }
            }
            return ScopeChange.triggers(all);
        });
        changes.release(scope);
        return state;
    }

    /**
     * Releases an interceptor: it intercepts nothing any more, and what it holds goes on.
     *
     * @param by who does it, for the history; may be empty
     * @throws ControlException NOT_FOUND when there was never one of this id
     */
    public ScopeState release(Scope scope, String id, String by) {
        ScopeState state = changes.get(scope);
        if (changes.view(state).triggers().interceptors().find(id).isPresent()) {
            changes.releaseLater(scope);
            state = changes.apply(
                    scope,
                    note("release " + id, by),
                    s -> ScopeChange.triggers(List.of(new TriggerChange(
                            s.triggersVersion() + 1, Action.Operation.RELEASE, id, Optional.empty()))));
        } else if (!changes.view(state).triggers().interceptors().wasReleased(id)) {
            throw new ControlException(
                    NOT_FOUND, "Expected interceptor '" + id + "' in '" + scope + "', but there is none");
        }
        changes.release(scope);
        return state;
    }

    static String note(String what, String by) {
        return by.isEmpty() ? what : what + ", by " + by;
    }

    /** The interceptors of a scope, in the order in which they are asked, with what they hold. */
    public List<Listed> list(Scope scope) {
        View view = changes.view(scope);
        List<Interceptor> all = view.triggers().interceptors().all();
        List<Holding> held = all.isEmpty() || view.state().status().isFinished()
                ? List.of()
                : ports.store().held(scope).stream()
                        .flatMap(e -> Holding.of(e).stream())
                        .toList();
        return all.stream()
                .map(i -> new Listed(
                        i,
                        view.triggers().all().stream()
                                .filter(i.which()::matches)
                                .map(Trigger::id)
                                .toList(),
                        held.stream()
                                .filter(h -> h.interceptor().equals(i.id()))
                                .toList()))
                .toList();
    }
}

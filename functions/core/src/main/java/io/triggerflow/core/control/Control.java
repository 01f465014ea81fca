package io.triggerflow.core.control;

import static io.triggerflow.core.control.ControlException.Kind.CONFLICT;
import static io.triggerflow.core.control.ControlException.Kind.INVALID;
import static io.triggerflow.core.control.ControlException.Kind.NOT_FOUND;

import io.triggerflow.core.decide.Correlations;
import io.triggerflow.core.decide.Decider;
import io.triggerflow.core.decide.Extensions;
import io.triggerflow.core.decide.Starts;
import io.triggerflow.core.decide.View;
import io.triggerflow.core.engine.Ports;
import io.triggerflow.core.engine.Views;
import io.triggerflow.core.expression.ExpressionException;
import io.triggerflow.core.expression.Expressions;
import io.triggerflow.core.model.Action;
import io.triggerflow.core.model.Definition;
import io.triggerflow.core.model.Entry;
import io.triggerflow.core.model.Event;
import io.triggerflow.core.model.EventTypes;
import io.triggerflow.core.model.Ids;
import io.triggerflow.core.model.JsonText;
import io.triggerflow.core.model.RunStatus;
import io.triggerflow.core.model.Scope;
import io.triggerflow.core.model.ScopeChange;
import io.triggerflow.core.model.ScopeState;
import io.triggerflow.core.model.Trigger;
import io.triggerflow.core.model.TriggerChange;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The verbs of operators and clients. Every verb is idempotent: asked again, it answers as it did, or says what is in the way. Throws
 * {@link ControlException} for requests that cannot be granted, and {@link io.triggerflow.core.port.StoreException} when the store does
 * not answer. Thread-safe.
 */
public final class Control {
    /** One transaction takes 100 items; the rest are the entry and the root. */
    private static final int MAX_TRIGGERS_AT_ONCE = 90;

    private final Ports ports;
    private final Views views;
    private final Decider decider;
    private final Changes changes;

    public Control(Ports ports, Extensions extensions) {
        this.ports = ports;
        this.views = new Views(ports.store());
        this.decider = new Decider(new Expressions(), extensions);
        this.changes = new Changes(ports, views, decider);
    }

    /** What intercepts the triggers of runs and workspaces. */
    public Interceptions interceptions() {
        return new Interceptions(ports, changes);
    }

    /** Changes of the triggers of runs that are in progress. */
    public Rewiring rewiring() {
        return new Rewiring(ports, changes, this);
    }

    /** A run that was asked for: its root, and whether this call created it. */
    public record Started(ScopeState state, boolean created) {}

    /** Adds a workspace; answers the one that is there if there is one. */
    public ScopeState addWorkspace(String name) {
        ScopeState state = ScopeState.started(scope(name, ""), Optional.empty(), null, Optional.empty(), now());
        return ports.store().create(state, List.of()).orElse(state);
    }

    /** Stores a workflow version and makes it the newest. */
    public Definition.Ref deploy(String workspace, Definition definition) {
        addWorkspace(workspace);
        Optional<Definition> stored = ports.store().definition(workspace, definition.ref());
        if (stored.isPresent() && !stored.get().equals(definition)) {
            throw new ControlException(
                    CONFLICT,
                    "Expected a new version, but version '" + definition.version() + "' of workflow '"
                            + definition.workflow() + "' is stored with another content; versions never change");
        }
        ports.store().put(workspace, definition, now());
        List<Trigger> forwarders = Correlations.forwarders(definition.triggers());
        if (!forwarders.isEmpty()) {
            addTriggers(scope(workspace, ""), forwarders);
        }
        return definition.ref();
    }

    /** The root of a workspace or run. */
    public ScopeState get(Scope scope) {
        return changes.get(scope);
    }

    /**
     * Starts a run. The same name with the same workflow and input is the same run: it is answered, and started if it was not.
     *
     * @throws ControlException CONFLICT when a run of this name was started otherwise
     */
    public Started start(String workspace, String workflow, Optional<String> version, String name, Object input) {
        Scope run = scope(workspace, name);
        Definition.Ref ref = version.isPresent()
                ? stored(workspace, new Definition.Ref(workflow, version.get()))
                : newest(workspace, workflow);
        ScopeState state = ScopeState.started(run, Optional.of(ref), input, Optional.empty(), now());
        Optional<ScopeState> existing = create(state);
        if (existing.isPresent() && !isSame(existing.get(), state)) {
            throw new ControlException(
                    CONFLICT,
                    "Expected no run named '" + name + "', but there is one of workflow '"
                            + existing.get()
                                    .definition()
                                    .map(Definition.Ref::workflow)
                                    .orElse("") + "' with another input or version");
        }
        ScopeState current = existing.orElse(state);
        if (!current.status().isFinished()) {
            changes.send(List.of(Starts.of(current, 0)));
        }
        return new Started(current, existing.isEmpty());
    }

    private Optional<ScopeState> create(ScopeState state) {
        try {
            return ports.store().create(state, decider.waits(views.of(state), now()));
        } catch (ExpressionException e) {
            throw new ControlException(INVALID, e.getMessage());
        }
    }

    private static boolean isSame(ScopeState a, ScopeState b) {
        return JsonText.same(a.input(), b.input())
                && a.definition()
                        .map(Definition.Ref::workflow)
                        .equals(b.definition().map(Definition.Ref::workflow));
    }

    private Definition.Ref newest(String workspace, String workflow) {
        return ports.store()
                .newest(workspace, workflow)
                .orElseThrow(() -> new ControlException(
                        NOT_FOUND,
                        "Expected workflow '" + workflow + "' in workspace '" + workspace
                                + "', but there is none; deploy it first"));
    }

    private Definition.Ref stored(String workspace, Definition.Ref ref) {
        return ports.store()
                .definition(workspace, ref)
                .map(Definition::ref)
                .orElseThrow(() -> new ControlException(
                        NOT_FOUND,
                        "Expected version '" + ref.version() + "' of workflow '" + ref.workflow()
                                + "', but there is none"));
    }

    /** Holds a run's events until it is resumed. Functions that run go on. */
    public ScopeState pause(Scope run) {
        return changes.apply(
                run,
                "paused",
                state -> state.status() == RunStatus.PAUSED ? ScopeChange.NONE : ScopeChange.status(RunStatus.PAUSED));
    }

    /** Lets a paused run go on, with the events that came meanwhile. */
    public ScopeState resume(Scope run) {
        ScopeState state = changes.apply(
                run,
                "resumed",
                s -> s.status() == RunStatus.RUNNING ? ScopeChange.NONE : ScopeChange.status(RunStatus.RUNNING));
        changes.release(run);
        return state;
    }

    /** Asks for the end of a run and its children; it is done when the engine has handled the request. */
    public ScopeState cancel(Scope run) {
        ScopeState state = get(run);
        if (!state.status().isFinished()) {
            Event cancel =
                    Event.ofEngine(Ids.hash(run.toString(), "cancelled"), EventTypes.CANCEL, "", now(), null, Map.of());
            changes.send(List.of(cancel.addressedTo(run, 0)));
        }
        return state;
    }

    /** Registers triggers, replacing those of the same id. Events that came before them, and that they want, are handled now. */
    public ScopeState addTriggers(Scope scope, List<Trigger> triggers) {
        ScopeState state = get(scope);
        for (int from = 0; from < triggers.size(); from += MAX_TRIGGERS_AT_ONCE) {
            List<Trigger> some = triggers.subList(from, Math.min(triggers.size(), from + MAX_TRIGGERS_AT_ONCE));
            state = changes.apply(scope, "registered " + some.size() + " triggers", s -> registered(s, some));
        }
        changes.release(scope);
        return state;
    }

    private ScopeChange registered(ScopeState state, List<Trigger> triggers) {
        List<TriggerChange> changes = new ArrayList<>();
        View view = views.of(state);
        long version = state.triggersVersion();
        for (Trigger trigger : triggers) {
            if (!view.triggers().find(trigger.id()).equals(Optional.of(trigger))) {
                changes.add(
                        new TriggerChange(++version, Action.Operation.REGISTER, trigger.id(), Optional.of(trigger)));
            }
        }
        return changes.isEmpty() ? ScopeChange.NONE : ScopeChange.triggers(changes);
    }

    /** Retires, enables or disables a trigger. */
    public ScopeState switchTrigger(Scope scope, Action.Operation operation, String id) {
        if (views.of(get(scope)).triggers().find(id).isEmpty()) {
            throw new ControlException(
                    NOT_FOUND, "Expected trigger '" + id + "' in '" + scope + "', but there is none");
        }
        String note = operation.name().toLowerCase(java.util.Locale.ROOT) + " " + id;
        ScopeState state = changes.apply(
                scope,
                note,
                s -> ScopeChange.triggers(
                        List.of(new TriggerChange(s.triggersVersion() + 1, operation, id, Optional.empty()))));
        if (operation == Action.Operation.ENABLE) {
            changes.release(scope);
        }
        return state;
    }

    /** Retires all triggers of a scope. */
    public ScopeState flushTriggers(Scope scope) {
        List<Trigger> all = triggers(scope).stream().map(Listed::trigger).toList();
        ScopeState state = get(scope);
        for (int from = 0; from < all.size(); from += MAX_TRIGGERS_AT_ONCE) {
            List<Trigger> some = all.subList(from, Math.min(all.size(), from + MAX_TRIGGERS_AT_ONCE));
            state = changes.apply(scope, "flushed " + some.size() + " triggers", s -> retired(s, some));
        }
        return state;
    }

    private static ScopeChange retired(ScopeState state, List<Trigger> triggers) {
        List<TriggerChange> changes = new ArrayList<>();
        long version = state.triggersVersion();
        for (Trigger trigger : triggers) {
            changes.add(new TriggerChange(++version, Action.Operation.RETIRE, trigger.id(), Optional.empty()));
        }
        return ScopeChange.triggers(changes);
    }

    /** A trigger of a scope, and whether it is enabled. */
    public record Listed(Trigger trigger, boolean enabled) {}

    /** The triggers of a scope that are not retired. */
    public List<Listed> triggers(Scope scope) {
        var set = views.of(get(scope)).triggers();
        return set.all().stream().map(t -> new Listed(t, set.isEnabled(t))).toList();
    }

    /** Sends events to a workspace or run, which must exist. Types of the engine's own are refused. */
    public void emit(Scope scope, List<Event> events) {
        get(scope);
        for (Event event : events) {
            if (EventTypes.isEngines(event.type()) || event.isEngines()) {
                throw new ControlException(
                        INVALID,
                        "Expected an event of your own, but type '" + event.type() + "' and source '" + event.source()
                                + "' are the engine's");
            }
        }
        changes.send(events.stream().map(e -> e.addressedTo(scope, 0)).toList());
    }

    /** A run's (or workspace's) history: every entry, a cause before its effects. Reads all of it. */
    public List<Entry> history(Scope scope) {
        get(scope);
        List<Entry> all = new ArrayList<>();
        Optional<String> token = Optional.empty();
        do {
            var page = ports.registry().entries(scope, 1_000, token);
            all.addAll(page.items());
            token = page.next();
        } while (token.isPresent());
        return History.inOrder(all);
    }

    private Scope scope(String workspace, String run) {
        try {
            return new Scope(workspace, run);
        } catch (IllegalArgumentException e) {
            throw new ControlException(INVALID, e.getMessage());
        }
    }

    private Instant now() {
        return ports.clock().instant();
    }
}

package io.triggerflow.core.engine;

import io.triggerflow.core.decide.Instances;
import io.triggerflow.core.decide.Joins;
import io.triggerflow.core.decide.View;
import io.triggerflow.core.expression.ExpressionException;
import io.triggerflow.core.model.Address;
import io.triggerflow.core.model.Condition;
import io.triggerflow.core.model.Entry;
import io.triggerflow.core.model.Event;
import io.triggerflow.core.model.EventTypes;
import io.triggerflow.core.model.Members;
import io.triggerflow.core.model.Scope;
import io.triggerflow.core.model.ScopeState;
import io.triggerflow.core.model.Trigger;
import io.triggerflow.core.model.TriggerState;
import io.triggerflow.core.port.Store;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a run has heard: as entries, as events that are held, or as members of the joins that wanted them. Confined to one thread. */
final class RunHeard implements Silences.Heard {
    private final Store store;
    private final Joins joins;
    private final Instances instances;
    private final View view;
    private final Set<String> keys;
    private final Instant now;
    /** Read when the first launch needs them. */
    private final Map<TriggerState.Instance, Optional<TriggerState>> states = new HashMap<>();

    /**
     * @param keys of all entries and held events of the run
     */
    RunHeard(Store store, Joins joins, Instances instances, View view, Set<String> keys, Instant now) {
        this.store = store;
        this.joins = joins;
        this.instances = instances;
        this.view = view;
        this.keys = keys;
        this.now = now;
    }

    private Scope scope() {
        return view.state().scope();
    }

    /** Nothing of an unfinished run expires. */
    @Override
    public boolean isForgotten(Entry entry) {
        return false;
    }

    @Override
    public boolean ended(Address launch) {
        if (keys.contains(launch.id()) || launch.timed()) {
            return keys.contains(launch.id());
        }
        Event success = Silences.termination(launch, EventTypes.TASK_SUCCEEDED, null, now);
        return view.triggers().everMatched(success).stream().anyMatch(trigger -> hasArrived(trigger, success));
    }

    @Override
    public boolean came(Event event) {
        Scope to = event.scope().orElseThrow();
        return to.equals(scope())
                ? keys.contains(event.key())
                : store.entry(to, event.key()).isPresent();
    }

    @Override
    public Optional<ScopeState> run(Scope run) {
        return Optional.ofNullable(store.load(List.of(run)).get(run));
    }

    private boolean hasArrived(Trigger trigger, Event success) {
        if (!trigger.remembersEach()) {
            // Then there would be an entry.
            return false;
        }
        Optional<TriggerState.Instance> instance =
                instances.of(trigger, success, now).instance();
        if (instance.isEmpty()) {
            // It would be left out without a trace, so that nothing is inferred.
            return true;
        }
        Optional<TriggerState> state = states.computeIfAbsent(instance.get(), i -> read(trigger, i));
        return state.isPresent() && (state.get().fired() || hasArrived(trigger, state.get(), success));
    }

    private Optional<TriggerState> read(Trigger trigger, TriggerState.Instance instance) {
        if (trigger.condition() instanceof Condition.Join join && !join.isInline()) {
            return store.segments(scope(), trigger.id()).map(RunHeard::inFull);
        }
        return trigger.isStateful() ? store.state(scope(), instance) : Optional.empty();
    }

    private static TriggerState inFull(TriggerState.Segmented join) {
        Members members = join.members();
        return new TriggerState(
                1, 1, members, List.of(), Map.of(), join.summary().fired(), true);
    }

    private boolean hasArrived(Trigger trigger, TriggerState state, Event success) {
        if (state.recent().size() >= Condition.Join.MAX_REPEAT) {
            // It remembers no more than these: whether the member was one before them cannot be told, so that nothing
            // is inferred.
            return true;
        }
        if (!(trigger.condition() instanceof Condition.Join join)) {
            return state.recent().contains(success.key());
        }
        try {
            return joins.member(view, join, success, now)
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

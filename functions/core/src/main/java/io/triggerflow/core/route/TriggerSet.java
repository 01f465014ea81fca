package io.triggerflow.core.route;

import io.triggerflow.core.model.Condition;
import io.triggerflow.core.model.Event;
import io.triggerflow.core.model.Trigger;
import io.triggerflow.core.model.TriggerChange;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The triggers of a scope: those of its definition, shared by all runs of it, and what was registered, retired, enabled and disabled
 * since, with what intercepts them. Immutable; thread-safe.
 */
public final class TriggerSet {
    private static final Router NONE = new Router(List.of());
    private final Router base;
    private final Router added;
    /** What was added and is retired: a delivery that comes again may have activated it when it came first. */
    private final Router gone;
    /** Enabled or not, where it differs from what the trigger says; retired triggers are absent from both. */
    private final Map<String, Boolean> switched;

    private final Set<String> retired;
    private final Interceptors interceptors;
    private final long version;

    private TriggerSet(
            Router base,
            Router added,
            Router gone,
            Map<String, Boolean> switched,
            Set<String> retired,
            Interceptors interceptors,
            long version) {
        this.base = base;
        this.added = added;
        this.gone = gone;
        this.switched = switched;
        this.retired = retired;
        this.interceptors = interceptors;
        this.version = version;
    }

    /** The triggers of a definition, unchanged. */
    public static TriggerSet of(Router base) {
        return new TriggerSet(base, NONE, NONE, Map.of(), Set.of(), Interceptors.NONE, 0);
    }

    /** Grows with every change; equals the scope's triggersVersion when it is up to date. */
    public long version() {
        return version;
    }

    /** What intercepts these triggers. */
    public Interceptors interceptors() {
        return interceptors;
    }

    /** The triggers that the scope has had from its start: those of its definition, retired ones too. */
    public List<Trigger> original() {
        return base.triggers();
    }

    /** The set after changes, in order. */
    public TriggerSet apply(List<TriggerChange> changes) {
        if (changes.isEmpty()) {
            return this;
        }
        Map<String, Trigger> dynamic = new LinkedHashMap<>();
        added.triggers().forEach(t -> dynamic.put(t.id(), t));
        Map<String, Trigger> left = new LinkedHashMap<>();
        gone.triggers().forEach(t -> left.put(t.id(), t));
        Map<String, Boolean> newSwitched = new HashMap<>(switched);
        Set<String> newRetired = new HashSet<>(retired);
        Interceptors newInterceptors = interceptors;
        for (TriggerChange change : changes) {
            switch (change.operation()) {
                case REGISTER -> {
                    dynamic.put(change.id(), change.trigger().orElseThrow());
                    left.remove(change.id());
                    newSwitched.remove(change.id());
                    newRetired.add(change.id());
                }
                case RETIRE -> {
                    Optional.ofNullable(dynamic.remove(change.id()))
                            .filter(Trigger::isStateful)
                            .ifPresent(t -> left.put(t.id(), t));
                    newRetired.add(change.id());
                }
                case ENABLE -> newSwitched.put(change.id(), true);
                case DISABLE -> newSwitched.put(change.id(), false);
                case INTERCEPT ->
                    newInterceptors = newInterceptors.with(change.interceptor().orElseThrow());
                case RELEASE -> newInterceptors = newInterceptors.without(change.id());
            }
        }
        return new TriggerSet(
                base,
                router(added, dynamic),
                router(gone, left),
                newSwitched,
                newRetired,
                newInterceptors,
                changes.getLast().version());
    }

    private static Router router(Router before, Map<String, Trigger> triggers) {
        List<Trigger> all = List.copyOf(triggers.values());
        return all.equals(before.triggers()) ? before : new Router(all);
    }

    /** The triggers that an event activates, or would if they were not retired or disabled. */
    public List<Trigger> everMatched(Event event) {
        List<Trigger> found = new ArrayList<>(base.match(event));
        found.addAll(added.match(event));
        found.addAll(gone.match(event));
        return found;
    }

    /** The enabled triggers that an event activates; those of the definition first. */
    public List<Trigger> match(Event event) {
        List<Trigger> found = new ArrayList<>(2);
        for (Trigger trigger : base.match(event)) {
            if (!retired.contains(trigger.id()) && isEnabled(trigger)) {
                found.add(trigger);
            }
        }
        for (Trigger trigger : added.match(event)) {
            if (isEnabled(trigger)) {
                found.add(trigger);
            }
        }
        return found;
    }

    /** A trigger that is not retired. */
    public Optional<Trigger> find(String id) {
        Optional<Trigger> dynamic = added.find(id);
        return dynamic.isPresent() ? dynamic : base.find(id).filter(t -> !retired.contains(id));
    }

    /** A trigger of this id, be it retired. */
    public Optional<Trigger> everFound(String id) {
        return find(id).or(() -> base.find(id)).or(() -> gone.find(id));
    }

    public boolean isEnabled(Trigger trigger) {
        return switched.getOrDefault(trigger.id(), trigger.enabled());
    }

    /** All triggers that are not retired. */
    public List<Trigger> all() {
        List<Trigger> all = new ArrayList<>();
        base.triggers().stream().filter(t -> !retired.contains(t.id())).forEach(all::add);
        all.addAll(added.triggers());
        return all;
    }

    /** Joins whose size follows from the scope's context, if it can change by one of these keys. */
    public List<Trigger> sizedBy(Set<String> keys) {
        List<Trigger> found = new ArrayList<>();
        base.sizedJoins().stream()
                .filter(t -> !retired.contains(t.id()) && isEnabled(t) && isSizedBy(t, keys))
                .forEach(found::add);
        added.sizedJoins().stream()
                .filter(t -> isEnabled(t) && isSizedBy(t, keys))
                .forEach(found::add);
        return found;
    }

    private static boolean isSizedBy(Trigger trigger, Set<String> keys) {
        return trigger.condition() instanceof Condition.Join j
                && j.isSizedLater()
                && j.size() instanceof Condition.Size.Computed c
                && keys.stream().anyMatch(c.expression()::mentions);
    }
}

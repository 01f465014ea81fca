package io.triggerflow.core.control;

import io.triggerflow.core.decide.Holding;
import io.triggerflow.core.decide.View;
import io.triggerflow.core.engine.InFlight;
import io.triggerflow.core.engine.Ports;
import io.triggerflow.core.model.Action;
import io.triggerflow.core.model.Commit;
import io.triggerflow.core.model.Event;
import io.triggerflow.core.model.EventTypes;
import io.triggerflow.core.model.Scope;
import io.triggerflow.core.model.Trigger;
import io.triggerflow.core.model.TriggerState;
import io.triggerflow.core.port.Registry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a patch would strand of what is under way in a run, and what else is remarkable about it. */
final class Stranding {
    private static final int KEYS = 100;

    private final Ports ports;
    private final View before;
    private final View after;
    private final Patch patch;
    private final Instant now;
    private final List<String> reasons = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();

    private Stranding(Ports ports, View before, View after, Patch patch, Instant now) {
        this.ports = ports;
        this.before = before;
        this.after = after;
        this.patch = patch;
        this.now = now;
    }

    /**
     * What is found.
     *
     * @param reasons why the patch must not be applied
     * @param warnings what one should know who applies it
     */
    record Found(List<String> reasons, List<String> warnings) {}

    /** Looks at everything that is under way. */
    static Found look(Ports ports, View before, View after, Patch patch, Instant now) {
        Stranding look = new Stranding(ports, before, after, patch, now);
        InFlight flight = InFlight.of(ports, before, now);
        look.states();
        look.launches(flight);
        look.timers();
        look.held();
        look.deadlines();
        look.onces(flight);
        look.ends();
        return new Found(List.copyOf(look.reasons), List.copyOf(look.warnings));
    }

    /** Launches that were committed while the patch was, by engines that did not know of it yet: their ends are heard by nobody. */
    static List<String> overtaken(Ports ports, View before, View after, Instant now) {
        Stranding look = new Stranding(ports, before, after, new Patch(List.of(), List.of(), List.of()), now);
        look.launches(InFlight.of(ports, after, now));
        return List.copyOf(look.reasons);
    }

    private Scope scope() {
        return before.state().scope();
    }

    private void states() {
        Map<String, TriggerState> states = ports.registry().states(scope());
        patch.retired().forEach(t -> state(t, Optional.ofNullable(states.get(t.id())), false));
        patch.replaced().stream()
                .filter(r -> !r.before().condition().equals(r.after().condition()))
                .forEach(r -> state(
                        r.before(),
                        Optional.ofNullable(states.get(r.before().id())),
                        r.after().isStateful()));
    }

    /** The first keys tell: there may be any number of them. */
    private void keys(Trigger trigger) {
        boolean any = trigger.isKeyed()
                && ports.registry().states(scope(), trigger.id(), KEYS, Optional.empty()).items().stream()
                        .map(Registry.Keyed::state)
                        .anyMatch(s -> !s.fired()
                                && (s.members().size() > 0 || !s.values().isEmpty()));
        if (any) {
            reasons.add("trigger '" + trigger.id()
                    + "' has keys that have begun, which it would forget: keep its condition, or wait for them");
        }
    }

    private void state(Trigger trigger, Optional<TriggerState> state, boolean goesOnWithState) {
        keys(trigger);
        if (state.isEmpty()) {
            return;
        }
        int members = state.get().members().size();
        if (!state.get().fired() && (members > 0 || !state.get().values().isEmpty())) {
            reasons.add("trigger '" + trigger.id() + "' has "
                    + (members > 0 ? members + " members of its round" : "a state")
                    + ", which it would forget: let it fire first, or keep its condition");
        } else if (state.get().fired() && goesOnWithState) {
            reasons.add("trigger '" + trigger.id()
                    + "' has fired for good, and under the same id its new condition never would: give it another id");
        }
    }

    private void launches(InFlight flight) {
        Set<String> told = new HashSet<>();
        for (InFlight.Launched launch : flight.launches()) {
            String task = launch.address().task();
            if (isLost(launch.success(now))) {
                if (told.add("success " + task)) {
                    reasons.add("task '" + task + "' is in flight, and only " + names(launch.success(now))
                            + " listens to its end");
                }
            } else if (isLost(launch.failure(now)) && told.add("failure " + task)) {
                warnings.add("task '" + task
                        + "' is in flight, and nobody will handle its failure any more: it would fail the run");
            }
            boolean losesRoute = before.triggers()
                            .find(launch.trigger())
                            .filter(t -> !t.onFailure().isEmpty())
                            .isPresent()
                    && after.triggers()
                            .find(launch.trigger())
                            .filter(t -> !t.onFailure().isEmpty())
                            .isEmpty();
            if (losesRoute && told.add("route " + task)) {
                warnings.add("task '" + task + "' is in flight, and the failure route of its trigger '"
                        + launch.trigger() + "' goes: its failure would fail the run");
            }
        }
    }

    /** Whether somebody listened to an event, and nobody does any more. */
    private boolean isLost(Event event) {
        return !before.triggers().match(event).isEmpty()
                && after.triggers().match(event).isEmpty();
    }

    private String names(Event event) {
        return String.join(
                ", ",
                before.triggers().match(event).stream()
                        .map(t -> "'" + t.id() + "'")
                        .toList());
    }

    private void timers() {
        for (Commit.Timer timer : ports.registry().timers(scope())) {
            Event event = Event.ofEngine(timer.id(), EventTypes.TIMER_FIRED, timer.name(), timer.due(), null, Map.of());
            if (timer.due().isAfter(now) && isLost(event)) {
                reasons.add("timer '" + timer.name() + "' is armed for " + timer.due() + ", and only " + names(event)
                        + " listens to it");
            }
        }
    }

    private void held() {
        Set<String> retired = new HashSet<>();
        patch.retired().forEach(t -> retired.add(t.id()));
        for (Event event : ports.store().held(scope())) {
            Holding.of(event)
                    .filter(h -> retired.contains(h.trigger()))
                    .ifPresent(h -> reasons.add("interceptor '" + h.interceptor() + "' holds an activation of trigger '"
                            + h.trigger() + "': release it first"));
        }
    }

    private void deadlines() {
        patch.replaced().stream()
                .filter(r -> r.before().deadline().isPresent()
                        && r.after().deadline().isPresent()
                        && !r.before().deadline().equals(r.after().deadline()))
                .forEach(r -> reasons.add("the time of trigger '" + r.before().id()
                        + "' runs already, and would be over when it was to be: give the trigger another id"));
    }

    private void onces(InFlight flight) {
        patch.replaced().stream()
                .filter(r -> r.after().needsClaim()
                        && r.before().needsClaim()
                        && flight.hasFired(r.before().id()))
                .forEach(r -> warnings.add("trigger '" + r.before().id()
                        + "' fires once, and has fired: it will not fire again under this id"));
    }

    private void ends() {
        if (completes(before) && !completes(after)) {
            warnings.add("no trigger completes the run any more: it goes on until it fails, is cancelled or patched");
        }
    }

    private static boolean completes(View view) {
        return view.triggers().all().stream().anyMatch(t -> completes(t.actions()) || completes(t.onFailure()));
    }

    private static boolean completes(List<Action> actions) {
        return actions.stream()
                .anyMatch(a -> a instanceof Action.Complete
                        || a instanceof Action.Custom
                        || a instanceof Action.Register r
                                && r.triggers().stream().anyMatch(t -> completes(t.actions())));
    }
}

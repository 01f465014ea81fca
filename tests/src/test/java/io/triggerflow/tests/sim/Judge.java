package io.triggerflow.tests.sim;

import io.triggerflow.core.decide.Decider;
import io.triggerflow.core.decide.View;
import io.triggerflow.core.engine.Delivery;
import io.triggerflow.core.engine.Views;
import io.triggerflow.core.expression.Expressions;
import io.triggerflow.core.model.Address;
import io.triggerflow.core.model.Entry;
import io.triggerflow.core.model.Event;
import io.triggerflow.core.model.EventTypes;
import io.triggerflow.core.model.Launch;
import io.triggerflow.core.model.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Holds a world's end against the laws. */
public final class Judge {
    private final Sim sim;

    private Judge(Sim sim) {
        this.sim = sim;
    }

    /** Plays a world and judges it thoroughly, every batch delivered again at the end; throws {@link Broken}. */
    public static Sim judge(Scenario scenario, Faults faults, long seed) {
        return judge(scenario, faults, seed, Mutant.NONE, Optional.empty(), true);
    }

    /** The same with another fault, or betrayal. */
    public static Sim judge(Scenario scenario, Faults faults, long seed, Mutant mutant) {
        return judge(scenario, faults, seed, mutant, Optional.empty(), true);
    }

    /** The same without delivering everything again: for large worlds. */
    public static Sim play(Scenario scenario, Faults faults, long seed) {
        return judge(scenario, faults, seed, Mutant.NONE, Optional.empty(), false);
    }

    /** Plays a world and judges it; throws {@link Broken}. The kind world's end is compared when the scenario is determined. */
    public static Sim judge(
            Scenario scenario, Faults faults, long seed, Mutant mutant, Optional<Ending> kind, boolean thorough) {
        Sim sim = new Sim(scenario, faults, seed, mutant);
        try {
            sim.play();
            Judge judge = new Judge(sim);
            judge.launched();
            judge.ended();
            judge.heard();
            scenario.judge(sim);
            sim.throwBroken();
            kind.ifPresent(k -> judge.same(k, faults));
            if (thorough) {
                judge.decidedTwice();
                judge.absorbing();
            }
            return sim;
        } catch (Broken e) {
            Broken withTrace = new Broken(
                    e.law(), e.getMessage() + "\n  in " + scenario.name() + ", seed " + seed + ", " + faults);
            withTrace.addSuppressed(new Trace(sim.trace()));
            throw withTrace;
        }
    }

    /** What happened, step by step. */
    public static final class Trace extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Trace(List<String> lines) {
            super("what happened:\n    " + String.join("\n    ", lines), null, false, false);
        }
    }

    /** L5: what fired is launched. */
    private void launched() {
        sim.store().scopes().forEach((scope, kept) -> kept.entries.values().forEach(e -> e.outbox()
                .forEach(l -> launched(scope, e, l))));
        if (!sim.queue().dead.isEmpty()) {
            throw new Broken(
                    "L5",
                    "messages were given up: "
                            + sim.queue().dead.stream()
                                    .map(m -> m.event.type() + " " + m.event.key())
                                    .toList());
        }
    }

    private void launched(Scope scope, Entry entry, Launch launch) {
        if (isAnswered(launch)) {
            // Its end is an event as any other: whoever waited for it and did not get it has not ended.
            return;
        }
        boolean done =
                switch (launch) {
                    case Launch.Invoke i -> isLaunched(scope, i.address().id());
                    case Launch.FanOut f -> {
                        for (int item = 0; item < f.items().size(); item++) {
                            if (!isLaunched(scope, f.address().item(item).id())) {
                                throw new Broken("L5", "fired and never launched: item " + item + " of " + f.address());
                            }
                        }
                        yield true;
                    }
                    case Launch.Emit e ->
                        e.destination() instanceof Launch.Destination.Engine
                                || sim.queue().elsewhere.stream()
                                        .anyMatch(o ->
                                                o.event().id().equals(e.event().id()))
                                || isParked(e.event());
                    case Launch.At a -> true;
                    case Launch.Start s ->
                        sim.store().scopes().containsKey(new Scope(scope.workspace(), s.name()))
                                || isSettled(scope, s.address().id());
                    case Launch.Forward f -> true;
                };
        if (!done) {
            throw new Broken("L5", "fired and never launched: " + launch + " of " + entry.key());
        }
    }

    private static boolean isAnswered(Launch launch) {
        return launch instanceof Launch.Invoke i && i.options().answer().isPresent()
                || launch instanceof Launch.FanOut f && f.options().answer().isPresent();
    }

    /** Accepted, or given up. */
    private boolean isLaunched(Scope scope, String id) {
        return sim.launcher().accepted.containsKey(id)
                || sim.launcher().refused.containsKey(id)
                || isSettled(scope, id);
    }

    private boolean isSettled(Scope scope, String id) {
        return sim.store().scopes().get(scope).entries.containsKey(id);
    }

    private boolean isParked(Event event) {
        return sim.store().allParked().stream()
                .anyMatch(p -> p.message() instanceof Map<?, ?> m && event.id().equals(m.get("id")));
    }

    /** L5: every run has ended, or waits for what the scenario says. */
    private void ended() {
        sim.store().scopes().forEach((scope, kept) -> {
            if (kept.root != null
                    && scope.isRun()
                    && !kept.root.status().isFinished()
                    && !sim.scenario().mayWait(scope)) {
                throw new Broken(
                        "L5",
                        "never ended: " + scope + " " + kept.root + "\n entries "
                                + String.join(
                                        "\n   ",
                                        kept.entries.values().stream()
                                                .map(Entry::toString)
                                                .toList()) + "\n states " + kept.states + "\n held " + kept.held);
            }
        });
    }

    /** L5: every launch of a standing trigger has ended, be it by the sweeper's word. */
    private void heard() {
        sim.store().scopes().forEach((scope, kept) -> {
            if (!scope.isRun() && kept.root != null) {
                kept.entries.values().forEach(e -> e.outbox().forEach(l -> heard(scope, l)));
            }
        });
    }

    private void heard(Scope scope, Launch launch) {
        switch (launch) {
            case Launch.Invoke i -> requireEnd(scope, i.address());
            case Launch.FanOut f -> {
                for (int item = 0; item < f.items().size(); item++) {
                    requireEnd(scope, f.address().item(item));
                }
            }
            case Launch.Start s -> {
                if (!s.detached()) {
                    requireEnd(scope, s.address());
                }
            }
            case Launch.Emit e -> {}
            case Launch.At a -> {}
            case Launch.Forward f -> {}
        }
    }

    private void requireEnd(Scope scope, Address launch) {
        if (!isSettled(scope, launch.id())) {
            throw new Broken("L5", "launched by a standing trigger, and never ended: " + launch);
        }
    }

    /** L6 (L3, L7): the same end as in a kind world. */
    private void same(Ending kind, Faults faults) {
        String difference = Ending.of(sim).difference(kind);
        if (!difference.isEmpty()) {
            String law = faults.workers() > 1
                    ? "L7"
                    : faults.crash() > 0 || faults.unknown() > 0 || faults.refuse() > 0 ? "L6" : "L3";
            throw new Broken(law, difference);
        }
    }

    /** L1: decided twice, the same. */
    private void decidedTwice() {
        Views views = new Views(sim.store());
        Decider one = new Decider(new Expressions(), sim.extensions());
        Decider two = new Decider(new Expressions(), sim.extensions());
        for (Event event : sim.delivered().stream().distinct().toList()) {
            Optional<View> view = event.scope()
                    .map(s -> sim.store().scopes().get(s))
                    .filter(k -> k != null && k.root != null)
                    .map(k -> views.of(atFirst(k)));
            if (view.isPresent() && !EventTypes.isDirective(event.type())) {
                Object a = one.decide(view.get(), event, Optional.empty(), Set.of(), Sim.START);
                Object b = two.decide(view.get(), event, Optional.empty(), Set.of(), Sim.START);
                if (!a.equals(b)) {
                    throw new Broken("L1", "decided in two ways: " + a + " and " + b);
                }
            }
        }
    }

    /** The root as it was at first: so that much is decided, not only that the run has finished. */
    private static io.triggerflow.core.model.ScopeState atFirst(SimStore.Kept kept) {
        return io.triggerflow.core.model.ScopeState.started(
                kept.root.scope(),
                kept.root.definition(),
                kept.root.input(),
                kept.root.parent(),
                kept.root.startedAt());
    }

    /** L2: every batch again changes nothing, and launches nothing. */
    private void absorbing() {
        Map<String, String> before = kept();
        List<String> calls = List.copyOf(
                sim.launcher().calls.stream().map(c -> c.address().id()).toList());
        int sent = sim.queue().elsewhere.size();
        for (List<Event> batch : List.copyOf(sim.batches())) {
            List<Delivery> deliveries = new ArrayList<>();
            for (Event event : batch) {
                deliveries.add(new Delivery("again" + deliveries.size(), event, 1));
            }
            var report = sim.again(deliveries);
            if (!report.failed().isEmpty()) {
                throw new Broken("L2", "a batch that was handled fails when it comes again: " + report.failed());
            }
        }
        Map<String, String> after = kept();
        if (!before.equals(after)) {
            after.entrySet().removeIf(e -> e.getValue().equals(before.get(e.getKey())));
            after.replaceAll((k, v) -> before.get(k) + "\n  became " + v);
            throw new Broken("L2", "what was delivered again changed something: " + after);
        }
        List<String> again =
                sim.launcher().calls.stream().map(c -> c.address().id()).toList();
        if (!again.equals(calls) || sim.queue().elsewhere.size() != sent) {
            throw new Broken(
                    "L2", "what was delivered again launched something: " + again.subList(calls.size(), again.size()));
        }
    }

    private Map<String, String> kept() {
        Map<String, String> all = new TreeMap<>();
        sim.store().scopes().forEach((scope, kept) -> {
            if (kept.root != null) {
                Map<String, String> segments = new TreeMap<>();
                kept.segments.forEach((t, s) -> segments.put(
                        t, s.fired + " " + new TreeMap<>(s.members().byKey())));
                all.put(scope + " root", kept.root.toString());
                all.put(scope + " entries", kept.entries.toString());
                all.put(scope + " states", kept.states.toString());
                all.put(scope + " segments", segments.toString());
                all.put(scope + " claims", kept.claims.toString());
                all.put(scope + " timers", kept.timers.toString());
                if (!kept.root.status().isFinished()) {
                    all.put(scope + " held", new TreeSet<>(kept.held.keySet()).toString());
                }
            }
        });
        return all;
    }
}

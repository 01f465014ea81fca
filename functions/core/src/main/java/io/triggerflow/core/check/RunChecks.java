package io.triggerflow.core.check;

import io.triggerflow.core.check.Finding.Code;
import io.triggerflow.core.check.Finding.Severity;
import io.triggerflow.core.check.Finding.Shown;
import io.triggerflow.core.model.Condition;
import io.triggerflow.core.model.Entry;
import io.triggerflow.core.model.EventTypes;
import io.triggerflow.core.model.Failure;
import io.triggerflow.core.model.RunStatus;
import io.triggerflow.core.model.Trigger;
import io.triggerflow.core.model.TriggerState;
import io.triggerflow.core.script.Step;
import io.triggerflow.core.script.World;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What the runs tell that were played: runs without an end, joins that wait in vain, triggers that never fired. */
final class RunChecks {
    private final Bundle bundle;
    private final Graph graph;
    private final Explored explored;
    private final List<Finding> findings = new ArrayList<>();
    private final Set<String> told = new HashSet<>();

    RunChecks(Bundle bundle, Graph graph, Explored explored) {
        this.bundle = bundle;
        this.graph = graph;
        this.explored = explored;
    }

    List<Finding> all() {
        explored.stuck.forEach(this::stuck);
        explored.ended.forEach(this::ended);
        explored.notes.forEach(this::fails);
        neverFired();
        nobodyEnds();
        return findings;
    }

    private void add(Severity severity, Code code, String trigger, String message, String advice, Shown shown) {
        if (told.add(code + trigger)) {
            findings.add(
                    new Finding(severity, code, trigger, bundle.path(trigger), message, advice, Optional.of(shown)));
        }
    }

    static Shown shown(Explored.Leaf leaf, String trigger) {
        return new Shown(leaf.way().all(), leaf.status(), firings(leaf.world(), trigger), Optional.empty());
    }

    static int firings(World world, String trigger) {
        return (int) world.entries().stream()
                .flatMap(e -> e.firings().stream())
                .filter(f -> f.trigger().equals(trigger))
                .count();
    }

    static Set<String> fired(World world) {
        Set<String> fired = new LinkedHashSet<>();
        world.entries().forEach(e -> e.firings().forEach(f -> fired.add(f.trigger())));
        return fired;
    }

    private void stuck(Explored.Leaf leaf) {
        Set<String> fired = fired(leaf.world());
        Optional<String> byData = decidedByData(fired, graph.enders());
        Optional<Trigger> join = waiting(leaf.world(), fired);
        if (byData.isPresent()) {
            add(
                    Severity.INFO,
                    Code.DEPENDS_ON_DATA,
                    byData.get(),
                    "Whether the run ends depends on data: with these, the condition of '" + byData.get()
                            + "' is not true, and nothing else goes on.",
                    "Make sure that some condition is true for all data, for instance by a trigger for the rest.",
                    shown(leaf, byData.get()));
            return;
        }
        if (join.isPresent()) {
            stuckAt(join.get(), leaf);
            return;
        }
        String last = last(leaf.world()).orElse("");
        add(
                Severity.ERROR,
                Code.NO_END,
                last,
                "The run never ends" + after(leaf, last)
                        + ": nothing is in flight, nothing is due, and no trigger waits for an event from outside.",
                "End the run there (complete or fail), or go on.",
                shown(leaf, last));
    }

    private void stuckAt(Trigger join, Explored.Leaf leaf) {
        boolean sizedByData =
                join.condition() instanceof Condition.Join j && j.size() instanceof Condition.Size.Computed;
        int arrived = Optional.ofNullable(leaf.world().states().get(join.id()))
                .map(s -> s.members().size())
                .orElse(0);
        String of = join.condition() instanceof Condition.Join j && j.size() instanceof Condition.Size.Fixed f
                ? " of " + f.count()
                : "";
        String message = "waits for ever" + after(leaf, join.id()) + ": " + arrived + of
                + " members have arrived, and nothing that is in flight, due or expected from outside can bring another one.";
        if (!explored.fired.containsKey(join.id()) && leaf.way().surprises() == 0) {
            add(
                    Severity.ERROR,
                    Code.JOIN_CANNOT_FILL,
                    join.id(),
                    "Join '" + join.id() + "' " + message,
                    "Compare its size and members with what is launched; members of the same key count once.",
                    shown(leaf, join.id()));
        } else if (sizedByData && leaf.way().surprises() == 0) {
            add(
                    Severity.INFO,
                    Code.DEPENDS_ON_DATA,
                    join.id(),
                    "Whether join '" + join.id() + "' fills depends on data: with these it " + message,
                    "Set its size from the very list that is fanned out.",
                    shown(leaf, join.id()));
        } else {
            add(
                    Severity.ERROR,
                    Code.NO_END,
                    join.id(),
                    "The run never ends: join '" + join.id() + "' " + message,
                    "Let the join hear of failures (outcome: any), give it a deadline, or end the run where that was handled.",
                    shown(leaf, join.id()));
        }
    }

    /** What happened before it: a failure, or the trigger's firing. */
    private static String after(Explored.Leaf leaf, String trigger) {
        Optional<Step.End> failure = leaf.way().all().stream()
                .flatMap(s -> s instanceof Step.End e && e.outcome() != Step.Outcome.SUCCEEDED
                        ? java.util.stream.Stream.of(e)
                        : java.util.stream.Stream.empty())
                .findFirst();
        if (failure.isPresent()) {
            return " when task '" + failure.get().task() + "' "
                    + (failure.get().outcome() == Step.Outcome.FAILED ? "fails" : "is late");
        }
        return firings(leaf.world(), trigger) > 0 ? " after '" + trigger + "' has fired" : "";
    }

    static Optional<String> last(World world) {
        List<Entry> entries =
                world.entries().stream().filter(e -> !e.firings().isEmpty()).toList();
        return entries.isEmpty()
                ? Optional.empty()
                : Optional.of(entries.getLast().firings().getLast().trigger());
    }

    /** A condition that is decided by data, and could have led to one of these triggers. */
    Optional<String> decidedByData(Set<String> fired, Set<String> to) {
        Set<String> activated = graph.activated(fired);
        return bundle.all().stream()
                .filter(p -> activated.contains(p.id()) && graph.isDecidedByData(p.trigger()))
                .map(Bundle.Placed::id)
                .filter(id ->
                        to.isEmpty() || graph.downstream(Set.of(id)).stream().anyMatch(to::contains))
                .findFirst();
    }

    /** The join that holds up the run: one with members first. */
    private Optional<Trigger> waiting(World world, Set<String> fired) {
        Set<String> activated = graph.activated(fired);
        return bundle.all().stream()
                .map(Bundle.Placed::trigger)
                .filter(t ->
                        t.condition() instanceof Condition.Join && activated.contains(t.id()) && !isDone(world, t.id()))
                .min(java.util.Comparator.comparing(t -> arrived(world, t.id()) ? 0 : 1));
    }

    private static boolean isDone(World world, String id) {
        return Optional.ofNullable(world.states().get(id))
                .filter(TriggerState::fired)
                .isPresent();
    }

    private static boolean arrived(World world, String id) {
        return Optional.ofNullable(world.states().get(id))
                .filter(s -> s.members().size() > 0)
                .isPresent();
    }

    private void ended(Explored.Leaf leaf) {
        if (leaf.way().surprises() > 0 || leaf.failure().isEmpty()) {
            return;
        }
        Failure failure = leaf.failure().get();
        if (leaf.status() == RunStatus.TIMED_OUT && !explored.endsWell(0)) {
            String last = last(leaf.world()).orElse("");
            if (decidedByData(fired(leaf.world()), graph.enders()).isEmpty()
                    && explored.waiting.isEmpty()
                    && bundle.all().stream().noneMatch(p -> p.trigger().on().stream()
                            .anyMatch(o -> Wanted.of(o).isExternal(false)))) {
                add(
                        Severity.WARNING,
                        Code.NO_END,
                        last,
                        "Only its time limit ends the run: after '" + last + "' has fired nothing else can happen.",
                        "End the run there (complete or fail), or go on.",
                        shown(leaf, last));
            }
        }
        if (failure.error().equals(Failure.JOIN_FAILED)
                && !explored.fired.containsKey(failure.at())
                && decidedByData(fired(leaf.world()), Set.of(failure.at())).isEmpty()) {
            add(
                    Severity.ERROR,
                    Code.JOIN_CANNOT_FILL,
                    failure.at(),
                    "Join '" + failure.at()
                            + "' can never hold: all its members have succeeded, and its rule is not true.",
                    "Correct the rule, or the size.",
                    shown(leaf, failure.at()));
        }
    }

    private void fails(String trigger, Explored.Leaf leaf) {
        add(
                Severity.ERROR,
                Code.EXPRESSION_FAILS,
                trigger,
                "An expression of trigger '" + trigger + "' calls a function that there is not.",
                "Correct the function's name; 'triggerflow run --script' shows the error.",
                shown(leaf, trigger));
    }

    /** Triggers that the graph reaches, and no way has fired. */
    private void neverFired() {
        if (explored.surprises < 1 || bundle.hasExtensionActions() || bundle.isStanding()) {
            return;
        }
        Set<String> excused = new LinkedHashSet<>();
        findings.forEach(f -> excused.add(f.trigger()));
        for (Bundle.Placed p : bundle.all()) {
            boolean unusual = p.trigger().on().stream()
                    .map(Wanted::of)
                    .anyMatch(w -> w.types().isEmpty()
                            || w.types().stream().anyMatch(RunChecks::isUnusual)
                            || w.isExternal(false));
            boolean waits = p.trigger().condition() instanceof Condition.Join && !explored.fired.containsKey(p.id());
            if (unusual
                    || waits
                    || graph.isDecidedByData(p.trigger())
                    || p.registeredBy().isPresent()
                    || p.trigger().deadline().isPresent()
                    || !graph.isReachable(p.id())) {
                excused.add(p.id());
            }
        }
        Set<String> after = graph.downstream(excused);
        Optional<Explored.Leaf> end =
                explored.ended.stream().filter(l -> l.way().surprises() == 0).findFirst();
        bundle.top().stream()
                .map(Trigger::id)
                .filter(id -> !explored.fired.containsKey(id) && !after.contains(id))
                .forEach(id -> end.ifPresent(l -> add(
                        Severity.WARNING,
                        Code.UNREACHABLE_TRIGGER,
                        id,
                        "Trigger '" + id
                                + "' fired in no run that was tried: the run ends, or retires it, before its turn.",
                        "See which trigger ends the run first.",
                        shown(l, id))));
    }

    private static boolean isUnusual(String type) {
        return EventTypes.isFailure(type)
                || type.equals(EventTypes.JOIN_FAILED)
                || type.equals(EventTypes.LATE)
                || type.equals(EventTypes.TASK_SKIPPED)
                || type.equals(EventTypes.TIMER_FIRED);
    }

    private void nobodyEnds() {
        if (!bundle.isStanding() && graph.enders().isEmpty() && told.stream().noneMatch(t -> t.startsWith("NO_END"))) {
            explored.waiting.stream()
                    .findFirst()
                    .ifPresent(l -> add(
                            Severity.INFO,
                            Code.NO_END,
                            "",
                            "No trigger ends the run: it waits for events from outside until people cancel it, or its time limit does.",
                            "",
                            shown(l, "")));
        }
    }
}

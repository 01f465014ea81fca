package io.triggerflow.core.check;

import io.triggerflow.core.check.Finding.Code;
import io.triggerflow.core.check.Finding.Severity;
import io.triggerflow.core.check.Finding.Shown;
import io.triggerflow.core.decide.Extensions;
import io.triggerflow.core.model.Failure;
import io.triggerflow.core.model.RunStatus;
import io.triggerflow.core.model.ScopeState;
import io.triggerflow.core.script.EndlessException;
import io.triggerflow.core.script.ScriptException;
import io.triggerflow.core.script.Step;
import io.triggerflow.core.script.World;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** Runs that go round and round: states that come back and lead nowhere else, and chains of events that only the guard against them ends. */
final class Loops {
    private final Bundle bundle;
    private final Graph graph;
    private final Explored explored;
    private final RunChecks runs;
    private final Supplier<World> fresh;

    Loops(Bundle bundle, Graph graph, Explored explored, RunChecks runs, Extensions extensions) {
        this.bundle = bundle;
        this.graph = graph;
        this.explored = explored;
        this.runs = runs;
        this.fresh = () -> bundle.definition()
                .map(d -> World.of(d, extensions))
                .orElseGet(() -> World.of(bundle.top(), extensions));
    }

    List<Finding> all() {
        List<Finding> findings = new ArrayList<>();
        explored.ended.stream()
                .filter(l -> l.way().surprises() == 0
                        && l.failure()
                                .filter(f -> f.error().equals(Failure.MAX_TRANSITIONS))
                                .isPresent())
                .findFirst()
                .ifPresent(l -> chain(l.way(), findings));
        if (findings.isEmpty()) {
            explored.endless.stream().findFirst().ifPresent(way -> chain(way, findings));
        }
        if (findings.isEmpty() && explored.surprises >= 0) {
            cycle().ifPresent(steps -> round(steps, findings));
        }
        return findings;
    }

    /** A chain of events that is too long for an exploration: as the engine has it, with the bundle's own guard. */
    private void chain(Way way, List<Finding> findings) {
        World world = fresh.get();
        boolean endless = false;
        try {
            way.all().forEach(world::play);
        } catch (EndlessException e) {
            endless = true;
        } catch (ScriptException e) {
            return;
        }
        boolean guarded = world.root()
                .flatMap(ScopeState::failure)
                .filter(f -> f.error().equals(Failure.MAX_TRANSITIONS))
                .isPresent();
        if (!endless && !guarded) {
            return;
        }
        String trigger = RunChecks.last(world).orElse("");
        String what = guarded
                ? "Trigger '" + trigger + "' is part of a loop that nothing leaves: only the guard of "
                        + bundle.definition().orElseThrow().maxTransitions() + " transitions ends the run."
                : "Trigger '" + trigger
                        + "' is part of a loop that nothing leaves: each event brings about further ones.";
        add(way.all(), world, trigger, what, findings);
    }

    private void add(List<Step> script, World world, String trigger, String message, List<Finding> findings) {
        Optional<String> data = runs.decidedByData(RunChecks.fired(world), graph.enders());
        Shown shown = new Shown(
                script,
                world.root().map(ScopeState::status).orElse(RunStatus.RUNNING),
                RunChecks.firings(world, trigger),
                Optional.empty());
        findings.add(new Finding(
                data.isPresent() ? Severity.INFO : Severity.ERROR,
                data.isPresent() ? Code.DEPENDS_ON_DATA : Code.ENDLESS_LOOP,
                trigger,
                bundle.path(trigger),
                data.map(d -> "Whether a loop through '" + trigger + "' ends depends on data: see the condition of '"
                                + d + "'.")
                        .orElse(message),
                "Give the loop a condition that ends it, a count in the context, or once: true.",
                Optional.of(shown)));
    }

    /** The states without surprises that lead to no end, and to no wait for the outside. */
    private Set<Integer> lost() {
        Map<Integer, List<Integer>> back = new HashMap<>();
        explored.edges.forEach((from, edges) -> edges.stream()
                .filter(e -> e.kind() != Way.Kind.FAILURE)
                .forEach(e ->
                        back.computeIfAbsent(e.to(), t -> new ArrayList<>()).add(from)));
        Set<Integer> saved = new HashSet<>(explored.good);
        explored.stuck.forEach(l -> saved.add(l.way().number()));
        List<Integer> open = new ArrayList<>(saved);
        while (!open.isEmpty()) {
            for (int from : back.getOrDefault(open.removeLast(), List.of())) {
                if (saved.add(from)) {
                    open.add(from);
                }
            }
        }
        Set<Integer> lost = new HashSet<>();
        explored.ways.forEach((number, way) -> {
            if (way.surprises() == 0 && !saved.contains(number)) {
                lost.add(number);
            }
        });
        return lost;
    }

    /** Steps that come to a state, and then to it again twice. */
    private Optional<List<Step>> cycle() {
        Set<Integer> lost = lost();
        Set<Integer> visited = new HashSet<>();
        for (int start : lost.stream().sorted().toList()) {
            List<Integer> path = new ArrayList<>();
            List<List<Step>> steps = new ArrayList<>();
            int at = start;
            while (at >= 0 && visited.add(at)) {
                path.add(at);
                Optional<Explored.Edge> next = explored.edges.getOrDefault(at, List.of()).stream()
                        .filter(e -> !e.surprise() && e.kind() != Way.Kind.FAILURE && lost.contains(e.to()))
                        .findFirst();
                next.ifPresent(e -> steps.add(e.steps()));
                at = next.map(Explored.Edge::to).orElse(-1);
            }
            int from = path.indexOf(at);
            if (from >= 0) {
                List<Step> all = new ArrayList<>(explored.ways.get(at).all());
                for (int i = 0; i < 2; i++) {
                    steps.subList(from, steps.size()).forEach(all::addAll);
                }
                return Optional.of(all);
            }
        }
        return Optional.empty();
    }

    private void round(List<Step> steps, List<Finding> findings) {
        World world = fresh.get();
        try {
            steps.forEach(world::play);
        } catch (ScriptException | EndlessException e) {
            return;
        }
        String trigger = RunChecks.last(world).orElse("");
        add(
                steps,
                world,
                trigger,
                "Trigger '" + trigger
                        + "' is part of a loop that nothing leaves: the run comes back to the same state for ever.",
                findings);
    }
}

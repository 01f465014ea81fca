package io.triggerflow.dag;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The tasks of a DAG and what follows from their edges. Immutable once made. */
final class Graph {
    private final Dag dag;
    private final Map<String, List<String>> up = new LinkedHashMap<>();
    private final Map<String, List<String>> down = new LinkedHashMap<>();
    /** Every task after all of its upstreams. */
    private final List<String> order;

    private final Map<String, Integer> position = new HashMap<>();
    private final List<BitSet> ancestors = new ArrayList<>();
    /** The same without what is behind a task that did not wait for it. */
    private final List<BitSet> heardOf = new ArrayList<>();

    private final boolean hasSetups;
    private final List<String> shortCircuits;

    private Graph(Dag dag, Map<String, Set<String>> edges, List<String> order) {
        this.dag = dag;
        this.order = order;
        order.forEach(id -> down.put(id, new ArrayList<>()));
        order.forEach(id -> {
            up.put(id, List.copyOf(edges.get(id)));
            edges.get(id).forEach(u -> down.get(u).add(id));
        });
        for (String id : order) {
            BitSet heard = isRoot(id) ? new BitSet() : with(up.get(id), heardOf);
            ancestors.add(with(up.get(id), ancestors));
            heardOf.add(heard);
            position.put(id, position.size());
        }
        hasSetups = dag.tasks().values().stream().anyMatch(Task::setup);
        shortCircuits = order.stream()
                .filter(id -> dag.tasks().get(id).gate() == Task.Gate.ALL)
                .toList();
    }

    private BitSet with(List<String> upstreams, List<BitSet> known) {
        BitSet all = new BitSet();
        for (String u : upstreams) {
            all.or(known.get(position.get(u)));
            all.set(position.get(u));
        }
        return all;
    }

    /** The graph; a cycle is reported, and then it is of no use. */
    static Graph of(Dag dag, Node.Problems problems) {
        Map<String, Set<String>> edges = Edges.of(dag);
        Map<String, Integer> missing = new HashMap<>();
        Map<String, List<String>> next = new HashMap<>();
        edges.forEach((id, ups) -> {
            missing.put(id, ups.size());
            ups.forEach(u -> next.computeIfAbsent(u, k -> new ArrayList<>()).add(id));
        });
        List<String> order = new ArrayList<>();
        Deque<String> ready = new ArrayDeque<>();
        edges.keySet().stream().filter(id -> missing.get(id) == 0).forEach(ready::add);
        while (!ready.isEmpty()) {
            String id = ready.poll();
            order.add(id);
            for (String d : next.getOrDefault(id, List.of())) {
                if (missing.merge(d, -1, Integer::sum) == 0) {
                    ready.add(d);
                }
            }
        }
        if (order.size() < edges.size()) {
            cycle(dag, edges, Set.copyOf(order));
            return new Graph(dag, Map.of(), List.of());
        }
        return new Graph(dag, edges, order);
    }

    /** Names one cycle: whoever waits for what never ends has an upstream that does so, too. */
    private static void cycle(Dag dag, Map<String, Set<String>> edges, Set<String> ends) {
        String at = edges.keySet().stream()
                .filter(id -> !ends.contains(id))
                .findFirst()
                .orElseThrow();
        List<String> walked = new ArrayList<>();
        while (!walked.contains(at)) {
            walked.add(at);
            at = edges.get(at).stream()
                    .filter(u -> !ends.contains(u))
                    .findFirst()
                    .orElseThrow();
        }
        List<String> cycle = new ArrayList<>(walked.subList(walked.indexOf(at), walked.size()));
        cycle.add(at);
        Task task = dag.tasks().get(cycle.getFirst());
        String upstream = cycle.get(1);
        task.after().stream()
                .filter(n -> n.value.equals(upstream))
                .findFirst()
                .orElse(task.at())
                .problem("Expected tasks that do not wait for one another, but each of these waits for the next: "
                        + String.join(" -> ", cycle));
    }

    Task task(String id) {
        return dag.tasks().get(id);
    }

    List<String> order() {
        return order;
    }

    List<String> up(String id) {
        return up.get(id);
    }

    List<String> down(String id) {
        return down.get(id);
    }

    /** Whether the first task is upstream of the other, directly or not. */
    boolean isAncestor(String ancestor, String of) {
        return position.containsKey(ancestor) && ancestors.get(position.get(of)).get(position.get(ancestor));
    }

    /** Whether a task has ended, and somebody tells of it, when the other one runs; or may have, if that one's rule lets it run early. */
    boolean hearsOf(String id, String of) {
        return position.containsKey(of) && heardOf.get(position.get(id)).get(position.get(of));
    }

    /** Whether a task waits for nothing: it is at the start, or its rule says so. */
    boolean isRoot(String id) {
        return up.get(id).isEmpty() || task(id).rule() == Rule.ALWAYS;
    }

    /**
     * The setups, not directly upstream, without which a task does not run: those whose teardown is downstream of it, or that have none.
     * Teardowns themselves, and tasks that wait for nothing, have none.
     */
    List<String> setupsOf(String id) {
        if (!hasSetups || task(id).isTeardown() || isRoot(id)) {
            return List.of();
        }
        return named(ancestors.get(position.get(id))).stream()
                .filter(s -> task(s).setup() && !up.get(id).contains(s) && isOpenAt(s, id))
                .toList();
    }

    private boolean isOpenAt(String setup, String id) {
        List<String> teardowns =
                down.get(setup).stream().filter(d -> task(d).isTeardown()).toList();
        return teardowns.isEmpty() || teardowns.stream().anyMatch(t -> isAncestor(id, t));
    }

    /** The short circuits, not directly upstream, that close the way to a task for all its rule says. */
    List<String> shortCircuitsOf(String id) {
        if (shortCircuits.isEmpty() || task(id).isTeardown() || isRoot(id)) {
            return List.of();
        }
        return shortCircuits.stream()
                .filter(s -> isAncestor(s, id) && !up.get(id).contains(s))
                .toList();
    }

    private List<String> named(BitSet positions) {
        return positions.stream().mapToObj(order::get).toList();
    }

    /** Those of a task's direct downstreams that are the given one, or downstream of it: who chooses it does not skip them. */
    List<String> followed(String branch, String chosen) {
        return down.get(branch).stream()
                .filter(d -> d.equals(chosen) || isAncestor(chosen, d))
                .toList();
    }

    /** What the result of a branch may name: its direct downstreams, and groups that begin with some of them. */
    Map<String, Set<String>> choices(String branch) {
        Map<String, Set<String>> choices = new LinkedHashMap<>();
        down.get(branch).forEach(d -> choices.put(d, new LinkedHashSet<>(followed(branch, d))));
        dag.groups().values().forEach(g -> {
            Set<String> within = g.tasks().stream().filter(choices::containsKey).collect(Collectors.toSet());
            if (!within.isEmpty() && !choices.containsKey(g.name())) {
                Set<String> all = new LinkedHashSet<>();
                within.forEach(d -> all.addAll(followed(branch, d)));
                choices.put(g.name(), all);
            }
        });
        return choices;
    }

    /** The tasks whose outcome is the run's. */
    List<String> leaves() {
        List<String> leaves = order.stream()
                .filter(id -> counts(id) && down.get(id).stream().noneMatch(this::counts))
                .toList();
        return leaves.isEmpty()
                ? order.stream().filter(id -> down.get(id).isEmpty()).toList()
                : leaves;
    }

    private boolean counts(String id) {
        return !task(id).isTeardown() || task(id).failsRun();
    }

    /** Tasks whose ends, together, mean that all have ended. */
    List<String> last() {
        return order.stream()
                .filter(id -> down.get(id).stream().noneMatch(this::waitsForAll))
                .toList();
    }

    /** Whether a task has never ended before each of its upstreams has. */
    boolean waitsForAll(String id) {
        return !isRoot(id) && (up.get(id).size() == 1 || !task(id).rule().isEarly());
    }

    /**
     * What is looked at beside the rule: setups, and short circuits and branches that may skip the task. Those whose word comes through the
     * task's one upstream anyway are left out.
     */
    List<String> gates(String id) {
        List<String> gates = new ArrayList<>();
        setupsOf(id).stream().filter(s -> !comesThrough(s, id, false)).forEach(gates::add);
        shortCircuitsOf(id).stream().filter(s -> !comesThrough(s, id, true)).forEach(gates::add);
        up.get(id).stream().filter(u -> mayClose(u, id)).forEach(gates::add);
        return gates;
    }

    private boolean comesThrough(String gate, String id, boolean isShortCircuit) {
        if (up.get(id).size() != 1 || !passesOn(id)) {
            return false;
        }
        String upstream = up.get(id).getFirst();
        if (isRoot(upstream)) {
            return false;
        }
        if (isShortCircuit) {
            return shortCircuitsOf(upstream).contains(gate)
                    || up.get(upstream).contains(gate) && mayClose(gate, upstream);
        }
        // A branch that skips the upstream would hide from the task that its setup failed.
        return up.get(upstream).stream().noneMatch(u -> mayClose(u, upstream))
                && (setupsOf(upstream).contains(gate) || up.get(upstream).equals(List.of(gate)) && passesOn(upstream));
    }

    /** Whether a task that has one upstream is skipped when that is, and fails when that does. */
    private boolean passesOn(String id) {
        Rule rule = task(id).rule();
        return rule.ofOne(Rule.Outcome.SKIPPED) == Rule.Decision.SKIP
                && rule.ofOne(Rule.Outcome.FAILED) == Rule.Decision.FAIL;
    }

    /** Whether a direct upstream may skip a task, for all its rule says. */
    boolean mayClose(String upstream, String id) {
        return task(upstream).branch() || task(upstream).gate() != Task.Gate.NONE && !task(id).isTeardown();
    }
}

package io.triggerflow.dag;

import io.triggerflow.core.definition.Nearest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Which task waits for which: names of tasks and groups become edges between tasks. Used once. */
final class Edges {
    private final Dag dag;
    private final Map<String, Set<String>> up = new LinkedHashMap<>();
    /** The groups that a task or group is in, the outermost first. */
    private final Map<String, List<String>> inside = new HashMap<>();

    private record Link(String owner, Node at, String target, int depth) {}

    private Edges(Dag dag) {
        this.dag = dag;
        dag.tasks().keySet().forEach(id -> up.put(id, new LinkedHashSet<>()));
        dag.groups().values().forEach(g -> {
            g.tasks().forEach(t -> inside.computeIfAbsent(t, n -> new ArrayList<>())
                    .add(g.name()));
            g.groups().forEach(t -> inside.computeIfAbsent(t, n -> new ArrayList<>())
                    .add(g.name()));
        });
    }

    /** The direct upstreams of each task, in the order in which they are named. */
    static Map<String, Set<String>> of(Dag dag) {
        Edges edges = new Edges(dag);
        List<Link> links = new ArrayList<>();
        dag.tasks().forEach((id, task) -> {
            task.after().forEach(n -> edges.link(id, n).ifPresent(links::add));
            task.teardown().orElse(List.of()).forEach(n -> edges.setup(id, n).ifPresent(links::add));
        });
        dag.groups()
                .forEach((name, g) -> g.after().forEach(n -> edges.link(name, n).ifPresent(links::add)));
        // Inner ones first: the ends of a group are known when all that is within it is linked.
        links.stream().sorted(Comparator.comparingInt(Link::depth).reversed()).forEach(edges::add);
        return edges.up;
    }

    private Optional<Link> setup(String owner, Node at) {
        Optional<Link> link = link(owner, at);
        Task setup = link.map(l -> dag.tasks().get(l.target())).orElse(null);
        if (link.isPresent() && (setup == null || !setup.setup())) {
            at.problem("Expected the name of a task with setup: true, but '"
                    + link.get().target() + "' is none");
            return Optional.empty();
        }
        return link;
    }

    private Optional<Link> link(String owner, Node at) {
        if (!(at.value instanceof String target)
                || !dag.tasks().containsKey(target) && !dag.groups().containsKey(target)) {
            Set<String> known = new LinkedHashSet<>(dag.tasks().keySet());
            known.addAll(dag.groups().keySet());
            at.problem("Expected the name of a task or group, but got " + at.describe()
                    + (at.value instanceof String word ? Nearest.hint(word, known) : ""));
            return Optional.empty();
        }
        List<String> own = inside.getOrDefault(owner, List.of());
        List<String> others = inside.getOrDefault(target, List.of());
        if (own.contains(target)
                || others.contains(owner)
                || owner.equals(target) && dag.groups().containsKey(owner)) {
            at.problem("Expected a task or group beside '" + owner + "', but '" + target + "' is "
                    + (own.contains(target) ? "what it is in" : "in it"));
            return Optional.empty();
        }
        int depth = 0;
        while (depth < own.size() && depth < others.size() && own.get(depth).equals(others.get(depth))) {
            depth++;
        }
        return Optional.of(new Link(owner, at, target, depth));
    }

    private void add(Link link) {
        List<String> leaves = dag.tasks().containsKey(link.target()) ? List.of(link.target()) : leaves(link.target());
        List<String> roots = dag.tasks().containsKey(link.owner()) ? List.of(link.owner()) : roots(link.owner());
        roots.forEach(root -> up.get(root).addAll(leaves));
    }

    private List<String> roots(String group) {
        Set<String> within = new HashSet<>(dag.groups().get(group).tasks());
        return dag.groups().get(group).tasks().stream()
                .filter(t -> up.get(t).stream().noneMatch(within::contains))
                .toList();
    }

    /** The tasks of a group for which nothing in it waits; where these are teardowns, what they wait for: nobody waits for a teardown. */
    private List<String> leaves(String group) {
        Set<String> within = new LinkedHashSet<>(dag.groups().get(group).tasks());
        Set<String> waitedFor = new HashSet<>();
        within.stream().filter(t -> !dag.tasks().get(t).isTeardown()).forEach(t -> waitedFor.addAll(up.get(t)));
        List<String> work = within.stream()
                .filter(t -> !dag.tasks().get(t).isTeardown() && !waitedFor.contains(t))
                .toList();
        boolean onlySetups = work.stream().allMatch(t -> dag.tasks().get(t).setup());
        return onlySetups
                ? work
                : work.stream().filter(t -> !isOnlyUndone(t, within)).toList();
    }

    /** A setup for which nothing but its teardown waits is no end of a group that has others. */
    private boolean isOnlyUndone(String task, Set<String> within) {
        return dag.tasks().get(task).setup()
                && within.stream()
                        .anyMatch(t ->
                                dag.tasks().get(t).isTeardown() && up.get(t).contains(task));
    }
}

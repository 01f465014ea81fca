package io.triggerflow.dag;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which results travel which way: a task's end carries its own result and those of its upstreams, as far as somebody downstream needs them
 * from there.
 *
 * @param sent whose results a task's end carries, its own perhaps among them
 * @param received what a task must be told, and by which upstreams: the first that tells of it is believed
 * @param atEnd whose ends the end of the run waits for
 */
record Flow(Map<String, Set<String>> sent, Map<String, Map<String, List<String>>> received, List<String> atEnd) {
    static Flow of(Dag dag, Graph graph, Mentions mentions) {
        Set<String> output = new LinkedHashSet<>(dag.output().isPresent() ? mentions.output() : graph.leaves());
        Set<String> atEnd = new LinkedHashSet<>(graph.last());
        atEnd.addAll(graph.leaves());
        atEnd.addAll(output);
        Map<String, Set<String>> sent = new HashMap<>();
        Map<String, Map<String, List<String>>> received = new HashMap<>();
        output.forEach(t -> sent.computeIfAbsent(t, k -> new LinkedHashSet<>()).add(t));
        for (String id : graph.order().reversed()) {
            Set<String> wanted = new LinkedHashSet<>(mentions.byTask().get(id));
            wanted.addAll(sent.getOrDefault(id, Set.of()));
            wanted.remove(id);
            Map<String, List<String>> from = new HashMap<>();
            for (String x : graph.isRoot(id) ? Set.<String>of() : wanted) {
                List<String> carriers = carriers(graph, id, x);
                carriers.forEach(
                        u -> sent.computeIfAbsent(u, k -> new LinkedHashSet<>()).add(x));
                from.put(x, carriers);
            }
            received.put(id, from);
        }
        return new Flow(sent, received, List.copyOf(atEnd));
    }

    private static List<String> carriers(Graph graph, String id, String x) {
        if (graph.up(id).contains(x)) {
            return List.of(x);
        }
        List<String> all = new ArrayList<>(
                graph.up(id).stream().filter(u -> graph.hearsOf(u, x)).toList());
        // Who waits for all is told by one of them; who may run early, by whoever comes first.
        return graph.waitsForAll(id) && !all.isEmpty() ? List.of(all.getFirst()) : all;
    }

    boolean sendsItself(String id) {
        return sent.getOrDefault(id, Set.of()).contains(id);
    }

    /** Whose results a task passes on. */
    Collection<String> passedOn(String id) {
        return sent.getOrDefault(id, Set.of()).stream()
                .filter(x -> !x.equals(id))
                .toList();
    }
}

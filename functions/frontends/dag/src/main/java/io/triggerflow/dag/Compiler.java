package io.triggerflow.dag;

import io.triggerflow.core.model.JsonText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Makes the triggers of a DAG. Used once. */
final class Compiler {
    /** A DAG has no loops: what bounds its transitions is its own size. */
    private static final int MAX_TRANSITIONS = 10_000_000;

    private final Dag dag;
    private final Graph graph;
    private final List<Object> triggers = new ArrayList<>();
    private final List<String> places = new ArrayList<>();
    private final Ends ends;
    private final Starts starts;
    private final Work work;

    Compiler(Dag dag, Graph graph, Flow flow) {
        this.dag = dag;
        this.graph = graph;
        this.ends = new Ends(dag, graph, flow);
        this.starts = new Starts(graph, flow, ends);
        this.work = new Work(dag, graph, flow, ends);
    }

    /** The bundle, as plain Java JSON. */
    Map<String, Object> bundle() {
        dag.params().ifPresent(schema -> add("$.params", Params.check(schema)));
        for (String id : graph.order()) {
            Task task = graph.task(id);
            for (Map<String, Object> trigger : starts.of(task)) {
                add(task.at().path, trigger);
            }
            for (Map<String, Object> trigger : work.of(task, starts.patterns(task), starts.condition(task))) {
                add(task.at().path, trigger);
            }
            ends.callbacks(task).forEach(trigger -> add(task.at().path, trigger));
        }
        ends.ofRun().forEach(trigger -> add("$.tasks", trigger));
        Map<String, Object> bundle = new LinkedHashMap<>(dag.head());
        bundle.put("maxTransitions", MAX_TRANSITIONS);
        bundle.put("triggers", triggers);
        return bundle;
    }

    /** Where in the DAG each trigger comes from. */
    List<String> places() {
        return places;
    }

    private void add(String place, Map<String, Object> trigger) {
        places.add(place);
        triggers.add(trigger);
    }

    /** A list of texts as JSONata. */
    static String literal(List<String> texts) {
        return JsonText.write(texts);
    }
}

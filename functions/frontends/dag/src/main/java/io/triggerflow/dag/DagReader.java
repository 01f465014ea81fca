package io.triggerflow.dag;

import io.triggerflow.core.definition.DefinitionException;
import io.triggerflow.core.definition.DefinitionReader;
import io.triggerflow.core.definition.Problem;
import io.triggerflow.core.model.Definition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Reads DAGs: plain Java JSON, as any JSON or YAML parser gives it, becomes a {@link Definition} for the engine. The format is described in
 * {@code DAG.md} and by {@code dag.schema.json}.
 *
 * <p>Pure: no I/O, and the same tree gives the same definition, with the same version. Thread-safe if the check of expressions is.
 */
public final class DagReader {
    private final Function<String, Optional<String>> expressionError;

    /** @param expressionError says why a JSONata expression does not compile; empty when it does */
    public DagReader(Function<String, Optional<String>> expressionError) {
        this.expressionError = expressionError;
    }

    /** Whether a tree is meant to be a DAG: an object with a key {@code dag}. */
    public static boolean isDag(Object tree) {
        return tree instanceof Map<?, ?> map && map.containsKey("dag");
    }

    /**
     * The definition that a DAG stands for.
     *
     * @throws DefinitionException with all problems, at places of the DAG
     */
    public Definition definition(Object tree) {
        Compiled compiled = compiled(tree);
        try {
            // The expressions were checked where they stand; what is made of them compiles if they do.
            return new DefinitionReader(source -> Optional.empty()).definition(compiled.bundle());
        } catch (DefinitionException e) {
            throw new DefinitionException(e.problems().stream()
                    .map(p -> inDag(p, compiled))
                    .distinct()
                    .toList());
        }
    }

    /**
     * The same as a trigger bundle: plain Java JSON.
     *
     * @throws DefinitionException with all problems that are the DAG's own
     */
    public Map<String, Object> bundle(Object tree) {
        return compiled(tree).bundle();
    }

    /** @param places where in the DAG each trigger comes from */
    private record Compiled(Map<String, Object> bundle, List<String> places) {}

    private Compiled compiled(Object tree) {
        Node.Problems problems = new Node.Problems();
        Dag dag = new Structure(problems).read(new Node(problems, "$", tree));
        throwFound(problems);
        Graph graph = Graph.of(dag, problems);
        throwFound(problems);
        Map<String, Optional<String>> checked = new HashMap<>();
        Mentions mentions =
                Mentions.of(dag, graph, problems, source -> checked.computeIfAbsent(source, expressionError));
        throwFound(problems);
        Compiler compiler = new Compiler(dag, graph, Flow.of(dag, graph, mentions));
        Map<String, Object> bundle = compiler.bundle();
        return new Compiled(bundle, compiler.places());
    }

    private static void throwFound(Node.Problems problems) {
        if (!problems.found().isEmpty()) {
            throw new DefinitionException(problems.found());
        }
    }

    /** A problem of the bundle, where its cause stands in the DAG: the keys of an action are those of its task. */
    private static Problem inDag(Problem problem, Compiled compiled) {
        String path = problem.path();
        if (!path.startsWith("$.triggers[")) {
            return path.equals("$.workflow") ? new Problem("$.dag", problem.message()) : problem;
        }
        int close = path.indexOf(']');
        String place = compiled.places().get(Integer.parseInt(path.substring("$.triggers[".length(), close)));
        List<String> keys = new ArrayList<>(List.of("retry", "timeout", "payload", "correlation", "pattern"));
        for (String key : keys) {
            int at = path.indexOf("." + key, close);
            if (at >= 0) {
                return new Problem(place + path.substring(at), problem.message());
            }
        }
        return new Problem(place, problem.message());
    }

    /** Tells what a DAG holds, for people. */
    public static String summary(Definition definition) {
        Map<Boolean, Long> counted = definition.triggers().stream()
                .collect(Collectors.partitioningBy(t -> t.id().contains(":"), Collectors.counting()));
        return counted.get(false) + (counted.get(false) == 1 ? " task" : " tasks");
    }
}

package io.triggerflow.dag;

import io.triggerflow.core.definition.Nearest;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Which tasks' results each task mentions, once all expressions have been checked: that they compile, and that they mention only what is
 * upstream, and so has a result when it is asked for.
 *
 * @param byTask what a task's templates mention
 * @param output what the run's output mentions
 */
record Mentions(Map<String, Set<String>> byTask, Set<String> output) {
    static Mentions of(
            Dag dag, Graph graph, Node.Problems problems, Function<String, Optional<String>> expressionError) {
        Checks checks = new Checks(dag, graph, expressionError);
        Map<String, Set<String>> byTask = new HashMap<>();
        for (String id : graph.order()) {
            byTask.put(id, checks.task(graph.task(id)));
        }
        Set<String> output = new LinkedHashSet<>();
        dag.output().ifPresent(o -> checks.texts(o, "", output));
        dag.callbacks().values().stream().flatMap(List::stream).forEach(c -> checks.callback(c));
        return new Mentions(byTask, output);
    }

    /** One reading's checks. */
    private record Checks(Dag dag, Graph graph, Function<String, Optional<String>> expressionError) {
        Set<String> task(Task task) {
            Set<String> found = new LinkedHashSet<>();
            switch (task.kind()) {
                case Task.Kind.Invoke k -> {
                    texts(k.function(), task.id(), found);
                    k.payload().ifPresent(n -> texts(n, task.id(), found));
                    k.forEach().ifPresent(n -> texts(n, task.id(), found));
                    k.forEach().ifPresent(Checks::marked);
                }
                case Task.Kind.Run k -> {
                    texts(k.workflow(), task.id(), found);
                    k.version().ifPresent(n -> texts(n, task.id(), found));
                    k.name().ifPresent(n -> texts(n, task.id(), found));
                    k.input().ifPresent(n -> texts(n, task.id(), found));
                }
                case Task.Kind.Value k -> k.value().ifPresent(n -> texts(n, task.id(), found));
                case Task.Kind.Wait k -> texts(k.time(), task.id(), found);
                case Task.Kind.Await k -> {}
            }
            task.repeat().ifPresent(r -> {
                texts(r.until(), task.id(), found);
                marked(r.until());
            });
            task.callbacks().values().stream().flatMap(List::stream).forEach(this::callback);
            return found;
        }

        private static void marked(Node node) {
            if (node.value instanceof String text && !Texts.isExpression(text)) {
                node.expected("an expression {% ... %} or {{ a.path }}");
            }
        }

        /** What a callback may know: the task's end, not others' results. */
        void callback(Node callback) {
            Set<String> none = new LinkedHashSet<>();
            callback.get("payload").ifPresent(n -> {
                texts(n, "", none);
                if (!none.isEmpty()) {
                    n.problem("Expected a callback that mentions $task, $run and $params, but it mentions $tasks");
                }
            });
        }

        /** @param task empty: the end of the run, of which all tasks are upstream */
        void texts(Node at, String task, Set<String> found) {
            Texts.each(at, text -> {
                Optional<String> problem = Texts.problem((String) text.value)
                        .or(() -> Texts.source((String) text.value).flatMap(s -> expressionError
                                .apply(s)
                                .map(e -> "Expected JSONata, but '" + Node.shortened(s) + "' does not compile: " + e)));
                problem.ifPresent(text::problem);
                if (problem.isEmpty()) {
                    Texts.source((String) text.value).ifPresent(s -> mentioned(text, s, task, found));
                }
            });
        }

        private void mentioned(Node at, String source, String task, Set<String> found) {
            for (String name : Texts.mentioned(source)) {
                if (!dag.tasks().containsKey(name)) {
                    at.problem("Expected the name of a task after $tasks, but there is no task '" + name + "'"
                            + Nearest.hint(name, dag.tasks().keySet()));
                } else if (!task.isEmpty() && !graph.isAncestor(name, task)) {
                    at.problem("Expected the result of a task that is upstream of '" + task + "', but '" + name
                            + "' is not: add it to 'after'");
                } else if (!task.isEmpty() && !graph.hearsOf(task, name)) {
                    at.problem("Expected the result of a task that '" + task + "' waits for, but it does not wait for '"
                            + name + "': a rule, always, is in between");
                } else {
                    found.add(name);
                }
            }
            if (Texts.mentionsAll(source)) {
                found.addAll(task.isEmpty() ? graph.leaves() : graph.isRoot(task) ? List.of() : graph.up(task));
            }
        }
    }
}

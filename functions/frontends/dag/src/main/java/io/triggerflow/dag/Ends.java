package io.triggerflow.dag;

import static io.triggerflow.dag.Tree.emit;
import static io.triggerflow.dag.Tree.on;
import static io.triggerflow.dag.Tree.x;

import io.triggerflow.core.model.JsonText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How tasks and the run end: the events that say so, and who hears of them. */
final class Ends {
    static final String SUCCESS = "success";
    static final String FAILURE = "failed";
    static final String SKIPPED = "skipped";
    static final String UPSTREAM_FAILED = "upstream_failed";
    private static final String RUN = "run";

    private final Dag dag;
    private final Graph graph;
    private final Flow flow;
    private final Scope scope;

    Ends(Dag dag, Graph graph, Flow flow) {
        this.dag = dag;
        this.graph = graph;
        this.flow = flow;
        this.scope = new Scope(dag);
    }

    /** The trigger that ends a task which did what it was to do. */
    Map<String, Object> succeeds(Task task, Object pattern, Object result, String known) {
        Map<String, Object> data = data(task.id(), SUCCESS, Tree.of("outcome", SUCCESS, "result", result), known);
        if (task.branch()) {
            data.put("follow", x("$event.data.follow"));
        } else if (task.picks()) {
            data.put("closed", x("$event.data.closed"));
        }
        return trigger(task.id() + ":end", List.of(pattern), emit(Names.SUCCEEDED, Names.end(task.id()), data));
    }

    /** That a task has failed, with what is known of others. */
    Map<String, Object> failure(String id, Object failure, String known) {
        Map<String, Object> tasks = passedOn(id, known);
        return emit(
                Names.FAILED, Names.failure(id), Tree.of("failure", failure, "tasks", tasks.isEmpty() ? null : tasks));
    }

    /** The trigger that ends a task which has failed: its launch, or what was to be done before or after it. */
    Map<String, Object> fails(Task task, boolean isLaunched) {
        String id = task.id();
        List<Object> patterns = new ArrayList<>();
        if (isLaunched) {
            patterns.add(Tree.of("task", id, "outcome", "failed"));
        }
        patterns.add(on(Names.FAILED, Names.failure(id)));
        String launch = "$event.subject = '" + id + "'";
        Object failure = x(isLaunched ? launch + " ? $event.data : $event.data.failure" : "$event.data.failure");
        String known = isLaunched ? "(" + launch + " ? $kept.tasks : $event.data.tasks)" : "$event.data.tasks";
        Map<String, Object> data = data(id, FAILURE, Tree.of("outcome", FAILURE, "error", failure), known);
        data.put("failure", failure);
        return trigger(id + ":failed", patterns, emit(Names.FAILED, Names.end(id), data));
    }

    /** The triggers that end a task which does not run, for those of the two reasons that there are. */
    List<Map<String, Object>> without(Task task, List<Object> skips, Optional<String> when, List<Object> fails) {
        String id = task.id();
        List<Map<String, Object>> triggers = new ArrayList<>();
        if (!skips.isEmpty()) {
            Object data = data(id, SKIPPED, Tree.of("outcome", SKIPPED), "$event.data.tasks");
            Map<String, Object> skipped = trigger(id + ":" + SKIPPED, skips, emit(Names.SKIPPED, Names.end(id), data));
            when.ifPresent(w -> skipped.put("condition", Tree.of("when", w)));
            triggers.add(skipped);
        }
        if (!fails.isEmpty()) {
            Map<String, Object> data =
                    data(id, UPSTREAM_FAILED, Tree.of("outcome", UPSTREAM_FAILED), "$event.data.tasks");
            data.put("failure", Tree.of("error", "UpstreamFailed", "message", "An upstream of '" + id + "' failed"));
            triggers.add(trigger(id + ":" + UPSTREAM_FAILED, fails, emit(Names.FAILED, Names.end(id), data)));
        }
        return triggers;
    }

    /** The trigger that ends a task which had nothing to map over. */
    Map<String, Object> nothing(Task task) {
        Object data = data(task.id(), SKIPPED, Tree.of("outcome", SKIPPED), "$event.data.tasks");
        return trigger(
                task.id() + ":nothing",
                List.of(on(Names.EMPTY, task.id())),
                emit(Names.SKIPPED, Names.end(task.id()), data));
    }

    private static Map<String, Object> trigger(String id, List<Object> patterns, Map<String, Object> action) {
        return Tree.of("id", id, "on", patterns, "actions", List.of(action));
    }

    private Map<String, Object> data(String id, Object outcome, Object own, String known) {
        Map<String, Object> tasks = new LinkedHashMap<>();
        if (flow.sendsItself(id)) {
            tasks.put(id, own);
        }
        tasks.putAll(passedOn(id, known));
        return Tree.of("outcome", outcome, "tasks", tasks.isEmpty() ? null : tasks);
    }

    /** What a task passes on of others, from where it is known. */
    Map<String, Object> passedOn(String id, String known) {
        Map<String, Object> tasks = new LinkedHashMap<>();
        flow.passedOn(id).forEach(t -> tasks.put(t, x(known + "." + Names.quoted(t))));
        return tasks;
    }

    /** The triggers of a task's callbacks. */
    List<Map<String, Object>> callbacks(Task task) {
        List<Map<String, Object>> triggers = new ArrayList<>();
        task.callbacks().forEach((when, what) -> {
            Rule.Outcome outcome =
                    switch (when) {
                        case "onSuccess" -> Rule.Outcome.SUCCEEDED;
                        case "onFailure" -> Rule.Outcome.FAILED;
                        default -> Rule.Outcome.SKIPPED;
                    };
            triggers.add(Tree.of(
                    "id",
                    task.id() + ":" + when,
                    "on",
                    List.of(on(outcome.type, Names.end(task.id()))),
                    "condition",
                    outcome == Rule.Outcome.FAILED ? Tree.of("when", "$event.data.outcome = '" + FAILURE + "'") : null,
                    "actions",
                    what.stream().<Object>map(c -> callback(c, task.id())).toList(),
                    "onFailure",
                    List.of(noted(task.id()))));
        });
        return triggers;
    }

    /** A callback that cannot be launched changes nothing, as one that fails. */
    private static Map<String, Object> noted(String id) {
        return emit(Names.CALLBACK, id, x("$failure"));
    }

    private Map<String, Object> callback(Node at, String id) {
        String about = "{\"id\": " + JsonText.write(id)
                + ", \"outcome\": $event.data.outcome, \"failure\": $event.data.failure, \"failed\": $event.data.failed}";
        Object payload = at.get("payload")
                .map(n -> Texts.rewritten(n.value, s -> Scope.with(s, "task", about, "params", scope.params())))
                .orElse(Tree.of("dag", x("$run.workflow"), "run", x("$run.name"), "task", x(about)));
        return Tree.of(
                "invoke",
                Tree.of(
                        "function", at.get("invoke").map(n -> n.value),
                        "payload", payload,
                        "task", Names.CALLBACK,
                        "retry", at.get("retry").map(n -> n.value),
                        "timeout", at.get("timeout").map(n -> n.value)));
    }

    /** The triggers that end the run. */
    List<Map<String, Object>> ofRun() {
        List<Map<String, Object>> triggers = new ArrayList<>();
        List<String> members = flow.atEnd();
        boolean single = members.size() == 1 && graph.leaves().equals(members);
        if (!single) {
            triggers.add(done(members));
        }
        List<Object> well = single
                ? List.of(
                        on(Names.SUCCEEDED, Names.end(members.getFirst())),
                        on(Names.SKIPPED, Names.end(members.getFirst())))
                : List.of(on(Names.RUN_SUCCEEDED, RUN));
        List<Object> badly =
                single ? List.of(on(Names.FAILED, Names.end(members.getFirst()))) : List.of(on(Names.RUN_FAILED, RUN));
        String failed = single ? "'" + members.getFirst() + "'" : "$join([$event.data.failed], ', ')";
        triggers.add(end("run:succeeded", well, "onSuccess", Tree.of("complete", output())));
        triggers.add(end(
                "run:failed",
                badly,
                "onFailure",
                Tree.of(
                        "fail",
                        Tree.of(
                                "error",
                                "DagFailed",
                                "message",
                                x("'Expected the last tasks of the DAG to succeed, but failed: ' & " + failed)))));
        boolean calls = !dag.callbacks().isEmpty()
                || dag.tasks().values().stream().anyMatch(t -> !t.callbacks().isEmpty());
        if (calls) {
            triggers.add(Tree.of(
                    "id",
                    "run:callback",
                    "on",
                    List.of(Tree.of("task", Names.CALLBACK, "outcome", "any"), Tree.of("type", Names.CALLBACK)),
                    "actions",
                    List.of()));
        }
        return triggers;
    }

    private Map<String, Object> end(String id, List<Object> on, String callbacks, Map<String, Object> last) {
        List<Object> actions = new ArrayList<>();
        dag.callbacks().getOrDefault(callbacks, List.of()).forEach(c -> actions.add(callback(c, "")));
        actions.add(last);
        return Tree.of("id", id, "on", on, "actions", actions);
    }

    /** All ends that mean that all tasks have ended; the run's outcome is that of its leaves. */
    private Map<String, Object> done(List<String> members) {
        List<String> others = members.stream()
                .filter(m -> !graph.leaves().contains(m))
                .map(Names::end)
                .toList();
        String failures =
                others.isEmpty() ? "$failures" : "$failures[$not(member in " + Compiler.literal(others) + ")]";
        Map<String, Object> tasks = new LinkedHashMap<>();
        members.stream()
                .filter(flow::sendsItself)
                .forEach(m ->
                        tasks.put(m, x("$members." + Names.quoted(Names.end(m)) + ".data.tasks." + Names.quoted(m))));
        List<String> ends = members.stream().map(Names::end).toList();
        return Tree.of(
                "id",
                "run:done",
                "on",
                Starts.patternsOf(ends),
                "condition",
                Tree.of(
                        "join",
                        Tree.of("members", ends, "by", "subject", "rule", "$arrived >= $size", "collect", true)),
                "actions",
                List.of(emit(
                        x("$count(" + failures + ") = 0 ? '" + Names.RUN_SUCCEEDED + "' : '" + Names.RUN_FAILED + "'"),
                        RUN,
                        Tree.of("failed", x("[" + failures + ".$substringBefore(member, ':end')]"), "tasks", tasks))));
    }

    private Object output() {
        if (dag.output().isPresent()) {
            return Texts.rewritten(dag.output().get().value, scope.at("$event.data.tasks"));
        }
        Map<String, Object> results = new LinkedHashMap<>();
        graph.leaves().forEach(l -> results.put(l, x("$event.data.tasks." + Names.quoted(l) + ".result")));
        return results;
    }
}

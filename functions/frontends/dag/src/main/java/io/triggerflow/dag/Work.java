package io.triggerflow.dag;

import static io.triggerflow.dag.Tree.emit;
import static io.triggerflow.dag.Tree.on;
import static io.triggerflow.dag.Tree.x;

import io.triggerflow.core.model.Failure;
import io.triggerflow.core.model.JsonText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** What a task does once it runs: its launch, and how the launch's end becomes the task's. */
final class Work {
    /** Where the event that launches a task tells of others. */
    private static final String TOLD = "$event.data.tasks";

    private static final String KEPT = "$kept.tasks";

    private final Graph graph;
    private final Flow flow;
    private final Ends ends;
    private final Scope scope;
    private final Maps maps;

    Work(Dag dag, Graph graph, Flow flow, Ends ends) {
        this.graph = graph;
        this.flow = flow;
        this.ends = ends;
        this.scope = new Scope(dag);
        this.maps = new Maps(flow, ends, scope);
    }

    /** The event that launches a task, and what must be true of it. */
    record Start(List<Object> patterns, Optional<String> condition) {
        Map<String, Object> trigger(String id, List<Object> actions, Object onFailure) {
            return Tree.of(
                    "id",
                    id,
                    "on",
                    patterns,
                    "condition",
                    condition.map(c -> Tree.of("when", c)),
                    "actions",
                    actions,
                    "onFailure",
                    onFailure == null ? null : List.of(onFailure));
        }
    }

    /** The triggers of a task from its launch to its end. */
    List<Map<String, Object>> of(Task task, List<Object> patterns, Optional<String> condition) {
        List<Map<String, Object>> triggers = new ArrayList<>();
        Start start = new Start(patterns, condition);
        UnaryOperator<String> atLaunch = scope.at(graph.isRoot(task.id()) ? "{}" : TOLD);
        switch (task.kind()) {
            case Task.Kind.Invoke k when k.forEach().isPresent() -> triggers.addAll(maps.of(task, k, start, atLaunch));
            case Task.Kind.Invoke k ->
                triggers.addAll(launched(task, start, invoke(task, k, repeated(task, atLaunch))));
            case Task.Kind.Run k -> triggers.addAll(launched(task, start, run(task, k, repeated(task, atLaunch))));
            case Task.Kind.Value k -> triggers.addAll(value(task, k, start, atLaunch));
            case Task.Kind.Wait k -> triggers.addAll(wait(task, k, start, atLaunch));
            case Task.Kind.Await k -> triggers.addAll(await(task, k, start));
        }
        return triggers;
    }

    /** Done within the turn: nothing is launched. */
    private List<Map<String, Object>> value(
            Task task, Task.Kind.Value kind, Start start, UnaryOperator<String> atLaunch) {
        String id = task.id();
        Object result =
                kind.value().map(n -> Texts.rewritten(n.value, atLaunch)).orElse(null);
        Map<String, Object> tasks = ends.passedOn(id, TOLD);
        String done = task.picks() ? Names.LOOK : Names.SUCCEEDED;
        String subject = task.picks() ? id : Names.looked(id);
        List<Map<String, Object>> triggers = new ArrayList<>();
        triggers.add(start.trigger(
                id,
                List.of(emit(done, subject, Tree.of("result", result, "tasks", tasks))),
                onFailure(task, kind.value())));
        if (task.picks()) {
            triggers.add(look(task, on(Names.LOOK, id), "$event.data.result", TOLD));
        }
        triggers.add(ends.succeeds(task, on(Names.SUCCEEDED, Names.looked(id)), x("$event.data.result"), TOLD));
        if (kind.value().isPresent()) {
            triggers.add(ends.fails(task, false));
        }
        return triggers;
    }

    /** A template that cannot be filled is the task's failure; empty for one that is always filled: it has no expressions. */
    private Object onFailure(Task task, Optional<Node> template) {
        boolean hasExpressions = template.map(n -> {
                    boolean[] found = new boolean[1];
                    Texts.each(n, t -> found[0] |= Texts.isExpression((String) t.value));
                    return found[0];
                })
                .orElse(false);
        return hasExpressions ? ends.failure(task.id(), x("$failure"), TOLD) : null;
    }

    private Map<String, Object> invoke(Task task, Task.Kind.Invoke kind, UnaryOperator<String> atLaunch) {
        Map<String, Object> invoke = Tree.of(
                "function", Texts.rewritten(kind.function().value, atLaunch),
                "payload",
                        kind.payload()
                                .map(n -> Texts.rewritten(n.value, atLaunch))
                                .orElse(Map.of()));
        invoke.putAll(kind.options());
        kept(task).ifPresent(k -> invoke.put("keep", k));
        return Tree.of("invoke", invoke);
    }

    private Map<String, Object> run(Task task, Task.Kind.Run kind, UnaryOperator<String> atLaunch) {
        Map<String, Object> run = Tree.of(
                "workflow", Texts.rewritten(kind.workflow().value, atLaunch),
                "version", kind.version().map(n -> Texts.rewritten(n.value, atLaunch)),
                "name", kind.name().map(n -> Texts.rewritten(n.value, atLaunch)),
                "input",
                        kind.input()
                                .map(n -> Texts.rewritten(n.value, atLaunch))
                                .orElse(Map.of()));
        kept(task).ifPresent(k -> run.put("keep", k));
        return Tree.of("startRun", run);
    }

    /** What must be known when the launch ends. */
    private Optional<Map<String, Object>> kept(Task task) {
        boolean repeats = task.repeat().isPresent();
        Map<String, Object> tasks = new LinkedHashMap<>();
        Map<String, List<String>> received = flow.received().get(task.id());
        (repeats ? received.keySet() : flow.passedOn(task.id()))
                .forEach(t -> tasks.put(t, x(TOLD + "." + Names.quoted(t))));
        Map<String, Object> kept = Tree.of(
                "tasks", tasks.isEmpty() ? null : tasks,
                "iteration", repeats ? x(iteration()) : null);
        return kept.isEmpty() ? Optional.empty() : Optional.of(kept);
    }

    private static String iteration() {
        return "$event.type = '" + Names.AGAIN + "' ? $event.data.iteration : 1";
    }

    private static UnaryOperator<String> repeated(Task task, UnaryOperator<String> atLaunch) {
        return task.repeat().isEmpty()
                ? atLaunch
                : s -> Scope.with(
                        atLaunch.apply(s),
                        "iteration",
                        "(" + iteration() + ")",
                        "previous",
                        "($event.type = '" + Names.AGAIN + "' ? $event.data.previous : null)");
    }

    private List<Map<String, Object>> launched(Task task, Start first, Map<String, Object> launch) {
        List<Map<String, Object>> triggers = new ArrayList<>();
        Start start = first;
        if (task.repeat().isPresent()) {
            List<Object> patterns = new ArrayList<>(first.patterns());
            patterns.add(on(Names.AGAIN, task.id()));
            start = new Start(patterns, first.condition().map(c -> "$event.type = '" + Names.AGAIN + "' or " + c));
        }
        triggers.add(start.trigger(task.id(), List.of(launch), ends.failure(task.id(), x("$failure"), TOLD)));
        if (task.repeat().isPresent()) {
            triggers.addAll(repeat(task, task.repeat().get()));
        } else if (task.picks()) {
            triggers.add(look(task, Tree.of("task", task.id()), "$event.data", KEPT));
            triggers.add(
                    ends.succeeds(task, on(Names.SUCCEEDED, Names.looked(task.id())), x("$event.data.result"), TOLD));
        } else {
            triggers.add(ends.succeeds(task, Tree.of("task", task.id()), x("$event.data"), KEPT));
        }
        triggers.add(ends.fails(task, true));
        return triggers;
    }

    private static Map<String, Object> step(Task task, String suffix, Object pattern, Map<String, Object> action) {
        return Tree.of("id", task.id() + suffix, "on", List.of(pattern), "actions", List.of(action));
    }

    /** After each time it is asked whether that was the last; what cannot be answered is the task's failure. */
    private List<Map<String, Object>> repeat(Task task, Task.Repeat repeat) {
        String holds = Texts.source((String) repeat.until().value)
                .map(s -> Scope.with(scope.at(KEPT).apply(s), "result", "$event.data", "iteration", "$kept.iteration"))
                .orElseThrow();
        Object verdict =
                x("(" + holds + ") ? 'dag.enough' : $kept.iteration < " + repeat.max() + " ? 'dag.more' : 'dag.spent'");
        Map<String, Object> tasks = new LinkedHashMap<>();
        flow.received().get(task.id()).keySet().forEach(t -> tasks.put(t, x(KEPT + "." + Names.quoted(t))));
        Map<String, Object> until = step(
                task,
                ":until",
                Tree.of("task", task.id()),
                emit(
                        verdict,
                        task.id(),
                        Tree.of("result", x("$event.data"), "iteration", x("$kept.iteration"), "tasks", tasks)));
        until.put("onFailure", List.of(ends.failure(task.id(), x("$failure"), KEPT)));
        Map<String, Object> again = emit(
                Names.AGAIN,
                task.id(),
                Tree.of(
                        "iteration", x("$event.data.iteration + 1"),
                        "previous", x("$event.data.result"),
                        "tasks", x(TOLD)));
        repeat.pause().ifPresent(n -> delayed(again, n.value));
        Object spent = Tree.of(
                "error",
                "MaxIterations",
                "message",
                "Expected the condition to hold after at most " + repeat.max() + " times, but it did not");
        List<Map<String, Object>> triggers = new ArrayList<>();
        if (task.picks()) {
            triggers.add(look(task, on("dag.enough", task.id()), "$event.data.result", TOLD));
        }
        Object enough = task.picks() ? on(Names.SUCCEEDED, Names.looked(task.id())) : on("dag.enough", task.id());
        triggers.addAll(List.of(
                until,
                ends.succeeds(task, enough, x("$event.data.result"), TOLD),
                step(task, ":more", Tree.on("dag.more", task.id()), again),
                step(task, ":spent", Tree.on("dag.spent", task.id()), ends.failure(task.id(), spent, TOLD))));
        return triggers;
    }

    @SuppressWarnings("unchecked") // What emit() made.
    private static Map<String, Object> delayed(Map<String, Object> emit, Object delay) {
        ((Map<String, Object>) emit.get("emit")).put("delay", delay);
        return emit;
    }

    /** A duration that is known is a delayed event; any other time is a timer. */
    private List<Map<String, Object>> wait(
            Task task, Task.Kind.Wait kind, Start start, UnaryOperator<String> atLaunch) {
        String time = String.valueOf(kind.time().value).strip();
        Map<String, Object> tasks = ends.passedOn(task.id(), TOLD);
        Map<String, Object> told = Tree.of("tasks", tasks.isEmpty() ? null : tasks);
        if (time.startsWith("P")) {
            Map<String, Object> later = emit(Names.SUCCEEDED, Names.looked(task.id()), told);
            return List.of(
                    start.trigger(task.id(), List.of(delayed(later, time)), null),
                    ends.succeeds(task, on(Names.SUCCEEDED, Names.looked(task.id())), null, TOLD));
        }
        Map<String, Object> schedule = Tree.of("timer", task.id());
        schedule.put(Texts.isExpression(time) ? "after" : "at", Texts.rewritten(time, atLaunch));
        schedule.put("data", told);
        return List.of(
                start.trigger(
                        task.id(),
                        List.of(Tree.of("schedule", schedule)),
                        ends.failure(task.id(), x("$failure"), TOLD)),
                ends.succeeds(task, Tree.of("timer", task.id()), null, TOLD),
                ends.fails(task, false));
    }

    /** The event may come before the task waits for it: both are members of a join, and so is the end of its patience. */
    private List<Map<String, Object>> await(Task task, Task.Kind.Await kind, Start start) {
        String timeout = task.id() + ":timeout";
        String awaited = task.id() + ":awaited";
        Map<String, Object> tasks = ends.passedOn(task.id(), TOLD);
        List<Object> begin = new ArrayList<>();
        begin.add(emit(Names.WAITING, task.id(), Tree.of("tasks", tasks)));
        kind.timeout()
                .ifPresent(t ->
                        begin.add(delayed(emit("triggerflow.task.timed_out", timeout, Tree.of("tasks", tasks)), t)));
        String by = "$event.type = '" + Names.WAITING + "' ? 'go' : $event.type = 'triggerflow.task.timed_out'"
                + " and $event.subject = '" + timeout + "' ? 'timeout' : 'event'";
        Map<String, Object> join = Tree.of(
                "id",
                task.id() + ":event",
                "on",
                List.of(on(Names.WAITING, task.id()), on("triggerflow.task.timed_out", timeout), kind.pattern()),
                "condition",
                Tree.of(
                        "join",
                        Tree.of(
                                "members",
                                List.of("go", "event", "timeout"),
                                "by",
                                x(by),
                                "rule",
                                "$succeeded >= 2 or $failed >= 1",
                                "collect",
                                true)),
                "actions",
                List.of(
                        emit(
                                x("$exists($members.event) ? '" + Names.SUCCEEDED + "' : '" + Names.FAILED + "'"),
                                awaited,
                                Tree.of(
                                        "result", x("$members.event.data"),
                                        "tasks",
                                                x(
                                                        "$exists($members.go) ? $members.go.data.tasks : $members.timeout.data.tasks")))));
        Object late = Tree.of(
                "error",
                Failure.TIMED_OUT,
                "message",
                "Expected an event within " + kind.timeout().orElse("") + ", but none came");
        List<Map<String, Object>> triggers = new ArrayList<>(List.of(start.trigger(task.id(), begin, null), join));
        Object pattern = on(Names.SUCCEEDED, awaited);
        if (task.picks()) {
            triggers.add(look(task, pattern, "$event.data.result", TOLD));
            pattern = on(Names.SUCCEEDED, Names.looked(task.id()));
        }
        triggers.add(ends.succeeds(task, pattern, x("$event.data.result"), TOLD));
        triggers.add(step(task, ":late", on(Names.FAILED, awaited), ends.failure(task.id(), late, TOLD)));
        triggers.add(ends.fails(task, false));
        return triggers;
    }

    /** Looks at the result of a branch, whom it chose, or of a short circuit, whether it closes the way. */
    private Map<String, Object> look(Task task, Object pattern, String result, String known) {
        String id = task.id();
        Map<String, Object> tasks = ends.passedOn(id, known);
        Map<String, Object> data = Tree.of("result", x(result), "tasks", tasks);
        if (!task.branch()) {
            data.put("closed", x(result + " ? false : true"));
            return step(task, ":look", pattern, emit(Names.SUCCEEDED, Names.looked(id), data));
        }
        Map<String, Object> table = new LinkedHashMap<>();
        graph.choices(id).forEach((name, followed) -> table.put(name, List.copyOf(followed)));
        String chosen = "$c := $append([], " + result + "); ";
        String valid = "$count($c[$not($ in " + Compiler.literal(List.copyOf(table.keySet())) + ")]) = 0";
        data.put(
                "follow",
                x("($t := " + JsonText.write(table) + "; " + chosen + valid
                        + " ? [$distinct($c.$lookup($t, $))] : null)"));
        data.put(
                "failure",
                x("(" + chosen + valid + " ? null : {\"error\": \"UnknownBranch\", \"message\": "
                        + "'Expected the names of tasks or groups directly downstream, but got ' & $string($c)})"));
        return step(
                task,
                ":look",
                pattern,
                emit(
                        x("(" + chosen + valid + " ? '" + Names.SUCCEEDED + "' : '" + Names.FAILED + "')"),
                        x("(" + chosen + valid + " ? '" + Names.looked(id) + "' : '" + Names.failure(id) + "')"),
                        data));
    }
}

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
import java.util.function.UnaryOperator;

/** Tasks that are launched for each item of a list: a fan-out and a join over it, whose size is known at the launch. */
final class Maps {
    private static final String TOLD = "$event.data.tasks";
    private static final String IS_LIST = "$type($event.data.items) = 'array'";
    private static final String HAS_ITEMS = "(" + IS_LIST + " and $count($event.data.items) > 0)";

    private final Flow flow;
    private final Ends ends;
    private final Scope scope;

    Maps(Flow flow, Ends ends, Scope scope) {
        this.flow = flow;
        this.ends = ends;
        this.scope = scope;
    }

    List<Map<String, Object>> of(Task task, Task.Kind.Invoke kind, Work.Start start, UnaryOperator<String> atLaunch) {
        Node forEach = kind.forEach().orElseThrow();
        Optional<List<?>> known = known(forEach);
        List<Map<String, Object>> triggers = new ArrayList<>();
        if (known.isPresent() && !known.get().isEmpty()) {
            triggers.addAll(known(task, kind, start, known.get(), atLaunch));
        } else {
            triggers.addAll(computed(task, kind, start, forEach, atLaunch));
        }
        triggers.add(ends.succeeds(task, on(Names.SUCCEEDED, items(task.id())), x("$event.data.result"), TOLD));
        triggers.add(ends.fails(task, false));
        return triggers;
    }

    /** The subject of what the items came to. */
    private static String items(String task) {
        return task + ":items";
    }

    /** A list without expressions, small enough to be a literal of one. */
    private static Optional<List<?>> known(Node forEach) {
        boolean[] expressions = new boolean[1];
        Texts.each(forEach, t -> expressions[0] |= Texts.isExpression((String) t.value));
        return forEach.value instanceof List<?> list
                        && !expressions[0]
                        && JsonText.write(list).length() <= Structure.MAX_LITERAL
                ? Optional.of(list)
                : Optional.empty();
    }

    private List<Map<String, Object>> known(
            Task task, Task.Kind.Invoke kind, Work.Start start, List<?> items, UnaryOperator<String> atLaunch) {
        List<Object> actions = new ArrayList<>();
        Map<String, Object> tasks = ends.passedOn(task.id(), TOLD);
        if (!tasks.isEmpty()) {
            actions.add(Tree.of("set", Tree.of(Names.mapKey(task.id()), Tree.of("tasks", tasks))));
        }
        actions.add(invoke(task, kind, JsonText.write(items), atLaunch, TOLD));
        return List.of(
                start.trigger(task.id(), actions, ends.failure(task.id(), x("$failure"), TOLD)),
                join(task, items.size()));
    }

    private List<Map<String, Object>> computed(
            Task task, Task.Kind.Invoke kind, Work.Start start, Node forEach, UnaryOperator<String> atLaunch) {
        Map<String, Object> told = new LinkedHashMap<>();
        flow.received().get(task.id()).keySet().forEach(t -> told.put(t, x(TOLD + "." + Names.quoted(t))));
        Object made =
                emit(Names.MAP, task.id(), Tree.of("items", Texts.rewritten(forEach.value, atLaunch), "tasks", told));
        Map<String, Object> tasks = ends.passedOn(task.id(), TOLD);
        Map<String, Object> kept =
                Tree.of("size", x("$count($event.data.items)"), "tasks", tasks.isEmpty() ? null : tasks);
        Map<String, Object> map = Tree.of(
                "id",
                task.id() + ":map",
                "on",
                List.of(on(Names.MAP, task.id())),
                "condition",
                Tree.of("when", HAS_ITEMS),
                "actions",
                List.of(
                        Tree.of("set", Tree.of(Names.mapKey(task.id()), kept)),
                        invoke(task, kind, "$event.data.items", scope.at(TOLD), TOLD)),
                "onFailure",
                List.of(ends.failure(task.id(), x("$failure"), TOLD)));
        return List.of(
                start.trigger(task.id(), List.of(made), ends.failure(task.id(), x("$failure"), TOLD)),
                map,
                empty(task),
                ends.nothing(task),
                join(task, x("$run.context." + Names.quoted(Names.mapKey(task.id())) + ".size")));
    }

    /** No items, no launch: the task is skipped; and what is no list is its failure. */
    private Map<String, Object> empty(Task task) {
        Map<String, Object> tasks = ends.passedOn(task.id(), TOLD);
        String failure =
                IS_LIST + " ? null : {\"error\": \"NotAList\", \"message\": 'Expected a list to map over, but got '"
                        + " & ($type($event.data.items) = 'string' ? 'a text' : $exists($event.data.items) ? 'a ' & "
                        + "$type($event.data.items) : 'nothing') & '; an expression that may give one item is a list as [...]'}";
        return Tree.of(
                "id",
                task.id() + ":empty",
                "on",
                List.of(on(Names.MAP, task.id())),
                "condition",
                Tree.of("when", "$not" + HAS_ITEMS),
                "actions",
                List.of(emit(
                        x(IS_LIST + " ? '" + Names.EMPTY + "' : '" + Names.FAILED + "'"),
                        x(IS_LIST + " ? '" + task.id() + "' : '" + Names.failure(task.id()) + "'"),
                        Tree.of("failure", x(failure), "tasks", tasks))));
    }

    private Map<String, Object> invoke(
            Task task, Task.Kind.Invoke kind, String items, UnaryOperator<String> atLaunch, String told) {
        Map<String, Object> invoke = Tree.of(
                "function", Texts.rewritten(kind.function().value, atLaunch),
                "task", task.id(),
                "forEach", items);
        kind.payload().ifPresent(payload -> {
            invoke.put("payload", Texts.rewritten(payload.value, Scope::inItem));
            Map<String, Object> with = new LinkedHashMap<>();
            if (Texts.mentionsAnywhere(payload, "tasks")) {
                Map<String, Object> tasks = new LinkedHashMap<>();
                flow.received().get(task.id()).keySet().forEach(t -> tasks.put(t, x(told + "." + Names.quoted(t))));
                with.put("tasks", tasks);
            }
            if (Texts.mentionsAnywhere(payload, "params")) {
                with.put("params", x(scope.params()));
            }
            if (Texts.mentionsAnywhere(payload, "run")) {
                with.put(
                        "run",
                        Tree.of(
                                "workspace", x("$run.workspace"),
                                "name", x("$run.name"),
                                "workflow", x("$run.workflow"),
                                "version", x("$run.version"),
                                "startedAt", x("$run.startedAt"),
                                "input", x("$run.input")));
            }
            if (!with.isEmpty()) {
                invoke.put("with", with);
            }
        });
        invoke.putAll(kind.options());
        return Tree.of("invoke", invoke);
    }

    private Map<String, Object> join(Task task, Object size) {
        return Tree.of(
                "id",
                items(task.id()),
                "on",
                List.of(Tree.of("task", task.id(), "outcome", "any")),
                "condition",
                Tree.of(
                        "join",
                        Tree.of("size", size, "rule", "$arrived >= $size", "collect", flow.sendsItself(task.id()))),
                "actions",
                List.of(mapped(task)));
    }

    private Map<String, Object> mapped(Task task) {
        String well = "$outcomes.failed = 0";
        String failure = well + " ? null : {\"error\": \"MapFailed\", \"message\": $string($outcomes.failed) & ' of '"
                + " & $string($outcomes.size) & ' items failed, the first of them (' & $failures[0].member"
                + " & ') with ' & $string($failures[0].error)}";
        Map<String, Object> tasks =
                ends.passedOn(task.id(), "$run.context." + Names.quoted(Names.mapKey(task.id())) + ".tasks");
        return emit(
                x(well + " ? '" + Names.SUCCEEDED + "' : '" + Names.FAILED + "'"),
                x(well + " ? '" + items(task.id()) + "' : '" + Names.failure(task.id()) + "'"),
                Tree.of("result", x("$results"), "failure", x(failure), "tasks", tasks));
    }
}

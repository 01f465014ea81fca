package io.triggerflow.dag;

import io.triggerflow.core.definition.Nearest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads one task. Stateless. */
final class TaskReader {
    private static final List<String> KINDS = List.of("invoke", "run", "value", "wait", "await");
    private static final List<String> OPTIONS = List.of("retry", "timeout", "correlation");
    private static final List<String> CALLBACKS = List.of("onSuccess", "onFailure", "onSkipped");
    private static final List<String> KEYS = keys();
    private static final int MAX_CALLBACKS = 10;
    private static final int MAX_REPEATS = 1_000_000;

    private static List<String> keys() {
        List<String> keys = new ArrayList<>(List.of("id", "description", "after", "rule"));
        keys.addAll(KINDS);
        keys.addAll(List.of("payload", "forEach", "input"));
        keys.addAll(OPTIONS);
        keys.addAll(List.of("branch", "shortCircuit", "repeat", "setup", "teardown", "failsRun"));
        keys.addAll(CALLBACKS);
        return List.copyOf(keys);
    }

    /** @param defaults retry and timeout of the tasks that invoke, and have none of their own */
    Optional<Task> read(Node at, Map<String, Object> defaults) {
        if (!at.object("a task, an object", KEYS)) {
            return Optional.empty();
        }
        Task.Kind kind = kind(at, defaults);
        Optional<List<Node>> teardown = at.get("teardown").map(TaskReader::setups);
        Task task = new Task(
                at.get("id").map(n -> String.valueOf(n.value)).orElse(""),
                at,
                kind,
                at.get("after")
                        .map(n -> n.oneOrMore("tasks", Structure.MAX_TASKS))
                        .orElse(List.of()),
                at.get("rule").flatMap(TaskReader::rule),
                flag(at, "setup"),
                teardown,
                flag(at, "failsRun"),
                flag(at, "branch"),
                at.get("shortCircuit").map(TaskReader::gate).orElse(Task.Gate.NONE),
                at.get("repeat").flatMap(TaskReader::repeat),
                callbacks(at, CALLBACKS));
        check(task);
        return Optional.of(task);
    }

    private static void check(Task task) {
        Node at = task.at();
        if (task.isTeardown() && task.given().isPresent()) {
            at.get("rule").orElse(at).problem("Expected no rule on a teardown, whose rule is all_done_setup_success");
        }
        if (task.setup() && task.isTeardown()) {
            at.problem("Expected a setup or a teardown, but got both");
        }
        if (task.failsRun() && !task.isTeardown()) {
            at.get("failsRun")
                    .orElse(at)
                    .problem("Expected failsRun on a teardown only: other tasks do fail their run");
        }
        if (task.branch() && task.gate() != Task.Gate.NONE) {
            at.problem("Expected branch or shortCircuit, but got both");
        }
        boolean hasResult = task.kind() instanceof Task.Kind.Value v
                        && v.value().isPresent()
                || task.kind() instanceof Task.Kind.Run
                || task.kind() instanceof Task.Kind.Await
                || task.kind() instanceof Task.Kind.Invoke i && i.forEach().isEmpty();
        if (task.picks() && !hasResult) {
            at.get(task.branch() ? "branch" : "shortCircuit")
                    .orElse(at)
                    .problem(
                            "Expected a task whose one result can be looked at: invoke without forEach, run, value or await");
        }
        boolean repeatable = task.kind() instanceof Task.Kind.Run
                || task.kind() instanceof Task.Kind.Invoke i && i.forEach().isEmpty();
        if (task.repeat().isPresent() && !repeatable) {
            at.get("repeat").orElse(at).problem("Expected repeat beside run, or invoke without forEach");
        }
    }

    private static boolean flag(Node at, String key) {
        return at.get(key).map(Node::bool).orElse(false);
    }

    private static List<Node> setups(Node at) {
        return at.value instanceof List<?> list && list.isEmpty() ? List.of() : at.oneOrMore("setups", 100);
    }

    private static Optional<Rule> rule(Node at) {
        Optional<Rule> rule = at.value instanceof String word ? Rule.of(word) : Optional.empty();
        if (rule.isEmpty()) {
            at.problem("Expected a trigger rule, one of " + String.join(", ", Rule.words()) + ", but got "
                    + at.describe() + (at.value instanceof String word ? Nearest.hint(word, Rule.words()) : ""));
        }
        return rule;
    }

    private static Task.Gate gate(Node at) {
        if (at.value instanceof Boolean on) {
            return on ? Task.Gate.ALL : Task.Gate.NONE;
        }
        if ("direct".equals(at.value)) {
            return Task.Gate.DIRECT;
        }
        at.expected(
                "true (skips all that is downstream) or direct (skips what comes next, whose rules decide the rest)");
        return Task.Gate.NONE;
    }

    private static Optional<Task.Repeat> repeat(Node at) {
        if (!at.object("an object", List.of("until", "max", "wait"))) {
            return Optional.empty();
        }
        Optional<Node> until = at.required("until");
        Optional<Integer> max = at.required("max").flatMap(n -> n.integer(1, MAX_REPEATS));
        return until.isPresent() && max.isPresent()
                ? Optional.of(new Task.Repeat(until.get(), max.get(), at.get("wait")))
                : Optional.empty();
    }

    private static Task.Kind kind(Node at, Map<String, Object> defaults) {
        List<String> given = KINDS.stream().filter(k -> at.get(k).isPresent()).toList();
        if (given.size() > 1) {
            at.problem("Expected one of " + String.join(", ", KINDS) + ", but got " + String.join(" and ", given));
        }
        String kind = given.isEmpty() ? "value" : given.getFirst();
        List<String> allowed =
                switch (kind) {
                    case "invoke" -> List.of("payload", "forEach", "retry", "timeout", "correlation");
                    case "run" -> List.of("input");
                    case "await" -> List.of("timeout");
                    default -> List.of();
                };
        for (String key : List.of("payload", "forEach", "input", "retry", "timeout", "correlation")) {
            at.get(key)
                    .filter(n -> !allowed.contains(key))
                    .ifPresent(n -> n.problem("Expected '" + key
                            + "' only beside "
                            + (key.equals("input") ? "run" : key.equals("timeout") ? "invoke or await" : "invoke")));
        }
        return switch (kind) {
            case "invoke" -> invoke(at, defaults);
            case "run" -> run(at);
            case "wait" -> new Task.Kind.Wait(text(at, "wait", "a duration, an instant or an expression"));
            case "await" -> await(at);
            default -> new Task.Kind.Value(at.get("value"));
        };
    }

    private static Node text(Node at, String key, String what) {
        Node node = at.get(key).orElse(at);
        node.text(what);
        return node;
    }

    private static Task.Kind invoke(Node at, Map<String, Object> defaults) {
        Map<String, Object> options = new LinkedHashMap<>(defaults);
        OPTIONS.forEach(key -> at.get(key).ifPresent(n -> options.put(key, n.value)));
        at.get("forEach")
                .filter(n -> !(n.value instanceof List) && !(n.value instanceof String))
                .ifPresent(n -> n.expected("a list, or an expression that gives one"));
        return new Task.Kind.Invoke(
                text(at, "invoke", "the name of a function"), at.get("payload"), at.get("forEach"), options);
    }

    private static Task.Kind run(Node at) {
        Node run = at.get("run").orElse(at);
        if (run.value instanceof String) {
            return new Task.Kind.Run(run, Optional.empty(), Optional.empty(), at.get("input"));
        }
        run.object("the name of a workflow, or an object", List.of("workflow", "version", "name"));
        return new Task.Kind.Run(
                run.required("workflow").orElse(run), run.get("version"), run.get("name"), at.get("input"));
    }

    @SuppressWarnings("unchecked") // Its keys are checked.
    private static Task.Kind await(Node at) {
        Node await = at.get("await").orElse(at);
        Map<String, Object> pattern = new LinkedHashMap<>();
        if (await.value instanceof String type) {
            pattern.put("type", type);
        } else if (await.object("an event's type, or an object", List.of("type", "subject", "source", "data"))) {
            await.required("type");
            pattern.putAll((Map<String, Object>) await.value);
        }
        Optional<String> timeout = at.get("timeout").flatMap(n -> n.text("a duration such as PT1H"));
        return new Task.Kind.Await(await, pattern, timeout);
    }

    private static Map<String, List<Node>> callbacks(Node at, List<String> keys) {
        Map<String, List<Node>> callbacks = new LinkedHashMap<>();
        keys.forEach(key -> at.get(key).ifPresent(n -> callbacks.put(key, callbacks(n))));
        return callbacks;
    }

    /** One callback, or a list of them. */
    static List<Node> callbacks(Node at) {
        List<Node> all = at.value instanceof List ? at.items("callbacks", MAX_CALLBACKS) : List.of(at);
        for (Node callback : all) {
            if (callback.object("a callback, an object", List.of("invoke", "payload", "retry", "timeout"))) {
                callback.required("invoke").ifPresent(n -> n.text("the name of a function"));
            }
        }
        return all;
    }
}

package io.triggerflow.dag;

import io.triggerflow.core.definition.Limits;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads what a DAG is made of: its tasks and groups, with the names that they mention still unresolved. Used once. */
final class Structure {
    /** Most tasks become four to six triggers, of which a bundle has at most 40,000. */
    static final int MAX_TASKS = 5_000;

    private static final int MAX_NESTED_GROUPS = 10;
    private static final Pattern ID = Pattern.compile("[A-Za-z_][A-Za-z0-9_-]{0,99}");
    private static final List<String> HEAD = List.of("version", "description", "timeout", "announce");
    private static final List<String> CALLBACKS = List.of("onSuccess", "onFailure");

    private final Node.Problems problems;
    private final TaskReader taskReader = new TaskReader();
    private final Map<String, Task> tasks = new LinkedHashMap<>();
    private final Map<String, Dag.Group> groups = new LinkedHashMap<>();
    private final Map<String, String> names = new HashMap<>();
    private Map<String, Object> defaults = Map.of();

    Structure(Node.Problems problems) {
        this.problems = problems;
    }

    Dag read(Node at) {
        List<String> known = new ArrayList<>(List.of("dag"));
        known.addAll(HEAD);
        known.addAll(List.of("params", "defaults", "tasks", "output"));
        known.addAll(CALLBACKS);
        if (!at.object("a DAG, an object", known)) {
            return new Dag(at, Map.of(), Map.of(), Map.of(), Optional.empty(), Optional.empty(), Map.of());
        }
        Map<String, Object> head = new LinkedHashMap<>();
        at.get("dag").flatMap(n -> n.text("the name of a DAG")).ifPresent(n -> head.put("workflow", n));
        HEAD.forEach(key -> at.get(key).ifPresent(n -> head.put(key, n.value)));
        at.get("defaults").ifPresent(this::defaults);
        at.required("tasks").ifPresent(n -> all(n, List.of()));
        if (tasks.isEmpty() && problems.found().isEmpty()) {
            at.problem("Expected at least 1 task, but there is none");
        }
        Map<String, List<Node>> callbacks = new LinkedHashMap<>();
        CALLBACKS.forEach(key -> at.get(key).ifPresent(n -> callbacks.put(key, TaskReader.callbacks(n))));
        return new Dag(
                at, head, tasks, groups, at.get("params").flatMap(Structure::params), at.get("output"), callbacks);
    }

    @SuppressWarnings("unchecked") // Its keys are checked to be texts.
    private void defaults(Node at) {
        if (at.object("an object", List.of("retry", "timeout"))) {
            defaults = (Map<String, Object>) at.value;
        }
    }

    @SuppressWarnings("unchecked")
    private static Optional<Map<String, Object>> params(Node at) {
        if (at.value instanceof Map<?, ?> map && map.keySet().stream().allMatch(String.class::isInstance)) {
            ParamsAction.schemaError(map).ifPresent(e -> at.problem("Expected a JSON Schema, but: " + e));
            return Optional.of((Map<String, Object>) map);
        }
        at.expected("a JSON Schema, an object");
        return Optional.empty();
    }

    private void all(Node at, List<Dag.Group> inside) {
        for (Node item : at.items("tasks", MAX_TASKS)) {
            if (item.value instanceof Map<?, ?> map && map.containsKey("group")) {
                group(item, inside);
            } else {
                task(item, inside);
            }
        }
        if (tasks.size() > MAX_TASKS) {
            at.problem("Expected at most " + MAX_TASKS + " tasks, but there are more");
        }
    }

    private void group(Node at, List<Dag.Group> inside) {
        at.object("a group, an object", List.of("group", "description", "after", "tasks"));
        Optional<String> name = at.get("group").flatMap(this::name);
        if (inside.size() >= MAX_NESTED_GROUPS) {
            at.problem("Expected groups at most " + MAX_NESTED_GROUPS + " deep, but this one is deeper");
            return;
        }
        List<Node> after =
                at.get("after").map(n -> n.oneOrMore("tasks", MAX_TASKS)).orElse(List.of());
        Dag.Group group = new Dag.Group(
                name.orElse("group at " + at.path), at, inside.size(), after, new ArrayList<>(), new ArrayList<>());
        groups.put(group.name(), group);
        inside.forEach(g -> g.groups().add(group.name()));
        List<Dag.Group> deeper = new ArrayList<>(inside);
        deeper.add(group);
        at.required("tasks").ifPresent(n -> all(n, deeper));
        if (group.tasks().isEmpty() && problems.found().isEmpty()) {
            at.problem("Expected a group of at least 1 task, but it is empty");
        }
    }

    private void task(Node at, List<Dag.Group> inside) {
        Optional<Task> task = taskReader.read(at, defaults);
        Optional<String> id = task.flatMap(t -> at.required("id")).flatMap(this::name);
        if (task.isPresent() && id.isPresent()) {
            tasks.put(id.get(), task.get());
            inside.forEach(g -> g.tasks().add(id.get()));
        }
    }

    /** Tasks and groups share one set of names, whatever group they are in. */
    private Optional<String> name(Node at) {
        if (!(at.value instanceof String text) || !ID.matcher(text).matches()) {
            at.expected("a name of at most 100 letters, digits, _ and -, which begins with a letter or _");
            return Optional.empty();
        }
        if (text.equals("run")) {
            at.problem("Expected another name than 'run', which stands for the run itself");
            return Optional.empty();
        }
        String before = names.putIfAbsent(text, at.path);
        if (before != null) {
            at.problem("Expected names that differ, but '" + text + "' is also at " + before);
            return Optional.empty();
        }
        return Optional.of(text);
    }

    /** The longest text that is a literal of an expression. */
    static final int MAX_LITERAL = Limits.MAX_EXPRESSION - 1_000;
}

package io.triggerflow.tests.dag;

import io.triggerflow.dag.TaskState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * DAGs drawn from a seed, and what becomes of them by a direct reading: task after task, with nothing but Airflow's rules. No events, no
 * triggers, no joins.
 */
final class Interpreter {
    /** What a task does when it runs. */
    enum Does {
        SUCCEED,
        FAIL,
        /** Its result names these direct downstreams. */
        BRANCH,
        /** Its result is false, and skips what is directly downstream. */
        CLOSE_DIRECT,
        /** Its result is false, and skips all that is downstream. */
        CLOSE_ALL,
        MAP,
        MAP_OF_NOTHING,
        MAP_THAT_FAILS
    }

    /**
     * A task.
     *
     * @param launches whether a function does it; otherwise it is done at once
     * @param uses the task whose result it passes on, or nothing
     */
    record Task(
            String id,
            Does does,
            boolean launches,
            List<String> after,
            String rule,
            boolean setup,
            List<String> teardown,
            List<String> chosen,
            String uses) {
        boolean isTeardown() {
            return !teardown.isEmpty();
        }

        Set<String> upstreams() {
            Set<String> all = new LinkedHashSet<>(after);
            all.addAll(teardown);
            return all;
        }
    }

    final Map<String, Task> tasks = new LinkedHashMap<>();
    private final Map<String, TaskState> states = new LinkedHashMap<>();
    private final Map<String, Object> results = new LinkedHashMap<>();

    private Interpreter() {}

    static Interpreter drawn(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Interpreter dag = new Interpreter();
        int n = 2 + random.nextInt(9);
        boolean scopes = random.nextInt(3) == 0;
        for (int i = 0; i < n; i++) {
            Task task = dag.task(random, i, scopes);
            dag.tasks.put(task.id(), task);
        }
        dag.choose(random);
        dag.tasks.values().forEach(dag::run);
        return dag;
    }

    private Task task(SplittableRandom random, int i, boolean scopes) {
        List<String> before = new ArrayList<>(tasks.keySet());
        Set<String> after = new LinkedHashSet<>();
        for (int k = random.nextInt(4); k > 0 && !before.isEmpty(); k--) {
            after.add(before.get(random.nextInt(before.size())));
        }
        List<String> setups = before.stream().filter(t -> tasks.get(t).setup()).toList();
        boolean teardown = scopes && !setups.isEmpty() && random.nextInt(3) == 0;
        boolean setup = scopes && !teardown && random.nextInt(3) == 0;
        Does does = random.nextInt(3) == 0
                ? Does.FAIL
                : random.nextInt(2) == 0 ? Does.SUCCEED : Does.values()[random.nextInt(Does.values().length)];
        boolean map = does.name().startsWith("MAP");
        String rule = teardown || random.nextInt(3) == 0
                ? "all_success"
                : Airflow.RULES.get(random.nextInt(Airflow.RULES.size()));
        Set<String> ancestors = ancestors(after);
        String uses = rule.equals("always") || ancestors.isEmpty() || random.nextBoolean()
                ? ""
                : List.copyOf(ancestors).get(random.nextInt(ancestors.size()));
        return new Task(
                "t" + i,
                does,
                map || random.nextInt(3) > 0,
                List.copyOf(after),
                rule,
                setup,
                teardown ? List.of(setups.get(random.nextInt(setups.size()))) : List.of(),
                List.of(),
                waitsThrough(uses, after) ? uses : "");
    }

    /** Whether a task that waits for these knows that another has ended: no rule that runs early, or at once, is in between. */
    private boolean waitsThrough(String uses, Set<String> after) {
        return !uses.isEmpty()
                && ancestors(after).stream()
                        .noneMatch(t -> tasks.get(t).rule().equals("always")
                                || tasks.get(t).rule().startsWith("one_"));
    }

    private Set<String> ancestors(Iterable<String> of) {
        Set<String> all = new LinkedHashSet<>();
        for (String t : of) {
            all.add(t);
            all.addAll(ancestors(tasks.get(t).upstreams()));
        }
        return all;
    }

    private List<String> downstreams(String id) {
        return tasks.values().stream()
                .filter(t -> t.upstreams().contains(id))
                .map(Task::id)
                .toList();
    }

    private void choose(SplittableRandom random) {
        for (Task t : List.copyOf(tasks.values())) {
            List<String> chosen = downstreams(t.id()).stream()
                    .filter(d -> random.nextBoolean())
                    .toList();
            if (t.does() == Does.BRANCH) {
                tasks.put(
                        t.id(),
                        new Task(
                                t.id(),
                                t.does(),
                                t.launches(),
                                t.after(),
                                t.rule(),
                                t.setup(),
                                t.teardown(),
                                chosen,
                                t.uses()));
            }
        }
    }

    private void run(Task task) {
        TaskState state = decided(task);
        if (state == TaskState.SUCCESS) {
            state = switch (task.does()) {
                case FAIL, MAP_THAT_FAILS -> TaskState.FAILED;
                case MAP_OF_NOTHING -> TaskState.SKIPPED;
                case SUCCEED, BRANCH, CLOSE_DIRECT, CLOSE_ALL, MAP -> TaskState.SUCCESS;
            };
        }
        states.put(task.id(), state);
        if (state == TaskState.SUCCESS) {
            results.put(task.id(), result(task));
        }
    }

    private Object result(Task task) {
        return switch (task.does()) {
            case BRANCH -> task.chosen();
            case CLOSE_DIRECT, CLOSE_ALL -> false;
            case MAP -> List.of(task.id() + 1, task.id() + 2);
            case SUCCEED, FAIL, MAP_OF_NOTHING, MAP_THAT_FAILS -> {
                Map<String, Object> result = new LinkedHashMap<>();
                result.put("id", task.id());
                if (!task.uses().isEmpty()) {
                    result.put("of", results.get(task.uses()));
                }
                yield result;
            }
        };
    }

    private TaskState decided(Task task) {
        if (task.upstreams().isEmpty() || task.rule().equals("always") && !task.isTeardown()) {
            return TaskState.SUCCESS;
        }
        if (isClosedOut(task)) {
            return TaskState.SKIPPED;
        }
        if (!task.isTeardown()) {
            List<TaskState> setups = ancestors(task.upstreams()).stream()
                    .filter(s -> tasks.get(s).setup() && !task.upstreams().contains(s) && isOpen(s, task))
                    .map(states::get)
                    .toList();
            if (setups.contains(TaskState.FAILED) || setups.contains(TaskState.UPSTREAM_FAILED)) {
                return TaskState.UPSTREAM_FAILED;
            }
            if (setups.contains(TaskState.SKIPPED)) {
                return TaskState.SKIPPED;
            }
        }
        List<String> upstreams = List.copyOf(task.upstreams());
        Set<Integer> setups = new LinkedHashSet<>();
        upstreams.forEach(u -> {
            if (tasks.get(u).setup()) {
                setups.add(upstreams.indexOf(u));
            }
        });
        return Airflow.outcome(
                task.isTeardown() ? "all_done_setup_success" : task.rule(),
                upstreams.stream().map(states::get).toList(),
                setups);
    }

    /** A setup's scope is open at a task if nothing tears it down, or what does comes after the task. */
    private boolean isOpen(String setup, Task task) {
        List<Task> teardowns = tasks.values().stream()
                .filter(t -> t.isTeardown() && t.upstreams().contains(setup))
                .toList();
        return teardowns.isEmpty()
                || teardowns.stream().anyMatch(t -> ancestors(t.upstreams()).contains(task.id()));
    }

    private boolean isClosedOut(Task task) {
        for (String u : task.upstreams()) {
            Task upstream = tasks.get(u);
            if (states.get(u) != TaskState.SUCCESS) {
                continue;
            }
            boolean chosen = upstream.chosen().contains(task.id())
                    || upstream.chosen().stream()
                            .anyMatch(c -> ancestors(task.upstreams()).contains(c));
            if (upstream.does() == Does.BRANCH && !chosen
                    || upstream.does() == Does.CLOSE_DIRECT && !task.isTeardown()) {
                return true;
            }
        }
        return !task.isTeardown()
                && ancestors(task.upstreams()).stream()
                        .anyMatch(s -> tasks.get(s).does() == Does.CLOSE_ALL && states.get(s) == TaskState.SUCCESS);
    }

    Map<String, TaskState> states() {
        return states;
    }

    /** The tasks whose outcome is the run's: those after which nothing but teardowns comes. */
    List<String> leaves() {
        List<String> leaves = tasks.values().stream()
                .filter(t -> !t.isTeardown()
                        && downstreams(t.id()).stream()
                                .allMatch(d -> tasks.get(d).isTeardown()))
                .map(Task::id)
                .toList();
        return leaves.isEmpty()
                ? tasks.keySet().stream().filter(t -> downstreams(t).isEmpty()).toList()
                : leaves;
    }

    boolean succeeds() {
        return leaves().stream()
                .allMatch(l -> states.get(l) == TaskState.SUCCESS || states.get(l) == TaskState.SKIPPED);
    }

    /** Without the keys of those that have none. */
    Map<String, Object> output() {
        Map<String, Object> output = new LinkedHashMap<>();
        leaves().stream().filter(results::containsKey).forEach(l -> output.put(l, results.get(l)));
        return output;
    }

    /** The definition, as plain Java JSON. */
    Map<String, Object> tree() {
        List<Object> list = new ArrayList<>();
        tasks.values().forEach(t -> list.add(tree(t)));
        return Map.of("dag", "drawn", "tasks", list);
    }

    private static Map<String, Object> tree(Task task) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("id", task.id());
        if (!task.after().isEmpty()) {
            tree.put("after", task.after());
        }
        if (task.isTeardown()) {
            tree.put("teardown", task.teardown());
        } else {
            tree.put("rule", task.rule());
        }
        if (task.setup()) {
            tree.put("setup", true);
        }
        switch (task.does()) {
            case BRANCH -> tree.put("branch", true);
            case CLOSE_DIRECT -> tree.put("shortCircuit", "direct");
            case CLOSE_ALL -> tree.put("shortCircuit", true);
            case MAP, MAP_THAT_FAILS -> tree.put("forEach", List.of(task.id() + 1, task.id() + 2));
            case MAP_OF_NOTHING -> tree.put("forEach", "{% [] %}");
            case SUCCEED, FAIL -> {}
        }
        Object work =
                switch (task.does()) {
                    case BRANCH -> task.chosen();
                    case CLOSE_DIRECT, CLOSE_ALL -> false;
                    case MAP, MAP_OF_NOTHING, MAP_THAT_FAILS -> "{{ item }}";
                    case SUCCEED, FAIL -> {
                        Map<String, Object> result = new LinkedHashMap<>(Map.of("id", task.id()));
                        if (!task.uses().isEmpty()) {
                            result.put("of", "{{ tasks." + task.uses() + ".result }}");
                        }
                        yield result;
                    }
                };
        if (task.launches()) {
            tree.put("invoke", "f");
            tree.put("payload", work);
        } else {
            tree.put("value", task.does() == Does.FAIL ? "{% $error('asked for') %}" : work);
        }
        return tree;
    }
}

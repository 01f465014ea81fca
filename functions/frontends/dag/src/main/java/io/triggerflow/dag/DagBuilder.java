package io.triggerflow.dag;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A DAG in Java: what it builds is the tree that a file would hold, for {@link DagReader} or a client's deploy. Nothing is checked before it is
 * read. For what has no method of its own there is {@link TaskBuilder#with}: a key of the format and its value. Not thread-safe.
 *
 * <pre>{@code
 * Map<String, Object> dag = DagBuilder.named("etl")
 *         .task("extract").invoke("Extract", Map.of("day", "{{ params.day }}"))
 *         .task("load").after("extract").forEach("{{ tasks.extract.result }}").invoke("Load", "{{ item }}")
 *         .build();
 * }</pre>
 */
public final class DagBuilder {
    private final Map<String, Object> dag = new LinkedHashMap<>();
    private final List<Object> tasks = new ArrayList<>();

    private DagBuilder(String name) {
        dag.put("dag", name);
        dag.put("tasks", tasks);
    }

    public static DagBuilder named(String name) {
        return new DagBuilder(name);
    }

    /** A key of the DAG itself: description, timeout, params, defaults, output ... */
    public DagBuilder with(String key, Object value) {
        dag.put(key, value);
        return this;
    }

    /** A further task, which the calls that follow describe. */
    public TaskBuilder task(String id) {
        Map<String, Object> task = new LinkedHashMap<>();
        task.put("id", id);
        tasks.add(task);
        return new TaskBuilder(this, task);
    }

    /** The DAG, as plain Java JSON. */
    public Map<String, Object> build() {
        return dag;
    }

    /** The task that was begun last. */
    public static final class TaskBuilder {
        private final DagBuilder dag;
        private final Map<String, Object> task;

        private TaskBuilder(DagBuilder dag, Map<String, Object> task) {
            this.dag = dag;
            this.task = task;
        }

        /** The tasks that it waits for. */
        public TaskBuilder after(String... names) {
            return with("after", List.of(names));
        }

        /** What it makes of their outcomes, for instance none_failed. */
        public TaskBuilder rule(String rule) {
            return with("rule", rule);
        }

        /** It launches a function with a payload, a template. */
        public TaskBuilder invoke(String function, Object payload) {
            return with("invoke", function).with("payload", payload);
        }

        /** Once for each item of a list, or of what an expression gives. */
        public TaskBuilder forEach(Object items) {
            return with("forEach", items);
        }

        /** It computes its result. */
        public TaskBuilder value(Object template) {
            return with("value", template);
        }

        /** It runs a workflow with an input, a template. */
        public TaskBuilder run(String workflow, Object input) {
            return with("run", workflow).with("input", input);
        }

        /** Launches in all, and the wait before the second, which doubles with each. */
        public TaskBuilder retry(int maxAttempts, Duration interval) {
            return with("retry", Map.of("maxAttempts", maxAttempts, "interval", interval.toString()));
        }

        /** The longest time of one launch. */
        public TaskBuilder timeout(Duration after) {
            return with("timeout", after.toString());
        }

        /** Any other key of a task. */
        public TaskBuilder with(String key, Object value) {
            task.put(key, value);
            return this;
        }

        /** The next task. */
        public TaskBuilder task(String id) {
            return dag.task(id);
        }

        /** The DAG, as plain Java JSON. */
        public Map<String, Object> build() {
            return dag.build();
        }
    }
}

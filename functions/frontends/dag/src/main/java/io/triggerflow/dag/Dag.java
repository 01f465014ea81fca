package io.triggerflow.dag;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A DAG as it is written.
 *
 * @param at the whole of it
 * @param head what a workflow has beside its triggers: workflow, version, description, timeout, announce
 * @param tasks by id, in the order of the definition
 * @param groups by name; outer groups before those in them
 * @param params the JSON Schema of the run's input; empty: anything
 * @param callbacks what to launch at the run's end, by the key of the callback
 */
record Dag(
        Node at,
        Map<String, Object> head,
        Map<String, Task> tasks,
        Map<String, Group> groups,
        Optional<Map<String, Object>> params,
        Optional<Node> output,
        Map<String, List<Node>> callbacks) {
    /**
     * Tasks under one name.
     *
     * @param depth how many groups it is in
     * @param tasks all tasks in it, those of groups in it included
     * @param groups all groups in it
     */
    record Group(String name, Node at, int depth, List<Node> after, List<String> tasks, List<String> groups) {}
}

package io.triggerflow.dag;

import io.triggerflow.core.model.EventTypes;

/** Event types, subjects and trigger ids of compiled DAGs. Ids of tasks have no colon. */
final class Names {
    static final String SUCCEEDED = EventTypes.TASK_SUCCEEDED;
    static final String FAILED = EventTypes.TASK_FAILED;
    static final String SKIPPED = EventTypes.TASK_SKIPPED;
    /** Subject = the task: it is to run; data.tasks = what it may know of its upstreams. */
    static final String RUN = "dag.run";
    /** Subject = the task: a list was made for its items; data.items. */
    static final String MAP = "dag.map";
    /** Subject = the task: it is not to run. */
    static final String SKIP = "dag.skip";
    /** Subject = the task: it cannot run. */
    static final String FAIL = "dag.fail";
    /** Subject = the task: there is no item to map over. */
    static final String EMPTY = "dag.empty";
    /** Subject = the task: its result is to be looked at; data.result. */
    static final String LOOK = "dag.look";
    /** Subject = the task: it is to be repeated. */
    static final String AGAIN = "dag.again";
    /** Subject = the task: it waits for an event. */
    static final String WAITING = "dag.waiting";

    static final String RUN_SUCCEEDED = "dag.succeeded";
    static final String RUN_FAILED = "dag.failed";
    /** The task of all callbacks: what becomes of them changes nothing. */
    static final String CALLBACK = "dag:callback";

    private Names() {}

    /** The subject of a task's one end. */
    static String end(String task) {
        return task + ":end";
    }

    /** The subject of what failed before or after a task's launch. */
    static String failure(String task) {
        return task + ":failure";
    }

    /** The subject of what a task's result was found to be. */
    static String looked(String task) {
        return task + ":looked";
    }

    /** A name as a JSONata path takes it. */
    static String quoted(String name) {
        return "`" + name + "`";
    }

    /** The key of the run's context under which a map keeps its size. */
    static String mapKey(String task) {
        return "map:" + task;
    }
}

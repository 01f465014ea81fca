package io.triggerflow.tests.dag;

import io.triggerflow.dag.TaskState;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What Airflow's documentation says of trigger rules, in its words; and of a task whose rule does not hold, what its scheduler makes of it
 * when all upstreams have ended. Written for the tests, from the documentation, over whole lists: the front end has tallies and expressions.
 */
final class Airflow {
    static final List<String> RULES = List.of(
            "all_success",
            "all_failed",
            "all_done",
            "all_done_min_one_success",
            "all_done_setup_success",
            "all_skipped",
            "one_failed",
            "one_success",
            "one_done",
            "none_failed",
            "none_failed_min_one_success",
            "none_skipped",
            "always");

    private Airflow() {}

    private static boolean failed(TaskState s) {
        return s == TaskState.FAILED || s == TaskState.UPSTREAM_FAILED;
    }

    /**
     * How a task ends that does nothing, if its upstreams ended so.
     *
     * @param setups the positions of the upstreams that are setups
     */
    static TaskState outcome(String rule, List<TaskState> upstreams, Set<Integer> setups) {
        Predicate<TaskState> succeeded = s -> s == TaskState.SUCCESS;
        Predicate<TaskState> skipped = s -> s == TaskState.SKIPPED;
        boolean anyFailed = upstreams.stream().anyMatch(Airflow::failed);
        boolean anySkipped = upstreams.stream().anyMatch(skipped);
        boolean anySucceeded = upstreams.stream().anyMatch(succeeded);
        boolean allSkipped = upstreams.stream().allMatch(skipped);
        return switch (rule) {
            // All upstream tasks have succeeded.
            case "all_success" -> anyFailed ? upstreamFailed() : anySkipped ? skipped() : run();
            // All upstream tasks are in a failed or upstream_failed state.
            case "all_failed" -> upstreams.stream().allMatch(Airflow::failed) ? run() : skipped();
            // All upstream tasks are done with their execution.
            case "all_done", "always" -> run();
            // All non-skipped upstream tasks are done, and at least one has succeeded; none is skipped.
            case "all_done_min_one_success" -> anySkipped ? skipped() : anySucceeded ? run() : upstreamFailed();
            // All done, and of the setups among them at least one has succeeded.
            case "all_done_setup_success" -> {
                List<TaskState> relevant =
                        setups.stream().sorted().map(upstreams::get).toList();
                yield relevant.isEmpty() || relevant.stream().anyMatch(succeeded)
                        ? run()
                        : relevant.stream().allMatch(skipped) ? skipped() : upstreamFailed();
            }
            // All upstream tasks are in a skipped state.
            case "all_skipped" -> allSkipped ? run() : skipped();
            // At least one upstream task has failed (does not wait for all upstream tasks to be done).
            case "one_failed" -> anyFailed ? run() : skipped();
            // At least one upstream task has succeeded (does not wait for all upstream tasks to be done).
            case "one_success" -> anySucceeded ? run() : allSkipped ? skipped() : upstreamFailed();
            // At least one upstream task succeeded or failed: itself, not because of others.
            case "one_done" ->
                upstreams.stream().anyMatch(s -> s == TaskState.SUCCESS || s == TaskState.FAILED) ? run() : skipped();
            // All upstream tasks have not failed or upstream_failed.
            case "none_failed" -> anyFailed ? upstreamFailed() : run();
            // The same, and at least one upstream task has succeeded.
            case "none_failed_min_one_success" -> anyFailed ? upstreamFailed() : allSkipped ? skipped() : run();
            // No upstream task is in a skipped state.
            case "none_skipped" -> anySkipped ? skipped() : run();
            default -> throw new IllegalArgumentException("Expected a rule, but got " + rule);
        };
    }

    private static TaskState run() {
        return TaskState.SUCCESS;
    }

    private static TaskState skipped() {
        return TaskState.SKIPPED;
    }

    private static TaskState upstreamFailed() {
        return TaskState.UPSTREAM_FAILED;
    }
}

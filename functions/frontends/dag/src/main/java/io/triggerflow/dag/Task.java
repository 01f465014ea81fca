package io.triggerflow.dag;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A task as it is written.
 *
 * @param at where
 * @param after the tasks and groups that it names
 * @param rule empty: all_success, or a teardown's own
 * @param setup whether it prepares something that a teardown undoes
 * @param teardown the setups that it undoes; empty: it is no teardown
 * @param failsRun of a teardown: whether its failure is the run's
 * @param branch whether its result names those of its direct downstreams that go on
 * @param gate whether a result that is not true closes the way, and for whom
 * @param repeat whether it is done again
 * @param callbacks what to launch at its end, by the key of the callback
 */
record Task(
        String id,
        Node at,
        Kind kind,
        List<Node> after,
        Optional<Rule> given,
        boolean setup,
        Optional<List<Node>> teardown,
        boolean failsRun,
        boolean branch,
        Gate gate,
        Optional<Repeat> repeat,
        Map<String, List<Node>> callbacks) {
    Rule rule() {
        return given.orElse(isTeardown() ? Rule.ALL_DONE_SETUP_SUCCESS : Rule.ALL_SUCCESS);
    }

    boolean isTeardown() {
        return teardown.isPresent();
    }

    /** Whether its result is looked at before it ends. */
    boolean picks() {
        return branch || gate != Gate.NONE;
    }

    /** Who is skipped when a short circuit's result is not true. */
    enum Gate {
        NONE,
        DIRECT,
        ALL
    }

    /** Done again until a condition holds, at most so many times in all. */
    record Repeat(Node until, int max, Optional<Node> pause) {}

    /** What a task does. */
    sealed interface Kind {
        /** Launches a function, once or for each item of a list. */
        record Invoke(Node function, Optional<Node> payload, Optional<Node> forEach, Map<String, Object> options)
                implements Kind {}

        /** Starts a run of another workflow. */
        record Run(Node workflow, Optional<Node> version, Optional<Node> name, Optional<Node> input) implements Kind {}

        /** Computes its result, or does nothing at all. */
        record Value(Optional<Node> value) implements Kind {}

        /** Waits for a time: a duration or an instant. */
        record Wait(Node time) implements Kind {}

        /** Waits for an event. */
        record Await(Node event, Map<String, Object> pattern, Optional<String> timeout) implements Kind {}
    }
}

package io.triggerflow.tests.dag;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.triggerflow.core.model.Launch;
import io.triggerflow.dag.TaskState;
import io.triggerflow.tests.sim.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Every trigger rule over every combination of upstream outcomes, through the engine, against Airflow's rules as {@link Airflow} states them. */
@Execution(ExecutionMode.CONCURRENT)
class RulesTest {
    private static final List<TaskState> OUTCOMES =
            List.of(TaskState.SUCCESS, TaskState.FAILED, TaskState.SKIPPED, TaskState.UPSTREAM_FAILED);

    /** All lists of so many outcomes. */
    private static List<List<TaskState>> combinations(int n) {
        List<List<TaskState>> all = List.of(List.of());
        for (int i = 0; i < n; i++) {
            List<List<TaskState>> longer = new ArrayList<>();
            all.forEach(one -> OUTCOMES.forEach(o -> {
                List<TaskState> more = new ArrayList<>(one);
                more.add(o);
                longer.add(more);
            }));
            all = longer;
        }
        return all;
    }

    /**
     * Upstreams u0, u1 ... that end as the run's input says, and a task of each rule over them all.
     *
     * @param task how the tasks that decide it are done
     */
    private static String dag(int n, String task) {
        StringBuilder yaml = new StringBuilder("dag: rules\ntasks:\n");
        for (int i = 0; i < n; i++) {
            yaml.append(task.replace("N", Integer.toString(i)));
        }
        tasks(yaml, n);
        return yaml.toString();
    }

    /** Within the turn of the start. */
    private static final String AT_ONCE = """
              - {id: wayN, value: "{% $params.u[N] != 'SKIPPED' %}", shortCircuit: direct}
              - {id: toN, after: wayN, value: "{% $params.u[N] = 'UPSTREAM_FAILED' ? $error('bad') : 1 %}"}
              - {id: uN, after: toN, value: "{% $params.u[N] = 'FAILED' ? $error('bad') : 1 %}"}
            """;

    /** By a function, some time later. */
    private static final String LATER = """
              - {id: wayN, invoke: way, payload: {u: "{% $params.u[N] %}", at: "{% $params.at[N] %}"}, shortCircuit: direct}
              - {id: uN, after: wayN, value: "{% $params.u[N] = 'FAILED' ? $error('bad') : 1 %}"}
            """;

    private static void tasks(StringBuilder yaml, int n) {
        StringBuilder after = new StringBuilder();
        for (int i = 0; i < n; i++) {
            after.append(i == 0 ? "u" : ", u").append(i);
        }
        for (String rule : Airflow.RULES) {
            yaml.append("  - {id: ")
                    .append(rule)
                    .append(", rule: ")
                    .append(rule)
                    .append(", after: [")
                    .append(after)
                    .append("]}\n");
        }
    }

    private static Map<String, TaskState> expected(List<TaskState> outcomes) {
        Map<String, TaskState> expected = new LinkedHashMap<>();
        Airflow.RULES.forEach(rule -> expected.put(rule, Airflow.outcome(rule, outcomes, Set.of())));
        return expected;
    }

    private static void check(DagWorld.Played run, List<TaskState> outcomes, Object order) {
        Map<String, TaskState> found = ordered(run.states());
        assertEquals(expected(outcomes).toString(), found.toString(), () -> outcomes + " in the order " + order);
    }

    private static Map<String, TaskState> ordered(Map<String, TaskState> found) {
        Map<String, TaskState> ordered = new LinkedHashMap<>();
        Airflow.RULES.forEach(rule -> ordered.put(rule, found.get(rule)));
        return ordered;
    }

    @Test
    void allCombinationsOfUpToFourUpstreams() {
        for (int n = 1; n <= 4; n++) {
            List<List<TaskState>> all = combinations(n);
            DagWorld.Played played = DagWorld.of(
                            dag(n, AT_ONCE),
                            all.stream().map(o -> Map.of("u", names(o))).toList())
                    .play();
            for (int i = 0; i < all.size(); i++) {
                check(played.run(i), all.get(i), "none");
            }
        }
    }

    private static List<String> names(List<TaskState> outcomes) {
        return outcomes.stream().map(Enum::name).toList();
    }

    /** The upstreams end one after the other, a second apart; the outcome is the same, and who may run early does. */
    @Test
    void allOrdersOfUpToThreeUpstreams() {
        for (int n = 1; n <= 3; n++) {
            List<Map<String, Object>> inputs = new ArrayList<>();
            List<List<TaskState>> outcomes = new ArrayList<>();
            List<List<Integer>> orders = new ArrayList<>();
            for (List<TaskState> one : combinations(n)) {
                for (List<Integer> order : orders(n)) {
                    inputs.add(Map.of("u", names(one), "at", order));
                    outcomes.add(one);
                    orders.add(order);
                }
            }
            DagWorld.Played played = DagWorld.of(dag(n, LATER), inputs)
                    .functions(RulesTest::reply)
                    .play();
            for (int i = 0; i < inputs.size(); i++) {
                check(played.run(i), outcomes.get(i), orders.get(i));
                early(played.run(i), outcomes.get(i), orders.get(i));
            }
        }
    }

    private static Reply reply(Launch.Invoke launch) {
        Map<?, ?> payload = (Map<?, ?>) launch.payload();
        Duration after = Duration.ofSeconds(1 + ((Number) payload.get("at")).longValue());
        return switch (TaskState.valueOf((String) payload.get("u"))) {
            case UPSTREAM_FAILED -> new Reply.Fail("bad", after);
            case SKIPPED -> new Reply.Succeed(false, after);
            case SUCCESS, FAILED, RUNNING -> new Reply.Succeed(true, after);
        };
    }

    /** Who may run early runs as soon as one upstream has ended that is enough. */
    private static void early(DagWorld.Played run, List<TaskState> outcomes, List<Integer> order) {
        Map<String, Set<TaskState>> enough = Map.of(
                "one_success", Set.of(TaskState.SUCCESS),
                "one_failed", Set.of(TaskState.FAILED, TaskState.UPSTREAM_FAILED),
                "one_done", Set.of(TaskState.SUCCESS, TaskState.FAILED));
        enough.forEach((rule, any) -> {
            OptionalInt first = IntStream.range(0, outcomes.size())
                    .filter(i -> any.contains(outcomes.get(i)))
                    .map(order::get)
                    .min();
            first.ifPresent(second -> assertEquals(
                    1 + second,
                    run.fired(rule).toSeconds(),
                    () -> rule + " of " + outcomes + " in the order " + order));
        });
    }

    private static List<List<Integer>> orders(int n) {
        return n == 1
                ? List.of(List.of(0))
                : n == 2
                        ? List.of(List.of(0, 1), List.of(1, 0))
                        : List.of(
                                List.of(0, 1, 2),
                                List.of(0, 2, 1),
                                List.of(1, 0, 2),
                                List.of(1, 2, 0),
                                List.of(2, 0, 1),
                                List.of(2, 1, 0));
    }
}

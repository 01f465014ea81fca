package io.triggerflow.tests.dag;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.triggerflow.core.model.Launch;
import io.triggerflow.core.model.RunStatus;
import io.triggerflow.dag.TaskState;
import io.triggerflow.tests.sim.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What each kind of task does, played through the engine. A function echoes its payload unless it is told otherwise. */
@Execution(ExecutionMode.CONCURRENT)
class ShapesTest {
    private static DagWorld.Played play(String tasks) {
        return play(tasks, null);
    }

    private static DagWorld.Played play(String tasks, Object input) {
        return DagWorld.of(DagWorld.tree("dag: d\n" + tasks), input).play();
    }

    private static DagWorld.Played play(String tasks, Object input, Function<Launch.Invoke, Reply> functions) {
        return DagWorld.of(DagWorld.tree("dag: d\n" + tasks), input)
                .functions(functions)
                .play();
    }

    private static void succeeds(Object output, String tasks) {
        DagWorld.Played played = play(tasks);
        assertEquals(RunStatus.SUCCEEDED, played.status(), played::message);
        assertEquals(output, played.output());
    }

    private static void fails(String message, String tasks) {
        DagWorld.Played played = play(tasks);
        assertEquals(RunStatus.FAILED, played.status());
        assertTrue(played.message().contains(message), played::message);
    }

    private static List<Integer> numbers(int n) {
        List<Integer> numbers = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            numbers.add(i);
        }
        return numbers;
    }

    @Test
    void oneTaskThatDoesNothing() {
        DagWorld.Played played = play("tasks: [{id: a}]");
        assertEquals(RunStatus.SUCCEEDED, played.status());
        assertEquals(Map.of("a", TaskState.SUCCESS), played.states());
    }

    @Test
    void resultsOfAnyShapeArriveAsTheyAre() {
        for (Object result : Arrays.asList(
                1,
                "text",
                true,
                List.of(),
                List.of(1),
                List.of(List.of(1)),
                List.of(1, 2),
                Map.of("rows", List.of(7)),
                Map.of(),
                "{% 1 %}")) {
            DagWorld.Played played =
                    play("""
                    tasks:
                      - {id: a, invoke: f}
                      - {id: b, after: a, invoke: echo, payload: {got: "{{ tasks.a.result }}"}}
                      - {id: c, after: b, invoke: echo, payload: {got: "{% $tasks.a.result %}", near: "{{ tasks.b.result.got }}"}}
                      - {id: d, after: [a, c], invoke: echo, payload: {a: "{{ tasks.a.result }}", b: "{{ tasks.b.result.got }}"}}
                    output: {a: "{{ tasks.a.result }}", c: "{{ tasks.c.result }}", d: "{{ tasks.d.result }}"}
                    """, null, launch -> Reply.succeed(launch.function().equals("f") ? result : launch.payload()));
            assertEquals(
                    Map.of(
                            "a",
                            result,
                            "c",
                            Map.of("got", result, "near", result),
                            "d",
                            Map.of("a", result, "b", result)),
                    played.output());
        }
    }

    @Test
    void textsWithReferencesInThem() {
        succeeds(Map.of("b", "7 of 7: [1,2]"), """
                tasks:
                  - {id: a-1, value: {n: 7, list: [1, 2]}}
                  - {id: b, after: a-1, value: "{{ tasks.a-1.result.n }} of {{tasks.a-1.result.n}}: {{ tasks.a-1.result.list }}"}
                """);
    }

    @Test
    void aMapGivesTheListOfItsResultsInOrder() {
        DagWorld.Played played = play(
                """
                tasks:
                  - {id: list, invoke: list}
                  - {id: each, after: list, invoke: f, forEach: "{{ tasks.list.result }}", payload: {n: "{% $item + $params.plus %}", i: "{{ index }}"}}
                  - {id: sum, after: each, value: "{% $sum($tasks.each.result.n) %}"}
                output: {each: "{{ tasks.each.result }}", sum: "{{ tasks.sum.result }}", list: "{% $count($tasks.list.result) %}"}
                """,
                Map.of("plus", 100),
                launch -> launch.function().equals("list")
                        ? Reply.succeed(numbers(30))
                        : new Reply.Succeed(launch.payload(), Duration.ofMillis(31 * (50 - number(launch, "i") % 7))));
        Map<?, ?> output = (Map<?, ?>) played.output();
        assertEquals(30, ((List<?>) output.get("each")).size(), played::message);
        assertEquals(Map.of("n", 103, "i", 3), ((List<?>) output.get("each")).get(3));
        assertEquals(30 * 100 + 29 * 15, ((Number) output.get("sum")).intValue());
        assertEquals(30, ((Number) output.get("list")).intValue());
    }

    private static int number(Launch.Invoke launch, String key) {
        return ((Number) ((Map<?, ?>) launch.payload()).get(key)).intValue();
    }

    @Test
    void mapsOverListsThatAreKnown() {
        succeeds(
                Map.of("one", List.of("x"), "many", List.of(List.of(List.of(1), List.of(), List.of(2, 3))), "far", 7),
                """
                tasks:
                  - {id: first, value: 7}
                  - {id: one, after: first, invoke: f, forEach: [x]}
                  - {id: many, after: first, invoke: f, forEach: [[1], [], [2, 3]]}
                  - {id: far, after: many, value: "{{ tasks.first.result }}"}
                output: {one: "{{ tasks.one.result }}", many: ["{{ tasks.many.result }}"], far: "{{ tasks.far.result }}"}
                """);
    }

    @Test
    void anEmptyListSkips() {
        for (String list : List.of("[]", "\"{% [] %}\"", "\"{{ tasks.none.result }}\"")) {
            DagWorld.Played played = play("""
                    tasks:
                      - {id: none, value: []}
                      - {id: m, after: none, invoke: f, forEach: LIST}
                      - {id: after, after: m}
                      - {id: anyway, after: m, rule: all_done, value: "{{ tasks.m.outcome }}"}
                    """.replace("LIST", list));
            assertEquals(RunStatus.SUCCEEDED, played.status(), played::message);
            assertEquals(TaskState.SKIPPED, played.states().get("m"));
            assertEquals(TaskState.SKIPPED, played.states().get("after"));
            assertEquals("skipped", ((Map<?, ?>) played.output()).get("anyway"));
        }
    }

    @Test
    void whatIsNoListFails() {
        for (String list : List.of(
                "\"{% 'text' %}\"", "\"{% 1 %}\"", "\"{% {'a': 1} %}\"", "\"{% null %}\"", "\"{% $params.none %}\"")) {
            DagWorld.Played played = play("""
                    tasks:
                      - {id: m, invoke: f, forEach: LIST}
                      - {id: why, after: m, rule: all_done, value: "{{ tasks.m.error }}"}
                    output: {why: "{{ tasks.why.result }}"}
                    """.replace("LIST", list));
            assertEquals(TaskState.FAILED, played.states().get("m"));
            Map<?, ?> why = (Map<?, ?>) ((Map<?, ?>) played.output()).get("why");
            assertTrue(
                    String.valueOf(why.get("message")).startsWith("Expected a list to map over, but got"),
                    why::toString);
        }
    }

    @Test
    void aMapFailsWhenAnItemDoes() {
        DagWorld.Played played = play(
                "tasks: [{id: m, invoke: f, forEach: [1, 2, 3]}, {id: b, after: m}]",
                null,
                launch -> launch.payload().equals(2) ? Reply.fail("two") : Reply.succeed(1));
        assertEquals(Map.of("m", TaskState.FAILED, "b", TaskState.UPSTREAM_FAILED), played.states());
        assertEquals("DagFailed: Expected the last tasks of the DAG to succeed, but failed: b", played.message());
    }

    @Test
    void branchesSkipWhomTheyDoNotChoose() {
        // The example of Airflow's documentation: what both ways lead to is not skipped.
        for (String choice : List.of("a", "join", "[a, c]", "null")) {
            DagWorld.Played played = play("""
                    tasks:
                      - {id: pick, value: CHOICE, branch: true}
                      - {id: a, after: pick}
                      - {id: c, after: pick}
                      - {id: join, after: [pick, a, c], rule: none_failed_min_one_success}
                    """.replace("CHOICE", choice));
            Map<String, TaskState> states = played.states();
            assertEquals(RunStatus.SUCCEEDED, played.status(), played::message);
            assertEquals(choice.contains("a") ? TaskState.SUCCESS : TaskState.SKIPPED, states.get("a"), choice);
            assertEquals(choice.contains("c") ? TaskState.SUCCESS : TaskState.SKIPPED, states.get("c"), choice);
            assertEquals(choice.equals("null") ? TaskState.SKIPPED : TaskState.SUCCESS, states.get("join"), choice);
        }
    }

    @Test
    void aBranchMayNameAGroupAndNothingElse() {
        String tasks = """
                tasks:
                  - {id: pick, value: CHOICE, branch: true}
                  - group: g
                    after: pick
                    tasks: [{id: g1}, {id: g2, after: g1}]
                  - {id: other, after: pick}
                """;
        Map<String, TaskState> states = play(tasks.replace("CHOICE", "g")).states();
        assertEquals(TaskState.SUCCESS, states.get("g2"));
        assertEquals(TaskState.SKIPPED, states.get("other"));
        for (String wrong : List.of("g2", "7", "[g, nobody]")) {
            DagWorld.Played played = play(tasks.replace("CHOICE", wrong));
            assertEquals(TaskState.FAILED, played.states().get("pick"), played::message);
        }
    }

    @Test
    void shortCircuits() {
        String tasks = """
                tasks:
                  - {id: gate, value: {{ params.go }}, shortCircuit: WHO}
                  - {id: next, after: gate}
                  - {id: side}
                  - {id: far, after: [next, side], rule: all_done}
                """.replace("{{ params.go }}", "\"{{ params.go }}\"");
        assertEquals(
                TaskState.SKIPPED,
                play(tasks.replace("WHO", "true"), Map.of("go", 0)).states().get("far"));
        assertEquals(
                TaskState.SUCCESS,
                play(tasks.replace("WHO", "direct"), Map.of("go", false))
                        .states()
                        .get("far"));
        assertEquals(
                TaskState.SKIPPED,
                play(tasks.replace("WHO", "direct"), Map.of("go", false))
                        .states()
                        .get("next"));
        assertEquals(
                TaskState.SUCCESS,
                play(tasks.replace("WHO", "true"), Map.of("go", 1)).states().get("next"));
    }

    @Test
    void setupsAndTeardowns() {
        String tasks = """
                tasks:
                  - {id: up, setup: true, invoke: UP}
                  - {id: work, after: up, invoke: WORK}
                  - {id: more, after: work, rule: all_done}
                  - {id: down, teardown: up, after: more, invoke: DOWN}
                """;
        Function<Launch.Invoke, Reply> functions =
                launch -> launch.function().equals("bad") ? Reply.fail("bad") : Reply.succeed(1);
        DagWorld.Played workFails =
                play(tasks.replace("UP", "up").replace("WORK", "bad").replace("DOWN", "down"), null, functions);
        assertEquals(RunStatus.SUCCEEDED, workFails.status());
        assertEquals(TaskState.SUCCESS, workFails.states().get("down"));
        assertEquals(TaskState.SUCCESS, workFails.states().get("more"));
        DagWorld.Played upFails =
                play(tasks.replace("UP", "bad").replace("WORK", "work").replace("DOWN", "down"), null, functions);
        // Out of its setup's scope nothing runs, whatever its rule says.
        assertEquals(TaskState.UPSTREAM_FAILED, upFails.states().get("more"));
        assertEquals(TaskState.UPSTREAM_FAILED, upFails.states().get("down"));
        assertEquals(RunStatus.FAILED, upFails.status());
        DagWorld.Played downFails =
                play(tasks.replace("UP", "up").replace("WORK", "work").replace("DOWN", "bad"), null, functions);
        assertEquals(RunStatus.SUCCEEDED, downFails.status(), "A teardown's failure is not the run's");
        DagWorld.Played matters = play(
                tasks.replace("UP", "up").replace("WORK", "work").replace("DOWN", "bad, failsRun: true"),
                null,
                functions);
        assertEquals(RunStatus.FAILED, matters.status());
    }

    @Test
    void repeatsUntil() {
        String tasks = """
                tasks:
                  - {id: n, value: 3}
                  - id: poll
                    after: n
                    invoke: f
                    payload: {i: "{{ iteration }}", before: "{% $previous.i %}", n: "{{ tasks.n.result }}"}
                    repeat: {until: "{% $result.i = $tasks.n.result %}", max: MAX, wait: PT10S}
                  - {id: end, after: poll, value: "{{ tasks.poll.result }}"}
                """;
        DagWorld.Played played = play(tasks.replace("MAX", "5"));
        assertEquals(Map.of("end", Map.of("i", 3, "before", 2, "n", 3)), played.output(), played::message);
        assertEquals(Duration.ofSeconds(20), played.fired("end").minusMillis(310));
        assertEquals(TaskState.FAILED, play(tasks.replace("MAX", "2")).states().get("poll"));
    }

    @Test
    void whatCannotBeAskedFailsTheTask() {
        DagWorld.Played played = play(
                "tasks: [{id: a, invoke: f, repeat: {until: \"{% $error('no') %}\", max: 3}}, {id: b, after: a, rule: all_failed}]");
        assertEquals(Map.of("a", TaskState.FAILED, "b", TaskState.SUCCESS), played.states());
        assertEquals(
                Map.of("a", TaskState.FAILED, "b", TaskState.SUCCESS),
                play("tasks: [{id: a, invoke: f, payload: {x: \"{% $error('no') %}\"}}, {id: b, after: a, rule: all_failed}]")
                        .states());
    }

    @Test
    void waitsForTimes() {
        DagWorld.Played played = play("""
                tasks:
                  - {id: a, value: 5}
                  - {id: pause, after: a, wait: PT1M}
                  - {id: computed, after: pause, wait: "{% 'PT' & $tasks.a.result & 'M' %}"}
                  - {id: until, after: computed, wait: 2026-01-01T01:00:00Z}
                  - {id: end, after: until, value: "{{ tasks.a.result }}"}
                """.replace("wait: 2026-01-01T01:00:00Z", "wait: '2026-01-01T01:00:00Z'"));
        assertEquals(Map.of("end", 5), played.output(), played::message);
        assertEquals(1, played.fired("computed").toMinutes());
        assertEquals(6, played.fired("until").toMinutes());
        assertEquals(60, played.fired("end").toMinutes());
    }

    @Test
    void waitsForEvents() {
        String yaml = """
                dag: d
                tasks:
                  - {id: a, invoke: f, payload: {x: 1}}
                  - {id: paid, after: a, await: {type: order.paid, subject: "7"}, timeout: PT1H}
                  - {id: end, after: paid, rule: all_done, value: {got: "{{ tasks.paid.result }}", a: "{{ tasks.a.result.x }}"}}
                """;
        for (long millis : List.of(20L, 5_000L)) {
            DagWorld world = DagWorld.of(yaml);
            world.plays().event(millis, "r", "order.paid", "8", "no", Map.of());
            world.plays().event(millis, "r", "order.paid", "7", "yes", Map.of("sum", 3));
            DagWorld.Played played = world.play();
            assertEquals(Map.of("end", Map.of("got", Map.of("sum", 3), "a", 1)), played.output(), played::message);
        }
        DagWorld.Played late = DagWorld.of(yaml).play();
        assertEquals(TaskState.FAILED, late.states().get("paid"));
        assertEquals(60, late.fired("end").toMinutes());
    }

    @Test
    void subWorkflows() {
        DagWorld world = DagWorld.of("""
                dag: d
                tasks:
                  - {id: a, value: 2}
                  - {id: child, after: a, run: child, input: {n: "{{ tasks.a.result }}"}}
                  - {id: end, after: child, value: "{% $tasks.child.result.twice.n + $tasks.a.result %}"}
                """);
        world.plays()
                .deploy(DagWorld.definition("{dag: child, tasks: [{id: twice, value: {n: '{% 2 * $params.n %}'}}]}"));
        DagWorld.Played played = world.play();
        assertEquals(6, ((Number) ((Map<?, ?>) played.output()).get("end")).intValue(), played::message);
        // A workflow that does not exist is the task's failure.
        assertEquals(
                TaskState.FAILED,
                play("tasks: [{id: a, run: nowhere}, {id: b, after: a}]")
                        .states()
                        .get("a"));
    }

    @Test
    void callbacksHearOfEndsAndChangeNothing() {
        List<Object> heard = new ArrayList<>();
        DagWorld.Played played = play("""
                onFailure: {invoke: note, payload: {run: "{{ run.name }}", failed: "{{ task.failed }}"}}
                tasks:
                  - {id: a, invoke: f, onSuccess: {invoke: note, payload: {task: "{{ task.id }}", outcome: "{{ task.outcome }}"}}}
                  - {id: b, after: a, invoke: bad, onFailure: [{invoke: note, payload: {why: "{{ task.failure.error }}"}}, {invoke: bad}]}
                  - {id: c, after: b, onFailure: {invoke: note, payload: never}}
                  - {id: shut, value: false, shortCircuit: true}
                  - {id: d, after: shut, onSkipped: {invoke: note, payload: skipped}}
                """, null, launch -> {
            if (launch.function().equals("note")) {
                heard.add(launch.payload());
            }
            return launch.function().equals("bad") ? Reply.fail("bad") : Reply.succeed(1);
        });
        assertEquals(RunStatus.FAILED, played.status());
        assertEquals(
                java.util.Set.of(
                        Map.of("task", "a", "outcome", "success"),
                        Map.of("why", "bad"),
                        "skipped",
                        Map.of("run", "r", "failed", List.of("c"))),
                java.util.Set.copyOf(heard));
    }

    @Test
    void paramsAreWhatTheirSchemaSays() {
        String tasks = """
                params: {type: object, properties: {n: {type: integer, minimum: 1}, who: {type: string, default: me}}, required: [n]}
                tasks: [{id: a, value: "{{ params.who }} {{ params.n }}"}]
                """;
        assertEquals(Map.of("a", "me 3"), play(tasks, Map.of("n", 3)).output());
        assertEquals(
                Map.of("a", "you 3"), play(tasks, Map.of("n", 3, "who", "you")).output());
        for (Object wrong : Arrays.asList(null, Map.of(), Map.of("n", 0), Map.of("n", "x"), List.of(), "n")) {
            DagWorld.Played played = play(tasks, wrong);
            assertTrue(played.message().startsWith("InvalidParams: Expected an input as"), played::message);
            assertEquals(Map.of(), played.states(), "Nothing runs");
        }
    }

    @Test
    void retriesAndTimeLimitsAreTheEngines() {
        int[] attempts = new int[1];
        DagWorld.Played played = play(
                """
                defaults: {retry: {maxAttempts: 3, errors: [busy]}}
                tasks: [{id: a, invoke: f}, {id: b, after: a, invoke: lost, timeout: PT1M}, {id: c, after: b, rule: one_failed}]
                """,
                null,
                launch -> launch.function().equals("lost")
                        ? new Reply.Lose()
                        : ++attempts[0] < 3 ? Reply.fail("busy") : Reply.succeed(1));
        assertEquals(3, attempts[0]);
        assertEquals(Map.of("a", TaskState.SUCCESS, "b", TaskState.FAILED, "c", TaskState.SUCCESS), played.states());
        assertEquals(RunStatus.SUCCEEDED, played.status(), "What failed is no leaf, as in Airflow");
    }

    @Test
    void theRunEndsWhenAllTasksHave() {
        // t runs early and is the only leaf; the other upstream is still at work.
        DagWorld.Played played = play(
                """
                tasks:
                  - {id: quick, invoke: f, payload: 1}
                  - {id: slow, invoke: f, payload: 50}
                  - {id: t, after: [quick, slow], rule: one_success}
                """, null, launch -> new Reply.Succeed(1, Duration.ofSeconds(((Number) launch.payload()).longValue())));
        assertEquals(1, played.fired("t").toSeconds());
        assertEquals(50, played.fired("run:done").toSeconds());
    }

    @Test
    void aWideAndALongOne() {
        StringBuilder wide = new StringBuilder("tasks:\n  - {id: first}\n");
        StringBuilder after = new StringBuilder();
        for (int i = 0; i < 320; i++) {
            wide.append("  - {id: t")
                    .append(i)
                    .append(", after: first, invoke: f, payload: ")
                    .append(i)
                    .append("}\n");
            after.append(i == 0 ? "t0" : ", t" + i);
        }
        wide.append("  - {id: last, after: [").append(after).append("], value: \"{% $sum($tasks.*.result) %}\"}\n");
        DagWorld.Played played = play(wide.toString());
        assertEquals(320 * 319 / 2, ((Number) ((Map<?, ?>) played.output()).get("last")).intValue(), played::message);
        StringBuilder chain = new StringBuilder("tasks:\n  - {id: t0, value: 0}\n");
        for (int i = 1; i < 1_200; i++) {
            chain.append("  - {id: t")
                    .append(i)
                    .append(", after: t")
                    .append(i - 1)
                    .append(", value: \"{% $tasks.t")
                    .append(i - 1)
                    .append(".result + 1 %}\"}\n");
        }
        Object last = ((Map<?, ?>) play(chain.toString()).output()).get("t1199");
        assertEquals(1_199, ((Number) last).intValue());
    }

    @Test
    void aRunThatFailsTellsWho() {
        fails("but failed: a", "tasks: [{id: a, value: \"{% $error('x') %}\"}]");
        fails(
                "but failed: a, c",
                "tasks: [{id: a, value: \"{% $error('x') %}\"}, {id: b}, {id: c, value: \"{% $error('x') %}\"}]");
    }
}

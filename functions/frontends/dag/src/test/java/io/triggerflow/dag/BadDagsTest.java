package io.triggerflow.dag;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.triggerflow.core.definition.DefinitionException;
import io.triggerflow.core.definition.DefinitionWriter;
import io.triggerflow.core.definition.Problem;
import io.triggerflow.core.expression.Expressions;
import io.triggerflow.core.model.Definition;
import io.triggerflow.core.model.JsonText;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is wrong with a DAG is told with its place, and what was expected. */
class BadDagsTest {
    private static final DagReader READER = new DagReader(new Expressions()::error);

    private static Object tree(String yaml) {
        try {
            return new YAMLMapper().readValue(yaml, Object.class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static void bad(String path, String message, String yaml) {
        DefinitionException e = assertThrows(DefinitionException.class, () -> READER.definition(tree(yaml)));
        assertTrue(
                e.problems().stream()
                        .anyMatch(p -> p.path().equals(path) && p.message().contains(message)),
                () -> "Expected " + path + ": ..." + message + "..., but got " + e.problems());
        assertTrue(e.problems().stream().allMatch(p -> p.message().startsWith("Expected ")), e::getMessage);
    }

    private static void tasks(String path, String message, String tasks) {
        bad(path, message, "{dag: d, tasks: [" + tasks + "]}");
    }

    @Test
    void names() {
        tasks(
                "$.tasks[1].after[0]",
                "name of a task or group, but got 'extrakt'",
                "{id: extract}, {id: b, after: [extrakt]}");
        tasks("$.tasks[1].after", "did you mean 'extract'?", "{id: extract}, {id: b, after: extrakt}");
        tasks("$.tasks[1].id", "Expected names that differ, but 'a' is also at $.tasks[0].id", "{id: a}, {id: a}");
        tasks("$.tasks[1].group", "is also at $.tasks[0].id", "{id: a}, {group: a, tasks: [{id: b}]}");
        tasks("$.tasks[0].id", "a name of at most 100 letters", "{id: 'a b'}");
        tasks("$.tasks[0].id", "another name than 'run'", "{id: run}");
        tasks("$.tasks[0]", "Expected a key 'id'", "{value: 1}");
        tasks("$.tasks[0].invok", "did you mean 'invoke'?", "{id: a, invok: f}");
    }

    @Test
    void cycles() {
        tasks("$.tasks[0].after", "a -> c -> b -> a", "{id: a, after: c}, {id: b, after: a}, {id: c, after: b}");
        tasks("$.tasks[0].after[0]", "a -> a", "{id: a, after: [a]}");
        tasks("$.tasks[0].tasks[0].after", "what it is in", "{group: g, tasks: [{id: a, after: g}]}");
        tasks("$.tasks[0].after", "is in it", "{group: g, after: a, tasks: [{id: a}]}");
        tasks(
                "$.tasks[0].tasks[0]",
                "Expected tasks that do not wait",
                "{group: g, after: b, tasks: [{id: a}]}, {id: b, after: g}");
    }

    @Test
    void results() {
        tasks(
                "$.tasks[1].payload.x",
                "Expected the result of a task that is upstream of 'b', but 'a' is not: add it to 'after'",
                "{id: a}, {id: b, invoke: f, payload: {x: '{{ tasks.a.result }}'}}");
        tasks("$.tasks[0].value", "there is no task 'nobody'", "{id: a, value: '{% $tasks.nobody.result %}'}");
        tasks(
                "$.tasks[1].value",
                "but it does not wait for 'a'",
                "{id: a}, {id: b, after: a, rule: always, value: '{{ tasks.a.result }}'}");
        tasks("$.tasks[0].value", "between {{ and }}", "{id: a, value: 'x {{ 1 + 1 }}'}");
        tasks("$.tasks[0].value", "does not compile", "{id: a, value: '{% 1 + %}'}");
        bad("$.output", "there is no task 'b'", "{dag: d, tasks: [{id: a}], output: '{{ tasks.b.result }}'}");
        tasks(
                "$.tasks[0].onFailure.payload",
                "$task, $run and $params",
                "{id: a, onFailure: {invoke: f, payload: '{{ tasks.a }}'}}");
    }

    @Test
    void combinations() {
        tasks("$.tasks[0]", "Expected one of invoke, run, value, wait, await", "{id: a, invoke: f, value: 1}");
        tasks("$.tasks[0].payload", "only beside invoke", "{id: a, value: 1, payload: 1}");
        tasks(
                "$.tasks[0].branch",
                "whose one result can be looked at",
                "{id: a, invoke: f, forEach: [1], branch: true}");
        tasks("$.tasks[0].rule", "did you mean 'all_done'?", "{id: a, rule: alldone}");
        tasks("$.tasks[0].repeat", "beside run, or invoke", "{id: a, repeat: {until: '{% true %}', max: 3}}");
        tasks("$.tasks[0].repeat.until", "an expression", "{id: a, invoke: f, repeat: {until: never, max: 3}}");
        tasks("$.tasks[1].teardown", "a task with setup: true", "{id: a}, {id: b, teardown: a}");
        tasks("$.tasks[1].rule", "no rule on a teardown", "{id: a, setup: true}, {id: b, teardown: a, rule: all_done}");
        tasks("$.tasks[0].failsRun", "on a teardown only", "{id: a, failsRun: true}");
        tasks("$.tasks[0].forEach", "a list, or an expression", "{id: a, invoke: f, forEach: 3}");
        tasks("$.tasks[0].retry.maxAttempts", "Expected", "{id: a, invoke: f, retry: {maxAttempts: 0}}");
        tasks("$.tasks[0].timeout", "a duration", "{id: a, invoke: f, timeout: soon}");
        tasks("$.tasks[0].tasks", "a list of tasks", "{group: g, tasks: 1}");
        tasks("$.tasks[0]", "at least 1 task", "{group: g, tasks: []}");
        bad("$", "at least 1 task", "{dag: d, tasks: []}");
        bad("$.dag", "the name of a DAG", "{dag: 1, tasks: [{id: a}]}");
        bad("$.timeout", "a duration", "{dag: d, timeout: 5, tasks: [{id: a}]}");
        bad("$.params", "a JSON Schema", "{dag: d, params: {type: strin}, tasks: [{id: a}]}");
        bad("$.params", "a JSON Schema", "{dag: d, params: 1, tasks: [{id: a}]}");
    }

    /** What is built in Java is what a file would say. */
    @Test
    void theBuilderBuildsTheFormat() {
        Map<String, Object> built = DagBuilder.named("etl")
                .with("description", "Nightly")
                .task("extract")
                .invoke("Extract", Map.of("day", "{{ params.day }}"))
                .retry(3, Duration.ofSeconds(2))
                .task("load")
                .after("extract")
                .rule("all_done")
                .forEach("{{ tasks.extract.result }}")
                .invoke("Load", "{{ item }}")
                .timeout(Duration.ofMinutes(5))
                .build();
        assertEquals(READER.definition(tree("""
                        dag: etl
                        description: Nightly
                        tasks:
                          - {id: extract, invoke: Extract, payload: {day: "{{ params.day }}"}, retry: {maxAttempts: 3, interval: PT2S}}
                          - {id: load, after: [extract], rule: all_done, forEach: "{{ tasks.extract.result }}", invoke: Load, payload: "{{ item }}", timeout: PT5M}
                        """)), READER.definition(built));
    }

    /** Processor time, which other programs do not lengthen, of the second reading: the first one pays for loading the classes. */
    @Test
    void fiveThousandTasks() {
        List<Object> tasks = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            tasks.add(
                    i == 0
                            ? Map.of("id", "t0", "invoke", "f")
                            : Map.of(
                                    "id",
                                    "t" + i,
                                    "invoke",
                                    "f",
                                    "after",
                                    i % 10 == 0 && i > 20
                                            ? List.of("t" + (i - 1), "t" + (i - 11))
                                            : List.of("t" + (i - 1)),
                                    "payload",
                                    Map.of("before", "{{ tasks.t" + (i - 1) + ".result }}")));
        }
        Map<String, Object> tree = Map.of("dag", "large", "tasks", tasks);
        READER.definition(tree);
        long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        Definition definition = READER.definition(tree);
        Duration took = Duration.ofNanos(ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before);
        int size = JsonText.write(DefinitionWriter.write(definition)).length();
        System.out.println(
                "BadDagsTest: 5,000 tasks are " + definition.triggers().size() + " triggers of " + size / 1_024
                        + " KB, compiled in " + took.toMillis() + " ms of processor time");
        assertTrue(took.compareTo(Duration.ofSeconds(10)) < 0, "Expected less than 10 s, but it took " + took);
        assertEquals(definition, READER.definition(tree), "The same tree is the same definition");
        tasks.add(Map.of("id", "one-too-many"));
        List<Problem> problems = assertThrows(
                        DefinitionException.class, () -> READER.definition(Map.of("dag", "d", "tasks", tasks)))
                .problems();
        assertEquals(
                "Expected at most 5000 tasks, but got 5001", problems.getFirst().message());
    }
}

package io.triggerflow.tests.dag;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.triggerflow.core.model.Launch;
import io.triggerflow.core.model.RunStatus;
import io.triggerflow.dag.TaskState;
import io.triggerflow.tests.sim.Faults;
import io.triggerflow.tests.sim.Reply;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The DAGs that the project ships: the original's own, and one with a little of everything. */
@Execution(ExecutionMode.CONCURRENT)
class ExamplesTest {
    private static final Faults CRASHING = new Faults(2, 0.05, 0, 0.05, 0, 0, 0.1, 0, 0, true, 10, 20);

    private static DagWorld dag(String name, Object input) {
        Path file = Stream.of("../functions/examples/dags", "functions/examples/dags")
                .map(d -> Path.of(d, name + ".yaml"))
                .filter(Files::exists)
                .findFirst()
                .orElseThrow();
        try {
            return DagWorld.of(DagWorld.tree(Files.readString(file)), input).functions(ExamplesTest::sleep);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The example function Sleep: sleeps for so many seconds, fails if it is told to, else gives its result back. */
    private static Reply sleep(Launch.Invoke launch) {
        Map<?, ?> input = (Map<?, ?>) launch.payload();
        Duration time = Duration.ofMillis(Math.round(((Number) input.get("seconds")).doubleValue() * 1_000));
        Map<String, Object> result = new HashMap<>();
        result.put("result", input.get("result"));
        return input.get("fail") != null ? new Reply.Fail("AskedFor", time) : new Reply.Succeed(result, time);
    }

    private static Duration took(DagWorld.Played played) {
        return Duration.between(
                played.run().root.startedAt(), played.run().root.endedAt().orElseThrow());
    }

    private static int number(Object json) {
        return ((Number) json).intValue();
    }

    @Test
    void aSequenceOfForty() {
        DagWorld.Played played = dag("dag-sequence", null).play();
        assertEquals(RunStatus.SUCCEEDED, played.status(), played::message);
        assertEquals(40, number(((Map<?, ?>) ((Map<?, ?>) played.output()).get("task-40")).get("result")));
        assertEquals(Duration.ofSeconds(200), took(played));
        DagWorld.Played crashing = dag("dag-sequence", Map.of("seconds", 0)).play(CRASHING, 3);
        assertEquals(played.output(), crashing.output());
    }

    @Test
    void aMapOfThreeHundredAndTwenty() {
        DagWorld.Played played = dag("dag-map", null).play();
        assertEquals(320 * 321 / 2, number(((Map<?, ?>) played.output()).get("sum")), played::message);
        assertEquals(Duration.ofSeconds(5), took(played));
        DagWorld.Played crashing = dag("dag-map", Map.of("seconds", 0)).play(CRASHING, 7);
        assertEquals(played.output(), crashing.output());
    }

    @Test
    void tasksAndMapsInOneGraph() {
        DagWorld.Played played = dag("dag-mixed", null).play();
        Map<?, ?> output = (Map<?, ?>) played.output();
        assertEquals(28, number(output.get("launched")), played::message);
        assertEquals(List.of(0, 1, 2, 3, 4), output.get("f"));
        assertEquals(Duration.ofSeconds(20), took(played));
        assertEquals(
                output, dag("dag-mixed", Map.of("scale", 0)).play(CRASHING, 5).output());
    }

    @Test
    void aLittleOfEverything() {
        DagWorld.Played played = dag("report", null).play();
        assertEquals("{kind=full, cluster=started, rounds=3}", String.valueOf(played.output()), played::message);
        assertEquals(TaskState.SKIPPED, played.states().get("short"));
        DagWorld.Played failed = dag("report", Map.of("fail", true)).play();
        assertEquals(RunStatus.FAILED, failed.status());
        assertTrue(failed.message().contains("settle"), failed::message);
        assertEquals(TaskState.UPSTREAM_FAILED, failed.states().get("settle"));
        assertEquals(TaskState.SUCCESS, failed.states().get("stop"), "What was set up is torn down");
    }
}

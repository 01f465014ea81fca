package io.triggerflow.tests.dag;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.triggerflow.core.model.JsonText;
import io.triggerflow.core.model.Launch;
import io.triggerflow.core.model.RunStatus;
import io.triggerflow.tests.sim.Faults;
import io.triggerflow.tests.sim.Reply;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Law L8: a compiled DAG comes to what a direct interpreter of the definition comes to; in a kind world and in unkind ones. */
@Execution(ExecutionMode.CONCURRENT)
class DrawnDagsTest {
    private static final int KIND = 400;
    private static final int UNKIND = 150;

    private static Function<Launch.Invoke, Reply> functions(Interpreter dag, long seed) {
        return launch -> {
            Interpreter.Task task = dag.tasks.get(launch.address().task());
            long millis = new SplittableRandom(seed ^ launch.address().id().hashCode()).nextInt(5_000);
            boolean fails = task.does() == Interpreter.Does.FAIL
                    || task.does() == Interpreter.Does.MAP_THAT_FAILS
                            && launch.address().item() == 1;
            return fails
                    ? new Reply.Fail("asked for", Duration.ofMillis(millis))
                    : new Reply.Succeed(launch.payload(), Duration.ofMillis(millis));
        };
    }

    private static void play(long seed, Faults faults) {
        Interpreter expected = Interpreter.drawn(seed);
        DagWorld world = DagWorld.of(expected.tree(), null).functions(functions(expected, seed));
        DagWorld.Played played = faults == Faults.NONE ? world.play() : world.play(faults, seed);
        String what = "seed " + seed + ": " + JsonText.write(expected.tree());
        assertEquals(
                new TreeMap<>(expected.states()).toString(), played.states().toString(), () -> what);
        assertEquals(
                expected.succeeds() ? RunStatus.SUCCEEDED : RunStatus.FAILED,
                played.status(),
                () -> what + played.message());
        if (expected.succeeds()) {
            assertEquals(
                    JsonText.write(new TreeMap<>(expected.output())),
                    JsonText.write(withoutNulls(played.output())),
                    () -> what);
        }
    }

    /** What has no result is null in the output. */
    private static Object withoutNulls(Object value) {
        if (!(value instanceof Map<?, ?> map)) {
            return value;
        }
        Map<String, Object> copy = new TreeMap<>();
        map.forEach((k, v) -> {
            if (v != null) {
                copy.put((String) k, v);
            }
        });
        return copy;
    }

    private static List<Long> seeds(int n) {
        String one = System.getProperty("seed", "");
        return one.isEmpty() ? java.util.stream.LongStream.range(0, n).boxed().toList() : List.of(Long.parseLong(one));
    }

    @Test
    void inAKindWorld() {
        seeds(KIND).forEach(seed -> play(seed, Faults.NONE));
    }

    @Test
    void amongCrashesDuplicatesAndOtherOrders() {
        Faults unkind = new Faults(2, 0.05, 0.03, 0.03, 0.05, 0.05, 0.1, 0.05, 0.02, true, 5, 25);
        seeds(UNKIND).forEach(seed -> play(1_000_000 + seed, unkind));
    }
}

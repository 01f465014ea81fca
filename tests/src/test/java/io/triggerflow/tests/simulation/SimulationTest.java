package io.triggerflow.tests.simulation;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.triggerflow.tests.sim.Seeds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The engine's own loop in many small worlds, each with its faults. A failing seed is played again by {@code -Dseed=N}. */
@Execution(ExecutionMode.CONCURRENT)
class SimulationTest {
    /** Worlds of a build. */
    private static final int SEEDS = 20_500;

    @Test
    void lawsHoldInEveryWorld() {
        Seeds.Result result = Seeds.play(SEEDS);
        System.out.println("simulation: " + result);
        assertTrue(result.failures().isEmpty(), () -> String.join("\n", result.failures()));
    }
}

package io.triggerflow.tests.simulation;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.triggerflow.tests.sim.Mutants;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Engines that break the protocol are caught, and by the law that they break. */
@Execution(ExecutionMode.CONCURRENT)
class MutantsTest {
    private static final int WORLDS = 6_000;

    private record Expected(Mutants.Kind mutant, Set<String> laws) {}

    private static final List<Expected> MUTANTS = List.of(
            new Expected(Mutants.Kind.COUNTER_JOIN, Set.of("L4")),
            new Expected(Mutants.Kind.LAUNCH_BEFORE_COMMIT, Set.of("L5")),
            new Expected(Mutants.Kind.CLEARED_OUTBOX, Set.of("L5")),
            new Expected(Mutants.Kind.UNCONDITIONAL_WRITE, Set.of("L2", "L7")),
            new Expected(Mutants.Kind.NO_OUTBOX, Set.of("L5")),
            new Expected(Mutants.Kind.ACK_BEFORE_LAUNCH, Set.of("L5")),
            new Expected(Mutants.Kind.RECEIVE_COUNT_IGNORED, Set.of("L5")),
            new Expected(Mutants.Kind.FORGETFUL_HOLD, Set.of("L5")),
            new Expected(Mutants.Kind.NO_CLAIMS, Set.of("L7", "L5")),
            new Expected(Mutants.Kind.RUNS_SWEPT_ONLY, Set.of("L5")),
            new Expected(Mutants.Kind.PASSED_BEFORE_SWEPT, Set.of("L5")),
            new Expected(Mutants.Kind.WAKE_NOT_RESENT, Set.of("L5")),
            new Expected(Mutants.Kind.UNCONDITIONAL_KEY, Set.of("L5")),
            new Expected(Mutants.Kind.ONE_STATE_FOR_ALL_KEYS, Set.of("L5")),
            new Expected(Mutants.Kind.APPLIED_TWICE, Set.of("L2", "L5")));

    @TestFactory
    Collection<DynamicTest> aMutantIsCaughtByItsLaw() {
        List<DynamicTest> tests = new ArrayList<>();
        for (Expected expected : MUTANTS) {
            tests.add(DynamicTest.dynamicTest(expected.mutant().name(), () -> isCaught(expected)));
        }
        return tests;
    }

    private static void isCaught(Expected expected) {
        Mutants.Caught caught = Mutants.hunt(
                expected.mutant(), expected.laws(), WORLDS, expected.mutant().enough());
        System.out.println("mutant " + expected.mutant() + ": " + caught.byLaw() + " in " + caught.worlds()
                + " worlds, first " + caught.example());
        assertTrue(
                caught.byLaw().keySet().stream().anyMatch(expected.laws()::contains),
                () -> "Expected one of " + expected.laws() + " to be broken, but were " + caught.byLaw());
    }

    @Test
    void everyMutantIsExpected() {
        assertTrue(MUTANTS.stream()
                .map(Expected::mutant)
                .collect(java.util.stream.Collectors.toSet())
                .containsAll(Set.of(Mutants.Kind.values())));
    }
}

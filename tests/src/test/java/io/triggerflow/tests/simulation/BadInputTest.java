package io.triggerflow.tests.simulation;

import static io.triggerflow.tests.sim.Wf.complete;
import static io.triggerflow.tests.sim.Wf.each;
import static io.triggerflow.tests.sim.Wf.emit;
import static io.triggerflow.tests.sim.Wf.invoke;
import static io.triggerflow.tests.sim.Wf.join;
import static io.triggerflow.tests.sim.Wf.ruled;
import static io.triggerflow.tests.sim.Wf.set;
import static io.triggerflow.tests.sim.Wf.trigger;
import static io.triggerflow.tests.sim.Wf.x;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.triggerflow.core.model.Condition;
import io.triggerflow.core.model.Event;
import io.triggerflow.core.model.EventTypes;
import io.triggerflow.core.model.Failure;
import io.triggerflow.core.model.RetryPolicy;
import io.triggerflow.core.model.RunStatus;
import io.triggerflow.core.model.Scope;
import io.triggerflow.tests.sim.Faults;
import io.triggerflow.tests.sim.Judge;
import io.triggerflow.tests.sim.Plays;
import io.triggerflow.tests.sim.Reply;
import io.triggerflow.tests.sim.Sim;
import io.triggerflow.tests.sim.SimStore;
import io.triggerflow.tests.sim.Wf;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What is wrong has a stated outcome: nothing is lost, nothing loops, and nobody else suffers. */
@Execution(ExecutionMode.CONCURRENT)
class BadInputTest {
    private static final Scope RUN = new Scope("w", "r");

    private static SimStore.Kept run(Sim sim) {
        return sim.store().scopes().get(RUN);
    }

    private static Sim play(Plays plays) {
        Sim sim = Judge.judge(plays, Faults.NONE, 1);
        assertEquals(0, sim.dead(), "Expected no message to be given up");
        return sim;
    }

    private static Plays workflow(Wf wf) {
        return Plays.named("bad").deploy(wf).start("wf", "r", null);
    }

    private static String error(Sim sim) {
        return run(sim).root.failure().map(Failure::error).orElse("");
    }

    private static void send(Plays plays, Scope to, long millis) {
        Event event = new Event("1", "user", "e", "", Instant.EPOCH, Map.of("a", 1), Map.of());
        plays.raw(millis, event.addressedTo(to, 0));
    }

    @Test
    void anEventForAWorkspaceThatDoesNotExistIsParked() {
        Plays plays = Plays.named("unknown");
        send(plays, Scope.workspace("nowhere"), 10);
        Sim sim = play(plays);
        assertTrue(sim.store().allParked().iterator().next().reason().contains("nowhere"));
    }

    @Test
    void anEventForARunThatDoesNotExistYetIsParked() {
        Plays plays = workflow(Wf.named("wf").add(trigger("t").onStart().then(complete(1))));
        send(plays, new Scope("w", "later"), 20);
        assertEquals(1, play(plays).store().allParked().size());
    }

    @Test
    void anEventForAFinishedRunIsParkedAndChangesNothing() {
        Plays plays = workflow(Wf.named("wf")
                .add(trigger("t").onStart().then(complete(1)))
                .add(trigger("e").on("e").then(set("a", 1))));
        send(plays, RUN, 60_000);
        Sim sim = play(plays);
        assertEquals(1, sim.store().allParked().size());
        assertEquals(Map.of(), run(sim).root.context());
    }

    @Test
    void aPoisonEventOfAConditionIsDeclinedWithItsErrorInTheHistory() {
        Plays plays = workflow(Wf.named("wf")
                .add(trigger("t").on("e").when("$event.data.a + 'x' > 1").then(complete("never")))
                .add(trigger("u").on("f").then(complete("fine"))));
        send(plays, RUN, 20);
        plays.event(30, "r", "f", "", "2", 1);
        Sim sim = play(plays);
        assertEquals("fine", run(sim).root.output());
        assertTrue(run(sim).entries.values().stream().anyMatch(e -> e.note().contains("condition of t")));
    }

    @Test
    void aPoisonEventOfAnActionFailsTheRunWithoutAFailureRoute() {
        Plays plays = workflow(Wf.named("wf").add(trigger("t").on("e").then(set("b", x("$event.data.a + 'x'")))));
        send(plays, RUN, 20);
        assertEquals(Failure.EXPRESSION, error(play(plays)));
    }

    @Test
    void aRuleThatFailsIsTheJoinsFailure() {
        for (Condition.Size size : java.util.List.<Condition.Size>of(
                new Condition.Size.Fixed(3),
                new Condition.Size.Computed(new io.triggerflow.core.model.Expression("3")))) {
            Plays plays = workflow(Wf.named("wf")
                    .add(trigger("t")
                            .on("e")
                            .condition(ruled(size, "$succeeded + 'x' > 1"))
                            .then(complete("never"))));
            send(plays, RUN, 20);
            assertEquals(Failure.EXPRESSION, error(play(plays)));
        }
    }

    @Test
    void aSizeThatIsNoNumberIsTheJoinsFailure() {
        Plays plays = workflow(Wf.named("wf")
                .add(trigger("t").on("e").condition(join("'many'")).then(complete("never"))));
        send(plays, RUN, 20);
        assertEquals(Failure.EXPRESSION, error(play(plays)));
    }

    @Test
    void anEndlessExpressionIsCutShort() {
        Plays plays = workflow(Wf.named("wf")
                .add(trigger("t").on("e").then(set("b", x("($f := function($n) { $f($n + 1) + 1 }; $f(1))")))));
        send(plays, RUN, 20);
        assertEquals(Failure.EXPRESSION, error(play(plays)));
    }

    @Test
    void aFunctionThatDoesNotExistFailsItsTaskAtOnce() {
        Sim sim = play(workflow(Wf.named("wf").add(trigger("t").onStart().then(invoke("f"))))
                .functions(l -> new Reply.Refuse("ResourceNotFoundException")));
        assertEquals("ResourceNotFoundException", error(sim));
    }

    @Test
    void aFunctionThatTimesOutFailsItsTaskAtItsLimit() {
        Sim sim = play(workflow(Wf.named("wf")
                        .add(trigger("t")
                                .onStart()
                                .then(invoke("f", RetryPolicy.NONE, Optional.of(Duration.ofSeconds(7))))))
                .functions(l -> new Reply.Lose()));
        assertEquals(Failure.TIMED_OUT, error(sim));
        assertEquals(
                Duration.ofSeconds(7),
                Duration.between(
                        run(sim).root.startedAt(), run(sim).root.endedAt().orElseThrow()));
    }

    @Test
    void aFunctionThatIsThrottledForEverFailsItsTaskInTheEnd() {
        Sim sim = play(workflow(Wf.named("wf").add(trigger("t").onStart().then(invoke("f"))))
                .functions(l -> new Reply.Throttle()));
        assertEquals("TooManyRequestsException", error(sim));
    }

    @Test
    void aJoinOfNothingHoldsAtOnce() {
        Sim sim = play(workflow(
                Wf.named("wf").add(trigger("t").on("never").condition(join("0")).then(complete("empty")))));
        assertEquals("empty", run(sim).root.output());
    }

    @Test
    void aWorkflowThatLoopsEndsAtItsLimit() {
        Wf inTurn = Wf.named("wf")
                .maxTransitions(50)
                .add(trigger("t").onStart().on("again").then(emit("again", "", 1)));
        Sim sim = play(workflow(inTurn));
        assertEquals(Failure.MAX_TRANSITIONS, error(sim));
        Wf throughFunctions = Wf.named("wf")
                .maxTransitions(50)
                .add(trigger("t").onStart().on(EventTypes.TASK_SUCCEEDED, "f").then(invoke("f")));
        Sim other = play(workflow(throughFunctions));
        assertEquals(Failure.MAX_TRANSITIONS, error(other));
        assertTrue(other.calls().size() <= 51);
    }

    @Test
    void aWorkflowThatLoopsForLongGoesOnThroughTheQueue() {
        Sim sim = play(workflow(Wf.named("wf")
                .maxTransitions(3_000)
                .add(trigger("t").onStart().on("again").then(emit("again", "", 1)))));
        assertEquals(Failure.MAX_TRANSITIONS, error(sim));
    }

    @Test
    void aFanOutOfThousandsGoesInSlices() {
        Wf wf = Wf.named("wf")
                .add(trigger("t").onStart().then(set("n", 3_000), each("f", "[1..3000]")))
                .add(trigger("all")
                        .on(EventTypes.TASK_SUCCEEDED, "f")
                        .condition(join("$run.context.n"))
                        .then(complete(x("$sum($results)"))));
        Sim sim = Judge.play(workflow(wf), new Faults(1, 0.001, 0, 0, 0, 0, 0.05, 0, 0, true, 100, 5_000), 1);
        assertEquals(4_501_500L, ((Number) run(sim).root.output()).longValue());
        assertEquals(RunStatus.SUCCEEDED, run(sim).root.status());
    }
}

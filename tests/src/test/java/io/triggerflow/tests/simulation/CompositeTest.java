package io.triggerflow.tests.simulation;

import static io.triggerflow.tests.sim.Wf.complete;
import static io.triggerflow.tests.sim.Wf.fail;
import static io.triggerflow.tests.sim.Wf.invoke;
import static io.triggerflow.tests.sim.Wf.trigger;
import static io.triggerflow.tests.sim.Wf.x;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.triggerflow.core.composite.CompositeText;
import io.triggerflow.core.model.Action;
import io.triggerflow.core.model.Composite;
import io.triggerflow.core.model.CompositeRule;
import io.triggerflow.core.model.Condition;
import io.triggerflow.core.model.Event;
import io.triggerflow.core.model.EventPattern;
import io.triggerflow.core.model.EventTypes;
import io.triggerflow.core.model.Launch;
import io.triggerflow.core.model.RetryPolicy;
import io.triggerflow.core.model.RunStatus;
import io.triggerflow.core.model.Scope;
import io.triggerflow.tests.sim.Composed;
import io.triggerflow.tests.sim.Faults;
import io.triggerflow.tests.sim.Judge;
import io.triggerflow.tests.sim.Mutants;
import io.triggerflow.tests.sim.Plays;
import io.triggerflow.tests.sim.Sim;
import io.triggerflow.tests.sim.Wf;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Composite events as a condition, by the loop of the engine. */
@Execution(ExecutionMode.CONCURRENT)
class CompositeTest {
    private static final long MINUTE = 60_000;

    private static Action called(String function, String key) {
        return new Action.Invoke(
                function,
                Optional.of(Map.of("key", x(key))),
                Optional.of(function),
                Optional.empty(),
                Optional.empty(),
                RetryPolicy.NONE,
                Optional.empty(),
                Action.Correlation.PAYLOAD);
    }

    private static List<Object> keys(Sim sim, String function) {
        return sim.calls().stream()
                .filter(c -> c.function().equals(function))
                .map(Launch.Invoke::payload)
                .map(p -> ((Map<?, ?>) p).get("key"))
                .<Object>map(k -> k)
                .toList();
    }

    private static Plays events(Plays plays, String... typesAndKeys) {
        for (int i = 0; i < typesAndKeys.length; i++) {
            String[] one = typesAndKeys[i].split(" ");
            plays.event((i + 1) * MINUTE, "", one[0], "", "e" + i, Map.of("k", one[1]));
        }
        return plays;
    }

    @Test
    void aWakeUpThatIsLostIsSentByTheSweeper() {
        Plays plays = Plays.named("lost wakes")
                .standing(Composed.on("overdue", "NOT(b)[a, PT20M] by $.k").then(called("f", "$key")));
        events(plays, "a x", "a y", "b y");
        assertEquals(List.of("x"), keys(Judge.judge(plays, Faults.NONE, 1, Mutants.allWakesLost()), "f"));
    }

    @Test
    void anEventThatComesTooLateBecomesAnEventThatSaysSo() {
        Plays plays = Plays.named("late")
                .standing(
                        Composed.on("pair", "SEQ(a, b) by $.k late emit").then(called("f", "$key")),
                        trigger("late").on(EventTypes.LATE, "pair").then(called("g", "$event.data.data.k")));
        events(plays, "a x", "b x");
        Event old =
                new Event("old", "user", "a", "", Instant.parse("2025-12-31T23:00:00Z"), Map.of("k", "x"), Map.of());
        Sim sim = Judge.judge(plays.raw(10 * MINUTE, old.addressedTo(Scope.workspace("w"), 0)), Faults.NONE, 1);
        assertEquals(List.of("x"), keys(sim, "f"));
        assertEquals(List.of("x"), keys(sim, "g"));
    }

    @Test
    void aKeyThatHoldsTooMuchFailsAndNoOther() {
        Plays plays = Plays.named("overflow")
                .standing(Composed.on("pair", "SEQ(a, b) by $.k cap 1 overflow fail")
                        .then(called("f", "$key"))
                        .onFailure(called("g", "$key & ' ' & $failure.error")));
        events(plays, "a x", "a y", "a x", "b y", "b x", "a x");
        Sim sim = Judge.judge(plays, Faults.NONE, 1);
        assertEquals(List.of("x Triggerflow.Overflow"), keys(sim, "g"));
        assertEquals(List.of("y"), keys(sim, "f"));
    }

    @Test
    void onceIsOnceAKey() {
        Plays plays = Plays.named("once")
                .standing(Composed.on("pair", "SEQ(a, b) by $.k").once().then(called("f", "$key")));
        events(plays, "a x", "b x", "a x", "b x", "a y", "b y");
        assertEquals(List.of("x", "y"), keys(Judge.judge(plays, Faults.NONE, 1), "f"));
    }

    @Test
    void whatIsDetectedIsSeenByTheActions() {
        Plays plays = Plays.named("seen")
                .standing(Composed.on("all", "A*(a, b, c)")
                        .then(called("f", "$string($events.b.data.k) & $detection.start & $event.data.start")));
        events(plays, "a x", "b 1", "b 2", "c x");
        assertEquals(
                List.of("[\"1\",\"2\"]2026-01-01T00:01:00Z2026-01-01T00:01:00Z"),
                keys(Judge.judge(plays, Faults.NONE, 1), "f"));
    }

    /** A run's launch whose end only a composite event heard is not taken for lost while the other events are awaited. */
    @Test
    void anEndThatACompositeEventHeardIsNotTakenForLost() {
        CompositeRule rule = CompositeText.read("SEQ(done, go)");
        Map<String, Composite.Source> sources = new TreeMap<>();
        sources.put(
                "done",
                new Composite.Source(
                        List.of(new EventPattern.Exact(EventTypes.TASK_SUCCEEDED, Optional.of("f"))),
                        Optional.empty()));
        sources.put(
                "go", new Composite.Source(List.of(new EventPattern.Exact("go", Optional.empty())), Optional.empty()));
        Wf wf = Wf.named("wf")
                .add(trigger("start").onStart().then(invoke("f")))
                .add(trigger("lost").on(EventTypes.TASK_TIMED_OUT, "f").then(fail("Lost")))
                .add(trigger("both")
                        .on(EventTypes.TASK_SUCCEEDED, "f")
                        .on("go")
                        .condition(new Condition.Composite(sources, rule))
                        .then(complete(x("$count($events.done)"))));
        Sim sim = Judge.judge(
                Plays.named("heard").deploy(wf).start("wf", "r", null).event(180 * MINUTE, "r", "go", "", "go", 1),
                Faults.NONE,
                1);
        var root = sim.store().scopes().get(new Scope("w", "r")).root;
        assertEquals(RunStatus.SUCCEEDED, root.status(), root::toString);
        assertEquals(1, root.output());
    }
}

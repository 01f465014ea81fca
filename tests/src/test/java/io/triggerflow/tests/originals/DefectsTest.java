package io.triggerflow.tests.originals;

import static io.triggerflow.tests.sim.Wf.complete;
import static io.triggerflow.tests.sim.Wf.each;
import static io.triggerflow.tests.sim.Wf.emit;
import static io.triggerflow.tests.sim.Wf.invoke;
import static io.triggerflow.tests.sim.Wf.join;
import static io.triggerflow.tests.sim.Wf.retry;
import static io.triggerflow.tests.sim.Wf.schedule;
import static io.triggerflow.tests.sim.Wf.set;
import static io.triggerflow.tests.sim.Wf.trigger;
import static io.triggerflow.tests.sim.Wf.x;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.triggerflow.core.definition.DefinitionException;
import io.triggerflow.core.definition.DefinitionReader;
import io.triggerflow.core.model.Action;
import io.triggerflow.core.model.Event;
import io.triggerflow.core.model.EventTypes;
import io.triggerflow.core.model.RetryPolicy;
import io.triggerflow.core.model.RunStatus;
import io.triggerflow.core.model.Scope;
import io.triggerflow.tests.sim.Faults;
import io.triggerflow.tests.sim.Judge;
import io.triggerflow.tests.sim.Plays;
import io.triggerflow.tests.sim.Scenarios;
import io.triggerflow.tests.sim.Sim;
import io.triggerflow.tests.sim.SimStore;
import io.triggerflow.tests.sim.Wf;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The defects of the original, one by one: none of them can happen here. */
class DefectsTest {
    private static final Scope RUN = new Scope("w", "r");
    /** Processes die often, and every answer may be lost. */
    private static final Faults CRASHING = new Faults(2, 0.15, 0, 0.05, 0, 0, 0.2, 0, 0, true, 5, 25);

    private static SimStore.Kept run(Sim sim) {
        return sim.store().scopes().get(RUN);
    }

    private static long firings(Sim sim, String trigger) {
        return sim.store().scopes().values().stream()
                .flatMap(k -> k.entries.values().stream())
                .flatMap(e -> e.firings().stream())
                .filter(f -> f.trigger().equals(trigger))
                .count();
    }

    private static Plays events(Plays plays, int n, String type) {
        for (int i = 0; i < n; i++) {
            plays.event(20 + i, "r", type, "", "e" + i, i);
        }
        return plays;
    }

    private static Plays tenOf(int n) {
        Wf wf = Wf.named("ten")
                .add(trigger("ten").on("e").condition(join(10)).then(invoke("f")))
                .add(trigger("noise").on("e").then(set("seen", true)));
        return events(Plays.named("ten").deploy(wf).start("ten", "r", null).mayWait(s -> true), n, "e");
    }

    @Test
    void l1AnActionIsNotRunAgainByWhatIsDeliveredAgain() {
        // Thorough judging delivers every batch again, as after a restart without any acknowledgement.
        Sim sim = Judge.judge(tenOf(100), Faults.NONE, 1);
        assertEquals(1, sim.calls().size());
    }

    @Test
    void l2AHalfFullJoinIsNotCountedTwiceAfterACrash() {
        for (long seed = 0; seed < 200; seed++) {
            Sim sim = Judge.judge(tenOf(6), CRASHING, seed);
            assertEquals(0, firings(sim, "ten"));
            assertEquals(6, run(sim).states.get("ten").members().size());
        }
    }

    @Test
    void l3OneEventTenTimesIsOneMember() {
        Plays plays = Plays.named("same")
                .deploy(Wf.named("ten")
                        .add(trigger("ten").on("e").condition(join(10)).then(invoke("f"))))
                .start("ten", "r", null)
                .mayWait(s -> true);
        for (int i = 0; i < 10; i++) {
            plays.event(20 + i, "r", "e", "", "the same", i);
        }
        assertEquals(0, firings(Judge.judge(plays, Faults.NONE, 1), "ten"));
    }

    @Test
    void l4AJoinFiresOnceWhateverComesAfter() {
        assertEquals(1, firings(Judge.judge(tenOf(13), Faults.NONE, 1), "ten"));
    }

    @Test
    void l4ASecondRunHasAJoinOfItsOwn() {
        Wf wf = Wf.named("two").add(trigger("all").on("e").condition(join(2)).then(complete("done")));
        Plays plays = Plays.named("two").deploy(wf);
        for (String run : List.of("a", "b")) {
            plays.start("two", run, null).event(20, run, "e", "", "1", 1).event(21, run, "e", "", "2", 2);
        }
        assertEquals(2, firings(Judge.judge(plays, CRASHING, 3), "all"));
    }

    @Test
    void l5AnEventBeforeItsTriggerIsHeldForIt() {
        Plays plays = Plays.named("early")
                .deploy(Wf.named("early").add(trigger("go").onStart().then(set("a", 1))))
                .start("early", "r", null)
                .event(20, "r", "e", "", "1", 1);
        plays.at(
                60_000,
                control -> control.addTriggers(
                        RUN,
                        List.of(trigger("late").on("e").then(complete("had")).build())));
        assertEquals("had", run(Judge.judge(plays, Faults.NONE, 1)).root.output());
    }

    @Test
    void l6ANewTriggerOnAKnownTypeIsSeenByARunningEngine() {
        Plays plays = Plays.named("new")
                .standing(trigger("a").on("e").then(set("a", 1)))
                .event(20, "", "e", "", "1", 1);
        plays.at(
                        1_000,
                        control -> control.addTriggers(
                                Scope.workspace("w"),
                                List.of(trigger("b").on("e").then(set("b", 1)).build())))
                .event(2_000, "", "e", "", "2", 1);
        Sim sim = Judge.judge(plays, Faults.NONE, 1);
        assertEquals(List.of(2L, 1L), List.of(firings(sim, "a"), firings(sim, "b")));
    }

    @Test
    void l7ADeletedTriggerFiresNoMoreAndDoesNotComeBack() {
        Plays plays = Plays.named("deleted")
                .standing(
                        trigger("a").on("e").condition(join(1)).then(set("a", 1)),
                        trigger("b").on("e").then(set("b", x("$event.id"))))
                .event(20, "", "e", "", "1", 1);
        plays.at(1_000, control -> control.switchTrigger(Scope.workspace("w"), Action.Operation.RETIRE, "a"));
        plays.at(
                1_500,
                control -> assertEquals(
                        List.of("b"),
                        control.triggers(Scope.workspace("w")).stream()
                                .map(t -> t.trigger().id())
                                .toList()));
        plays.event(2_000, "", "e", "", "2", 1)
                .at(
                        3_000,
                        control -> assertEquals(
                                1, control.triggers(Scope.workspace("w")).size()));
        Sim sim = Judge.judge(plays, Faults.NONE, 1);
        assertEquals(List.of(1L, 2L), List.of(firings(sim, "a"), firings(sim, "b")));
    }

    @Test
    void l8TriggersThatFireOnceDoNotSkipTheirNeighbours() {
        Wf wf = Wf.named("once");
        List.of("a", "b", "c").forEach(id -> wf.add(trigger(id).on("e").once().then(set(id, 1))));
        for (long seed = 0; seed < 50; seed++) {
            Sim sim = Judge.judge(
                    events(
                            Plays.named("once")
                                    .deploy(wf)
                                    .start("once", "r", null)
                                    .mayWait(s -> true),
                            3,
                            "e"),
                    CRASHING,
                    seed);
            assertEquals(List.of(1L, 1L, 1L), List.of(firings(sim, "a"), firings(sim, "b"), firings(sim, "c")));
        }
    }

    @Test
    void l9AnUnknownConditionOrActionFailsItsRunAndNothingElse() {
        Wf bad = Wf.named("bad").add(trigger("t").onStart().then(new Action.Custom("no such action", Map.of())));
        Wf worse = Wf.named("worse")
                .add(trigger("t")
                        .onStart()
                        .condition(new io.triggerflow.core.model.Condition.Custom("no such condition", Map.of()))
                        .then(complete(1)));
        Wf good = Wf.named("good").add(trigger("t").onStart().then(complete("fine")));
        Sim sim = Judge.judge(
                Plays.named("unknown")
                        .deploy(bad, worse, good)
                        .start("bad", "bad", null)
                        .start("worse", "worse", null)
                        .start("good", "r", null),
                Faults.NONE,
                1);
        assertEquals("fine", run(sim).root.output());
        assertEquals(
                RunStatus.FAILED,
                sim.store().scopes().get(new Scope("w", "bad")).root.status());
        assertEquals(
                RunStatus.FAILED,
                sim.store().scopes().get(new Scope("w", "worse")).root.status());
        assertEquals(0, sim.dead());
    }

    @Test
    void l10AFailingActionIsRetriedAndThenFailsTheRunWithItsCause() {
        Wf wf = Wf.named("fails").add(trigger("t").onStart().then(invoke("f", retry(3), Optional.empty())));
        Sim sim = Judge.judge(
                Plays.named("fails")
                        .deploy(wf)
                        .start("fails", "r", null)
                        .functions(l -> io.triggerflow.tests.sim.Reply.fail("Boom")),
                Faults.NONE,
                1);
        assertEquals(3, sim.calls().size());
        assertEquals("Boom", run(sim).root.failure().orElseThrow().error());
        assertEquals(
                "Boom",
                run(sim).root.failure().orElseThrow().cause().orElseThrow().error());
    }

    @Test
    void l11AFiringWritesOnlyItself() {
        Wf wf = Wf.named("many");
        for (int i = 0; i < 200; i++) {
            wf.add(trigger("t" + i).on("e", "s" + i).then(invoke("f")));
        }
        Plays plays = Plays.named("many").deploy(wf).start("many", "r", null).mayWait(s -> true);
        for (int i = 0; i < 50; i++) {
            plays.event(20 + i, "r", "e", "s7", "e" + i, i);
        }
        Sim sim = Judge.judge(plays, Faults.NONE, 1);
        assertEquals(50, sim.calls().size());
        // The start, fifty firings, fifty terminations that nobody wants: one write each.
        assertEquals(101, sim.asked("commit"));
    }

    @Test
    void l12AFreshEngineReadsNoHistory() {
        Plays few = Plays.named("few").standing(trigger("t").on("e").then(invoke("f")));
        Plays many = Plays.named("many").standing(trigger("t").on("e").then(invoke("f")));
        for (int i = 0; i < 500; i++) {
            many.event(20 + i, "", "e", "", "e" + i, i);
        }
        few.event(20, "", "e", "", "e", 0);
        Sim one = Judge.judge(few, Faults.NONE, 1);
        Sim all = Judge.judge(many, Faults.NONE, 1);
        // One read of the root an event, and none of what was done before.
        assertEquals(1_000, all.asked("load") - (one.asked("load") - 2) - 499);
        assertEquals(0, all.asked("entries") + all.asked("entry") + all.asked("segments") + all.asked("state"));
    }

    @Test
    void l13WhatAWorkflowEmitsToItselfSurvivesACrashAndIsRecognised() {
        for (long seed = 0; seed < 200; seed++) {
            Judge.judge(Scenarios.of(Scenarios.Kind.CHAIN, new SplittableRandom(seed)), CRASHING, seed);
        }
    }

    @Test
    void l14AFunctionThatIsLaunchedTwiceIsOneMember() {
        boolean twice = false;
        for (long seed = 0; seed < 200; seed++) {
            Sim sim = Judge.judge(Scenarios.of(Scenarios.Kind.FAN, new SplittableRandom(seed)), CRASHING, seed);
            assertEquals(1, firings(sim, "all"));
            twice |= sim.accepted().values().stream().anyMatch(n -> n > 1);
        }
        assertTrue(twice, "Expected some launch to be repeated, or nothing is shown");
    }

    @Test
    void l15AnyIdIsAnId() {
        Plays plays = Plays.named("ids")
                .deploy(Wf.named("ids")
                        .add(trigger("all").on("e").condition(join(4)).then(complete("all"))))
                .start("ids", "r", null);
        List.of("0", "é#|/ \n", "x".repeat(2_000), "join:all#1").forEach(id -> plays.event(20, "r", "e", "", id, 1));
        assertEquals("all", run(Judge.judge(plays, Faults.NONE, 1)).root.output());
    }

    @Test
    void l16ARetryHoldsNobodyUp() {
        RetryPolicy slow = new RetryPolicy(List.of("*"), 5, Duration.ofHours(1), 2, Duration.ofHours(10), 0);
        Wf bad = Wf.named("slow").add(trigger("t").onStart().then(invoke("f", slow, Optional.empty())));
        Wf good = Wf.named("quick")
                .add(trigger("t").onStart().then(invoke("g")))
                .add(trigger("e").on(EventTypes.TASK_SUCCEEDED, "g").then(complete("quick")));
        Plays plays = Plays.named("retry")
                .deploy(bad, good)
                .start("slow", "slow", null)
                .start("quick", "r", null)
                .functions(l -> l.function().equals("f")
                        ? io.triggerflow.tests.sim.Reply.fail("No")
                        : io.triggerflow.tests.sim.Reply.succeed(1));
        Sim sim = Judge.judge(plays, Faults.NONE, 1);
        assertTrue(run(sim).root.endedAt().orElseThrow().isBefore(Instant.parse("2026-01-01T00:00:01Z")));
        assertEquals(
                RunStatus.FAILED,
                sim.store().scopes().get(new Scope("w", "slow")).root.status());
    }

    @Test
    void l17MapsShareNoCounterAndAMapOfNothingEnds() {
        Wf wf = Wf.named("map")
                .add(trigger("go").onStart().then(each("f", "$run.input.items")))
                .add(trigger("all")
                        .on(EventTypes.TASK_SUCCEEDED, "f")
                        .condition(join("$count($run.input.items)"))
                        .then(complete(x("$count($results)"))));
        Plays plays = Plays.named("maps").deploy(wf);
        for (int n = 0; n < 4; n++) {
            plays.start("map", "r" + n, Map.of("items", java.util.Collections.nCopies(n, 1)));
        }
        Sim sim = Judge.judge(plays, Faults.ORDER, 1);
        for (int n = 0; n < 4; n++) {
            assertEquals(
                    n,
                    ((Number) sim.store()
                                    .scopes()
                                    .get(new Scope("w", "r" + n))
                                    .root
                                    .output())
                            .intValue());
        }
    }

    @Test
    void l17ConditionsCompareWhatTheySayAndCombine() {
        Wf wf = Wf.named("rules")
                .add(trigger("t")
                        .onStart()
                        .when("$toMillis($run.input.a) < $toMillis($run.input.b) and $not($run.input.no) or false")
                        .then(complete("then")))
                .add(trigger("e")
                        .onStart()
                        .when("$toMillis($run.input.a) >= $toMillis($run.input.b)")
                        .then(complete("else")));
        Map<String, Object> input = Map.of("a", "2026-01-01T00:00:00Z", "b", "2026-01-02T00:00:00Z", "no", false);
        assertEquals(
                "then",
                run(Judge.judge(Plays.named("rules").deploy(wf).start("rules", "r", input), Faults.NONE, 1))
                        .root
                        .output());
    }

    @Test
    void l18AnArnIsLaunchedAsItIsAndItsEndFindsItsJoin() {
        String arn = "arn:aws:lambda:eu-west-1:123456789012:function:f:live";
        Wf wf = Wf.named("arn")
                .add(trigger("go").onStart().then(each(arn, "[{\"a\": 1}, {\"a\": 2}]")))
                .add(trigger("all")
                        .on(EventTypes.TASK_SUCCEEDED, arn)
                        .condition(join(2))
                        .then(complete(x("$sum($results.a)"))));
        Sim sim = Judge.judge(Plays.named("arn").deploy(wf).start("arn", "r", null), Faults.NONE, 1);
        assertEquals(3, ((Number) run(sim).root.output()).intValue());
        assertTrue(sim.calls().stream().allMatch(c -> c.function().equals(arn)));
    }

    @Test
    void l19DeletingAWorkspaceLeavesThoseWhoseNamesBeginAlike() {
        SimStore store = new SimStore();
        for (String name : List.of("a", "a-b", "ab")) {
            store.create(
                    io.triggerflow.core.model.ScopeState.started(
                            Scope.workspace(name), Optional.empty(), null, Optional.empty(), Instant.EPOCH),
                    List.of());
        }
        store.deleteWorkspace("a");
        assertEquals(
                List.of("a-b", "ab"),
                store.workspaces(10, Optional.empty()).items().stream()
                        .map(s -> s.scope().workspace())
                        .toList());
    }

    @Test
    void l20ManyEnginesWorkSideBySide() {
        Faults many = new Faults(6, 0.02, 0, 0, 0, 0, 0.1, 0.1, 0, true, 4, 25);
        for (long seed = 0; seed < 100; seed++) {
            assertTrue(firings(Judge.judge(tenOf(30), many, seed), "ten") == 1);
        }
    }

    @Test
    void l21ATimerOutlivesEveryProcess() {
        Wf wf = Wf.named("timer")
                .add(trigger("go").onStart().then(schedule("t", "P2D")))
                .add(trigger("t").on(EventTypes.TIMER_FIRED, "t").then(complete("rang")));
        for (long seed = 0; seed < 50; seed++) {
            Sim sim = Judge.judge(Plays.named("timer").deploy(wf).start("timer", "r", null), CRASHING, seed);
            assertEquals("rang", run(sim).root.output());
            assertFalse(run(sim).root.endedAt().orElseThrow().isBefore(Instant.parse("2026-01-03T00:00:00Z")));
        }
    }

    @Test
    void s1WhatIsDeployedIsDataAndNeverCode() {
        DefinitionReader reader = new DefinitionReader(e -> Optional.empty());
        assertThrows(
                DefinitionException.class,
                () -> reader.definition(Map.of(
                        "workflow",
                        "w",
                        "triggers",
                        List.of(Map.of("id", "t", "on", "x", "actions", List.of(Map.of("python", "gASV..")))))));
        // A Java name is a text like any other; $eval, which would make code from data, is refused.
        Wf wf = Wf.named("code")
                .add(trigger("t").onStart().then(set("class", "java.lang.Runtime"), set("n", x("$eval('1+1')"))));
        Sim sim = Judge.judge(Plays.named("code").deploy(wf).start("code", "r", null), Faults.NONE, 1);
        assertEquals(RunStatus.FAILED, run(sim).root.status());
        assertTrue(run(sim).root.failure().orElseThrow().message().contains("$eval"));
    }

    @Test
    void s2NobodySpeaksForTheEngine() {
        Plays plays = Plays.named("forged")
                .deploy(Wf.named("w").add(trigger("t").on("e").then(complete("e"))))
                .start("w", "r", null)
                .mayWait(s -> true);
        Event forged = new Event("1", "me", EventTypes.CANCEL, "", Instant.EPOCH, null, Map.of());
        Event stolen = new Event("1", Event.ENGINE_SOURCE, "e", "", Instant.EPOCH, null, Map.of());
        plays.at(100, control -> {
            assertThrows(io.triggerflow.core.control.ControlException.class, () -> control.emit(RUN, List.of(forged)));
            assertThrows(io.triggerflow.core.control.ControlException.class, () -> control.emit(RUN, List.of(stolen)));
        });
        assertEquals(
                RunStatus.RUNNING, run(Judge.judge(plays, Faults.NONE, 1)).root.status());
    }

    @Test
    void s3AFunctionSeesItsPayloadAndNothingOfTheContext() {
        Wf wf = Wf.named("secret")
                .add(trigger("t").onStart().then(set("secret", "hunter2"), emit("go", "", Map.of("visible", 1))))
                .add(trigger("go").on("go").then(invoke("f"), complete("ok")));
        Sim sim = Judge.judge(Plays.named("secret").deploy(wf).start("secret", "r", null), Faults.NONE, 1);
        assertEquals(Map.of("visible", 1), sim.calls().getFirst().payload());
        assertFalse(sim.calls().toString().contains("hunter2"));
    }
}

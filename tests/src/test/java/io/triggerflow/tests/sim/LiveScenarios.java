package io.triggerflow.tests.sim;

import static io.triggerflow.tests.sim.Scenarios.RUN;
import static io.triggerflow.tests.sim.Scenarios.expect;
import static io.triggerflow.tests.sim.Scenarios.items;
import static io.triggerflow.tests.sim.Wf.complete;
import static io.triggerflow.tests.sim.Wf.each;
import static io.triggerflow.tests.sim.Wf.emit;
import static io.triggerflow.tests.sim.Wf.intercept;
import static io.triggerflow.tests.sim.Wf.interceptor;
import static io.triggerflow.tests.sim.Wf.invoke;
import static io.triggerflow.tests.sim.Wf.join;
import static io.triggerflow.tests.sim.Wf.retry;
import static io.triggerflow.tests.sim.Wf.set;
import static io.triggerflow.tests.sim.Wf.trigger;
import static io.triggerflow.tests.sim.Wf.turn;
import static io.triggerflow.tests.sim.Wf.x;

import io.triggerflow.core.control.Control;
import io.triggerflow.core.control.ControlException;
import io.triggerflow.core.definition.DefinitionReader.PatchFile;
import io.triggerflow.core.model.Action;
import io.triggerflow.core.model.Condition;
import io.triggerflow.core.model.EventTypes;
import io.triggerflow.core.model.Interceptor.Point;
import io.triggerflow.core.model.RetryPolicy;
import io.triggerflow.core.model.RunStatus;
import io.triggerflow.core.model.Scope;
import io.triggerflow.core.model.Trigger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeSet;

/** Workflows that are intercepted and rewired while they run. */
final class LiveScenarios {
    private static final List<Point> HOLDING =
            List.of(Point.BEFORE_CONDITION, Point.AFTER_CONDITION, Point.BEFORE_ACTION);

    private LiveScenarios() {}

    /** A verb of a client that asks again after it was done, or whose run has ended meanwhile. */
    private static void unlessDone(Runnable verb) {
        try {
            verb.run();
        } catch (ControlException e) {
            if (e.kind() == ControlException.Kind.INVALID) {
                throw e;
            }
        }
    }

    private static List<Object> payloads(Sim sim, String function) {
        TreeSet<String> found = new TreeSet<>();
        sim.calls().stream()
                .filter(c -> c.function().equals(function))
                .forEach(c -> found.add(String.valueOf(c.payload())));
        return List.copyOf(found);
    }

    private static void require(Sim sim, boolean holds, String what) {
        if (!holds) {
            sim.broken("L5", what + "; calls: " + sim.calls());
        }
    }

    /** A workflow that intercepts itself at its start, in each of the ways that change what happens. */
    static Scenario intercepted(SplittableRandom random) {
        return switch (random.nextInt(7)) {
            case 0 -> redacted(random);
            case 1 -> answered(random);
            case 2 -> answeredFan(random);
            case 3 -> members(random);
            case 4 -> instead(random);
            case 5 -> failing(random);
            default -> breaker(random);
        };
    }

    /** The workflow's guard stands before everything else. */
    private static Wf guarded(String name, Wf.I... interceptors) {
        return Wf.named(name)
                .add(trigger("guard").onStart().then(intercept(interceptors), emit("go", "", x("$run.input"))));
    }

    private static Scenario redacted(SplittableRandom random) {
        boolean fan = random.nextBoolean();
        Object payload = Map.of("secret", x("'*' & $string($payload.secret)"), "n", x("$payload.n"));
        Wf wf = guarded(
                        "redacted",
                        interceptor("redact", "work*", Point.BEFORE_ACTION)
                                .launching(Optional.empty(), Optional.of(payload), Optional.empty()),
                        interceptor("again", "work", Point.BEFORE_ACTION)
                                .priority(-1)
                                .launching(
                                        Optional.of(x("$function & '2'")),
                                        Optional.of(Map.of("once", x("$payload"))),
                                        Optional.empty()),
                        interceptor("log", "work", Point.AFTER_ACTION).doing(emit("log", "", x("$count($launches)"))))
                .add(trigger("logged").on("log").then(set("logged", x("$event.data"))))
                .add(trigger("work").on("go").then(fan ? each("f", "[$event.data]") : invoke("f")))
                .add(trigger("end")
                        .on(EventTypes.TASK_SUCCEEDED, "f")
                        .then(complete(x("$event.data.once.secret & $string($run.context.logged)"))));
        return Plays.named("redacted" + (fan ? " fan" : ""))
                .deploy(wf)
                .start("redacted", "r", Map.of("secret", 7, "n", 1))
                .judge(sim -> {
                    expect(sim, RunStatus.SUCCEEDED, "*71");
                    require(sim, payloads(sim, "f").isEmpty(), "expected f2 to be launched instead of f");
                });
    }

    /** A launch that is answered in the function's place: each of its attempts. */
    private static Scenario answered(SplittableRandom random) {
        boolean fails = random.nextBoolean();
        Object answer = fails ? Map.of("error", "Injected", "message", "no") : Map.of("result", Map.of("n", 3));
        Action launch =
                invoke("f", retry(2), random.nextBoolean() ? Optional.of(Duration.ofHours(1)) : Optional.empty());
        Wf wf = guarded(
                        "answered",
                        interceptor("mock", "work", Point.BEFORE_ACTION)
                                .launching(Optional.empty(), Optional.empty(), Optional.of(answer)))
                .add(trigger("work").on("go").then(launch).onFailure(complete(x("$failure.error"))))
                .add(trigger("end").on(EventTypes.TASK_SUCCEEDED, "f").then(complete(x("$event.data.n"))));
        return Plays.named("answered" + (fails ? " badly" : ""))
                .deploy(wf)
                .start("answered", "r", null)
                .judge(sim -> {
                    expect(sim, RunStatus.SUCCEEDED, fails ? "Injected" : 3);
                    require(sim, sim.calls().isEmpty(), "expected nothing to be launched");
                });
    }

    private static Scenario answeredFan(SplittableRandom random) {
        int n = random.nextInt(4) == 0 ? 101 + random.nextInt(20) : 1 + random.nextInt(6);
        Wf wf = guarded(
                        "answered-fan",
                        interceptor("mock", "work", Point.BEFORE_ACTION)
                                .launching(Optional.empty(), Optional.empty(), Optional.of(Map.of("result", 2))))
                .add(trigger("work").on("go").then(each("f", "$run.input")))
                .add(trigger("end")
                        .on(EventTypes.TASK_SUCCEEDED, "f")
                        .condition(random.nextBoolean() ? join("$count($run.input)") : join(n))
                        .then(complete(x("$sum($results)"))));
        return Plays.named("answered fan of " + n)
                .deploy(wf)
                .start("answered-fan", "r", items(n))
                .judge(sim -> {
                    expect(sim, RunStatus.SUCCEEDED, 2 * n);
                    require(sim, sim.calls().isEmpty(), "expected nothing to be launched");
                });
    }

    /** Events of a join: some are skipped, the others changed twice, in the order of priorities. */
    private static Scenario members(SplittableRandom random) {
        int n = 2 + random.nextInt(4);
        Wf wf = guarded(
                        "members",
                        interceptor("twice", "all", Point.BEFORE_CONDITION).data(x("$event.data * 2")),
                        interceptor("more", "all", Point.BEFORE_CONDITION)
                                .priority(5)
                                .data(x("$event.data + 1")),
                        interceptor("odd", "all", Point.BEFORE_CONDITION)
                                .priority(9)
                                .when("$event.data > 100")
                                .skip())
                .add(trigger("all")
                        .on("e")
                        .condition(random.nextBoolean() ? join(n) : join("$run.input"))
                        .then(complete(x("$sum($results)"))));
        Plays plays =
                Plays.named("members " + n).deploy(wf).start("members", "r", n).undetermined();
        int sum = 0;
        for (int i = 0; i < n; i++) {
            sum += 2 * (i + 1);
            plays.event(3_600_000L + random.nextInt(40), "r", "e", "", "e" + i, i);
            plays.event(3_600_000L + random.nextInt(40), "r", "e", "", "odd" + i, 200);
        }
        int expected = sum;
        return plays.judge(sim -> expect(sim, RunStatus.SUCCEEDED, expected));
    }

    /** The condition and the actions of others. */
    private static Scenario instead(SplittableRandom random) {
        boolean stateful = random.nextBoolean();
        Wf.T work = trigger("work").on("go").then(invoke("f"));
        Wf wf = guarded(
                        "instead",
                        interceptor("yes", "work", Point.INSTEAD_OF_CONDITION).holds("$event.data = 1"),
                        interceptor("other", "work", Point.INSTEAD_OF_ACTION).doing(invoke("g")),
                        interceptor("seen", "work", Point.AFTER_CONDITION).doing(set("holds", x("$holds"))))
                .add(stateful ? work.condition(join(5)) : work.when("false"))
                .add(trigger("end").on(EventTypes.TASK_SUCCEEDED, "g").then(complete(x("$run.context.holds"))));
        return Plays.named("instead" + (stateful ? " of a join" : ""))
                .deploy(wf)
                .start("instead", "r", 1)
                .judge(sim -> {
                    expect(sim, RunStatus.SUCCEEDED, true);
                    require(sim, payloads(sim, "f").isEmpty(), "expected g instead of f");
                });
    }

    /** An interceptor whose expression fails. */
    private static Scenario failing(SplittableRandom random) {
        boolean ignored = random.nextBoolean();
        Point point = HOLDING.get(random.nextInt(3));
        Wf.I bad = interceptor("bad", "work", point).data(x("$event.data.a + 'text'"));
        Wf wf = guarded("failing", ignored ? bad.ignoring() : bad)
                .add(trigger("work").on("go").then(invoke("f")).onFailure(complete("route")))
                .add(trigger("end").on(EventTypes.TASK_SUCCEEDED, "f").then(complete("went on")));
        return Plays.named("failing " + point + (ignored ? " ignored" : ""))
                .deploy(wf)
                .start("failing", "r", Map.of("a", 1))
                .judge(sim -> expect(sim, RunStatus.SUCCEEDED, ignored ? "went on" : "route"));
    }

    /** A circuit breaker: after so many failures the function is not asked any more, until a timer closes the circuit again. */
    private static Scenario breaker(SplittableRandom random) {
        int most = 1 + random.nextInt(2);
        Wf wf = Wf.named("breaker")
                .add(trigger("begin").onStart().then(set("failures", 0), emit("call", "", 0)))
                .add(trigger("call").on("call").then(invoke("f")))
                .add(trigger("failed")
                        .on(EventTypes.TASK_FAILED, "f")
                        .when("$event.data.error != 'CircuitOpen'")
                        .then(
                                set("failures", x("$run.context.failures + 1")),
                                emit("counted", "", x("$run.context.failures"))))
                .add(trigger("open")
                        .on("counted")
                        .when("$event.data = " + most)
                        .then(
                                intercept(interceptor("breaker", "call", Point.BEFORE_ACTION)
                                        .launching(
                                                Optional.empty(),
                                                Optional.empty(),
                                                Optional.of(Map.of("error", "CircuitOpen")))),
                                Wf.schedule("close", "PT1H"),
                                emit("call", "", 0)))
                .add(trigger("again")
                        .on("counted")
                        .when("$event.data < " + most)
                        .then(emit("call", "", 0)))
                .add(trigger("refused")
                        .on(EventTypes.TASK_FAILED, "f")
                        .when("$event.data.error = 'CircuitOpen'")
                        .then(set("refused", true)))
                .add(trigger("close")
                        .on(EventTypes.TIMER_FIRED, "close")
                        .then(turn(Action.Operation.RELEASE, "breaker"), emit("call", "", 1)))
                .add(trigger("end").on(EventTypes.TASK_SUCCEEDED, "f").then(complete(x("$run.context.refused"))));
        return Plays.named("breaker " + most)
                .deploy(wf)
                .start("breaker", "r", null)
                .functions(l -> Integer.valueOf(1).equals(l.payload()) ? Reply.succeed(1) : Reply.fail("Down"))
                .undetermined()
                .judge(sim -> {
                    expect(sim, RunStatus.SUCCEEDED, true);
                    require(
                            sim,
                            sim.accepted().size() == most + 1,
                            "expected " + (most + 1) + " launches, but got " + sim.accepted());
                });
    }

    /** Activations that are held, and released by a client, by a trigger, or by time, while others come. */
    static Scenario held(SplittableRandom random) {
        int how = random.nextInt(5);
        if (how == 3) {
            return heldToTheEnd(random);
        }
        if (how == 4) {
            return heldStanding(random);
        }
        int n = 1 + random.nextInt(4);
        Point point = HOLDING.get(random.nextInt(3));
        boolean delayed = how == 2;
        Wf.I gate = interceptor("gate", "step", point)
                .hold(delayed ? Optional.of(Duration.ofMinutes(1 + random.nextInt(90))) : Optional.empty());
        boolean atStart = random.nextBoolean();
        Wf.T step = trigger("step").on("e");
        boolean joined = random.nextInt(3) == 0;
        Wf wf = Wf.named("held");
        if (atStart) {
            wf.add(trigger("guard").onStart().then(intercept(gate)));
        }
        Action launch = invoke("f");
        wf.add(
                joined
                        ? step.condition(random.nextBoolean() ? join(n) : join("$run.input"))
                                .then(launch, emit("results", "", x("$count($results)")))
                        : step.then(launch));
        wf.add(trigger("results").on("results").then(set("results", x("$event.data"))));
        wf.add(trigger("approved").on("approved").then(turn(Action.Operation.RELEASE, "gate"), set("approved", true)));
        wf.add(trigger("all")
                .on(EventTypes.TASK_SUCCEEDED, "f")
                .condition(join(joined ? 1 : n))
                .then(complete(joined ? x("$run.context.results") : "all")));
        Plays plays = Plays.named("held " + point + " " + n + (joined ? " joined" : "") + " " + how)
                .deploy(wf)
                .start("held", "r", n)
                .undetermined();
        if (!atStart) {
            plays.at(
                    15 + random.nextInt(60),
                    control -> unlessDone(
                            () -> control.interceptions().intercept(RUN, List.of(gate.build()), "somebody")));
        }
        for (int i = 0; i < n; i++) {
            plays.event(20 + random.nextInt(60), "r", "e", "", "e" + i, i);
        }
        if (random.nextInt(3) == 0) {
            plays.at(30 + random.nextInt(100), control -> unlessDone(() -> control.pause(RUN)))
                    .at(5_000_000L, control -> unlessDone(() -> control.resume(RUN)));
        }
        long release = random.nextBoolean() ? 30 + random.nextInt(200) : 3_600_000L;
        if (how == 0) {
            // At the latest then: the first may come before the gate.
            plays.at(release, LiveScenarios::open).at(10_000_000L, LiveScenarios::open);
        } else if (how == 1) {
            plays.event(release, "r", "approved", "", "a1", 1).event(10_000_000L, "r", "approved", "", "a2", 1);
        }
        int launches = joined ? 1 : n;
        return plays.judge(sim -> {
            expect(sim, RunStatus.SUCCEEDED, joined ? n : "all");
            require(
                    sim,
                    sim.accepted().size() == launches,
                    "expected " + launches + " launches, but got " + sim.accepted());
        });
    }

    private static void open(Control control) {
        unlessDone(() -> control.interceptions().release(RUN, "gate", "somebody"));
    }

    /** A run that is cancelled while it holds: nothing of that is ever launched. */
    private static Scenario heldToTheEnd(SplittableRandom random) {
        Point point = HOLDING.get(random.nextInt(3));
        Wf wf = guarded("gone", interceptor("gate", "step", point).hold(Optional.empty()))
                .add(trigger("step").on("go").then(invoke("f")));
        return Plays.named("gone " + point)
                .deploy(wf)
                .start("gone", "r", 1)
                .at(7_200_000L, control -> control.cancel(RUN))
                .judge(sim -> {
                    SimStore.Kept kept = sim.store().scopes().get(RUN);
                    require(sim, kept.root.status() == RunStatus.CANCELLED, "expected a cancelled run");
                    require(sim, sim.calls().isEmpty(), "expected nothing to be launched");
                });
    }

    /** A workspace's own triggers. */
    private static Scenario heldStanding(SplittableRandom random) {
        int n = 1 + random.nextInt(3);
        boolean delayed = random.nextBoolean();
        Scope workspace = Scope.workspace("w");
        Wf.I gate = interceptor("gate", "step", HOLDING.get(random.nextInt(3)))
                .hold(delayed ? Optional.of(Duration.ofMinutes(20)) : Optional.empty());
        Plays plays = Plays.named("held standing " + n)
                .standing(
                        trigger("step").on("e").then(invoke("f")),
                        trigger("all")
                                .on(EventTypes.TASK_SUCCEEDED, "f")
                                .condition(join(n))
                                .then(set("had", x("$sum($results)"))))
                .at(10, control -> {
                    control.addWorkspace("w");
                    control.interceptions().intercept(workspace, List.of(gate.build()), "");
                })
                .undetermined();
        int sum = 0;
        for (int i = 0; i < n; i++) {
            sum += i;
            plays.event(20 + random.nextInt(60), "", "e", "", "e" + i, i);
        }
        if (!delayed) {
            plays.at(
                    3_600_000L,
                    control -> unlessDone(() -> control.interceptions().release(workspace, "gate", "")));
        }
        int expected = sum;
        return plays.judge(sim -> require(
                sim,
                String.valueOf(expected)
                        .equals(String.valueOf(sim.store()
                                .scopes()
                                .get(workspace)
                                .root
                                .context()
                                .get("had"))),
                "expected the workspace to have " + expected));
    }

    /** A run that is patched while it is in progress. */
    static Scenario patched(SplittableRandom random) {
        return switch (random.nextInt(3)) {
            case 0 -> rewired(random);
            case 1 -> stranding(random);
            default -> halfFilled(random);
        };
    }

    private static PatchFile fragment(List<String> retired, Wf.T... triggers) {
        List<Trigger> built = new ArrayList<>();
        for (Wf.T trigger : triggers) {
            built.add(trigger.build());
        }
        return new PatchFile(Optional.empty(), built, retired);
    }

    /** All of it or nothing: what is heard by the old triggers ends the old way, the rest the new way, and nothing is lost between. */
    private static Scenario rewired(SplittableRandom random) {
        Wf wf = Wf.named("rewired")
                .add(trigger("go").onStart().then(invoke("f")))
                .add(trigger("mid").on(EventTypes.TASK_SUCCEEDED, "f").then(invoke("g")))
                .add(trigger("end").on(EventTypes.TASK_SUCCEEDED, "g").then(complete("old")));
        boolean whole = random.nextBoolean();
        Wf.T more = trigger("more").on(EventTypes.TASK_SUCCEEDED, "g").then(invoke("h"));
        Wf.T last = trigger("last").on(EventTypes.TASK_SUCCEEDED, "h").then(complete("new"));
        PatchFile file = whole
                ? new PatchFile(
                        Optional.of(Wf.named("rewired")
                                .add(wf.build().triggers().get(0))
                                .add(wf.build().triggers().get(1))
                                .add(more)
                                .add(last)
                                .build()),
                        List.of(
                                wf.build().triggers().get(0),
                                wf.build().triggers().get(1),
                                more.build(),
                                last.build()),
                        List.of())
                : fragment(List.of("end"), more, last);
        return Plays.named("rewired" + (whole ? " whole" : ""))
                .deploy(wf)
                .start("rewired", "r", 1)
                .at(
                        15 + random.nextInt(300),
                        control -> unlessDone(() -> control.rewiring().apply(RUN, file, "me")))
                .undetermined()
                .judge(sim -> {
                    Object output = sim.store().scopes().get(RUN).root.output();
                    long patches = sim.store().scopes().get(RUN).entries.values().stream()
                            .filter(e -> e.note().startsWith("patch "))
                            .count();
                    expect(sim, RunStatus.SUCCEEDED, patches > 0 ? "new" : "old");
                    require(sim, patches <= 1, "expected one patch, but got " + patches + " and " + output);
                });
    }

    /** What is in flight has one listener: it is not taken away. */
    private static Scenario stranding(SplittableRandom random) {
        boolean timer = random.nextBoolean();
        Wf wf = Wf.named("stranding")
                .add(trigger("go")
                        .onStart()
                        .then(
                                timer
                                        ? Wf.schedule("f", "PT2H")
                                        : invoke("f", RetryPolicy.NONE, Optional.of(Duration.ofHours(5)))))
                .add(trigger("end")
                        .on(timer ? EventTypes.TIMER_FIRED : EventTypes.TASK_SUCCEEDED, "f")
                        .then(complete("old")));
        return Plays.named("stranding" + (timer ? " a timer" : ""))
                .deploy(wf)
                .start("stranding", "r", 1)
                .functions(l -> new Reply.Succeed(1, Duration.ofHours(2)))
                .at(3_600_000L, control -> refused(control, fragment(List.of("end"))))
                .undetermined()
                .judge(sim -> expect(sim, RunStatus.SUCCEEDED, "old"));
    }

    private static void refused(Control control, PatchFile file) {
        try {
            control.rewiring().apply(RUN, file, "me");
            throw new IllegalStateException("Expected the patch to be refused, but it was applied");
        } catch (ControlException e) {
            if (e.kind() != ControlException.Kind.CONFLICT) {
                throw e;
            }
        }
    }

    /** A join that has some of its members keeps its condition; its actions may change. */
    private static Scenario halfFilled(SplittableRandom random) {
        boolean inline = random.nextBoolean();
        Condition.Join three = inline ? join(3) : join("$run.input");
        Wf wf = Wf.named("half").add(trigger("all").on("e").condition(three).then(complete("old")));
        Plays plays = Plays.named("half filled" + (inline ? "" : " in segments"))
                .deploy(wf)
                .start("half", "r", 3)
                .undetermined();
        plays.event(20, "r", "e", "", "e0", 0)
                .event(20, "r", "e", "", "e1", 1)
                .at(
                        3_600_000L,
                        control -> refused(
                                control,
                                fragment(
                                        List.of(),
                                        trigger("all")
                                                .on("e")
                                                .condition(join(4))
                                                .then(complete("never")))))
                .at(
                        3_700_000L,
                        control -> unlessDone(() -> control.rewiring()
                                .apply(
                                        RUN,
                                        fragment(
                                                List.of(),
                                                trigger("all")
                                                        .on("e")
                                                        .condition(three)
                                                        .then(complete(x("'new ' & $string($count($results))")))),
                                        "me")))
                .event(7_200_000L, "r", "e", "", "e2", 2);
        return plays.judge(sim -> expect(sim, RunStatus.SUCCEEDED, "new 3"));
    }
}

package io.triggerflow.tests.sim;

import static io.triggerflow.tests.sim.Wf.all;
import static io.triggerflow.tests.sim.Wf.complete;
import static io.triggerflow.tests.sim.Wf.each;
import static io.triggerflow.tests.sim.Wf.emit;
import static io.triggerflow.tests.sim.Wf.every;
import static io.triggerflow.tests.sim.Wf.invoke;
import static io.triggerflow.tests.sim.Wf.join;
import static io.triggerflow.tests.sim.Wf.register;
import static io.triggerflow.tests.sim.Wf.retry;
import static io.triggerflow.tests.sim.Wf.ruled;
import static io.triggerflow.tests.sim.Wf.schedule;
import static io.triggerflow.tests.sim.Wf.set;
import static io.triggerflow.tests.sim.Wf.start;
import static io.triggerflow.tests.sim.Wf.trigger;
import static io.triggerflow.tests.sim.Wf.turn;
import static io.triggerflow.tests.sim.Wf.x;

import io.triggerflow.core.model.Action;
import io.triggerflow.core.model.Condition;
import io.triggerflow.core.model.Deadline;
import io.triggerflow.core.model.Definition;
import io.triggerflow.core.model.Event;
import io.triggerflow.core.model.EventTypes;
import io.triggerflow.core.model.Expression;
import io.triggerflow.core.model.Failure;
import io.triggerflow.core.model.RetryPolicy;
import io.triggerflow.core.model.RunStatus;
import io.triggerflow.core.model.Scope;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** Small workflows that use everything, drawn from a seed. */
public final class Scenarios {
    static final Scope RUN = new Scope("w", "r");

    private Scenarios() {}

    /** A kind of scenario. */
    public enum Kind {
        CHAIN,
        DAG,
        FAN,
        K_OF_N,
        RULE,
        RETRY,
        HANDLED,
        TIMERS,
        DYNAMIC,
        COUNTER,
        CHILD,
        CANCEL,
        DEADLINE,
        ONCE,
        PAUSE,
        ELSEWHERE,
        CORRELATE,
        ROUNDS,
        LOST,
        STANDING,
        SLICES,
        SELF,
        LATE,
        EMPTY,
        TIMED,
        TOO_EARLY,
        KEPT,
        SEQUENCE,
        ABSENCE,
        ACROSS,
        GROUPS,
        RENDEZVOUS,
        INTERCEPTED,
        HELD,
        PATCHED
    }

    public static Scenario drawn(long seed) {
        SplittableRandom random = random(seed);
        return of(kind(random), random);
    }

    /** Of which kind a drawn scenario is. */
    static Kind kindOf(long seed) {
        return kind(random(seed));
    }

    private static SplittableRandom random(long seed) {
        return new SplittableRandom(seed ^ 0x5DEECE66DL);
    }

    private static Kind kind(SplittableRandom random) {
        return Kind.values()[random.nextInt(Kind.values().length)];
    }

    /** One scenario of a kind. */
    public static Scenario of(Kind kind, SplittableRandom random) {
        return switch (kind) {
            case CHAIN -> chain(random);
            case DAG -> dag(random);
            case FAN -> fan(random);
            case K_OF_N -> kOfN(random);
            case RULE -> rule(random);
            case RETRY -> retries(random);
            case HANDLED -> handled(random);
            case TIMERS -> timers(random);
            case DYNAMIC -> dynamic(random);
            case COUNTER -> counter(random);
            case CHILD -> child(random);
            case CANCEL -> cancel(random);
            case DEADLINE -> deadline(random);
            case ONCE -> once(random);
            case PAUSE -> pause(random);
            case ELSEWHERE -> elsewhere(random);
            case CORRELATE -> correlate(random);
            case ROUNDS -> rounds(random);
            case LOST -> lost(random);
            case STANDING -> standing(random);
            case SLICES -> slices(random);
            case SELF -> self(random);
            case LATE -> late(random);
            case EMPTY -> empty(random);
            case TIMED -> timed(random);
            case TOO_EARLY -> tooEarly(random);
            case KEPT -> kept(random);
            case SEQUENCE -> Composed.sequence(random);
            case ABSENCE -> Composed.absence(random);
            case ACROSS -> Composed.across(random);
            case GROUPS -> Composed.groups(random);
            case RENDEZVOUS -> Composed.rendezvous(random);
            case INTERCEPTED -> LiveScenarios.intercepted(random);
            case HELD -> LiveScenarios.held(random);
            case PATCHED -> LiveScenarios.patched(random);
        };
    }

    static void expect(Sim sim, RunStatus status, Object output) {
        SimStore.Kept kept = sim.store().scopes().get(RUN);
        if (kept == null || kept.root.status() != status || !same(kept.root.output(), output)) {
            sim.broken(
                    "L5",
                    "expected " + RUN + " to end " + status + " with " + output + ", but it is "
                            + (kept == null
                                    ? "nowhere"
                                    : kept.root.status() + " with " + kept.root.output() + " " + kept.root.failure()));
        }
    }

    private static boolean same(Object a, Object b) {
        return String.valueOf(a).equals(String.valueOf(b));
    }

    private static Scenario chain(SplittableRandom random) {
        int n = 1 + random.nextInt(5);
        Wf wf = Wf.named("chain").announce(Definition.Announce.values()[random.nextInt(3)]);
        wf.add(trigger("t0").onStart().then(emit("go", "", Map.of("n", 0))));
        wf.add(trigger("t1").on("go").then(set("began", true), invoke("f1")));
        for (int i = 1; i < n; i++) {
            wf.add(trigger("t" + (i + 1))
                    .on(EventTypes.TASK_SUCCEEDED, "f" + i)
                    .when("$event.data.n = 0")
                    .then(set("s" + i, x("$event.subject")), emit("hop", "", x("$event.data")), invoke("f" + (i + 1))));
        }
        wf.add(trigger("hops").on("hop").then(set("hopped", true)));
        wf.add(trigger("end").on(EventTypes.TASK_SUCCEEDED, "f" + n).then(invoke("last"), complete(x("$event.data"))));
        return Plays.named("chain of " + n)
                .deploy(wf)
                .start("chain", "r", Map.of("n", 0))
                .judge(sim -> expect(sim, RunStatus.SUCCEEDED, Map.of("n", 0)));
    }

    /** A random graph of tasks; some are fan-outs, some are children, joined in one item or in segments. */
    private static Scenario dag(SplittableRandom random) {
        int n = 2 + random.nextInt(5);
        Wf wf = Wf.named("dag");
        Wf child = Wf.named("child")
                .add(trigger("c").onStart().then(invoke("inner")))
                .add(trigger("e").on(EventTypes.TASK_SUCCEEDED, "inner").then(complete("inner")));
        Set<String> leaves = new HashSet<>();
        for (int i = 0; i < n; i++) {
            List<String> deps = new ArrayList<>();
            for (int j = 0; j < i; j++) {
                if (random.nextInt(2) == 0) {
                    deps.add("f" + j);
                }
            }
            Action what = random.nextInt(4) == 0
                    ? start("child", "f" + i, "x", random.nextInt(8) == 0 && false)
                    : invoke(
                            "f" + i,
                            RetryPolicy.NONE,
                            random.nextInt(3) == 0 ? Optional.of(Duration.ofHours(2)) : Optional.empty());
            Wf.T trigger = trigger("t" + i).then(what);
            leaves.add("f" + i);
            leaves.removeAll(deps);
            wf.add(deps.isEmpty() ? trigger.onStart() : after(trigger, deps, random));
        }
        wf.add(after(
                trigger("end").then(complete(x("$count($results)"))),
                leaves.stream().sorted().toList(),
                random));
        int ends = leaves.size();
        return Plays.named("dag of " + n)
                .deploy(wf, child)
                .start("dag", "r", Map.of("k", 1))
                .judge(sim -> expect(sim, RunStatus.SUCCEEDED, ends));
    }

    private static Wf.T after(Wf.T trigger, List<String> deps, SplittableRandom random) {
        deps.forEach(d -> trigger.on(EventTypes.TASK_SUCCEEDED, d));
        Condition.Join inline = all(deps);
        return trigger.condition(
                random.nextBoolean()
                        ? inline
                        : new Condition.Join(
                                new Condition.Size.Computed(
                                        new io.triggerflow.core.model.Expression("$run.input.k * " + deps.size())),
                                deps,
                                inline.by(),
                                inline.need(),
                                inline.rule(),
                                true,
                                false));
    }

    private static Condition.Size size(SplittableRandom random, int n) {
        return switch (random.nextInt(3)) {
            case 0 -> new Condition.Size.Fixed(n);
            case 1 -> new Condition.Size.Computed(new io.triggerflow.core.model.Expression("$count($run.input)"));
            default -> new Condition.Size.Computed(new io.triggerflow.core.model.Expression("$run.context.n"));
        };
    }

    static List<Object> items(int n) {
        List<Object> items = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            items.add(i);
        }
        return items;
    }

    /** The size of the fan-out may become known before its launches, with them, or only after members have arrived. */
    private static Wf fanning(String name, SplittableRandom random, Wf.T collector) {
        Wf wf = Wf.named(name);
        if (random.nextBoolean()) {
            wf.add(trigger("go").onStart().then(set("n", x("$count($run.input)")), each("f", "$run.input")));
        } else {
            wf.add(trigger("go")
                    .onStart()
                    .then(
                            each("f", "$run.input"),
                            emit(new Action.Target.Own(), "size", "", "", Duration.ofSeconds(random.nextInt(2)))));
            wf.add(trigger("size").on("size").then(set("n", x("$count($run.input)"))));
        }
        return wf.add(collector);
    }

    private static Scenario fan(SplittableRandom random) {
        int n = 1 + random.nextInt(12);
        Wf wf = fanning(
                "fan",
                random,
                trigger("all")
                        .on(EventTypes.TASK_SUCCEEDED, "f")
                        .condition(join(size(random, n), new Condition.Need.All()))
                        .then(complete(x("$sum($results)"))));
        return Plays.named("fan of " + n)
                .deploy(wf)
                .start("fan", "r", items(n))
                .undetermined()
                .judge(sim -> expect(sim, RunStatus.SUCCEEDED, n * (n - 1) / 2));
    }

    private static Scenario kOfN(SplittableRandom random) {
        int n = 2 + random.nextInt(9);
        int k = 1 + random.nextInt(n);
        int failing = random.nextInt(n + 1);
        Condition.Need need =
                random.nextBoolean() ? new Condition.Need.Count(k) : new Condition.Need.Percent(100.0 * k / n);
        Wf wf = fanning(
                "kofn",
                random,
                trigger("some")
                        .onEnd("f")
                        .condition(join(size(random, n), need))
                        .then(invoke("after"), complete("held"))
                        .onFailure(Wf.fail("TooFew")));
        boolean holds = n - failing >= k;
        return Plays.named(k + " of " + n + ", " + failing + " fail")
                .deploy(wf)
                .start("kofn", "r", items(n))
                .functions(l ->
                        l.address().item() >= 0 && l.address().item() < failing ? Reply.fail("No") : Reply.succeed(1))
                .onWrite((sim, scope, entry) -> {
                    if (entry.key().equals("join:some#1")) {
                        notEarly(sim, n, k, "held");
                    }
                })
                .undetermined()
                .judge(sim -> expect(sim, holds ? RunStatus.SUCCEEDED : RunStatus.FAILED, holds ? "held" : null));
    }

    /** L4, told from what was delivered alone: either enough have succeeded, or enough can no longer. */
    private static void notEarly(Sim sim, int n, int k, String what) {
        Set<Integer> succeeded = new HashSet<>();
        Set<Integer> failed = new HashSet<>();
        for (Event e : sim.delivered()) {
            e.item().ifPresent(i -> (e.type().equals(EventTypes.TASK_SUCCEEDED) ? succeeded : failed).add(i));
        }
        if (succeeded.size() < k && n - failed.size() >= k) {
            sim.broken(
                    "L4",
                    what + " early: of " + n + " " + succeeded.size() + " had succeeded and " + failed.size()
                            + " failed, and " + k + " were needed");
        }
    }

    private static Scenario rule(SplittableRandom random) {
        int n = 2 + random.nextInt(8);
        int failing = random.nextInt(n + 1);
        int needed = 1 + random.nextInt(n);
        Wf wf = fanning(
                "rule",
                random,
                trigger("ruled")
                        .onEnd("f")
                        .condition(ruled(size(random, n), "$succeeded >= " + needed))
                        .then(complete("held"))
                        .onFailure(complete("not")));
        return Plays.named("rule " + needed + " of " + n + ", " + failing + " fail")
                .deploy(wf)
                .start("rule", "r", items(n))
                .functions(l -> l.address().item() < failing ? Reply.fail("No") : Reply.succeed(1))
                .onWrite((sim, scope, entry) -> {
                    if (entry.key().equals("join:ruled#1")) {
                        notEarly(sim, n, needed, "ruled");
                    }
                })
                .undetermined()
                .judge(sim -> expect(sim, RunStatus.SUCCEEDED, n - failing >= needed ? "held" : "not"));
    }

    private static Scenario retries(SplittableRandom random) {
        int n = 1 + random.nextInt(4);
        int failures = random.nextInt(3);
        int attempts = 1 + random.nextInt(3);
        Optional<Duration> limit = random.nextBoolean() ? Optional.of(Duration.ofHours(3)) : Optional.empty();
        Wf wf = Wf.named("retry")
                .add(trigger("go")
                        .onStart()
                        .then(
                                random.nextBoolean()
                                        ? each("f", "$run.input", retry(attempts), limit)
                                        : each("f", "$run.input", retry(attempts), Optional.empty())))
                .add(trigger("all")
                        .onEnd("f")
                        .condition(join(
                                random.nextBoolean()
                                        ? new Condition.Size.Fixed(n)
                                        : new Condition.Size.Computed(
                                                new io.triggerflow.core.model.Expression("$count($run.input)")),
                                new Condition.Need.All()))
                        .then(complete("ok"))
                        .onFailure(complete("failed")));
        return Plays.named("retry " + n + " times " + failures + " of " + attempts)
                .deploy(wf)
                .start("retry", "r", items(n))
                .functions(l -> l.address().attempt() <= failures && l.address().item() == 0
                        ? Reply.fail("Again")
                        : Reply.succeed(1))
                .undetermined()
                .judge(sim -> expect(sim, RunStatus.SUCCEEDED, failures < attempts ? "ok" : "failed"));
    }

    /** What a run has come through is kept by its launches alone: functions, with retries and failures, a fan-out of one, children. */
    private static Scenario kept(SplittableRandom random) {
        int n = 1 + random.nextInt(4);
        int failures = random.nextInt(3);
        Wf kid = Wf.named("kid")
                .add(trigger("k").onStart().then(invoke("work")))
                .add(trigger("d").on(EventTypes.TASK_SUCCEEDED, "work").then(complete("x")));
        Wf wf = Wf.named("kept");
        for (int i = 0; i <= n; i++) {
            Object way = i == 0 ? "0" : x("$kept.way & '," + i + "'");
            Action next = i == n ? complete(way) : keeping(random, "f" + i, Map.of("way", way));
            Wf.T trigger = trigger("t" + i).then(next);
            wf.add(i == 0 ? trigger.onStart() : trigger.onEnd("f" + (i - 1)).when("$kept.way != 'lost'"));
        }
        List<String> all = new ArrayList<>();
        for (int i = 0; i <= n; i++) {
            all.add(Integer.toString(i));
        }
        return Plays.named("kept " + n + " times, failing " + failures)
                .deploy(kid, wf)
                .start("kept", "r", "x")
                .functions(l -> l.address().attempt() <= failures ? Reply.fail("Again") : Reply.succeed(1))
                .judge(sim -> expect(sim, RunStatus.SUCCEEDED, String.join(",", all)));
    }

    private static Action keeping(SplittableRandom random, String task, Object keep) {
        if (random.nextInt(3) == 0) {
            return new Action.StartRun(
                    "kid",
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.of(task),
                    false,
                    Optional.of(keep));
        }
        return new Action.Invoke(
                task,
                Optional.empty(),
                Optional.of(task),
                random.nextBoolean() ? Optional.of(new Expression("[1]")) : Optional.empty(),
                Optional.empty(),
                retry(1 + random.nextInt(3)),
                random.nextBoolean() ? Optional.of(Duration.ofHours(3)) : Optional.empty(),
                Action.Correlation.PAYLOAD,
                Optional.of(keep));
    }

    /** A failure that a trigger handles, one that its own route handles, or none. */
    private static Scenario handled(SplittableRandom random) {
        int how = random.nextInt(4);
        Wf.T first = trigger("go").onStart().then(invoke("f"));
        Wf wf = Wf.named("handled")
                .add(how == 1 ? first.onFailure(set("why", x("$failure.error")), invoke("repair")) : first);
        if (how == 0) {
            wf.add(trigger("catch").on(EventTypes.TASK_FAILED, "f").then(invoke("repair")));
        }
        if (how == 2) {
            wf.add(trigger("bad")
                    .on("noise")
                    .then(set("x", x("$event.data.a + 'text'")))
                    .onFailure(invoke("repair")));
            wf.add(trigger("kick").on(EventTypes.TASK_FAILED, "f").then(emit("noise", "", Map.of("a", 1))));
        }
        wf.add(trigger("end").on(EventTypes.TASK_SUCCEEDED, "repair").then(complete("repaired")));
        return Plays.named("handled " + how)
                .deploy(wf)
                .start("handled", "r", null)
                .functions(l -> l.function().equals("f")
                        ? (how == 3 ? Reply.fail("Bad") : Reply.fail("Bad"))
                        : Reply.succeed(1))
                .judge(sim ->
                        expect(sim, how == 3 ? RunStatus.FAILED : RunStatus.SUCCEEDED, how == 3 ? null : "repaired"));
    }

    /** A timer that is armed again by its own firing, and another that is cancelled. */
    private static Scenario timers(SplittableRandom random) {
        int times = 1 + random.nextInt(4);
        boolean both = random.nextBoolean();
        Wf wf = Wf.named("timers")
                .add(trigger("go")
                        .onStart()
                        .then(
                                set("n", 0),
                                schedule("tick", "PT1M"),
                                schedule("never", "PT1H"),
                                schedule("tick", "PT2M")))
                .add(trigger("tick")
                        .on(EventTypes.TIMER_FIRED, "tick")
                        .when("$run.context.n < " + times)
                        .then(set("n", x("$run.context.n + 1")), invoke("f"), schedule("tick", "PT3M")))
                .add(trigger("stop")
                        .on(EventTypes.TIMER_FIRED, "tick")
                        .when("$run.context.n >= " + times)
                        .then(
                                new Action.CancelTimer("never"),
                                both ? schedule("last", "PT2H") : complete(x("$run.context.n"))))
                .add(trigger("never").on(EventTypes.TIMER_FIRED, "never").then(Wf.fail("Never")))
                .add(trigger("last").on(EventTypes.TIMER_FIRED, "last").then(complete(x("$run.context.n"))))
                .add(trigger("ended").on(EventTypes.TASK_SUCCEEDED, "f").then(set("seen", true)));
        return Plays.named(times + " timers")
                .deploy(wf)
                .start("timers", "r", null)
                .undetermined()
                .judge(sim -> {
                    expect(sim, RunStatus.SUCCEEDED, times);
                    if (sim.launcher().accepted.size() < times) {
                        sim.broken("L5", "expected " + times + " launches, but got " + sim.launcher().accepted);
                    }
                });
    }

    /** Triggers that come, go and are switched while events for them are under way: what comes too early is held. */
    private static Scenario dynamic(SplittableRandom random) {
        int n = 1 + random.nextInt(3);
        boolean joined = random.nextBoolean();
        Wf.T collector =
                trigger("all").on("thing").then(complete("all")).condition(joined ? join(n) : join("$run.input.n"));
        boolean register = random.nextBoolean();
        Wf wf = Wf.named("dynamic").add(trigger("go").onStart().then(invoke("f")));
        if (register) {
            wf.add(trigger("open")
                    .on(EventTypes.TASK_SUCCEEDED, "f")
                    .then(set("opened", true), register(collector), turn(Action.Operation.RETIRE, "open")));
        } else {
            wf.add(collector.disabled())
                    .add(trigger("open")
                            .on(EventTypes.TASK_SUCCEEDED, "f")
                            .then(
                                    turn(Action.Operation.ENABLE, "all"),
                                    turn(Action.Operation.DISABLE, "open"),
                                    set("opened", true)));
        }
        Plays plays = Plays.named("dynamic " + n + (register ? " registered" : " enabled"))
                .deploy(wf)
                .start("dynamic", "r", Map.of("n", n))
                .judge(sim -> expect(sim, RunStatus.SUCCEEDED, "all"));
        for (int i = 0; i < n; i++) {
            plays.event(15 + random.nextInt(200), "r", "thing", "s" + i, "e" + i, i);
        }
        return plays;
    }

    /** Every event adds one to a value: lost updates would show. */
    private static Scenario counter(SplittableRandom random) {
        int n = 2 + random.nextInt(6);
        Wf wf = Wf.named("counter")
                .add(trigger("zero").onStart().then(set("n", 0), emit("ready", "", "")))
                .add(trigger("ready").on("ready").then(turn(Action.Operation.ENABLE, "add")))
                .add(trigger("add").on("one").disabled().then(set("n", x("$run.context.n + 1")), emit("added", "", "")))
                .add(trigger("done").on("added").when("$run.context.n = " + n).then(complete(x("$run.context.n"))));
        Plays plays = Plays.named("counter " + n)
                .deploy(wf)
                .start("counter", "r", null)
                .undetermined()
                .judge(sim -> expect(sim, RunStatus.SUCCEEDED, n));
        for (int i = 0; i < n; i++) {
            plays.event(15 + random.nextInt(30), "r", "one", "", "e" + i, i);
        }
        return plays;
    }

    private static Scenario child(SplittableRandom random) {
        int n = 1 + random.nextInt(4);
        boolean fails = random.nextInt(3) == 0;
        Wf kid = Wf.named("kid")
                .add(trigger("k").onStart().then(invoke("work")))
                .add(trigger("d")
                        .on(EventTypes.TASK_SUCCEEDED, "work")
                        .then(fails ? Wf.fail("Kid") : complete(x("$run.input"))));
        Wf wf = Wf.named("parent");
        Wf.T go = trigger("go").onStart();
        Action[] starts = new Action[n];
        for (int i = 0; i < n; i++) {
            starts[i] = start("kid", "kid" + i, i, false);
        }
        wf.add(go.then(starts));
        Wf.T all = trigger("all")
                .condition(join(
                        random.nextBoolean()
                                ? new Condition.Size.Fixed(n)
                                : new Condition.Size.Computed(new io.triggerflow.core.model.Expression("$run.input")),
                        new Condition.Need.All()));
        for (int i = 0; i < n; i++) {
            all.onEnd("kid" + i);
        }
        wf.add(all.then(complete(x("$sum($results)"))).onFailure(complete("bad")));
        return Plays.named(n + " children" + (fails ? ", failing" : ""))
                .deploy(kid, wf)
                .start("parent", "r", n)
                .undetermined()
                .judge(sim -> expect(sim, RunStatus.SUCCEEDED, fails ? "bad" : n * (n - 1) / 2));
    }

    /** A run is cancelled from outside while its children are being started: none is left over. */
    private static Scenario cancel(SplittableRandom random) {
        Wf kid = Wf.named("kid")
                .add(trigger("k").onStart().then(invoke("work")))
                .add(trigger("d").on("never").then(complete("x")));
        Wf wf = Wf.named("parent")
                .add(trigger("go").onStart().then(invoke("f"), start("kid", "kid", 1, false)))
                .add(trigger("more").on(EventTypes.TASK_SUCCEEDED, "f").then(start("kid", "kid2", 2, false)));
        return Plays.named("cancel")
                .deploy(kid, wf)
                .start("parent", "r", null)
                .at(20 + random.nextInt(300), control -> control.cancel(RUN))
                .undetermined()
                .judge(sim -> sim.store().scopes().forEach((scope, kept) -> {
                    if (scope.isRun() && kept.root != null && kept.root.status() != RunStatus.CANCELLED) {
                        sim.broken("L5", "expected " + scope + " to be cancelled, but it is " + kept.root.status());
                    }
                }));
    }

    /** Fewer members than needed come before the deadline. */
    private static Scenario deadline(SplittableRandom random) {
        int n = 2 + random.nextInt(6);
        int come = random.nextInt(n);
        Deadline.Then then = Deadline.Then.values()[random.nextInt(3)];
        Deadline.From from = come == 0 ? Deadline.From.START : Deadline.From.values()[random.nextInt(2)];
        Condition condition = random.nextInt(4) == 0
                ? new Condition.Always()
                : join(
                        random.nextBoolean()
                                ? new Condition.Size.Fixed(n)
                                : new Condition.Size.Computed(new io.triggerflow.core.model.Expression("$run.input")),
                        new Condition.Need.All());
        boolean stateless = condition instanceof Condition.Always;
        Wf wf = Wf.named("deadline")
                .add(trigger("all")
                        .on("thing")
                        .condition(condition)
                        .deadline(Duration.ofHours(2), stateless ? Deadline.From.START : from, then, Deadline.Late.EMIT)
                        .then(set("fired", true))
                        .onFailure(set("failed", true)))
                .add(trigger("arm").onStart().then(schedule("end", "PT4H")))
                .add(trigger("late").on(EventTypes.LATE, "all").then(set("late", true)))
                .add(trigger("end")
                        .on(EventTypes.TIMER_FIRED, "end")
                        .then(complete(x("[$run.context.fired, $run.context.failed, $run.context.late]"))));
        Plays plays = Plays.named(
                        "deadline " + come + " of " + n + " " + then + " " + from + (stateless ? " stateless" : ""))
                .deploy(wf)
                .start("deadline", "r", n)
                .undetermined();
        for (int i = 0; i < come; i++) {
            plays.event(20 + random.nextInt(100), "r", "thing", "", "e" + i, i);
        }
        boolean late = random.nextBoolean();
        if (late) {
            plays.event(Duration.ofHours(3).toMillis(), "r", "thing", "", "late", 1);
        }
        return plays.judge(sim -> {
            List<Object> expected = new ArrayList<>();
            boolean before = stateless && come > 0;
            if (before || then == Deadline.Then.FIRE) {
                expected.add(true);
            } else if (then == Deadline.Then.FAIL) {
                expected.add(true);
            }
            if (late || before && come > 1) {
                expected.add(true);
            }
            expect(sim, RunStatus.SUCCEEDED, expected.isEmpty() ? "[]" : expected);
        });
    }

    /** A trigger that fires once, activated many times at once. */
    private static Scenario once(SplittableRandom random) {
        int n = 2 + random.nextInt(5);
        Wf wf = Wf.named("once")
                .add(trigger("first").on("e").once().then(invoke("f"), emit("first", "", "")))
                .add(trigger("also").on("first").once().then(set("also", true), emit("first", "", "")))
                .add(trigger("all")
                        .on("e")
                        .condition(random.nextBoolean() ? join(n) : join("$run.input"))
                        .then(emit("first", "", ""), set("all", true), invoke("g")))
                .add(trigger("end")
                        .on(EventTypes.TASK_SUCCEEDED, "f")
                        .on(EventTypes.TASK_SUCCEEDED, "g")
                        .condition(all(List.of("f", "g")))
                        .then(complete("both")));
        Plays plays =
                Plays.named("once of " + n).deploy(wf).start("once", "r", n).undetermined();
        for (int i = 0; i < n; i++) {
            plays.event(20 + random.nextInt(20), "r", "e", "", "e" + i, i);
        }
        return plays.judge(sim -> {
            expect(sim, RunStatus.SUCCEEDED, "both");
            if (sim.launcher().accepted.size() != 2) {
                sim.broken("L7", "expected one launch of f and one of g, but got " + sim.launcher().calls);
            }
            once(sim, "first");
            once(sim, "also");
        });
    }

    private static void once(Sim sim, String trigger) {
        long times = sim.store().scopes().get(RUN).entries.values().stream()
                .flatMap(e -> e.firings().stream())
                .filter(f -> f.trigger().equals(trigger))
                .count();
        if (times != 1) {
            sim.broken("L7", "expected trigger '" + trigger + "' to fire once, but it fired " + times + " times");
        }
    }

    /** A run is paused and resumed while its events come. */
    private static Scenario pause(SplittableRandom random) {
        int n = 1 + random.nextInt(4);
        boolean unwanted = random.nextBoolean();
        Wf wf = Wf.named("pause")
                .add(trigger("go").onStart().then(schedule("t", "PT1S"), each("f", "$run.input")))
                .add(trigger("all")
                        .on(EventTypes.TASK_SUCCEEDED, "f")
                        .on("e")
                        .on(EventTypes.TIMER_FIRED, "t")
                        .condition(random.nextBoolean() ? join(2 * n + 1) : join("$count($run.input) * 2 + 1"))
                        .then(emit("on", "", "")))
                .add(trigger("on")
                        .on("on")
                        .then(register(trigger("extra").on("extra").then(complete("done")))));
        Plays plays =
                Plays.named("pause").deploy(wf).start("pause", "r", items(n)).undetermined();
        for (int i = 0; i < n; i++) {
            plays.event(20 + random.nextInt(300), "r", "e", "", "e" + i, i);
        }
        plays.event(20 + random.nextInt(300), "r", "extra", "", "x", 1);
        if (unwanted) {
            plays.event(25, "r", "nobody", "", "n", 1);
        }
        int at = 15 + random.nextInt(200);
        plays.at(at, control -> control.pause(RUN)).at(at + random.nextInt(10_000), control -> control.resume(RUN));
        return plays.judge(sim -> {
            expect(sim, RunStatus.SUCCEEDED, "done");
            if (unwanted
                    && sim.store().scopes().get(RUN).held.isEmpty()
                    && sim.store().allParked().isEmpty()) {
                sim.broken("L5", "an event that nobody wanted was neither held nor parked");
            }
        });
    }

    /** Events to the workspace, another workspace, another run, a bus and a queue. */
    private static Scenario elsewhere(SplittableRandom random) {
        Wf wf = Wf.named("one")
                .add(trigger("go")
                        .onStart()
                        .then(
                                emit(new Action.Target.ToRun(Optional.empty(), "other"), "hello", "", 1, Duration.ZERO),
                                emit(
                                        new Action.Target.ToWorkspace(Optional.empty()),
                                        "news",
                                        "",
                                        2,
                                        Duration.ofSeconds(random.nextInt(2))),
                                emit(new Action.Target.ToBus(Optional.empty()), "world", "", 3, Duration.ZERO),
                                emit(
                                        new Action.Target.ToQueue(random.nextInt(4) == 0 ? "refused" : "q"),
                                        "queue",
                                        "",
                                        3,
                                        Duration.ZERO)))
                .add(trigger("back").on("back").condition(join(2)).then(complete("both")));
        Wf other = Wf.named("other")
                .add(trigger("hello")
                        .on("hello")
                        .then(
                                emit(new Action.Target.ToRun(Optional.of("w"), "r"), "back", "", 1, Duration.ZERO),
                                complete("ok")));
        return Plays.named("elsewhere")
                .deploy(wf, other)
                .standing(trigger("news")
                        .on("news")
                        .then(emit(new Action.Target.ToRun(Optional.empty(), "r"), "back", "", 2, Duration.ZERO)))
                .start("other", "other", null)
                .at(60_000, control -> control.start("w", "one", Optional.empty(), "r", null))
                .judge(sim -> expect(sim, RunStatus.SUCCEEDED, "both"));
    }

    /** An event that names no run finds the run that waits for its key. */
    private static Scenario correlate(SplittableRandom random) {
        int n = 1 + random.nextInt(3);
        Wf wf = Wf.named("order")
                .add(trigger("paid")
                        .on("paid")
                        .correlate("$event.data.order", "$run.input.order")
                        .then(invoke("ship")))
                .add(trigger("end").on(EventTypes.TASK_SUCCEEDED, "ship").then(complete(x("$run.input.order"))));
        Plays plays = Plays.named("correlate " + n).deploy(wf);
        for (int i = 0; i < n; i++) {
            plays.start("order", "r" + i, Map.of("order", "o" + i));
            plays.event(60_000 + random.nextInt(5), "", "paid", "", "p" + i, Map.of("order", "o" + i));
        }
        return plays.judge(sim -> {
            for (int i = 0; i < n; i++) {
                Scope scope = new Scope("w", "r" + i);
                Object root = sim.store().scopes().get(scope).root.output();
                if (!("o" + i).equals(root)) {
                    sim.broken("L5", "expected " + scope + " to end with o" + i + ", but got " + root);
                }
            }
        });
    }

    /** A threshold that repeats: every event is of exactly one round. */
    private static Scenario rounds(SplittableRandom random) {
        int size = 1 + random.nextInt(3);
        int rounds = 1 + random.nextInt(4);
        Wf wf = Wf.named("rounds")
                .add(trigger("round")
                        .on("e")
                        .condition(every(size))
                        .then(invoke("f"), emit("round", x("$string($event.id)"), x("$results"))))
                .add(trigger("count").on("round").condition(join(rounds)).then(complete("all")));
        Plays plays = Plays.named(rounds + " rounds of " + size)
                .deploy(wf)
                .start("rounds", "r", null)
                .undetermined();
        for (int i = 0; i < size * rounds; i++) {
            plays.event(20 + random.nextInt(60), "r", "e", "", "e" + i, i);
        }
        return plays.judge(sim -> {
            expect(sim, RunStatus.SUCCEEDED, "all");
            if (sim.launcher().accepted.size() != rounds) {
                sim.broken("L7", "expected " + rounds + " launches, but got " + sim.launcher().accepted);
            }
        });
    }

    /** Terminations that never come: the time limit, or the sweeper, says so. */
    private static Scenario lost(SplittableRandom random) {
        int n = 1 + random.nextInt(4);
        Optional<Duration> limit = random.nextBoolean() ? Optional.of(Duration.ofMinutes(20)) : Optional.empty();
        boolean again = random.nextBoolean();
        Wf wf = Wf.named("lost")
                .add(trigger("go").onStart().then(each("f", "$run.input", again ? retry(2) : RetryPolicy.NONE, limit)))
                .add(trigger("all")
                        .onEnd("f")
                        .condition(random.nextBoolean() ? join(n) : join("$count($run.input)"))
                        .then(complete("ok"))
                        .onFailure(complete("failed")));
        return Plays.named("lost of " + n + (again ? " again" : "") + limit)
                .deploy(wf)
                .start("lost", "r", items(n))
                .functions(l ->
                        l.address().item() == 0 && l.address().attempt() == 1 ? new Reply.Lose() : Reply.succeed(1))
                .undetermined()
                .judge(sim -> expect(sim, RunStatus.SUCCEEDED, again ? "ok" : "failed"));
    }

    /** Standing triggers, some of whose launches are never heard of: with a retry, with a route of their own, or for others to handle. */
    private static Scenario standing(SplittableRandom random) {
        int n = 1 + random.nextInt(5);
        boolean again = random.nextInt(3) == 0;
        boolean many = random.nextBoolean();
        Optional<Duration> limit = random.nextInt(4) == 0 ? Optional.of(Duration.ofMinutes(40)) : Optional.empty();
        RetryPolicy retry = again ? retry(2) : RetryPolicy.NONE;
        Wf.T launching = trigger("launching")
                .on("e")
                .then(
                        many ? each("f", "$event.data", retry, limit) : invoke("f", retry, limit),
                        schedule(x("'after ' & $event.id"), random.nextBoolean() ? "PT1S" : "PT1H"));
        Plays plays = Plays.named("standing " + n + (again ? " again" : "") + limit);
        Map<String, Object> expected = new TreeMap<>();
        switch (random.nextInt(4)) {
            case 0 -> {
                plays.standing(launching.onFailure(set("lost", x("$failure.error"))));
                expected.put("lost", Failure.TIMED_OUT);
            }
            case 1 -> {
                plays.standing(
                        launching,
                        trigger("late").on(EventTypes.TASK_TIMED_OUT, "f").then(set("lost", x("$event.data.error"))));
                expected.put("lost", Failure.TIMED_OUT);
            }
            case 2 -> {
                plays.standing(
                        launching,
                        trigger("all")
                                .onEnd("f")
                                .condition(random.nextBoolean() ? join(n) : join("" + n))
                                .then(set("had", n))
                                .onFailure(set("lost", x("$failure.error"))));
                expected.put(again ? "had" : "lost", again ? n : Failure.JOIN_FAILED);
                plays.undetermined();
            }
            default -> {
                Wf child = Wf.named("child")
                        .add(trigger("c").onStart().then(schedule("end", "PT3H")))
                        .add(trigger("e").on(EventTypes.TIMER_FIRED, "end").then(complete("grown")));
                plays.deploy(child)
                        .standing(
                                launching.onFailure(set("lost", x("$failure.error"))),
                                trigger("bearing").on("e").then(start("child", "bred", "x", false)),
                                trigger("bred")
                                        .on(EventTypes.TASK_SUCCEEDED, "bred")
                                        .then(set("child", x("$event.data"))));
                expected.put("lost", Failure.TIMED_OUT);
                expected.put("child", "grown");
            }
        }
        if (again) {
            expected.remove("lost");
        }
        if (many) {
            plays.event(20, "", "e", "", "e", items(n));
        } else {
            for (int i = 0; i < n; i++) {
                plays.event(20 + random.nextInt(60), "", "e", "", "e" + i, i);
            }
        }
        return plays.functions(l ->
                        Integer.valueOf(0).equals(l.payload()) && l.address().attempt() == 1
                                ? new Reply.Lose()
                                : Reply.succeed(1))
                .judge(sim -> {
                    Map<String, Object> context = new TreeMap<>(
                            sim.store().scopes().get(Scope.workspace("w")).root.context());
                    if (!context.toString().equals(expected.toString())) {
                        sim.broken("L5", "expected the workspace to have " + expected + ", but it has " + context);
                    }
                });
    }

    /** A fan-out that goes through the queue in slices. */
    private static Scenario slices(SplittableRandom random) {
        int n = 101 + random.nextInt(30);
        Wf wf = Wf.named("slices")
                .add(trigger("go").onStart().then(set("n", n), each("f", "[1.." + n + "]")))
                .add(trigger("all")
                        .on(EventTypes.TASK_SUCCEEDED, "f")
                        .condition(join(random.nextBoolean() ? "$run.context.n" : "" + n))
                        .then(complete(x("$count($results)"))));
        return Plays.named("slices of " + n)
                .deploy(wf)
                .start("slices", "r", null)
                .judge(sim -> expect(sim, RunStatus.SUCCEEDED, n));
    }

    /** Triggers that undo with their firing what they fired by. */
    private static Scenario self(SplittableRandom random) {
        int how = random.nextInt(4);
        Wf wf = Wf.named("self");
        switch (how) {
            case 0 -> wf.add(trigger("t").on("e").then(turn(Action.Operation.RETIRE, "t"), invoke("f")));
            case 1 ->
                wf.add(trigger("t")
                        .on("e")
                        .when("$not($exists($run.context.done))")
                        .then(set("done", true), invoke("f")));
            case 2 ->
                wf.add(trigger("t")
                        .on("e")
                        .condition(random.nextBoolean() ? join(1) : join("$run.input"))
                        .then(turn(Action.Operation.RETIRE, "t"), invoke("f")));
            default ->
                wf.add(trigger("t")
                        .on("e")
                        .condition(random.nextBoolean() ? join(1) : join("$run.input"))
                        .then(
                                invoke("f"),
                                turn(Action.Operation.DISABLE, "t"),
                                emit(new Action.Target.ToBus(Optional.empty()), "fired", "", 1, Duration.ZERO)));
        }
        boolean ends = random.nextBoolean();
        if (ends) {
            wf.add(trigger("end")
                    .on(EventTypes.TASK_SUCCEEDED, "f")
                    .condition(random.nextBoolean() ? join(1) : join("$run.input"))
                    .then(
                            emit(new Action.Target.ToBus(Optional.empty()), "ended", "", 1, Duration.ZERO),
                            invoke("bye"),
                            complete("self")));
        } else {
            wf.add(trigger("end")
                    .on(EventTypes.TASK_SUCCEEDED, "f")
                    .then(
                            emit(new Action.Target.ToBus(Optional.empty()), "ended", "", 1, Duration.ZERO),
                            invoke("bye"),
                            complete("self")));
        }
        return Plays.named("self " + how)
                .deploy(wf)
                .start("self", "r", 1)
                .event(20, "r", "e", "", "e", 1)
                .judge(sim -> expect(sim, RunStatus.SUCCEEDED, "self"));
    }

    /** Members that come after their join held. */
    private static Scenario late(SplittableRandom random) {
        int n = 3 + random.nextInt(4);
        Condition.Size size = random.nextBoolean()
                ? new Condition.Size.Fixed(n)
                : new Condition.Size.Computed(new io.triggerflow.core.model.Expression("$run.input"));
        Wf wf = Wf.named("late")
                .add(trigger("some")
                        .on("e")
                        .condition(join(size, new Condition.Need.Count(2)))
                        .deadline(Duration.ofHours(5), Deadline.From.START, Deadline.Then.FAIL, Deadline.Late.EMIT)
                        .then(set("held", true)))
                .add(trigger("late")
                        .on(EventTypes.LATE, "some")
                        .condition(join(1))
                        .then(set("late", x("$count($results)"))))
                .add(trigger("arm").onStart().then(schedule("end", "PT2H")))
                .add(trigger("end")
                        .on(EventTypes.TIMER_FIRED, "end")
                        .then(complete(x("[$run.context.held, $run.context.late]"))));
        Plays plays = Plays.named("late " + n).deploy(wf).start("late", "r", n).undetermined();
        plays.event(20, "r", "e", "", "e0", 0).event(20 + random.nextInt(20), "r", "e", "", "e1", 1);
        for (int i = 2; i < n; i++) {
            plays.event(3_600_000L + random.nextInt(50), "r", "e", "", "e" + i, i);
        }
        return plays.judge(sim -> expect(sim, RunStatus.SUCCEEDED, List.of(true, 1)));
    }

    /** A fan-out of nothing. */
    private static Scenario empty(SplittableRandom random) {
        String size = random.nextBoolean() ? "$run.context.n" : "$count($run.input.items)";
        boolean register = random.nextInt(3) == 0;
        Wf.T all = trigger("all")
                .on(EventTypes.TASK_SUCCEEDED, "f")
                .condition(join(size))
                .then(complete("nothing"));
        Wf wf = Wf.named("empty")
                .add(trigger("go")
                        .onStart()
                        .then(
                                each("f", "$run.input.items"),
                                set("n", x("$count($run.input.items)")),
                                register ? register(all) : set("m", 1)));
        if (!register) {
            wf.add(all);
        }
        return Plays.named("empty " + size)
                .deploy(wf)
                .start("empty", "r", Map.of("items", List.of()))
                .judge(sim -> expect(sim, RunStatus.SUCCEEDED, "nothing"));
    }

    /** Launches with a time limit, some of which end near it: one outcome each, and the join agrees. */
    private static Scenario timed(SplittableRandom random) {
        int n = 1 + random.nextInt(5);
        Wf wf = Wf.named("timed")
                .add(trigger("go")
                        .onStart()
                        .then(each("f", "$run.input", RetryPolicy.NONE, Optional.of(Duration.ofSeconds(30)))))
                .add(trigger("all")
                        .onEnd("f")
                        .condition(ruled(
                                random.nextBoolean()
                                        ? new Condition.Size.Fixed(n)
                                        : new Condition.Size.Computed(
                                                new io.triggerflow.core.model.Expression("$count($run.input)")),
                                "$arrived = $size"))
                        .then(complete(x("$outcomes.succeeded + $outcomes.failed"))));
        return Plays.named("timed " + n)
                .deploy(wf)
                .start("timed", "r", items(n))
                .functions(l ->
                        new Reply.Succeed(1, Duration.ofSeconds(29 + l.address().item() % 3)))
                .undetermined()
                .judge(sim -> expect(sim, RunStatus.SUCCEEDED, n));
    }

    /** Events that come before the trigger that wants them, which comes from outside. */
    private static Scenario tooEarly(SplittableRandom random) {
        int n = 1 + random.nextInt(3);
        Wf wf = Wf.named("early").add(trigger("go").onStart().then(set("began", true)));
        Wf.T wanted = trigger("wanted")
                .on("e")
                .condition(random.nextBoolean() ? join(n) : join("$run.input"))
                .then(complete("had"));
        boolean first = random.nextBoolean();
        Plays plays =
                Plays.named("too early " + n).deploy(wf).start("early", "r", n).undetermined();
        for (int i = 0; i < n; i++) {
            plays.event(20 + random.nextInt(60), "r", "e", "", "e" + i, i);
        }
        return plays.at(first ? 15 : 20 + random.nextInt(60), control -> addUnlessThere(control, wanted))
                .judge(sim -> expect(sim, RunStatus.SUCCEEDED, "had"));
    }

    private static void addUnlessThere(io.triggerflow.core.control.Control control, Wf.T wanted) {
        try {
            control.addTriggers(RUN, List.of(wanted.build()));
        } catch (io.triggerflow.core.control.ControlException e) {
            // Asked again after it was done, and the run has gone on to its end.
            if (e.kind() != io.triggerflow.core.control.ControlException.Kind.CONFLICT) {
                throw e;
            }
        }
    }
}

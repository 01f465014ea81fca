package io.triggerflow.tests.sim;

import static io.triggerflow.tests.sim.Wf.complete;
import static io.triggerflow.tests.sim.Wf.each;
import static io.triggerflow.tests.sim.Wf.emit;
import static io.triggerflow.tests.sim.Wf.invoke;
import static io.triggerflow.tests.sim.Wf.join;
import static io.triggerflow.tests.sim.Wf.trigger;
import static io.triggerflow.tests.sim.Wf.x;

import io.triggerflow.core.composite.CompositeText;
import io.triggerflow.core.model.Action;
import io.triggerflow.core.model.Composite;
import io.triggerflow.core.model.CompositeRule;
import io.triggerflow.core.model.Condition;
import io.triggerflow.core.model.Deadline;
import io.triggerflow.core.model.Event;
import io.triggerflow.core.model.EventPattern;
import io.triggerflow.core.model.EventTypes;
import io.triggerflow.core.model.Expression;
import io.triggerflow.core.model.Launch;
import io.triggerflow.core.model.RunStatus;
import io.triggerflow.core.model.Scope;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Composite events and joins by key. What is detected is compared with the definitions, worked out from the events alone, and with a kind
 * world.
 */
public final class Composed {
    /** More than all faults of a world can hold up an event. */
    private static final String LATENESS = " lateness PT20M";

    private static final int MINUTE = 60_000;

    private Composed() {}

    /** A composite event whose names are types of events. */
    static Condition composite(String detect) {
        CompositeRule rule = CompositeText.read(detect);
        Map<String, Composite.Source> sources = new TreeMap<>();
        rule.names()
                .forEach(n -> sources.put(
                        n,
                        new Composite.Source(List.of(new EventPattern.Exact(n, Optional.empty())), Optional.empty())));
        return new Condition.Composite(sources, rule);
    }

    /** A trigger on what its composite event is made of. */
    public static Wf.T on(String id, String detect) {
        Condition.Composite composite = (Condition.Composite) composite(detect);
        Wf.T trigger = trigger(id).condition(composite);
        composite.events().keySet().forEach(trigger::on);
        return trigger;
    }

    /** A join of so many events a key. */
    static Condition.Join keyed(int size, String key, boolean repeat) {
        return new Condition.Join(
                new Condition.Size.Fixed(size),
                List.of(),
                new Condition.MemberKey.Identity(),
                new Condition.Need.All(),
                Optional.empty(),
                true,
                repeat,
                Optional.of(new Expression(key)));
    }

    /** An event of a key; at once: it comes together with others, so that several workers have events of a key at the same time. */
    private static void emitted(Plays plays, boolean atOnce, int at, String type, String id, String key) {
        Event event = new Event(id, "user", type, "", Sim.START.plusMillis(at), Map.of("k", key), Map.of());
        plays.at(atOnce ? 100 : 100 + at, control -> control.emit(Scope.workspace("w"), List.of(event)));
    }

    /** Both in this order, within an hour, by key; the oldest first. */
    static Scenario sequence(SplittableRandom random) {
        int keys = 1 + random.nextInt(3);
        String context = List.of("chronicle", "recent", "continuous", "cumulative", "unrestricted")
                .get(random.nextInt(5));
        Plays plays = Plays.named("sequence " + context + " of " + keys)
                .standing(
                        on("pair", "SEQ(a, b) within PT1H context " + context + " by $.k" + LATENESS)
                                .then(invoke("f"), emit("paired", x("$key"), x("$detection"))),
                        trigger("paired").on("paired").then(invoke("g")));
        boolean atOnce = random.nextBoolean();
        int pause = atOnce ? 20 : 40 * MINUTE;
        Map<String, Integer> expected = new TreeMap<>();
        for (int k = 0; k < keys; k++) {
            Deque<Integer> open = new ArrayDeque<>();
            int pairs = 0;
            int at = random.nextInt(pause);
            for (int i = 1 + random.nextInt(6); i > 0; i--) {
                at += 1 + random.nextInt(pause);
                boolean first = random.nextBoolean();
                emitted(plays, atOnce, at, first ? "a" : "b", k + "-" + at, "k" + k);
                if (first) {
                    open.add(at);
                } else {
                    int now = at;
                    open.removeIf(a -> now - a > 60 * MINUTE);
                    pairs += open.poll() == null ? 0 : 1;
                }
            }
            if (pairs > 0) {
                expected.put("k" + k, pairs);
            }
        }
        return context.equals("chronicle") ? plays.judge(sim -> detected(sim, expected)) : plays;
    }

    /** What does not come in time, by key; or the clock within windows. */
    static Scenario absence(SplittableRandom random) {
        int orders = 1 + random.nextInt(4);
        boolean periodic = random.nextInt(3) == 0;
        String detect = periodic ? "P(paid, PT50M, shipped)" : "NOT(shipped)[paid, PT2H]";
        Plays plays = Plays.named((periodic ? "periods " : "absence ") + orders)
                .standing(on("overdue", detect + " by $.k" + LATENESS).then(invoke("f")));
        Map<String, Integer> expected = new TreeMap<>();
        for (int i = 0; i < orders; i++) {
            int paid = 100 + random.nextInt(40 * MINUTE);
            // Ticks go on until they are stopped, and a world must end.
            int after = 1 + random.nextInt(180 * MINUTE);
            boolean ships = periodic || random.nextInt(3) != 0;
            plays.event(paid, "", "paid", "", "p" + i, Map.of("k", "o" + i));
            if (ships) {
                plays.event(paid + after, "", "shipped", "", "s" + i, Map.of("k", "o" + i));
            }
            int times = periodic ? (after - 1) / (50 * MINUTE) : !ships || after > 120 * MINUTE ? 1 : 0;
            if (times > 0) {
                expected.put("o" + i, times);
            }
        }
        return plays.judge(sim -> detected(sim, expected));
    }

    /** Of each key one launch of f a detection. */
    private static void detected(Sim sim, Map<String, Integer> expected) {
        Map<String, TreeSet<String>> launches = new TreeMap<>();
        for (Launch.Invoke call : sim.calls()) {
            if (call.function().equals("f") && call.payload() instanceof Map<?, ?> data) {
                launches.computeIfAbsent(String.valueOf(data.get("key")), k -> new TreeSet<>())
                        .add(call.address().id());
            }
        }
        Map<String, Integer> counts = new TreeMap<>();
        launches.forEach((key, ids) -> counts.put(key, ids.size()));
        if (!counts.equals(expected)) {
            sim.broken("L5", "expected " + expected + " detections by key, but got " + counts);
        }
    }

    /** Both, in any order: one from a run, one from anybody. */
    static Scenario across(SplittableRandom random) {
        int n = 1 + random.nextInt(3);
        Wf wf = Wf.named("paying")
                .add(trigger("go")
                        .onStart()
                        .then(
                                emit(
                                        new Action.Target.ToWorkspace(Optional.empty()),
                                        "paid",
                                        "",
                                        Map.of("k", x("$run.name")),
                                        Duration.ZERO),
                                complete("paid")));
        Plays plays = Plays.named("across " + n)
                .standing(on("both", "AND(paid, packed) by $.k" + LATENESS).then(invoke("f")))
                .deploy(wf)
                .undetermined();
        Map<String, Integer> expected = new TreeMap<>();
        for (int i = 0; i < n; i++) {
            plays.start("paying", "r" + i, i);
            if (random.nextInt(4) != 0) {
                plays.event(100 + random.nextInt(30 * MINUTE), "", "packed", "", "p" + i, Map.of("k", "r" + i));
                expected.put("r" + i, 1);
            }
        }
        return plays.judge(sim -> detected(sim, expected));
    }

    /** Groups of a fan-out, each reduced when it is complete. */
    static Scenario groups(SplittableRandom random) {
        int groups = 1 + random.nextInt(3);
        int size = 1 + random.nextInt(3);
        int n = groups * size;
        Wf wf = Wf.named("groups")
                .add(trigger("go").onStart().then(each("f", "[0.." + (n - 1) + "]")))
                .add(trigger("group")
                        .on(EventTypes.TASK_SUCCEEDED, "f")
                        .condition(keyed(size, "$event.data.g", false))
                        .then(emit("group", x("$key"), x("$sum($results.v)"))))
                .add(trigger("all").on("group").condition(join(groups)).then(complete(x("$sum($results)"))));
        return Plays.named("groups " + groups + " of " + size)
                .deploy(wf)
                .start("groups", "r", null)
                .functions(l -> Reply.succeed(Map.of(
                        "g", "g" + l.address().item() % groups, "v", l.address().item())))
                .judge(sim -> {
                    var root = sim.store().scopes().get(new Scope("w", "r")).root;
                    if (root.status() != RunStatus.SUCCEEDED
                            || !String.valueOf(n * (n - 1) / 2).equals(String.valueOf(root.output()))) {
                        sim.broken("L5", "expected the sum of all, but got " + root);
                    }
                });
    }

    /** Joins by key that stand, with a deadline each; or rounds of each. */
    static Scenario rendezvous(SplittableRandom random) {
        int keys = 1 + random.nextInt(3);
        int size = 2 + random.nextInt(2);
        boolean repeat = random.nextBoolean();
        boolean atOnce = random.nextBoolean();
        Wf.T meet = trigger("meet")
                .on("e")
                .condition(keyed(size, "$event.data.k", repeat))
                .then(invoked("$count($results)"));
        if (!repeat) {
            meet.deadline(Duration.ofHours(2), Deadline.From.FIRST, Deadline.Then.FIRE, Deadline.Late.IGNORE);
        }
        Plays plays = Plays.named("rendezvous " + keys + " of " + size + (repeat ? " again" : ""))
                .standing(meet);
        Map<String, Integer> expected = new TreeMap<>();
        for (int k = 0; k < keys; k++) {
            int rounds = repeat ? 1 + random.nextInt(2) : 1;
            int members = repeat ? rounds * size : size - random.nextInt(2);
            for (int i = 0; i < members; i++) {
                emitted(plays, atOnce, random.nextInt(30 * MINUTE), "e", k + "-" + i, "k" + k);
            }
            if (members > 0) {
                expected.put("k" + k, rounds);
            }
        }
        if (repeat) {
            plays.undetermined();
        }
        return plays.judge(sim -> detected(sim, expected));
    }

    private static Action invoked(String count) {
        return new Action.Invoke(
                "f",
                Optional.of(Map.of("key", x("$key"), "n", x(count))),
                Optional.of("f"),
                Optional.empty(),
                Optional.empty(),
                io.triggerflow.core.model.RetryPolicy.NONE,
                Optional.empty(),
                Action.Correlation.PAYLOAD);
    }
}

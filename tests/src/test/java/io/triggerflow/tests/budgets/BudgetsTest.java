package io.triggerflow.tests.budgets;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.triggerflow.cli.Counted;
import io.triggerflow.cli.Prices;
import io.triggerflow.core.model.RunStatus;
import io.triggerflow.core.model.Scope;
import io.triggerflow.core.model.TriggerState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/** The budgets of the design, counted over real embedded services. Fails above any of them; writes target/budgets.json. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.MethodName.class)
class BudgetsTest {
    private static final Prices PRICES = Prices.load();
    private static final Counted COUNTED = Counted.load();
    /** Units are exact, but for what the first batch of a join does that the others do not. */
    private static final double TOLERANCE = 0.2;

    /** The engine's memory size in the template, and the batch size that one of its invocations has under load. */
    private static final double ENGINE_GB = 1.0;

    private static final int BATCH = 10;
    private static final Instant START = Instant.now().truncatedTo(ChronoUnit.SECONDS);

    private final Budgets budgets = new Budgets();
    private final List<String> misreckoned = new ArrayList<>();
    private Rig rig;

    @BeforeAll
    void start() {
        rig = new Rig();
    }

    @AfterAll
    void stop() throws IOException {
        rig.close();
        budgets.print(System.out);
        budgets.write(Rig.root().resolve("tests/target/budgets.json"));
        assertEquals(List.of(), budgets.broken());
        assertEquals(List.of(), misreckoned);
    }

    private static String chain(String name, int steps, int others) {
        StringBuilder yaml = new StringBuilder("workflow: " + name + "\nmaxTransitions: 100000\ntriggers:\n");
        for (int i = 0; i <= steps; i++) {
            String on = i == 0 ? "{start: true}" : "{task: t" + i + "}";
            String act = i == steps
                    ? "{complete: {}}"
                    : "{invoke: {function: f, task: t" + (i + 1)
                            + ", payload: {n: \"{% $exists($event.data.n) ? $event.data.n : 0 %}\"}}}";
            yaml.append("  - {id: s" + i + ", on: " + on + ", actions: [" + act + "]}\n");
        }
        for (int i = 0; i < others; i++) {
            yaml.append("  - {id: other" + i + ", on: {type: other" + i + "}, actions: [{set: {x: 1}}]}\n");
        }
        return yaml.toString();
    }

    private void step() {
        rig.succeed(Map.of("n", 1));
        rig.pump(BATCH);
    }

    @Test
    void sequentialTransition() {
        rig.deploy(chain("chain", 120, 0));
        rig.control.start("default", "chain", Optional.empty(), "chain-1", Map.of("customer", "c-1"));
        rig.pump(BATCH);
        for (int i = 0; i < 20; i++) {
            step();
        }
        rig.meter.reset();
        int steps = 90;
        for (int i = 0; i < steps; i++) {
            step();
        }
        budgets.add("sequential transition: DynamoDB write requests", rig.meter.get("writes") / steps, 1, "");
        budgets.add("sequential transition: DynamoDB read requests", rig.meter.get("reads") / steps, 1, "");
        budgets.add("sequential transition: write units", rig.meter.get("wru") / steps, 2, "WRU");
        budgets.add("sequential transition: SQS messages in", rig.meter.get("received") / steps, 1, "");
        budgets.add(
                "sequential transition: SQS messages sent by the engine",
                (rig.meter.get("sent") - steps) / steps,
                0,
                "");
        dollars(steps);
        reckoned("transition", steps);
    }

    /** A task with one upstream costs what a sequential transition costs; one that joins two, a write more for each of them and its own. */
    @Test
    void tasksOfADag() {
        StringBuilder chain = new StringBuilder("{dag: dagchain, tasks: [{id: t0, invoke: f}");
        StringBuilder fan = new StringBuilder("{dag: dagfan, tasks: [{id: first, invoke: f}");
        List<String> all = new ArrayList<>();
        for (int i = 1; i <= 60; i++) {
            chain.append(
                    ", {id: t%d, after: t%d, invoke: f, payload: {n: '{{ tasks.t%d.result.n }}', first: '{{ tasks.t0.result.n }}'}}"
                            .formatted(i, i - 1, i - 1));
            fan.append(", {id: f%d, after: first, invoke: f}".formatted(i));
            all.add("f" + i);
        }
        rig.deploy(chain.append("]}").toString());
        rig.deploy(fan.append(", {id: last, invoke: f, after: ")
                .append(all)
                .append("}]}")
                .toString());
        rig.control.start("default", "dagchain", Optional.empty(), "dagchain-1", null);
        rig.pump(BATCH);
        for (int i = 0; i < 10; i++) {
            step();
        }
        rig.meter.reset();
        int steps = 40;
        for (int i = 0; i < steps; i++) {
            step();
        }
        budgets.add("task of a DAG after another: DynamoDB write requests", rig.meter.get("writes") / steps, 1, "");
        budgets.add("task of a DAG after another: DynamoDB read requests", rig.meter.get("reads") / steps, 1, "");
        budgets.add("task of a DAG after another: write units", rig.meter.get("wru") / steps, 2, "WRU");
        rig.invocations.clear();
        rig.control.start("default", "dagfan", Optional.empty(), "dagfan-1", null);
        rig.pump(BATCH);
        step();
        rig.meter.reset();
        step();
        budgets.add(
                "task of a DAG that 59 others are joined with: DynamoDB write requests",
                rig.meter.get("writes") / 60,
                1.5,
                "");
    }

    /** What a launch keeps is read in the request that reads the root, and written in the entry that launches. */
    @Test
    void sequentialTransitionThatKeeps() {
        rig.deploy(chain("keeping", 60, 0)
                .replace("event.data.n", "kept.n + 1")
                .replace("invoke: {", "invoke: {keep: {n: \"{% $exists($kept.n) ? $kept.n + 1 : 0 %}\"}, "));
        rig.control.start("default", "keeping", Optional.empty(), "keeping-1", Map.of("customer", "c-1"));
        rig.pump(BATCH);
        for (int i = 0; i < 10; i++) {
            step();
        }
        rig.meter.reset();
        int steps = 40;
        for (int i = 0; i < steps; i++) {
            step();
        }
        budgets.add("transition that keeps: DynamoDB write requests", rig.meter.get("writes") / steps, 1, "");
        budgets.add("transition that keeps: DynamoDB read requests", rig.meter.get("reads") / steps, 1, "");
        budgets.add("transition that keeps: write units", rig.meter.get("wru") / steps, 2, "WRU");
        assertEquals(50, rig.invocations.peek().path("n").asInt());
    }

    /** One termination sent by the destination, received and deleted by tens; the engine's time is measured at a batch of one, here. */
    private void dollars(int steps) {
        double sqs = PRICES.of("sqs.request") * (1 + 2.0 / BATCH);
        double dynamo = PRICES.of("dynamodb.write") * rig.meter.get("wru") / steps
                + PRICES.of("dynamodb.read") * rig.meter.get("rru") / steps;
        double seconds = rig.meter.get("engineNanos") / 1e9 / steps;
        double lambda = PRICES.of("lambda.request") / BATCH + PRICES.of("lambda.gbsecond") * ENGINE_GB * seconds;
        budgets.tell("sequential transition: engine time, batch of one", seconds * 1000, "ms");
        budgets.add("one million sequential transitions", (sqs + dynamo + lambda) * 1e6, 2.50, "$");
    }

    /** What 'triggerflow cost' reckons with is what is counted here. */
    private void reckoned(String what, String of, double measured) {
        double said = COUNTED.of(what, of);
        budgets.tell("counted.json, " + what + ": " + of + " (" + said + " said)", measured, "");
        if (Math.abs(said - measured) > Math.max(0.001, TOLERANCE * said)) {
            misreckoned.add(what + ": " + of + " in counted.json is " + said + ", and counted " + measured);
        }
    }

    private void reckoned(String what, double times) {
        reckoned(what, "writeUnits", rig.meter.get("wru") / times);
        reckoned(what, "readUnits", rig.meter.get("rru") / times);
    }

    @Test
    void runWithoutItsTransitions() {
        int steps = 10;
        rig.deploy(chain("short", steps, 0));
        rig.control.start("default", "short", Optional.empty(), "short-0", Map.of());
        rig.pump(BATCH);
        for (int i = 0; i < steps; i++) {
            step();
        }
        rig.meter.reset();
        rig.control.start("default", "short", Optional.empty(), "short-1", Map.of("customer", "c-1"));
        rig.pump(BATCH);
        for (int i = 0; i < steps; i++) {
            step();
        }
        reckoned("run", "writeUnits", rig.meter.get("wru") - steps * COUNTED.of("transition", "writeUnits"));
        reckoned("run", "readUnits", rig.meter.get("rru") - steps * COUNTED.of("transition", "readUnits"));
    }

    @Test
    void passChoiceAndJoinInOneTurn() {
        rig.deploy("""
        workflow: passes
        triggers:
          - {id: a, on: {start: true}, actions: [{emit: {type: p1}}]}
          - {id: b, on: {type: p1}, actions: [{emit: {type: p2}}]}
          - {id: choice, on: {type: p2}, condition: {when: "{% true %}"}, actions: [{emit: {type: l}}, {emit: {type: r}}]}
          - {id: join, on: [{type: l}, {type: r}], condition: {join: {size: 2, by: event}}, actions: [{emit: {type: end}}]}
          - {id: end, on: {type: end}, actions: [{complete: {}}]}
        """);
        rig.control.start("default", "passes", Optional.empty(), "passes-1", Map.of());
        rig.meter.reset();
        rig.pump(BATCH);
        assertEquals(
                RunStatus.SUCCEEDED,
                rig.control.get(new Scope("default", "passes-1")).status());
        budgets.add("pass, choice, join in one turn: messages through the queue", rig.meter.get("sent"), 0, "");
        budgets.add("pass, pass, choice: write requests before the join", rig.meter.get("writes"), 4, "");
    }

    @Test
    void joinMembers() {
        joinMembers(10, 0.5);
        joinMembers(100, 0.1);
        joinMembers(1_000, 0.1);
    }

    private void joinMembers(int batch, double allowed) {
        int members = 3_000;
        String name = "join" + batch;
        rig.deploy("workflow: " + name + "\ntriggers:\n  - {id: j, on: {type: m}, condition: {threshold: {count: "
                + members + "}}, actions: [{complete: {}}]}\n");
        rig.control.start("default", name, Optional.empty(), name, Map.of());
        rig.pump(BATCH);
        List<String> bodies = new ArrayList<>();
        for (int i = 0; i < members; i++) {
            bodies.add("{\"specversion\":\"1.0\",\"id\":\"e" + i
                    + "\",\"source\":\"budgets\",\"type\":\"m\",\"tfworkspace\":\"default\",\"tfrun\":\"" + name
                    + "\"}");
        }
        rig.send(bodies);
        rig.meter.reset();
        rig.pump(batch);
        assertEquals(
                RunStatus.SUCCEEDED, rig.control.get(new Scope("default", name)).status());
        budgets.add(
                "join member, batch of " + batch + ": write requests", rig.meter.get("writes") / members, allowed, "");
        budgets.add("join member, batch of " + batch + ": write units", rig.meter.get("wru") / members, 1, "WRU");
        budgets.tell(
                "join member, batch of " + batch + ": engine time", rig.meter.get("engineNanos") / 1e6 / members, "ms");
        reckoned("member " + batch, members);
    }

    @Test
    void compositeEventsByKey() {
        double few = pairsAmong(100);
        double many = pairsAmong(10_000);
        budgets.add("SEQ by key: requests and units an event among 10,000 open windows, to 100", many / few, 1.02, "x");
    }

    /** Two events in a row of each of 50 keys, among others whose windows are open. */
    private double pairsAmong(int open) {
        int pairs = 50;
        String name = "pairs-" + open;
        rig.stand(name, """
        id: pair
        condition:
          composite:
            events: {a: {on: {type: a}}, b: {on: {type: b}}}
            detect: SEQ(a, b) within P1D by $.k
        actions: []
        """);
        Scope workspace = Scope.workspace(name);
        rig.send(List.of(keyed(name, "a", "open", 0)));
        rig.pump(BATCH);
        rig.copyKey(workspace, new TriggerState.Instance("pair", "open"), open - 1);
        List<String> firsts = new ArrayList<>();
        List<String> seconds = new ArrayList<>();
        for (int i = 0; i < pairs; i++) {
            firsts.add(keyed(name, "a", "k" + i, i));
            seconds.add(keyed(name, "b", "k" + i, 1_000 + i));
        }
        rig.meter.reset();
        rig.send(firsts);
        rig.pump(BATCH);
        rig.send(seconds);
        rig.pump(BATCH);
        double events = 2 * pairs;
        String what = "SEQ by key among " + open + " open windows: ";
        budgets.add(what + "write requests an event", rig.meter.get("writes") / events, 1, "");
        budgets.add(what + "write units an event", rig.meter.get("wru") / events, 4, "WRU");
        budgets.add(
                what + "read requests an event, one in ten for the workspace",
                rig.meter.get("reads") / events,
                1.1,
                "");
        budgets.tell(what + "engine time", rig.meter.get("engineNanos") / 1e6 / events, "ms");
        assertEquals(
                pairs,
                rig.control.history(workspace).stream()
                        .filter(e -> e.key().startsWith("composite:"))
                        .count());
        return (rig.meter.get("writes") + rig.meter.get("reads") + rig.meter.get("wru") + rig.meter.get("rru"))
                / events;
    }

    private static String keyed(String workspace, String type, String key, int millis) {
        return "{\"specversion\":\"1.0\",\"id\":\"" + type + key + "\",\"source\":\"budgets\",\"type\":\"" + type
                + "\",\"time\":\"" + START.plusMillis(millis) + "\",\"tfworkspace\":\"" + workspace
                + "\",\"data\":{\"k\":\"" + key + "\"}}";
    }

    @Test
    void startingARun() {
        rig.deploy(chain("large", 3, 2_000));
        rig.control.start("default", "large", Optional.empty(), "large-0", Map.of());
        rig.pump(BATCH);
        rig.meter.reset();
        rig.control.start("default", "large", Optional.empty(), "large-1", Map.of("customer", "c-1"));
        rig.pump(BATCH);
        budgets.add("starting a run of 2,004 triggers: write requests", rig.meter.get("writes"), 2, "");
        rig.succeed(Map.of());
        rig.pump(BATCH);
        rig.invocations.clear();
    }

    @Test
    void fanOut() {
        int n = 1_000;
        rig.deploy(
                "workflow: fan\ntriggers:\n"
                        + "  - {id: fan, on: {start: true}, actions: [{set: {n: \"{% $run.input.n %}\"}}, {invoke: {function: f, forEach: \"{% [1..$run.input.n] %}\", payload: {i: \"{% $item %}\"}}}]}\n"
                        + "  - {id: j, on: {task: fan}, condition: {join: {size: \"{% $run.context.n %}\"}}, actions: [{complete: {n: \"{% $count($results) %}\"}}]}\n");
        rig.control.start("default", "fan", Optional.empty(), "fan-1", Map.of("n", n));
        rig.meter.reset();
        int batches = rig.pump(1);
        assertEquals(n, rig.invocations.size());
        budgets.add("fan-out of 1,000: launches an engine invocation", (double) n / (batches - 1), 100, "");
        budgets.add("fan-out of 1,000: write requests", rig.meter.get("writes"), 1 + n / 100.0, "");
        rig.meter.reset();
        assertEquals(n, rig.succeed(Map.of("ok", true)));
        rig.pump(100);
        assertEquals(
                Map.of("n", n), rig.control.get(new Scope("default", "fan-1")).output());
        budgets.add(
                "join of a fan-out, results collected, batch of 100: write requests a member",
                rig.meter.get("writes") / n,
                0.1,
                "");
    }

    @Test
    void aTurnDoesNotGrow() {
        double early = turnOf("grow-small", 20, 0, 10);
        double late = turnOf("grow-late", 170, 0, 160);
        double wide = turnOf("grow-wide", 20, 3_000, 10);
        budgets.add("requests and units of a turn after 160 transitions, to those after 10", late / early, 1, "x");
        budgets.add("requests and units of a turn among 3,000 triggers, to those among 20", wide / early, 1, "x");
    }

    private double turnOf(String name, int steps, int others, int after) {
        rig.deploy(chain(name, steps, others));
        rig.control.start("default", name, Optional.empty(), name, Map.of());
        rig.pump(BATCH);
        for (int i = 0; i < after; i++) {
            step();
        }
        rig.meter.reset();
        step();
        double all = rig.meter.get("writes") + rig.meter.get("reads") + rig.meter.get("wru") + rig.meter.get("rru");
        rig.invocations.clear();
        return all;
    }

    @Test
    void zip() throws IOException {
        Path zip = Rig.root().resolve("functions/target/functions.zip");
        budgets.add("deployment zip", Files.size(zip) / 1024.0 / 1024.0, 25, "MiB");
    }
}

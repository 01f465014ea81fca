package io.triggerflow.tests.originals;

import static io.triggerflow.tests.sim.Wf.invoke;
import static io.triggerflow.tests.sim.Wf.join;
import static io.triggerflow.tests.sim.Wf.set;
import static io.triggerflow.tests.sim.Wf.trigger;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.triggerflow.core.control.ControlException;
import io.triggerflow.core.model.Action;
import io.triggerflow.core.model.Address;
import io.triggerflow.core.model.Event;
import io.triggerflow.core.model.EventTypes;
import io.triggerflow.core.model.RunStatus;
import io.triggerflow.core.model.Scope;
import io.triggerflow.local.template.LocalNames;
import io.triggerflow.local.template.Template;
import io.triggerflow.local.template.TemplateReader;
import io.triggerflow.local.usage.Usage;
import io.triggerflow.tests.e2e.Stack;
import io.triggerflow.tests.sim.Faults;
import io.triggerflow.tests.sim.Judge;
import io.triggerflow.tests.sim.Plays;
import io.triggerflow.tests.sim.Scenarios;
import io.triggerflow.tests.sim.Sim;
import io.triggerflow.tests.sim.SimStore;
import io.triggerflow.tests.sim.Wf;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/**
 * The defects of the original, one by one: none of them can happen here. Each is tried on the whole system: the template's own functions
 * over embedded services, in a region that is nobody's default. Before them everything dies once, in the middle of what several of
 * them began, and is opened again from disk. What takes luck to happen (crashes, races, orders) is tried in the simulator besides, which
 * judges each world by all laws.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DefectsTest {
    private static final String REGION = "eu-central-1";
    private static final String ECHO = "triggerflow-echo";
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Scope RUN = new Scope("w", "r");
    /** Processes die often, and every answer may be lost. */
    private static final Faults CRASHING = new Faults(2, 0.15, 0, 0.05, 0, 0, 0.2, 0, 0, true, 5, 25);

    /** The clock of the machine; the other services go by the real one. */
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2030-01-10T00:30:00Z"));

    private Machine machine;
    private Stack stack;

    // ---- The whole system
    // ----------------------------------------------------------------------------------------------------------------

    @BeforeAll
    void dieOnce(@TempDir Path dir) {
        machine = new Machine(dir, now::get);
        beginL1();
        beginL2();
        beginL5();
        beginL7();
        beginL8();
        beginL12();
        beginL13();
        beginL21();
        machine.close();
        now.set(now.get().plus(Duration.ofHours(45)));
        machine = new Machine(dir, now::get);
        stack = new Stack(
                Stack.options().withTemplate(Machine.resource("defects.yaml")).withRegion(REGION));
    }

    @AfterAll
    void stop() {
        machine.close();
        stack.close();
    }

    private void deploy(String bundle) {
        stack.deploy(bundle);
    }

    /** Deploys a bundle and starts a run of its name. */
    private void begin(String name, Object input, String triggers) {
        deploy("workflow: " + name + "\n" + triggers);
        stack.start(name, name, input);
    }

    private JsonNode run(String name) {
        return stack.call("GET", "/workspaces/default/runs/" + name, null);
    }

    private JsonNode ended(String name) {
        return stack.await(name, LIMIT);
    }

    private JsonNode output(String name) {
        JsonNode run = ended(name);
        assertEquals("SUCCEEDED", run.path("status").asText(), run::toString);
        return run.path("output");
    }

    private void send(String run, String type, int from, int to) {
        stack.send(IntStream.range(from, to)
                .mapToObj(i -> Stack.event(type + i, type, run))
                .toList());
    }

    private JsonNode state(String run, String trigger) {
        return stack.call("GET", "/workspaces/default/runs/" + run + "/triggers/" + trigger, null)
                .path("state");
    }

    private JsonNode history(String run) {
        return stack.call("GET", "/workspaces/default/runs/" + run + "/history", null)
                .path("entries");
    }

    private long firingsOf(String run, String trigger) {
        return history(run).findValues("firings").stream()
                .flatMap(firings ->
                        Stream.iterate(0, i -> i < firings.size(), i -> i + 1).map(firings::get))
                .filter(firing -> firing.path("trigger").asText().equals(trigger))
                .count();
    }

    private JsonNode context(String workspace) {
        return stack.call("GET", "/workspaces/" + workspace, null).path("context");
    }

    private void emit(String workspace, String type, String id) {
        stack.call("POST", "/workspaces/" + workspace + "/events", Map.of("type", type, "id", id, "source", "test"));
    }

    private void await(String what, java.util.function.BooleanSupplier condition) {
        Stack.await(what, LIMIT, condition);
    }

    /** Waits until nothing is on its way: in the queue, in the hands of the engine, or in Lambda. */
    private void awaitQuiet() {
        await("everything to be handled", () -> waiting() == 0 && stack.runtime.eventsDone() && waiting() == 0);
    }

    private long waiting() {
        return stack
                .sqs
                .getQueueAttributes(q -> q.queueUrl(stack.queueUrl)
                        .attributeNames(
                                QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES,
                                QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE,
                                QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_DELAYED))
                .attributes()
                .values()
                .stream()
                .mapToLong(Long::parseLong)
                .sum();
    }

    private long invocations(String function) {
        Usage.FunctionTotal total = stack.runtime.usage().totals().functions().get(function);
        return total == null ? 0 : total.invocations();
    }

    // ---- The simulator
    // -------------------------------------------------------------------------------------------------------------------

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

    // ---- Functional defects
    // --------------------------------------------------------------------------------------------------------------

    private void beginL1() {
        machine.begin("l1", """
                triggers:
                  - {id: each, on: {event: e}, actions: [{invoke: {function: once}}]}
                  - {id: silence, on: {task: each, outcome: any}, actions: []}
                """);
        machine.send("l1", "e", 0, 50);
        assertEquals(50, machine.launched.size());
    }

    /** L1: 99 of 100 actions ran again after a restart, because what was handled was not committed. */
    @Test
    void l1WhatWasHandledIsNotHandledAgainAfterARestart() {
        machine.launched.clear();
        machine.send("l1", "e", 0, 50);
        assertEquals(List.of(), machine.launched);
        machine.send("l1", "e", 50, 51);
        assertEquals(List.of("once"), machine.launched);
        assertEquals(51, machine.firings("l1", "each"));
        Sim sim = Judge.judge(tenOf(100), CRASHING, 1);
        assertEquals(1, firings(sim, "ten"));
        assertEquals(100, firings(sim, "noise"));
    }

    private void beginL2() {
        machine.begin("l2", """
                triggers:
                  - {id: ten, on: {event: e}, condition: {threshold: {count: 10}}, actions: [{complete: "{% $outcomes.succeeded %}"}]}
                  - {id: noise, on: {event: e}, actions: [{set: {seen: true}}]}
                """);
        machine.send("l2", "e", 0, 6);
    }

    /** L2: another trigger's firing checkpointed a half-full join whose events came again: it fired three times with six events of ten. */
    @Test
    void l2AHalfFullJoinIsNotCountedTwiceAfterARestart() {
        machine.send("l2", "e", 0, 6);
        assertEquals(RunStatus.RUNNING, machine.run("l2").status());
        machine.send("l2", "e", 6, 9);
        machine.send("l2", "e", 0, 9);
        assertEquals(RunStatus.RUNNING, machine.run("l2").status());
        machine.send("l2", "e", 9, 10);
        assertEquals(10, ((Number) machine.run("l2").output()).intValue());
        assertEquals(1, machine.firings("l2", "ten"));
        for (long seed = 0; seed < 100; seed++) {
            Sim sim = Judge.judge(tenOf(6), CRASHING, seed);
            assertEquals(0, firings(sim, "ten"));
            assertEquals(6, run(sim).states.get("ten").members().size());
        }
    }

    /** L3: one id published ten times fired a join of ten. */
    @Test
    void l3OneEventTenTimesIsOneMember() {
        begin(
                "l3",
                Map.of(),
                "triggers: [{id: ten, on: {event: e}, condition: {threshold: {count: 10}}, actions: [{complete: \"{% $outcomes.succeeded %}\"}]}]");
        stack.send(java.util.Collections.nCopies(10, Stack.event("e0", "e", "l3")));
        stack.call("POST", "/workspaces/default/runs/l3/events", Map.of("type", "e", "id", "e0", "source", "e2e"));
        send("l3", "e", 1, 9);
        awaitQuiet();
        assertEquals(9, state("l3", "ten").path("arrived").asInt());
        send("l3", "e", 9, 10);
        assertEquals(10, output("l3").asInt());
    }

    /** L4: a join of ten fired four times with thirteen events, and the second run of a deployment ended three times. */
    @Test
    void l4AJoinFiresOnceARunWhateverComesAfter() {
        deploy(
                "{workflow: l4, triggers: [{id: ten, on: {event: e}, condition: {threshold: {count: 10}}, actions: [{invoke: {function: triggerflow-echo, payload: {a: 1}}}]}, {id: end, on: {event: end}, actions: [{complete: 1}]}]}");
        for (String name : List.of("l4-a", "l4-b")) {
            long before = invocations(ECHO);
            stack.start("l4", name, Map.of());
            send(name, "e", 0, 13);
            awaitQuiet();
            assertEquals(before + 1, invocations(ECHO));
            assertEquals(1, firingsOf(name, "ten"));
            send(name, "end", 0, 1);
            output(name);
        }
        assertEquals(1, firings(Judge.judge(tenOf(13), CRASHING, 1), "ten"));
    }

    private void beginL5() {
        machine.begin("l5", "triggers: [{id: go, on: {event: never}, actions: [{complete: never}]}]");
        machine.send("l5", "early", 7, 8);
    }

    /** L5: an event before its trigger went to a queue in memory that nobody reads. */
    @Test
    void l5AnEventBeforeItsTriggerIsHeldForIt() {
        assertEquals(RunStatus.RUNNING, machine.run("l5").status());
        machine.register("l5", "{id: late, on: {event: early}, actions: [{complete: '{% $event.id %}'}]}");
        assertEquals("early7", machine.run("l5").output());
    }

    /** L6: a new trigger on a known type was never loaded. */
    @Test
    void l6ANewTriggerOnAKnownTypeIsSeenByARunningEngine() {
        stack.call("PUT", "/workspaces/l6", null);
        stand("l6", "a", "{event: e}", "{set: {a: '{% $event.id %}'}}");
        emit("l6", "e", "1");
        await("a to fire", () -> context("l6").path("a").asText().equals("1"));
        stand("l6", "b", "{event: e}", "{set: {b: '{% $event.id %}'}}");
        emit("l6", "e", "2");
        await("b to fire", () -> context("l6").path("b").asText().equals("2"));
        stand("l6", "b", "{event: e}", "{set: {b: '{% \"changed \" & $event.id %}'}}");
        emit("l6", "e", "3");
        await("the changed b to fire", () -> context("l6").path("b").asText().equals("changed 3"));
    }

    private void stand(String workspace, String id, String on, String action) {
        try {
            stack.call(
                    "PUT",
                    "/workspaces/" + workspace + "/triggers/" + id,
                    new com.fasterxml.jackson.dataformat.yaml.YAMLMapper()
                            .readValue("{on: " + on + ", actions: [" + action + "]}", Object.class));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private void beginL7() {
        machine.stand(
                "[{id: a, on: {event: e}, actions: [{set: {a: '{% $event.id %}'}}]}, {id: b, on: {event: e}, actions: [{set: {b: '{% $event.id %}'}}]}]");
        machine.emit("1", "e");
        machine.control.switchTrigger(Scope.workspace("default"), Action.Operation.RETIRE, "a");
        machine.emit("2", "e");
        assertEquals("2", machine.context().get("b"));
    }

    /** L7: a deleted trigger went on firing, and the next checkpoint wrote it back. */
    @Test
    void l7ADeletedTriggerFiresNoMoreAndDoesNotComeBack() {
        machine.emit("3", "e");
        assertEquals("3", machine.context().get("b"));
        assertEquals("1", machine.context().get("a"));
        assertTrue(machine.control.triggers(Scope.workspace("default")).stream()
                .noneMatch(t -> t.trigger().id().equals("a")));
        // The same by the door that everybody has.
        stack.call("PUT", "/workspaces/l7", null);
        stand("l7", "a", "{event: e}", "{set: {a: '{% $event.id %}'}}");
        stand("l7", "b", "{event: e}", "{set: {b: '{% $event.id %}'}}");
        stack.call("DELETE", "/workspaces/l7/triggers/a", null);
        emit("l7", "e", "1");
        await("the other to fire", () -> context("l7").path("b").asText().equals("1"));
        assertTrue(context("l7").path("a").isMissingNode());
        assertEquals(
                404,
                stack.tryCall("GET", "/workspaces/l7/triggers/a", null)
                        .path("$status")
                        .asInt());
    }

    private void beginL8() {
        machine.begin("l8", """
                triggers:
                  - {id: a, on: {event: e}, once: true, actions: [{set: {a: 1}}]}
                  - {id: b, on: {event: e}, once: true, actions: [{set: {b: 1}}]}
                  - {id: c, on: {event: e}, once: true, actions: [{set: {c: 1}}]}
                """);
        machine.send("l8", "e", 0, 1);
    }

    /** L8: of three transient triggers on one key the second was skipped, and fired again after a restart. */
    @Test
    void l8TriggersThatFireOnceDoNotSkipTheirNeighbours() {
        machine.send("l8", "e", 1, 3);
        assertEquals(3, machine.run("l8").context().size());
        for (String id : List.of("a", "b", "c")) {
            assertEquals(1, machine.firings("l8", id), id);
        }
        Wf wf = Wf.named("once");
        List.of("a", "b", "c").forEach(id -> wf.add(trigger(id).on("e").once().then(set(id, 1))));
        for (long seed = 0; seed < 50; seed++) {
            Plays plays =
                    Plays.named("once").deploy(wf).start("once", "r", null).mayWait(s -> true);
            Sim sim = Judge.judge(events(plays, 3, "e"), CRASHING, seed);
            assertEquals(List.of(1L, 1L, 1L), List.of(firings(sim, "a"), firings(sim, "b"), firings(sim, "c")));
        }
    }

    /** L9: an unknown built-in killed the loop, while its process was taken for alive. */
    @Test
    void l9AnUnknownConditionOrActionFailsItsRunAndNothingElse() {
        begin("l9-action", Map.of(), "triggers: [{id: t, on: {start: true}, actions: [{custom: {name: nobodys}}]}]");
        begin(
                "l9-condition",
                Map.of(),
                "triggers: [{id: t, on: {start: true}, condition: {custom: {name: nobodys}}, actions: [{complete: 1}]}]");
        begin("l9-good", Map.of(), "triggers: [{id: t, on: {start: true}, actions: [{complete: fine}]}]");
        for (String name : List.of("l9-action", "l9-condition")) {
            JsonNode bad = ended(name);
            assertEquals("FAILED", bad.path("status").asText(), bad::toString);
            assertTrue(bad.path("failure").toString().contains("nobodys"), bad::toString);
        }
        assertEquals("fine", output("l9-good").asText());
        JsonNode refused = stack.tryCall(
                "POST",
                "/workspaces/default/workflows",
                "{\"workflow\":\"x\",\"triggers\":[{\"id\":\"t\",\"on\":{\"start\":true},\"condition\":\"DOCKER_IMAGE\",\"actions\":[]}]}");
        assertEquals(400, refused.path("$status").asInt(), refused::toString);
    }

    /** L10: an action's exception was swallowed: no retry, nothing told. */
    @Test
    void l10AFailingActionIsRetriedAndThenFailsTheRunWithItsCause() {
        long before = invocations("Sleep");
        begin(
                "l10",
                Map.of(),
                "triggers: [{id: t, on: {start: true}, actions: [{invoke: {function: Sleep, payload: {fail: broken}, retry: {maxAttempts: 3, interval: PT0S}}}]}]");
        JsonNode failed = ended("l10");
        assertEquals("FAILED", failed.path("status").asText(), failed::toString);
        assertEquals(
                "java.lang.IllegalStateException",
                failed.path("failure").path("cause").path("error").asText(),
                failed::toString);
        assertTrue(failed.path("failure").path("message").asText().contains("broken"), failed::toString);
        assertEquals(before + 3, invocations("Sleep"));
    }

    /** L11: each firing wrote every trigger that had ever been touched: 10,000 writes for one change. */
    @Test
    void l11AFiringWritesOnlyItself() {
        StringBuilder triggers = new StringBuilder("triggers:\n");
        for (int i = 0; i < 200; i++) {
            triggers.append("  - {id: t" + i + ", on: {type: e, subject: s" + i + "}, actions: []}\n");
        }
        machine.begin("l11", triggers.toString());
        Usage.Totals before = machine.usage.totals();
        IntStream.range(0, 50)
                .forEach(i -> machine.control.emit(
                        new Scope("default", "l11"),
                        List.of(new Event("e" + i, "me", "e", "s7", now.get(), null, Map.of()))));
        machine.work();
        assertEquals(50, machine.firings("l11", "t7"));
        assertEquals(50, writes(machine.usage.totals().since(before)));
    }

    private static long writes(Usage.Totals asked) {
        return Stream.of("PutItem", "UpdateItem", "TransactWriteItems", "BatchWriteItem", "DeleteItem")
                .mapToLong(name -> asked.requests().getOrDefault("dynamodb:" + name, 0L))
                .sum();
    }

    private void beginL12() {
        machine.begin("l12", "triggers: [{id: t, on: {event: e}, actions: []}]");
        machine.send("l12", "e", 0, 100);
    }

    /** L12: a restarted worker read the whole stream, and looked each id up in a list of all that were done. */
    @Test
    void l12WhatWasDoneBeforeIsNotReadAgain() {
        Usage.Totals before = machine.usage.totals();
        machine.send("l12", "e", 100, 101);
        Map<String, Long> asked = machine.usage.totals().since(before).requests();
        // The root, and once an engine the definition; the sweeper's own look is not due.
        long reads = asked.getOrDefault("dynamodb:GetItem", 0L);
        assertTrue(reads >= 1 && reads <= 2, asked::toString);
        assertEquals(null, asked.get("dynamodb:Query"), asked::toString);
        assertEquals(null, asked.get("dynamodb:BatchGetItem"), asked::toString);
        assertEquals(101, machine.firings("l12", "t"));
    }

    private void beginL13() {
        machine.begin("l13", """
                triggers:
                  - {id: go, on: {start: true}, actions: [{emit: {type: a}}]}
                  - {id: a, on: {event: a}, actions: [{emit: {type: b}}]}
                  - {id: b, on: {event: b}, actions: [{emit: {type: later, delay: PT1H}}]}
                  - {id: later, on: {event: later}, actions: [{complete: "{% $event.type %}"}]}
                """);
        assertEquals(RunStatus.RUNNING, machine.run("l13").status());
    }

    /** L13: what a workflow emitted to itself was in memory only, under a random id: a crash lost it, or could not tell it from another. */
    @Test
    void l13WhatAWorkflowEmitsToItselfSurvivesACrashAndIsRecognised() {
        machine.work();
        assertEquals("later", machine.run("l13").output());
        // The chain is one entry: it is there wholly or not at all.
        assertEquals(
                3,
                machine.control
                        .history(new Scope("default", "l13"))
                        .getFirst()
                        .firings()
                        .size());
        for (long seed = 0; seed < 100; seed++) {
            Judge.judge(Scenarios.of(Scenarios.Kind.CHAIN, new SplittableRandom(seed)), CRASHING, seed);
        }
    }

    /** L14: a crash between action and checkpoint invoked functions again, and joins counted invocations. */
    @Test
    void l14AFunctionThatRunsTwiceIsOneMember() {
        begin(
                "l14",
                Map.of(),
                "triggers: [{id: fan, on: {start: true}, actions: [{invoke: {function: triggerflow-echo, forEach: \"{% [1..3] %}\", payload: {n: \"{% $item %}\"}}}]}, {id: all, on: [{task: fan}, {event: fourth}], condition: {join: {size: 4}}, actions: [{complete: \"{% $outcomes.succeeded %}\"}]}, {id: first, on: {task: fan}, actions: [{set: {address: \"{% $event.data.address %}\"}}]}]");
        await("three members", () -> state("l14", "all").path("arrived").asInt() == 3);
        awaitQuiet();
        // One of the three ran again: Lambda tells of its end as it did before, in a record of its own.
        Map<String, Object> end = Map.of(
                "version", "1.0",
                "timestamp", "2026-01-01T00:00:00.000Z",
                "requestContext", Map.of("requestId", "another", "condition", "Success", "functionArn", "f"),
                "requestPayload",
                        Map.of("__triggerflow", run("l14").path("context").path("address")),
                "responseContext", Map.of("statusCode", 200),
                "responsePayload", Map.of("n", 1));
        stack.send(List.of(Stack.json(end), Stack.json(end)));
        awaitQuiet();
        assertEquals(3, state("l14", "all").path("arrived").asInt());
        send("l14", "fourth", 0, 1);
        assertEquals(4, output("l14").asInt());
        boolean twice = false;
        for (long seed = 0; seed < 100; seed++) {
            Sim sim = Judge.judge(Scenarios.of(Scenarios.Kind.FAN, new SplittableRandom(seed)), CRASHING, seed);
            assertEquals(1, firings(sim, "all"));
            twice |= sim.accepted().values().stream().anyMatch(n -> n > 1);
        }
        assertTrue(twice, "Expected some launch to be repeated, or nothing is shown");
    }

    /** L15: an id of another source's form killed the thread that commits. */
    @Test
    void l15AnyIdIsAnId() {
        List<String> ids = List.of("0", "é#|/ \n%", "x".repeat(2_000), "join:all#1");
        begin(
                "l15",
                Map.of(),
                "triggers: [{id: all, on: {event: e}, condition: {join: {size: 8, by: event}}, actions: [{complete: \"{% $outcomes.succeeded %}\"}]}]");
        for (String id : ids) {
            Map<String, Object> event = Map.of(
                    "specversion",
                    "1.0",
                    "id",
                    id,
                    "source",
                    "queue",
                    "type",
                    "e",
                    "tfworkspace",
                    "default",
                    "tfrun",
                    "l15");
            stack.send(List.of(Stack.json(event), Stack.json(event)));
            stack.call("POST", "/workspaces/default/runs/l15/events", Map.of("id", id, "source", "api", "type", "e"));
        }
        assertEquals(8, output("l15").asInt());
    }

    /** L16: the waits between retries were slept in the only loop, and held up everybody. */
    @Test
    void l16ARetryHoldsNobodyUp() {
        begin(
                "l16-slow",
                Map.of(),
                "triggers: [{id: t, on: {start: true}, actions: [{invoke: {function: Sleep, payload: {fail: broken}, retry: {maxAttempts: 5, interval: PT1H}}}]}]");
        await(
                "the first attempt to have failed",
                () -> history("l16-slow").toString().contains("RETRIED"));
        begin(
                "l16-quick",
                Map.of(),
                "triggers: [{id: t, on: {start: true}, actions: [{invoke: {function: triggerflow-echo, payload: {a: 1}}}]}, {id: end, on: {task: t}, actions: [{complete: quick}]}]");
        assertEquals("quick", output("l16-quick").asText());
        assertEquals("RUNNING", run("l16-slow").path("status").asText());
        stack.call("POST", "/workspaces/default/runs/l16-slow/cancel", null);
        assertEquals("CANCELLED", ended("l16-slow").path("status").asText());
    }

    /** L17: timestamps were compared with themselves, And, Or and Not raised, maps shared a counter, a map of nothing hung. */
    @Test
    void l17ConditionsMeanWhatTheySayAndMapsShareNothing() {
        String a = "$toMillis($run.input.a)";
        String b = "$toMillis($run.input.b)";
        begin(
                "l17-rules",
                Map.of("a", "2026-01-01T00:00:00Z", "b", "2026-01-02T00:00:00Z", "no", false),
                "triggers:\n  - {id: less, on: {start: true}, condition: {when: \"{% " + a + " < " + b
                        + " and $not($run.input.no) or false %}\"}, actions: [{complete: less}]}\n"
                        + "  - {id: more, on: {start: true}, condition: {when: \"{% " + a + " >= " + b
                        + " or $run.input.no and true %}\"}, actions: [{fail: {error: Wrong}}]}\n");
        assertEquals("less", output("l17-rules").asText());
        // A map within a map, three of them at once, and one of nothing.
        deploy(
                "{workflow: l17-inner, triggers: [{id: each, on: {start: true}, actions: [{invoke: {function: triggerflow-echo, forEach: \"{% $run.input %}\", payload: {n: \"{% $item %}\"}}}]}, {id: all, on: {task: each}, condition: {join: {size: \"{% $count($run.input) %}\"}}, actions: [{complete: \"{% $sum($results.input.n) %}\"}]}]}");
        begin(
                "l17-outer",
                List.of(),
                "triggers: [{id: go, on: {start: true}, actions: [{startRun: {workflow: l17-inner, input: [], task: none}}, {startRun: {workflow: l17-inner, input: [1], task: one}}, {startRun: {workflow: l17-inner, input: [2, 3], task: two}}]}, {id: all, on: [{task: none}, {task: one}, {task: two}], condition: {join: {members: [none, one, two], collect: true}}, actions: [{complete: \"{% $results %}\"}]}]");
        assertEquals("[0,1,5]", output("l17-outer").toString().replace("null", "0"));
    }

    /** L18: the AWS operators could not work: no function was found by its ARN, and the queue's client did not know its region. */
    @Test
    void l18FunctionsAreLaunchedByAnyOfTheirNamesInTheDeploymentsRegion() {
        String arn = "arn:aws:lambda:" + REGION + ":000000000000:function:" + ECHO;
        for (String function : List.of(ECHO, arn, arn + ":live", "000000000000:function:" + ECHO, ECHO + ":live")) {
            String name = "l18-" + function.replaceAll("[^A-Za-z0-9]", "-");
            begin(
                    name,
                    Map.of("f", function),
                    "triggers: [{id: go, on: {start: true}, actions: [{invoke: {function: \"{% $run.input.f %}\", task: each, forEach: \"{% [1..3] %}\", payload: {n: \"{% $item %}\"}}}]}, {id: all, on: {task: each}, condition: {join: {size: 3}}, actions: [{complete: \"{% {'sum': $sum($results.input.n), 'region': $results[0].region, 'arn': $results[0].arn} %}\"}]}]");
            JsonNode output = output(name);
            assertEquals(6, output.path("sum").asInt(), output::toString);
            assertEquals(REGION, output.path("region").asText());
            assertEquals(
                    arn + (function.endsWith(":live") ? ":live" : ""),
                    output.path("arn").asText());
        }
        begin(
                "l18-none",
                Map.of(),
                "triggers: [{id: go, on: {start: true}, actions: [{invoke: {function: \"" + arn + ":nobody\"}}]}]");
        assertTrue(
                ended("l18-none").path("failure").toString().contains("Lambda.ResourceNotFound"),
                () -> run("l18-none").toString());
        // The mapping of the template feeds the engine, and what it has taken is gone from the queue.
        awaitQuiet();
        assertTrue(
                invocations("triggerflow-EngineFunction") > 0,
                () -> stack.runtime.usage().totals().toString());
    }

    /** L19: deleting workspace a deleted everything of a-b. */
    @Test
    void l19DeletingAWorkspaceLeavesThoseWhoseNamesBeginAlike() {
        List<String> names = List.of("l19", "l19-b", "l19b");
        for (String name : names) {
            stack.call(
                    "POST",
                    "/workspaces/" + name + "/workflows",
                    Map.of(
                            "workflow",
                            "w",
                            "triggers",
                            List.of(Map.of(
                                    "id",
                                    "t",
                                    "on",
                                    Map.of("start", true),
                                    "actions",
                                    List.of(Map.of("complete", name))))));
            stack.call("POST", "/workspaces/" + name + "/runs", Map.of("workflow", "w", "name", "r"));
            stand(name, "standing", "{event: e}", "{set: {seen: '{% $event.id %}'}}");
            await("the run to end", () -> stack.call("GET", "/workspaces/" + name + "/runs/r?wait=5", null)
                    .path("status")
                    .asText()
                    .equals("SUCCEEDED"));
        }
        stack.call("DELETE", "/workspaces/l19", null);
        assertEquals(
                404,
                stack.tryCall("GET", "/workspaces/l19", null).path("$status").asInt());
        assertEquals(
                404,
                stack.tryCall("GET", "/workspaces/l19/runs/r", null)
                        .path("$status")
                        .asInt());
        for (String name : names.subList(1, 3)) {
            assertEquals(
                    name,
                    stack.call("GET", "/workspaces/" + name + "/runs/r", null)
                            .path("output")
                            .asText());
            assertEquals(
                    1,
                    stack.call("GET", "/workspaces/" + name + "/workflows", null)
                            .path("workflows")
                            .size());
            emit(name, "e", "1");
            await(
                    "the standing trigger to fire",
                    () -> context(name).path("seen").asText().equals("1"));
        }
    }

    /** L20: one worker a workspace, one event at a time; two would have done everything twice. */
    @Test
    void l20ManyEnginesWorkSideBySide() {
        Instant begin = Instant.now();
        begin(
                "l20",
                Map.of(),
                "triggers: [{id: all, on: {event: e}, condition: {join: {size: 400, by: event}}, actions: [{invoke: {function: triggerflow-echo, payload: {n: \"{% $outcomes.succeeded %}\"}}}]}, {id: end, on: {task: all}, actions: [{complete: \"{% $event.data.input.n %}\"}]}]");
        send("l20", "e", 0, 400);
        assertEquals(400, output("l20").asInt());
        assertEquals(1, firingsOf("l20", "all"));
        List<Usage.Call> engines = stack.runtime.usage().calls(begin).stream()
                .filter(c -> c.function().equals("triggerflow-EngineFunction"))
                .toList();
        assertTrue(
                engines.stream().anyMatch(one -> engines.stream()
                        .anyMatch(other -> one != other
                                && !one.start().isAfter(other.start())
                                && one.start().plus(one.took()).isAfter(other.start()))),
                "Expected engines side by side, or nothing is shown");
        Faults many = new Faults(6, 0.02, 0, 0, 0, 0, 0.1, 0.1, 0, true, 4, 25);
        for (long seed = 0; seed < 50; seed++) {
            assertEquals(1, firings(Judge.judge(tenOf(30), many, seed), "ten"));
        }
    }

    private void beginL21() {
        machine.begin("timer", """
                triggers:
                  - {id: go, on: {start: true}, actions: [{schedule: {timer: t, after: P2D}}]}
                  - {id: t, on: {timer: t}, actions: [{complete: rang}]}
                """);
        machine.begin("limit", """
                triggers:
                  - {id: go, on: {start: true}, actions: [{invoke: {function: f, timeout: PT20M}}]}
                  - {id: late, on: {task: go, outcome: timed_out}, actions: [{complete: late}]}
                """);
        machine.begin("deadline", """
                triggers:
                  - {id: all, on: {event: e}, condition: {threshold: {count: 3}}, deadline: {after: PT3H, then: fire}, actions: [{complete: "{% $outcomes.succeeded %}"}]}
                """);
        machine.send("deadline", "e", 0, 1);
        machine.begin("silent", """
                triggers:
                  - {id: go, on: {start: true}, actions: [{invoke: {function: f}}]}
                  - {id: late, on: {task: go, outcome: timed_out}, actions: [{complete: silent}]}
                """);
        machine.begin("patient", """
                triggers:
                  - {id: go, on: {start: true}, actions: [{invoke: {function: f}}, {schedule: {timer: far, after: P900D}}]}
                  - {id: lost, on: {task: go, outcome: any}, actions: [{set: {lost: 1}}]}
                  - {id: end, on: {event: end}, actions: [{complete: "{% $run.context %}"}]}
                """);
        machine.stand("""
                - {id: nights, on: {event: night}, actions: [{set: {night: "{% $event.id %}", nights: "{% $sum([$run.context.nights, 1]) %}"}}]}
                - {id: hours, on: {source: aws.events, type: Scheduled Event}, actions: [{set: {hour: "{% $event.time %}"}}]}
                """);
    }

    /** L21: timeouts in a controller's memory, no cron, nothing ever deleted. Last: it takes five weeks. */
    @Test
    @Order(Integer.MAX_VALUE)
    void l21TimeIsKeptByServicesAndWhatIsOverExpires() {
        now.set(Instant.parse("2030-01-11T21:30:00Z"));
        machine.work();
        assertEquals("late", machine.run("limit").output());
        assertEquals(1, ((Number) machine.run("deadline").output()).intValue());
        // The silence of a function without a time limit is told by the sweeper, which the template's own schedule
        // calls.
        assertEquals("silent", machine.run("silent").output());
        assertEquals(RunStatus.RUNNING, machine.run("timer").status());
        // Three o'clock in Madrid is two o'clock here in winter. A scheduler that was not there makes good one night.
        assertEquals("nightly-2030-01-10T02:00:00Z", machine.context().get("night"));
        now.set(Instant.parse("2030-01-12T00:30:01Z"));
        machine.launched.clear();
        machine.work();
        assertEquals("rang", machine.run("timer").output());
        now.set(Instant.parse("2030-01-12T01:00:01Z"));
        machine.work();
        assertEquals("2030-01-12T01:00:00Z", machine.context().get("hour"));
        now.set(Instant.parse("2030-01-12T02:00:01Z"));
        machine.work();
        assertEquals("nightly-2030-01-12T02:00:00Z", machine.context().get("night"));
        assertEquals(2, ((Number) machine.context().get("nights")).intValue());
        assertEquals(List.of(), machine.launched, "nothing is launched again");
        retention();
    }

    /** HISTORY_DAYS after its end nothing is left of a run; nothing is lost of one that goes on; and queue and logs forget too. */
    private void retention() {
        Scope patient = new Scope("default", "patient");
        int before = machine.control.history(patient).size();
        for (String run : List.of("l1", "l5", "l8", "l11", "l12")) {
            machine.control.cancel(new Scope("default", run));
        }
        for (int week = 0; week < 5; week++) {
            now.set(now.get().plus(Duration.ofDays(7)));
            machine.work();
        }
        assertThrows(ControlException.class, () -> machine.run("timer"), "it has ended a month ago");
        assertEquals(before, machine.control.history(patient).size(), "the whole history of a run that goes on");
        assertTrue(machine.store.timer(patient, "far").isPresent());
        assertEquals(List.of(), machine.launched, "it was not started again because its start was forgotten");
        machine.send("patient", "end", 0, 1);
        assertEquals(Map.of("lost", 1), machine.run("patient").output());
        machine.store.park("old", Optional.empty(), "what", "why", now.get());
        machine.store.receipt("request", new Address(patient, "e", 0, -1, 1, "t", 1, false), now.get());
        expires(machine);
        assertTrue(machine.template.ofType("AWS::SQS::Queue").allMatch(q -> q.at("MessageRetentionPeriod")
                .isPresent()));
        assertTrue(machine.template.ofType("AWS::Logs::LogGroup").allMatch(l -> l.at("RetentionInDays")
                .isPresent()));
    }

    /** Of all that is in the table now, by the attribute that the template names: all but the workspace, its triggers and its workflows. */
    private static void expires(Machine machine) {
        String name = machine.template
                .ofType("AWS::DynamoDB::Table")
                .findFirst()
                .orElseThrow()
                .string("TimeToLiveSpecification", "AttributeName")
                .orElseThrow();
        String table = machine.template.outputs().get("TableName").toString();
        long latest = machine.run("patient")
                .endedAt()
                .orElseThrow()
                .plus(Duration.ofDays(30 + 14))
                .getEpochSecond();
        machine.dynamo.scanPaginator(s -> s.tableName(table)).items().forEach(item -> {
            String partition = item.get("p").s();
            boolean stays = partition.startsWith("F#") || partition.equals("W#default");
            assertEquals(!stays, item.containsKey(name), () -> "whether it expires: " + item);
            assertTrue(stays || Long.parseLong(item.get(name).n()) <= latest, item::toString);
        });
    }

    // ---- Security
    // ------------------------------------------------------------------------------------------------------------------------

    /**
     * S1: pickled code ran in the worker and in the client; the command line ran files. That no class of ours could make code of data,
     * ArchitectureTest sees to; that YAML's tags name no class, CliTest.
     */
    @Test
    void s1WhatIsDeployedIsDataAndNeverCode() {
        JsonNode refused = stack.tryCall(
                "POST",
                "/workspaces/default/workflows",
                Map.of(
                        "workflow",
                        "s1",
                        "triggers",
                        List.of(Map.of(
                                "id",
                                "t",
                                "on",
                                Map.of("start", true),
                                "actions",
                                List.of(Map.of("python", "gASV.."))))));
        assertEquals(400, refused.path("$status").asInt());
        assertTrue(refused.path("path").asText().contains("actions"), refused::toString);
        begin(
                "s1-eval",
                Map.of(),
                "triggers: [{id: t, on: {start: true}, actions: [{set: {class: java.lang.Runtime}}, {complete: \"{% $eval('1+1') %}\"}]}]");
        JsonNode failed = ended("s1-eval");
        assertEquals(
                "Triggerflow.Expression", failed.path("failure").path("error").asText(), failed::toString);
        begin(
                "s1-class",
                Map.of(),
                "triggers: [{id: t, on: {start: true}, actions: [{custom: {name: java.lang.Runtime}}]}]");
        assertEquals("FAILED", ended("s1-class").path("status").asText());
    }

    /** S2: a default password, a digest that was the credential, no TLS, controllers open to everybody, any class by its name. */
    @Test
    void s2NobodyUnknownIsHeardAndNobodySpeaksForTheEngine() throws Exception {
        String api =
                stack.runtime.templates().getFirst().outputs().get("ApiUrl").toString();
        for (String method : List.of("GET", "PUT", "POST", "DELETE")) {
            HttpResponse<String> answer = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create(api + "/workspaces/default/runs"))
                                    .method(method, HttpRequest.BodyPublishers.ofString("{}"))
                                    .header("authorization", "Basic YWRtaW46YWRtaW4=")
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            assertEquals(403, answer.statusCode(), answer::body);
        }
        onlyThisMachineIsAnswered();
        Template template = TemplateReader.read(Stack.root().resolve("template.yaml"), Map.of(), LocalNames.onPort(1));
        template.ofType("AWS::Serverless::HttpApi")
                .forEach(a -> assertEquals(
                        "AWS_IAM", a.string("Auth", "DefaultAuthorizer").orElse("none")));
        assertFalse(Files.readString(template.file()).contains("Authorizer: NONE"));
        template.ofType("AWS::SQS::QueuePolicy", "AWS::S3::BucketPolicy")
                .forEach(p -> assertTrue(p.properties().toString().contains("aws:SecureTransport"), p.logicalId()));
        // No secret to be forgotten: neither in the template, nor a parameter for one.
        assertFalse(Files.readString(template.file())
                .matches("(?is).*(password|secretaccesskey|AKIA[0-9A-Z]{16}|NoEcho|BEGIN [A-Z ]*PRIVATE KEY).*"));
        // What only the engine may say is refused at the door. To the queue itself, template.yaml admits nobody else.
        begin("s2", Map.of(), "triggers: [{id: t, on: {event: e}, actions: [{complete: e}]}]");
        Map<String, Object> cancel = Map.of("id", "1", "source", "me", "type", EventTypes.CANCEL);
        Map<String, Object> stolen = Map.of("id", "1", "source", Event.ENGINE_SOURCE, "type", "e");
        for (Map<String, Object> event : List.of(cancel, stolen)) {
            assertEquals(
                    400,
                    stack.tryCall("POST", "/workspaces/default/runs/s2/events", event)
                            .path("$status")
                            .asInt());
        }
        assertEquals("RUNNING", run("s2").path("status").asText());
        send("s2", "e", 0, 1);
        assertEquals("e", output("s2").asText());
    }

    /** By every other address that this machine has, nobody answers. */
    private void onlyThisMachineIsAnswered() throws IOException {
        List<Integer> ports = List.of(
                stack.runtime.port(),
                stack.runtime.dynamoDbEndpoint().getPort(),
                stack.runtime.sqsEndpoint().getPort());
        for (NetworkInterface one : java.util.Collections.list(NetworkInterface.getNetworkInterfaces())) {
            for (InetAddress address : java.util.Collections.list(one.getInetAddresses())) {
                if (!address.isLoopbackAddress()) {
                    for (int port : ports) {
                        assertThrows(IOException.class, () -> new Socket(address, port).close(), address + " " + port);
                    }
                }
            }
        }
    }

    /** S3: credentials were in contexts, and were sent to every function. */
    @Test
    void s3AFunctionSeesItsPayloadAndNothingOfTheContext() throws IOException {
        begin(
                "s3",
                Map.of("password", "hunter1"),
                "triggers: [{id: t, on: {start: true}, actions: [{set: {secret: hunter2}}, {emit: {type: go, data: {visible: 1}}}]}, {id: go, on: {event: go}, actions: [{invoke: {function: triggerflow-echo}}]}, {id: end, on: {task: go}, actions: [{complete: \"{% $event.data %}\"}]}]");
        JsonNode seen = output("s3");
        assertEquals("{\"visible\":1}", seen.path("input").toString(), "and our key does not come back");
        assertEquals("[\"__triggerflow\",\"visible\"]", seen.path("keys").toString());
        // Where its end is to be reported: names, no address and no credential.
        assertFalse(seen.path("address").toString().matches("(?is).*(hunter|http|key|secret|arn:).*"), seen::toString);
        // Functions have the credentials of their own role, from Lambda; nothing that the template sets is one.
        Template template = stack.runtime.templates().getFirst();
        template.ofType("AWS::Serverless::Function").forEach(f -> f.map("Environment")
                .values()
                .forEach(v -> assertFalse(
                        v.toString().matches("(?is).*(password|secret|credential|access_?key|AKIA[0-9A-Z]{16}).*"),
                        v::toString)));
    }
}

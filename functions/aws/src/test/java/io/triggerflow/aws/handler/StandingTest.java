package io.triggerflow.aws.handler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.triggerflow.aws.event.EventJson;
import io.triggerflow.aws.event.Message;
import io.triggerflow.aws.event.Translator;
import io.triggerflow.aws.json.Json;
import io.triggerflow.aws.metrics.Metrics;
import io.triggerflow.aws.store.DynamoStore;
import io.triggerflow.aws.store.LocalTable;
import io.triggerflow.aws.store.StoreSettings;
import io.triggerflow.core.control.Control;
import io.triggerflow.core.decide.Extensions;
import io.triggerflow.core.definition.DefinitionReader;
import io.triggerflow.core.engine.Engine;
import io.triggerflow.core.engine.Ports;
import io.triggerflow.core.engine.Sweeper;
import io.triggerflow.core.expression.Expressions;
import io.triggerflow.core.model.Commit;
import io.triggerflow.core.model.Entry;
import io.triggerflow.core.model.Event;
import io.triggerflow.core.model.EventTypes;
import io.triggerflow.core.model.Launch;
import io.triggerflow.core.model.RunStatus;
import io.triggerflow.core.model.Scope;
import io.triggerflow.core.model.ScopeChange;
import io.triggerflow.core.model.ScopeState;
import io.triggerflow.core.port.EventSink;
import io.triggerflow.core.port.Launcher;
import io.triggerflow.core.port.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Launches of standing triggers of which nothing is heard: through intake, engine, store and sweeper, by a clock that is set; the test plays
 * queue and functions. Each test has a table of its own: the sweeper looks at all workspaces.
 */
class StandingTest {
    @RegisterExtension
    static final Local LOCAL = new Local();

    private static final Duration SILENCE = Duration.ofMinutes(45);
    private static final Duration HISTORY = StoreSettings.DEFAULT_HISTORY;
    private static final Scope WORKSPACE = Scope.workspace("shop");
    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

    private final AtomicReference<Instant> now = new AtomicReference<>(START);
    private final ConcurrentLinkedQueue<Launch.Invoke> launches = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<Event> sent = new ConcurrentLinkedQueue<>();
    private final List<Event> later = new ArrayList<>();
    private Predicate<Event> isRefused = e -> false;
    private String table;
    private DynamoStore store;
    private Ports ports;
    private Intake intake;
    private Control control;
    private SweeperHandler sweeper;

    static final class Local implements BeforeAllCallback {
        private LocalTable table;

        @Override
        public void beforeAll(ExtensionContext context) {
            table = LocalTable.of(context);
        }
    }

    private final EventSink sink = new EventSink() {
        @Override
        public void send(List<Outgoing> events) {
            if (events.stream().map(Outgoing::event).anyMatch(isRefused)) {
                throw new StoreException("refused", null);
            }
            events.forEach(e -> sent.add(e.event()));
        }

        @Override
        public void sendAt(Event event, Instant due, Instant at) {
            later.add(event);
        }
    };

    @BeforeEach
    void prepare(TestInfo info) {
        table = "standing-" + info.getTestMethod().orElseThrow().getName();
        LOCAL.table.createTable(table);
        store = new DynamoStore(LOCAL.table.client(), LOCAL.table.blobs(), now::get, StoreSettings.of(table));
        Launcher launcher = launch -> {
            launches.add(launch);
            return new Launcher.Outcome.Accepted();
        };
        ports = new Ports(store, store, launcher, sink, now::get, new VirtualFork());
        control = new Control(ports, Extensions.NONE);
        intake = new Intake(
                new Translator(LOCAL.table.blobs(), store::receipt, now::get),
                new Engine(ports, Extensions.NONE, WORKSPACE.workspace()),
                store,
                sink,
                now::get);
        sweeper = new SweeperHandler(
                new Sweeper(ports, SILENCE, Duration.ofMinutes(5), HISTORY),
                new Metrics("triggerflow", now::get, line -> {}));
        control.addWorkspace(WORKSPACE.workspace());
    }

    /** Standing triggers, as the triggers of a bundle. */
    private void stand(String triggers) {
        String bundle = "{\"workflow\":\"w\",\"triggers\":[" + triggers + "]}";
        control.addTriggers(
                WORKSPACE,
                new DefinitionReader(new Expressions()::error)
                        .definition(Json.read(bundle))
                        .triggers());
    }

    private static String launching(String rest) {
        return "{\"id\":\"task\",\"on\":[{\"type\":\"ping\"}],\"actions\":[{\"invoke\":{\"function\":\"f\"" + rest
                + "}}]" + ",\"onFailure\":[{\"set\":{\"lost\":\"{% $failure.error %}\"}}]}";
    }

    private void deliver(String body) {
        assertEquals(
                Map.of(),
                intake.handle(List.of(new Message("m", body, Map.of(), 1)), Duration.ofSeconds(30))
                        .failed());
    }

    private void deliver(Event event) {
        deliver(EventJson.message(event, LOCAL.table.blobs()));
    }

    private void ping(String id) {
        deliver("{\"specversion\":\"1.0\",\"id\":\"" + id
                + "\",\"source\":\"test\",\"type\":\"ping\",\"tfworkspace\":\"shop\"}");
    }

    private static String succeeded(Launch.Invoke launch) {
        return "{\"version\":\"1.0\",\"timestamp\":\"2026-03-01T12:00:01Z\",\"requestContext\":{\"requestId\":\"r\","
                + "\"condition\":\"Success\"},\"requestPayload\":{\"__triggerflow\":"
                + Json.write(launch.address().toJson()) + "},\"responseContext\":{\"statusCode\":200},"
                + "\"responsePayload\":{}}";
    }

    private void at(Duration sinceStart) {
        now.set(START.plus(sinceStart));
    }

    private Map<String, Integer> sweep() {
        return sweeper.sweep(() -> 100_000);
    }

    private static Map<String, Integer> swept(int entries, int events) {
        return Map.of("runs", 0, "entries", entries, "events", events);
    }

    private Map<String, Object> context() {
        return control.get(WORKSPACE).context();
    }

    @Test
    void aLostLaunchTakesItsTriggersFailureRoute() {
        stand(launching(""));
        ping("1");
        at(SILENCE.minusSeconds(1));
        assertEquals(swept(0, 0), sweep());
        at(SILENCE);
        assertEquals(swept(1, 1), sweep());
        assertEquals(swept(0, 0), sweep(), "once");
        Event lost = sent.poll();
        assertEquals(EventTypes.TASK_TIMED_OUT, lost.type());
        assertEquals(launches.peek().address().id(), lost.id());
        deliver(lost);
        assertEquals(Map.of("lost", "Triggerflow.TimedOut"), context());
        // Not lost after all: the first outcome wins.
        deliver(succeeded(launches.poll()));
        assertEquals(Map.of("lost", "Triggerflow.TimedOut"), context());
        assertEquals(
                EventTypes.TASK_TIMED_OUT,
                store.entry(WORKSPACE, lost.id()).orElseThrow().cause().type());
    }

    @Test
    void anEndThatCameIsKnownWhoeverWantedIt() {
        stand(launching("")
                + ",{\"id\":\"four\",\"on\":[{\"type\":\"triggerflow.task.succeeded\",\"subject\":\"task\"}],"
                + "\"condition\":{\"join\":{\"size\":4}},\"actions\":[{\"set\":{\"four\":true}}]}");
        ping("joined");
        deliver(succeeded(launches.poll()));
        control.flushTriggers(WORKSPACE);
        stand(launching(""));
        ping("unwanted");
        deliver(succeeded(launches.poll()));
        stand(launching("") + ",{\"id\":\"no\",\"on\":[{\"type\":\"triggerflow.task.succeeded\",\"subject\":\"task\"}],"
                + "\"condition\":{\"when\":\"{% false %}\"},\"actions\":[{\"set\":{\"no\":true}}]}");
        ping("declined");
        deliver(succeeded(launches.poll()));
        at(SILENCE.plusMinutes(1));
        assertEquals(3, sweep().get("entries"));
        assertEquals(List.of(), List.copyOf(sent));
        assertEquals(
                List.of(Entry.Kind.FIRED, Entry.Kind.UNMATCHED, Entry.Kind.DECLINED),
                store.entries(WORKSPACE, 100, Optional.empty()).items().stream()
                        .filter(e -> EventTypes.isTermination(e.cause().type()))
                        .map(Entry::kind)
                        .sorted()
                        .toList());
    }

    @Test
    void aLostLaunchIsTriedAgainAndItsLostRetryIsSentAgain() {
        stand(launching(",\"retry\":{\"maxAttempts\":2,\"interval\":\"PT10S\"}"));
        ping("1");
        at(SILENCE);
        sweep();
        deliver(sent.poll());
        assertEquals(EventTypes.RELAUNCH, later.removeFirst().type());
        Duration lost = SILENCE.plusMinutes(1);
        at(lost);
        assertEquals(swept(0, 0), sweep());
        at(SILENCE.plus(SILENCE).plusMinutes(2));
        assertEquals(swept(1, 1), sweep());
        deliver(sent.poll());
        launches.poll();
        assertEquals(2, launches.poll().address().attempt());
        assertEquals(Map.of(), context());
        at(SILENCE.multipliedBy(4));
        assertEquals(swept(1, 1), sweep(), "the second attempt is watched as well");
        deliver(sent.poll());
        assertEquals(Map.of("lost", "Triggerflow.TimedOut"), context());
    }

    @Test
    void aTimerThatDidNotComeIsSentOnceMoreAndOneThatCameIsNot() {
        stand(
                "{\"id\":\"arm\",\"on\":[{\"type\":\"ping\"}],\"actions\":[{\"schedule\":{\"timer\":\"t\",\"after\":\"PT6H\"}}]},"
                        + "{\"id\":\"fired\",\"on\":[{\"type\":\"triggerflow.timer.fired\",\"subject\":\"t\"}],"
                        + "\"condition\":{\"when\":\"{% $exists($run.context.wanted) %}\"},\"actions\":[{\"set\":{\"fired\":true}}]}");
        ping("1");
        at(Duration.ofHours(6).plus(SILENCE).minusSeconds(1));
        assertEquals(swept(0, 0), sweep());
        at(Duration.ofHours(7));
        assertEquals(swept(1, 1), sweep());
        assertEquals(later.getFirst(), sent.peek());
        deliver(sent.poll());
        ping("2");
        now.set(later.get(1).time());
        // Declined: it came, all the same.
        deliver(later.get(1));
        at(Duration.ofHours(14));
        assertEquals(swept(1, 0), sweep());
        assertEquals(Map.of(), context());
    }

    @Test
    void aChildIsAskedAfterUntilItHasEnded() {
        control.deploy(
                WORKSPACE.workspace(),
                new DefinitionReader(new Expressions()::error)
                        .definition(
                                Json.read(
                                        "{\"workflow\":\"long\",\"triggers\":[{\"id\":\"x\",\"on\":[{\"type\":\"never\"}],\"actions\":[]}]}")));
        stand(
                "{\"id\":\"bear\",\"on\":[{\"type\":\"ping\"}],\"actions\":[{\"startRun\":{\"workflow\":\"long\",\"name\":\"child\"}}]},"
                        + "{\"id\":\"heard\",\"on\":[{\"type\":\"triggerflow.task.succeeded\",\"subject\":\"bear\"}],"
                        + "\"actions\":[{\"set\":{\"child\":\"{% $event.data %}\"}}]}");
        ping("1");
        Scope run = new Scope(WORKSPACE.workspace(), "child");
        at(SILENCE);
        assertEquals(swept(1, 0), withoutRuns(sweep()));
        at(SILENCE.multipliedBy(2).minusSeconds(1));
        assertEquals(swept(0, 0), withoutRuns(sweep()));
        at(SILENCE.multipliedBy(2));
        assertEquals(swept(1, 0), withoutRuns(sweep()), "twice as old");
        // Its report is lost.
        ScopeState child = control.get(run);
        store.commit(Commit.change(
                child,
                new Entry(
                        "end",
                        Entry.Cause.of(Event.ofEngine("end", "x", "", now.get(), null, Map.of())),
                        now.get(),
                        Entry.Kind.ENDED,
                        List.of(),
                        List.of(),
                        List.of(),
                        ""),
                ScopeChange.end(RunStatus.SUCCEEDED, now.get(), "grown", Optional.empty())));
        at(SILENCE.multipliedBy(4));
        assertEquals(swept(1, 1), withoutRuns(sweep()));
        deliver(sent.poll());
        assertEquals(Map.of("child", "grown"), context());
        at(SILENCE.multipliedBy(20));
        assertEquals(swept(0, 0), withoutRuns(sweep()));
    }

    private static Map<String, Integer> withoutRuns(Map<String, Integer> swept) {
        return swept(swept.get("entries"), swept.get("events"));
    }

    @Test
    void aDeletedWorkspaceIsNotTold() {
        stand(launching(""));
        ping("1");
        Entry launched =
                store.watched(now.get(), 100).entries().getFirst().entry().get().orElseThrow();
        ScopeState root = control.get(WORKSPACE);
        store.deleteWorkspace(WORKSPACE.workspace());
        // Decided before, written after.
        store.commit(Commit.entry(root, launched));
        at(SILENCE);
        assertEquals(swept(1, 0), sweep());
        assertEquals(List.of(), List.copyOf(sent));
        assertEquals(swept(0, 0), sweep());
    }

    @Test
    void anEntryThatCannotBeLookedAtHoldsUpNoOther() {
        stand(launching(""));
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            ping("p" + i);
            ids.add(launches.poll().address().id());
        }
        String bad = ids.get(2);
        isRefused = e -> e.id().equals(bad);
        at(SILENCE);
        String told = assertThrows(IllegalStateException.class, this::sweep).getMessage();
        assertTrue(told.contains("failed at 1,") && told.contains("W#shop#E"), told);
        assertEquals(4, sent.size());
        assertEquals(swept(0, 0), sweep(), "not at once");
        isRefused = e -> false;
        at(SILENCE.plus(SILENCE.dividedBy(8)));
        assertEquals(swept(1, 1), sweep());
        assertEquals(
                List.copyOf(ids.stream().sorted().toList()),
                sent.stream().map(Event::id).sorted().toList());
    }

    @Test
    void anEntryThatCannotBeReadHoldsUpNoOtherAndIsTold() {
        stand(launching(""));
        for (String id : List.of("a", "b", "c")) {
            ping(id);
        }
        String bad = launches.poll().address().entry();
        var item = LOCAL.table.client().scan(s -> s.tableName(table)).items().stream()
                .filter(i -> i.get("s").s().equals("E#" + bad))
                .findFirst()
                .orElseThrow();
        LOCAL.table.client().updateItem(u -> u.tableName(table)
                .key(Map.of("p", item.get("p"), "s", item.get("s")))
                .updateExpression("SET b = :b")
                .expressionAttributeValues(Map.of(":b", AttributeValue.fromS("no JSON"))));
        at(SILENCE);
        assertThrows(IllegalStateException.class, this::sweep);
        assertEquals(2, sent.size());
        assertEquals(swept(0, 0), sweep());
        at(SILENCE.multipliedBy(2));
        String told = assertThrows(IllegalStateException.class, this::sweep).getMessage();
        assertTrue(told.contains("failed at 1,") && told.contains("E#" + bad), told);
    }

    @Test
    void aMinuteCostsAFewRequestsHoweverManyAreLookedAt() {
        LOCAL.table.takeRequests();
        sweep();
        assertEquals(Map.of("Query", 29L), requests(), "of an idle deployment");
        stand(launching(""));
        for (int i = 0; i < 40; i++) {
            ping("p" + i);
            deliver(succeeded(launches.poll()));
        }
        at(SILENCE);
        LOCAL.table.takeRequests();
        assertEquals(swept(40, 0), sweep());
        Map<String, Long> requests = requests();
        assertTrue(requests.remove("UpdateItem") <= 16, "a mark a shard");
        assertEquals(Map.of("Query", 29L, "BatchGetItem", 2L), requests);
    }

    private static Map<String, Long> requests() {
        return LOCAL.table.takeRequests().stream()
                .collect(Collectors.groupingBy(r -> r, TreeMap::new, Collectors.counting()));
    }

    @Test
    void manyAreSweptInPagesByTwoSweepersSideBySide() {
        stand(launching(""));
        int n = 40;
        for (int i = 0; i < n; i++) {
            ping("p" + i);
        }
        at(SILENCE);
        Sweeper one = new Sweeper(ports, SILENCE, Duration.ofMinutes(5), HISTORY);
        Sweeper two = new Sweeper(ports, SILENCE, Duration.ofMinutes(5), HISTORY);
        Sweeper.Swept swept;
        do {
            swept = one.sweep(10, 16);
            two.sweep(10, 16);
        } while (swept.more());
        assertEquals(
                launches.stream().map(l -> l.address().id()).sorted().toList(),
                sent.stream().map(Event::id).sorted().toList());
    }

    @Test
    void nothingIsConcludedFromWhatMayHaveExpired() {
        stand("{\"id\":\"both\",\"on\":[{\"type\":\"ping\"}],\"actions\":[{\"invoke\":{\"function\":\"f\"}},"
                + "{\"schedule\":{\"timer\":\"t\",\"after\":\"P40D\"}}]}");
        ping("1");
        deliver(succeeded(launches.poll()));
        at(SILENCE);
        assertEquals(swept(1, 0), sweep());
        at(Duration.ofDays(40).plusMinutes(2));
        assertEquals(swept(1, 1), sweep());
        assertEquals(later.getFirst(), sent.poll(), "the timer, and not the end of the function");
    }

    @Test
    void aSilenceMustBeLongerThanTheIndexMayBeBehind() {
        for (Duration bad : List.of(Duration.ofSeconds(119), HISTORY)) {
            String message = assertThrows(
                            IllegalArgumentException.class,
                            () -> new Sweeper(ports, bad, Duration.ofMinutes(5), HISTORY))
                    .getMessage();
            assertTrue(message.startsWith("Expected a silence (SILENCE_SECONDS) of at least PT2M"), message);
        }
        assertEquals(
                new Sweeper.Swept(0, 0, 0, false, List.of()),
                new Sweeper(ports, Duration.ofSeconds(120), Duration.ofMinutes(5), HISTORY).sweep(1, 1));
    }
}

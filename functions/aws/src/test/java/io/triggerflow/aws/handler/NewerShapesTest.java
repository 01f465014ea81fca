package io.triggerflow.aws.handler;

import static org.junit.jupiter.api.Assertions.assertEquals;
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
import io.triggerflow.core.model.Event;
import io.triggerflow.core.model.Launch;
import io.triggerflow.core.model.Scope;
import io.triggerflow.core.port.EventSink;
import io.triggerflow.core.port.Launcher;
import io.triggerflow.core.port.Registry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * What a newer release has written is not touched: what needs it fails, comes again, and is parked in the end; nothing else is held up. The
 * test plays queue and functions.
 */
class NewerShapesTest {
    @RegisterExtension
    static final Local LOCAL = new Local();

    private static final String BUNDLE = """
      {"workflow":"w","triggers":[
        {"id":"one","on":{"start":true},"actions":[{"invoke":{"function":"f","task":"one"}}]},
        {"id":"pair","on":[{"type":"half"}],"condition":{"join":{"size":2}},"actions":[{"set":{"pair":true}}]},
        {"id":"two","on":{"task":"one"},"actions":[{"invoke":{"function":"f","task":"two"}}]}]}""";

    /** A shape that no release will have for long. */
    private static final int NEWER = 1_000;

    private static final Duration LEFT = Duration.ofSeconds(30);

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-03-01T12:00:00Z"));
    /** The launches by run and task. */
    private final Map<String, Launch.Invoke> launches = new ConcurrentHashMap<>();

    private final ConcurrentLinkedQueue<Event> sent = new ConcurrentLinkedQueue<>();
    private String table;
    private DynamoStore store;
    private Ports ports;
    private Intake intake;

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
            events.forEach(e -> sent.add(e.event()));
        }

        @Override
        public void sendAt(Event event, Instant due, Instant at) {
            throw new IllegalStateException("Expected nothing for later, but got " + event);
        }
    };

    @BeforeEach
    void prepare(TestInfo info) {
        table = "shapes-" + info.getTestMethod().orElseThrow().getName();
        LOCAL.table.createTable(table);
        store = new DynamoStore(LOCAL.table.client(), LOCAL.table.blobs(), now::get, StoreSettings.of(table));
        Launcher launcher = launch -> {
            launches.put(launch.address().scope().run() + "/" + launch.address().task(), launch);
            return new Launcher.Outcome.Accepted();
        };
        ports = new Ports(store, store, launcher, sink, now::get, new VirtualFork());
        intake = new Intake(
                new Translator(LOCAL.table.blobs(), store::receipt, now::get),
                new Engine(ports, Extensions.NONE, "shop"),
                store,
                sink,
                now::get);
        Control control = new Control(ports, Extensions.NONE);
        control.deploy("shop", new DefinitionReader(new Expressions()::error).definition(Json.read(BUNDLE)));
        for (String run : List.of("newer", "ours")) {
            control.start("shop", "w", Optional.empty(), run, null);
            Event start = sent.poll();
            assertEquals(Map.of(), deliver(1, message(run, EventJson.message(start, LOCAL.table.blobs()))));
        }
    }

    private static Message message(String id, String body) {
        return new Message(id, body, Map.of(), 1);
    }

    private static String half(String run, String id) {
        return "{\"specversion\":\"1.0\",\"id\":\"" + id
                + "\",\"source\":\"test\",\"type\":\"half\",\"tfworkspace\":\"shop\",\"tfrun\":\"" + run + "\"}";
    }

    private String ended(String launch) {
        return "{\"version\":\"1.0\",\"timestamp\":\"2026-03-01T12:00:01Z\",\"requestContext\":{\"requestId\":\"r\","
                + "\"condition\":\"Success\"},\"requestPayload\":{\"__triggerflow\":"
                + Json.write(launches.get(launch).address().toJson())
                + "},\"responseContext\":{\"statusCode\":200},\"responsePayload\":{}}";
    }

    /** Delivers a batch for the nth time; answers what failed. */
    private Map<String, String> deliver(int receiveCount, Message... messages) {
        List<Message> received = List.of(messages).stream()
                .map(m -> new Message(m.id(), m.body(), Map.of(), receiveCount))
                .toList();
        return intake.handle(received, LEFT).failed();
    }

    private Map<String, AttributeValue> key(String run, String sort) {
        return Map.of("p", AttributeValue.fromS("R#shop#" + run), "s", AttributeValue.fromS(sort));
    }

    private Map<String, AttributeValue> item(String run, String sort) {
        return LOCAL.table
                .client()
                .getItem(g -> g.tableName(table).key(key(run, sort)).consistentRead(true))
                .item();
    }

    private void shape(String run, String sort, int from, int to) {
        String body = item(run, sort).get("b").s();
        assertTrue(body.contains("{\"v\":" + from), body);
        LOCAL.table.client().updateItem(u -> u.tableName(table)
                .key(key(run, sort))
                .updateExpression("SET b = :b")
                .expressionAttributeValues(
                        Map.of(":b", AttributeValue.fromS(body.replace("{\"v\":" + from, "{\"v\":" + to)))));
    }

    @Test
    void aRunOfANewerReleaseIsLeftAloneUntilItCanBeRead() {
        shape("newer", "@", 1, NEWER);
        Map<String, AttributeValue> root = item("newer", "@");
        Message theirs = message("theirs", ended("newer/one"));
        Message ours = message("ours", ended("ours/one"));
        String why = deliver(1, theirs, ours).get("theirs");
        assertTrue(
                why.contains("of the root of shop/newer, but it has shape " + NEWER + ", which a newer release wrote"),
                why);
        assertTrue(launches.containsKey("ours/two"), "the rest of the batch goes on");
        // As often as the queue delivers it, each time when its visibility timeout is over: the engine itself sends
        // nothing.
        for (int receive = 2; receive <= 10; receive++) {
            assertEquals(Map.of("theirs", why), deliver(receive, theirs));
        }
        assertEquals(List.of(), List.copyOf(sent));
        assertEquals(root, item("newer", "@"));
        assertEquals(
                1,
                store.entries(new Scope("shop", "newer"), 10, Optional.empty())
                        .items()
                        .size());
        DeadLetterHandler deadLetters =
                new DeadLetterHandler(store, now::get, new Metrics("triggerflow", now::get, line -> {}));
        assertEquals(List.of(), deadLetters.park(List.of(theirs), line -> {}));
        Registry.Parked parked =
                store.parked(Optional.empty(), 10, Optional.empty()).items().getFirst();
        assertEquals(theirs.body(), parked.message());
        assertEquals(why, parked.errors().first());
        // A release that reads it takes the message from there.
        shape("newer", "@", NEWER, 1);
        assertEquals(Map.of(), deliver(1, message("again", parked.message().toString())));
        assertTrue(launches.containsKey("newer/two"));
    }

    @Test
    void aTriggersStateOfANewerReleaseHoldsUpItsOwnEventsOnly() {
        deliver(1, message("first", half("newer", "first")));
        shape("newer", "C#pair", 1, NEWER);
        Map<String, String> failed =
                deliver(1, message("second", half("newer", "second")), message("other", ended("newer/one")));
        assertEquals(List.of("second"), List.copyOf(failed.keySet()));
        assertTrue(
                failed.get("second").contains("of the state C#pair in R#shop#newer, but it has shape " + NEWER),
                failed::toString);
        assertTrue(launches.containsKey("newer/two"));
        shape("newer", "C#pair", NEWER, 1);
        assertEquals(Map.of(), deliver(2, message("second", half("newer", "second"))));
        Scope run = new Scope("shop", "newer");
        assertEquals(Map.of("pair", true), store.load(List.of(run)).get(run).context());
    }

    @Test
    void theSweeperTellsOfWhatItCannotReadAndGoesOn() {
        shape("newer", "@", 1, NEWER);
        now.set(now.get().plus(Duration.ofHours(1)));
        Sweeper sweeper = new Sweeper(ports, Duration.ofMinutes(45), Duration.ofMinutes(5), Duration.ofDays(30));
        Sweeper.Swept swept = sweeper.sweep(10, 10);
        assertEquals(2, swept.runs());
        assertEquals(1, swept.failures().size());
        assertTrue(swept.failures().getFirst().startsWith("shop/newer: "), swept::toString);
        assertEquals(
                List.of(launches.get("ours/one").address().id()),
                sent.stream().map(Event::id).toList());
    }
}

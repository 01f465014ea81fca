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
import io.triggerflow.core.control.Control;
import io.triggerflow.core.decide.Extensions;
import io.triggerflow.core.definition.DefinitionReader;
import io.triggerflow.core.engine.Engine;
import io.triggerflow.core.engine.Ports;
import io.triggerflow.core.model.Address;
import io.triggerflow.core.model.Event;
import io.triggerflow.core.model.Launch;
import io.triggerflow.core.model.RunStatus;
import io.triggerflow.core.model.Scope;
import io.triggerflow.core.model.ScopeState;
import io.triggerflow.core.port.EventSink;
import io.triggerflow.core.port.Launcher;
import io.triggerflow.core.port.Registry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Messages through translation, engine and store; launches and sent events are kept by the test, which plays queue and functions. */
class IntakeTest {
    @RegisterExtension
    static final Local LOCAL = new Local();

    private static final String SEQUENCE = """
      {"workflow":"sequence","triggers":[
        {"id":"one","on":[{"type":"triggerflow.run.started"}],"actions":[{"invoke":{"function":"f","payload":{"n":1},"task":"one"}}]},
        {"id":"two","on":[{"type":"triggerflow.task.succeeded","subject":"one"}],"actions":[{"invoke":{"function":"f","payload":{"n":2},"task":"two"}}]},
        {"id":"end","on":[{"type":"triggerflow.task.succeeded","subject":"two"}],"actions":[{"complete":"{% $event.data.answer %}"}]}]}""";

    private static final Duration LEFT = Duration.ofSeconds(30);
    /** The end of an invocation that carries no address: whose it is may be known in a moment. */
    private static final String FOREIGN =
            "{\"timestamp\":\"2026-03-01T12:00:01Z\",\"requestContext\":{\"requestId\":\"REQUEST\",\"condition\":\"Success\"},\"requestPayload\":1}";

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-03-01T12:00:00Z"));
    private final InstantSource clock = now::get;
    private final ConcurrentLinkedQueue<Launch.Invoke> launches = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<Event> sent = new ConcurrentLinkedQueue<>();
    private final List<Instant> dues = new ArrayList<>();
    private Runnable slow = () -> {};
    private DynamoStore store;
    private Intake intake;
    private Control control;
    private String workspace;

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
            dues.add(due);
        }
    };

    @BeforeEach
    void prepare(TestInfo info) {
        workspace = "intake-" + info.getTestMethod().orElseThrow().getName();
        store = LOCAL.table.store(clock);
        Launcher launcher = launch -> {
            launches.add(launch);
            slow.run();
            return new Launcher.Outcome.Accepted();
        };
        Ports ports = new Ports(store, store, launcher, sink, clock, new VirtualFork());
        control = new Control(ports, Extensions.NONE);
        intake = new Intake(
                new Translator(LOCAL.table.blobs(), store::receipt, clock),
                new Engine(ports, Extensions.NONE, workspace),
                store,
                sink,
                clock);
    }

    private Intake.Outcome deliver(String body) {
        return intake.handle(List.of(new Message("m", body, Map.of(), 1)), LEFT);
    }

    private static String ended(Launch.Invoke launch, String response) {
        return """
        {"version":"1.0","timestamp":"2026-03-01T12:00:01Z","requestContext":{"requestId":"r","condition":"Success"},
        "requestPayload":{"__triggerflow":%s},"responseContext":{"statusCode":200},"responsePayload":%s}""".formatted(Json.write(launch.address().toJson()), response);
    }

    private ScopeState run() {
        return store.load(List.of(new Scope(workspace, "r"))).get(new Scope(workspace, "r"));
    }

    private void startSequence() {
        control.deploy(workspace, new DefinitionReader(e -> Optional.empty()).definition(Json.read(SEQUENCE)));
        control.start(workspace, "sequence", Optional.empty(), "r", Map.of());
        assertEquals(
                Map.of(),
                deliver(EventJson.message(sent.poll(), LOCAL.table.blobs())).failed());
    }

    @Test
    void sequenceOfFunctionsEnds() {
        startSequence();
        deliver(ended(launches.poll(), "{}"));
        Address second = launches.peek().address();
        assertEquals("two", second.task());
        deliver(ended(launches.poll(), "{\"answer\":42}"));
        assertEquals(RunStatus.SUCCEEDED, run().status());
        assertEquals(42, run().output());
    }

    private Intake.Outcome deliverLate(String body, long millis) {
        return intake.handle(
                List.of(new Message(
                        "m", body, Map.of(), 1, Optional.of(now.get().minusMillis(millis)))),
                LEFT);
    }

    private List<String> published(Intake.Outcome outcome) {
        List<String> lines = new ArrayList<>();
        outcome.publish(new Metrics("triggerflow", clock, lines::add));
        return lines;
    }

    private static Map<String, Object> values(String line) {
        Map<String, Object> values = Json.readObject(line);
        values.remove("_aws");
        values.remove("Stack");
        return values;
    }

    @Test
    void oneShortLineABatchSaysWhatCameOfIt() {
        startSequence();
        now.set(now.get().plusSeconds(10));
        List<String> first = published(deliverLate(ended(launches.poll(), "{}"), 42));
        assertEquals(1, first.size());
        assertEquals(
                Map.of("Firings", 1, "Launches", 1, "EventToLaunchLatency", List.of(42)), values(first.getFirst()));
        assertTrue(
                first.getFirst().length() <= 350,
                "a transition logs " + first.getFirst().length() + " bytes");
        String second = ended(launches.poll(), "{\"answer\":42}");
        List<String> last = published(deliverLate(second, 0));
        assertEquals(Map.of("Firings", 1, "RunsSucceeded", 1), values(last.getFirst()));
        String otherwise = second.replace("\"Success\"", "\"RetriesExhausted\"");
        List<String> troubles = published(intake.handle(
                List.of(
                        new Message("late", otherwise, Map.of(), 1),
                        new Message("garbage", "no JSON", Map.of(), 1),
                        new Message("foreign", FOREIGN.replace("REQUEST", "another"), Map.of(), 1)),
                LEFT));
        assertEquals(1, troubles.size());
        assertEquals(Map.of("Rejected", 1, "Parked", 1, "BatchItemFailures", 1), values(troubles.getFirst()));
    }

    @Test
    void aBatchOfWhichNothingFollowsLogsNothing() {
        control.addWorkspace(workspace);
        String nobodys = "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"s\",\"type\":\"t\"}";
        assertEquals(List.of(), published(deliver(nobodys)));
    }

    @Test
    void sequentialTransitionIsOneReadAndOneWriteRequest() {
        startSequence();
        Launch.Invoke first = launches.poll();
        LOCAL.table.takeRequests();
        deliver(ended(first, "{\"some\":\"result\"}"));
        assertEquals(List.of("GetItem", "PutItem"), LOCAL.table.takeRequests());
        assertEquals(1, launches.size());
    }

    @Test
    void aCopyOfATerminationChangesNothing() {
        startSequence();
        Launch.Invoke first = launches.poll();
        deliver(ended(first, "{}"));
        deliver(ended(first, "{}"));
        assertEquals(1, launches.size());
    }

    @Test
    void garbageIsParkedAndDoneWith() {
        Intake.Outcome outcome = intake.handle(List.of(new Message(workspace, "no JSON", Map.of(), 1)), LEFT);
        assertEquals(Map.of(), outcome.failed());
        assertEquals(
                "no JSON",
                store.parked("message:" + workspace + ":0").orElseThrow().message());
        assertTrue(outcome.notes().getFirst().contains("Expected JSON"));
    }

    @Test
    void whatTheQueueGivesUpSaysHowTheTroubleBegan() {
        String body =
                "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"s\",\"type\":\"t\",\"tfdataref\":\"payloads/gone\"}";
        Instant begun = now.get();
        String reason = "";
        for (int receive = 1; receive <= 5; receive++) {
            Message message = new Message(workspace, body, Map.of(), receive);
            reason = intake.handle(List.of(message), LEFT).failed().get(workspace);
            assertEquals(Optional.empty(), store.parked("dead:" + workspace), "it may be handled yet");
            now.set(now.get().plusSeconds(60));
        }
        for (int twice = 0; twice < 2; twice++) {
            store.giveUp("dead:" + workspace, body, "given up", now.get());
        }
        Registry.Parked parked = store.parked("dead:" + workspace).orElseThrow();
        assertEquals(body, parked.message());
        assertEquals(3, parked.errors().times(), "those that came from the third time on");
        assertEquals(begun.plusSeconds(120), parked.errors().firstAt());
        assertEquals(begun.plusSeconds(240), parked.errors().lastAt());
        assertEquals(reason, parked.errors().first());
    }

    @Test
    void anEventThatCameBeforeItsTimeWaitsForTheRest() {
        Instant due = now.get().plusSeconds(40);
        String body =
                "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"s\",\"type\":\"t\",\"tfdue\":\"" + due + "\"}";
        assertEquals(Map.of(), deliver(body).failed());
        assertEquals(List.of(due), dues);
        now.set(due);
        deliver(body);
        assertEquals(1, dues.size());
    }

    @Test
    void whatCannotBeUnderstoodYetComesAgain() {
        String foreign = FOREIGN.replace("REQUEST", workspace);
        assertEquals(List.of("m"), List.copyOf(deliver(foreign).failed().keySet()));
    }

    @Test
    void anInvocationThatRunsOutOfTimeKeepsWhatItDidAndGivesBackTheRest() {
        startSequence();
        String ended = ended(launches.poll(), "{}");
        Instant start = now.get();
        // The launch of the second function takes until four fifths of the time are over.
        slow = () -> now.set(start.plusSeconds(24));
        String other = "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"s\",\"type\":\"t\",\"tfrun\":\"r\"}";
        List<Message> batch = List.of(new Message("m", ended, Map.of(), 1), new Message("late", other, Map.of(), 1));
        assertEquals(
                List.of("late"), List.copyOf(intake.handle(batch, LEFT).failed().keySet()));
        assertEquals(1, launches.size());
    }
}

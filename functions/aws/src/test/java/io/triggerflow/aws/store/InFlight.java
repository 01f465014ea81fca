package io.triggerflow.aws.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.triggerflow.aws.event.EventJson;
import io.triggerflow.aws.event.Message;
import io.triggerflow.aws.event.Translator;
import io.triggerflow.aws.json.Json;
import io.triggerflow.core.control.Control;
import io.triggerflow.core.decide.Extensions;
import io.triggerflow.core.definition.DefinitionReader;
import io.triggerflow.core.engine.Delivery;
import io.triggerflow.core.engine.Engine;
import io.triggerflow.core.engine.Fork;
import io.triggerflow.core.engine.Ports;
import io.triggerflow.core.engine.Sweeper;
import io.triggerflow.core.expression.Expressions;
import io.triggerflow.core.model.Action;
import io.triggerflow.core.model.Address;
import io.triggerflow.core.model.Event;
import io.triggerflow.core.model.Launch;
import io.triggerflow.core.model.Scope;
import io.triggerflow.core.port.EventSink;
import io.triggerflow.core.port.Launcher;
import io.triggerflow.core.port.Registry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;

/**
 * A workspace in which much is in the middle, and what becomes of it: begun by {@link #begin}, brought to its end by {@link #end}, by the same
 * release or by another. Everything in it follows from its causes and a clock that is set, so that two releases that decide the same leave
 * the same items, and the same messages on their way. It plays queue, Scheduler and functions: those hold texts, as they do on AWS.
 *
 * <p>Recorded releases hold it: what is begun here is not changed, only added to, by a world of its own beside this one.
 */
final class InFlight {
    static final String WORKSPACE = "flight";

    private static final int FEW = 60;

    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

    private final DynamoStore store;
    private final Blobs blobs;
    private final AtomicReference<Instant> now;
    private final Ports ports;
    private final Control control;
    private final Engine engine;
    private final Translator translator;
    /** What is on its way: in the queue, in Scheduler, and in functions. */
    private final Wire wire;

    /** What left the engine and has not come back: texts. */
    static final class Wire {
        private final List<String> queue = new ArrayList<>();
        private final Map<String, Instant> later = new LinkedHashMap<>();
        private final Map<String, String> functions = new LinkedHashMap<>();

        /** One JSON text a line: what it is, and it. */
        List<String> lines() {
            List<String> lines = new ArrayList<>();
            queue.forEach(body -> lines.add(Json.write(List.of("message", Json.read(body)))));
            later.forEach((body, due) -> lines.add(Json.write(List.of("later", due.toString(), Json.read(body)))));
            functions.forEach((name, payload) -> lines.add(Json.write(List.of("function", name, Json.read(payload)))));
            return lines;
        }

        static Wire of(List<String> lines) {
            Wire wire = new Wire();
            for (String line : lines) {
                List<?> parts = Json.list(Json.read(line));
                String body = Json.write(parts.getLast());
                switch ((String) parts.getFirst()) {
                    case "message" -> wire.queue.add(body);
                    case "later" -> wire.later.put(body, Instant.parse((String) parts.get(1)));
                    case "function" -> wire.functions.put((String) parts.get(1), body);
                    default ->
                        throw new IllegalArgumentException("Expected a message, later or function, but got " + line);
                }
            }
            return wire;
        }
    }

    private final class Sink implements EventSink {
        @Override
        public void send(List<Outgoing> events) {
            for (Outgoing outgoing : events) {
                if (outgoing.delay().isZero()) {
                    wire.queue.add(EventJson.message(outgoing.event(), blobs));
                } else {
                    sendAt(outgoing.event(), now.get().plus(outgoing.delay()), now.get());
                }
            }
        }

        @Override
        public void sendAt(Event event, Instant due, Instant at) {
            wire.later.put(EventJson.message(event, blobs), due);
        }
    }

    InFlight(DynamoStore store, Blobs blobs, AtomicReference<Instant> now, Wire wire) {
        this.store = store;
        this.blobs = blobs;
        this.now = now;
        this.wire = wire;
        Launcher launcher = this::launch;
        this.ports = new Ports(store, store, launcher, new Sink(), now::get, Fork.SEQUENTIAL);
        this.control = new Control(ports, Extensions.NONE);
        this.engine = new Engine(ports, Extensions.NONE, WORKSPACE);
        this.translator = new Translator(blobs, store::receipt, now::get);
    }

    /** As Lambda is asked: the address in the payload, or a receipt under the request's id. */
    private Launcher.Outcome launch(Launch.Invoke launch) {
        Address address = launch.address();
        String name =
                address.scope().run() + "/" + launch.function() + (address.item() < 0 ? "" : "/" + address.item());
        boolean isEmbedded = launch.options().correlation() == Action.Correlation.PAYLOAD;
        Object payload = launch.payload();
        if (isEmbedded) {
            Map<String, Object> with = new LinkedHashMap<>(Json.object(payload));
            with.put(EventJson.ADDRESS, address.toJson());
            payload = with;
            name += address.scope().isRun()
                    ? ""
                    : "/" + Json.object(launch.payload()).get("from");
        } else {
            store.receipt("request of " + name, address, now.get());
        }
        wire.functions.put(name, Json.write(payload));
        return new Launcher.Outcome.Accepted();
    }

    Wire wire() {
        return wire;
    }

    Control control() {
        return control;
    }

    static Scope run(String name) {
        return new Scope(WORKSPACE, name);
    }

    /** The messages, one a batch; answers what failed, by message. */
    Map<String, String> deliver(String... bodies) {
        Map<String, String> failed = new HashMap<>();
        for (String body : bodies) {
            failed.putAll(engine.handle(deliveries(List.of(body))).failed());
        }
        return failed;
    }

    private List<Delivery> deliveries(List<String> bodies) {
        return IntStream.range(0, bodies.size())
                .boxed()
                .flatMap(i -> translator.translate(new Message("m" + i, bodies.get(i), Map.of(), 1)).events().stream()
                        .map(e -> new Delivery("m" + i, e, 1)))
                .toList();
    }

    /** Delivers what is in the queue, until nothing is. */
    void drain() {
        while (!wire.queue.isEmpty()) {
            assertEquals(Map.of(), deliver(wire.queue.removeFirst()));
        }
    }

    /** An event of somebody else. */
    private static String event(String id, String type, String subject, String run, Object data) {
        Map<String, Object> event = new LinkedHashMap<>(Map.of(
                "specversion",
                "1.0",
                "id",
                id,
                "source",
                "test",
                "type",
                type,
                "tfworkspace",
                WORKSPACE,
                "time",
                START.toString(),
                "data",
                data));
        if (!subject.isEmpty()) {
            event.put("subject", subject);
        }
        if (!run.isEmpty()) {
            event.put("tfrun", run);
        }
        return Json.write(event);
    }

    private void tell(String id, String type, String subject, String run, Object data) {
        assertEquals(Map.of(), deliver(event(id, type, subject, run, data)));
        drain();
    }

    /** A function ends: what Lambda sends to its destination. */
    void finish(String function, boolean success, Object said) {
        Object payload = Json.read(wire.functions.remove(function));
        String body = Json.write(Map.of(
                "version",
                "1.0",
                "timestamp",
                now.get().toString(),
                "requestContext",
                Map.of("requestId", "request of " + function, "condition", success ? "Success" : "RetriesExhausted"),
                "requestPayload",
                payload,
                "responseContext",
                success ? Map.of("statusCode", 200) : Map.of("statusCode", 200, "functionError", "Unhandled"),
                "responsePayload",
                said));
        assertEquals(Map.of(), deliver(body));
        drain();
    }

    void deploy(String workflow, String triggers, String more) {
        String bundle = "{\"workflow\":\"" + workflow + "\"" + more + ",\"triggers\":" + triggers + "}";
        control.deploy(WORKSPACE, new DefinitionReader(new Expressions()::error).definition(Json.read(bundle)));
    }

    void start(String workflow, String run, Object input) {
        control.start(WORKSPACE, workflow, Optional.empty(), run, input);
        drain();
    }

    /** Brings everything to its middle, in an empty table. */
    void begin() {
        now.set(START);
        InFlightWorkflows.TRIGGERS.forEach((name, triggers) -> deploy(name, triggers, ""));
        deploy("ends-in-time", InFlightWorkflows.TRIGGERS.get("hears"), ",\"timeout\":\"PT2H\"");
        control.addTriggers(
                Scope.workspace(WORKSPACE),
                new DefinitionReader(new Expressions()::error)
                        .definition(Json.read(InFlightWorkflows.STANDING))
                        .triggers());
        drain();
        startAll();
        now.set(START.plusSeconds(10));
        // Between the beginning of each and its end:
        finish("retried/retried", false, Map.of("errorType", "Busy", "errorMessage", "later"));
        tell("part-a", "part", "a", "joined", "a");
        tell("part-b", "part", "b", "joined", "b");
        tell("part-d", "part", "a", "overdue", 1);
        tell("part-e", "part", "b", "overdue", 1);
        pieces(0, FEW);
        finish("fanned-out/fanned/1", true, Map.of("got", "y"));
        tell("early", "early", "", "held", Map.of("n", 3));
        control.pause(run("paused"));
        drain();
        finish("paused/asked", true, Map.of("got", "p"));
        tell("ping-1", "ping", "", "", Map.of());
        tell("ping-2", "ping", "", "", Map.of());
        tell("hello", "early", "", "unborn", Map.of("n", 4));
    }

    private void startAll() {
        start("asks", "waiting", Map.of("n", 1));
        start("asks", "paused", Map.of("n", 2));
        start("retries", "retried", null);
        start("receives", "received", null);
        start("joins", "joined", null);
        start("joins-many", "joined-many", null);
        start("fans-out", "fanned-out", List.of(1, 2, 3));
        start("sleeps", "slept", null);
        start("limits", "limited", null);
        start("has-a-deadline", "overdue", null);
        start("holds", "held", null);
        start("has-a-child", "parent", null);
        start("correlates", "correlated", Map.of("order", "o-1"));
        start("ends-in-time", "endless", null);
    }

    /** In one batch. */
    private void pieces(int from, int to) {
        List<String> bodies = IntStream.range(from, to)
                .mapToObj(i -> event("piece-" + i, "piece", "p" + i, "joined-many", i))
                .toList();
        assertEquals(Map.of(), engine.handle(deliveries(bodies)).failed());
        drain();
    }

    /** Everything that is still missing comes. */
    void end() {
        now.set(START.plusSeconds(15));
        finish("waiting/asked", true, Map.of("got", "w"));
        finish("received/received", true, Map.of("got", "r"));
        tell("part-c", "part", "c", "joined", "c");
        // Some that were there already: a duplicate of the queue's.
        pieces(FEW - 5, InFlightWorkflows.MANY);
        finish("fanned-out/fanned/2", true, Map.of("got", "z"));
        finish("fanned-out/fanned/0", true, Map.of("got", "x"));
        finish("held/held", true, Map.of());
        finish("child/asked", true, Map.of("got", "c"));
        control.resume(run("paused"));
        drain();
        tell("paid", "order.paid", "", "", Map.of("order", "o-1", "amount", 12));
        finish("/stood/ping-1", true, Map.of("got", "s"));
        redrive();
        pass(Duration.ofSeconds(20));
        finish("retried/retried", true, Map.of("got", "again"));
        pass(Duration.ofHours(3));
        new Sweeper(ports, Duration.ofMinutes(45), Duration.ofMinutes(5), StoreSettings.DEFAULT_HISTORY)
                .sweep(100, 1_000);
        drain();
    }

    /** As {@code POST /parked/{id}/redrive} does. */
    private void redrive() {
        Registry.Parked parked =
                store.parked(Optional.empty(), 10, Optional.empty()).items().getFirst();
        start("hears", "unborn", null);
        Map<String, Object> message = new LinkedHashMap<>(Json.object(parked.message()));
        message.put("specversion", "1.0");
        ports.sink()
                .send(List.of(new EventSink.Outgoing(
                        EventJson.read(message, blobs, now.get()), new Launch.Destination.Engine(), Duration.ZERO)));
        store.unpark(parked.id());
        drain();
    }

    /** Time passes from the start on; what was to come until then comes, each at its time. */
    private void pass(Duration sinceStart) {
        Instant until = START.plus(sinceStart);
        for (Optional<Map.Entry<String, Instant>> next = next(until); next.isPresent(); next = next(until)) {
            String body = next.get().getKey();
            now.set(wire.later.remove(body));
            assertEquals(Map.of(), deliver(body));
            drain();
        }
        now.set(until);
    }

    private Optional<Map.Entry<String, Instant>> next(Instant until) {
        return wire.later.entrySet().stream()
                .filter(e -> !e.getValue().isAfter(until))
                .min(Comparator.comparing((Map.Entry<String, Instant> e) -> e.getValue())
                        .thenComparing(Map.Entry::getKey))
                .map(e -> Map.entry(e.getKey(), e.getValue()));
    }
}

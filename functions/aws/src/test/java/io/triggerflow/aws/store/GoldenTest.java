package io.triggerflow.aws.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.triggerflow.aws.json.Json;
import io.triggerflow.core.decide.ConditionExtension;
import io.triggerflow.core.decide.Extensions;
import io.triggerflow.core.engine.Delivery;
import io.triggerflow.core.engine.Engine;
import io.triggerflow.core.engine.Fork;
import io.triggerflow.core.engine.Ports;
import io.triggerflow.core.model.Address;
import io.triggerflow.core.model.Entry;
import io.triggerflow.core.model.Event;
import io.triggerflow.core.model.EventTypes;
import io.triggerflow.core.model.Launch;
import io.triggerflow.core.model.RunStatus;
import io.triggerflow.core.model.ScopeState;
import io.triggerflow.core.port.EventSink;
import io.triggerflow.core.port.Launcher;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Law L9: state that any released version wrote still decodes, and decides the same.
 *
 * <p>Never edit the past: a changed stored shape is a new directory {@code vN} of golden files beside the old, and both are tested.
 * {@code -Dgolden.write=true} writes it, and never overwrites one that exists. What is in the middle when a release changes is {@link InFlightTest}'s.
 */
class GoldenTest {
    @RegisterExtension
    static final Local LOCAL = new Local();

    private static final GoldenFiles FILES =
            new GoldenFiles(Path.of(System.getProperty("basedir", "."), "src", "test", "resources", "golden"));

    /** What reading alone does not notice; {@link #endedRunsAndTheirWaitsGo}, {@link #expiresWhenItWasToExpire} and {@link LifetimesTest} do. */
    private static final Set<String> NOT_READ = Set.of(Keys.EXPIRES, Keys.WAITS, Keys.RENEWAL);

    /** Fields of bodies that are not read: a version that is in the key, and what follows from the rest. */
    private static final Set<String> NOT_NEEDED =
            Set.of("definition-bodies.json body version", "definition-bodies.json body collect");

    private final AtomicReference<Instant> now = new AtomicReference<>(GoldenWorld.NOW);
    private final List<Launch.Invoke> launches = new ArrayList<>();
    private final List<EventSink.Outgoing> sent = new ArrayList<>();
    private DynamoStore store;
    private Engine engine;
    private String table;

    static final class Local implements BeforeAllCallback {
        private final AtomicInteger tables = new AtomicInteger();
        private LocalTable table;

        @Override
        public void beforeAll(ExtensionContext context) {
            table = LocalTable.of(context);
        }

        String newTable() {
            String name = "golden-" + tables.incrementAndGet();
            table.createTable(name);
            return name;
        }
    }

    /** Every third activation fires. */
    private static final class Every implements ConditionExtension {
        @Override
        public String name() {
            return "every";
        }

        @Override
        public Verdict evaluate(Map<String, Object> arguments, Map<String, Object> values, Map<String, Object> event) {
            int seen = (values.get("seen") instanceof Number n ? n.intValue() : 0) + 1;
            return new Verdict(Integer.valueOf(seen).equals(arguments.get("n")), Map.of("seen", seen));
        }
    }

    private final class Sink implements EventSink {
        @Override
        public void send(List<Outgoing> events) {
            sent.addAll(events);
        }

        @Override
        public void sendAt(Event event, Instant due, Instant at) {
            sent.add(new Outgoing(event, new Launch.Destination.Engine(), Duration.between(at, due)));
        }
    }

    static List<String> versions() {
        return FILES.versions();
    }

    private static Blobs blobs(Map<String, String> texts) {
        return new Blobs() {
            @Override
            public String put(Kind kind, String text) {
                String key = kind.prefix() + Bodies.hash(text);
                texts.put(key, text);
                return key;
            }

            @Override
            public String get(String key) {
                return texts.get(key);
            }
        };
    }

    private DynamoStore open(Map<String, String> texts) {
        return new DynamoStore(LOCAL.table.client(), blobs(texts), now::get, StoreSettings.of(table));
    }

    private void put(Iterable<Map<String, AttributeValue>> items) {
        items.forEach(
                item -> LOCAL.table.client().putItem(p -> p.tableName(table).item(item)));
    }

    private void load(GoldenFiles.Version version) {
        table = LOCAL.newTable();
        put(version.all());
        store = open(new ConcurrentHashMap<>(version.blobs()));
        Launcher launcher = launch -> {
            launches.add(launch);
            return new Launcher.Outcome.Accepted();
        };
        engine = new Engine(
                new Ports(store, store, launcher, new Sink(), now::get, Fork.SEQUENTIAL),
                Extensions.of(List.of(new Every()), List.of()),
                GoldenWorld.WORKSPACE);
    }

    private List<Map<String, AttributeValue>> scan() {
        return LOCAL.table.client().scanPaginator(s -> s.tableName(table).consistentRead(true)).items().stream()
                .toList();
    }

    private void handle(Event event, int receiveCount) {
        assertEquals(
                Map.of(),
                engine.handle(List.of(new Delivery("m", event, receiveCount))).failed());
    }

    private void live(String id, String type, String subject) {
        handle(
                new Event(id, "urn:test", type, subject, GoldenWorld.NOW, Map.of("n", 1), Map.of())
                        .addressedTo(GoldenWorld.LIVE, 0),
                1);
    }

    /** What was launched since the last call: the functions with their payloads. */
    private Map<String, Object> launched() {
        Map<String, Object> taken = new LinkedHashMap<>();
        launches.forEach(l -> taken.put(l.function(), l.payload()));
        launches.clear();
        return taken;
    }

    @ParameterizedTest
    @MethodSource("versions")
    void readsBackAsItWasWritten(String version) {
        load(FILES.read(version));
        GoldenWorld.check(store);
        if (Set.of("v1", "v2").contains(version)) {
            // Entries that are not in the index are read, and not swept.
            assertEquals(
                    List.of(),
                    store.watched(GoldenWorld.NOW.plus(Duration.ofDays(1)), 100).entries());
        } else {
            GoldenWorld.checkStanding(store);
        }
    }

    @Test
    void anEntryOfBeforeIsReadAndNotSwept() {
        table = LOCAL.newTable();
        store = open(new ConcurrentHashMap<>());
        GoldenFiles.Version newest = FILES.read(versions().getLast());
        put(newest.items().get("entries.json").stream()
                .map(i -> without(without(i, Keys.DUE_PARTITION), Keys.DUE_SORT))
                .toList());
        assertTrue(store.entry(GoldenWorld.STANDING, "second").isPresent());
        assertEquals(
                List.of(),
                store.watched(GoldenWorld.NOW.plus(Duration.ofDays(1)), 100).entries());
    }

    /** Of the newest version: the others show that it reads them. */
    @Test
    void everythingInIsNeeded() {
        GoldenFiles.Version golden = FILES.read(versions().getLast());
        load(golden);
        Set<String> unnoticed = new TreeSet<>();
        golden.items().forEach((file, items) -> {
            Set<String> names = new TreeSet<>();
            items.forEach(i -> names.addAll(i.keySet()));
            names.removeAll(NOT_READ);
            names.removeAll(Set.of(Keys.PARTITION, Keys.SORT));
            names.stream()
                    .filter(name -> passes(
                            golden,
                            items,
                            items.stream().map(i -> without(i, name)).toList()))
                    .forEach(n -> unnoticed.add(file + " " + n));
            Set<String> fields = new TreeSet<>();
            items.stream()
                    .filter(i -> i.containsKey(Keys.BODY))
                    .forEach(i -> fields(Json.read(i.get(Keys.BODY).s()), fields));
            fields.stream()
                    .filter(f -> passes(
                            golden,
                            items,
                            items.stream().map(i -> withoutField(i, f)).toList()))
                    .forEach(f -> unnoticed.add(file + " body " + f));
            for (Map<String, AttributeValue> item : items) {
                LOCAL.table.client().deleteItem(d -> d.tableName(table).key(Table.attributes(Items.key(item))));
                if (passes(golden, List.of(item), List.of())) {
                    unnoticed.add(file + " " + Items.key(item));
                }
            }
        });
        assertEquals(NOT_NEEDED, unnoticed);
        GoldenWorld.check(open(new ConcurrentHashMap<>(golden.blobs())));
    }

    /** Whether the world with other items in place of some is still taken for the whole world; afterwards they are in place again. */
    private boolean passes(
            GoldenFiles.Version golden,
            List<Map<String, AttributeValue>> items,
            List<Map<String, AttributeValue>> others) {
        put(others);
        try {
            DynamoStore changed = open(new ConcurrentHashMap<>(golden.blobs()));
            GoldenWorld.check(changed);
            GoldenWorld.checkStanding(changed);
            return true;
        } catch (AssertionError | RuntimeException e) {
            return false;
        } finally {
            put(items);
        }
    }

    private static Map<String, AttributeValue> without(Map<String, AttributeValue> item, String name) {
        Map<String, AttributeValue> rest = new TreeMap<>(item);
        rest.remove(name);
        return rest;
    }

    private static Map<String, AttributeValue> withoutField(Map<String, AttributeValue> item, String field) {
        Map<String, AttributeValue> rest = new TreeMap<>(item);
        rest.computeIfPresent(
                Keys.BODY, (n, body) -> AttributeValue.fromS(Json.write(stripped(Json.read(body.s()), field))));
        return rest;
    }

    private static void fields(Object json, Set<String> fields) {
        if (json instanceof Map<?, ?> map) {
            map.forEach((key, value) -> {
                fields.add((String) key);
                fields(value, fields);
            });
        } else if (json instanceof List<?> list) {
            list.forEach(value -> fields(value, fields));
        }
    }

    private static Object stripped(Object json, String field) {
        if (json instanceof Map<?, ?> map) {
            Map<Object, Object> rest = new LinkedHashMap<>();
            map.forEach((key, value) -> rest.put(key, stripped(value, field)));
            rest.remove(field);
            return rest;
        }
        return json instanceof List<?> list
                ? new ArrayList<Object>(list.stream()
                        .map(value -> Optional.ofNullable(stripped(value, field)))
                        .map(o -> o.orElse(null))
                        .toList())
                : json;
    }

    @ParameterizedTest
    @MethodSource("versions")
    void redeliveredEventLaunchesItsOutboxAgainAndWritesNothing(String version) {
        load(FILES.read(version));
        Set<Map<String, AttributeValue>> before = new HashSet<>(scan());
        handle(GoldenWorld.PLACED, 1);
        assertEquals(Map.of(), launched(), "a copy that comes for the first time");
        handle(GoldenWorld.PLACED, 2);
        List<Launch> outbox = GoldenWorld.placed().outbox();
        assertEquals(List.of(outbox.get(0)), launches);
        Launch.Emit emit = (Launch.Emit) outbox.get(1);
        assertEquals(List.of(new EventSink.Outgoing(emit.event(), emit.destination(), emit.delay())), sent);
        assertEquals(before, new HashSet<>(scan()));
    }

    @ParameterizedTest
    @MethodSource("versions")
    void lastMembersFireTheirJoins(String version) {
        load(FILES.read(version));
        live("m1", "part.done", "a");
        live("m2", "piece.done", "p99");
        live("m3", "half.done", "x");
        assertEquals(
                Map.of(), launched(), "members that have arrived already, in this round or one that is remembered");
        live("m4", "part.done", "c");
        assertEquals(
                Map.of("after-join", List.of(Map.of("after", "a"), Map.of("n", 1))),
                launched(),
                "of the golden member and the new one");
        assertTrue(store.state(GoldenWorld.LIVE, "join").orElseThrow().fired());
        live("m5", "piece.done", "p" + (GoldenWorld.PIECES - 1));
        String results = launched().get("after-pieces").toString();
        assertTrue(results.contains("[data, 90]") && results.contains("{n=1}"), results);
        live("m6", "half.done", "w");
        assertEquals(Map.of("after-pair", "pair"), launched());
        assertEquals(3, store.state(GoldenWorld.LIVE, "pairs").orElseThrow().round());
        live("m7", "tick", "");
        assertEquals(Map.of("after-third", "third"), launched());
    }

    @ParameterizedTest
    @MethodSource("versions")
    void armedTimerFires(String version) {
        load(FILES.read(version));
        for (String id : List.of("timer-0", "timer-1", "timer-1")) {
            handle(
                    Event.ofEngine(id, EventTypes.TIMER_DUE, "reminder", GoldenWorld.NOW, Map.of("n", 1), Map.of())
                            .addressedTo(GoldenWorld.LIVE, 1),
                    1);
            assertEquals(id.equals("timer-1") ? 1 : 0, launches.size(), "once, and not a stale one");
        }
        assertEquals(Map.of("after-timer", "timer"), launched());
    }

    private static Event ended(Address address, String type, Object data) {
        return Event.ofEngine(address.id(), type, address.task(), GoldenWorld.NOW, data, address.toExtensions());
    }

    @ParameterizedTest
    @MethodSource("versions")
    void endedRunsAndTheirWaitsGo(String version) {
        load(FILES.read(version));
        handle(
                ended(GoldenWorld.step(), EventTypes.TASK_FAILED, Map.of("errorType", "Busy", "errorMessage", "later")),
                1);
        assertEquals(
                Entry.Kind.RETRIED,
                store.entry(GoldenWorld.LIVE, GoldenWorld.step().id())
                        .orElseThrow()
                        .kind());
        EventSink.Outgoing relaunch = sent.removeFirst();
        assertEquals(Duration.ofSeconds(7), relaunch.delay());
        handle(relaunch.event(), 1);
        Launch.Invoke again = launches.removeFirst();
        assertEquals(GoldenWorld.step().attempt(2), again.address());
        assertEquals(((Launch.Invoke) GoldenWorld.placed().outbox().getFirst()).payload(), again.payload());
        handle(ended(again.address(), EventTypes.TASK_SUCCEEDED, "answer"), 1);
        ScopeState live = store.load(List.of(GoldenWorld.LIVE)).get(GoldenWorld.LIVE);
        assertEquals(RunStatus.SUCCEEDED, live.status());
        assertEquals("answer", live.output());
        assertEquals(List.of(), store.waiting(GoldenWorld.WORKSPACE, "order.paid", "order-1"));
    }

    @ParameterizedTest
    @MethodSource("versions")
    void expiresWhenItWasToExpire(String version) {
        load(FILES.read(version));
        now.set(GoldenWorld.NOW.plus(Duration.ofDays(15)));
        assertEquals(Optional.empty(), store.receipt("request-1"));
        now.set(GoldenWorld.NOW.plus(Duration.ofDays(31)));
        List<ScopeState> left = store.runs(GoldenWorld.WORKSPACE, Optional.empty(), 100, Optional.empty())
                .items();
        assertEquals(
                Set.of(RunStatus.RUNNING, RunStatus.PAUSED),
                new HashSet<>(left.stream().map(ScopeState::status).toList()));
        assertTrue(store.entry(GoldenWorld.LIVE, "key#1").isPresent(), "its child may take long");
        // The first version let the entries of one run expire at different times.
        assertEquals(
                version.equals("v1"),
                store.entry(GoldenWorld.LIVE, "kind-FIRED").isEmpty());
        assertEquals(GoldenWorld.HELD, store.held(GoldenWorld.PAUSED));
        assertTrue(store.timer(GoldenWorld.LIVE, "reminder").isPresent());
        now.set(GoldenWorld.NOW.plus(Duration.ofDays(401)));
        assertEquals(Optional.empty(), store.entry(GoldenWorld.LIVE, "key#1"));
        assertEquals(List.of(), store.held(GoldenWorld.PAUSED));
        assertEquals(Optional.empty(), store.timer(GoldenWorld.LIVE, "reminder"));
        assertEquals(Optional.empty(), store.state(GoldenWorld.LIVE, "join"));
        assertEquals(List.of(), store.waiting(GoldenWorld.WORKSPACE, "order.paid", "order-1"));
    }

    @Test
    void whatIsWrittenTodayIsTheNewestVersion() {
        table = LOCAL.newTable();
        Map<String, String> texts = new ConcurrentHashMap<>();
        new GoldenWorld().write(open(texts), now);
        GoldenFiles.Version today = new GoldenFiles.Version(GoldenFiles.byFile(scan()), texts);
        List<String> versions = FILES.versions();
        boolean isNew = versions.isEmpty()
                || !GoldenFiles.comparable(today).equals(GoldenFiles.comparable(FILES.read(versions.getLast())));
        if (Boolean.getBoolean("golden.write")) {
            System.out.println(
                    isNew
                            ? "Golden files: wrote " + FILES.write(today).getFileName() + " beside " + versions
                            : "Golden files: wrote nothing, nothing has changed since " + versions.getLast());
        } else if (isNew) {
            assertEquals(
                    GoldenFiles.comparable(FILES.read(versions.getLast())),
                    GoldenFiles.comparable(today),
                    "The stored shape has changed. If it is meant to: -Dgolden.write=true adds a version");
        }
    }
}

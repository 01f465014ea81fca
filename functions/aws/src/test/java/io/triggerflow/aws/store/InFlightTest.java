package io.triggerflow.aws.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.triggerflow.aws.json.Json;
import io.triggerflow.core.model.Scope;
import io.triggerflow.core.model.ScopeState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
 * Upgrade and rollback while runs are in flight (law L9): a release is deployed while another's runs wait, join, sleep, are held or paused.
 *
 * <p>Each directory {@code inflight/vN} was recorded by a release's own code: the table, the texts beside it, and what was in the queue, in
 * Scheduler and in functions ({@code messages.jsonl}), when {@link InFlight} was {@code begun} and when it had {@code ended}. No release is published
 * yet; {@code v1} was recorded by the code before launches could keep anything (entries and roots of shape 1; golden {@code v3}). That code was also
 * given, by hand, what the code with {@code keep} writes: it refused both runs that keep something, left them as they were, and ended all others.
 *
 * <ul>
 *   <li>Upgrade: what a release has begun is brought to its end by this one, right, and with the same items and messages as that release had.
 *   <li>Rollback: what this one writes and sends for the same bundles is, field for field, what that release wrote and sent; an item that is
 *       not carries a newer shape ({@code v}), which every release since {@code v1} refuses without touching it ({@code NewerShapesTest}).
 * </ul>
 *
 * Both follow for a change of releases at any other moment in so far as all that is between is made of these items. Not proven: that an older
 * release's binary runs beside newer resources of a template; what code did that is older than the first recording ({@link GoldenTest} has
 * its items); what two releases do that handle messages of one run at the same time, during a gradual deployment, beyond that each reads
 * what the other writes. Definitions and registered triggers carry no shape: a release refuses keys of a bundle that it does not know, by name.
 *
 * <p>Never edit the past. A release whose stored or sent shapes differ fails {@link #whatIsBegunTodayIsTheNewestRecording}; if they are meant to, it
 * gives what is new a newer {@code v}, and adds its recording before it is released: {@code mvn -pl functions/aws -am package -Dtest=InFlightTest
 * -Dgolden.write=true -Dsurefire.failIfNoSpecifiedTests=false} writes the next directory, and none that exists. The world stays as it is; what it
 * does not have gets a world of its own.
 */
class InFlightTest {
    @RegisterExtension
    static final Local LOCAL = new Local();

    private static final Path ROOT =
            Path.of(System.getProperty("basedir", "."), "src", "test", "resources", "inflight");
    private static final GoldenFiles FILES = new GoldenFiles(ROOT);
    private static final String BEGUN = "begun";
    private static final String ENDED = "ended";

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
    private final Map<String, String> texts = new ConcurrentHashMap<>();
    private String table;
    private DynamoStore store;

    static final class Local implements BeforeAllCallback {
        private final AtomicInteger tables = new AtomicInteger();
        private LocalTable table;

        @Override
        public void beforeAll(ExtensionContext context) {
            table = LocalTable.of(context);
        }

        String newTable() {
            String name = "inflight-" + tables.incrementAndGet();
            table.createTable(name);
            return name;
        }
    }

    static List<String> versions() {
        return FILES.versions();
    }

    /** What is stored and on its way at one moment. */
    private record Moment(GoldenFiles.Version stored, List<String> wire) {
        static Moment read(String version, String moment) {
            try {
                return new Moment(
                        FILES.read(version + "/" + moment),
                        Files.readAllLines(ROOT.resolve(version).resolve(moment).resolve("messages.jsonl")));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        void write(Path directory) throws IOException {
            FILES.write(directory, stored);
            Files.writeString(directory.resolve("messages.jsonl"), String.join("\n", wire) + "\n");
        }

        Set<Object> messages() {
            Set<Object> all = new HashSet<>();
            wire.forEach(line -> all.add(Json.read(line)));
            return all;
        }
    }

    private Blobs blobs() {
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

    private InFlight open(InFlight.Wire wire) {
        store = new DynamoStore(LOCAL.table.client(), blobs(), now::get, StoreSettings.of(table));
        return new InFlight(store, blobs(), now, wire);
    }

    private InFlight fresh() {
        table = LOCAL.newTable();
        texts.clear();
        return open(new InFlight.Wire());
    }

    private InFlight load(Moment moment) {
        table = LOCAL.newTable();
        texts.clear();
        texts.putAll(moment.stored().blobs());
        moment.stored().all().forEach(item -> LOCAL.table.client().putItem(p -> p.tableName(table)
                .item(item)));
        return open(InFlight.Wire.of(moment.wire()));
    }

    private Moment moment(InFlight world) {
        List<Map<String, AttributeValue>> items =
                LOCAL.table.client().scanPaginator(s -> s.tableName(table).consistentRead(true)).items().stream()
                        .toList();
        return new Moment(
                new GoldenFiles.Version(GoldenFiles.byFile(items), Map.copyOf(texts)),
                world.wire().lines());
    }

    private void checkEnds() {
        InFlightWorkflows.ENDS.forEach((run, expected) -> {
            Scope scope = InFlight.run(run);
            ScopeState state = store.load(List.of(scope)).get(scope);
            List<Object> got = new ArrayList<>(List.of(state.status().name()));
            Optional.ofNullable(state.output()).ifPresent(got::add);
            assertEquals(expected, got, run);
        });
        Scope workspace = Scope.workspace(InFlight.WORKSPACE);
        Map<String, Object> context =
                store.load(List.of(workspace)).get(workspace).context();
        assertEquals(Map.of("ended", "s", "lost", "Triggerflow.TimedOut"), context);
    }

    @ParameterizedTest
    @MethodSource("versions")
    void whatAReleaseHasBegunThisOneBringsToTheSameEnd(String version) {
        InFlight world = load(Moment.read(version, BEGUN));
        InFlightWorkflows.ENDS.keySet().stream()
                .filter(run -> !run.equals("unborn"))
                .forEach(run -> {
                    Scope scope = InFlight.run(run);
                    assertFalse(store.load(List.of(scope)).get(scope).status().isFinished(), run + " is in the middle");
                });
        world.end();
        checkEnds();
        Moment end = moment(world);
        Moment theirs = Moment.read(version, ENDED);
        assertEquals(List.of(), differing(theirs, end));
        assertEquals(theirs.messages(), end.messages());
    }

    @ParameterizedTest
    @MethodSource("versions")
    void whatThisReleaseWritesAndSendsThatOneReadsOrRefuses(String version) {
        InFlight world = fresh();
        world.begin();
        Moment begun = moment(world);
        world.end();
        checkEnds();
        Moment ended = moment(world);
        for (var pair : Map.of(BEGUN, begun, ENDED, ended).entrySet()) {
            Moment theirs = Moment.read(version, pair.getKey());
            assertEquals(List.of(), differing(theirs, pair.getValue()), pair.getKey());
            assertEquals(theirs.messages(), pair.getValue().messages(), pair.getKey());
        }
    }

    /** Which items are not, field for field, what the other release has, though they do not say that they are newer. */
    private static List<String> differing(Moment theirs, Moment ours) {
        Map<String, Object> before = GoldenFiles.comparable(theirs.stored());
        Map<String, Object> after = GoldenFiles.comparable(ours.stored());
        Set<String> keys = new TreeSet<>(before.keySet());
        keys.addAll(after.keySet());
        return keys.stream()
                .filter(key -> !Optional.ofNullable(before.get(key)).equals(Optional.ofNullable(after.get(key))))
                .filter(key -> shape(after.get(key)) <= shape(before.get(key)))
                .map(key -> key + ": " + before.get(key) + " became " + after.get(key))
                .toList();
    }

    /** The shape that an item says it has; 0 when it says none. */
    private static long shape(Object item) {
        return item instanceof Map<?, ?> map && map.get(Keys.BODY) instanceof Map<?, ?> body
                ? Json.number(Json.object(body), Shapes.SHAPE, 0)
                : 0;
    }

    private static final String KEEPING = """
            [{"id":"go","on":{"start":true},"actions":[{"invoke":{"function":"kept","payload":{},"task":"t"KEEP}},
               {"startRun":{"workflow":"asks","name":"kid","input":{"n":1},"task":"c"KEEP}}]},
             {"id":"end","on":{"task":"c"},"actions":[{"set":{"ended":"{% $event.subject %}"}}]}]""";

    private Moment keeping(String keep) {
        InFlight world = fresh();
        world.begin();
        world.deploy("keeps", KEEPING.replace("KEEP", keep), ",\"version\":\"v\"");
        world.start("keeps", "keeping", null);
        world.finish("kid/asked", true, Map.of("got", 1));
        return moment(world);
    }

    /** Since shape 2 of entries and roots: launches keep something. */
    @Test
    void whatIsNewSaysSo() {
        Moment without = keeping("");
        Moment with = keeping(",\"keep\":{\"k\":1}");
        // Keys of bundles and extension attributes of events are open by design: they are refused by name, and passed
        // on.
        List<String> open = differing(without, with);
        assertEquals(2, open.size(), open::toString);
        assertTrue(open.get(0).startsWith("Key[p=F#flight, s=B#keeps#v]"), open::toString);
        assertTrue(
                open.get(1).startsWith("Key[p=R#flight#kid, s=E#")
                        && open.get(1).contains("tfkeeps=1"),
                open::toString);
        List<String> newer = GoldenFiles.comparable(with.stored()).entrySet().stream()
                .filter(item -> shape(item.getValue()) > 1)
                .map(item -> item.getKey().replaceFirst("E#.*", "E#...]"))
                .toList();
        assertEquals(List.of("Key[p=R#flight#keeping, s=E#...]", "Key[p=R#flight#kid, s=@]"), newer);
    }

    /** Definitions say no shape: their keys do. */
    @Test
    void aKeyOfANewerReleasesBundleIsRefusedByNameAndNothingIsTouched() {
        String triggers = "[{\"id\":\"a\",\"on\":{\"event\":\"early\"},\"actions\":[{\"complete\":1}]}]";
        InFlight newer = fresh();
        newer.deploy("newer", triggers, ",\"version\":\"v\"");
        newer.start("newer", "theirs", null);
        String body = "{\"workflow\":\"newer\",\"version\":\"v\",\"triggers\":"
                + triggers.replace("]}]", "],\"future\":1}]") + "}";
        LOCAL.table.client().updateItem(u -> u.tableName(table)
                .key(Table.attributes(Keys.definitionBody(InFlight.WORKSPACE, "newer", "v")))
                .updateExpression("SET b = :b")
                .expressionAttributeValues(Map.of(":b", AttributeValue.fromS(body))));
        InFlight ours = open(newer.wire());
        Moment before = moment(ours);
        String event = Json.write(Map.of(
                "specversion",
                "1.0",
                "id",
                "x",
                "source",
                "test",
                "type",
                "early",
                "tfworkspace",
                InFlight.WORKSPACE,
                "tfrun",
                "theirs"));
        String why = ours.deliver(event).get("m0");
        assertTrue(String.valueOf(why).contains("future"), why);
        assertEquals(before, moment(ours));
    }

    @Test
    void whatIsBegunTodayIsTheNewestRecording() throws IOException {
        InFlight world = fresh();
        world.begin();
        Moment begun = moment(world);
        world.end();
        Moment ended = moment(world);
        List<String> versions = versions();
        boolean isNew = versions.isEmpty()
                || !same(begun, Moment.read(versions.getLast(), BEGUN))
                || !same(ended, Moment.read(versions.getLast(), ENDED));
        if (Boolean.getBoolean("golden.write") && isNew) {
            Path directory = ROOT.resolve(FILES.next());
            begun.write(directory.resolve(BEGUN));
            ended.write(directory.resolve(ENDED));
            System.out.println("In flight: wrote " + directory.getFileName() + " beside " + versions);
        } else {
            assertFalse(
                    isNew,
                    "What is stored or sent has changed. If it is meant to: the class says how a recording is added");
        }
    }

    private static boolean same(Moment a, Moment b) {
        return GoldenFiles.comparable(a.stored()).equals(GoldenFiles.comparable(b.stored()))
                && a.messages().equals(b.messages());
    }
}

package io.triggerflow.aws.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.triggerflow.core.model.Action;
import io.triggerflow.core.model.Address;
import io.triggerflow.core.model.Commit;
import io.triggerflow.core.model.Entry;
import io.triggerflow.core.model.Launch;
import io.triggerflow.core.model.RetryPolicy;
import io.triggerflow.core.model.Scope;
import io.triggerflow.core.model.ScopeState;
import io.triggerflow.core.port.Registry;
import io.triggerflow.core.port.UnreadableException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConsumedCapacity;
import software.amazon.awssdk.services.dynamodb.model.ReturnConsumedCapacity;

/** Which entries are looked at, and how far they were, against DynamoDB Local. Each test has a table of its own: marks are for all workspaces. */
class WatchesTest {
    @RegisterExtension
    static final Local LOCAL = new Local();

    private static final Scope WORKSPACE = Scope.workspace("shop");
    private static final Instant LATER = Samples.NOW.plus(Duration.ofHours(1));

    private final AtomicReference<Instant> now = new AtomicReference<>(Samples.NOW);
    private String table;
    private DynamoStore store;

    static final class Local implements BeforeAllCallback {
        private LocalTable table;

        @Override
        public void beforeAll(ExtensionContext context) {
            table = LocalTable.of(context);
        }
    }

    @BeforeEach
    void prepare(TestInfo info) {
        table = "watches-" + info.getTestMethod().orElseThrow().getName();
        LOCAL.table.createTable(table);
        store = open();
    }

    private DynamoStore open() {
        return new DynamoStore(LOCAL.table.client(), LOCAL.table.blobs(), now::get, StoreSettings.of(table));
    }

    private static ScopeState root(Scope scope) {
        return ScopeState.started(scope, Optional.empty(), null, Optional.empty(), Samples.NOW);
    }

    private static Entry with(String key, Instant at, Launch... outbox) {
        return new Entry(
                key,
                Entry.Cause.of(Samples.event("cause of " + key)),
                at,
                Entry.Kind.FIRED,
                List.of(),
                List.of(outbox),
                List.of(),
                "");
    }

    private static Launch invoke(Scope scope, String key) {
        return Samples.standing(scope, key, Optional.empty()).outbox().getFirst();
    }

    private Entry put(Scope scope, Entry entry) {
        assertEquals(new Commit.Result.Done(), store.commit(Commit.entry(root(scope), entry)));
        return entry;
    }

    /** Entries that launched a function each, a second after one another. */
    private List<Entry> put(int count) {
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            entries.add(put(WORKSPACE, with("e" + i, Samples.NOW.plusSeconds(i), invoke(WORKSPACE, "e" + i))));
        }
        return entries;
    }

    private static List<Entry> entries(Registry.Watch watch) {
        return watch.entries().stream().flatMap(w -> w.entry().get().stream()).toList();
    }

    @Test
    void whatAWorkspaceLaunchedIsWatched() {
        Address address = new Address(WORKSPACE, "k", 0, -1, 1, "task", 1, true);
        Launch.Invocation limited =
                new Launch.Invocation(RetryPolicy.NONE, Optional.of(Duration.ofMinutes(3)), Action.Correlation.PAYLOAD);
        Launch fan = new Launch.FanOut(address, "t", "f", List.of(1, 2), Optional.empty(), null, limited);
        Launch start = new Launch.Start(address, "t", "flow", Optional.empty(), "child", null, false);
        Launch at = new Launch.At(Samples.event("due"), Samples.NOW.plusSeconds(90));
        Launch past = new Launch.At(Samples.event("past"), Samples.NOW.minusSeconds(90));
        put(WORKSPACE, with("fan", Samples.NOW, fan));
        put(WORKSPACE, with("start", Samples.NOW, start, fan));
        put(WORKSPACE, with("at", Samples.NOW, fan, at));
        put(WORKSPACE, with("past", Samples.NOW, past));
        assertEquals(
                Map.of(
                        "fan",
                        Samples.NOW.plusSeconds(180),
                        "start",
                        Samples.NOW,
                        "at",
                        Samples.NOW.plusSeconds(90),
                        "past",
                        Samples.NOW),
                store.watched(LATER, 100).entries().stream()
                        .collect(java.util.stream.Collectors.toMap(
                                w -> w.entry().get().orElseThrow().key(), Registry.Watched::since)));
    }

    @Test
    void whatWasDecidedLongAgoIsWatchedFromWhenItIsWritten() {
        put(1);
        store.passed(store.watched(Samples.NOW, 100).entries());
        now.set(Samples.NOW.plus(Duration.ofMinutes(14)));
        for (int i = 0; i < 40; i++) {
            put(WORKSPACE, with("late" + i, Samples.NOW.minusSeconds(1), invoke(WORKSPACE, "late" + i)));
        }
        List<Registry.Watched> late = store.watched(LATER, 1_000).entries();
        assertEquals(40, late.size(), "whatever was passed meanwhile");
        assertTrue(late.stream().allMatch(w -> w.since().equals(now.get())));
    }

    @Test
    void whatNobodyAnswersIsNotWatchedNorIsARun() {
        Address address = new Address(WORKSPACE, "k", 0, -1, 1, "task", 1, true);
        Scope run = new Scope(WORKSPACE.workspace(), "run-1");
        put(WORKSPACE, with("nothing", Samples.NOW));
        put(
                WORKSPACE,
                with(
                        "unheard",
                        Samples.NOW,
                        new Launch.Emit(Samples.event("e"), new Launch.Destination.Engine(), Duration.ZERO),
                        new Launch.Forward(Samples.event("f"), "key"),
                        new Launch.Start(address, "t", "flow", Optional.empty(), "child", null, true),
                        new Launch.FanOut(
                                address,
                                "t",
                                "f",
                                List.of(),
                                Optional.empty(),
                                null,
                                new Launch.Invocation(
                                        RetryPolicy.NONE, Optional.empty(), Action.Correlation.PAYLOAD))));
        put(run, with("of-run", Samples.NOW, invoke(run, "of-run")));
        assertEquals(new Registry.Watch(List.of(), false), store.watched(LATER, 100));
    }

    @Test
    void aLaunchOfAWorkspaceCostsOneIndexUnitMoreAndItsEndNone() {
        LOCAL.table.takeRequests();
        put(WORKSPACE, with("launching", Samples.NOW, invoke(WORKSPACE, "launching")));
        assertEquals(List.of("PutItem"), LOCAL.table.takeRequests());
        assertEquals(List.of(1.0, 1.0), units(WORKSPACE, "launching"));
        put(WORKSPACE, with("not", Samples.NOW));
        assertEquals(List.of(1.0, 0.0), units(WORKSPACE, "not"));
        Scope run = new Scope(WORKSPACE.workspace(), "run-1");
        put(run, with("of-run", Samples.NOW, invoke(run, "of-run")));
        assertEquals(List.of(1.0, 0.0), units(run, "of-run"));
    }

    /** What DynamoDB says that writing an entry costs, in the table and in the indexes. */
    private List<Double> units(Scope scope, String key) {
        Keys.Key at = Keys.entry(scope, key);
        Map<String, AttributeValue> item = LOCAL.table
                .client()
                .getItem(g -> g.tableName(table).key(Table.attributes(at)))
                .item();
        LOCAL.table.client().deleteItem(d -> d.tableName(table).key(Table.attributes(at)));
        ConsumedCapacity capacity = LOCAL.table
                .client()
                .putItem(p -> p.tableName(table).item(item).returnConsumedCapacity(ReturnConsumedCapacity.INDEXES))
                .consumedCapacity();
        return List.of(
                capacity.table().capacityUnits(),
                capacity.hasGlobalSecondaryIndexes()
                        ? capacity.globalSecondaryIndexes().values().stream()
                                .mapToDouble(c -> c.capacityUnits())
                                .sum()
                        : 0.0);
    }

    @Test
    void theOldestFirstUntilNoneIsLeft() {
        List<Entry> all = put(100);
        List<Entry> seen = new ArrayList<>();
        Registry.Watch watch;
        int pages = 0;
        do {
            watch = store.watched(Samples.NOW.plusSeconds(89), 32);
            List<Entry> page = entries(watch);
            assertEquals(
                    page.stream().map(Entry::at).sorted().toList(),
                    page.stream().map(Entry::at).toList());
            seen.addAll(page);
            store.passed(watch.entries());
            pages++;
        } while (watch.more());
        assertTrue(pages > 2, "pages: " + pages);
        assertEquals(90, seen.size());
        assertEquals(new HashSet<>(all.subList(0, 90)), new HashSet<>(seen));
        assertEquals(List.of(), entries(store.watched(Samples.NOW.plusSeconds(89), 32)));
        assertEquals(new HashSet<>(all.subList(90, 100)), new HashSet<>(entries(store.watched(LATER, 1_000))));
    }

    @Test
    void entriesOfOneInstantAreAllSeen() {
        Set<String> keys = new TreeSet<>();
        for (int i = 0; i < 60; i++) {
            keys.add(put(WORKSPACE, with("e" + i, Samples.NOW, invoke(WORKSPACE, "e" + i)))
                    .key());
        }
        Set<String> seen = new TreeSet<>();
        Registry.Watch watch;
        do {
            watch = store.watched(Samples.NOW, 16);
            entries(watch).forEach(e -> assertTrue(seen.add(e.key()), "once: " + e.key()));
            store.passed(watch.entries());
        } while (watch.more());
        assertEquals(keys, seen);
    }

    @Test
    void sweepersSideBySideNeverTakeEachOtherBack() {
        put(100);
        DynamoStore other = open();
        Registry.Watch slow = store.watched(LATER, 32);
        Registry.Watch same = other.watched(LATER, 32);
        assertEquals(entries(slow), entries(same));
        other.passed(same.entries());
        Registry.Watch next = other.watched(LATER, 32);
        other.passed(next.entries());
        store.passed(slow.entries());
        store.passed(slow.entries());
        Set<Entry> seen = new HashSet<>(entries(slow));
        assertTrue(seen.addAll(entries(next)));
        List<Entry> rest = entries(store.watched(LATER, 1_000));
        assertEquals(100 - seen.size(), rest.size(), "what the faster one passed stays passed");
        assertTrue(rest.stream().noneMatch(seen::contains));
    }

    @Test
    void whatIsWatchedAgainComesWhenItIsTime() {
        put(1);
        Registry.Watched seen = store.watched(LATER, 100).entries().getFirst();
        Instant again = Samples.NOW.plus(Duration.ofHours(3));
        store.watchAgain(seen, again);
        store.watchAgain(seen, again.plusSeconds(1));
        store.passed(List.of(seen));
        assertEquals(List.of(), store.watched(again.minusNanos(1), 100).entries());
        Registry.Watched moved = store.watched(again, 100).entries().getFirst();
        assertEquals(again, moved.since(), "somebody else had moved it");
        assertEquals(store.entry(WORKSPACE, "e0"), moved.entry().get());
    }

    @Test
    void whatIsGoneIsPassed() {
        store.create(root(WORKSPACE), List.of());
        put(40);
        Registry.Watch seen = store.watched(LATER, 1_000);
        store.deleteWorkspace(WORKSPACE.workspace());
        assertEquals(List.of(), store.watched(LATER, 1_000).entries());
        Registry.Watched gone = seen.entries().getFirst();
        store.watchAgain(gone, LATER);
        assertEquals(
                Optional.empty(),
                store.entry(WORKSPACE, gone.entry().get().orElseThrow().key()),
                "as it was read before");
        store.passed(seen.entries());
        put(WORKSPACE, with("short", Samples.NOW.plusSeconds(3_000), invoke(WORKSPACE, "short")));
        now.set(Samples.NOW.plus(Duration.ofDays(31)));
        Registry.Watched expired = store.watched(LATER, 100).entries().getFirst();
        assertEquals(Optional.empty(), expired.entry().get(), "expired, and not deleted yet");
    }

    @Test
    void anEntryThatCannotBeReadHidesNoOther() {
        List<Entry> all = put(3);
        Keys.Key bad = Keys.entry(WORKSPACE, "e1");
        LOCAL.table.client().updateItem(u -> u.tableName(table)
                .key(Table.attributes(bad))
                .updateExpression("SET b = :b")
                .expressionAttributeValues(Map.of(":b", Items.text("{\"v\":9,\"h\":\"e1\"}"))));
        List<Registry.Watched> seen = store.watched(LATER, 100).entries();
        assertEquals(Optional.of(all.get(0)), seen.get(0).entry().get());
        assertThrows(UnreadableException.class, () -> seen.get(1).entry().get());
        assertEquals(Optional.of(all.get(2)), seen.get(2).entry().get());
        store.watchAgain(seen.get(1), LATER);
        store.passed(seen);
        assertEquals(LATER, store.watched(LATER, 100).entries().getFirst().since());
    }

    @Test
    void aMarkMayBeFurtherThanIsAskedFor() {
        put(20);
        store.passed(store.watched(LATER, 1_000).entries());
        assertEquals(new Registry.Watch(List.of(), false), store.watched(Samples.NOW.minusSeconds(5), 100));
    }

    @Test
    void presentEntriesAreToldFromAbsentOnes() {
        put(130);
        Set<Entry.Ref> asked = new HashSet<>();
        Set<Entry.Ref> there = new HashSet<>();
        for (int i = 0; i < 130; i++) {
            there.add(new Entry.Ref(WORKSPACE, "e" + i));
            asked.add(new Entry.Ref(Scope.workspace("other"), "e" + i));
        }
        asked.addAll(there);
        LOCAL.table.takeRequests();
        assertEquals(there, store.present(asked));
        assertEquals(List.of("BatchGetItem", "BatchGetItem", "BatchGetItem"), LOCAL.table.takeRequests());
        assertEquals(Set.of(), store.present(Set.of()));
    }
}

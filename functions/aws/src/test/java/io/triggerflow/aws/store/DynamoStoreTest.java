package io.triggerflow.aws.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.triggerflow.core.model.Action;
import io.triggerflow.core.model.Address;
import io.triggerflow.core.model.Commit;
import io.triggerflow.core.model.Definition;
import io.triggerflow.core.model.Entry;
import io.triggerflow.core.model.Event;
import io.triggerflow.core.model.Members;
import io.triggerflow.core.model.RunStatus;
import io.triggerflow.core.model.Scope;
import io.triggerflow.core.model.ScopeChange;
import io.triggerflow.core.model.ScopeState;
import io.triggerflow.core.model.TriggerChange;
import io.triggerflow.core.model.TriggerState;
import io.triggerflow.core.port.Registry;
import io.triggerflow.core.port.Store;
import io.triggerflow.core.port.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.ReturnConsumedCapacity;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;
import software.amazon.awssdk.services.dynamodb.model.TransactionConflictException;

/** The contract of the store, against DynamoDB Local. Each test has a workspace of its own. */
class DynamoStoreTest {
    @RegisterExtension
    static final Local LOCAL = new Local();

    private final AtomicReference<Instant> now = new AtomicReference<>(Samples.NOW);
    private String workspace;
    private Scope run;
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
        workspace = info.getTestMethod().orElseThrow().getName();
        run = new Scope(workspace, "run-1");
        store = LOCAL.table.store(now::get);
        LOCAL.table.takeRequests();
    }

    private ScopeState start(Scope scope, Object input) {
        ScopeState state = Samples.run(scope, input);
        assertEquals(Optional.empty(), store.create(state, List.of()));
        return state;
    }

    private static Commit.Result.Done done() {
        return new Commit.Result.Done();
    }

    @Test
    void createsOnceAndLoads() {
        ScopeState first = start(run, Map.of("n", 1));
        assertEquals(Optional.of(first), store.create(Samples.run(run, Map.of("n", 2)), List.of()));
        assertEquals(Map.of(run, first), store.load(List.of(run)));
        assertEquals(Map.of(), store.load(List.of(new Scope(workspace, "other"))));
        assertEquals(Map.of(), store.load(List.of()));
    }

    @Test
    void loadsManyWithLargeAndHugeInputs() {
        List<ScopeState> states = new ArrayList<>();
        for (int i = 0; i < 130; i++) {
            Object input = i == 0 ? "x".repeat(300_000) : i == 1 ? "y".repeat(5_000) : (Object) i;
            states.add(start(new Scope(workspace, "run-" + i), input));
        }
        DynamoStore cold = LOCAL.table.store(now::get);
        assertEquals(
                states.stream().collect(Collectors.toMap(ScopeState::scope, s -> s)),
                cold.load(states.stream().map(ScopeState::scope).toList()));
        LOCAL.table.takeRequests();
        assertEquals(
                states.get(1),
                cold.load(List.of(states.get(1).scope())).values().iterator().next());
        assertEquals(List.of("GetItem"), LOCAL.table.takeRequests(), "an input is read once");
    }

    @Test
    void sequentialTransitionIsOneRequestAndOneWriteUnit() {
        ScopeState state = start(run, Map.of());
        LOCAL.table.takeRequests();
        Entry entry = Samples.transition(run, "0123456789012345678901");
        assertEquals(done(), store.commit(Commit.entry(state, entry)));
        assertEquals(List.of("PutItem"), LOCAL.table.takeRequests());
        assertEquals(1.0, writeUnitsOf(Keys.entry(run, entry.key())));
        assertEquals(Optional.of(entry), store.entry(run, entry.key()));
    }

    /** What DynamoDB says that writing this item costs. */
    private double writeUnitsOf(Keys.Key key) {
        Map<String, AttributeValue> item = LOCAL.table
                .client()
                .getItem(g -> g.tableName(LocalTable.NAME).key(Table.attributes(key)))
                .item();
        return LOCAL.table
                .client()
                .putItem(p ->
                        p.tableName(LocalTable.NAME).item(item).returnConsumedCapacity(ReturnConsumedCapacity.TOTAL))
                .consumedCapacity()
                .capacityUnits();
    }

    @Test
    void startIsOneWriteRequest() {
        LOCAL.table.takeRequests();
        start(run, Map.of("small", true));
        assertEquals(List.of("Query", "PutItem"), LOCAL.table.takeRequests());
    }

    @Test
    void entryExistsOnce() {
        ScopeState state = start(run, null);
        Entry first = Samples.transition(run, "key");
        assertEquals(done(), store.commit(Commit.entry(state, first)));
        Entry other = new Entry(
                "key",
                first.cause(),
                Samples.NOW.plusSeconds(9),
                Entry.Kind.UNMATCHED,
                List.of(),
                List.of(),
                List.of(),
                "late");
        assertEquals(new Commit.Result.Exists(first), store.commit(Commit.entry(state, other)));
        assertEquals(
                new Commit.Result.Exists(first),
                store.commit(Commit.change(state, other, ScopeChange.status(RunStatus.PAUSED))));
        assertEquals(RunStatus.RUNNING, store.load(List.of(run)).get(run).status());
    }

    @Test
    void entriesOfAWorkspaceAreSpreadAndListedInOrder() {
        Scope scope = Scope.workspace(workspace);
        ScopeState state = ScopeState.started(scope, Optional.empty(), null, Optional.empty(), Samples.NOW);
        store.create(state, List.of());
        List<Entry> entries = IntStream.range(0, 70)
                .mapToObj(i -> Samples.transition(scope, "key-%03d".formatted(i)))
                .toList();
        entries.forEach(e -> assertEquals(done(), store.commit(Commit.entry(state, e))));
        Set<String> partitions =
                entries.stream().map(e -> Keys.entry(scope, e.key()).p()).collect(Collectors.toSet());
        assertTrue(partitions.size() > 20, () -> "spread over " + partitions.size());
        assertEquals(entries, pages(token -> store.entries(scope, 20, token)));
        assertEquals(
                Optional.of(entries.get(7)), store.entry(scope, entries.get(7).key()));
    }

    private interface Pages<T> {
        Registry.Page<T> page(Optional<String> token);
    }

    private static <T> List<T> pages(Pages<T> pages) {
        List<T> all = new ArrayList<>();
        Optional<String> token = Optional.empty();
        do {
            Registry.Page<T> page = pages.page(token);
            all.addAll(page.items());
            token = page.next();
        } while (token.isPresent());
        return all;
    }

    @Test
    void entriesOfARunAreListedInPages() {
        ScopeState state = start(run, null);
        List<Entry> entries = IntStream.range(0, 10)
                .mapToObj(i -> Samples.transition(run, "key-" + i))
                .toList();
        entries.forEach(e -> store.commit(Commit.entry(state, e)));
        assertEquals(entries, pages(token -> store.entries(run, 5, token)));
        assertEquals(entries, pages(token -> store.entries(run, 3, token)));
        assertEquals(Optional.empty(), store.entries(run, 10, Optional.empty()).next());
    }

    @Test
    void hugeEntriesGoToBlobs() {
        ScopeState state = start(run, null);
        Entry small = Samples.transition(run, "huge");
        Entry huge = new Entry(
                "huge",
                small.cause(),
                small.at(),
                small.kind(),
                small.firings(),
                small.outbox(),
                List.of(),
                "n".repeat(900_000));
        LOCAL.table.takeRequests();
        assertEquals(done(), store.commit(Commit.entry(state, huge)));
        assertEquals(List.of("PutObject", "PutItem"), LOCAL.table.takeRequests());
        assertEquals(Optional.of(huge), LOCAL.table.store(now::get).entry(run, "huge"));
        assertEquals(new Commit.Result.Exists(huge), store.commit(Commit.entry(state, huge)));
    }

    @Test
    void rootChangesOnlyFromItsVersion() {
        ScopeState state = start(run, null);
        ScopeChange change = ScopeChange.NONE.withContext(Map.of("x", 1));
        LOCAL.table.takeRequests();
        assertEquals(done(), store.commit(Commit.change(state, Samples.transition(run, "a"), change)));
        assertEquals(List.of("TransactWriteItems"), LOCAL.table.takeRequests());
        assertEquals(
                new Commit.Result.Conflict(), store.commit(Commit.change(state, Samples.transition(run, "b"), change)));
        assertEquals(Optional.empty(), store.entry(run, "b"), "all or nothing");
        assertEquals(state.apply(change), store.load(List.of(run)).get(run));
    }

    @Test
    void stateReplacesExactlyTheVersionBefore() {
        ScopeState state = start(run, null);
        TriggerState first = new TriggerState(1, 1, Members.NONE, List.of(), Map.of("n", 1), false, true);
        TriggerState second = new TriggerState(2, 1, Members.NONE, List.of(), Map.of("n", 2), true, false);
        LOCAL.table.takeRequests();
        assertEquals(done(), store.commit(Commit.state(state, new TriggerState.Write("t#1", first))));
        assertEquals(List.of("PutItem"), LOCAL.table.takeRequests());
        assertEquals(
                new Commit.Result.Conflict(), store.commit(Commit.state(state, new TriggerState.Write("t#1", first))));
        assertEquals(
                done(),
                store.commit(
                        Commit.entry(state, Samples.transition(run, "f")).with(new TriggerState.Write("t#1", second))));
        assertEquals(
                new Commit.Result.Conflict(), store.commit(Commit.state(state, new TriggerState.Write("t#1", second))));
        assertEquals(Optional.of(second), store.state(run, "t#1"));
        assertEquals(Optional.empty(), store.state(run, "t"));
        assertEquals(Map.of("t#1", second), store.states(run));
        assertThrows(
                IllegalArgumentException.class,
                () -> store.commit(Commit.state(state, new TriggerState.Write("t", TriggerState.NONE))));
    }

    @Test
    void claimsAreTakenOnce() {
        ScopeState state = start(run, null);
        assertEquals(done(), store.commit(claim(state, "a")));
        assertEquals(new Commit.Result.Claimed("once"), store.commit(claim(state, "b")));
        assertEquals(Optional.empty(), store.entry(run, "b"));
        assertInstanceOf(
                Commit.Result.Exists.class, store.commit(claim(state, "a")), "the entry comes before the claim");
    }

    private Commit claim(ScopeState state, String key) {
        return new Commit(
                run,
                Optional.of(Samples.transition(run, key)),
                state,
                ScopeChange.NONE,
                List.of(),
                List.of("once"),
                List.of(),
                List.of(),
                Optional.empty(),
                List.of());
    }

    @Test
    void timersAreArmedReplacedAndCancelled() {
        ScopeState state = start(run, null);
        Commit.Timer first = new Commit.Timer("t", "id-1", Samples.NOW.plusSeconds(5));
        Commit.Timer second = new Commit.Timer("t", "id-2", Samples.NOW.plusSeconds(9));
        store.commit(timers(state, "a", List.of(first), List.of()));
        assertEquals(Optional.of(first), store.timer(run, "t"));
        store.commit(timers(state, "b", List.of(second), List.of("other")));
        assertEquals(List.of(second), store.timers(run));
        store.commit(timers(state, "c", List.of(), List.of("t")));
        assertEquals(Optional.empty(), store.timer(run, "t"));
    }

    private Commit timers(ScopeState state, String key, List<Commit.Timer> armed, List<String> cancelled) {
        return new Commit(
                run,
                Optional.of(Samples.transition(run, key)),
                state,
                ScopeChange.NONE,
                List.of(),
                List.of(),
                armed,
                cancelled,
                Optional.empty(),
                List.of());
    }

    @Test
    void holdsInOrderUnderTheVersionOfTheRoot() {
        ScopeState state = start(run, null);
        Event later = new Event("later", "s", "t", "", Samples.NOW.plusSeconds(1), null, Map.of());
        Event second = new Event("second", "s", "t", "", Samples.NOW, null, Map.of());
        Event first = new Event("first", "s", "t", "", Samples.NOW, "x".repeat(250_000), Map.of());
        assertEquals(done(), store.commit(Commit.hold(state, later)));
        now.set(Samples.NOW.plusSeconds(1));
        assertEquals(done(), store.commit(Commit.hold(state, first)));
        now.set(Samples.NOW.plusSeconds(2));
        assertEquals(done(), store.commit(Commit.hold(state, second)));
        assertEquals(done(), store.commit(Commit.hold(state, first)), "held already: keeps its place");
        assertEquals(List.of(first, second, later), store.held(run));
        store.release(run, first);
        store.release(run, first);
        assertEquals(List.of(second, later), store.held(run));
        store.commit(Commit.change(state, Samples.transition(run, "x"), ScopeChange.status(RunStatus.PAUSED)));
        assertEquals(new Commit.Result.Conflict(), store.commit(Commit.hold(state, first)));
    }

    @Test
    void logsChangesOfTriggers() {
        ScopeState state = start(run, null);
        List<TriggerChange> first = IntStream.rangeClosed(1, 90)
                .mapToObj(i ->
                        new TriggerChange(i, Action.Operation.REGISTER, "t" + i, Optional.of(Samples.trigger("t" + i))))
                .toList();
        LOCAL.table.takeRequests();
        assertEquals(
                done(), store.commit(Commit.change(state, Samples.transition(run, "a"), ScopeChange.triggers(first))));
        assertEquals(List.of("TransactWriteItems"), LOCAL.table.takeRequests());
        ScopeState next = store.load(List.of(run)).get(run);
        assertEquals(90, next.triggersVersion());
        List<TriggerChange> second = List.of(new TriggerChange(91, Action.Operation.RETIRE, "t1", Optional.empty()));
        store.commit(Commit.change(next, Samples.transition(run, "b"), ScopeChange.triggers(second)));
        assertEquals(second, store.triggerChanges(run, 90));
        assertEquals(3, store.triggerChanges(run, 88).size());
        assertEquals(91, store.triggerChanges(run, 0).size());
        assertEquals(List.of(), store.triggerChanges(run, 91));
    }

    @Test
    void segmentedJoinIsASet() {
        Members ab = members("a", "b");
        Members bc = members("b", "c");
        LOCAL.table.takeRequests();
        assertEquals(2, store.append(run, "j", "batch-1", ab).atMost().arrived());
        assertEquals(List.of("PutItem", "UpdateItem"), LOCAL.table.takeRequests());
        store.append(run, "j", "batch-2", bc);
        store.append(run, "j#x", "batch-1", members("z"));
        TriggerState.Summary summary = store.append(run, "j", "batch-2", bc);
        assertEquals(6, summary.atMost().arrived(), "an upper bound");
        TriggerState.Segmented read = store.segments(run, "j").orElseThrow();
        assertEquals(members("a", "b", "c"), read.members());
        store.correct(run, "j", read);
        store.correct(run, "j", read);
        TriggerState.Segmented corrected = store.segments(run, "j").orElseThrow();
        assertEquals(3, corrected.summary().atMost().arrived());
        assertEquals(1, corrected.summary().resets());
        store.append(run, "j", "batch-1", ab);
        store.correct(run, "j", store.segments(run, "j").orElseThrow());
        assertEquals(2, store.segments(run, "j").orElseThrow().summary().resets());
        assertFalse(corrected.summary().fired());
        store.markLaunched(run, "j");
        assertTrue(store.append(run, "j", "batch-9", members("d")).fired());
        assertEquals(Optional.empty(), store.segments(run, "absent"));
        assertEquals(Set.of("j", "j#x"), store.states(run).keySet());
    }

    private static Members members(String... keys) {
        Map<String, Members.Arrival> byKey = new LinkedHashMap<>();
        for (String key : keys) {
            byKey.put(key, new Members.Arrival(Members.Outcome.SUCCEEDED, null));
        }
        return new Members(byKey);
    }

    @Test
    void largeSegmentsAreSplit() {
        Map<String, Members.Arrival> byKey = new LinkedHashMap<>();
        for (int i = 0; i < 40; i++) {
            byKey.put("m" + i, new Members.Arrival(Members.Outcome.FAILED, Map.of("text", "x".repeat(20_000))));
        }
        byKey.put("huge", new Members.Arrival(Members.Outcome.SUCCEEDED, "y".repeat(500_000)));
        store.append(run, "j", "b", new Members(byKey));
        assertEquals(new Members(byKey), store.segments(run, "j").orElseThrow().members());
    }

    @Test
    void definitionsAreVersioned() {
        List<Definition> versions = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            versions.add(new Definition(
                    "flow",
                    "v" + i,
                    "number " + i,
                    List.of(Samples.trigger("t" + i)),
                    10,
                    Optional.of(Duration.ofHours(1)),
                    Definition.Announce.BUS));
            store.put(workspace, versions.get(i), Samples.NOW.plusSeconds(i));
        }
        store.put(
                workspace,
                new Definition(
                        "flow#2",
                        "v1",
                        "",
                        List.of(Samples.trigger("t")),
                        10,
                        Optional.empty(),
                        Definition.Announce.NONE),
                Samples.NOW);
        assertEquals(
                Optional.of(versions.get(1)),
                store.definition(workspace, versions.get(1).ref()));
        assertEquals(Optional.of(versions.get(2).ref()), store.newest(workspace, "flow"));
        store.put(workspace, versions.get(0), Samples.NOW.plusSeconds(9));
        assertEquals(Optional.of(versions.get(0).ref()), store.newest(workspace, "flow"));
        List<Registry.Version> listed = pages(token -> store.versions(workspace, Optional.empty(), 2, token));
        assertEquals(
                List.of("v2", "v1", "v0", "v1"),
                listed.stream().map(v -> v.ref().version()).toList());
        assertEquals(
                List.of(false, false, true, true),
                listed.stream().map(Registry.Version::newest).toList());
        assertEquals(
                3,
                store.versions(workspace, Optional.of("flow"), 10, Optional.empty())
                        .items()
                        .size());
        assertEquals(Optional.empty(), store.definition(workspace, new Definition.Ref("flow", "v9")));
        assertEquals(Optional.empty(), store.newest(workspace, "none"));
    }

    @Test
    void tenThousandTriggersFit() {
        Definition large = new Definition(
                "large",
                "v",
                "",
                IntStream.range(0, 10_000)
                        .mapToObj(i -> Samples.trigger("trigger-number-" + i))
                        .toList(),
                10,
                Optional.empty(),
                Definition.Announce.NONE);
        store.put(workspace, large, Samples.NOW);
        assertEquals(Optional.of(large), LOCAL.table.store(now::get).definition(workspace, large.ref()));
    }

    @Test
    void waitsLeadToRunsUntilTheyEnd() {
        ScopeState state = Samples.run(run, null);
        store.create(state, List.of(new Commit.Wait("paid", "order#1"), new Commit.Wait("shipped", "order#1")));
        assertEquals(List.of(run), store.waiting(workspace, "paid", "order#1"));
        assertEquals(List.of(), store.waiting(workspace, "paid", "order"));
        store.commit(Commit.change(
                state,
                Samples.transition(run, "end"),
                ScopeChange.end(RunStatus.SUCCEEDED, Samples.NOW, "out", Optional.empty())));
        assertEquals(List.of(), store.waiting(workspace, "paid", "order#1"));
        assertEquals(List.of(), store.waiting(workspace, "shipped", "order#1"));
    }

    @Test
    void waitsOfACommitEndWithTheRun() {
        ScopeState state = start(run, null);
        List<TriggerChange> changes =
                List.of(new TriggerChange(1, Action.Operation.REGISTER, "t", Optional.of(Samples.trigger("t"))));
        Commit commit = new Commit(
                run,
                Optional.of(Samples.transition(run, "a")),
                state,
                ScopeChange.triggers(changes),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                Optional.empty(),
                List.of(new Commit.Wait("paid", "order-2")));
        assertEquals(done(), store.commit(commit));
        assertEquals(List.of(run), store.waiting(workspace, "paid", "order-2"));
        ScopeState next = store.load(List.of(run)).get(run);
        store.commit(Commit.change(
                next,
                Samples.transition(run, "end"),
                ScopeChange.end(RunStatus.CANCELLED, Samples.NOW, null, Optional.empty())));
        assertEquals(List.of(), store.waiting(workspace, "paid", "order-2"));
    }

    @Test
    void aRepeatedStartDoesNotReadTheHistory() {
        ScopeState state = start(run, null);
        for (int i = 0; i < 5; i++) {
            store.commit(Commit.entry(state, Samples.transition(run, "k" + i)));
        }
        LOCAL.table.takeRequests();
        assertEquals(Optional.of(state), store.create(Samples.run(run, null), List.of()));
        assertEquals(List.of("Query", "GetItem"), LOCAL.table.takeRequests());
    }

    @Test
    void runsAreListedByStatusNewestFirst() {
        List<ScopeState> all = new ArrayList<>();
        for (int i = 0; i < 23; i++) {
            ScopeState state = ScopeState.started(
                    new Scope(workspace, "run-" + i),
                    Optional.empty(),
                    null,
                    Optional.empty(),
                    Samples.NOW.plusSeconds(i));
            store.create(state, List.of());
            all.addFirst(state);
        }
        ScopeState first = all.getLast();
        store.commit(Commit.change(
                first,
                Samples.transition(first.scope(), "end"),
                ScopeChange.end(RunStatus.FAILED, Samples.NOW, null, Optional.empty())));
        ScopeState failed = store.load(List.of(first.scope())).get(first.scope());
        all.set(all.size() - 1, failed);
        assertEquals(all, pages(token -> store.runs(workspace, Optional.empty(), 5, token)));
        assertEquals(
                List.of(failed),
                store.runs(workspace, Optional.of(RunStatus.FAILED), 5, Optional.empty())
                        .items());
        assertEquals(
                22,
                pages(token -> store.runs(workspace, Optional.of(RunStatus.RUNNING), 7, token))
                        .size());
    }

    @Test
    void dueRunsAreTheUnfinishedOnes() {
        ScopeState state = start(run, null);
        Instant later = Samples.NOW.plus(Duration.ofMinutes(6));
        assertFalse(store.due(Samples.NOW, 1000).contains(run));
        assertTrue(store.due(later, 1000).contains(run));
        store.checkAgain(run, later.plusSeconds(60));
        assertFalse(store.due(later, 1000).contains(run));
        assertEquals(state, store.load(List.of(run)).get(run), "the version is the same");
        store.checkAgain(run, later);
        store.commit(Commit.change(
                state,
                Samples.transition(run, "end"),
                ScopeChange.end(RunStatus.SUCCEEDED, Samples.NOW, null, Optional.empty())));
        assertFalse(store.due(later, 1000).contains(run));
        store.checkAgain(run, later);
        assertFalse(store.due(later, 1000).contains(run));
    }

    @Test
    void parkedMessagesAreKeptAndListed() {
        Event event = Samples.event("parked");
        store.park(workspace + "1", Optional.of(run), event, "no such workflow", Samples.NOW);
        store.park(workspace + "1", Optional.of(run), event, "no such workflow", Samples.NOW);
        store.park(workspace + "2", Optional.of(run), "raw \u0000 text", "not JSON", Samples.NOW.plusSeconds(1));
        store.park(workspace + "3", Optional.empty(), Map.of("x", 1), "no workspace", Samples.NOW.plusSeconds(2));
        List<Registry.Parked> mine =
                store.parked(Optional.of(workspace), 10, Optional.empty()).items();
        assertEquals(
                List.of("raw \u0000 text", event),
                mine.stream().map(Registry.Parked::message).toList());
        assertEquals(Optional.of(run), mine.getFirst().scope());
        assertEquals(
                3,
                pages(token -> store.parked(Optional.empty(), 2, token)).stream()
                        .filter(p -> p.id().startsWith(workspace))
                        .count());
        store.unpark(workspace + "1");
        store.unpark(workspace + "1");
        assertEquals(
                1,
                store.parked(Optional.of(workspace), 10, Optional.empty())
                        .items()
                        .size());
    }

    @Test
    void entriesAreReadTogetherWithRoots() {
        ScopeState state = start(run, null);
        Entry keeping = Samples.keeping(run);
        store.commit(Commit.entry(state, keeping));
        Entry.Ref ref = new Entry.Ref(run, keeping.key());
        Scope absent = new Scope(workspace, "absent");
        Store.Loaded loaded =
                store.load(List.of(run, absent), List.of(ref, new Entry.Ref(run, "none"), new Entry.Ref(absent, "x")));
        assertEquals(Map.of(run, state), loaded.roots());
        assertEquals(Map.of(ref, keeping), loaded.entries());
        assertEquals(new Store.Loaded(Map.of(run, state), Map.of()), store.load(List.of(run), List.of()));
    }

    @Test
    void receiptsNameTheirLaunch() {
        Address address = new Address(run, "e", 1, 2, 3, "t", 4, true);
        store.receipt("request-" + workspace, address, Samples.NOW);
        assertEquals(Optional.of(address), store.receipt("request-" + workspace));
        assertEquals(Optional.empty(), store.receipt("none"));
    }

    @Test
    void namesOfExpiredRunsAreFreeAgain() {
        ScopeState state = start(run, null);
        store.commit(claim(state, "a"));
        store.commit(Commit.change(
                state,
                Samples.transition(run, "end"),
                ScopeChange.end(RunStatus.SUCCEEDED, Samples.NOW, null, Optional.empty())));
        now.set(Samples.NOW.plus(StoreSettings.DEFAULT_HISTORY).plusSeconds(2));
        assertEquals(Map.of(), store.load(List.of(run)));
        ScopeState again = start(run, "again");
        assertEquals(Optional.empty(), store.entry(run, "a"));
        assertEquals(done(), store.commit(claim(again, "a")), "neither the old entry nor the old claim is in the way");
    }

    @Test
    void deletesExactlyItsOwnWorkspace() {
        Scope neighbour = new Scope(workspace + "2", "run-1");
        for (Scope scope : List.of(Scope.workspace(workspace), Scope.workspace(workspace + "2"))) {
            ScopeState root = ScopeState.started(scope, Optional.empty(), null, Optional.empty(), Samples.NOW);
            store.create(root, List.of());
            store.commit(Commit.entry(root, Samples.transition(scope, "k")));
            store.put(
                    scope.workspace(),
                    new Definition(
                            "flow",
                            "v",
                            "",
                            List.of(Samples.trigger("t")),
                            1,
                            Optional.empty(),
                            Definition.Announce.NONE),
                    Samples.NOW);
        }
        ScopeState state = start(run, null);
        start(neighbour, null);
        assertThrows(IllegalStateException.class, () -> store.deleteWorkspace(workspace));
        store.commit(Commit.change(
                state,
                Samples.transition(run, "end"),
                ScopeChange.end(RunStatus.SUCCEEDED, Samples.NOW, null, Optional.empty())));
        store.deleteWorkspace(workspace);
        store.deleteWorkspace(workspace);
        assertEquals(
                Set.of(neighbour, neighbour.ofWorkspace()),
                store.load(List.of(run, run.ofWorkspace(), neighbour, neighbour.ofWorkspace()))
                        .keySet());
        assertEquals(Optional.empty(), store.newest(workspace, "flow"));
        assertEquals(Optional.empty(), store.entry(run.ofWorkspace(), "k"));
        assertTrue(store.newest(workspace + "2", "flow").isPresent());
        assertTrue(store.entry(neighbour.ofWorkspace(), "k").isPresent());
        List<String> workspaces = pages(token -> store.workspaces(3, token)).stream()
                .map(s -> s.scope().workspace())
                .toList();
        assertTrue(workspaces.contains(workspace + "2"));
        assertFalse(workspaces.contains(workspace));
    }

    @Test
    void conflictsOfTransactionsAreTriedAgain() {
        ScopeState state = start(run, null);
        LOCAL.table.failWith(
                TransactionCanceledException.builder()
                        .cancellationReasons(CancellationReason.builder()
                                .code("TransactionConflict")
                                .build())
                        .build(),
                TransactionCanceledException.builder()
                        .cancellationReasons(
                                CancellationReason.builder().code("None").build(),
                                CancellationReason.builder()
                                        .code("ThrottlingError")
                                        .build())
                        .build());
        assertEquals(
                done(),
                store.commit(Commit.change(
                        state, Samples.transition(run, "a"), ScopeChange.NONE.withContext(Map.of("x", 1)))));
        LOCAL.table.failWith(TransactionConflictException.builder().build());
        assertEquals(done(), store.commit(Commit.entry(state, Samples.transition(run, "b"))));
        LOCAL.table.failWith(TransactionCanceledException.builder()
                .cancellationReasons(CancellationReason.builder()
                        .code("ValidationError")
                        .message("bad")
                        .build())
                .build());
        assertThrows(StoreException.class, () -> store.commit(claim(state, "c")));
    }
}

package io.triggerflow.aws.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.triggerflow.core.model.Action;
import io.triggerflow.core.model.Address;
import io.triggerflow.core.model.Commit;
import io.triggerflow.core.model.Entry;
import io.triggerflow.core.model.Event;
import io.triggerflow.core.model.Launch;
import io.triggerflow.core.model.Members;
import io.triggerflow.core.model.RunStatus;
import io.triggerflow.core.model.Scope;
import io.triggerflow.core.model.ScopeChange;
import io.triggerflow.core.model.ScopeState;
import io.triggerflow.core.model.TriggerChange;
import io.triggerflow.core.model.TriggerState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** What expires, and when: everything that a finished run leaves, and nothing of an unfinished one. */
class LifetimesTest {
    @RegisterExtension
    static final Local LOCAL = new Local();

    private static final Duration HISTORY = StoreSettings.DEFAULT_HISTORY;
    private static final Duration OF_RUN = HISTORY.plusDays(14);

    private final AtomicReference<Instant> now = new AtomicReference<>(Samples.NOW);
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
        run = new Scope("lifetimes-" + info.getTestMethod().orElseThrow().getName(), "run-1");
        store = LOCAL.table.store(now::get);
    }

    /** Every kind of item that a scope may have. */
    private ScopeState everything(Scope scope) {
        ScopeState state = scope.isRun()
                ? Samples.run(scope, "i".repeat(2_000))
                : ScopeState.started(scope, Optional.empty(), null, Optional.empty(), now.get());
        store.create(state, scope.isRun() ? List.of(new Commit.Wait("paid", "1")) : List.of());
        TriggerState one = new TriggerState(1, 1, Members.NONE, List.of(), Map.of("n", 1), false, true);
        commit(new Commit(
                scope,
                Optional.of(Samples.transition(scope, "first")),
                state,
                ScopeChange.triggers(List.of(
                        new TriggerChange(1, Action.Operation.REGISTER, "t", Optional.of(Samples.trigger("t"))))),
                List.of(new TriggerState.Write("fold", one)),
                List.of("once"),
                List.of(new Commit.Timer("tick", "id", now.get().plus(Duration.ofDays(500)))),
                List.of(),
                Optional.empty(),
                List.of()));
        ScopeState next = store.load(List.of(scope)).get(scope);
        commit(Commit.hold(next, held()));
        Members members = new Members(Map.of("a", new Members.Arrival(Members.Outcome.SUCCEEDED, null)));
        store.append(scope, "all", "batch", members);
        store.append(scope, "told", "batch", members);
        store.markLaunched(scope, "told");
        return next;
    }

    private static Event held() {
        return new Event("held", "s", "t", "", Samples.NOW, "x".repeat(250_000), Map.of());
    }

    private void commit(Commit commit) {
        assertEquals(new Commit.Result.Done(), store.commit(commit));
    }

    private ScopeState end(ScopeState state) {
        ScopeChange end = ScopeChange.end(RunStatus.SUCCEEDED, now.get(), null, Optional.empty());
        commit(Commit.change(state, Samples.transition(state.scope(), "end"), end));
        return state.apply(end);
    }

    /** When the items of a workspace and its runs expire, by key; absent: never. */
    private Map<String, Optional<Instant>> expiries() {
        Map<String, Optional<Instant>> all = new TreeMap<>();
        for (Map<String, AttributeValue> item : LOCAL.table
                .client()
                .scanPaginator(s -> s.tableName(LocalTable.NAME).consistentRead(true))
                .items()) {
            String partition = item.get(Keys.PARTITION).s();
            if (List.of(partition.split("#")).contains(run.workspace())) {
                all.put(
                        partition + " " + item.get(Keys.SORT).s(),
                        Optional.ofNullable(item.get(Keys.EXPIRES))
                                .map(x -> Instant.ofEpochSecond(Long.parseLong(x.n()))));
            }
        }
        return all;
    }

    private static Optional<Instant> seconds(Instant time) {
        return Optional.of(Instant.ofEpochSecond(time.getEpochSecond()));
    }

    private void assertAllExpire(Instant from, Instant to) {
        expiries().forEach((key, at) -> {
            assertTrue(at.isPresent(), "Expected " + key + " to expire, but it stays for ever");
            assertFalse(at.get().isBefore(from), () -> key + " expires at " + at.get());
            assertFalse(at.get().isAfter(to), () -> key + " expires at " + at.get());
        });
    }

    @Test
    void whatAFinishedRunLeavesExpiresAfterItsHistory() {
        ScopeState state = everything(run);
        // root, input, entry, state, two joins, two segments, claim, timer, held event, log, wait.
        assertEquals(13, expiries().size(), () -> expiries().keySet().toString());
        assertEquals(
                1, expiries().values().stream().filter(Optional::isEmpty).count(), "the root of an unfinished run");
        end(state);
        assertAllExpire(now.get().plus(HISTORY).minusSeconds(1), now.get().plus(OF_RUN));
        assertEquals(
                seconds(now.get().plus(HISTORY)),
                expiries().get("R#" + run.workspace() + "#run-1 @"),
                "the root itself");
    }

    @Test
    void nothingOfAnUnfinishedRunExpiresHoweverLongItTakes() {
        ScopeState state = everything(run);
        for (int day = 6; day <= 600; day += 6) {
            now.set(Samples.NOW.plus(Duration.ofDays(day)));
            store.checkAgain(run, now.get());
            if (day % 150 == 0) {
                Instant soonest = now.get().plus(HISTORY);
                expiries()
                        .forEach((key, at) -> assertTrue(
                                at.map(soonest::isBefore).orElse(key.endsWith(" @")), key + " would expire at " + at));
            }
        }
        assertTrue(store.entry(run, "first").isPresent());
        assertTrue(store.timer(run, "tick").isPresent());
        assertEquals(1, store.held(run).size());
        assertEquals(List.of(run), store.waiting(run.workspace(), "paid", "1"));
        assertEquals(
                Optional.of(state.input()),
                store.load(List.of(run)).values().stream()
                        .map(ScopeState::input)
                        .findFirst());
        end(store.load(List.of(run)).get(run));
        assertAllExpire(now.get().plus(HISTORY).minusSeconds(1), now.get().plus(OF_RUN));
    }

    @Test
    void renewalsAreRareAndGoOnWhereTheyStopped() {
        ScopeState state = Samples.run(run, null);
        store.create(state, List.of());
        for (int i = 0; i < 600; i++) {
            store.commit(Commit.entry(state, Samples.transition(run, "k" + i)));
        }
        LOCAL.table.takeRequests();
        now.set(Samples.NOW.plus(Duration.ofDays(6)));
        store.checkAgain(run, now.get());
        assertEquals(List.of("UpdateItem"), LOCAL.table.takeRequests(), "most runs end before the first renewal");
        now.set(Samples.NOW.plus(Duration.ofDays(8)));
        store.checkAgain(run, now.get());
        assertEquals(501, count("UpdateItem"), "five hundred items a check");
        store.checkAgain(run, now.get());
        assertEquals(102, count("UpdateItem"), "the rest, and that it is done");
        LOCAL.table.takeRequests();
        store.checkAgain(run, now.get());
        assertEquals(List.of("UpdateItem"), LOCAL.table.takeRequests(), "done");
    }

    private long count(String request) {
        return LOCAL.table.takeRequests().stream().filter(request::equals).count();
    }

    @Test
    void aNameIsFreeAgainWithoutTheJoinsOfItsLastRun() {
        end(everything(run));
        now.set(now.get().plus(HISTORY).plusSeconds(2));
        ScopeState again =
                ScopeState.started(run, Samples.run(run, null).definition(), null, Optional.empty(), now.get());
        assertEquals(Optional.empty(), store.create(again, List.of()));
        assertEquals(Optional.empty(), store.segments(run, "told"), "nor that it was launched");
        assertEquals(Map.of(), store.states(run));
        assertEquals(Optional.empty(), store.timer(run, "tick"));
    }

    @Test
    void aWorkspaceKeepsWhatDecidesAndForgetsTheRest() {
        Scope workspace = run.ofWorkspace();
        everything(workspace);
        commit(Commit.entry(store.load(List.of(workspace)).get(workspace), patient(workspace)));
        store.park("parked-" + run.workspace(), Optional.of(workspace), "what", "why", now.get());
        Map<String, Optional<Instant>> at = new TreeMap<>();
        expiries().forEach((key, x) -> at.put(key.substring(key.indexOf(' ') + 1), x));
        assertEquals(seconds(now.get().plus(HISTORY)), at.get("E#first"));
        assertEquals(seconds(now.get().plus(StoreSettings.DEFAULT_LONGEST)), at.get("E#patient"));
        assertEquals(seconds(now.get().plus(HISTORY)), at.get("H#" + held().key()));
        assertEquals(seconds(now.get().plus(Duration.ofDays(500)).plus(OF_RUN)), at.get("M#tick"));
        for (String stays : List.of("@", "C#fold", "J#all", "T#once", "D#000000000001")) {
            assertEquals(Optional.empty(), at.get(stays), stays);
        }
        now.set(now.get().plus(HISTORY).plusSeconds(2));
        assertEquals(Optional.empty(), store.parked("parked-" + run.workspace()));
        assertEquals(
                List.of(),
                store.parked(Optional.of(run.workspace()), 10, Optional.empty()).items());
        assertEquals(List.of(), store.held(workspace));
        assertTrue(store.timer(workspace, "tick").isPresent());
    }

    /** Its function may be launched again weeks later, and the entry says which it was. */
    private static Entry patient(Scope scope) {
        Launch.Invoke launch =
                (Launch.Invoke) Samples.transition(scope, "patient").outbox().getFirst();
        var retry = new io.triggerflow.core.model.RetryPolicy(
                List.of("*"), 3, Duration.ofDays(20), 1, Duration.ofDays(20), 0);
        Entry entry = Samples.transition(scope, "patient");
        return new Entry(
                entry.key(),
                entry.cause(),
                entry.at(),
                entry.kind(),
                entry.firings(),
                List.of(new Launch.Invoke(
                        new Address(scope, "patient", 0, -1, 1, "t", 1, false),
                        launch.trigger(),
                        launch.function(),
                        launch.payload(),
                        new Launch.Invocation(retry, Optional.empty(), Action.Correlation.PAYLOAD))),
                List.of(),
                "");
    }
}

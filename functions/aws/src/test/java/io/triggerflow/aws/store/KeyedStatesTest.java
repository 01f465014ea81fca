package io.triggerflow.aws.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.triggerflow.core.model.Commit;
import io.triggerflow.core.model.Members;
import io.triggerflow.core.model.Scope;
import io.triggerflow.core.model.ScopeState;
import io.triggerflow.core.model.TriggerState;
import io.triggerflow.core.model.TriggerState.Instance;
import io.triggerflow.core.model.TriggerState.Keep;
import io.triggerflow.core.port.Registry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.RegisterExtension;

/** States of keys: each an item of its own, listed by pages, woken, and forgotten in time. */
class KeyedStatesTest {
    @RegisterExtension
    static final Local LOCAL = new Local();

    private final AtomicReference<Instant> now = new AtomicReference<>(Samples.NOW);
    private Scope workspace;
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
        workspace = Scope.workspace("keys-" + info.getTestMethod().orElseThrow().getName());
        store = LOCAL.table.store(now::get);
    }

    private ScopeState root(Scope scope) {
        ScopeState state = scope.isRun()
                ? Samples.run(scope, "input")
                : ScopeState.started(scope, Optional.empty(), null, Optional.empty(), now.get());
        store.create(state, List.of());
        return state;
    }

    private static TriggerState state(long version) {
        return new TriggerState(version, 1, Members.NONE, List.of(), Map.of("n", (int) version), false, true);
    }

    private Commit.Result write(ScopeState root, Instance instance, long version, Keep keep, Optional<Instant> wake) {
        return store.commit(Commit.state(root, new TriggerState.Write(instance, state(version), keep, wake)));
    }

    private Commit.Result write(ScopeState root, Instance instance, long version, Keep keep) {
        return write(root, instance, version, keep, Optional.empty());
    }

    @Test
    void eachKeyIsWrittenUnderItsOwnCondition() {
        for (Scope scope : List.of(workspace, new Scope(workspace.workspace(), "run"))) {
            ScopeState root = root(scope);
            Instance a = new Instance("t", "a#1");
            Instance b = new Instance("t", "b");
            assertEquals(new Commit.Result.Done(), write(root, a, 1, new Keep.Always()));
            assertEquals(new Commit.Result.Done(), write(root, b, 1, new Keep.Always()));
            assertEquals(new Commit.Result.Conflict(), write(root, a, 1, new Keep.Always()));
            assertEquals(new Commit.Result.Done(), write(root, a, 2, new Keep.Always()));
            assertEquals(new Commit.Result.Conflict(), write(root, a, 2, new Keep.Always()));
            assertEquals(Optional.of(state(2)), store.state(scope, a));
            assertEquals(Optional.of(state(1)), store.state(scope, b));
            assertEquals(Optional.empty(), store.state(scope, "t"));
            assertEquals(Map.of(), store.states(scope), "keys are not among the states of a scope");
        }
    }

    @Test
    void keysAreListedByPages() {
        ScopeState root = root(workspace);
        TreeSet<String> expected = new TreeSet<>();
        for (int i = 0; i < 50; i++) {
            write(root, new Instance("t", "k" + i), 1, new Keep.Always());
            write(root, new Instance("t#", "other" + i), 1, new Keep.Always());
            expected.add("k" + i);
        }
        List<String> found = new ArrayList<>();
        Optional<String> token = Optional.empty();
        do {
            Registry.Page<Registry.Keyed> page = store.states(workspace, "t", 7, token);
            assertTrue(page.items().size() <= 7);
            page.items().forEach(k -> found.add(k.key()));
            token = page.next();
        } while (token.isPresent());
        assertEquals(expected.size(), found.size());
        assertEquals(expected, new TreeSet<>(found));
        assertEquals(
                List.of(),
                store.entries(workspace, 10, Optional.empty()).items(),
                "entries lie in the same partitions");
    }

    @Test
    void aStateThatWaitsForTheClockIsFoundUntilItDoesNoMore() {
        ScopeState root = root(workspace);
        Scope run = new Scope(workspace.workspace(), "run");
        ScopeState other = root(run);
        Instant due = now.get().plus(Duration.ofMinutes(5));
        Instance early = new Instance("t", "early");
        Instance late = new Instance("t", "late");
        write(root, early, 1, new Keep.Always(), Optional.of(due));
        write(root, late, 1, new Keep.Always(), Optional.of(due.plusSeconds(2)));
        write(other, Instance.of("unkeyed"), 1, new Keep.Always(), Optional.of(due.plusSeconds(1)));
        assertEquals(List.of(), waking(due.minusMillis(1)));
        assertEquals(
                List.of(
                        new Registry.Waking(workspace, early, due),
                        new Registry.Waking(run, Instance.of("unkeyed"), due.plusSeconds(1))),
                waking(due.plusSeconds(1)));
        write(root, early, 2, new Keep.Always(), Optional.empty());
        store.letSleep(new Registry.Waking(run, Instance.of("unkeyed"), due.plusSeconds(1)));
        store.letSleep(new Registry.Waking(workspace, late, due));
        assertEquals(List.of(new Registry.Waking(workspace, late, due.plusSeconds(2))), waking(due.plusSeconds(9)));
        assertEquals(Optional.of(state(1)), store.state(run, "unkeyed"), "only the index forgets it");
    }

    /** Of this test's workspace: others write to the table, too. */
    private List<Registry.Waking> waking(Instant until) {
        return store.waking(until, 100).stream()
                .filter(w -> w.scope().workspace().equals(workspace.workspace()))
                .collect(Collectors.toList());
    }

    @Test
    void aKeyIsForgottenInItsTimeAndMayBeginAnew() {
        ScopeState root = root(workspace);
        Instance open = new Instance("t", "open");
        Instance timed = new Instance("t", "timed");
        Instance used = new Instance("t", "used");
        write(root, open, 1, new Keep.Always());
        write(root, timed, 1, new Keep.Until(now.get().plus(Duration.ofHours(2))));
        write(root, used, 1, new Keep.WhileUsed());
        now.set(now.get().plus(Duration.ofHours(1)));
        assertTrue(store.state(workspace, timed).isPresent(), "its window is open");
        now.set(now.get().plus(Duration.ofHours(1)).plusSeconds(1));
        assertEquals(Optional.empty(), store.state(workspace, timed));
        assertEquals(new Commit.Result.Done(), write(root, timed, 1, new Keep.Always()));
        now.set(now.get().plus(StoreSettings.DEFAULT_LONGEST).minus(Duration.ofDays(1)));
        assertTrue(store.state(workspace, used).isPresent(), "entries that name its rounds may be there");
        now.set(now.get().plus(Duration.ofDays(2)));
        assertEquals(Optional.empty(), store.state(workspace, used));
        assertTrue(store.state(workspace, open).isPresent());
        assertTrue(store.state(workspace, timed).isPresent());
    }

    @Test
    void aKeyOfARunEndsWithItsTimeOrWithTheRun() {
        Scope run = new Scope(workspace.workspace(), "run");
        ScopeState root = root(run);
        Instance brief = new Instance("t", "brief");
        Instance open = new Instance("t", "open");
        Instance far = new Instance("t", "far");
        write(root, brief, 1, new Keep.Until(now.get().plus(Duration.ofDays(20))));
        write(root, open, 1, new Keep.Always());
        write(root, far, 1, new Keep.Until(now.get().plus(Duration.ofDays(3_000))));
        for (int week = 0; week < 8; week++) {
            now.set(now.get().plus(Duration.ofDays(8)));
            store.checkAgain(run, now.get());
        }
        assertEquals(Optional.empty(), store.state(run, brief));
        assertTrue(store.state(run, open).isPresent());
        assertTrue(store.state(run, far).isPresent());
    }

    @Test
    void aDeletedWorkspaceLeavesNoKeys() {
        ScopeState root = root(workspace);
        write(root, new Instance("t", "a"), 1, new Keep.Always());
        store.deleteWorkspace(workspace.workspace());
        assertEquals(Optional.empty(), store.state(workspace, new Instance("t", "a")));
    }
}

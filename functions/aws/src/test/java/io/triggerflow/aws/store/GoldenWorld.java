package io.triggerflow.aws.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.triggerflow.core.model.Action;
import io.triggerflow.core.model.Address;
import io.triggerflow.core.model.Commit;
import io.triggerflow.core.model.Condition;
import io.triggerflow.core.model.Definition;
import io.triggerflow.core.model.Entry;
import io.triggerflow.core.model.Event;
import io.triggerflow.core.model.EventPattern;
import io.triggerflow.core.model.EventTypes;
import io.triggerflow.core.model.Expression;
import io.triggerflow.core.model.Failure;
import io.triggerflow.core.model.Launch;
import io.triggerflow.core.model.Members;
import io.triggerflow.core.model.RetryPolicy;
import io.triggerflow.core.model.RunStatus;
import io.triggerflow.core.model.Scope;
import io.triggerflow.core.model.ScopeChange;
import io.triggerflow.core.model.ScopeState;
import io.triggerflow.core.model.Trigger;
import io.triggerflow.core.model.TriggerChange;
import io.triggerflow.core.model.TriggerState;
import io.triggerflow.core.port.Registry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The small, fixed world of the golden files: as model objects, as what writes it, and as what it must read back as. Never to be changed:
 * every golden version holds it; what came later is checked apart.
 */
final class GoldenWorld {
    static final Instant NOW = Samples.NOW;
    static final String WORKSPACE = "golden";
    static final Scope LIVE = new Scope(WORKSPACE, "live");
    static final Scope PAUSED = new Scope(WORKSPACE, "paused");
    static final Scope LOGGED = new Scope(WORKSPACE, "logged");
    static final Scope CHILD = new Scope(WORKSPACE, "child");
    /** Since the third version: launches of standing triggers are watched. */
    static final Scope STANDING = Scope.workspace("standing");

    static final Event PLACED = event("placed-1", "order.placed", "").addressedTo(LIVE, 0);
    /** Held in this order, which is not that of their keys. */
    static final List<Event> HELD = List.of(
            Event.ofEngine("held-b", EventTypes.TASK_SUCCEEDED, "other", NOW, null, Map.of())
                    .addressedTo(PAUSED, 2),
            Event.ofEngine("held-a", EventTypes.TASK_SUCCEEDED, "step", NOW, Map.of("n", 1), Map.of())
                    .addressedTo(PAUSED, 2));
    /** With everything that can be set. */
    static final Address RECEIPT = new Address(LIVE, "entry", 1, 2, 3, "task", 4, true);

    static final int PIECES = 101;
    private static final Launch.Invocation RETRIED = new Launch.Invocation(
            new RetryPolicy(List.of("Busy"), 3, Duration.ofSeconds(7), 2, Duration.ofHours(1), 0),
            Optional.empty(),
            Action.Correlation.PAYLOAD);

    final Definition definition = new Definition(
            "flow",
            "v2",
            "the newest",
            triggers(),
            500,
            Optional.of(Duration.ofHours(2)),
            Definition.Announce.WORKSPACE);
    final Definition older = new Definition(
            "flow",
            "v1",
            "an older one",
            List.of(Samples.trigger("t")),
            10,
            Optional.empty(),
            Definition.Announce.NONE);
    final List<TriggerChange> log = List.of(
            new TriggerChange(1, Action.Operation.REGISTER, "dynamic", Optional.of(Samples.trigger("dynamic"))),
            new TriggerChange(2, Action.Operation.DISABLE, "dynamic", Optional.empty()),
            new TriggerChange(3, Action.Operation.ENABLE, "dynamic", Optional.empty()),
            new TriggerChange(4, Action.Operation.RETIRE, "dynamic", Optional.empty()));
    final Commit.Timer timer = new Commit.Timer("reminder", "timer-1", NOW.plusSeconds(60));
    final Members pieces = pieces();
    private final Map<Scope, ScopeState> roots = new LinkedHashMap<>();
    private final Map<Scope, List<Entry>> entries = new LinkedHashMap<>();

    private static Event event(String id, String type, String subject) {
        return new Event(id, "urn:test", type, subject, NOW, Map.of("n", 1), Map.of());
    }

    private static Trigger trigger(
            String id, String type, Optional<String> subject, Condition condition, Action action) {
        return new Trigger(
                id,
                List.of(new EventPattern.Exact(type, subject)),
                condition,
                List.of(action),
                List.of(),
                false,
                true,
                Optional.empty(),
                Optional.empty());
    }

    private static Condition.Join join(int size, List<String> names, int need, boolean repeat) {
        return new Condition.Join(
                new Condition.Size.Fixed(size),
                names,
                new Condition.MemberKey.Subject(),
                new Condition.Need.Count(need),
                Optional.empty(),
                !repeat,
                repeat);
    }

    private static Action invoke(String function, Object payload) {
        return new Action.Invoke(
                function,
                Optional.of(payload),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                RetryPolicy.NONE,
                Optional.empty(),
                Action.Correlation.PAYLOAD);
    }

    private static List<Trigger> triggers() {
        return List.of(
                trigger(
                        "first",
                        "order.placed",
                        Optional.empty(),
                        new Condition.Always(),
                        invoke("step-function", Map.of("order", 1))),
                trigger(
                        "join",
                        "part.done",
                        Optional.empty(),
                        join(3, List.of("a", "b", "c"), 2, false),
                        invoke("after-join", "{% $results %}")),
                trigger(
                        "pieces",
                        "piece.done",
                        Optional.empty(),
                        join(PIECES, List.of(), PIECES - 1, false),
                        invoke("after-pieces", "{% $results %}")),
                trigger(
                        "pairs",
                        "half.done",
                        Optional.empty(),
                        join(2, List.of(), 2, true),
                        invoke("after-pair", "pair")),
                trigger(
                        "third",
                        "tick",
                        Optional.empty(),
                        new Condition.Custom("every", Map.of("n", 3)),
                        invoke("after-third", "third")),
                trigger(
                        "timed",
                        EventTypes.TIMER_FIRED,
                        Optional.of("reminder"),
                        new Condition.When(new Expression("$event.data.n = 1")),
                        invoke("after-timer", "timer")),
                trigger(
                        "end",
                        EventTypes.TASK_SUCCEEDED,
                        Optional.of("step"),
                        new Condition.Always(),
                        new Action.Complete(Optional.of("{% $event.data %}"))));
    }

    private static Members pieces() {
        Map<String, Members.Arrival> arrivals = new LinkedHashMap<>();
        for (int i = 0; i < PIECES - 1; i++) {
            arrivals.put(
                    "p" + i,
                    new Members.Arrival(
                            i == 9 ? Members.Outcome.FAILED : Members.Outcome.SUCCEEDED,
                            i % 10 == 0 ? List.of("data", i) : null));
        }
        return new Members(arrivals);
    }

    /** The golden launch whose end is handed in. */
    static Address step() {
        return new Address(LIVE, PLACED.key(), 0, -1, 1, "step", 1, false);
    }

    /** What became of {@link #PLACED}. */
    static Entry placed() {
        Launch invoke = new Launch.Invoke(step(), "first", "step-function", Map.of("order", 1), RETRIED);
        Launch emit = new Launch.Emit(
                event("told-1", "order.told", "x"),
                new Launch.Destination.Queue("https://queue"),
                Duration.ofSeconds(3));
        return new Entry(
                PLACED.key(),
                Entry.Cause.of(PLACED),
                NOW,
                Entry.Kind.FIRED,
                List.of(new Entry.Firing("first", List.of("set x"))),
                List.of(invoke, emit),
                List.of(),
                "");
    }

    /** States of triggers in {@link #LIVE} that are one item, by trigger. */
    Map<String, TriggerState> states() {
        Members two = new Members(Map.of(
                "a",
                new Members.Arrival(Members.Outcome.SUCCEEDED, Map.of("after", "a")),
                "b",
                new Members.Arrival(Members.Outcome.FAILED, Map.of("error", "E"))));
        Members one = new Members(Map.of("z", new Members.Arrival(Members.Outcome.SUCCEEDED, null)));
        Members skipped = new Members(Map.of("s", new Members.Arrival(Members.Outcome.SKIPPED, null)));
        return Map.of(
                "join", new TriggerState(1, 1, two, List.of(), Map.of(), false, true),
                "pairs", new TriggerState(3, 2, one, List.of("x", "y"), Map.of(), false, true),
                "third", new TriggerState(2, 1, Members.NONE, List.of(), Map.of("seen", 2), false, true),
                "decided", new TriggerState(1, 1, skipped, List.of(), Map.of(), true, false));
    }

    /** Writes the world into an empty table, by a clock that stands at {@link #NOW} and is set on a little. */
    void write(DynamoStore store, AtomicReference<Instant> clock) {
        store.put(WORKSPACE, older, NOW);
        store.put(WORKSPACE, definition, NOW.plusSeconds(1));
        build(Optional.of(store));
        live(store);
        store.receipt("request-1", RECEIPT, NOW);
        parked().forEach(p -> store.park(p.id(), p.scope(), p.message(), p.reason(), p.at()));
        stand(store);
        hold(store, clock);
    }

    /** The first was looked at, the second was not. */
    private static List<Entry> standing() {
        return List.of(
                Samples.standing(STANDING, "first", Optional.empty()),
                Samples.standing(STANDING, "second", Optional.of(Duration.ofSeconds(90))));
    }

    private static void stand(DynamoStore store) {
        ScopeState root = ScopeState.started(STANDING, Optional.empty(), null, Optional.empty(), NOW);
        standing().forEach(e -> done(store, Commit.entry(root, e)));
        store.passed(store.watched(NOW, 100).entries());
    }

    /** Reads what is watched. */
    static void checkStanding(DynamoStore store) {
        standing().forEach(e -> assertEquals(Optional.of(e), store.entry(STANDING, e.key())));
        Registry.Watch watch = store.watched(NOW.plus(Duration.ofHours(1)), 100);
        assertEquals(
                List.of(standing().get(1)),
                watch.entries().stream().map(w -> w.entry().get().orElseThrow()).toList());
        assertEquals(NOW.plusSeconds(90), watch.entries().getFirst().since());
    }

    /** Builds what is expected beside what is written: the same calls, with or without a store. */
    private void create(Optional<DynamoStore> store, ScopeState state, List<Commit.Wait> waits) {
        store.ifPresent(s -> assertEquals(Optional.empty(), s.create(state, waits)));
        roots.put(state.scope(), state);
        entries.put(state.scope(), new ArrayList<>());
    }

    private void change(Optional<DynamoStore> store, Entry entry, Scope scope, ScopeChange change) {
        ScopeState base = roots.get(scope);
        store.ifPresent(s -> done(s, Commit.change(base, entry, change)));
        entries.get(scope).add(entry);
        if (!change.isEmpty()) {
            roots.put(scope, base.apply(change));
        }
    }

    private static void done(DynamoStore store, Commit commit) {
        assertEquals(new Commit.Result.Done(), store.commit(commit));
    }

    private static ScopeState started(Scope scope, Object input, Optional<ScopeState.Parent> parent, int second) {
        return ScopeState.started(
                scope, Optional.of(new Definition.Ref("flow", "v2")), input, parent, NOW.plusSeconds(second));
    }

    private void build(Optional<DynamoStore> store) {
        Scope workspace = Scope.workspace(WORKSPACE);
        create(store, ScopeState.started(workspace, Optional.empty(), null, Optional.empty(), NOW), List.of());
        change(
                store,
                note(Entry.Kind.CONTROL, "w"),
                workspace,
                ScopeChange.NONE.withContext(Map.of("shared", List.of(1, "two"))));
        create(
                store,
                started(LIVE, Map.of("small", true), Optional.empty(), 1),
                List.of(new Commit.Wait("order.paid", "order-1")));
        change(store, Samples.everything(LIVE), LIVE, ScopeChange.NONE);
        change(store, placed(), LIVE, ScopeChange.NONE);
        for (Entry.Kind kind : Entry.Kind.values()) {
            change(store, note(kind, "kind-" + kind), LIVE, ScopeChange.NONE);
        }
        // Too large for an item: in the blob store.
        change(
                store,
                new Entry(
                        "huge",
                        Entry.Cause.of(PLACED),
                        NOW,
                        Entry.Kind.FIRED,
                        List.of(),
                        List.of(),
                        List.of(),
                        "x".repeat(400_000)),
                LIVE,
                ScopeChange.NONE);
        create(
                store,
                started(new Scope(WORKSPACE, "large"), List.of("y".repeat(3_000)), Optional.empty(), 2),
                List.of());
        create(store, started(PAUSED, null, Optional.empty(), 3), List.of());
        change(store, note(Entry.Kind.CONTROL, "pause"), PAUSED, ScopeChange.status(RunStatus.PAUSED));
        end(
                store,
                "succeeded",
                4,
                ScopeChange.end(
                        RunStatus.SUCCEEDED, NOW.plusSeconds(20), Map.of("out", List.of(1, 2.5)), Optional.empty()));
        Failure cause = Failure.of("java.io.IOException", "broken pipe", "step");
        Failure failure = new Failure(
                "Outer", "it failed", "flow", Optional.of(new Failure("Middle", "", "first", Optional.of(cause))));
        end(store, "failed", 5, ScopeChange.end(RunStatus.FAILED, NOW.plusSeconds(21), null, Optional.of(failure)));
        end(store, "cancelled", 6, ScopeChange.end(RunStatus.CANCELLED, NOW.plusSeconds(22), null, Optional.empty()));
        end(
                store,
                "late",
                7,
                ScopeChange.end(
                        RunStatus.TIMED_OUT,
                        NOW.plusSeconds(23),
                        null,
                        Optional.of(Failure.of(Failure.TIMED_OUT, "", "late"))));
        Address start = ((Launch.Start) Samples.everything(LIVE).outbox().get(8)).address();
        create(store, started(CHILD, 7, Optional.of(new ScopeState.Parent(start)), 8), List.of());
        create(store, started(LOGGED, "text", Optional.empty(), 9), List.of());
        change(store, note(Entry.Kind.FIRED, "log-1"), LOGGED, ScopeChange.triggers(log.subList(0, 1)));
        change(store, note(Entry.Kind.CONTROL, "log-2"), LOGGED, ScopeChange.triggers(log.subList(1, 4)));
    }

    private void end(Optional<DynamoStore> store, String name, int second, ScopeChange change) {
        Scope scope = new Scope(WORKSPACE, name);
        create(store, started(scope, null, Optional.empty(), second), List.of());
        change(store, note(Entry.Kind.ENDED, "end"), scope, change);
    }

    private static Entry note(Entry.Kind kind, String key) {
        return new Entry(
                key,
                Entry.Cause.of(event("e-" + key, "some.type", "about")),
                NOW,
                kind,
                List.of(),
                List.of(),
                List.of(),
                "note of " + key);
    }

    private void live(DynamoStore store) {
        ScopeState live = roots.get(LIVE);
        states().forEach((trigger, last) -> {
            for (long version = 1; version <= last.version(); version++) {
                TriggerState next = new TriggerState(
                        version,
                        last.round(),
                        last.members(),
                        last.recent(),
                        last.values(),
                        last.fired(),
                        last.launched());
                done(store, Commit.state(live, new TriggerState.Write(trigger, next)));
            }
        });
        Members first = new Members(pieces.byKey().entrySet().stream()
                .limit(60)
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
        store.append(LIVE, "pieces", "batch-1", first);
        store.append(LIVE, "pieces", "batch-1", first);
        store.append(
                LIVE,
                "pieces",
                "batch-2",
                new Members(pieces.byKey().entrySet().stream()
                        .skip(50)
                        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue))));
        store.correct(LIVE, "pieces", store.segments(LIVE, "pieces").orElseThrow());
        store.append(
                LIVE, "fired", "batch-1", new Members(Map.of("k", new Members.Arrival(Members.Outcome.SKIPPED, null))));
        store.markLaunched(LIVE, "fired");
        done(store, once(live, List.of(timer)));
    }

    /** Claims trigger {@code once}. */
    private static Commit once(ScopeState live, List<Commit.Timer> timers) {
        return new Commit(
                LIVE,
                Optional.empty(),
                live,
                ScopeChange.NONE,
                List.of(),
                List.of("once"),
                timers,
                List.of(),
                Optional.empty(),
                List.of());
    }

    private void hold(DynamoStore store, AtomicReference<Instant> clock) {
        HELD.forEach(event -> {
            clock.set(clock.get().plusMillis(1));
            done(store, Commit.hold(roots.get(PAUSED), event));
        });
    }

    private static List<Registry.Parked> parked() {
        return List.of(
                parked("parked-2", Optional.empty(), Map.of("x", List.of(1)), "no workspace", NOW.plusSeconds(1)),
                parked("parked-1", Optional.of(LIVE), PLACED, "no such run", NOW));
    }

    private static Registry.Parked parked(String id, Optional<Scope> scope, Object message, String reason, Instant at) {
        return new Registry.Parked(id, scope, message, reason, at, Registry.Errors.once(at, reason));
    }

    /** Reads everything, by the public methods of the store alone, and expects what was written. */
    static void check(DynamoStore store) {
        GoldenWorld world = new GoldenWorld();
        world.build(Optional.empty());
        world.checkStates(store);
        world.checkDefinitions(store);
        assertEquals(HELD, store.held(PAUSED));
        assertEquals(world.log, store.triggerChanges(LOGGED, 0));
        assertEquals(world.log.subList(3, 4), store.triggerChanges(LOGGED, 3));
        assertEquals(List.of(LIVE), store.waiting(WORKSPACE, "order.paid", "order-1"));
        assertEquals(Optional.of(RECEIPT), store.receipt("request-1"));
        assertEquals(
                parked(), store.parked(Optional.empty(), 10, Optional.empty()).items());
        assertEquals(
                parked().subList(1, 2),
                store.parked(Optional.of(WORKSPACE), 10, Optional.empty()).items());
        world.checkScopes(store);
    }

    private void checkScopes(DynamoStore store) {
        assertEquals(roots, store.load(roots.keySet()));
        entries.forEach(
                (scope, expected) -> expected.forEach(e -> assertEquals(Optional.of(e), store.entry(scope, e.key()))));
        List<ScopeState> runs =
                roots.values().stream().filter(s -> s.scope().isRun()).toList();
        assertEquals(
                runs.reversed(),
                store.runs(WORKSPACE, Optional.empty(), 100, Optional.empty()).items());
        for (RunStatus status : RunStatus.values()) {
            List<ScopeState> ofStatus =
                    runs.reversed().stream().filter(s -> s.status() == status).toList();
            assertEquals(
                    ofStatus,
                    store.runs(WORKSPACE, Optional.of(status), 100, Optional.empty())
                            .items());
        }
        assertEquals(
                List.of(roots.get(Scope.workspace(WORKSPACE))),
                store.workspaces(10, Optional.empty()).items());
        assertEquals(
                runs.stream()
                        .filter(s -> !s.status().isFinished())
                        .map(ScopeState::scope)
                        .toList(),
                store.due(NOW.plus(Duration.ofHours(1)), 100));
        assertEquals(List.of(), store.due(NOW, 100));
        entries.forEach((scope, expected) -> {
            Map<String, Entry> read = store.entries(scope, 100, Optional.empty()).items().stream()
                    .collect(Collectors.toMap(Entry::key, Function.identity()));
            assertEquals(expected.stream().collect(Collectors.toMap(Entry::key, Function.identity())), read);
        });
    }

    private void checkStates(DynamoStore store) {
        states().forEach((trigger, state) -> assertEquals(Optional.of(state), store.state(LIVE, trigger)));
        TriggerState.Segmented open = store.segments(LIVE, "pieces").orElseThrow();
        assertEquals(
                new TriggerState.Segmented(new TriggerState.Summary(pieces.tally(), 1, false, false), pieces), open);
        TriggerState.Segmented fired = store.segments(LIVE, "fired").orElseThrow();
        Members skipped = new Members(Map.of("k", new Members.Arrival(Members.Outcome.SKIPPED, null)));
        assertEquals(
                new TriggerState.Segmented(
                        new TriggerState.Summary(new Members.Tally(0, 0, 1), 0, true, true), skipped),
                fired);
        Map<String, TriggerState> all = new LinkedHashMap<>(states());
        all.put("pieces", new TriggerState(2, 1, pieces, List.of(), Map.of(), false, true));
        all.put("fired", new TriggerState(1, 1, skipped, List.of(), Map.of(), true, true));
        assertEquals(all, store.states(LIVE));
        assertEquals(Optional.of(timer), store.timer(LIVE, "reminder"));
        assertEquals(List.of(timer), store.timers(LIVE));
        assertEquals(new Commit.Result.Claimed("once"), store.commit(once(roots.get(LIVE), List.of())));
    }

    private void checkDefinitions(DynamoStore store) {
        assertEquals(Optional.of(definition), store.definition(WORKSPACE, definition.ref()));
        assertEquals(Optional.of(older), store.definition(WORKSPACE, older.ref()));
        assertEquals(Optional.of(definition.ref()), store.newest(WORKSPACE, "flow"));
        List<Registry.Version> versions = List.of(
                new Registry.Version(
                        definition.ref(),
                        NOW.plusSeconds(1),
                        true,
                        "the newest",
                        definition.triggers().size()),
                new Registry.Version(older.ref(), NOW, false, "an older one", 1));
        assertEquals(
                versions,
                store.versions(WORKSPACE, Optional.empty(), 10, Optional.empty())
                        .items());
    }
}

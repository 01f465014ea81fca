package io.triggerflow.tests.sim;

import io.triggerflow.core.model.Commit;
import io.triggerflow.core.model.Entry;
import io.triggerflow.core.model.Event;
import io.triggerflow.core.model.EventTypes;
import io.triggerflow.core.model.Launch;
import io.triggerflow.core.model.Members;
import io.triggerflow.core.model.Scope;
import io.triggerflow.core.model.TriggerState;
import io.triggerflow.core.port.EventSink;
import io.triggerflow.core.port.Store;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Engines that do not keep the protocol, each in one point, made by ports that betray it. A law that none of them breaks is not tested. */
public final class Mutants {
    private Mutants() {}

    /** A mutant has a name for people. */
    public enum Kind {
        COUNTER_JOIN,
        LAUNCH_BEFORE_COMMIT,
        CLEARED_OUTBOX,
        UNCONDITIONAL_WRITE,
        NO_OUTBOX,
        ACK_BEFORE_LAUNCH,
        RECEIVE_COUNT_IGNORED,
        FORGETFUL_HOLD,
        NO_CLAIMS,
        RUNS_SWEPT_ONLY(Scenarios.Kind.STANDING),
        PASSED_BEFORE_SWEPT(Scenarios.Kind.STANDING),
        WAKE_NOT_RESENT(Scenarios.Kind.ABSENCE, Scenarios.Kind.SEQUENCE),
        UNCONDITIONAL_KEY(Scenarios.Kind.SEQUENCE, Scenarios.Kind.RENDEZVOUS),
        ONE_STATE_FOR_ALL_KEYS(Scenarios.Kind.SEQUENCE, Scenarios.Kind.ABSENCE, Scenarios.Kind.RENDEZVOUS),
        APPLIED_TWICE(Scenarios.Kind.SEQUENCE, Scenarios.Kind.ABSENCE);

        /** The only worlds in which it does anything else than it should; none: all. */
        private final Set<Scenarios.Kind> only;

        Kind(Scenarios.Kind... only) {
            this.only = Set.of(only);
        }

        /** How often it is enough to catch it: worlds of a kind are rare. */
        public int enough() {
            return only.isEmpty() ? 40 : 5;
        }

        boolean isSeen(long seed) {
            return only.isEmpty() || only.contains(Scenarios.kindOf(seed));
        }
    }

    public static Mutant of(Kind kind) {
        return switch (kind) {
            case COUNTER_JOIN -> new Stored(CounterJoin::new);
            case LAUNCH_BEFORE_COMMIT -> new LaunchBeforeCommit();
            case CLEARED_OUTBOX -> new Stored(ClearedOutbox::new);
            case UNCONDITIONAL_WRITE -> new Stored(Unconditional::new);
            case NO_OUTBOX -> new Stored(NoOutbox::new);
            case ACK_BEFORE_LAUNCH ->
                new Mutant() {
                    @Override
                    public boolean acknowledgesFirst() {
                        return true;
                    }
                };
            case RECEIVE_COUNT_IGNORED ->
                new Mutant() {
                    @Override
                    public int receiveCount(int receives) {
                        return 1;
                    }
                };
            case FORGETFUL_HOLD -> new Stored(ForgetfulHold::new);
            case NO_CLAIMS -> new Stored(NoClaims::new);
            case RUNS_SWEPT_ONLY -> new Stored(RunsOnly::new);
            case PASSED_BEFORE_SWEPT -> new Stored(PassedFirst::new);
            case WAKE_NOT_RESENT -> new OwnWakes();
            case UNCONDITIONAL_KEY -> new Stored(UnconditionalKey::new);
            case ONE_STATE_FOR_ALL_KEYS -> new Stored(OneKey::new);
            case APPLIED_TWICE -> new Stored(Forgetful::new);
        };
    }

    /** What came of a mutant: the laws that it broke, by how often, and in how many worlds. */
    public record Caught(int worlds, Map<String, Integer> byLaw, String example) {}

    /** Plays worlds until the mutant was caught so often, by one of these laws among others, or for so many worlds. */
    public static Caught hunt(Kind kind, Set<String> laws, int worlds, int enough) {
        Map<String, Integer> byLaw = new TreeMap<>();
        String example = "";
        int played = 0;
        int caught = 0;
        for (long seed = 0;
                seed < worlds && (caught < enough || byLaw.keySet().stream().noneMatch(laws::contains));
                seed++) {
            if (!kind.isSeen(seed)) {
                continue;
            }
            played++;
            String failure = Seeds.play(seed, of(kind), byLaw, false);
            if (!failure.isEmpty()) {
                caught++;
                example = example.isEmpty() ? failure.lines().findFirst().orElse("") : example;
            }
        }
        return new Caught(played, byLaw, example);
    }

    private interface Made {
        SimStore of(Steps steps, SimStore.Witness witness);
    }

    private record Stored(Made made) implements Mutant {
        @Override
        public SimStore store(Sim sim, SimStore.Witness witness) {
            return made.of(sim, witness);
        }
    }

    /** Decides on how many came, not on who: the members that it shows are made up to what was counted. */
    private static final class CounterJoin extends SimStore {
        CounterJoin(Steps steps, Witness witness) {
            super(steps, witness);
        }

        @Override
        public Optional<TriggerState.Segmented> segments(Scope scope, String trigger) {
            return super.segments(scope, trigger)
                    .map(s -> new TriggerState.Segmented(
                            s.summary(), counted(s.summary().atMost())));
        }

        private static Members counted(Members.Tally tally) {
            Map<String, Members.Arrival> all = new TreeMap<>();
            add(all, Members.Outcome.SUCCEEDED, tally.succeeded());
            add(all, Members.Outcome.FAILED, tally.failed());
            return new Members(all);
        }

        private static void add(Map<String, Members.Arrival> all, Members.Outcome outcome, int n) {
            for (int i = 0; i < n; i++) {
                all.put(outcome + " " + i, new Members.Arrival(outcome, 1));
            }
        }
    }

    /** Launches what it is about to commit. */
    private static final class LaunchBeforeCommit implements Mutant {
        private Sim sim;

        @Override
        public SimStore store(Sim world, SimStore.Witness witness) {
            sim = world;
            return Mutant.super.store(world, witness);
        }

        @Override
        public Store decorate(SimStore store) {
            return decorated(store, commit -> {
                commit.entry().ifPresent(e -> e.outbox().forEach(l -> launch(l)));
                return store.commit(commit);
            });
        }

        private void launch(Launch launch) {
            if (launch instanceof Launch.Invoke invoke) {
                sim.launcher().invoke(invoke);
            }
        }
    }

    private interface Committing {
        Commit.Result commit(Commit commit);
    }

    private static Store decorated(SimStore store, Committing committing) {
        Object proxy = Proxy.newProxyInstance(
                Store.class.getClassLoader(), new Class<?>[] {Store.class}, (self, method, arguments) -> {
                    if (method.getName().equals("commit")) {
                        return committing.commit((Commit) arguments[0]);
                    }
                    try {
                        return method.invoke(store, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
        return (Store) proxy;
    }

    /** Says of every firing that it is launched when it is only committed. */
    private static final class ClearedOutbox extends SimStore {
        ClearedOutbox(Steps steps, Witness witness) {
            super(steps, witness);
        }

        @Override
        public Commit.Result commit(Commit commit) {
            List<TriggerState.Write> launched = commit.states().stream()
                    .map(w -> w.with(w.next().withLaunched()))
                    .toList();
            return super.commit(new Commit(
                    commit.scope(),
                    commit.entry(),
                    commit.base(),
                    commit.change(),
                    launched,
                    commit.claims(),
                    commit.timers(),
                    commit.cancelledTimers(),
                    commit.hold(),
                    commit.waits()));
        }
    }

    /** The last one writes. */
    private static final class Unconditional extends SimStore {
        Unconditional(Steps steps, Witness witness) {
            super(steps, witness);
        }

        @Override
        public Commit.Result commit(Commit commit) {
            apply(scopes().computeIfAbsent(commit.scope(), s -> new Kept()), commit);
            return new Commit.Result.Done();
        }
    }

    /** Remembers that something fired, and not what was to be launched. */
    private static final class NoOutbox extends SimStore {
        NoOutbox(Steps steps, Witness witness) {
            super(steps, witness);
        }

        @Override
        public Optional<Entry> entry(Scope scope, String key) {
            return super.entry(scope, key).map(NoOutbox::emptied);
        }

        @Override
        public Commit.Result commit(Commit commit) {
            Commit.Result result = super.commit(commit);
            return result instanceof Commit.Result.Exists e ? new Commit.Result.Exists(emptied(e.entry())) : result;
        }

        private static Entry emptied(Entry e) {
            return new Entry(e.key(), e.cause(), e.at(), e.kind(), e.firings(), List.of(), List.of(), e.note());
        }
    }

    /** Forgets all held events of a scope when one of them is done. */
    private static final class ForgetfulHold extends SimStore {
        ForgetfulHold(Steps steps, Witness witness) {
            super(steps, witness);
        }

        @Override
        public void release(Scope scope, Event event) {
            scopes().get(scope).held.clear();
        }
    }

    /** Sweeps as if standing triggers launched nothing. */
    private static final class RunsOnly extends SimStore {
        RunsOnly(Steps steps, Witness witness) {
            super(steps, witness);
        }

        @Override
        public Watch watched(Instant since, int limit) {
            return new Watch(List.of(), false);
        }
    }

    /** Passes what it is about to look at. */
    private static final class PassedFirst extends SimStore {
        PassedFirst(Steps steps, Witness witness) {
            super(steps, witness);
        }

        @Override
        public Watch watched(Instant since, int limit) {
            Watch watch = super.watched(since, limit);
            passed(watch.entries());
            return watch;
        }
    }

    /** Who wrote that the clock means something is the only one who sends the wake-up; nobody looks whether it came. */
    private static final class OwnWakes implements Mutant {
        private final Map<TriggerState.Instance, String> writers = new HashMap<>();

        @Override
        public SimStore store(Sim sim, SimStore.Witness witness) {
            return new SimStore(sim, witness) {
                @Override
                public Commit.Result commit(Commit commit) {
                    Commit.Result result = super.commit(commit);
                    if (result instanceof Commit.Result.Done) {
                        commit.states().forEach(w -> writers.put(w.instance(), sim.worker()));
                    }
                    return result;
                }

                @Override
                public List<Waking> waking(Instant until, int limit) {
                    return List.of();
                }
            };
        }

        @Override
        public EventSink sink(Sim sim, EventSink sink) {
            return new WithoutWakes(sink) {
                @Override
                boolean isLost(Event wake) {
                    var data = (Map<?, ?>) wake.data();
                    var instance = new TriggerState.Instance(wake.subject(), String.valueOf(data.get("key")));
                    return !sim.worker().equals(writers.get(instance));
                }
            };
        }
    }

    /** Loses wake-ups that engines send; what the sweeper sends comes. */
    private abstract static class WithoutWakes implements EventSink {
        private final EventSink sink;

        WithoutWakes(EventSink sink) {
            this.sink = sink;
        }

        abstract boolean isLost(Event wake);

        @Override
        public void send(List<Outgoing> events) {
            sink.send(events);
        }

        @Override
        public void sendAt(Event event, Instant due, Instant now) {
            if (!event.type().equals(EventTypes.WAKE) || !isLost(event)) {
                sink.sendAt(event, due, now);
            }
        }
    }

    /** Not a mutant but a fault: the world must come to its end all the same. */
    public static Mutant allWakesLost() {
        return new Mutant() {
            @Override
            public EventSink sink(Sim sim, EventSink sink) {
                return new WithoutWakes(sink) {
                    @Override
                    boolean isLost(Event wake) {
                        return true;
                    }
                };
            }
        };
    }

    /** The last one writes the state of a key. */
    private static final class UnconditionalKey extends SimStore {
        UnconditionalKey(Steps steps, Witness witness) {
            super(steps, witness);
        }

        @Override
        public Commit.Result commit(Commit commit) {
            List<TriggerState.Write> writes = commit.states().stream()
                    .map(w -> w.instance().isKeyed() ? w.with(current(commit.scope(), w)) : w)
                    .toList();
            return super.commit(with(commit, writes));
        }

        private TriggerState current(Scope scope, TriggerState.Write write) {
            TriggerState n = write.next();
            long version = TriggerState.orNone(state(scope, write.instance())).version() + 1;
            return new TriggerState(version, n.round(), n.members(), n.recent(), n.values(), n.fired(), n.launched());
        }
    }

    private static Commit with(Commit c, List<TriggerState.Write> states) {
        return new Commit(
                c.scope(),
                c.entry(),
                c.base(),
                c.change(),
                states,
                c.claims(),
                c.timers(),
                c.cancelledTimers(),
                c.hold(),
                c.waits());
    }

    /** Keeps one state for all keys of a trigger. */
    private static final class OneKey extends SimStore {
        OneKey(Steps steps, Witness witness) {
            super(steps, witness);
        }

        private static TriggerState.Instance one(TriggerState.Instance instance) {
            return instance.isKeyed() ? new TriggerState.Instance(instance.trigger(), "all") : instance;
        }

        @Override
        public Optional<TriggerState> state(Scope scope, TriggerState.Instance instance) {
            return super.state(scope, one(instance));
        }

        @Override
        public Commit.Result commit(Commit commit) {
            return super.commit(with(
                    commit,
                    commit.states().stream()
                            .map(w -> new TriggerState.Write(one(w.instance()), w.next(), w.keep(), w.wake()))
                            .toList()));
        }
    }

    /** Forgets which events have counted. */
    private static final class Forgetful extends SimStore {
        Forgetful(Steps steps, Witness witness) {
            super(steps, witness);
        }

        @Override
        public Optional<TriggerState> state(Scope scope, TriggerState.Instance instance) {
            return super.state(scope, instance).map(Forgetful::forgotten);
        }

        private static TriggerState forgotten(TriggerState s) {
            Map<String, Object> values = new TreeMap<>(s.values());
            values.remove("seen");
            return new TriggerState(s.version(), s.round(), s.members(), s.recent(), values, s.fired(), s.launched());
        }
    }

    /** Lets a trigger that fires once be claimed by everybody. */
    private static final class NoClaims extends SimStore {
        NoClaims(Steps steps, Witness witness) {
            super(steps, witness);
        }

        @Override
        public Commit.Result commit(Commit c) {
            return super.commit(new Commit(
                    c.scope(),
                    c.entry(),
                    c.base(),
                    c.change(),
                    c.states(),
                    List.of(),
                    c.timers(),
                    c.cancelledTimers(),
                    c.hold(),
                    c.waits()));
        }
    }
}

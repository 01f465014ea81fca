package io.triggerflow.tests.sim;

import io.triggerflow.core.model.Address;
import io.triggerflow.core.model.Commit;
import io.triggerflow.core.model.Definition;
import io.triggerflow.core.model.Entry;
import io.triggerflow.core.model.Event;
import io.triggerflow.core.model.Members;
import io.triggerflow.core.model.RunStatus;
import io.triggerflow.core.model.Scope;
import io.triggerflow.core.model.ScopeState;
import io.triggerflow.core.model.TriggerChange;
import io.triggerflow.core.model.TriggerState;
import io.triggerflow.core.port.Registry;
import io.triggerflow.core.port.Store;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The store, in memory, exactly as its contract says. One process at a time; a step that is two writes is two steps here too. */
public class SimStore implements Store, Registry {
    private static final Duration FIRST_CHECK = Duration.ofMinutes(5);

    /** What is kept of a scope. */
    public static final class Kept {
        public ScopeState root;
        public final TreeMap<String, Entry> entries = new TreeMap<>();
        /** By trigger, or trigger and key. */
        public final TreeMap<String, TriggerState> states = new TreeMap<>();
        /** When the clock means something to states. */
        final Map<TriggerState.Instance, Instant> wakes = new LinkedHashMap<>();

        public final TreeMap<String, Segments> segments = new TreeMap<>();
        public final TreeSet<String> claims = new TreeSet<>();
        public final TreeMap<String, Commit.Timer> timers = new TreeMap<>();
        public final LinkedHashMap<String, Event> held = new LinkedHashMap<>();
        public final List<TriggerChange> changes = new ArrayList<>();
        public final Set<Commit.Wait> waits = new HashSet<>();
        /** From when on the silence of entries counts, by their keys: of workspaces only. */
        final TreeMap<String, Instant> watched = new TreeMap<>();

        Instant check;
    }

    /** A segmented join. */
    public static final class Segments {
        final TreeMap<String, Members> byBatch = new TreeMap<>();
        int succeeded;
        int failed;
        int skipped;
        long resets;
        boolean fired;

        TriggerState.Summary summary() {
            return new TriggerState.Summary(new Members.Tally(succeeded, failed, skipped), resets, fired, fired);
        }

        public Members members() {
            Members all = Members.NONE;
            for (Members some : byBatch.values()) {
                all = all.plus(some);
            }
            return all;
        }

        void add(Members.Tally tally, int sign) {
            succeeded += sign * tally.succeeded();
            failed += sign * tally.failed();
            skipped += sign * tally.skipped();
        }
    }

    /** Told of each entry at the moment at which it is written. */
    public interface Witness {
        void wrote(Scope scope, Entry entry);
    }

    private record Named(String workspace, Definition.Ref ref) {}

    private final Map<Scope, Kept> scopes = new LinkedHashMap<>();
    private final Map<Named, Definition> definitions = new LinkedHashMap<>();
    private final Map<String, Definition.Ref> newest = new HashMap<>();
    private final Map<String, Parked> parked = new LinkedHashMap<>();
    private final Map<String, Address> receipts = new HashMap<>();
    /** How far each shard was passed. */
    private final Map<Integer, Place> marks = new HashMap<>();

    private final Steps between;
    private final Witness witness;

    public SimStore() {
        this(Steps.QUIET, (scope, entry) -> {});
    }

    SimStore(Steps between, Witness witness) {
        this.between = between;
        this.witness = witness;
    }

    /** What is kept, for those who judge it. */
    public Map<Scope, Kept> scopes() {
        return scopes;
    }

    public Collection<Parked> allParked() {
        return parked.values();
    }

    private Kept kept(Scope scope) {
        return scopes.computeIfAbsent(scope, s -> new Kept());
    }

    @Override
    public Map<Scope, ScopeState> load(Collection<Scope> wanted) {
        Map<Scope, ScopeState> found = new HashMap<>();
        for (Scope scope : wanted) {
            Kept kept = scopes.get(scope);
            if (kept != null && kept.root != null) {
                found.put(scope, kept.root);
            }
        }
        return found;
    }

    @Override
    public Loaded load(Collection<Scope> wanted, Collection<Entry.Ref> entries) {
        Map<Entry.Ref, Entry> found = new HashMap<>();
        entries.forEach(ref -> entry(ref.scope(), ref.key()).ifPresent(e -> found.put(ref, e)));
        return new Loaded(load(wanted), found);
    }

    @Override
    public Optional<Entry> entry(Scope scope, String key) {
        return Optional.ofNullable(kept(scope).entries.get(key));
    }

    @Override
    public Commit.Result commit(Commit commit) {
        Kept kept = kept(commit.scope());
        Optional<Commit.Result> refused = refusal(kept, commit);
        if (refused.isPresent()) {
            return refused.get();
        }
        apply(kept, commit);
        return new Commit.Result.Done();
    }

    final Optional<Commit.Result> refusal(Kept kept, Commit commit) {
        if (commit.entry().isPresent()
                && kept.entries.containsKey(commit.entry().get().key())) {
            return Optional.of(new Commit.Result.Exists(
                    kept.entries.get(commit.entry().get().key())));
        }
        for (String claim : commit.claims()) {
            if (kept.claims.contains(claim)) {
                return Optional.of(new Commit.Result.Claimed(claim));
            }
        }
        boolean needsRoot = !commit.change().isEmpty() || commit.hold().isPresent();
        if (needsRoot
                && (kept.root == null || kept.root.version() != commit.base().version())) {
            return Optional.of(new Commit.Result.Conflict());
        }
        for (TriggerState.Write write : commit.states()) {
            if (TriggerState.orNone(Optional.ofNullable(kept.states.get(name(write.instance()))))
                            .version()
                    != write.next().version() - 1) {
                return Optional.of(new Commit.Result.Conflict());
            }
        }
        return Optional.empty();
    }

    final void apply(Kept kept, Commit commit) {
        commit.entry().ifPresent(e -> kept.entries.put(e.key(), e));
        kept.claims.addAll(commit.claims());
        if (!commit.change().isEmpty()) {
            kept.root = commit.base().apply(commit.change());
            kept.changes.addAll(commit.change().triggers());
        }
        for (TriggerState.Write write : commit.states()) {
            kept.states.put(name(write.instance()), write.next());
            kept.wakes.remove(write.instance());
            write.wake().ifPresent(wake -> kept.wakes.put(write.instance(), wake));
        }
        commit.cancelledTimers().forEach(kept.timers::remove);
        commit.timers().forEach(t -> kept.timers.put(t.name(), t));
        commit.hold().ifPresent(e -> kept.held.putIfAbsent(e.key(), e));
        kept.waits.addAll(commit.waits());
        if (!commit.scope().isRun()) {
            commit.entry().ifPresent(e -> e.silentFrom().ifPresent(since -> kept.watched.put(e.key(), since)));
        }
        commit.entry().ifPresent(e -> witness.wrote(commit.scope(), e));
    }

    @Override
    public Optional<TriggerState> state(Scope scope, TriggerState.Instance instance) {
        return Optional.ofNullable(kept(scope).states.get(name(instance)));
    }

    /** Ids of triggers have no such character. */
    private static String name(TriggerState.Instance instance) {
        return instance.isKeyed() ? instance.trigger() + "#" + instance.key() : instance.trigger();
    }

    @Override
    public TriggerState.Summary append(Scope scope, String trigger, String batch, Members members) {
        Segments segments = kept(scope).segments.computeIfAbsent(trigger, t -> new Segments());
        segments.byBatch.put(batch, members);
        between.before("append.bound", true);
        segments.add(members.tally(), 1);
        return segments.summary();
    }

    @Override
    public Optional<TriggerState.Segmented> segments(Scope scope, String trigger) {
        Segments segments = kept(scope).segments.get(trigger);
        if (segments == null) {
            return Optional.empty();
        }
        TriggerState.Summary summary = segments.summary();
        between.before("segments.members", true);
        return Optional.of(new TriggerState.Segmented(summary, segments.members()));
    }

    @Override
    public void correct(Scope scope, String trigger, TriggerState.Segmented read) {
        Segments segments = kept(scope).segments.get(trigger);
        if (segments.resets == read.summary().resets()) {
            Members.Tally most = read.summary().atMost();
            Members.Tally is = read.members().tally();
            segments.add(
                    new Members.Tally(
                            Math.max(0, most.succeeded() - is.succeeded()),
                            Math.max(0, most.failed() - is.failed()),
                            Math.max(0, most.skipped() - is.skipped())),
                    -1);
            segments.resets++;
        }
    }

    @Override
    public void markLaunched(Scope scope, String trigger) {
        kept(scope).segments.computeIfAbsent(trigger, t -> new Segments()).fired = true;
    }

    @Override
    public List<TriggerChange> triggerChanges(Scope scope, long after) {
        return kept(scope).changes.stream().filter(c -> c.version() > after).toList();
    }

    @Override
    public Optional<Definition> definition(String workspace, Definition.Ref ref) {
        return Optional.ofNullable(definitions.get(new Named(workspace, ref)));
    }

    @Override
    public Optional<Definition.Ref> newest(String workspace, String workflow) {
        return Optional.ofNullable(newest.get(workspace + "|" + workflow));
    }

    @Override
    public void put(String workspace, Definition definition, Instant at) {
        definitions.put(new Named(workspace, definition.ref()), definition);
        newest.put(workspace + "|" + definition.workflow(), definition.ref());
    }

    @Override
    public Optional<ScopeState> create(ScopeState state, List<Commit.Wait> waits) {
        Kept kept = kept(state.scope());
        if (kept.root != null) {
            return Optional.of(kept.root);
        }
        kept.root = state;
        kept.waits.addAll(waits);
        kept.check = state.startedAt().plus(FIRST_CHECK);
        return Optional.empty();
    }

    @Override
    public Optional<Commit.Timer> timer(Scope scope, String name) {
        return Optional.ofNullable(kept(scope).timers.get(name));
    }

    @Override
    public List<Event> held(Scope scope) {
        return kept(scope).held.values().stream()
                .sorted(Comparator.comparing(Event::time))
                .toList();
    }

    @Override
    public void release(Scope scope, Event event) {
        kept(scope).held.remove(event.key());
    }

    @Override
    public List<Scope> waiting(String workspace, String type, String key) {
        Commit.Wait wait = new Commit.Wait(type, key);
        return scopes.entrySet().stream()
                .filter(e -> e.getKey().workspace().equals(workspace)
                        && e.getValue().waits.contains(wait))
                .map(Map.Entry::getKey)
                .toList();
    }

    @Override
    public void park(String id, Optional<Scope> scope, Object message, String reason, Instant at) {
        parked.put(id, new Parked(id, scope, message, reason, at, Errors.once(at, reason)));
    }

    @Override
    public void receipt(String requestId, Address address, Instant at) {
        receipts.put(requestId, address);
    }

    @Override
    public Optional<Address> receipt(String requestId) {
        return Optional.ofNullable(receipts.get(requestId));
    }

    @Override
    public Page<ScopeState> runs(String workspace, Optional<RunStatus> status, int limit, Optional<String> token) {
        return page(scopes.values().stream()
                .map(k -> k.root)
                .filter(r ->
                        r != null && r.scope().isRun() && r.scope().workspace().equals(workspace))
                .filter(r -> status.map(s -> s == r.status()).orElse(true))
                .toList());
    }

    private static <T> Page<T> page(List<T> all) {
        return new Page<>(all, Optional.empty());
    }

    @Override
    public Page<ScopeState> workspaces(int limit, Optional<String> token) {
        return page(scopes.values().stream()
                .map(k -> k.root)
                .filter(r -> r != null && !r.scope().isRun())
                .toList());
    }

    @Override
    public Page<Version> versions(String workspace, Optional<String> workflow, int limit, Optional<String> token) {
        return page(definitions.entrySet().stream()
                .filter(e -> e.getKey().workspace.equals(workspace)
                        && workflow.map(w -> w.equals(e.getKey().ref.workflow()))
                                .orElse(true))
                .map(e -> new Version(
                        e.getKey().ref,
                        Instant.EPOCH,
                        true,
                        e.getValue().description(),
                        e.getValue().triggers().size()))
                .toList());
    }

    @Override
    public Page<Entry> entries(Scope scope, int limit, Optional<String> token) {
        return page(List.copyOf(kept(scope).entries.values()));
    }

    @Override
    public Map<String, TriggerState> states(Scope scope) {
        Map<String, TriggerState> all = new TreeMap<>(kept(scope).states);
        all.keySet().removeIf(name -> name.contains("#"));
        kept(scope)
                .segments
                .forEach((t, s) ->
                        all.put(t, new TriggerState(1, 1, s.members(), List.of(), Map.of(), s.fired, s.fired)));
        return all;
    }

    @Override
    public Page<Keyed> states(Scope scope, String trigger, int limit, Optional<String> token) {
        String prefix = trigger + "#";
        return page(kept(scope).states.entrySet().stream()
                .filter(e -> e.getKey().startsWith(prefix))
                .map(e -> new Keyed(e.getKey().substring(prefix.length()), e.getValue()))
                .toList());
    }

    @Override
    public List<Waking> waking(Instant until, int limit) {
        List<Waking> due = new ArrayList<>();
        scopes.forEach((scope, kept) -> kept.wakes.forEach((instance, wake) -> {
            if (!wake.isAfter(until)) {
                due.add(new Waking(scope, instance, wake));
            }
        }));
        return due.stream()
                .sorted(Comparator.comparing(Waking::due))
                .limit(limit)
                .toList();
    }

    @Override
    public void letSleep(Waking waking) {
        kept(waking.scope()).wakes.remove(waking.instance(), waking.due());
    }

    @Override
    public List<Commit.Timer> timers(Scope scope) {
        return List.copyOf(kept(scope).timers.values());
    }

    @Override
    public Page<Parked> parked(Optional<String> workspace, int limit, Optional<String> token) {
        return page(List.copyOf(parked.values()));
    }

    @Override
    public void unpark(String id) {
        parked.remove(id);
    }

    @Override
    public void deleteWorkspace(String workspace) {
        scopes.keySet().removeIf(s -> s.workspace().equals(workspace));
        definitions.keySet().removeIf(n -> n.workspace.equals(workspace));
        newest.keySet().removeIf(n -> n.startsWith(workspace + "|"));
    }

    @Override
    public Set<Entry.Ref> present(Collection<Entry.Ref> keys) {
        Set<Entry.Ref> present = new HashSet<>(keys);
        present.removeIf(k -> entry(k.scope(), k.key()).isEmpty());
        return present;
    }

    /** Where an entry is looked at: in one of two shards, in the order of time. */
    private record Place(Instant since, Scope scope, String key) implements Comparable<Place> {
        int shard() {
            return key.hashCode() & 1;
        }

        static Place of(Watched watched) {
            return new Place(watched.since(), watched.scope(), watched.place());
        }

        @Override
        public int compareTo(Place other) {
            return Comparator.comparing(Place::since)
                    .thenComparing(p -> p.scope.workspace())
                    .thenComparing(Place::key)
                    .compare(this, other);
        }
    }

    @Override
    public Watch watched(Instant since, int limit) {
        List<Place> places = new ArrayList<>();
        scopes.forEach((scope, kept) -> kept.watched.forEach((key, from) -> places.add(new Place(from, scope, key))));
        List<Place> left = places.stream()
                .filter(p -> !p.since.isAfter(since)
                        && (!marks.containsKey(p.shard())
                                || marks.get(p.shard()).compareTo(p) < 0))
                .sorted()
                .toList();
        return new Watch(
                left.stream()
                        .limit(limit)
                        .map(p -> new Watched(p.scope, p.key, p.since, () -> entry(p.scope, p.key)))
                        .toList(),
                left.size() > limit);
    }

    @Override
    public void passed(List<Watched> entries) {
        entries.stream().map(Place::of).forEach(p -> marks.merge(p.shard(), p, (a, b) -> a.compareTo(b) < 0 ? b : a));
    }

    @Override
    public void watchAgain(Watched watched, Instant since) {
        kept(watched.scope()).watched.replace(watched.place(), watched.since(), since);
    }

    @Override
    public List<Scope> due(Instant now, int limit) {
        return scopes.values().stream()
                .filter(k -> k.root != null
                        && k.root.scope().isRun()
                        && !k.root.status().isFinished()
                        && !k.check.isAfter(now))
                .sorted(Comparator.comparing(k -> k.check))
                .limit(limit)
                .map(k -> k.root.scope())
                .toList();
    }

    @Override
    public void checkAgain(Scope run, Instant at) {
        kept(run).check = at;
    }
}

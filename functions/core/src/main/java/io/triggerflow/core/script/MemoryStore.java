package io.triggerflow.core.script;

import io.triggerflow.core.model.Address;
import io.triggerflow.core.model.Commit;
import io.triggerflow.core.model.Definition;
import io.triggerflow.core.model.Entry;
import io.triggerflow.core.model.Event;
import io.triggerflow.core.model.Members;
import io.triggerflow.core.model.Scope;
import io.triggerflow.core.model.ScopeState;
import io.triggerflow.core.model.TriggerChange;
import io.triggerflow.core.model.TriggerState;
import io.triggerflow.core.port.Store;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** The store of a world, as its contract says. It knows every workflow: all but the world's own are without triggers. Not thread-safe. */
final class MemoryStore implements Store {
    /** Entries of one step beyond which it is taken to have no end; thrown past the engine, which would try again. */
    static final class TooMuch extends Error {
        private static final long serialVersionUID = 1L;

        TooMuch() {
            super("Expected a step of fewer entries, but it goes on and on", null, false, false);
        }
    }

    private static final String UNKNOWN = "unknown";

    private final Supplier<Contents> contents;
    private final Optional<Definition> own;
    private int left;

    MemoryStore(Supplier<Contents> contents, Optional<Definition> own) {
        this.contents = contents;
        this.own = own;
    }

    /** How many entries may be written from now on. */
    void allow(int entries) {
        left = entries;
    }

    private Contents.Kept kept(Scope scope) {
        return contents.get().kept(scope);
    }

    @Override
    public Map<Scope, ScopeState> load(Collection<Scope> scopes) {
        Map<Scope, ScopeState> found = new HashMap<>();
        for (Scope scope : scopes) {
            Contents.Kept kept = contents.get().scopes.get(scope);
            if (kept != null && kept.root != null) {
                found.put(scope, kept.root);
            }
        }
        return found;
    }

    @Override
    public Loaded load(Collection<Scope> scopes, Collection<Entry.Ref> entries) {
        Map<Entry.Ref, Entry> found = new HashMap<>();
        entries.forEach(ref -> entry(ref.scope(), ref.key()).ifPresent(e -> found.put(ref, e)));
        return new Loaded(load(scopes), found);
    }

    @Override
    public Optional<Entry> entry(Scope scope, String key) {
        return Optional.ofNullable(kept(scope).entries.get(key));
    }

    @Override
    public Commit.Result commit(Commit commit) {
        Contents.Kept kept = kept(commit.scope());
        Optional<Commit.Result> refused = refusal(kept, commit);
        if (refused.isPresent()) {
            return refused.get();
        }
        if (--left < 0) {
            throw new TooMuch();
        }
        apply(kept, commit);
        return new Commit.Result.Done();
    }

    private static Optional<Commit.Result> refusal(Contents.Kept kept, Commit commit) {
        Optional<Entry> before = commit.entry().flatMap(e -> Optional.ofNullable(kept.entries.get(e.key())));
        if (before.isPresent()) {
            return Optional.of(new Commit.Result.Exists(before.get()));
        }
        Optional<String> claimed =
                commit.claims().stream().filter(kept.claims::contains).findFirst();
        if (claimed.isPresent()) {
            return Optional.of(new Commit.Result.Claimed(claimed.get()));
        }
        boolean needsRoot = !commit.change().isEmpty() || commit.hold().isPresent();
        boolean stale = needsRoot
                && (kept.root == null || kept.root.version() != commit.base().version());
        return stale || commit.states().stream().anyMatch(w -> isStale(kept, w))
                ? Optional.of(new Commit.Result.Conflict())
                : Optional.empty();
    }

    private static boolean isStale(Contents.Kept kept, TriggerState.Write write) {
        return TriggerState.orNone(Optional.ofNullable(kept.states.get(name(write.instance()))))
                        .version()
                != write.next().version() - 1;
    }

    private static void apply(Contents.Kept kept, Commit commit) {
        commit.entry().ifPresent(e -> kept.entries.put(e.key(), e));
        kept.claims.addAll(commit.claims());
        if (!commit.change().isEmpty()) {
            kept.root = commit.base().apply(commit.change());
            kept.changes.addAll(commit.change().triggers());
        }
        commit.states().forEach(w -> kept.states.put(name(w.instance()), w.next()));
        commit.cancelledTimers().forEach(kept.timers::remove);
        commit.timers().forEach(t -> kept.timers.put(t.name(), t));
        commit.hold().ifPresent(e -> kept.held.putIfAbsent(e.key(), e));
        kept.waits.addAll(commit.waits());
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
        Contents.Segments before = kept(scope).segments.getOrDefault(trigger, Contents.Segments.NONE);
        Contents.Segments after = new Contents.Segments(before.members().plus(members), before.fired());
        kept(scope).segments.put(trigger, after);
        return after.summary();
    }

    @Override
    public Optional<TriggerState.Segmented> segments(Scope scope, String trigger) {
        return Optional.ofNullable(kept(scope).segments.get(trigger))
                .map(s -> new TriggerState.Segmented(s.summary(), s.members()));
    }

    @Override
    public void correct(Scope scope, String trigger, TriggerState.Segmented read) {
        // The bound is the count already.
    }

    @Override
    public void markLaunched(Scope scope, String trigger) {
        Contents.Segments before = kept(scope).segments.getOrDefault(trigger, Contents.Segments.NONE);
        kept(scope).segments.put(trigger, new Contents.Segments(before.members(), true));
    }

    @Override
    public List<TriggerChange> triggerChanges(Scope scope, long after) {
        return kept(scope).changes.stream().filter(c -> c.version() > after).toList();
    }

    @Override
    public Optional<Definition> definition(String workspace, Definition.Ref ref) {
        return own.filter(d -> d.ref().equals(ref))
                .or(() -> Optional.of(new Definition(
                        ref.workflow(),
                        ref.version(),
                        "",
                        List.of(),
                        Definition.DEFAULT_MAX_TRANSITIONS,
                        Optional.empty(),
                        Definition.Announce.NONE)));
    }

    /** A child run of the world's own workflow is no more played than any other. */
    @Override
    public Optional<Definition.Ref> newest(String workspace, String workflow) {
        return Optional.of(new Definition.Ref(workflow, UNKNOWN));
    }

    @Override
    public void put(String workspace, Definition definition, Instant at) {
        throw new IllegalStateException("Expected the one workflow of this world, but got " + definition.ref());
    }

    @Override
    public Optional<ScopeState> create(ScopeState state, List<Commit.Wait> waits) {
        Contents.Kept kept = kept(state.scope());
        if (kept.root != null) {
            return Optional.of(kept.root);
        }
        kept.root = state;
        kept.waits.addAll(waits);
        state.parent().ifPresent(p -> fly(state, p.address()));
        return Optional.empty();
    }

    private void fly(ScopeState child, Address address) {
        String workflow = child.definition().map(Definition.Ref::workflow).orElse("");
        contents.get().flights.put(address.id(), new Flight(address, "", workflow, child.input(), true));
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
        return contents.get().scopes.entrySet().stream()
                .filter(e -> e.getValue().waits.contains(wait))
                .map(Map.Entry::getKey)
                .sorted(Comparator.comparing(Scope::toString))
                .toList();
    }

    @Override
    public void park(String id, Optional<Scope> scope, Object message, String reason, Instant at) {
        contents.get().parked.add(reason);
    }

    @Override
    public void receipt(String requestId, Address address, Instant at) {
        throw new IllegalStateException("Expected launches that are known by their address, but got " + requestId);
    }

    @Override
    public Optional<Address> receipt(String requestId) {
        return Optional.empty();
    }
}

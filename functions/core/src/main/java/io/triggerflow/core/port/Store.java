package io.triggerflow.core.port;

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
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Durable state. Reads are strongly consistent. Every method may throw {@link StoreException}, after which nothing, or everything, was
 * written: all writes may be repeated. Implementations are thread-safe.
 */
public interface Store {
    /**
     * The roots of these scopes; a scope that does not exist is absent from the answer.
     *
     * @throws UnreadableException naming all that cannot be read; the others can be loaded without them
     */
    Map<Scope, ScopeState> load(Collection<Scope> scopes);

    /**
     * Roots, and entries, in as few requests as can be: for decisions that need to know more of a launch than its end tells.
     *
     * @throws UnreadableException naming the roots that cannot be read. An entry that cannot is left out, as one that does not exist: whoever
     *     needs it reads it alone, and fails alone
     */
    Loaded load(Collection<Scope> scopes, Collection<Entry.Ref> entries);

    /** What was found. */
    record Loaded(Map<Scope, ScopeState> roots, Map<Entry.Ref, Entry> entries) {}

    /** The entry of this key. */
    Optional<Entry> entry(Scope scope, String key);

    /** Writes all or nothing. An identical commit that is repeated answers {@code Exists} or {@code Conflict}, and changes nothing. */
    Commit.Result commit(Commit commit);

    /** The state of a trigger that keeps it in one item, or of one of its keys. */
    Optional<TriggerState> state(Scope scope, TriggerState.Instance instance);

    /** The state of a trigger without keys that keeps it in one item. */
    default Optional<TriggerState> state(Scope scope, String trigger) {
        return state(scope, TriggerState.Instance.of(trigger));
    }

    /**
     * Adds members to a segmented join: first the segment, then the upper bound of the tallies. Idempotent in the members; the bound may
     * count a repeat twice, which {@link #correct} mends.
     *
     * @param batch names the segment; the same batch again replaces it
     */
    TriggerState.Summary append(Scope scope, String trigger, String batch, Members members);

    /** A segmented join in full; the summary is read before the members. Empty when nothing was ever appended. */
    Optional<TriggerState.Segmented> segments(Scope scope, String trigger);

    /** Lowers the upper bound of a segmented join by what was counted too often, unless somebody else corrected it since it was read. */
    void correct(Scope scope, String trigger, TriggerState.Segmented read);

    /** Remembers that a segmented join has fired and that its outbox is launched, so that later members need not look. */
    void markLaunched(Scope scope, String trigger);

    /** Changes of a scope's dynamic triggers with a version greater than the given one, in order. */
    List<TriggerChange> triggerChanges(Scope scope, long after);

    /** A definition; immutable, so that it may be cached for ever. */
    Optional<Definition> definition(String workspace, Definition.Ref ref);

    /** The newest version of a workflow. */
    Optional<Definition.Ref> newest(String workspace, String workflow);

    /** Stores a version, and makes it the newest. Idempotent. */
    void put(String workspace, Definition definition, Instant at);

    /**
     * Creates a root with its waits, only if there is none.
     *
     * @return empty when it was created; otherwise the root that was there
     */
    Optional<ScopeState> create(ScopeState state, List<Commit.Wait> waits);

    /** The armed timer of a name. */
    Optional<Commit.Timer> timer(Scope scope, String name);

    /** Events that are held for a scope, in the order of their time; those that were held first if the times are equal. */
    List<Event> held(Scope scope);

    /** Forgets a held event. Idempotent. */
    void release(Scope scope, Event event);

    /** Scopes that wait for events of a type with a key. */
    List<Scope> waiting(String workspace, String type, String key);

    /**
     * Keeps what cannot be handled, with the reason, for people: an event or the raw text of a message. Never throws away.
     *
     * @param id names it, so that a repeat replaces it
     */
    void park(String id, Optional<Scope> scope, Object message, String reason, Instant at);

    /** Remembers which launch a request is, for functions whose payload cannot carry the address. */
    void receipt(String requestId, Address address, Instant at);

    /** The launch that a request is. */
    Optional<Address> receipt(String requestId);
}

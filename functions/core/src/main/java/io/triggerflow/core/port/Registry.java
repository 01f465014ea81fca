package io.triggerflow.core.port;

import io.triggerflow.core.model.Commit;
import io.triggerflow.core.model.Definition;
import io.triggerflow.core.model.Entry;
import io.triggerflow.core.model.RunStatus;
import io.triggerflow.core.model.Scope;
import io.triggerflow.core.model.ScopeState;
import io.triggerflow.core.model.TriggerState;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** What operators and the sweeper read: lists, histories, what is due. Never on the engine's hot path. Thread-safe. */
public interface Registry {
    /**
     * A page of a list.
     *
     * @param next hands on to the following page; empty on the last
     */
    record Page<T>(List<T> items, Optional<String> next) {
        public Page {
            items = List.copyOf(items);
        }
    }

    /** A stored version of a workflow. */
    record Version(Definition.Ref ref, Instant at, boolean newest, String description, int triggers) {}

    /**
     * What could not be handled.
     *
     * @param reason why it was parked
     * @param errors what went wrong until then
     */
    record Parked(String id, Optional<Scope> scope, Object message, String reason, Instant at, Errors errors) {}

    /** How often something went wrong, as far as it was noted, and what: first and last. */
    record Errors(int times, Instant firstAt, String first, Instant lastAt, String last) {
        /** One error. */
        public static Errors once(Instant at, String error) {
            return new Errors(1, at, error, at, error);
        }
    }

    /** Runs of a workspace, the newest first. */
    Page<ScopeState> runs(String workspace, Optional<RunStatus> status, int limit, Optional<String> token);

    /** Workspaces by name. */
    Page<ScopeState> workspaces(int limit, Optional<String> token);

    /** Versions of the workflows of a workspace (all of them, or one), by name, then the newest first. */
    Page<Version> versions(String workspace, Optional<String> workflow, int limit, Optional<String> token);

    /** Entries of a scope in the order of their keys; who wants their order in time sorts by {@code at} and depth. */
    Page<Entry> entries(Scope scope, int limit, Optional<String> token);

    /** States of the scope's triggers that keep state, by trigger, but for those of keys; segmented joins in full. */
    Map<String, TriggerState> states(Scope scope);

    /** States of the keys of a trigger, in no order of any meaning: there may be any number of them. */
    Page<Keyed> states(Scope scope, String trigger, int limit, Optional<String> token);

    /** The state of a key. */
    record Keyed(String key, TriggerState state) {}

    /** A state that waits for the clock. */
    record Waking(Scope scope, TriggerState.Instance instance, Instant due) {}

    /**
     * States to which the clock meant something at an instant or before, the most overdue first, and at most so many. A moment behind, as an
     * index is.
     */
    List<Waking> waking(Instant until, int limit);

    /** Has a state wait for the clock no more: nobody wants it. Idempotent; without effect on one that was written meanwhile. */
    void letSleep(Waking waking);

    /** Armed timers of a scope. */
    List<Commit.Timer> timers(Scope scope);

    /** What was parked, the newest first. */
    Page<Parked> parked(Optional<String> workspace, int limit, Optional<String> token);

    /** Removes a parked message. Idempotent. */
    void unpark(String id);

    /** Removes a workspace that has no unfinished runs, with all that is in it: exactly its own, never one whose name begins alike. */
    void deleteWorkspace(String workspace);

    /** Those of these entries that exist. Strongly consistent; reads their keys alone, a hundred in a request. */
    Set<Entry.Ref> present(Collection<Entry.Ref> keys);

    /** Unfinished runs whose next check is due, the most overdue first; one that ended a moment ago may be among them. */
    List<Scope> due(Instant now, int limit);

    /** Sets a run's next check. Idempotent; without effect on a finished run. */
    void checkAgain(Scope run, Instant at);

    /**
     * An entry of a workspace that launched something of which it must be heard ({@link Entry#silentFrom}).
     *
     * @param scope the workspace
     * @param place where the store finds it again; of no meaning to anybody else
     * @param since from when on its silence counts
     * @param entry reads the entry, each time anew: it may be large; empty when it is gone with its workspace or its time. Throws when it
     *     cannot be read
     */
    record Watched(Scope scope, String place, Instant since, Supplier<Optional<Entry>> entry) {}

    /**
     * Entries of workspaces to look at.
     *
     * @param more whether there were more than were asked for
     */
    record Watch(List<Watched> entries, boolean more) {
        public Watch {
            entries = List.copyOf(entries);
        }
    }

    /**
     * Entries of workspaces whose silence counts from an instant or before, and that were not passed: of each of the store's shards the
     * oldest, at most about so many in all. What a run launched is not among them: {@link #due} is for runs. A moment behind, as an index
     * is: whoever passes entries must leave so much time after {@code since} that no older one can still appear.
     */
    Watch watched(Instant since, int limit);

    /**
     * Remembers that these entries, as {@link #watched} gave them, all of them, need not be looked at again. Idempotent; several at once
     * never take each other back.
     */
    void passed(List<Watched> entries);

    /**
     * Has an entry looked at again: its silence counts from this later instant, which must be after all that anybody may pass meanwhile.
     * Idempotent; without effect on an entry that is gone, or that somebody else moved.
     */
    void watchAgain(Watched watched, Instant since);
}

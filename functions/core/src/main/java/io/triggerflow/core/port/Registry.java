package io.triggerflow.core.port;

import io.triggerflow.core.model.Commit;
import io.triggerflow.core.model.Definition;
import io.triggerflow.core.model.Entry;
import io.triggerflow.core.model.RunStatus;
import io.triggerflow.core.model.Scope;
import io.triggerflow.core.model.ScopeState;
import io.triggerflow.core.model.TriggerState;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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

    /** States of the scope's triggers that keep state, by trigger; segmented joins in full. */
    Map<String, TriggerState> states(Scope scope);

    /** Armed timers of a scope. */
    List<Commit.Timer> timers(Scope scope);

    /** What was parked, the newest first. */
    Page<Parked> parked(Optional<String> workspace, int limit, Optional<String> token);

    /** Removes a parked message. Idempotent. */
    void unpark(String id);

    /** Removes a workspace that has no unfinished runs, with all that is in it: exactly its own, never one whose name begins alike. */
    void deleteWorkspace(String workspace);

    /** Unfinished runs whose next check is due, the most overdue first. */
    List<ScopeState> due(Instant now, int limit);

    /** Sets a run's next check. Idempotent; without effect on a finished run. */
    void checkAgain(Scope run, Instant at);
}

package io.triggerflow.core.model;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A change of a scope's root, committed under the condition that the root is still at the version that was decided on.
 *
 * @param context the whole new context, if it changes
 * @param triggers changes of the dynamic triggers, in order
 * @param status the new status, if it changes
 * @param endedAt when the run ended, if this ends it
 * @param output the run's output, if this ends it well
 * @param failure why the run failed, if this fails it
 */
public record ScopeChange(
        Optional<Map<String, Object>> context,
        List<TriggerChange> triggers,
        Optional<RunStatus> status,
        Optional<Instant> endedAt,
        Object output,
        Optional<Failure> failure) {
    public static final ScopeChange NONE =
            new ScopeChange(Optional.empty(), List.of(), Optional.empty(), Optional.empty(), null, Optional.empty());

    public ScopeChange {
        triggers = List.copyOf(triggers);
    }

    public boolean isEmpty() {
        return context.isEmpty() && triggers.isEmpty() && status.isEmpty();
    }

    /** Only the status. */
    public static ScopeChange status(RunStatus status) {
        return new ScopeChange(
                Optional.empty(), List.of(), Optional.of(status), Optional.empty(), null, Optional.empty());
    }

    /** The end of a run. */
    public static ScopeChange end(RunStatus status, Instant at, Object output, Optional<Failure> failure) {
        return new ScopeChange(Optional.empty(), List.of(), Optional.of(status), Optional.of(at), output, failure);
    }

    /** Only changes of triggers. */
    public static ScopeChange triggers(List<TriggerChange> changes) {
        return new ScopeChange(Optional.empty(), changes, Optional.empty(), Optional.empty(), null, Optional.empty());
    }

    public ScopeChange withContext(Map<String, Object> newContext) {
        return new ScopeChange(Optional.of(newContext), triggers, status, endedAt, output, failure);
    }

    public ScopeChange withTriggers(List<TriggerChange> changes) {
        return new ScopeChange(context, changes, status, endedAt, output, failure);
    }

    public ScopeChange withEnd(RunStatus newStatus, Instant at, Object newOutput, Optional<Failure> newFailure) {
        return new ScopeChange(context, triggers, Optional.of(newStatus), Optional.of(at), newOutput, newFailure);
    }
}

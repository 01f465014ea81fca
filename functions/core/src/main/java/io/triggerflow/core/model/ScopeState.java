package io.triggerflow.core.model;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * The root of a run (or workspace): everything that decisions share, and nothing that grows with its history.
 *
 * @param scope whose state
 * @param version grows by one with every change of this record
 * @param status where the run stands
 * @param definition which workflow version it runs; empty for a workspace
 * @param context shared values, set by actions
 * @param triggersVersion grows with every change of the scope's dynamic triggers; 0 = none were ever changed
 * @param input what the run was started with
 * @param parent the launch that started this run, if a run did
 * @param startedAt when it was started
 * @param endedAt when it ended
 * @param output what it ended with, when it succeeded
 * @param failure why it failed, when it did
 */
public record ScopeState(
        Scope scope,
        long version,
        RunStatus status,
        Optional<Definition.Ref> definition,
        Map<String, Object> context,
        long triggersVersion,
        Object input,
        Optional<Parent> parent,
        Instant startedAt,
        Optional<Instant> endedAt,
        Object output,
        Optional<Failure> failure) {

    /**
     * The launch of the parent run that started a child.
     *
     * @param address where the child's termination event goes
     */
    public record Parent(Address address) {}

    /** A workspace that was just added, or a run that was just started. */
    public static ScopeState started(
            Scope scope, Optional<Definition.Ref> definition, Object input, Optional<Parent> parent, Instant at) {
        return new ScopeState(
                scope,
                1,
                RunStatus.RUNNING,
                definition,
                Map.of(),
                0,
                input,
                parent,
                at,
                Optional.empty(),
                null,
                Optional.empty());
    }

    /** The same with a change applied; the only way in which a state changes. */
    public ScopeState apply(ScopeChange change) {
        return new ScopeState(
                scope,
                version + 1,
                change.status().orElse(status),
                definition,
                change.context().orElse(context),
                triggersVersion + change.triggers().size(),
                input,
                parent,
                startedAt,
                change.endedAt().or(() -> endedAt),
                change.status().isPresent() ? change.output() : output,
                change.failure().or(() -> failure));
    }
}

package io.triggerflow.local.iam;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What became of permissions so far. Immutable.
 *
 * @param calls distinct calls, at most 5,000
 * @param unused what templates granted and nobody used
 */
public record Permissions(List<Call> calls, List<Unused> unused) {
    /** Copies the lists. */
    public Permissions {
        calls = List.copyOf(calls);
        unused = List.copyOf(unused);
    }

    /**
     * A call, made at least once.
     *
     * @param caller a function's name, a schedule's, or a service's principal
     * @param arn as it stands in messages
     * @param refusal why not; empty when it was allowed
     */
    public record Call(String caller, String arn, Access access, Optional<String> refusal) {}

    /**
     * A part of a statement that allowed nothing.
     *
     * @param role the role's name
     * @param functions that have the role
     * @param place where it is written: file and path
     * @param actions of the statement that nobody used
     * @param resources of the statement that no used action was for; empty when no action was used
     */
    public record Unused(
            String role,
            Set<String> functions,
            String policy,
            String place,
            List<String> actions,
            List<String> resources) {
        /** Copies the collections. */
        public Unused {
            functions = Set.copyOf(functions);
            actions = List.copyOf(actions);
            resources = List.copyOf(resources);
        }
    }
}

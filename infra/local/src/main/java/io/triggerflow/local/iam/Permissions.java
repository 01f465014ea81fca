package io.triggerflow.local.iam;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What became of permissions so far. Immutable.
 *
 * @param calls distinct calls, at most 100 of an action of a caller
 * @param grants what the templates' own policies allow, element by element, without those of services that do not run here
 */
public record Permissions(List<Call> calls, List<Grant> grants) {
    /** Copies the lists. */
    public Permissions {
        calls = List.copyOf(calls);
        grants = List.copyOf(grants);
    }

    /** What was granted and not used. Resources of a statement of which no action was used go without saying. */
    public List<Grant> unused() {
        return grants.stream()
                .filter(grant -> !grant.used())
                .filter(grant -> grant.element() == Grant.Element.ACTION
                        || grants.stream()
                                .anyMatch(other -> other.used()
                                        && other.element() == Grant.Element.ACTION
                                        && other.place().equals(grant.place())
                                        && other.role().equals(grant.role())))
                .toList();
    }

    /**
     * A call, made at least once.
     *
     * @param caller a function's name, a schedule's, or a service's principal
     * @param arn as it stands in messages
     * @param source for a service by itself, the ARN of what made it call; empty for those who have a role
     * @param refusal why not; empty when it was allowed
     */
    public record Call(String caller, String arn, Optional<String> source, Access access, Optional<String> refusal) {}

    /**
     * One element of a statement that allows something.
     *
     * @param role the name of the role that has it
     * @param functions that have the role
     * @param place where it is written: file and path
     * @param pattern as it is written
     * @param used whether it allowed something
     */
    public record Grant(
            String role,
            Set<String> functions,
            String policy,
            String place,
            Element element,
            String pattern,
            boolean used) {
        /** What of a statement. */
        public enum Element {
            ACTION,
            RESOURCE
        }

        /** Copies the names. */
        public Grant {
            functions = Set.copyOf(functions);
        }
    }
}

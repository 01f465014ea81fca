package io.triggerflow.local.iam;

import java.util.List;
import java.util.Optional;

/**
 * What policies say to an access. Immutable.
 *
 * @param refusal why not, in IAM's words; empty when it is allowed
 * @param explicit whether a Deny refuses it, rather than that nothing allows it
 * @param uses the statements that allowed it, each through which of its patterns
 */
record Decision(Optional<String> refusal, boolean explicit, List<Use> uses) {
    /** A statement of a policy, and what of it matched. */
    record Use(Policy policy, Statement statement, List<String> actions, List<String> resources) {}

    Decision {
        uses = List.copyOf(uses);
    }
}

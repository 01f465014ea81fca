package io.triggerflow.local.iam;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A role with everything attached to it. Immutable.
 *
 * @param name without its path
 * @param boundary limits what the policies can allow
 * @param trust who may assume it
 */
record Role(
        String arn,
        String name,
        List<Policy> policies,
        Optional<Policy> boundary,
        Policy trust,
        Map<String, String> tags) {

    Role {
        policies = List.copyOf(policies);
        tags = Map.copyOf(tags);
    }

    /** Whether a service that runs here may assume it, beside Lambda for a function. */
    boolean isForServices() {
        return trust.statements().stream()
                .flatMap(s -> s.principals().stream())
                .flatMap(p -> p.services().stream())
                .anyMatch(s -> s.equals(Deliveries.SCHEDULER) || s.equals(Deliveries.EVENTS));
    }

    Role with(Policy policy) {
        List<Policy> more = new ArrayList<>(without(policy.name()).policies);
        more.add(policy);
        return new Role(arn, name, more, boundary, trust, tags);
    }

    /** Without what was put on it through the API under this name. */
    Role without(String policyName) {
        List<Policy> fewer = new ArrayList<>(policies);
        fewer.removeIf(p -> p.origin() == Policy.Origin.API && p.name().equals(policyName));
        return new Role(arn, name, fewer, boundary, trust, tags);
    }
}

package io.triggerflow.local.iam;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A statement of a policy, compiled. Immutable.
 *
 * @param place where it is written, for people
 * @param allows whether it allows; otherwise it denies
 * @param principals in policies of resources: whom it is about
 */
record Statement(
        String place,
        boolean allows,
        Choice actions,
        Choice resources,
        Optional<Principals> principals,
        List<Condition> conditions) {

    /**
     * Action or NotAction, Resource or NotResource.
     *
     * @param except whether all but these are meant
     */
    record Choice(List<Wildcard> patterns, boolean except) {
        static final Choice ALL = new Choice(List.of(Wildcard.text("*")), false);

        boolean includes(String value) {
            return except != patterns.stream().anyMatch(p -> p.matches(value));
        }

        /** The patterns through which it includes a value; all of them where all but these are meant. */
        List<String> through(String value) {
            return patterns.stream()
                    .filter(p -> except || p.matches(value))
                    .map(Wildcard::text)
                    .toList();
        }
    }

    /** Whether it is about this access; whom it is about is another question. */
    boolean covers(Access access, Map<String, List<String>> context) {
        return actions.includes(access.action())
                && resources.includes(access.resource())
                && conditions.stream().allMatch(c -> c.holds(context));
    }
}

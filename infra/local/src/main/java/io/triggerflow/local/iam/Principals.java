package io.triggerflow.local.iam;

import java.util.List;

/**
 * Whom a statement of a resource's policy is about. Immutable.
 *
 * @param everybody {@code "*"}, as a text or under AWS
 * @param accounts ids of accounts, as such or as the ARN of their root
 * @param identities ARNs of roles and sessions
 * @param services names such as {@code events.amazonaws.com}
 */
record Principals(boolean everybody, List<String> accounts, List<String> identities, List<String> services) {

    /** What a statement says of a caller. */
    enum Match {
        /** It is about somebody else. */
        NONE,
        /** It is about the caller's account: an Allow leaves the decision to the caller's own policies. */
        ACCOUNT,
        /** It is about the caller. */
        CALLER
    }

    Match of(Caller caller) {
        boolean named =
                switch (caller) {
                    case Caller.Session session ->
                        identities.contains(session.role().arn()) || identities.contains(session.arn());
                    case Caller.Service service -> services.contains(service.principal());
                };
        if (named || everybody) {
            return Match.CALLER;
        }
        return caller instanceof Caller.Session session && accounts.contains(session.account())
                ? Match.ACCOUNT
                : Match.NONE;
    }
}

package io.triggerflow.local.iam;

import java.util.List;

/**
 * A policy, compiled. Immutable.
 *
 * @param name as its author or AWS calls it
 */
record Policy(String name, Origin origin, List<Statement> statements) {
    /** Who wrote it. */
    enum Origin {
        /** The template's author. */
        TEMPLATE,
        /** SAM, without being asked: for event sources, destinations, logs. */
        SAM,
        /** AWS: a managed policy that the author named. */
        AWS,
        /** Somebody through IAM's API, while the runtime was running. */
        API
    }

    Policy {
        statements = List.copyOf(statements);
    }
}

package io.triggerflow.cli;

import java.util.concurrent.Callable;

/** A command: its work, and the exit status as result. Failures are exceptions; {@link Main} makes lines and statuses of them. */
abstract class Verb implements Callable<Integer> {
    private final Session session;

    Verb(Session session) {
        this.session = session;
    }

    Session session() {
        return session;
    }

    Terminal terminal() {
        return session.terminal();
    }
}

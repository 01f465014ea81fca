package io.triggerflow.core.port;

import io.triggerflow.core.model.Event;
import io.triggerflow.core.model.Launch;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Where events go. At least once: a repeat has the same source and id. Thread-safe. */
public interface EventSink {
    /** An event with where it goes and how long it is held back. */
    record Outgoing(Event event, Launch.Destination destination, Duration delay) {}

    /**
     * Sends events; returns when all of them are accepted.
     *
     * @throws StoreException when one of them was not: all may be sent again
     * @throws RefusedException when one of them never will be
     */
    void send(List<Outgoing> events);

    /** Sends an event to the engine's queue at a time, however far away. Not before it; after it by as little as can be. */
    void sendAt(Event event, Instant due, Instant now);

    /** An event that no destination will ever take: too large, no such bus or queue, not permitted. */
    final class RefusedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public RefusedException(String message) {
            super(message);
        }
    }
}

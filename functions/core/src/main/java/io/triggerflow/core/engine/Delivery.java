package io.triggerflow.core.engine;

import io.triggerflow.core.model.Event;
import java.time.Instant;
import java.util.Optional;

/**
 * One event as a queue delivered it.
 *
 * @param id names the delivery in the answer; several events of one message share it
 * @param event the event
 * @param receiveCount how often this message was received, 1 the first time. A message that comes again may be one whose handler died
 *     between commit and launch; a copy that comes for the first time never is, and must not launch anything twice
 * @param due since when it could have been handled, as far as that is known: only measured against, nothing is decided by it
 */
public record Delivery(String id, Event event, int receiveCount, Optional<Instant> due) {
    /** One of which nobody knows how long it waited. */
    public Delivery(String id, Event event, int receiveCount) {
        this(id, event, receiveCount, Optional.empty());
    }

    boolean isRedelivered() {
        return receiveCount > 1;
    }
}

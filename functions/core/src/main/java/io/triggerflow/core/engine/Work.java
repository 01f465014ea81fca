package io.triggerflow.core.engine;

import io.triggerflow.core.model.Event;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * An event in the loop, with the deliveries that depend on it: they are acknowledged only when it is done.
 *
 * @param addressed whether somebody named the workspace; an event that nobody addressed may be of no interest
 * @param held whether it was held in the store, and is to be released when it is done
 * @param redelivered whether a delivery that it depends on came before: then what was committed may not have been launched
 * @param due since when the delivery that it depends on could have been handled
 */
record Work(
        Event event,
        List<String> origins,
        boolean redelivered,
        boolean addressed,
        boolean held,
        Optional<Instant> due) {
    static Work of(Delivery delivery, Event event) {
        return new Work(
                event,
                List.of(delivery.id()),
                delivery.isRedelivered(),
                delivery.event().workspace().isPresent(),
                false,
                delivery.due());
    }

    /** An event that follows from this one. */
    Work followedBy(Event next) {
        return new Work(next, origins, redelivered, true, false, due);
    }

    /** The same as if it had been delivered before: what it finds committed may not have been launched. */
    Work again() {
        return new Work(event, origins, true, addressed, held, due);
    }

    Work held(Event event) {
        return new Work(event, origins, redelivered, true, true, due);
    }
}

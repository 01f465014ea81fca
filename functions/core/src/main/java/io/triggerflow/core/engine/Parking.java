package io.triggerflow.core.engine;

import io.triggerflow.core.model.Event;
import io.triggerflow.core.model.Ids;
import io.triggerflow.core.port.Store;
import io.triggerflow.core.route.Router;

/** Puts events aside that cannot be handled, with the reason. */
final class Parking {
    private Parking() {}

    static void park(Store store, Event event, String reason, Batch batch) {
        store.park(
                "event:" + Ids.hash(event.scope().map(Object::toString).orElse(""), event.source(), event.id()),
                event.scope(),
                Router.asJson(event),
                reason,
                batch.now);
        batch.report.count(Report.Count.PARKED, 1);
        batch.report.note("parked " + event.type() + " " + event.id() + ": " + reason);
    }
}

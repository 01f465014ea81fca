package io.triggerflow.core.decide;

import io.triggerflow.core.model.Event;
import io.triggerflow.core.model.EventTypes;
import io.triggerflow.core.model.Ids;
import io.triggerflow.core.model.ScopeState;
import java.time.Instant;
import java.util.Map;

/** The directive by which a scope's held events are looked through: sent when it is resumed or gets triggers, and by the sweeper. */
public final class Releases {
    private Releases() {}

    public static Event of(ScopeState state, Instant now) {
        String id = Ids.hash(state.scope().toString(), "release", Long.toString(state.version()), now.toString());
        return Event.ofEngine(id, EventTypes.RELEASE, "", now, null, Map.of()).addressedTo(state.scope(), 0);
    }
}

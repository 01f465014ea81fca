package io.triggerflow.core.decide;

import io.triggerflow.core.model.Event;
import io.triggerflow.core.model.EventTypes;
import io.triggerflow.core.model.Ids;
import io.triggerflow.core.model.Scope;
import io.triggerflow.core.model.ScopeState;
import java.util.Map;

/** The event with which a run starts: sent when the run is created, and again by whoever is not sure that it was. */
public final class Starts {
    private Starts() {}

    public static Event of(ScopeState state, int depth) {
        Scope run = state.scope();
        return Event.ofEngine(
                        Ids.hash(run.toString(), "started"),
                        EventTypes.RUN_STARTED,
                        run.run(),
                        state.startedAt(),
                        state.input(),
                        Map.of())
                .addressedTo(run, depth);
    }
}

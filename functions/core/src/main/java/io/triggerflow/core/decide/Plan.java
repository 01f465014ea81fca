package io.triggerflow.core.decide;

import io.triggerflow.core.model.Commit;
import io.triggerflow.core.model.Entry;
import java.util.List;

/** What an event means for a scope. */
public sealed interface Plan {
    /**
     * Something is to be written.
     *
     * @param commit what
     * @param activations triggers that keep state and are activated, once the commit is done; those in the commit's entry among them
     */
    record Write(Commit commit, List<Entry.Activation> activations) implements Plan {
        public Write {
            activations = List.copyOf(activations);
        }
    }

    /** Only triggers that keep state are activated: their own writes record the event. */
    record Activate(List<Entry.Activation> activations) implements Plan {
        public Activate {
            activations = List.copyOf(activations);
        }
    }

    /** The event changes nothing, as it should: conditions that said no. */
    record Nothing() implements Plan {}

    /**
     * The event cannot be handled.
     *
     * @param keep whether it is somebody's event that must be parked; false for late news of the engine's own
     */
    record Reject(String reason, boolean keep) implements Plan {}
}

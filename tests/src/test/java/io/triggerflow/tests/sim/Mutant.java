package io.triggerflow.tests.sim;

import io.triggerflow.core.engine.Fork;
import io.triggerflow.core.port.EventSink;
import io.triggerflow.core.port.Store;
import java.util.Optional;

/** What an engine would do that does not keep the protocol; the one that keeps it changes nothing here. */
public interface Mutant {
    /** The protocol as it is. */
    Mutant NONE = new Mutant() {};

    default SimStore store(Sim sim, SimStore.Witness witness) {
        return new SimStore(sim, witness) {
            @Override
            public io.triggerflow.core.model.Commit.Result commit(io.triggerflow.core.model.Commit commit) {
                return sim.conflict().orElseGet(() -> super.commit(commit));
            }
        };
    }

    default Store decorate(SimStore store) {
        return store;
    }

    default EventSink sink(Sim sim, EventSink sink) {
        return sink;
    }

    default int receiveCount(int receives) {
        return receives;
    }

    default boolean acknowledgesFirst() {
        return false;
    }

    default Optional<Fork> fork() {
        return Optional.empty();
    }
}

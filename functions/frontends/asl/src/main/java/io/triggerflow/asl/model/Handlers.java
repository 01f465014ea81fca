package io.triggerflow.asl.model;

import java.util.List;

/** What a state does about errors, in the order of the definition. */
public record Handlers(List<Retrier> retriers, List<Catcher> catchers) {
    public Handlers {
        retriers = List.copyOf(retriers);
        catchers = List.copyOf(catchers);
    }
}

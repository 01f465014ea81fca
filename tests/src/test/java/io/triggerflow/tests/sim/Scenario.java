package io.triggerflow.tests.sim;

import io.triggerflow.core.control.Control;
import io.triggerflow.core.decide.Extensions;
import io.triggerflow.core.model.Entry;
import io.triggerflow.core.model.Event;
import io.triggerflow.core.model.Launch;
import io.triggerflow.core.model.Scope;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/** A small world of workflows, functions and clients, and what must be true of its end. */
public interface Scenario {
    /** What a client does at a time; asked again until it is answered. */
    record Step(Instant at, Consumer<Control> what) {}

    /** A message that comes to the queue from anywhere. */
    record Raw(Instant at, Event event) {}

    String name();

    /** Messages that nobody checked. */
    default List<Raw> messages() {
        return List.of();
    }

    List<Step> steps();

    Function<Launch.Invoke, Reply> functions();

    default Extensions extensions() {
        return Extensions.NONE;
    }

    /** Called when an entry is written: for what must hold at that moment. */
    default void wrote(Sim sim, Scope scope, Entry entry) {}

    /** Called at the end: for what must hold then beside the laws; breaks a law by {@link Sim#broken}. */
    default void judge(Sim sim) {}

    /** Whether its end does not depend on order, faults or interleaving: then it is compared with the end in a kind world. */
    default boolean isDetermined() {
        return true;
    }

    /** Runs that are to wait at the end, for an event that never comes. */
    default boolean mayWait(Scope run) {
        return false;
    }
}

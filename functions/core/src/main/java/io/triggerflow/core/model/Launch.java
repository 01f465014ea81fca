package io.triggerflow.core.model;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What the outbox of an entry holds: an action with everything evaluated, to be performed after the commit, again if need be. */
public sealed interface Launch {
    /**
     * One asynchronous invocation.
     *
     * @param address which launch; its id is what a receiver recognises a repeat by
     * @param payload the function's input, without the correlation key
     */
    record Invoke(Address address, String trigger, String function, Object payload, Invocation options)
            implements Launch {}

    /**
     * One invocation an item.
     *
     * @param address the launch without an item
     * @param items the items
     * @param template the payload's template over $item, $index, $count and $with; empty: the item itself
     * @param with what the template sees as $with
     */
    record FanOut(
            Address address,
            String trigger,
            String function,
            List<Object> items,
            Optional<Object> template,
            Object with,
            Invocation options)
            implements Launch {}

    /** How a function is launched, and what follows a failure. */
    record Invocation(RetryPolicy retry, Optional<Duration> timeout, Action.Correlation correlation) {}

    /** An event for the engine's queue, a bus or another queue. */
    record Emit(Event event, Destination destination, Duration delay) implements Launch {}

    /** Where an emitted event goes. */
    sealed interface Destination {
        /** The engine's own queue: a run, a workspace, or a directive. */
        record Engine() implements Destination {}

        /** An event bus; empty: the deployment's own. */
        record Bus(Optional<String> name) implements Destination {}

        /** A queue, by URL. */
        record Queue(String url) implements Destination {}
    }

    /** An event for the engine's queue at a time that may be far away. */
    record At(Event event, Instant due) implements Launch {}

    /** Starts a child run. */
    record Start(
            Address address,
            String trigger,
            String workflow,
            Optional<String> version,
            String name,
            Object input,
            boolean detached)
            implements Launch {}

    /**
     * Hands an unaddressed event on to the runs that wait for its correlation key.
     *
     * @param event the event as it came
     * @param key the key that the event has
     */
    record Forward(Event event, String key) implements Launch {}
}

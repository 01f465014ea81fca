package io.triggerflow.core.model;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What the outbox of an entry holds: an action with everything evaluated, to be performed after the commit, again if need be. */
public sealed interface Launch {
    /**
     * From when on it is silence that nothing is heard of this launch: its time limit, or the time at which it is due, if it has one;
     * otherwise the launch itself. Empty for what is never heard of: events that are sent (but for activations that are held, of which it is
     * known whether they wait or have gone on), runs that do not report.
     *
     * @param launched when its entry was decided
     */
    default Optional<Instant> silentFrom(Instant launched) {
        return switch (this) {
            case Invoke i -> Optional.of(limit(launched, i.options()));
            case FanOut f -> f.items().isEmpty() ? Optional.empty() : Optional.of(limit(launched, f.options()));
            case At a -> Optional.of(a.due().isAfter(launched) ? a.due() : launched);
            case Start s -> s.detached() ? Optional.empty() : Optional.of(launched);
            case Emit e -> e.event().type().equals(EventTypes.PROCEED) ? Optional.of(launched) : Optional.empty();
            case Forward f -> Optional.empty();
        };
    }

    private static Instant limit(Instant launched, Invocation options) {
        return launched.plus(options.timeout().orElse(Duration.ZERO));
    }

    /** The trigger whose firing asked for it; empty for what nobody waits for. */
    default Optional<String> owner() {
        return switch (this) {
            case Invoke i -> Optional.of(i.trigger());
            case FanOut f -> Optional.of(f.trigger());
            case Start s -> Optional.of(s.trigger());
            case Emit e -> Optional.empty();
            case At a -> Optional.empty();
            case Forward f -> Optional.empty();
        };
    }

    /** What is kept in the outbox for those who hear of this launch's end; JSON. Empty: nothing. */
    default Optional<Object> kept() {
        return switch (this) {
            case Invoke i -> i.options().kept();
            case FanOut f -> f.options().kept();
            case Start s -> s.kept();
            case Emit e -> Optional.empty();
            case At a -> Optional.empty();
            case Forward f -> Optional.empty();
        };
    }

    /** The end that it has without being launched; empty: it is launched. */
    default Optional<Answer> answer() {
        return switch (this) {
            case Invoke i -> i.options().answer();
            case FanOut f -> f.options().answer();
            case Start s -> Optional.empty();
            case Emit e -> Optional.empty();
            case At a -> Optional.empty();
            case Forward f -> Optional.empty();
        };
    }

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

    /**
     * How a function is launched, and what follows its end.
     *
     * @param kept what those see who hear of its end
     * @param answer the end that the launch has, each of its attempts, without being launched: an interceptor said so
     */
    record Invocation(
            RetryPolicy retry,
            Optional<Duration> timeout,
            Action.Correlation correlation,
            Optional<Object> kept,
            Optional<Answer> answer) {
        /** Nothing is kept, and nothing answered. */
        public Invocation(RetryPolicy retry, Optional<Duration> timeout, Action.Correlation correlation) {
            this(retry, timeout, correlation, Optional.empty(), Optional.empty());
        }

        /** Nothing is answered. */
        public Invocation(
                RetryPolicy retry, Optional<Duration> timeout, Action.Correlation correlation, Optional<Object> kept) {
            this(retry, timeout, correlation, kept, Optional.empty());
        }

        public Invocation answered(Answer with) {
            return new Invocation(retry, timeout, correlation, kept, Optional.of(with));
        }
    }

    /**
     * The end of a launch that is not launched.
     *
     * @param error empty: it has succeeded
     * @param data what it gives, or the failure's message
     */
    record Answer(String error, Object data) {
        public boolean isFailure() {
            return !error.isEmpty();
        }
    }

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
            boolean detached,
            Optional<Object> kept)
            implements Launch {
        /** Nothing is kept. */
        public Start(
                Address address,
                String trigger,
                String workflow,
                Optional<String> version,
                String name,
                Object input,
                boolean detached) {
            this(address, trigger, workflow, version, name, input, detached, Optional.empty());
        }
    }

    /**
     * Hands an unaddressed event on to the runs that wait for its correlation key.
     *
     * @param event the event as it came
     * @param key the key that the event has
     */
    record Forward(Event event, String key) implements Launch {}
}

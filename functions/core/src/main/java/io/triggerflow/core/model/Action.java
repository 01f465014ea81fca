package io.triggerflow.core.model;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a firing asks for. Values that are called templates are plain Java JSON in which a text {@code "{% expression %}"} stands for
 * what the JSONata expression gives.
 */
public sealed interface Action {
    /**
     * Launches a function asynchronously; its end comes back as a termination event whose subject is {@code task}.
     *
     * @param function name or ARN, a template
     * @param payload template of the function's input; absent: the data of the event
     * @param task the subject of the termination events, a template; absent: the trigger's id
     * @param forEach absent: one launch. Present: an expression that gives a list; one launch an item, with $item and $index
     * @param with a template that is evaluated once a firing and given to each item's payload as $with (forEach only)
     * @param retry what is launched again when it fails
     * @param timeout the longest time from launch to termination event; absent: the sweeper's default
     * @param correlation how the termination event finds its launch
     * @param keep a template that is evaluated once a firing; triggers without state that hear of its end see it as $kept. It stays in the
     *     firing's entry and never travels
     */
    record Invoke(
            Object function,
            Optional<Object> payload,
            Optional<Object> task,
            Optional<Expression> forEach,
            Optional<Object> with,
            RetryPolicy retry,
            Optional<Duration> timeout,
            Correlation correlation,
            Optional<Object> keep)
            implements Action {
        /** Nothing is kept. */
        public Invoke(
                Object function,
                Optional<Object> payload,
                Optional<Object> task,
                Optional<Expression> forEach,
                Optional<Object> with,
                RetryPolicy retry,
                Optional<Duration> timeout,
                Correlation correlation) {
            this(function, payload, task, forEach, with, retry, timeout, correlation, Optional.empty());
        }
    }

    /** How a termination event finds the launch that it ends. */
    enum Correlation {
        /** A key {@code __triggerflow} in the payload, when the payload is an object; otherwise as {@link #RECEIPT}. */
        PAYLOAD,
        /** The payload stays as it is: the request's id is stored beside the launch, at the price of one write. */
        RECEIPT
    }

    /**
     * Emits an event.
     *
     * @param target to whom
     * @param type the event's type, a template
     * @param subject its subject, a template; absent: none
     * @param data its data, a template; absent: the data of the event that activated the trigger
     * @param delay how long it is held back
     */
    record Emit(Target target, Object type, Optional<Object> subject, Optional<Object> data, Duration delay)
            implements Action {}

    /** To whom an event is emitted. */
    sealed interface Target {
        /** The run (or workspace) of the trigger itself; handled in the same turn unless delayed. */
        record Own() implements Target {}

        /** A run of a workspace; templates. */
        record ToRun(Optional<Object> workspace, Object run) implements Target {}

        /** The standing triggers of a workspace; absent: the trigger's own workspace. */
        record ToWorkspace(Optional<Object> workspace) implements Target {}

        /** An EventBridge bus: a name or ARN; absent: the deployment's own bus. */
        record ToBus(Optional<Object> bus) implements Target {}

        /** An SQS queue, by URL. */
        record ToQueue(Object queue) implements Target {}
    }

    /**
     * Arms a timer of the run. A timer of the same name that is armed already is replaced.
     *
     * @param name the timer's name, a template: the subject of its {@link EventTypes#TIMER_FIRED}
     * @param when an ISO-8601 duration from now, or an instant, a template
     * @param data a template
     */
    record Schedule(Object name, Object when, Optional<Object> data) implements Action {}

    /** Disarms a timer; nothing happens when none of that name is armed. */
    record CancelTimer(Object name) implements Action {}

    /** Adds triggers to the scope: dynamic triggers. */
    record Register(List<Trigger> triggers) implements Action {
        public Register {
            triggers = List.copyOf(triggers);
        }
    }

    /** Adds interceptors to the scope; one of the same id is replaced. */
    record Intercept(List<Interceptor> interceptors) implements Action {
        public Intercept {
            interceptors = List.copyOf(interceptors);
        }
    }

    /** Retires, enables or disables triggers of the scope, or releases its interceptors, by id (templates). */
    record Switch(Operation operation, List<Object> triggers) implements Action {
        public Switch {
            triggers = List.copyOf(triggers);
        }
    }

    /** What is done to a trigger, or to an interceptor. */
    enum Operation {
        REGISTER,
        RETIRE,
        ENABLE,
        DISABLE,
        /** An interceptor is added, or replaced. */
        INTERCEPT,
        /** An interceptor is removed; what it holds goes on. */
        RELEASE
    }

    /** Sets keys of the scope's context; a null removes its key. */
    record SetContext(Map<String, Object> values) implements Action {}

    /**
     * Starts a run of a workflow; its end comes back as a termination event, as a function's would.
     *
     * @param workflow a template
     * @param version absent: the newest when the child is started
     * @param name absent: derived from the firing
     * @param input a template; absent: the data of the event
     * @param task the subject of the termination event; absent: the trigger's id
     * @param detached whether the child runs on when this run is cancelled, and reports nothing
     * @param keep as an {@link Invoke}'s
     */
    record StartRun(
            Object workflow,
            Optional<Object> version,
            Optional<Object> name,
            Optional<Object> input,
            Optional<Object> task,
            boolean detached,
            Optional<Object> keep)
            implements Action {
        /** Nothing is kept. */
        public StartRun(
                Object workflow,
                Optional<Object> version,
                Optional<Object> name,
                Optional<Object> input,
                Optional<Object> task,
                boolean detached) {
            this(workflow, version, name, input, task, detached, Optional.empty());
        }
    }

    /** Ends the run well. */
    record Complete(Optional<Object> output) implements Action {}

    /** Ends the run badly; templates. */
    record Fail(Object error, Optional<Object> message) implements Action {}

    /** An action written in Java and packaged with the deployment: a pure function to other actions. */
    record Custom(String name, Map<String, Object> arguments) implements Action {}
}

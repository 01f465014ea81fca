package io.triggerflow.asl.interpret;

import io.triggerflow.asl.model.Iteration;
import io.triggerflow.asl.model.Resource;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** What shall happen next. Performing one twice must be harmless to whoever performs it: {@link Frame#id} identifies it. */
public sealed interface Effect {

    /** Enter a state, at once. */
    record Next(Frame frame) implements Effect {}

    /** Enter the state of the frame again, at a time. */
    record Retry(Frame frame, Instant at) implements Effect {}

    /**
     * Invoke a Lambda function, then resume.
     *
     * @param function its ARN or name, with a qualifier perhaps
     * @param payload JSON text
     * @param envelope whether the result is wrapped as lambda:invoke answers, see {@link Envelope}
     * @param invocationType "RequestResponse", "Event" or "DryRun"
     * @param logs whether the end of the function's log is asked for
     */
    record InvokeFunction(
            Frame frame,
            String function,
            String qualifier,
            String payload,
            boolean envelope,
            String invocationType,
            boolean logs,
            boolean forToken,
            Limits limits)
            implements Effect {}

    /** Call a service with these arguments, then resume; with a pattern that waits, resume first with Submitted. */
    record CallService(Frame frame, Resource resource, Object arguments, Limits limits) implements Effect {}

    /** Give an activity's worker this input, then resume. */
    record RunActivity(Frame frame, String arn, String input, Limits limits) implements Effect {}

    /** A call was accepted; keep waiting for its outcome. */
    record Await(Frame frame) implements Effect {}

    /** Resume at a time. */
    record WaitUntil(Frame frame, Instant until) implements Effect {}

    /** Run all branches; resume when all ended, or when one failed. */
    record Branches(Frame frame, List<Frame> branches) implements Effect {
        public Branches {
            branches = List.copyOf(branches);
        }
    }

    /**
     * Run all items, each begun with {@link Interpreter#item}; resume when all ended or the tolerance is exceeded.
     *
     * @param concurrency how many at a time, 0: no limit
     * @param distributed whether each is an execution of its own
     * @param label of the map run, null without
     */
    record Items(
            Frame frame,
            List<Object> items,
            long concurrency,
            Tolerance tolerance,
            boolean distributed,
            boolean express,
            String label)
            implements Effect {
        public Items {
            items = Collections.unmodifiableList(new ArrayList<>(items));
        }
    }

    /**
     * Read a Map's items from S3, then resume with Read, with Listed, or with Loaded.
     *
     * @param loads whether the objects of the listing are to be read too
     */
    record ReadItems(Frame frame, Resource resource, Object arguments, boolean loads) implements Effect {}

    /**
     * Shape a Map's results, and write them to S3 if there is a resource; then resume with Written.
     *
     * @param resource null: the shaped results are the outcome
     * @param outputs in the items' order
     */
    record WriteResults(
            Frame frame,
            Resource resource,
            Object arguments,
            Iteration.Transformation transformation,
            boolean lines,
            List<Object> outputs)
            implements Effect {
        public WriteResults {
            outputs = Collections.unmodifiableList(new ArrayList<>(outputs));
        }
    }

    /** The branch, item or execution ended. */
    record End(Object output) implements Effect {}

    /** The branch, item or execution failed. Both may be null. */
    record Fail(String error, String cause) implements Effect {}

    /** @param timeoutSeconds and heartbeatSeconds: null without limit; credentials: null without */
    record Limits(Long timeoutSeconds, Long heartbeatSeconds, Object credentials) {}
}

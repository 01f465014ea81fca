package io.triggerflow.asl.interpret;

import java.time.Instant;

/**
 * What one step is given from outside.
 *
 * @param now the time
 * @param seed of random numbers and ids: the same seed gives the same ones
 * @param nextEvent the id of the first event that the step adds to its execution's history; 0 without history: causes then do
 *     not tell where in it a state was entered
 * @param token the task token of this try, for tasks with a pattern that waits; may be null otherwise
 * @param observer told of each stage of the data flow
 */
public record Turn(Execution execution, Instant now, long seed, long nextEvent, String token, Observer observer) {

    public Turn(Execution execution, Instant now, long seed, long nextEvent, String token) {
        this(execution, now, seed, nextEvent, token, Observer.NONE);
    }

    /** Hears of the data flow, for TestState's inspection. */
    public interface Observer {
        Observer NONE = (stage, value) -> {};

        /** @param stage such as "afterInputPath" */
        void stage(String stage, Object value);
    }
}

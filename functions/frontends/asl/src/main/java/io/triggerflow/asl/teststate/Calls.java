package io.triggerflow.asl.teststate;

import io.triggerflow.asl.interpret.Effect;
import io.triggerflow.asl.interpret.Outcome;

/** Performs what a Task without a mock asks for. Called at most once for each test. */
public interface Calls {
    /** Refuses everything. */
    Calls NONE = effect -> new Outcome.Failed("States.TaskFailed", "Nothing can be called here");

    Outcome perform(Effect effect);
}

package io.triggerflow.asl.interpret;

import io.triggerflow.asl.data.Queries;
import io.triggerflow.asl.data.StateFailure;
import io.triggerflow.asl.model.State;
import io.triggerflow.asl.model.StateMachine;

/**
 * The step function of the language: a pure function of its arguments. The same arguments give the same step; nothing is remembered.
 * Thread-safe.
 *
 * <p>An execution begins with {@link #enter} of {@link Frame#start}. Each {@link Step} has one {@link Effect}: a Next is entered at once, in
 * the same turn if one likes; anything else is performed, and its frame is resumed with what became of it. A branch of a Parallel or an item
 * of a Map is driven like an execution until it ends or fails; then the frame of the state around it is resumed: with Joined when all ended,
 * with Failed when one failed (Retry and Catch of that state apply then).
 */
public final class Interpreter {
    private final Queries queries;

    public Interpreter(Queries queries) {
        this.queries = queries;
    }

    /** Enters the state of a frame, for the first time or, after a {@link Effect.Retry}, again. */
    public Step enter(StateMachine machine, Frame frame, Turn turn) {
        Visit visit = new Visit(queries, machine, frame, turn);
        visit.enter();
        try {
            return switch (visit.state) {
                case State.Task task -> Tasks.enter(visit, task);
                case State.Pass pass -> Flow.pass(visit, pass);
                case State.Choice choice -> Flow.choice(visit, choice);
                case State.Wait wait -> Flow.waiting(visit, wait);
                case State.Succeed succeed -> Flow.succeed(visit);
                case State.Fail fail -> Flow.fail(visit, fail);
                case State.Parallel parallel -> Flow.parallel(visit, parallel);
                case State.Map map -> Maps.enter(visit, map);
            };
        } catch (StateFailure failure) {
            return Errors.handle(visit, failure, false);
        }
    }

    /**
     * Goes on in the state of a frame, as its last effect had it.
     *
     * @throws IllegalArgumentException for an outcome that the state did not ask for
     */
    public Step resume(StateMachine machine, Frame frame, Outcome outcome, Turn turn) {
        Visit visit = new Visit(queries, machine, frame, turn);
        try {
            return switch (visit.state) {
                case State.Task task -> Tasks.resume(visit, task, outcome);
                case State.Wait wait when outcome instanceof Outcome.Elapsed -> Flow.waited(visit);
                case State.Parallel parallel -> Flow.joined(visit, parallel, outcome);
                case State.Map map -> Maps.resume(visit, map, outcome);
                case State.Wait other -> throw misplaced(visit, outcome);
                case State.Pass other -> throw misplaced(visit, outcome);
                case State.Choice other -> throw misplaced(visit, outcome);
                case State.Succeed other -> throw misplaced(visit, outcome);
                case State.Fail other -> throw misplaced(visit, outcome);
            };
        } catch (StateFailure failure) {
            return Errors.handle(visit, failure, true);
        }
    }

    /**
     * Begins an item of a Map: the effect is a Next with the item's first frame, or a Fail of the item.
     *
     * @param frame of the Map, as in {@link Effect.Items}
     * @param value one of the items
     */
    public Step item(StateMachine machine, Frame frame, int index, Object value, Turn turn) {
        Visit visit = new Visit(queries, machine, frame, turn);
        if (visit.state instanceof State.Map map) {
            return Maps.item(visit, map, index, value);
        }
        throw new IllegalArgumentException("Expected a Map, but '" + frame.state() + "' is a " + visit.state.type());
    }

    static IllegalArgumentException misplaced(Visit visit, Outcome outcome) {
        return new IllegalArgumentException(
                "Expected an outcome for a " + visit.state.type() + ", but '" + visit.state.name()
                        + "' was resumed with " + outcome.getClass().getSimpleName());
    }
}

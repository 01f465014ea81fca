package io.triggerflow.asl.interpret;

import io.triggerflow.asl.model.Branch;
import io.triggerflow.asl.model.State;
import io.triggerflow.asl.model.StateMachine;
import java.util.List;

/** Finds in a definition what a frame means. Throws IllegalArgumentException for a frame of another definition. */
final class Scopes {
    private Scopes() {}

    static State state(StateMachine machine, Frame frame) {
        return state(branch(machine, frame.scope()), frame.state());
    }

    /** The Parallel or Map around; null for a state of the machine itself. */
    static State around(StateMachine machine, Frame frame) {
        int depth = frame.scope().size();
        return depth == 0
                ? null
                : state(
                        branch(machine, frame.scope().subList(0, depth - 1)),
                        frame.scope().getLast().state());
    }

    /** Whether the frame's scope is an execution: the machine's own, or an item's of a distributed Map. */
    static boolean isExecution(State around) {
        return around == null
                || around instanceof State.Map map && map.iteration().distributed();
    }

    private static Branch branch(StateMachine machine, List<Place> scope) {
        Branch branch = machine.branch();
        for (Place place : scope) {
            branch = switch (state(branch, place.state())) {
                case State.Parallel parallel
                when place.index() < parallel.branches().size() ->
                    parallel.branches().get(place.index());
                case State.Map map -> map.processor();
                case State other ->
                    throw new IllegalArgumentException("Expected branches in '" + other.name() + "', but it has none");
            };
        }
        return branch;
    }

    private static State state(Branch branch, String name) {
        State state = branch.states().get(name);
        if (state == null) {
            throw new IllegalArgumentException("Expected a state of the definition, but got '" + name + "': it has "
                    + branch.states().keySet());
        }
        return state;
    }
}

package io.triggerflow.asl.parse;

import io.triggerflow.asl.model.Branch;
import io.triggerflow.asl.model.State;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;

/** Checks that the states of a branch lead to each other, and that one of them ends it. */
final class Transitions {
    private Transitions() {}

    static void check(Branch branch, Fields fields) {
        if (!branch.states().containsKey(branch.startAt())) {
            missing(fields, "Missing 'StartAt' target: " + branch.startAt(), "StartAt");
            return;
        }
        boolean complete = true;
        for (State state : branch.states().values()) {
            for (BranchReader.Target target : BranchReader.targets(state)) {
                if (!branch.states().containsKey(target.state())) {
                    complete = false;
                    String kind = target.field().equals("Default") ? "Default" : "Next";
                    missing(
                            fields,
                            "Missing '" + kind + "' target: " + target.state(),
                            "States/" + state.name() + "/" + target.field());
                }
            }
        }
        Set<String> reached = reached(branch);
        for (State state : branch.states().values()) {
            if (!reached.contains(state.name())) {
                missing(fields, "State \"" + state.name() + "\" is not reachable.", "States/" + state.name());
            }
        }
        if (complete && branch.states().values().stream().noneMatch(Transitions::ends)) {
            fields.report(new Diagnostic(Diagnostic.END, "Missing 'End' state", fields.at("States")));
        }
    }

    private static void missing(Fields fields, String message, String field) {
        fields.report(new Diagnostic(Diagnostic.TARGET, message, fields.at(field)));
    }

    private static boolean ends(State state) {
        return switch (state) {
            case State.Succeed succeed -> true;
            case State.Fail fail -> true;
            case State.Choice choice -> false;
            case State.Task task -> task.common().next() == null;
            case State.Pass pass -> pass.common().next() == null;
            case State.Wait wait -> wait.common().next() == null;
            case State.Parallel parallel -> parallel.common().next() == null;
            case State.Map map -> map.common().next() == null;
        };
    }

    private static Set<String> reached(Branch branch) {
        Set<String> reached = new HashSet<>();
        Deque<String> open = new ArrayDeque<>();
        open.add(branch.startAt());
        while (!open.isEmpty()) {
            String name = open.remove();
            State state = branch.states().get(name);
            if (state != null && reached.add(name)) {
                BranchReader.targets(state).forEach(target -> open.add(target.state()));
            }
        }
        return reached;
    }
}

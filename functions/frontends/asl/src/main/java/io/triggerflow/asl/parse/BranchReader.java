package io.triggerflow.asl.parse;

import io.triggerflow.asl.data.Queries;
import io.triggerflow.asl.model.Branch;
import io.triggerflow.asl.model.MachineType;
import io.triggerflow.asl.model.QueryLanguage;
import io.triggerflow.asl.model.State;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads states with a first one, and checks that they lead to each other. */
final class BranchReader {
    private static final int MAX_DEPTH = 20;
    private static final int MAX_NAME = 80;
    private final StateReader states;
    private final Set<String> names = new HashSet<>();

    BranchReader(Queries queries, MachineType type) {
        states = new StateReader(queries, type, this);
    }

    static QueryLanguage language(Fields fields, String text) {
        for (QueryLanguage language : QueryLanguage.values()) {
            if (language.text().equals(text)) {
                return language;
            }
        }
        fields.report(
                "The field 'QueryLanguage' should have one of these values: [JSONPath, JSONata]", "QueryLanguage");
        return QueryLanguage.JSONPATH;
    }

    Branch read(Fields fields, QueryLanguage ofMachine, int depth) {
        Map<String, State> read = new LinkedHashMap<>();
        if (depth > MAX_DEPTH) {
            fields.report(new Diagnostic(Diagnostic.DEPTH, "The states are too deeply nested", fields.location()));
            return new Branch("", read);
        }
        fields.require("StartAt", "States");
        String startAt = fields.text("StartAt", "");
        Fields all = fields.object("States");
        if (all == null) {
            return new Branch(startAt, read);
        }
        if (all.all().isEmpty()) {
            fields.report("The field 'States' must not be empty", "States");
        }
        boolean known = true;
        for (Map.Entry<?, ?> entry : all.all().entrySet()) {
            State state = state(String.valueOf(entry.getKey()), all, ofMachine, depth);
            known &= state != null;
            if (state != null) {
                read.put(state.name(), state);
            }
        }
        Branch branch = new Branch(startAt, read);
        if (known && fields.has("StartAt")) {
            Transitions.check(branch, fields);
        }
        return branch;
    }

    private State state(String name, Fields all, QueryLanguage ofMachine, int depth) {
        Fields fields = all.object(name);
        if (fields == null) {
            return null;
        }
        if (name.isEmpty() || name.codePointCount(0, name.length()) > MAX_NAME) {
            fields.report(new Diagnostic(
                    Diagnostic.STATE_NAME, "State name must have 1 to " + MAX_NAME + " characters", fields.location()));
        }
        if (!names.add(name)) {
            fields.report(new Diagnostic(Diagnostic.DUPLICATE, "Duplicate State name: " + name, fields.location()));
        }
        return states.read(name, fields, ofMachine, depth);
    }

    /** Where a state can go on. */
    static List<Target> targets(State state) {
        List<Target> targets = new java.util.ArrayList<>();
        add(targets, "Next", state.common().next());
        if (state instanceof State.Choice choice) {
            for (int i = 0; i < choice.rules().size(); i++) {
                add(targets, "Choices[" + i + "]/Next", choice.rules().get(i).next());
            }
            add(targets, "Default", choice.otherwise());
        }
        if (state instanceof State.Working working) {
            for (int i = 0; i < working.handlers().catchers().size(); i++) {
                add(
                        targets,
                        "Catch[" + i + "]/Next",
                        working.handlers().catchers().get(i).next());
            }
        }
        return targets;
    }

    private static void add(List<Target> targets, String field, String state) {
        if (state != null) {
            targets.add(new Target(field, state));
        }
    }

    record Target(String field, String state) {}
}

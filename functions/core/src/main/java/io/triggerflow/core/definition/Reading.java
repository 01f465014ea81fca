package io.triggerflow.core.definition;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** What one reading of one bundle gathers. Used by one thread. */
final class Reading {
    /** Of a run, or standing in a workspace, which has no run to end. */
    enum Owner {
        RUN,
        WORKSPACE
    }

    /** Thrown when reading on would be unbounded work. */
    static final class TooLarge extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** A trigger that an action names. */
    record Reference(Cursor at, String id) {}

    private final Function<String, Optional<String>> expressionError;
    private final Map<String, Optional<String>> compiled = new HashMap<>();
    private final List<Problem> problems = new ArrayList<>();
    private int values;
    private int reported;

    final Owner owner;
    /** The ids of all triggers, those of register actions included. */
    final Set<String> ids = new HashSet<>();

    final List<Reference> references = new ArrayList<>();
    /** Whether triggers may come from elsewhere: an action in Java can register any. */
    boolean open;

    int correlated;

    Reading(Function<String, Optional<String>> expressionError, Owner owner) {
        this.expressionError = expressionError;
        this.owner = owner;
        this.open = owner == Owner.WORKSPACE;
    }

    void problem(String path, String message) {
        reported++;
        if (problems.size() < Limits.MAX_PROBLEMS) {
            problems.add(new Problem(path, message));
        }
    }

    /** How many problems there were so far, those beyond the bound included. */
    int reported() {
        return reported;
    }

    void countValue(Cursor at) {
        if (++values > Limits.MAX_VALUES) {
            at.problem("Expected at most " + Limits.MAX_VALUES
                    + " values in a bundle, but there are more (aliases count as often as they are used)");
            throw new TooLarge();
        }
    }

    Optional<String> expressionError(String source) {
        return compiled.computeIfAbsent(source, expressionError);
    }

    /** Refuses references to triggers that can never exist. */
    void checkReferences() {
        if (!open) {
            references.stream().filter(r -> !ids.contains(r.id())).forEach(r -> r.at().problem(
                            "Expected the id of a trigger of this bundle, but there is no trigger '" + r.id() + "'"
                                    + Nearest.hint(r.id(), ids)));
        }
    }

    void throwProblems() {
        if (!problems.isEmpty()) {
            throw new DefinitionException(problems);
        }
    }
}

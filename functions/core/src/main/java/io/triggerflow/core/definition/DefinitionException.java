package io.triggerflow.core.definition;

import java.util.List;
import java.util.stream.Collectors;

/** A bundle that is not valid: nothing of it was accepted. */
public final class DefinitionException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<Problem> problems;

    /** @param problems at least one, at most {@link Limits#MAX_PROBLEMS}, in the order of the bundle */
    public DefinitionException(List<Problem> problems) {
        super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
        this.problems = List.copyOf(problems);
    }

    /** What is wrong, in the order of the bundle. */
    public List<Problem> problems() {
        return problems;
    }
}

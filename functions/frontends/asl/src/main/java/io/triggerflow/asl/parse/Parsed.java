package io.triggerflow.asl.parse;

import io.triggerflow.asl.model.StateMachine;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A definition that was read.
 *
 * @param machine null when there are diagnostics
 */
public record Parsed(StateMachine machine, List<Diagnostic> diagnostics) {
    public Parsed {
        diagnostics = List.copyOf(diagnostics);
    }

    public boolean valid() {
        return diagnostics.isEmpty();
    }

    /** The message of the InvalidDefinition that CreateStateMachine answers with. */
    public String message() {
        return "Invalid State Machine Definition: '"
                + diagnostics.stream().map(Diagnostic::text).collect(Collectors.joining(", ")) + "'";
    }
}

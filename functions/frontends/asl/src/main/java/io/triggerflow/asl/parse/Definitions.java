package io.triggerflow.asl.parse;

import io.triggerflow.asl.data.Queries;
import io.triggerflow.asl.json.Json;
import io.triggerflow.asl.json.JsonException;
import io.triggerflow.asl.model.Branch;
import io.triggerflow.asl.model.MachineType;
import io.triggerflow.asl.model.QueryLanguage;
import io.triggerflow.asl.model.State;
import io.triggerflow.asl.model.StateMachine;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads definitions: the one door from text to {@link StateMachine}. Thread-safe. */
public final class Definitions {
    /** Step Functions' limit of a definition. */
    public static final int MAX_LENGTH = 1_048_576;

    private static final Set<String> MACHINE =
            Set.of("Comment", "StartAt", "States", "Version", "TimeoutSeconds", "QueryLanguage");
    private final Queries queries;

    public Definitions(Queries queries) {
        this.queries = queries;
    }

    /** The machine of a definition's text, or what is wrong with it. Never throws. */
    public Parsed parse(String text, MachineType type) {
        if (text == null || text.isBlank()) {
            return wrong(Diagnostic.EMPTY, "Missing state machine definition");
        }
        if (text.length() > MAX_LENGTH) {
            return wrong(Diagnostic.SCHEMA, "The definition can have at most " + MAX_LENGTH + " characters");
        }
        try {
            return parse(Json.parseStrictly(text), type);
        } catch (JsonException e) {
            return wrong(Diagnostic.SYNTAX, e.getMessage());
        }
    }

    /** The same of a definition that is plain Java JSON already. */
    public Parsed parse(Object definition, MachineType type) {
        if (!(definition instanceof Map<?, ?> map)) {
            return wrong(Diagnostic.SCHEMA, "The definition must be an object");
        }
        List<Diagnostic> problems = new ArrayList<>();
        Fields fields = new Fields(map, "", problems);
        fields.allow(MACHINE);
        String version = fields.text("Version", "1.0");
        if (!version.equals("1.0")) {
            fields.report("The field 'Version' should have one of these values: [1.0]", "Version");
        }
        QueryLanguage language =
                BranchReader.language(fields, fields.text("QueryLanguage", QueryLanguage.JSONPATH.text()));
        long timeout = fields.integer("TimeoutSeconds", 1, Templates.MAX_SECONDS, 0);
        Branch branch = new BranchReader(queries, type).read(fields, language, 0);
        String comment = fields.text("Comment");
        return problems.isEmpty()
                ? new Parsed(
                        new StateMachine(branch, language, timeout == 0 ? null : (int) timeout, comment, version),
                        problems)
                : new Parsed(null, problems);
    }

    /** One state alone, as TestState takes it: where it goes on is not checked. */
    public StateRead parseState(Object definition, String name, QueryLanguage language, MachineType type) {
        List<Diagnostic> problems = new ArrayList<>();
        if (!(definition instanceof Map<?, ?> map)) {
            return new StateRead(null, List.of(new Diagnostic(Diagnostic.SCHEMA, "The state must be an object", "/")));
        }
        Fields fields = new Fields(map, "", problems);
        BranchReader branches = new BranchReader(queries, type);
        State state = new StateReader(queries, type, branches).read(name, fields, language, 0);
        return new StateRead(problems.isEmpty() ? state : null, problems);
    }

    /** @param state null when there are diagnostics */
    public record StateRead(State state, List<Diagnostic> diagnostics) {}

    private static Parsed wrong(String code, String message) {
        return new Parsed(null, List.of(new Diagnostic(code, message, null)));
    }
}

package io.triggerflow.tests.asl;

import io.triggerflow.asl.data.Queries;
import io.triggerflow.asl.interpret.Interpreter;
import io.triggerflow.asl.parse.Definitions;
import io.triggerflow.asl.parse.Parsed;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Calls the interpreter directly, on a virtual clock: the language alone, without an engine. */
final class DirectDriver implements Driver {
    private final Queries queries = new Queries();
    private final Definitions definitions = new Definitions(queries);
    private final Interpreter interpreter = new Interpreter(queries);
    private final TestStateCases testState = new TestStateCases(queries);

    @Override
    public Observed run(AslCase test) throws Exception {
        if (test.testState()) {
            return testState.run(test);
        }
        Parsed parsed = definitions.parse(test.definition(), test.type());
        String status = String.valueOf(test.expected().get("status"));
        if (!parsed.valid() || status.equals("VALID") || status.equals("INVALID")) {
            return validated(parsed);
        }
        return new DirectRun(interpreter, parsed.machine(), test).run();
    }

    private static Observed validated(Parsed parsed) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("status", parsed.valid() ? "VALID" : "INVALID");
        if (!parsed.valid()) {
            fields.put("error", "InvalidDefinition");
            fields.put("message", parsed.message());
        }
        List<Object> diagnostics = new ArrayList<>();
        parsed.diagnostics().forEach(d -> {
            Map<String, Object> diagnostic = new LinkedHashMap<>();
            diagnostic.put("severity", "ERROR");
            diagnostic.put("code", d.code());
            diagnostic.put("message", d.message());
            if (d.location() != null) {
                diagnostic.put("location", d.location());
            }
            diagnostics.add(diagnostic);
        });
        Map<String, Object> response = new LinkedHashMap<>();
        response.put("result", parsed.valid() ? "OK" : "FAIL");
        response.put("diagnostics", diagnostics);
        response.put("truncated", false);
        fields.put("validate_response", response);
        return new Observed(fields, List.of());
    }
}

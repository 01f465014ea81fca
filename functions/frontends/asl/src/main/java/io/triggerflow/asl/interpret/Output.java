package io.triggerflow.asl.interpret;

import io.triggerflow.asl.data.ReferencePath;
import io.triggerflow.asl.data.Scope;
import io.triggerflow.asl.data.StateFailure;
import io.triggerflow.asl.json.Json;
import io.triggerflow.asl.model.Common;
import io.triggerflow.asl.model.State;
import io.triggerflow.asl.model.Template;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a state makes of its input and result, and where it goes on. */
final class Output {
    /** Step Functions' limit of a state's input or output, in bytes of UTF-8. */
    static final int MAX_BYTES = 262_144;

    private Output() {}

    /** What a JSONPath state works on. */
    static Object selectInput(Visit visit) {
        Object input = visit.queries.paths().select(visit.state.common().inputPath(), visit.scope());
        visit.stage("afterInputPath", input);
        return input;
    }

    /** Leaves a state that has a result: Task, Parallel, Map, and JSONPath's Pass. */
    static Step leaveWith(Visit visit, Object result, Template selector, String resultPath) {
        Common common = visit.state.common();
        Scope scope = visit.scope().withState("result", result);
        if (common.jsonata()) {
            return leave(visit, scope, common.assign(), common.output(), result, common.next());
        }
        Object selected = selector == null ? result : visit.queries.paths().fill(selector, scope.withInput(result));
        visit.stage("afterResultSelector", selected);
        Object combined = resultPath == null
                ? visit.frame().input()
                : ReferencePath.put(visit.frame().input(), resultPath, selected);
        visit.stage("afterResultPath", combined);
        return leavePaths(visit, scope.withInput(result), combined, common.assign(), common.next());
    }

    /** Leaves a state that has no result: its effective input goes on. */
    static Step leaveWithout(Visit visit, Object input) {
        Common common = visit.state.common();
        return common.jsonata()
                ? leave(visit, visit.scope(), common.assign(), common.output(), input, common.next())
                : leavePaths(visit, visit.scope().withInput(input), input, common.assign(), common.next());
    }

    /** Leaves a Choice through a rule, or its default. */
    static Step leaveChoice(Visit visit, Object input, Template assign, Template output, String next) {
        return visit.jsonata()
                ? leave(visit, visit.scope(), assign, output, input, next)
                : leavePaths(visit, visit.scope().withInput(input), input, assign, next);
    }

    /** JSONPath: variables are evaluated first, but what follows sees the old ones. */
    private static Step leavePaths(Visit visit, Scope scope, Object combined, Template assign, String next) {
        Map<String, Object> assigned = assign(visit, assign, scope);
        String path = visit.state.common().outputPath();
        Object output = visit.queries.paths().select(path, scope.withInput(combined));
        return leave(visit, output, assigned, next);
    }

    /** JSONata: Output and Assign are evaluated side by side. */
    private static Step leave(
            Visit visit, Scope scope, Template assign, Template template, Object otherwise, String next) {
        Map<String, Object> assigned = assign(visit, assign, scope);
        Object output = template == null ? otherwise : visit.queries.jsonata().fill(template, scope);
        return leave(visit, output, assigned, next);
    }

    private static Map<String, Object> assign(Visit visit, Template template, Scope scope) {
        Map<String, Object> assigned = new LinkedHashMap<>();
        if (template != null && visit.queries.fill(template, visit.jsonata(), scope) instanceof Map<?, ?> map) {
            map.forEach((k, v) -> {
                checkSize(v, visit.state.name());
                assigned.put(String.valueOf(k), v);
            });
        }
        return assigned;
    }

    /** Leaves after an error that a catcher caught. */
    static Step leaveCaught(Visit visit, Object output, Template assign, Scope scope, String next) {
        return leave(visit, output, assign(visit, assign, scope), next);
    }

    private static Step leave(Visit visit, Object output, Map<String, Object> assigned, String next) {
        checkSize(output, visit.state.name());
        Map<String, Object> details = Visit.data("output", output);
        details.put("name", visit.state.name());
        if (!assigned.isEmpty()) {
            Map<String, Object> texts = new LinkedHashMap<>();
            assigned.forEach((name, value) -> texts.put(name, Json.write(value)));
            details.put("assignedVariables", texts);
        }
        visit.event(visit.state.type() + "StateExited", details);
        if (next == null) {
            return end(visit, output);
        }
        Map<String, Object> variables = new LinkedHashMap<>(visit.frame().variables());
        variables.putAll(assigned);
        return visit.step(new Effect.Next(visit.frame().next(next, output, variables)));
    }

    private static Step end(Visit visit, Object output) {
        if (Scopes.isExecution(visit.around)) {
            visit.event("ExecutionSucceeded", Visit.data("output", output));
        } else if (visit.around instanceof State.Map) {
            visit.event("MapIterationSucceeded", visit.iteration());
        }
        return visit.step(new Effect.End(output));
    }

    static void checkSize(Object value, String who) {
        if (!Json.fits(value, MAX_BYTES)) {
            throw tooLarge(who);
        }
    }

    static StateFailure tooLarge(String who) {
        return StateFailure.plain(
                StateFailure.DATA_LIMIT,
                "The state/task '" + who
                        + "' returned a result with a size exceeding the maximum number of bytes service limit.");
    }
}

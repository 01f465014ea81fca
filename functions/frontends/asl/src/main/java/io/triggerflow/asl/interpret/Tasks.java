package io.triggerflow.asl.interpret;

import io.triggerflow.asl.data.Scope;
import io.triggerflow.asl.data.StateFailure;
import io.triggerflow.asl.json.Json;
import io.triggerflow.asl.model.Resource;
import io.triggerflow.asl.model.State;
import java.util.LinkedHashMap;
import java.util.Map;

/** The Task state. */
final class Tasks {
    private Tasks() {}

    static Step enter(Visit visit, State.Task task) {
        Object arguments = arguments(visit, task);
        Output.checkSize(arguments, task.name());
        Scope scope = visit.scope();
        Scope effective = visit.jsonata()
                ? scope
                : scope.withInput(visit.queries.paths().select(task.common().inputPath(), scope));
        Long timeout = task.timeout() == null ? null : visit.queries.seconds(task.timeout(), effective);
        Long heartbeat = task.heartbeat() == null ? null : visit.queries.seconds(task.heartbeat(), effective);
        Object credentials =
                task.credentials() == null ? null : visit.queries.fill(task.credentials(), visit.jsonata(), effective);
        Effect.Limits limits = new Effect.Limits(timeout, heartbeat, credentials);
        return switch (task.resource().kind()) {
            case FUNCTION -> function(visit, task, arguments, limits);
            case ACTIVITY -> activity(visit, task, arguments, limits);
            case SERVICE -> service(visit, task, arguments, limits);
        };
    }

    /** What Parallel and Task work on: JSONPath's Parameters or JSONata's Arguments, or the input. */
    static Object arguments(Visit visit, State.Working state) {
        if (visit.jsonata()) {
            if (state.arguments() == null) {
                return visit.frame().input();
            }
            Object arguments = visit.queries.jsonata().fill(state.arguments(), visit.scope());
            visit.stage("afterArguments", arguments);
            return arguments;
        }
        Object input = Output.selectInput(visit);
        Object arguments = state.arguments() == null
                ? input
                : visit.queries.paths().fill(state.arguments(), visit.scope().withInput(input));
        visit.stage("afterParameters", arguments);
        return arguments;
    }

    private static Step function(Visit visit, State.Task task, Object arguments, Effect.Limits limits) {
        Map<String, Object> details = Visit.data("input", arguments);
        details.put("resource", task.resource().arn());
        scheduled(visit, "LambdaFunctionScheduled", details, limits);
        visit.event("LambdaFunctionStarted");
        return visit.step(new Effect.InvokeFunction(
                visit.frame(),
                task.resource().arn(),
                null,
                Json.write(arguments),
                false,
                "RequestResponse",
                false,
                false,
                limits));
    }

    private static Step activity(Visit visit, State.Task task, Object arguments, Effect.Limits limits) {
        Map<String, Object> details = Visit.data("input", arguments);
        details.put("resource", task.resource().arn());
        scheduled(visit, "ActivityScheduled", details, limits);
        return visit.step(new Effect.RunActivity(visit.frame(), task.resource().arn(), Json.write(arguments), limits));
    }

    private static Step service(Visit visit, State.Task task, Object arguments, Effect.Limits limits) {
        if (!(arguments instanceof Map<?, ?> fields)) {
            throw unusable(arguments, "The value must be an object");
        }
        Effect effect = task.resource().invokesFunction()
                ? invocation(visit, task, fields, limits)
                : new Effect.CallService(visit.frame(), task.resource(), arguments, limits);
        Map<String, Object> details = resource(task.resource());
        details.put("region", visit.turn.execution().region());
        details.put("parameters", Json.write(arguments));
        scheduled(visit, "TaskScheduled", details, limits);
        visit.event("TaskStarted", resource(task.resource()));
        return visit.step(effect);
    }

    /** A Payload that is a text is sent as it is: JSON that was made by somebody else. */
    private static Effect invocation(Visit visit, State.Task task, Map<?, ?> fields, Effect.Limits limits) {
        if (!(fields.get("FunctionName") instanceof String name)) {
            throw unusable(fields, "The field 'FunctionName' is required but was missing");
        }
        Object payload = fields.get("Payload");
        return new Effect.InvokeFunction(
                visit.frame(),
                name,
                fields.get("Qualifier") instanceof String qualifier ? qualifier : null,
                payload == null ? "{}" : payload instanceof String text ? text : Json.write(payload),
                true,
                fields.get("InvocationType") instanceof String type ? type : "RequestResponse",
                "Tail".equals(fields.get("LogType")),
                task.resource().pattern() == Resource.Pattern.WAIT_FOR_TASK_TOKEN,
                limits);
    }

    private static StateFailure unusable(Object arguments, String why) {
        return StateFailure.runtime(
                "The Parameters '" + Json.write(arguments) + "' could not be used to start the Task: [" + why + "]");
    }

    private static void scheduled(Visit visit, String type, Map<String, Object> details, Effect.Limits limits) {
        if (limits.timeoutSeconds() != null) {
            details.put("timeoutInSeconds", limits.timeoutSeconds());
        }
        if (limits.heartbeatSeconds() != null) {
            details.put("heartbeatInSeconds", limits.heartbeatSeconds());
        }
        visit.event(type, details);
    }

    private static Map<String, Object> resource(Resource resource) {
        Map<String, Object> details = new LinkedHashMap<>();
        if (resource.kind() == Resource.Kind.SERVICE) {
            details.put("resourceType", resource.service());
            details.put("resource", resource.action() + resource.pattern().suffix());
        }
        return details;
    }

    static Step resume(Visit visit, State.Task task, Outcome outcome) {
        return switch (outcome) {
            case Outcome.Succeeded succeeded -> succeeded(visit, task, succeeded.result());
            case Outcome.Failed failed -> {
                ended(visit, task, "Failed", Errors.said(failed.error(), failed.cause()));
                yield Errors.handle(visit, StateFailure.plain(failed.error(), failed.cause()), true);
            }
            case Outcome.TimedOut timedOut -> {
                String error = timedOut.heartbeat() ? StateFailure.HEARTBEAT_TIMEOUT : StateFailure.TIMEOUT;
                ended(visit, task, "TimedOut", Errors.said(error, null));
                yield Errors.handle(visit, StateFailure.plain(error, null), true);
            }
            case Outcome.Submitted submitted -> {
                Map<String, Object> details = resource(task.resource());
                details.putAll(Visit.data("output", submitted.response()));
                visit.event("TaskSubmitted", details);
                yield visit.step(new Effect.Await(visit.frame()));
            }
            case Outcome.Elapsed other -> throw Interpreter.misplaced(visit, other);
            case Outcome.Joined other -> throw Interpreter.misplaced(visit, other);
            case Outcome.Read other -> throw Interpreter.misplaced(visit, other);
            case Outcome.Listed other -> throw Interpreter.misplaced(visit, other);
            case Outcome.Loaded other -> throw Interpreter.misplaced(visit, other);
            case Outcome.Written other -> throw Interpreter.misplaced(visit, other);
        };
    }

    private static Step succeeded(Visit visit, State.Task task, Object result) {
        String who = task.resource().kind() == Resource.Kind.SERVICE
                ? task.resource().service()
                : task.resource().arn();
        try {
            Output.checkSize(result, who);
        } catch (StateFailure failure) {
            ended(visit, task, "Failed", Errors.said(failure.error(), failure.cause()));
            throw failure;
        }
        ended(visit, task, "Succeeded", Visit.data("output", result));
        visit.stage("result", result);
        return Output.leaveWith(visit, result, task.resultSelector(), task.resultPath());
    }

    private static void ended(Visit visit, State.Task task, String how, Map<String, Object> more) {
        Map<String, Object> details = resource(task.resource());
        details.putAll(more);
        String what =
                switch (task.resource().kind()) {
                    case FUNCTION -> "LambdaFunction";
                    case ACTIVITY -> "Activity";
                    case SERVICE -> "Task";
                };
        visit.event(what + how, details);
    }
}

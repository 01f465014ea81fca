package io.triggerflow.asl.interpret;

import io.triggerflow.asl.data.Scope;
import io.triggerflow.asl.data.StateFailure;
import io.triggerflow.asl.data.Timestamps;
import io.triggerflow.asl.json.Json;
import io.triggerflow.asl.model.Branch;
import io.triggerflow.asl.model.State;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The states that call nothing, and Parallel. */
final class Flow {
    private Flow() {}

    static Step pass(Visit visit, State.Pass pass) {
        if (visit.jsonata()) {
            return Output.leaveWithout(visit, visit.frame().input());
        }
        Object result;
        if (pass.hasResult()) {
            result = pass.result();
            visit.stage("result", result);
        } else {
            Object input = Output.selectInput(visit);
            result = pass.arguments() == null
                    ? input
                    : visit.queries.paths().fill(pass.arguments(), visit.scope().withInput(input));
            visit.stage("afterParameters", result);
        }
        return Output.leaveWith(visit, result, null, pass.resultPath());
    }

    static Step choice(Visit visit, State.Choice choice) {
        Object input = input(visit);
        Scope scope = visit.scope().withInput(input);
        for (int i = 0; i < choice.rules().size(); i++) {
            State.Rule rule = choice.rules().get(i);
            if (holds(visit, rule, i, scope)) {
                return Output.leaveChoice(visit, input, rule.assign(), rule.output(), rule.next());
            }
        }
        if (choice.otherwise() == null) {
            throw StateFailure.runtime(
                    "Failed to transition out of the state. The state does not point to a next state.");
        }
        return Output.leaveChoice(
                visit, input, choice.common().assign(), choice.common().output(), choice.otherwise());
    }

    private static boolean holds(Visit visit, State.Rule rule, int index, Scope scope) {
        if (rule.test() != null) {
            return visit.queries.choices().holds(rule.test(), scope);
        }
        if (rule.condition() instanceof String source) {
            String field = "Choices[" + index + "]/Condition";
            return (Boolean) visit.queries.jsonata().evaluate(source, field, scope, "boolean");
        }
        return Boolean.TRUE.equals(rule.condition());
    }

    private static Object input(Visit visit) {
        return visit.jsonata() ? visit.frame().input() : Output.selectInput(visit);
    }

    static Step succeed(Visit visit) {
        return Output.leaveWithout(visit, input(visit));
    }

    static Step fail(Visit visit, State.Fail fail) {
        Object input = input(visit);
        Scope scope = visit.scope().withInput(input);
        String error = fail.error() == null ? null : visit.queries.said(fail.error(), scope);
        String cause = fail.cause() == null ? null : visit.queries.said(fail.cause(), scope);
        return Errors.fail(visit, error, cause);
    }

    /** A time that has passed already is not waited for. */
    static Step waiting(Visit visit, State.Wait wait) {
        Object input = input(visit);
        Instant until = until(visit, wait.until(), visit.scope().withInput(input));
        return until.isAfter(visit.turn.now())
                ? visit.step(new Effect.WaitUntil(visit.frame(), until))
                : Output.leaveWithout(visit, input);
    }

    static Step waited(Visit visit) {
        return Output.leaveWithout(visit, input(visit));
    }

    private static Instant until(Visit visit, State.Until until, Scope scope) {
        return switch (until) {
            case State.Until.Seconds seconds ->
                visit.turn.now().plusSeconds(visit.queries.seconds(seconds.quantity(), scope));
            case State.Until.Timestamp timestamp -> timestamp(visit, timestamp, scope);
        };
    }

    private static Instant timestamp(Visit visit, State.Until.Timestamp timestamp, Scope scope) {
        return switch (timestamp.source()) {
            case LITERAL -> Timestamps.parse(timestamp.value()).orElseThrow();
            case PATH -> {
                Object value = visit.queries.paths().evaluate(timestamp.value(), "TimestampPath", scope);
                yield Timestamps.parse(value)
                        .orElseThrow(() -> StateFailure.runtime("The TimestampPath parameter does not reference a valid"
                                + " ISO-8601 extended offset date-time format string: " + timestamp.value() + " == "
                                + (value instanceof String text ? text : Json.write(value))));
            }
            case EXPRESSION -> {
                Object value = visit.queries.jsonata().evaluate(timestamp.value(), "Timestamp", scope, "string");
                yield Timestamps.parse(value)
                        .orElseThrow(() -> StateFailure.evaluation(
                                "The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format"
                                        + " string: " + value,
                                "Timestamp"));
            }
        };
    }

    static Step parallel(Visit visit, State.Parallel parallel) {
        Object input = Tasks.arguments(visit, parallel);
        Output.checkSize(input, parallel.name());
        visit.event("ParallelStateStarted");
        List<Frame> frames = new ArrayList<>();
        for (Branch branch : parallel.branches()) {
            frames.add(visit.frame()
                    .inner(
                            branch.startAt(),
                            frames.size(),
                            input,
                            visit.frame().variables(),
                            visit.frame().item()));
        }
        return visit.step(new Effect.Branches(visit.frame(), frames));
    }

    static Step joined(Visit visit, State.Parallel parallel, Outcome outcome) {
        return switch (outcome) {
            case Outcome.Joined joined -> {
                visit.event("ParallelStateSucceeded");
                yield Output.leaveWith(visit, joined.outputs(), parallel.resultSelector(), parallel.resultPath());
            }
            case Outcome.Failed failed ->
                Errors.handle(visit, StateFailure.plain(failed.error(), failed.cause()), true);
            case Outcome.Succeeded other -> throw Interpreter.misplaced(visit, other);
            case Outcome.TimedOut other -> throw Interpreter.misplaced(visit, other);
            case Outcome.Submitted other -> throw Interpreter.misplaced(visit, other);
            case Outcome.Elapsed other -> throw Interpreter.misplaced(visit, other);
            case Outcome.Read other -> throw Interpreter.misplaced(visit, other);
            case Outcome.Listed other -> throw Interpreter.misplaced(visit, other);
            case Outcome.Loaded other -> throw Interpreter.misplaced(visit, other);
            case Outcome.Written other -> throw Interpreter.misplaced(visit, other);
        };
    }
}

package io.triggerflow.asl.interpret;

import io.triggerflow.asl.data.ReferencePath;
import io.triggerflow.asl.data.Scope;
import io.triggerflow.asl.data.StateFailure;
import io.triggerflow.asl.model.Catcher;
import io.triggerflow.asl.model.Retrier;
import io.triggerflow.asl.model.State;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a state does about an error: try again, go on elsewhere, or fail what is around it. */
final class Errors {
    private Errors() {}

    /** Whether a list of error names covers an error. */
    static boolean covers(List<String> names, String error) {
        return names.stream().anyMatch(name -> covers(name, error));
    }

    private static boolean covers(String name, String error) {
        return switch (name) {
            case StateFailure.ALL -> !StateFailure.RUNTIME.equals(error);
            case StateFailure.TASK_FAILED -> !StateFailure.RUNTIME.equals(error) && !StateFailure.TIMEOUT.equals(error);
            case StateFailure.TIMEOUT ->
                StateFailure.TIMEOUT.equals(error) || StateFailure.HEARTBEAT_TIMEOUT.equals(error);
            default -> name.equals(error);
        };
    }

    /** @param begun whether the branches or items of the state had begun */
    static Step handle(Visit visit, StateFailure failure, boolean begun) {
        String cause = visit.turn.nextEvent() == 0
                ? failure.cause()
                : failure.cause(visit.state.name(), visit.frame().enteredEvent());
        visit.stage("error", failure.error());
        visit.stage("cause", cause);
        if (failure.location() != null) {
            visit.event("EvaluationFailed", evaluation(visit, failure, cause));
        }
        if (!(visit.state instanceof State.Working working)) {
            return fail(visit, failure.error(), cause);
        }
        List<Retrier> retriers = working.handlers().retriers();
        for (int i = 0; i < retriers.size(); i++) {
            if (covers(retriers.get(i).errorEquals(), failure.error())) {
                visit.stage("retryIndex", i);
                if (visit.frame().retried(i) < retriers.get(i).maxAttempts()) {
                    return retry(visit, retriers.get(i), i, retriers.size());
                }
                break;
            }
        }
        if (begun || failure.location() != null) {
            stateFailed(visit, failure, cause);
        }
        for (int i = 0; i < working.handlers().catchers().size(); i++) {
            Catcher catcher = working.handlers().catchers().get(i);
            if (covers(catcher.errorEquals(), failure.error())) {
                visit.stage("catchIndex", i);
                return caught(visit, catcher, failure.error(), cause);
            }
        }
        return fail(visit, failure.error(), cause);
    }

    private static void stateFailed(Visit visit, StateFailure failure, String cause) {
        if (visit.state instanceof State.Map map) {
            if (map.iteration().distributed() && failure.location() == null) {
                visit.event("MapRunFailed", said(failure.error(), cause));
            }
            visit.event("MapStateFailed");
        } else if (visit.state instanceof State.Parallel) {
            visit.event("ParallelStateFailed");
        }
    }

    private static Step retry(Visit visit, Retrier retrier, int index, int count) {
        double delay = retrier.delay(visit.frame().retried(index));
        visit.stage("retryBackoffIntervalSeconds", (long) delay);
        double drawn = retrier.fullJitter() ? delay * visit.chance().nextDouble() : delay;
        Instant at = visit.turn.now().plusMillis(Math.round(drawn * 1000));
        return visit.step(new Effect.Retry(visit.frame().retry(index, count), at));
    }

    private static Step caught(Visit visit, Catcher catcher, String error, String cause) {
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("Error", error);
        told.put("Cause", cause == null ? "" : cause);
        Scope scope = visit.scope().withState("errorOutput", told);
        try {
            if (visit.jsonata()) {
                Object output = catcher.output() == null
                        ? told
                        : visit.queries.jsonata().fill(catcher.output(), scope);
                return Output.leaveCaught(visit, output, catcher.assign(), scope, catcher.next());
            }
            Object output = catcher.resultPath() == null
                    ? visit.frame().input()
                    : ReferencePath.put(visit.frame().input(), catcher.resultPath(), told);
            return Output.leaveCaught(visit, output, catcher.assign(), scope.withInput(told), catcher.next());
        } catch (StateFailure failure) {
            String why = visit.turn.nextEvent() == 0
                    ? failure.cause()
                    : failure.cause(visit.state.name(), visit.frame().enteredEvent());
            if (failure.location() != null) {
                visit.event("EvaluationFailed", evaluation(visit, failure, why));
            }
            return fail(visit, failure.error(), why);
        }
    }

    static Step fail(Visit visit, String error, String cause) {
        if (Scopes.isExecution(visit.around)) {
            visit.event("ExecutionFailed", said(error, cause));
        } else if (visit.around instanceof State.Map) {
            visit.event("MapIterationFailed", visit.iteration());
        }
        return visit.step(new Effect.Fail(error, cause));
    }

    static Map<String, Object> evaluation(Visit visit, StateFailure failure, String cause) {
        Map<String, Object> details = said(failure.error(), cause);
        details.put("location", failure.location());
        details.put("state", visit.state.name());
        return details;
    }

    static Map<String, Object> said(String error, String cause) {
        Map<String, Object> details = new LinkedHashMap<>();
        if (error != null) {
            details.put("error", error);
        }
        if (cause != null) {
            details.put("cause", cause);
        }
        return details;
    }
}

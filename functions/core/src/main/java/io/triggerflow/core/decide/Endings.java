package io.triggerflow.core.decide;

import io.triggerflow.core.expression.ExpressionException;
import io.triggerflow.core.model.Address;
import io.triggerflow.core.model.Definition;
import io.triggerflow.core.model.Event;
import io.triggerflow.core.model.EventTypes;
import io.triggerflow.core.model.Failure;
import io.triggerflow.core.model.Ids;
import io.triggerflow.core.model.Launch;
import io.triggerflow.core.model.RunStatus;
import io.triggerflow.core.model.Scope;
import io.triggerflow.core.model.ScopeState;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Ends runs: the root's last change, and who is told. */
final class Endings {
    /** Ends the turn's run; what was asked for before stays asked for. Throws {@link ExpressionException} for a workspace, which has no end. */
    void end(Turn turn, RunStatus status, Object output, Optional<Failure> failure) {
        ScopeState state = turn.before.state();
        if (!state.scope().isRun()) {
            throw new ExpressionException(
                    "Expected complete and fail in a run's triggers only, but '" + state.scope() + "' is a workspace");
        }
        turn.end(status, output, failure);
        turn.changed(status.name().toLowerCase(java.util.Locale.ROOT));
        state.parent().ifPresent(p -> turn.outbox.add(toParent(turn, p.address(), status, output, failure)));
        turn.before.definition().ifPresent(d -> announce(turn, d, status, output, failure));
        if (status != RunStatus.SUCCEEDED) {
            Event cancel = Event.ofEngine(
                    Ids.hash(state.scope().toString(), "cancel children"),
                    EventTypes.CANCEL_CHILDREN,
                    "",
                    turn.now,
                    null,
                    Map.of());
            turn.outbox.add(new Launch.Emit(
                    cancel.addressedTo(state.scope(), turn.event.depth() + 1),
                    new Launch.Destination.Engine(),
                    Duration.ZERO));
        }
    }

    private static Launch toParent(
            Turn turn, Address address, RunStatus status, Object output, Optional<Failure> failure) {
        boolean succeeded = status == RunStatus.SUCCEEDED;
        String type = succeeded ? EventTypes.TASK_SUCCEEDED : EventTypes.TASK_FAILED;
        Object data = succeeded ? output : childFailure(turn, status, failure).toJson();
        Event event = Event.ofEngine(address.id(), type, address.task(), turn.now, data, address.toExtensions());
        return new Launch.Emit(event, new Launch.Destination.Engine(), Duration.ZERO);
    }

    private static Failure childFailure(Turn turn, RunStatus status, Optional<Failure> failure) {
        String error = failure.map(Failure::error)
                .orElse(status == RunStatus.CANCELLED ? Failure.CANCELLED : Failure.TIMED_OUT);
        return new Failure(
                error,
                "The run '" + turn.before.state().scope().run() + "' ended: " + status,
                turn.before.state().scope().toString(),
                failure);
    }

    private static void announce(
            Turn turn, Definition definition, RunStatus status, Object output, Optional<Failure> failure) {
        Scope scope = turn.before.state().scope();
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("workspace", scope.workspace());
        data.put("run", scope.run());
        data.put("workflow", definition.workflow());
        data.put("version", definition.version());
        data.put("status", status.name());
        data.put("output", output);
        failure.ifPresent(f -> data.put("failure", f.toJson()));
        String type =
                switch (status) {
                    case SUCCEEDED -> EventTypes.RUN_SUCCEEDED;
                    case CANCELLED -> EventTypes.RUN_CANCELLED;
                    case FAILED, TIMED_OUT, RUNNING, PAUSED -> EventTypes.RUN_FAILED;
                };
        Event event = Event.ofEngine(Ids.hash(scope.toString(), "ended"), type, scope.run(), turn.now, data, Map.of());
        switch (definition.announce()) {
            case NONE -> {}
            case WORKSPACE ->
                turn.outbox.add(new Launch.Emit(
                        event.addressedTo(scope.ofWorkspace(), turn.event.depth() + 1),
                        new Launch.Destination.Engine(),
                        Duration.ZERO));
            case BUS ->
                turn.outbox.add(new Launch.Emit(event, new Launch.Destination.Bus(Optional.empty()), Duration.ZERO));
        }
    }
}

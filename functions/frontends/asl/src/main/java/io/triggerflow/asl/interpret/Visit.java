package io.triggerflow.asl.interpret;

import io.triggerflow.asl.data.Chance;
import io.triggerflow.asl.data.Queries;
import io.triggerflow.asl.data.Scope;
import io.triggerflow.asl.json.Json;
import io.triggerflow.asl.model.State;
import io.triggerflow.asl.model.StateMachine;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One step in the making: the state, what it sees, and the events so far. Not thread-safe. */
final class Visit {
    final Queries queries;
    final Turn turn;
    final State state;
    final State around;
    private final List<HistoryEvent> events = new ArrayList<>();
    private final Chance chance;
    private Frame frame;

    Visit(Queries queries, StateMachine machine, Frame frame, Turn turn) {
        this.queries = queries;
        this.turn = turn;
        this.frame = frame;
        this.state = Scopes.state(machine, frame);
        this.around = Scopes.around(machine, frame);
        this.chance = new Chance(turn.seed() ^ frame.id().hashCode() * 0x9E3779B97F4A7C15L);
    }

    Frame frame() {
        return frame;
    }

    Chance chance() {
        return chance;
    }

    boolean jsonata() {
        return state.common().jsonata();
    }

    void event(String type, Map<String, Object> details) {
        events.add(new HistoryEvent(type, details));
    }

    void event(String type) {
        event(type, Map.of());
    }

    Step step(Effect effect) {
        return new Step(events, effect);
    }

    void stage(String stage, Object value) {
        turn.observer().stage(stage, value);
    }

    /** Notes the entry, with what begins before it. */
    void enter() {
        if (frame.attempt() > 0) {
            return;
        }
        if (frame.step() == 0) {
            begin();
        }
        frame = frame.enter(turn.now(), turn.nextEvent() + events.size());
        Map<String, Object> details = data("input", frame.input());
        details.put("name", state.name());
        event(state.type() + "StateEntered", details);
    }

    private void begin() {
        if (Scopes.isExecution(around)) {
            Map<String, Object> details = data("input", turn.execution().input());
            details.put("roleArn", turn.execution().roleArn());
            event("ExecutionStarted", details);
        } else if (around instanceof State.Map) {
            event("MapIterationStarted", iteration());
        }
    }

    Map<String, Object> iteration() {
        Place place = frame.scope().getLast();
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("name", place.state());
        details.put("index", place.index());
        return details;
    }

    /** Details with data in them, as text, and that it is whole. */
    static Map<String, Object> data(String field, Object value) {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put(field, Json.write(value));
        details.put(field + "Details", Map.of("truncated", false));
        return details;
    }

    /** What the state's expressions see, <code>$</code> being its raw input. */
    Scope scope() {
        return Scope.of(frame.input(), context(), frame.variables(), turn.now(), chance);
    }

    /** The context object of this state. */
    Map<String, Object> context() {
        Map<String, Object> context = new LinkedHashMap<>(turn.execution().context());
        if (turn.execution().complete()) {
            return context;
        }
        Map<String, Object> own = new LinkedHashMap<>();
        own.put("Name", state.name());
        own.put("EnteredTime", Times.text(frame.entered() == null ? turn.now() : frame.entered()));
        if (state instanceof State.Working) {
            own.put("RetryCount", frame.attempt());
        }
        context.put("State", own);
        if (frame.item() != null) {
            context.put("Map", item(frame.item().index(), frame.item().value()));
        }
        if (turn.token() != null
                && state instanceof State.Task task
                && task.resource().waits()) {
            context.put("Task", Map.of("Token", turn.token()));
        }
        return context;
    }

    static Map<String, Object> item(int index, Object value) {
        Map<String, Object> item = new LinkedHashMap<>();
        item.put("Index", index);
        item.put("Value", value);
        return Map.of("Item", item);
    }
}

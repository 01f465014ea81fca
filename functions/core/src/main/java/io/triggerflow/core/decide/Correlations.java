package io.triggerflow.core.decide;

import io.triggerflow.core.expression.Expressions;
import io.triggerflow.core.expression.Variables;
import io.triggerflow.core.model.Action;
import io.triggerflow.core.model.Condition;
import io.triggerflow.core.model.Event;
import io.triggerflow.core.model.EventPattern;
import io.triggerflow.core.model.Expression;
import io.triggerflow.core.model.Ids;
import io.triggerflow.core.model.Launch;
import io.triggerflow.core.model.Trigger;
import io.triggerflow.core.route.Router;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How an event that names no run finds the runs that wait for it: a workflow with correlated triggers brings along standing triggers of
 * its workspace, one for each (event type, key expression), which hand the event on to whoever waits for its key. So an event costs a
 * look-up by key, however many runs wait.
 */
public final class Correlations {
    /** The reserved action of those standing triggers. */
    static final String ACTION = "triggerflow.correlate";

    private Correlations() {}

    /** The standing triggers that a workflow's correlated triggers need in their workspace. Idempotent: equal needs have equal ids. */
    public static List<Trigger> forwarders(List<Trigger> triggers) {
        Map<String, Trigger> byId = new LinkedHashMap<>();
        for (Trigger trigger : triggers) {
            trigger.correlate().ifPresent(c -> types(trigger).forEach(type -> add(byId, type, c.eventKey())));
        }
        return List.copyOf(byId.values());
    }

    private static void add(Map<String, Trigger> byId, String type, Expression key) {
        String id = "correlate:" + Ids.hash(type, key.source());
        Action forward = new Action.Custom(ACTION, Map.of("key", key.source()));
        byId.put(
                id,
                new Trigger(
                        id,
                        List.of(new EventPattern.Exact(type, Optional.empty())),
                        new Condition.Always(),
                        List.of(forward),
                        List.of(),
                        false,
                        true,
                        Optional.empty(),
                        Optional.empty()));
    }

    /** The exact types for which a correlated trigger waits. */
    static List<String> types(Trigger trigger) {
        return trigger.on().stream()
                .flatMap(p -> p instanceof EventPattern.Exact e
                        ? java.util.stream.Stream.of(e.type())
                        : java.util.stream.Stream.empty())
                .distinct()
                .toList();
    }

    static void forward(Expressions expressions, Turn turn, Event event, Map<String, Object> arguments) {
        Variables variables = Variables.NONE.with("event", Router.asJson(event));
        Object key = expressions.evaluate(new Expression(String.valueOf(arguments.get("key"))), variables, turn.now);
        if (key == null || key instanceof Map || key instanceof List) {
            turn.notes.add("no correlation key");
            return;
        }
        turn.outbox.add(new Launch.Forward(event, key.toString()));
    }
}

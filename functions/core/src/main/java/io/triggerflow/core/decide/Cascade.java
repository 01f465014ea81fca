package io.triggerflow.core.decide;

import io.triggerflow.core.decide.Interception.Passed;
import io.triggerflow.core.expression.ExpressionException;
import io.triggerflow.core.expression.Expressions;
import io.triggerflow.core.expression.Variables;
import io.triggerflow.core.model.Action;
import io.triggerflow.core.model.Condition;
import io.triggerflow.core.model.Deadline;
import io.triggerflow.core.model.Entry;
import io.triggerflow.core.model.Event;
import io.triggerflow.core.model.EventTypes;
import io.triggerflow.core.model.Failure;
import io.triggerflow.core.model.Ids;
import io.triggerflow.core.model.Interceptor;
import io.triggerflow.core.model.Interceptor.Point;
import io.triggerflow.core.model.RunStatus;
import io.triggerflow.core.model.Trigger;
import io.triggerflow.core.route.Router;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** What follows from an event among the triggers of a turn: who is activated, who fires, and what their firings emit to one another. */
final class Cascade {
    private final Expressions expressions;
    private final Actions actions;
    private final Endings endings;
    private final Interception interception;
    private final Launching launching;

    Cascade(Expressions expressions, Actions actions, Endings endings) {
        this.expressions = expressions;
        this.actions = actions;
        this.endings = endings;
        this.interception = new Interception(expressions, actions, this::failureRoute);
        this.launching = new Launching(expressions);
    }

    static Failure tooDeep(Turn turn, Event event) {
        String message =
                "Expected a run of at most " + turn.view.maxTransitions() + " transitions in a row, but there are more";
        return Failure.of(Failure.MAX_TRANSITIONS, message, event.type() + " " + event.subject());
    }

    /** Fires what an event activates, and what follows within the turn. Answers whether any trigger wanted the event. */
    boolean run(Turn turn, Event event) {
        boolean wanted = react(turn, event);
        drain(turn);
        return wanted;
    }

    /** Decides the events that firings emitted to their own scope, until none is left or the run has ended. */
    void drain(Turn turn) {
        while (!turn.internal.isEmpty() && !turn.isEnded()) {
            Event next = turn.internal.poll();
            if (next.depth() > turn.view.maxTransitions()) {
                endBadly(turn, tooDeep(turn, next));
            } else {
                react(turn, next);
            }
        }
    }

    private boolean react(Turn turn, Event event) {
        List<Trigger> matching = turn.view.triggers().match(event);
        for (Trigger trigger : matching) {
            if (turn.isEnded()) {
                return true;
            }
            activate(turn, trigger, event, Passed.NONE);
        }
        return !matching.isEmpty();
    }

    /** A trigger is activated, or an activation goes on that an interceptor held before the condition. */
    void activate(Turn turn, Trigger trigger, Event event, Passed passed) {
        interception
                .ask(turn, trigger, Point.BEFORE_CONDITION, event, Variables.NONE, passed)
                .ifPresent(asked -> examine(turn, trigger, asked.event()));
    }

    private void examine(Turn turn, Trigger trigger, Event event) {
        if (trigger.isStateful()) {
            interception
                    .insteadOfCondition(turn, trigger, event)
                    .ifPresentOrElse(
                            holds -> decided(turn, trigger, event, Variables.NONE, holds, Passed.NONE),
                            () -> turn.activations.add(new Entry.Activation(trigger.id(), event)));
        } else if (!trigger.needsClaim()) {
            consider(turn, trigger, event);
        } else if (!turn.claimed.contains(trigger.id()) && !turn.claims.contains(trigger.id())) {
            considerOnce(turn, trigger, event);
        } else if (trigger.deadline().map(d -> d.late() == Deadline.Late.EMIT).orElse(false)) {
            turn.internal.add(late(turn.view, trigger, event, turn.now));
        } else {
            turn.notes.add(trigger.id() + " has fired before");
        }
    }

    /** The event that tells of an event that came too late for a trigger. */
    static Event late(View view, Trigger trigger, Event event, Instant now) {
        String id = Ids.hash(view.state().scope().toString(), "late", trigger.id(), event.key());
        return Event.ofEngine(id, EventTypes.LATE, trigger.id(), now, Router.asJson(event), Map.of())
                .addressedTo(view.state().scope(), event.depth() + 1);
    }

    private void considerOnce(Turn turn, Trigger trigger, Event event) {
        turn.claims.add(trigger.id());
        if (!consider(turn, trigger, event)) {
            turn.claims.remove(trigger.id());
        }
    }

    private boolean consider(Turn turn, Trigger trigger, Event event) {
        boolean holds = interception
                .insteadOfCondition(turn, trigger, event)
                .orElseGet(() -> switch (trigger.condition()) {
                    case Condition.Always c -> true;
                    case Condition.When c -> holds(turn, trigger, c, event);
                    case Condition.Join c ->
                        throw new IllegalStateException(
                                "Expected a condition without state, but " + trigger.id() + " is a join");
                    case Condition.Custom c ->
                        throw new IllegalStateException(
                                "Expected a condition without state, but " + trigger.id() + " is custom");
                    case Condition.Composite x ->
                        throw new IllegalStateException(
                                "Expected a condition without state, but " + trigger.id() + " is a composite event");
                });
        decided(turn, trigger, event, Variables.NONE, holds, Passed.NONE);
        return holds;
    }

    /** A condition is decided, or an activation goes on that an interceptor held after it. */
    void decided(Turn turn, Trigger trigger, Event event, Variables own, boolean holds, Passed passed) {
        Variables seen = interception.isIdle(turn) ? own : own.with("holds", holds);
        Optional<Interception.Asked> asked =
                interception.ask(turn, trigger, Point.AFTER_CONDITION, event, seen, passed);
        if (holds && asked.isPresent()) {
            act(turn, trigger, asked.get().event(), own, Passed.NONE);
        }
    }

    /** A trigger fires, or a firing goes on that an interceptor held before its actions. */
    void act(Turn turn, Trigger trigger, Event event, Variables own, Passed passed) {
        Optional<Interception.Asked> asked = interception.ask(turn, trigger, Point.BEFORE_ACTION, event, own, passed);
        if (asked.isEmpty()) {
            return;
        }
        Event seen = asked.get().event();
        int before = turn.outbox.size();
        turn.launching = launching.by(turn, trigger, seen, own, asked.get().applied());
        boolean done = fire(turn, trigger, seen, own);
        turn.launching = UnaryOperator.identity();
        if (done) {
            interception.after(turn, trigger, seen, own, before);
        }
    }

    private boolean holds(Turn turn, Trigger trigger, Condition.When condition, Event event) {
        Variables variables = turn.view.variables().with(turn.variablesOf(event));
        try {
            return expressions.isTrue(condition.expression(), variables, turn.now);
        } catch (ExpressionException e) {
            turn.notes.add("condition of " + trigger.id() + ": " + e.getMessage());
            return false;
        }
    }

    /** One firing. A template that fails is the trigger's failure; answers whether none did. */
    private boolean fire(Turn turn, Trigger trigger, Event event, Variables own) {
        try {
            List<Action> what = interception
                    .insteadOfActions(turn, trigger, event, own)
                    .map(Interceptor::actions)
                    .orElse(trigger.actions());
            perform(turn, trigger, what, event, own);
            return true;
        } catch (ExpressionException | IllegalArgumentException e) {
            turn.launching = UnaryOperator.identity();
            failureRoute(turn, trigger, event, failure(turn, trigger, e));
            return false;
        }
    }

    /** The trigger's own failure route; without one, or when it fails too, the run fails. */
    void failureRoute(Turn turn, Trigger trigger, Event event, Failure failure) {
        failureRoute(turn, trigger, event, failure, Variables.NONE);
    }

    /** The same, with what else its actions see. */
    void failureRoute(Turn turn, Trigger trigger, Event event, Failure failure, Variables own) {
        if (trigger.onFailure().isEmpty()) {
            endBadly(turn, failure);
            return;
        }
        try {
            perform(turn, trigger, trigger.onFailure(), event, own.with("failure", failure.toJson()));
        } catch (ExpressionException | IllegalArgumentException e) {
            endBadly(turn, failure(turn, trigger, e));
        }
    }

    private void perform(Turn turn, Trigger trigger, List<Action> what, Event event, Variables own) {
        turn.fired(trigger.id());
        if (own.values().get("key") instanceof String key) {
            turn.changed("key " + key);
        }
        Variables variables = own.with(turn.variablesOf(event)).with("trigger", trigger.id());
        actions.perform(turn, trigger, what, event, variables);
    }

    private static Failure failure(Turn turn, Trigger trigger, RuntimeException why) {
        turn.notes.add("action of " + trigger.id() + ": " + why.getMessage());
        return Failure.of(Failure.EXPRESSION, why.getMessage(), trigger.id());
    }

    /** A run fails; in a workspace, which has no end, the failure is noted. */
    void endBadly(Turn turn, Failure failure) {
        if (turn.before.state().scope().isRun()) {
            if (!turn.isEnded()) {
                endings.end(turn, RunStatus.FAILED, null, Optional.of(failure));
            }
        } else {
            turn.notes.add("unhandled: " + failure.error() + ": " + failure.message());
        }
    }
}

package io.triggerflow.core.decide;

import io.triggerflow.core.expression.ExpressionException;
import io.triggerflow.core.expression.Expressions;
import io.triggerflow.core.expression.Templates;
import io.triggerflow.core.expression.Variables;
import io.triggerflow.core.model.Condition;
import io.triggerflow.core.model.Event;
import io.triggerflow.core.model.Failure;
import io.triggerflow.core.model.Interceptor;
import io.triggerflow.core.model.Interceptor.Point;
import io.triggerflow.core.model.Launch;
import io.triggerflow.core.model.Trigger;
import io.triggerflow.core.route.Interceptors;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Asks the interceptors of a trigger at one point, in their order. What they do is part of the decision, and of its entry: nothing of it
 * is done twice, or lost. A trigger that nobody intercepts is not asked about anything.
 */
final class Interception {
    private final Expressions expressions;
    private final Templates templates;
    private final Actions actions;
    private final Failing failing;

    /** What becomes of a trigger whose interceptor has failed. */
    interface Failing {
        void fail(Turn turn, Trigger trigger, Event event, Failure failure);
    }

    /**
     * How far an activation has come among the interceptors of a point.
     *
     * @param last the one that it has passed last; none: it is at the beginning
     * @param applied ids of those that it has passed, and that applied
     */
    record Passed(Optional<Interceptor> last, List<String> applied) {
        static final Passed NONE = new Passed(Optional.empty(), List.of());

        static Passed of(Holding holding) {
            Interceptor place = new Interceptor(
                    holding.interceptor(),
                    new Interceptor.Selector("*", Optional.empty(), Optional.empty()),
                    holding.point(),
                    holding.priority(),
                    Optional.empty(),
                    List.of(),
                    Interceptor.Change.NONE,
                    Interceptor.OnError.FAIL);
            return new Passed(Optional.of(place), holding.applied());
        }

        boolean isPast(Interceptor interceptor) {
            return last.map(l -> Interceptors.ORDER.compare(interceptor, l) <= 0)
                    .orElse(false);
        }
    }

    /** An activation that goes on, and the interceptors that applied to it. */
    record Asked(Event event, List<Interceptor> applied) {}

    Interception(Expressions expressions, Actions actions, Failing failing) {
        this.expressions = expressions;
        this.templates = new Templates(expressions);
        this.actions = actions;
        this.failing = failing;
    }

    /** An activation on its way through a point. */
    private static final class Passage {
        final Turn turn;
        final Trigger trigger;
        final Point point;
        final Variables own;
        final List<Interceptor> applied = new ArrayList<>();
        Event event;

        Passage(Turn turn, Trigger trigger, Point point, Variables own, Event event) {
            this.turn = turn;
            this.trigger = trigger;
            this.point = point;
            this.own = own;
            this.event = event;
        }

        Variables seen(Interceptor interceptor) {
            Map<String, Object> all = new LinkedHashMap<>(turn.view.variables().values());
            all.putAll(own(interceptor).values());
            return new Variables(all);
        }

        Variables own(Interceptor interceptor) {
            return own.with(turn.variablesOf(event))
                    .with("trigger", trigger.id())
                    .with("interceptor", interceptor.id());
        }

        /** A condition that has not held leaves nothing to be held back. */
        boolean hasSomethingToStop() {
            return !Boolean.FALSE.equals(own.values().get("holds"));
        }
    }

    /** Asks those that the activation has not passed yet. Empty when it does not go on: it is skipped or held, or it has failed. */
    Optional<Asked> ask(Turn turn, Trigger trigger, Point point, Event event, Variables own, Passed passed) {
        List<Interceptor> all = turn.view.triggers().interceptors().at(trigger, point);
        if (all.isEmpty()) {
            return Optional.of(new Asked(event, List.of()));
        }
        Passage passage = new Passage(turn, trigger, point, own, event);
        for (Interceptor interceptor : all) {
            if (passed.isPast(interceptor)) {
                if (passed.applied().contains(interceptor.id())) {
                    passage.applied.add(interceptor);
                }
            } else if (isThere(turn, interceptor) && !goesOn(passage, interceptor)) {
                return Optional.empty();
            }
        }
        return Optional.of(new Asked(passage.event, passage.applied));
    }

    /** One may have released another in this very decision. */
    private static boolean isThere(Turn turn, Interceptor interceptor) {
        return turn.view.triggers().interceptors().find(interceptor.id()).equals(Optional.of(interceptor));
    }

    private boolean goesOn(Passage passage, Interceptor interceptor) {
        Turn turn = passage.turn;
        try {
            if (!applies(passage, interceptor)) {
                return true;
            }
            perform(passage, interceptor);
            if (turn.isEnded()) {
                return false;
            }
            Interceptor.Change change = interceptor.change();
            if (change.data().isPresent()) {
                Object data = templates.fill(change.data().get(), passage.seen(interceptor), turn.now);
                passage.event = passage.event.withData(data);
                turn.changed("change the data");
            }
            passage.applied.add(interceptor);
            if (passage.hasSomethingToStop() && change.skip()) {
                turn.changed("skip");
                return false;
            }
            if (passage.hasSomethingToStop() && change.hold().isPresent()) {
                hold(passage, interceptor, change.hold().get());
                return false;
            }
            return true;
        } catch (ExpressionException | IllegalArgumentException e) {
            return failed(passage, interceptor, e);
        }
    }

    private boolean applies(Passage passage, Interceptor interceptor) {
        boolean applies = interceptor.when().isEmpty()
                || expressions.isTrue(interceptor.when().get(), passage.seen(interceptor), passage.turn.now);
        if (applies) {
            passage.turn.fired("intercept:" + interceptor.id());
            passage.turn.changed(words(passage.point) + " of " + passage.trigger.id());
        }
        return applies;
    }

    private static String words(Point point) {
        return point.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /** Its own actions, under its own name: what it launches is not the trigger's. */
    private void perform(Passage passage, Interceptor interceptor) {
        if (!interceptor.actions().isEmpty()) {
            Trigger self = new Trigger(
                    interceptor.id(),
                    List.of(),
                    new Condition.Always(),
                    interceptor.actions(),
                    List.of(),
                    false,
                    true,
                    Optional.empty(),
                    Optional.empty());
            actions.perform(passage.turn, self, interceptor.actions(), passage.event, passage.own(interceptor));
        }
    }

    private void hold(Passage passage, Interceptor interceptor, Interceptor.Hold hold) {
        Turn turn = passage.turn;
        Object kept = turn.variablesOf(passage.event).values().get("kept");
        Variables own = kept == null ? passage.own : passage.own.with("kept", kept);
        Optional<Instant> until = hold.longest().map(turn.now::plus);
        Holding holding = new Holding(
                passage.trigger.id(),
                passage.point,
                interceptor.id(),
                interceptor.priority(),
                passage.applied.stream().map(Interceptor::id).toList(),
                passage.event,
                own.values(),
                until);
        Event directive =
                holding.directive(turn.nextEventId(), turn.before.state().scope(), turn.now);
        turn.outbox.add(new Launch.Emit(directive, new Launch.Destination.Engine(), Duration.ZERO));
        // It comes once more when its time is over.
        until.ifPresent(u -> turn.outbox.add(new Launch.At(directive, u)));
        turn.changed("hold" + until.map(u -> " until " + u).orElse(""));
    }

    /** Answers whether the activation goes on all the same. */
    private boolean failed(Passage passage, Interceptor interceptor, RuntimeException why) {
        passage.turn.notes.add("interceptor " + interceptor.id() + ": " + why.getMessage());
        return switch (interceptor.onError()) {
            case IGNORE -> true;
            case FAIL -> {
                failing.fail(
                        passage.turn,
                        passage.trigger,
                        passage.event,
                        Failure.of(Failure.EXPRESSION, why.getMessage(), "intercept:" + interceptor.id()));
                yield false;
            }
        };
    }

    /** Whether nothing of the scope is intercepted. */
    boolean isIdle(Turn turn) {
        return turn.view.triggers().interceptors().isEmpty();
    }

    /**
     * The actions of a trigger were performed.
     *
     * @param from where in the outbox begins what they launch
     */
    void after(Turn turn, Trigger trigger, Event event, Variables own, int from) {
        if (!turn.isEnded()
                && !turn.view
                        .triggers()
                        .interceptors()
                        .at(trigger, Point.AFTER_ACTION)
                        .isEmpty()) {
            List<Object> launches = Launching.shown(turn.outbox.subList(from, turn.outbox.size()));
            ask(turn, trigger, Point.AFTER_ACTION, event, own.with("launches", launches), Passed.NONE);
        }
    }

    /** What an interceptor says in the place of the condition; empty when none does. One that fails says no. */
    Optional<Boolean> insteadOfCondition(Turn turn, Trigger trigger, Event event) {
        for (Interceptor i : turn.view.triggers().interceptors().at(trigger, Point.INSTEAD_OF_CONDITION)) {
            Passage passage = new Passage(turn, trigger, Point.INSTEAD_OF_CONDITION, Variables.NONE, event);
            try {
                if (applies(passage, i)) {
                    perform(passage, i);
                    boolean holds = expressions.isTrue(i.change().holds().orElseThrow(), passage.seen(i), turn.now);
                    turn.changed(holds ? "it holds" : "it does not hold");
                    return Optional.of(holds && !turn.isEnded());
                }
            } catch (ExpressionException | IllegalArgumentException e) {
                if (!failed(passage, i, e)) {
                    return Optional.of(false);
                }
            }
        }
        return Optional.empty();
    }

    /** The interceptor whose actions stand for the trigger's. Throws {@link ExpressionException} when one fails that may not. */
    Optional<Interceptor> insteadOfActions(Turn turn, Trigger trigger, Event event, Variables own) {
        for (Interceptor i : turn.view.triggers().interceptors().at(trigger, Point.INSTEAD_OF_ACTION)) {
            Passage passage = new Passage(turn, trigger, Point.INSTEAD_OF_ACTION, own, event);
            try {
                if (applies(passage, i)) {
                    return Optional.of(i);
                }
            } catch (ExpressionException e) {
                if (i.onError() == Interceptor.OnError.FAIL) {
                    throw e;
                }
                turn.notes.add("interceptor " + i.id() + ": " + e.getMessage());
            }
        }
        return Optional.empty();
    }
}

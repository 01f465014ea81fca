package io.triggerflow.core.check;

import io.triggerflow.core.expression.Templates;
import io.triggerflow.core.model.Action;
import io.triggerflow.core.model.Condition;
import io.triggerflow.core.model.Deadline;
import io.triggerflow.core.model.EventTypes;
import io.triggerflow.core.model.Trigger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An event that a trigger may bring about for its own scope.
 *
 * @param by the trigger
 * @param place where in the trigger, for instance {@code .actions[0]}
 * @param type its type; empty when only data tell
 * @param subject its subject, or an empty text; empty when only data tell
 * @param kind what brings it about
 */
record Product(String by, String place, Optional<String> type, Optional<String> subject, Kind kind) {
    /** What brings an event about. */
    enum Kind {
        LAUNCH,
        EMIT,
        TIMER,
        CONDITION,
        UNKNOWN
    }

    /** What a trigger may bring about. */
    static List<Product> of(Trigger trigger, boolean standing) {
        List<Product> products = new ArrayList<>();
        Bundle.actions(trigger).forEach((place, action) -> of(trigger.id(), place, action, standing, products));
        if (trigger.deadline().filter(d -> d.late() == Deadline.Late.EMIT).isPresent()) {
            products.add(own(trigger, EventTypes.LATE));
        }
        boolean stateless =
                trigger.condition() instanceof Condition.Always || trigger.condition() instanceof Condition.When;
        if (!stateless) {
            products.add(own(trigger, EventTypes.JOIN_FAILED));
        }
        return products;
    }

    private static Product own(Trigger trigger, String type) {
        return new Product(trigger.id(), "", Optional.of(type), Optional.of(trigger.id()), Kind.CONDITION);
    }

    private static void of(String by, String place, Action action, boolean standing, List<Product> products) {
        switch (action) {
            case Action.Invoke a -> ends(by, place, a.task(), products);
            case Action.StartRun a -> {
                if (!a.detached()) {
                    ends(by, place, a.task(), products);
                }
            }
            case Action.Emit a -> {
                if (isOwn(a.target(), standing)) {
                    Optional<String> subject = a.subject().isEmpty()
                            ? Optional.of("")
                            : constant(a.subject().get());
                    products.add(new Product(by, place, constant(a.type()), subject, Kind.EMIT));
                }
            }
            case Action.Schedule a ->
                products.add(
                        new Product(by, place, Optional.of(EventTypes.TIMER_FIRED), constant(a.name()), Kind.TIMER));
            case Action.Custom a ->
                products.add(new Product(by, place, Optional.empty(), Optional.empty(), Kind.UNKNOWN));
            case Action.Intercept a ->
                // What it does is asked for by whatever it intercepts.
                products.add(new Product(by, place, Optional.empty(), Optional.empty(), Kind.UNKNOWN));
            case Action.CancelTimer a -> {}
            case Action.Register a -> {}
            case Action.Switch a -> {}
            case Action.SetContext a -> {}
            case Action.Complete a -> {}
            case Action.Fail a -> {}
        }
    }

    private static void ends(String by, String place, Optional<Object> task, List<Product> products) {
        Optional<String> subject = task.isEmpty() ? Optional.of(by) : constant(task.get());
        for (String type : List.of(EventTypes.TASK_SUCCEEDED, EventTypes.TASK_FAILED, EventTypes.TASK_TIMED_OUT)) {
            products.add(new Product(by, place, Optional.of(type), subject, Kind.LAUNCH));
        }
    }

    /** Whether an emitted event may come back to the scope of its trigger. */
    private static boolean isOwn(Action.Target target, boolean standing) {
        return switch (target) {
            case Action.Target.Own t -> true;
            case Action.Target.ToWorkspace t -> standing;
            // Another run, or this one by its name; a correlated trigger may be found through the workspace.
            case Action.Target.ToRun t -> !standing && constant(t.run()).isEmpty();
            case Action.Target.ToBus t -> false;
            case Action.Target.ToQueue t -> false;
        };
    }

    /** The text that a template always gives; empty when it is an expression. */
    static Optional<String> constant(Object template) {
        return template instanceof String text && Templates.expression(text).isEmpty()
                ? Optional.of(text)
                : Optional.empty();
    }
}

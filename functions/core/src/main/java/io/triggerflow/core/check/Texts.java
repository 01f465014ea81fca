package io.triggerflow.core.check;

import io.triggerflow.core.expression.Templates;
import io.triggerflow.core.model.Action;
import io.triggerflow.core.model.Condition;
import io.triggerflow.core.model.Trigger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The expressions of a trigger. */
final class Texts {
    /**
     * An expression.
     *
     * @param source JSONata
     * @param use what its value is used for
     */
    record Text(String source, Use use) {}

    /** What an expression's value is used for. */
    enum Use {
        CONDITION,
        LIST,
        TIME,
        VALUE
    }

    private final List<Text> all = new ArrayList<>();

    private Texts() {}

    static List<Text> of(Trigger trigger) {
        Texts texts = new Texts();
        switch (trigger.condition()) {
            case Condition.When w -> texts.add(w.expression().source(), Use.CONDITION);
            case Condition.Join j -> texts.join(j);
            case Condition.Always a -> {}
            case Condition.Custom c -> {}
            case Condition.Composite c -> c.detect().by().ifPresent(e -> texts.add(e.source(), Use.VALUE));
        }
        trigger.correlate().ifPresent(c -> texts.add(c.runKey().source(), Use.VALUE));
        Bundle.actions(trigger).values().forEach(texts::action);
        return texts.all;
    }

    private void add(String source, Use use) {
        all.add(new Text(source, use));
    }

    private void join(Condition.Join join) {
        join.key().ifPresent(e -> add(e.source(), Use.VALUE));
        if (join.size() instanceof Condition.Size.Computed c) {
            add(c.expression().source(), Use.VALUE);
        }
        if (join.by() instanceof Condition.MemberKey.Computed c) {
            add(c.expression().source(), Use.VALUE);
        }
    }

    private void action(Action action) {
        switch (action) {
            case Action.Invoke a -> {
                a.forEach().ifPresent(e -> add(e.source(), Use.LIST));
                template(a.function());
                a.task().ifPresent(this::template);
                a.with().ifPresent(this::template);
                a.keep().ifPresent(this::template);
                if (a.forEach().isEmpty()) {
                    a.payload().ifPresent(this::template);
                }
            }
            case Action.Emit a -> {
                template(a.type());
                a.subject().ifPresent(this::template);
                a.data().ifPresent(this::template);
            }
            case Action.Schedule a -> {
                template(a.name());
                template(a.when(), Use.TIME);
                a.data().ifPresent(this::template);
            }
            case Action.CancelTimer a -> template(a.name());
            case Action.Register a -> {}
            case Action.Intercept a -> {}
            case Action.Switch a -> a.triggers().forEach(this::template);
            case Action.SetContext a -> template(a.values());
            case Action.StartRun a -> {
                template(a.workflow());
                a.name().ifPresent(this::template);
                a.input().ifPresent(this::template);
                a.task().ifPresent(this::template);
                a.keep().ifPresent(this::template);
            }
            case Action.Complete a -> a.output().ifPresent(this::template);
            case Action.Fail a -> {
                template(a.error());
                a.message().ifPresent(this::template);
            }
            case Action.Custom a -> template(a.arguments());
        }
    }

    private void template(Object template) {
        template(template, Use.VALUE);
    }

    private void template(Object template, Use use) {
        switch (template) {
            case String s -> Templates.expression(s).ifPresent(e -> add(e.source(), use));
            case Map<?, ?> map -> map.values().forEach(v -> template(v, use));
            case List<?> list -> list.forEach(v -> template(v, use));
            case null, default -> {
                // Numbers, booleans and null hold no expression.
            }
        }
    }
}

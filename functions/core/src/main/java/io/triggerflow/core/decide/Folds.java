package io.triggerflow.core.decide;

import io.triggerflow.core.expression.ExpressionException;
import io.triggerflow.core.expression.Variables;
import io.triggerflow.core.model.Condition;
import io.triggerflow.core.model.Deadline;
import io.triggerflow.core.model.Event;
import io.triggerflow.core.model.EventTypes;
import io.triggerflow.core.model.Failure;
import io.triggerflow.core.model.Members;
import io.triggerflow.core.model.Trigger;
import io.triggerflow.core.model.TriggerState;
import io.triggerflow.core.route.Router;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Folds events into the state of a trigger that keeps it in one item: joins of a small, fixed size, repeated joins, and custom
 * conditions. Pure; absorbing: an event that was applied changes nothing (law L2). Thread-safe.
 */
public final class Folds {
    private final Joins joins;
    private final Extensions extensions;

    public Folds(Joins joins, Extensions extensions) {
        this.joins = joins;
        this.extensions = extensions;
    }

    /**
     * What a batch does to a trigger's state, up to its first firing.
     *
     * @param next the state after; the same as before if nothing changed
     * @param firing the firing that was reached, if one was
     * @param rest events that are left, to be folded into the state after the firing
     * @param late events that came too late, each as the event that says so
     * @param notes what was wrong with events that could not be applied
     */
    public record Step(
            TriggerState next, Optional<Firing> firing, List<Event> rest, List<Event> late, List<String> notes) {}

    /** A trigger fires, or can no longer fire. */
    public record Firing(int round, Event cause, Variables own, Optional<Failure> failure) {}

    /** Folds events, in order, until the first firing. */
    public Step step(View view, Trigger trigger, TriggerState state, List<Event> events, Instant now) {
        List<Event> late = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        TriggerState current = state;
        for (int i = 0; i < events.size(); i++) {
            Event event = events.get(i);
            try {
                Applied applied = apply(view, trigger, current, event, now);
                current = applied.next;
                if (applied.late
                        && trigger.deadline()
                                .map(d -> d.late() == Deadline.Late.EMIT)
                                .orElse(false)) {
                    late.add(Cascade.late(view, trigger, event, now));
                }
                if (applied.firing.isPresent()) {
                    return new Step(current, applied.firing, events.subList(i + 1, events.size()), late, notes);
                }
            } catch (ExpressionException e) {
                // It would fail each time: the trigger's failure, not the event's.
                notes.add(trigger.id() + ": " + e.getMessage());
                if (current.fired()) {
                    continue;
                }
                TriggerState done = new TriggerState(
                        current.version(),
                        current.round(),
                        current.members(),
                        current.recent(),
                        current.values(),
                        true,
                        false);
                Failure failure = Failure.of(Failure.EXPRESSION, e.getMessage(), trigger.id());
                return new Step(
                        done,
                        Optional.of(new Firing(current.round(), event, Variables.NONE, Optional.of(failure))),
                        events.subList(i + 1, events.size()),
                        late,
                        notes);
            }
        }
        return new Step(current, Optional.empty(), List.of(), late, notes);
    }

    /** The key under which a trigger's state remembers an event, if it does. */
    public Optional<String> member(View view, Trigger trigger, Event event, Instant now) {
        try {
            return switch (trigger.condition()) {
                case Condition.Join join ->
                    EventTypes.isDirective(event.type())
                            ? Optional.empty()
                            : joins.member(view, join, event, now).map(Map.Entry::getKey);
                case Condition.Custom c -> Optional.of(event.key());
                case Condition.Composite c -> Optional.of(event.key());
                case Condition.Always a -> Optional.empty();
                case Condition.When w -> Optional.empty();
            };
        } catch (ExpressionException e) {
            return Optional.empty();
        }
    }

    private record Applied(TriggerState next, Optional<Firing> firing, boolean late) {
        static Applied unchanged(TriggerState state) {
            return new Applied(state, Optional.empty(), false);
        }
    }

    private Applied apply(View view, Trigger trigger, TriggerState state, Event event, Instant now) {
        if (event.type().equals(EventTypes.DEADLINE)) {
            return deadline(view, trigger, state, event, now);
        }
        return switch (trigger.condition()) {
            case Condition.Join join -> join(view, trigger, join, state, event, now);
            case Condition.Custom custom -> custom(trigger, custom, state, event);
            case Condition.Composite c ->
                throw new IllegalStateException(
                        "Expected a trigger that takes one event after the other, but got " + trigger.id());
            case Condition.Always a ->
                throw new IllegalStateException("Expected a trigger with state, but got " + trigger.id());
            case Condition.When w ->
                throw new IllegalStateException("Expected a trigger with state, but got " + trigger.id());
        };
    }

    private Applied join(
            View view, Trigger trigger, Condition.Join join, TriggerState state, Event event, Instant now) {
        TriggerState with = state;
        if (!event.type().equals(EventTypes.RECHECK)) {
            Optional<Map.Entry<String, Members.Arrival>> member = joins.member(view, join, event, now);
            if (member.isEmpty() || state.recent().contains(member.get().getKey())) {
                return Applied.unchanged(state);
            }
            if (state.fired()) {
                return new Applied(
                        state,
                        Optional.empty(),
                        !state.members().byKey().containsKey(member.get().getKey()));
            }
            Members members = state.members()
                    .plus(new Members(Map.of(member.get().getKey(), member.get().getValue())));
            if (members.equals(state.members())) {
                return Applied.unchanged(state);
            }
            with = new TriggerState(
                    state.version(), state.round(), members, state.recent(), state.values(), false, state.launched());
        }
        return state.fired() ? Applied.unchanged(state) : judged(view, trigger, join, with, event, now);
    }

    private Applied judged(
            View view, Trigger trigger, Condition.Join join, TriggerState state, Event event, Instant now) {
        Optional<Integer> size;
        Joins.Verdict verdict;
        try {
            size = joins.size(view, join, now);
            verdict = joins.judge(join, size, state.members().tally(), now);
        } catch (ExpressionException e) {
            // Not this event is at fault but the join: it can never be decided.
            return fired(
                    join,
                    state,
                    new Firing(
                            state.round(),
                            event,
                            Variables.NONE,
                            Optional.of(Failure.of(Failure.EXPRESSION, e.getMessage(), trigger.id()))));
        }
        return switch (verdict) {
            case OPEN -> new Applied(state, Optional.empty(), false);
            case HOLDS ->
                fired(
                        join,
                        state,
                        new Firing(
                                state.round(),
                                event,
                                joins.variables(join, state.members(), size, false),
                                Optional.empty()));
            case IMPOSSIBLE ->
                fired(
                        join,
                        state,
                        new Firing(
                                state.round(),
                                event,
                                Variables.NONE,
                                Optional.of(Joins.failure(trigger, join, state.members(), size))));
        };
    }

    private static Applied fired(Condition.Join join, TriggerState state, Firing firing) {
        if (!join.repeat()) {
            return new Applied(
                    new TriggerState(
                            state.version(),
                            state.round(),
                            state.members(),
                            state.recent(),
                            state.values(),
                            true,
                            false),
                    Optional.of(firing),
                    false);
        }
        List<String> recent = new ArrayList<>(state.recent());
        recent.addAll(state.members().byKey().keySet());
        List<String> kept = recent.subList(Math.max(0, recent.size() - Condition.Join.MAX_REPEAT), recent.size());
        return new Applied(
                new TriggerState(state.version(), state.round() + 1, Members.NONE, kept, state.values(), false, false),
                Optional.of(firing),
                false);
    }

    private Applied deadline(View view, Trigger trigger, TriggerState state, Event event, Instant now) {
        int round = event.data() instanceof Map<?, ?> data && data.get("round") instanceof Number n ? n.intValue() : 1;
        if (state.fired() || state.round() != round || trigger.deadline().isEmpty()) {
            return Applied.unchanged(state);
        }
        Deadline deadline = trigger.deadline().get();
        return switch (deadline.then()) {
            case FIRE ->
                decided(
                        trigger,
                        state,
                        new Firing(round, event, collected(view, trigger, state, now), Optional.empty()));
            case FAIL ->
                decided(
                        trigger,
                        state,
                        new Firing(
                                round, event, Variables.NONE, Optional.of(missed(trigger, deadline, state.members()))));
            case RETIRE ->
                new Applied(
                        new TriggerState(
                                state.version(),
                                state.round(),
                                state.members(),
                                state.recent(),
                                state.values(),
                                true,
                                state.launched()),
                        Optional.empty(),
                        false);
        };
    }

    private static Applied decided(Trigger trigger, TriggerState state, Firing firing) {
        return trigger.condition() instanceof Condition.Join join
                ? fired(join, state, firing)
                : new Applied(
                        new TriggerState(
                                state.version(),
                                state.round(),
                                state.members(),
                                state.recent(),
                                state.values(),
                                true,
                                false),
                        Optional.of(firing),
                        false);
    }

    private Variables collected(View view, Trigger trigger, TriggerState state, Instant now) {
        return trigger.condition() instanceof Condition.Join join
                ? joins.variables(join, state.members(), joins.size(view, join, now), true)
                : Variables.NONE.with("context", state.values()).with("deadline", true);
    }

    /** Why a trigger failed at its deadline. */
    public static Failure missed(Trigger trigger, Deadline deadline, Members members) {
        String message = "Expected trigger '" + trigger.id() + "' to fire within " + deadline.after() + ", but only "
                + members.size() + " members had arrived";
        return Failure.of(Failure.DEADLINE, message, trigger.id());
    }

    private Applied custom(Trigger trigger, Condition.Custom custom, TriggerState state, Event event) {
        String key = event.key();
        if (state.fired() || state.recent().contains(key)) {
            return new Applied(
                    state, Optional.empty(), state.fired() && !state.recent().contains(key));
        }
        ConditionExtension extension = extensions
                .condition(custom.name())
                .orElseThrow(() -> new ExpressionException("Expected a condition extension named '" + custom.name()
                        + "' in this deployment, but there is none"));
        ConditionExtension.Verdict verdict = evaluate(extension, custom, state, event);
        List<String> recent = new ArrayList<>(state.recent());
        recent.add(key);
        List<String> kept = recent.subList(Math.max(0, recent.size() - Condition.Join.MAX_REPEAT), recent.size());
        boolean done = verdict.fires() && trigger.once();
        int round = verdict.fires() && !trigger.once() ? state.round() + 1 : state.round();
        TriggerState next = new TriggerState(
                state.version(),
                round,
                state.members(),
                kept,
                verdict.values(),
                done,
                !verdict.fires() && state.launched());
        Optional<Firing> firing = verdict.fires()
                ? Optional.of(new Firing(
                        state.round(), event, Variables.NONE.with("context", verdict.values()), Optional.empty()))
                : Optional.empty();
        return new Applied(next, firing, false);
    }

    private static ConditionExtension.Verdict evaluate(
            ConditionExtension extension, Condition.Custom custom, TriggerState state, Event event) {
        try {
            return extension.evaluate(custom.arguments(), state.values(), Router.asJson(event));
        } catch (RuntimeException e) {
            throw new ExpressionException(
                    "Expected condition extension '" + custom.name() + "' to answer, but it threw " + e);
        }
    }
}

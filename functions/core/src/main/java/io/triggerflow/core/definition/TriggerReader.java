package io.triggerflow.core.definition;

import io.triggerflow.core.model.Action;
import io.triggerflow.core.model.Condition;
import io.triggerflow.core.model.Deadline;
import io.triggerflow.core.model.EventPattern;
import io.triggerflow.core.model.Expression;
import io.triggerflow.core.model.Trigger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads triggers, at the top of a bundle or in a register action. */
final class TriggerReader {
    private final PatternReader patterns = new PatternReader();
    private final ConditionReader conditions = new ConditionReader();
    private final ActionReader actions;
    private final int nesting;

    /** @param nesting in how many register actions these triggers stand */
    TriggerReader(int nesting) {
        this.nesting = nesting;
        this.actions = new ActionReader(nesting);
    }

    /** Triggers of different ids. */
    List<Trigger> all(Cursor at, int max) {
        List<Trigger> triggers = new ArrayList<>();
        Map<String, String> seen = new HashMap<>();
        List<Cursor> items = at.items("triggers", max);
        if (at.value() instanceof List<?> list && list.isEmpty()) {
            at.problem("Expected at least 1 trigger, but got none");
        }
        for (Cursor item : items) {
            Trigger trigger = one(item);
            triggers.add(trigger);
            String before = trigger.id().isEmpty() ? null : seen.putIfAbsent(trigger.id(), item.path());
            if (before != null) {
                item.get("id")
                        .orElse(item)
                        .problem("Expected ids that differ, but '" + trigger.id() + "' is also the id of " + before);
            }
        }
        return triggers;
    }

    Trigger one(Cursor at) {
        if (!at.object(
                "a trigger, an object",
                "id",
                "on",
                "condition",
                "actions",
                "onFailure",
                "once",
                "enabled",
                "deadline",
                "correlate")) {
            return new Trigger(
                    "",
                    List.of(),
                    new Condition.Always(),
                    List.of(),
                    List.of(),
                    false,
                    true,
                    Optional.empty(),
                    Optional.empty());
        }
        String id = at.required("id").flatMap(c -> c.name("an id")).orElse("");
        if (!id.isEmpty()) {
            at.reading.ids.add(id);
        }
        List<EventPattern> given = at.get("on").map(patterns::read).orElse(List.of());
        List<Action> acts = at.required("actions").map(actions::all).orElse(List.of());
        List<Action> onFailure = at.get("onFailure").map(actions::all).orElse(List.of());
        boolean collects = Results.areMentioned(acts) || Results.areMentioned(onFailure);
        Condition condition =
                at.get("condition").map(c -> conditions.read(c, collects)).orElse(new Condition.Always());
        Optional<Deadline> deadline = at.get("deadline").flatMap(TriggerReader::deadline);
        Optional<Boolean> once = at.get("once").flatMap(Cursor::bool);
        boolean enabled = at.get("enabled").flatMap(Cursor::bool).orElse(true);
        Optional<Trigger.Correlate> correlate = at.get("correlate").flatMap(this::correlate);
        checkCondition(at, condition, deadline);
        List<EventPattern> on = condition instanceof Condition.Composite composite ? composite.on() : given;
        if (!mentionsComposite(at)) {
            checkActivation(at, deadline);
        }
        if (correlate.isPresent() && on.stream().anyMatch(EventPattern.Ruler.class::isInstance)) {
            // Such a run is found by the type and key of the event, which a pattern does not tell.
            at.get("on").orElse(at).problem("Expected exact types of events beside correlate, but got a pattern");
        }
        boolean stateless = condition instanceof Condition.Always || condition instanceof Condition.When;
        boolean implied = stateless && deadline.isPresent();
        checkOnce(at, condition, once, implied);
        return new Trigger(
                id, on, condition, acts, onFailure, once.orElse(false) || implied, enabled, deadline, correlate);
    }

    private static boolean mentionsComposite(Cursor at) {
        return at.value() instanceof Map<?, ?> map
                && map.get("condition") instanceof Map<?, ?> condition
                && condition.containsKey("composite");
    }

    private static void checkCondition(Cursor at, Condition condition, Optional<Deadline> deadline) {
        if (mentionsComposite(at)) {
            at.get("on")
                    .ifPresent(c ->
                            c.problem("Expected no 'on' beside a composite event, whose 'events' say it, but got one"));
            at.get("deadline")
                    .ifPresent(
                            c -> c.problem(
                                    "Expected no deadline beside a composite event, where NOT(b)[a, PT2H] is what does not come in time, but got one"));
        }
        boolean isKeyed = condition instanceof Condition.Join join && join.key().isPresent();
        if (isKeyed && deadline.filter(d -> d.from() == Deadline.From.START).isPresent()) {
            at.get("deadline")
                    .orElse(at)
                    .problem(
                            "Expected a deadline 'from: first' beside key, but got one from the start, at which no key is known");
        }
    }

    private static void checkActivation(Cursor at, Optional<Deadline> deadline) {
        boolean none = at.get("on").isEmpty()
                || at.value() instanceof Map<?, ?> map && map.get("on") instanceof List<?> list && list.isEmpty();
        if (none && at.get("deadline").isEmpty()) {
            at.problem("Expected events that activate the trigger in 'on', or a deadline, but got neither");
        } else if (none && deadline.filter(d -> d.from() == Deadline.From.FIRST).isPresent()) {
            at.get("deadline")
                    .orElse(at)
                    .problem(
                            "Expected a deadline from the start of a trigger without 'on', but it begins with the first event, which never comes");
        }
    }

    private static void checkOnce(Cursor at, Condition condition, Optional<Boolean> once, boolean implied) {
        if (implied && once.isPresent() && !once.get()) {
            at.get("once")
                    .orElse(at)
                    .problem(
                            "Expected once to be true or left out beside a deadline on a condition without state, but got false");
        }
        if (once.orElse(false) && condition instanceof Condition.Join join && join.repeat()) {
            at.get("once").orElse(at).problem("Expected once or a condition that repeats, but got both");
        }
    }

    private static Optional<Deadline> deadline(Cursor at) {
        if (!at.object("a deadline, an object", "after", "from", "then", "late")) {
            return Optional.empty();
        }
        Optional<Duration> after = at.required("after").flatMap(c -> c.duration(false));
        Deadline.From from =
                at.get("from").flatMap(c -> c.oneOf(Deadline.From.class)).orElse(Deadline.From.START);
        Deadline.Then then =
                at.get("then").flatMap(c -> c.oneOf(Deadline.Then.class)).orElse(Deadline.Then.FAIL);
        Deadline.Late late =
                at.get("late").flatMap(c -> c.oneOf(Deadline.Late.class)).orElse(Deadline.Late.IGNORE);
        return after.map(a -> new Deadline(a, from, then, late));
    }

    private Optional<Trigger.Correlate> correlate(Cursor at) {
        if (at.reading.owner == Reading.Owner.WORKSPACE) {
            at.problem("Expected correlate only in triggers of a run, but this trigger stands in a workspace");
        }
        at.reading.correlated++;
        if (at.reading.correlated == Limits.MAX_CORRELATED + 1) {
            at.problem("Expected at most " + Limits.MAX_CORRELATED
                    + " triggers with correlate in a bundle, but there are more");
        }
        if (!at.object("an object of two expressions", "event", "run")) {
            return Optional.empty();
        }
        Optional<Expression> event = at.required("event").flatMap(Cursor::expression);
        Optional<Expression> run = at.required("run").flatMap(Cursor::expression);
        return event.isPresent() && run.isPresent()
                ? Optional.of(new Trigger.Correlate(event.get(), run.get()))
                : Optional.empty();
    }
}

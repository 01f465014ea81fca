package io.triggerflow.core.decide;

import io.triggerflow.core.expression.ExpressionException;
import io.triggerflow.core.expression.Expressions;
import io.triggerflow.core.expression.Variables;
import io.triggerflow.core.model.Condition;
import io.triggerflow.core.model.Event;
import io.triggerflow.core.model.EventTypes;
import io.triggerflow.core.model.Expression;
import io.triggerflow.core.model.Failure;
import io.triggerflow.core.model.Members;
import io.triggerflow.core.model.Members.Arrival;
import io.triggerflow.core.model.Members.Outcome;
import io.triggerflow.core.model.Members.Tally;
import io.triggerflow.core.model.Trigger;
import io.triggerflow.core.route.Router;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Joins as pure functions: who a member is, and what the members that arrived decide. Thread-safe. */
public final class Joins {
    private final Expressions expressions;

    public Joins(Expressions expressions) {
        this.expressions = expressions;
    }

    /** What the members that arrived decide. */
    public enum Verdict {
        /** Members are missing, and could decide it either way. */
        OPEN,
        HOLDS,
        /** Whatever still arrives, it cannot hold. */
        IMPOSSIBLE
    }

    /**
     * The member that an event is, or empty when it is none of the join's.
     *
     * @throws ExpressionException when the member's key cannot be computed
     */
    public Optional<Map.Entry<String, Arrival>> member(View view, Condition.Join join, Event event, Instant now) {
        String key =
                switch (join.by()) {
                    case Condition.MemberKey.Auto a ->
                        event.item()
                                .map(String::valueOf)
                                .orElse(join.members().isEmpty() ? event.key() : event.subject());
                    case Condition.MemberKey.Subject s -> event.subject();
                    case Condition.MemberKey.Identity i -> event.key();
                    case Condition.MemberKey.Computed c -> computed(view, c.expression(), event, now);
                };
        if (!join.members().isEmpty() && !join.members().contains(key)) {
            return Optional.empty();
        }
        return Optional.of(Map.entry(
                key,
                new Arrival(outcome(event), join.collect() || outcome(event) == Outcome.FAILED ? event.data() : null)));
    }

    private String computed(View view, Expression expression, Event event, Instant now) {
        Object key = expressions.evaluate(expression, view.variables().with("event", Router.asJson(event)), now);
        if (key == null || key instanceof Map || key instanceof List) {
            throw new ExpressionException("Expected '" + expression.source()
                    + "' to give a member's key as text or number, but got " + (key == null ? "nothing" : key));
        }
        return key.toString();
    }

    private static Outcome outcome(Event event) {
        if (EventTypes.isFailure(event.type())) {
            return Outcome.FAILED;
        }
        return event.type().equals(EventTypes.TASK_SKIPPED) ? Outcome.SKIPPED : Outcome.SUCCEEDED;
    }

    /**
     * How many members there are, if that is known yet.
     *
     * @throws ExpressionException when the size is not a whole number, 0 or more
     */
    public Optional<Integer> size(View view, Condition.Join join, Instant now) {
        return switch (join.size()) {
            case Condition.Size.Fixed f -> Optional.of(f.count());
            case Condition.Size.Computed c -> {
                Object size = expressions.evaluate(c.expression(), view.variables(), now);
                if (size == null) {
                    yield Optional.empty();
                }
                if (size instanceof Number n && n.doubleValue() == n.intValue() && n.intValue() >= 0) {
                    if (join.key().isPresent() && n.intValue() > Condition.Join.MAX_KEYED) {
                        throw new ExpressionException("Expected a join with a key to have at most "
                                + Condition.Join.MAX_KEYED + " members, but '"
                                + c.expression().source() + "' gives " + n);
                    }
                    yield Optional.of(n.intValue());
                }
                throw new ExpressionException(
                        "Expected '" + c.expression().source() + "' to give a join's size, 0 or more, but got " + size);
            }
        };
    }

    /** What the tallies decide. Monotonic in the arrivals, unless a rule is not. */
    public Verdict judge(Condition.Join join, Optional<Integer> size, Tally tally, Instant now) {
        if (join.rule().isPresent()) {
            if (rule(join.rule().get(), size, tally, now)) {
                return Verdict.HOLDS;
            }
            return size.isPresent() && tally.arrived() >= size.get() ? Verdict.IMPOSSIBLE : Verdict.OPEN;
        }
        if (size.isEmpty()) {
            return Verdict.OPEN;
        }
        int needed = needed(join, size.get());
        if (tally.succeeded() >= needed) {
            return Verdict.HOLDS;
        }
        int missing = Math.max(0, size.get() - tally.arrived());
        return tally.succeeded() + missing < needed ? Verdict.IMPOSSIBLE : Verdict.OPEN;
    }

    private static int needed(Condition.Join join, int size) {
        return switch (join.need()) {
            case Condition.Need.All a -> size;
            case Condition.Need.Count c -> Math.min(c.count(), size);
            case Condition.Need.Percent p -> (int) Math.ceil(size * p.percent() / 100.0 - 1e-9);
        };
    }

    private boolean rule(Expression rule, Optional<Integer> size, Tally tally, Instant now) {
        Variables variables = Variables.NONE
                .with("succeeded", tally.succeeded())
                .with("failed", tally.failed())
                .with("skipped", tally.skipped())
                .with("arrived", tally.arrived())
                .with("size", size.isPresent() ? (Object) size.get() : null);
        return expressions.isTrue(rule, variables, now);
    }

    /** Whether it is worth reading a segmented join in full, given an upper bound of its tallies. */
    public boolean mayBeDecided(Condition.Join join, Optional<Integer> size, Tally atMost, Instant now) {
        if (join.rule().isPresent()) {
            return rule(join.rule().get(), size, atMost, now) || size.isPresent() && atMost.arrived() >= size.get();
        }
        if (size.isEmpty()) {
            return false;
        }
        int needed = needed(join, size.get());
        return atMost.succeeded() >= needed || size.get() - atMost.failed() - atMost.skipped() < needed;
    }

    /** What a firing's actions see of the join: $results in order, $outcomes, $failures, and by name $members. */
    public Variables variables(Condition.Join join, Members members, Optional<Integer> size, boolean deadline) {
        List<Object> results = new ArrayList<>();
        List<Object> failures = new ArrayList<>();
        Map<String, Object> named = new LinkedHashMap<>();
        for (Map.Entry<String, Arrival> member : ordered(join, members)) {
            switch (member.getValue().outcome()) {
                case SUCCEEDED -> results.add(member.getValue().data());
                case FAILED ->
                    failures.add(failure(member.getKey(), member.getValue().data()));
                case SKIPPED -> {}
            }
            if (!join.members().isEmpty()) {
                named.put(member.getKey(), arrived(member.getValue()));
            }
        }
        Tally tally = members.tally();
        Map<String, Object> outcomes = new LinkedHashMap<>();
        outcomes.put("succeeded", tally.succeeded());
        outcomes.put("failed", tally.failed());
        outcomes.put("skipped", tally.skipped());
        size.ifPresent(n -> outcomes.put("size", n));
        return Variables.NONE
                .with("results", join.collect() ? results : List.of())
                .with("outcomes", outcomes)
                .with("failures", failures)
                .with("members", named)
                .with("deadline", deadline);
    }

    private static Map<String, Object> arrived(Arrival arrival) {
        Map<String, Object> member = new LinkedHashMap<>();
        member.put("outcome", arrival.outcome().name().toLowerCase(java.util.Locale.ROOT));
        member.put("data", arrival.data());
        return member;
    }

    private static Map<String, Object> failure(String member, Object data) {
        Map<String, Object> failure = new LinkedHashMap<>();
        failure.put("member", member);
        failure.put("error", data);
        return failure;
    }

    /** By the names' order, else by index, else by key: never by the order of arrival (law L3). */
    private static List<Map.Entry<String, Arrival>> ordered(Condition.Join join, Members members) {
        Map<String, Integer> positions = new LinkedHashMap<>();
        join.members().forEach(name -> positions.put(name, positions.size()));
        Comparator<Map.Entry<String, Arrival>> byName =
                Comparator.comparing(e -> positions.getOrDefault(e.getKey(), Integer.MAX_VALUE));
        Comparator<Map.Entry<String, Arrival>> byIndex = Comparator.comparing(e -> index(e.getKey()));
        return members.byKey().entrySet().stream()
                .sorted(byName.thenComparing(byIndex).thenComparing(Map.Entry::getKey))
                .toList();
    }

    private static int index(String key) {
        return !key.isEmpty() && key.length() <= 9 && key.chars().allMatch(Character::isDigit)
                ? Integer.parseInt(key)
                : Integer.MAX_VALUE;
    }

    /** Why a join can no longer hold, with the first failed member as its cause. */
    public static Failure failure(Trigger trigger, Condition.Join join, Members members, Optional<Integer> size) {
        Tally tally = members.tally();
        String message = "Expected join '" + trigger.id() + "' to hold, but of "
                + size.map(n -> n + " members").orElse("its members") + " " + tally.failed() + " failed and "
                + tally.skipped() + " were skipped";
        Optional<Failure> cause = ordered(join, members).stream()
                .filter(m -> m.getValue().outcome() == Outcome.FAILED)
                .findFirst()
                .map(m -> Failure.fromJson(m.getValue().data(), m.getKey()));
        return new Failure(Failure.JOIN_FAILED, message, trigger.id(), cause);
    }
}

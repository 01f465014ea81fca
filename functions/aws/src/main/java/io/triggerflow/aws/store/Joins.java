package io.triggerflow.aws.store;

import io.triggerflow.aws.json.Json;
import io.triggerflow.core.model.Members;
import io.triggerflow.core.model.Scope;
import io.triggerflow.core.model.TriggerState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Segmented joins: an idempotent set in as many items as there were batches, and upper bounds of its tallies. The bounds only say when it
 * is worth while to look at the members; they never decide. Two requests a batch, whatever its size up to that of an item.
 */
final class Joins {
    /** Characters of JSON in one segment: well below an item's 400 KB, so that a further attribute always fits. */
    private static final int MAX_SEGMENT = 150_000;

    private final Table table;
    private final Bodies bodies;
    private final Lifetimes lifetimes;

    Joins(Table table, Bodies bodies, Lifetimes lifetimes) {
        this.table = table;
        this.bodies = bodies;
        this.lifetimes = lifetimes;
    }

    TriggerState.Summary append(Scope scope, String trigger, String batch, Members members) {
        int number = 0;
        for (Members part : split(members)) {
            Map<String, AttributeValue> item = Items.of(Keys.segment(scope, trigger, batch, number++));
            bodies.put(item, StateCodec.members(part));
            lifetimes.state(item, scope);
            table.put(item);
        }
        return update(scope, trigger, Conditions.ADD_BOUNDS, bounds(members.tally(), ":t", Items.text(trigger)))
                .map(Joins::summary)
                .orElseThrow();
    }

    /** Updates the root of a join; that of a run's lives as long as its segments. */
    private Optional<Map<String, AttributeValue>> update(
            Scope scope, String trigger, String expression, Map<String, AttributeValue> values) {
        Map<String, AttributeValue> own = new LinkedHashMap<>();
        lifetimes.state(own, scope);
        Map<String, AttributeValue> all = new LinkedHashMap<>(values);
        own.forEach((name, value) -> all.put(":" + name, value));
        return table.update(Keys.join(scope, trigger), u -> u.updateExpression(
                        expression.formatted(own.isEmpty() ? "" : Conditions.AND_EXPIRY))
                .expressionAttributeValues(all));
    }

    private static List<Members> split(Members members) {
        if (members.byKey().values().stream().allMatch(a -> a.data() == null)
                && members.byKey().keySet().stream()
                                .mapToLong(k -> k.length() + 4L)
                                .sum()
                        < MAX_SEGMENT) {
            return List.of(members);
        }
        List<Members> parts = new ArrayList<>();
        Map<String, Members.Arrival> part = new LinkedHashMap<>();
        long length = 0;
        for (Map.Entry<String, Members.Arrival> member : members.byKey().entrySet()) {
            long more = member.getKey().length()
                    + (member.getValue().data() == null
                            ? 0
                            : Json.write(member.getValue().data()).length())
                    + 8L;
            if (length + more > MAX_SEGMENT && !part.isEmpty()) {
                parts.add(new Members(part));
                part = new LinkedHashMap<>();
                length = 0;
            }
            part.put(member.getKey(), member.getValue());
            length += more;
        }
        parts.add(new Members(part));
        return parts;
    }

    Optional<TriggerState.Segmented> segments(Scope scope, String trigger) {
        Optional<Map<String, AttributeValue>> join = table.get(Keys.join(scope, trigger));
        Map<String, Members.Arrival> all = new LinkedHashMap<>();
        boolean[] any = {join.isPresent()};
        table.all(Keys.partition(scope), Keys.segmentPrefix(trigger)).forEach(item -> {
            any[0] = true;
            StateCodec.members(bodies.read(item)).byKey().forEach((key, arrival) -> add(all, key, arrival));
        });
        return any[0]
                ? Optional.of(new TriggerState.Segmented(summary(join.orElse(Map.of())), new Members(all)))
                : Optional.empty();
    }

    /** As {@link Members#plus} would, without a copy of the whole set a segment. */
    private static void add(Map<String, Members.Arrival> all, String key, Members.Arrival arrival) {
        Members.Arrival before = all.get(key);
        all.put(
                key,
                before == null
                        ? arrival
                        : new Members(Map.of(key, before))
                                .plus(new Members(Map.of(key, arrival)))
                                .byKey()
                                .get(key));
    }

    void correct(Scope scope, String trigger, TriggerState.Segmented read) {
        Members.Tally seen = read.summary().atMost();
        Members.Tally true_ = read.members().tally();
        Members.Tally excess = new Members.Tally(
                true_.succeeded() - seen.succeeded(), true_.failed() - seen.failed(), true_.skipped() - seen.skipped());
        if (excess.equals(new Members.Tally(0, 0, 0))) {
            return;
        }
        boolean isFirst = read.summary().resets() == 0;
        Map<String, AttributeValue> values = bounds(excess, ":one", Items.number(1));
        if (!isFirst) {
            values.put(":old", Items.number(read.summary().resets()));
        }
        table.update(Keys.join(scope, trigger), u -> u.updateExpression(Conditions.CORRECT_BOUNDS)
                .conditionExpression(isFirst ? Conditions.NEVER_RESET : Conditions.NOT_RESET)
                .expressionAttributeValues(values));
    }

    void markLaunched(Scope scope, String trigger) {
        update(
                scope,
                trigger,
                Conditions.SET_LAUNCHED,
                Map.of(":true", AttributeValue.fromBool(true), ":t", Items.text(trigger)));
    }

    /** All segmented joins of a scope, by trigger. */
    List<String> triggers(Scope scope) {
        return table.all(Keys.partition(scope), Keys.JOIN)
                .map(i -> Items.text(i, Keys.TRIGGER).orElseThrow())
                .toList();
    }

    private static Map<String, AttributeValue> bounds(Members.Tally tally, String name, AttributeValue value) {
        Map<String, AttributeValue> values = new LinkedHashMap<>();
        values.put(":a", Items.number(tally.succeeded()));
        values.put(":f", Items.number(tally.failed()));
        values.put(":k", Items.number(tally.skipped()));
        values.put(name, value);
        return values;
    }

    private static TriggerState.Summary summary(Map<String, AttributeValue> join) {
        boolean isLaunched = join.containsKey(Keys.LAUNCHED);
        return new TriggerState.Summary(
                new Members.Tally((int) Items.number(join, Keys.SUCCEEDED), (int) Items.number(join, Keys.FAILED), (int)
                        Items.number(join, Keys.SKIPPED)),
                Items.number(join, Keys.RESETS),
                isLaunched,
                isLaunched);
    }
}

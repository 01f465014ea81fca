package io.triggerflow.aws.store;

import io.triggerflow.core.model.TriggerState;
import io.triggerflow.core.port.Registry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** States that wait for the clock: in an index from the write that says so to the one that does no more. */
final class Wakes {
    private final Table table;
    private final Bodies bodies;
    private final Lifetimes lifetimes;

    Wakes(Table table, Bodies bodies, Lifetimes lifetimes) {
        this.table = table;
        this.bodies = bodies;
        this.lifetimes = lifetimes;
    }

    List<Registry.Waking> waking(Instant until, int limit) {
        List<Map<String, AttributeValue>> due = new ArrayList<>();
        for (String shard : Keys.wakeShards()) {
            due.addAll(table.query(q -> q.indexName(Keys.DUE_INDEX)
                            .keyConditionExpression("g2 = :g AND h2 <= :until")
                            .expressionAttributeValues(
                                    Map.of(":g", Items.text(shard), ":until", Items.text(Keys.sortable(until))))
                            .limit(limit))
                    .items());
        }
        due.sort(Comparator.comparing(i -> i.get(Keys.DUE_SORT).s()));
        List<Map<String, AttributeValue>> first = due.subList(0, Math.min(limit, due.size()));
        Map<Keys.Key, Map<String, AttributeValue>> items = new HashMap<>();
        if (!first.isEmpty()) {
            table.get(first.stream().map(Items::key).toList()).forEach(i -> items.put(Items.key(i), i));
        }
        return first.stream()
                .map(i -> Optional.ofNullable(items.get(Items.key(i))))
                .flatMap(Optional::stream)
                .filter(i -> i.containsKey(Keys.DUE_SORT) && !lifetimes.isExpired(i))
                .map(this::waking)
                .toList();
    }

    private Registry.Waking waking(Map<String, AttributeValue> item) {
        String trigger = item.get(Keys.TRIGGER).s();
        return new Registry.Waking(
                Keys.ownerOf(item.get(Keys.PARTITION).s()),
                new TriggerState.Instance(trigger, StateCodec.key(bodies.read(item))),
                Instant.parse(item.get(Keys.DUE_SORT).s() + "Z"));
    }

    void letSleep(Registry.Waking waking) {
        table.update(Keys.state(waking.scope(), waking.instance()), u -> u.updateExpression(Conditions.UNDUE)
                .conditionExpression(Conditions.NOT_MOVED)
                .expressionAttributeValues(Map.of(":seen", Items.text(Keys.sortable(waking.due())))));
    }
}

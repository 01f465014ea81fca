package io.triggerflow.aws.store;

import io.triggerflow.aws.json.Json;
import io.triggerflow.core.model.Event;
import io.triggerflow.core.model.Scope;
import io.triggerflow.core.port.Registry;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * What cannot be handled, parked for people. A message that the queue gave up was noted before, when it failed: its item has the first error
 * and the last one, so that people see how the trouble began.
 */
final class DeadLetters {
    private static final int LONGEST_ERROR = 2_000;

    private final Table table;
    private final Bodies bodies;
    private final Lifetimes lifetimes;

    DeadLetters(Table table, Bodies bodies, Lifetimes lifetimes) {
        this.table = table;
        this.bodies = bodies;
        this.lifetimes = lifetimes;
    }

    void park(String id, Optional<Scope> scope, Object message, String reason, Instant at) {
        Map<String, AttributeValue> item = Items.of(Keys.parked(id));
        item.putAll(parked(id, scope, message, reason, at));
        table.put(item);
    }

    /** Parks a message that the queue gave up, with the errors that were noted before. */
    void giveUp(String id, Object message, String reason, Instant at) {
        update(id, parked(id, Optional.empty(), message, reason, at), "");
    }

    /** Notes why a message failed that comes again: not listed until the queue gives it up. */
    void noteFailure(String id, String error, Instant at) {
        Map<String, AttributeValue> item = new HashMap<>();
        item.put(Keys.LAST_ERROR, Items.text(error.substring(0, Math.min(error.length(), LONGEST_ERROR))));
        item.put(Keys.LAST_AT, Items.text(at.toString()));
        lifetimes.parked(item);
        update(id, item, ", e1 = if_not_exists(e1, :e2), w1 = if_not_exists(w1, :w2) ADD c :one");
    }

    private void update(String id, Map<String, AttributeValue> item, String more) {
        Map<String, AttributeValue> values = new HashMap<>();
        item.forEach((name, value) -> values.put(":" + name, value));
        if (!more.isEmpty()) {
            values.put(":one", Items.number(1));
        }
        String sets = item.keySet().stream().map(name -> name + " = :" + name).collect(Collectors.joining(", "));
        table.update(
                Keys.parked(id), u -> u.updateExpression("SET " + sets + more).expressionAttributeValues(values));
    }

    private Map<String, AttributeValue> parked(
            String id, Optional<Scope> scope, Object message, String reason, Instant at) {
        Map<String, AttributeValue> item = new HashMap<>();
        bodies.put(
                item,
                message instanceof Event event
                        ? List.of("event", EventCodec.write(event))
                        : List.of("json", plain(message)));
        item.put(Keys.NAME, Items.text(id));
        item.put(Keys.REASON, Items.text(reason.isEmpty() ? "-" : reason));
        item.put(Keys.WRITTEN, Items.text(at.toString()));
        scope.ifPresent(s -> item.put(Keys.SCOPE, Items.text(Keys.partition(s))));
        scope.ifPresent(s -> item.put(Keys.WORKSPACE, Items.text(s.workspace())));
        item.put(Keys.LIST_PARTITION, Items.text(Keys.parkedShard(id)));
        item.put(Keys.LIST_SORT, Items.text(Keys.listSort(at, Keys.part(id))));
        lifetimes.parked(item);
        return item;
    }

    /** A message of another kind, and one that is no JSON, is kept as its text: nothing is thrown away. */
    private static Object plain(Object message) {
        if (message == null) {
            return "";
        }
        try {
            Json.write(message);
            return message;
        } catch (IllegalArgumentException e) {
            return message.toString();
        }
    }

    void unpark(String id) {
        table.delete(Keys.parked(id));
    }

    /** One that is parked, not one that is only failing. */
    Optional<Registry.Parked> find(String id) {
        return table.get(Keys.parked(id))
                .filter(i -> i.containsKey(Keys.NAME) && !lifetimes.isExpired(i))
                .map(this::read);
    }

    Registry.Parked read(Map<String, AttributeValue> item) {
        String reason = item.get(Keys.REASON).s();
        Instant at = Instant.parse(item.get(Keys.WRITTEN).s());
        return new Registry.Parked(
                item.get(Keys.NAME).s(),
                Items.text(item, Keys.SCOPE).map(Keys::scopeOf),
                message(item),
                reason,
                at,
                new Registry.Errors(
                        (int) Math.max(1, Items.number(item, Keys.COUNT)),
                        Items.text(item, Keys.FIRST_AT).map(Instant::parse).orElse(at),
                        Items.text(item, Keys.FIRST_ERROR).orElse(reason),
                        Items.text(item, Keys.LAST_AT).map(Instant::parse).orElse(at),
                        Items.text(item, Keys.LAST_ERROR).orElse(reason)));
    }

    private Object message(Map<String, AttributeValue> item) {
        List<?> body = Json.list(bodies.read(item));
        return body.getFirst().equals("event") ? EventCodec.read(body.get(1)) : body.get(1);
    }
}

package io.triggerflow.aws.store;

import io.triggerflow.core.model.Address;
import io.triggerflow.core.model.Commit;
import io.triggerflow.core.model.Event;
import io.triggerflow.core.model.Scope;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/** Events that are held or awaited, and the receipts of launches. */
final class Mail {
    private final Table table;
    private final Bodies bodies;
    private final Lifetimes lifetimes;

    Mail(Table table, Bodies bodies, Lifetimes lifetimes) {
        this.table = table;
        this.bodies = bodies;
        this.lifetimes = lifetimes;
    }

    private record Held(Event event, String since) {}

    List<Event> held(Scope scope) {
        return table.all(Keys.partition(scope), Keys.HELD)
                .filter(i -> !lifetimes.isExpired(i))
                .map(i -> new Held(
                        EventCodec.read(bodies.readInline(i.get(Keys.BODY))),
                        Items.text(i, Keys.WRITTEN).orElse("")))
                .sorted(Comparator.comparing((Held h) -> h.event().time()).thenComparing(Held::since))
                .map(Held::event)
                .toList();
    }

    void release(Scope scope, Event event) {
        table.delete(Keys.held(scope, event.key()));
    }

    void addWaits(Scope scope, List<Commit.Wait> waits) {
        List<WriteRequest> puts = new ArrayList<>();
        waits.stream()
                .map(w -> Keys.wait(scope.workspace(), w.type(), w.key()))
                .distinct()
                .forEach(partition -> {
                    Map<String, AttributeValue> item = Items.of(new Keys.Key(partition, Keys.waiter(scope)));
                    lifetimes.state(item, scope);
                    puts.add(Table.putRequest(item));
                });
        table.write(puts);
    }

    void removeWaits(Scope scope, List<String> partitions) {
        table.write(partitions.stream()
                .map(p -> Table.deleteRequest(new Keys.Key(p, Keys.waiter(scope))))
                .toList());
    }

    List<Scope> waiting(String workspace, String type, String key) {
        return table.all(Keys.wait(workspace, type, key), "")
                .filter(i -> !lifetimes.isExpired(i))
                .map(i -> Keys.waiterOf(workspace, i.get(Keys.SORT).s()))
                .toList();
    }

    void receipt(String requestId, Address address) {
        Map<String, AttributeValue> item = Items.of(Keys.receipt(requestId));
        bodies.put(item, address.toJson());
        lifetimes.receipt(item);
        table.put(item);
    }

    Optional<Address> receipt(String requestId) {
        return table.get(Keys.receipt(requestId))
                .filter(i -> !lifetimes.isExpired(i))
                .flatMap(i -> Address.fromJson(bodies.read(i)));
    }
}

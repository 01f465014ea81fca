package io.triggerflow.aws.store;

import io.triggerflow.core.model.Commit;
import io.triggerflow.core.model.Entry;
import io.triggerflow.core.model.Event;
import io.triggerflow.core.model.Scope;
import io.triggerflow.core.model.TriggerChange;
import io.triggerflow.core.model.TriggerState;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;

/**
 * Writes what was decided. One item is written by itself, at one write unit a KB; several are a transaction, at two.
 *
 * <p>When several conditions of a transaction fail, the entry's comes first: that the event was handled is the end of the matter. Then the
 * claims; everything else is a conflict, after which the caller loads and decides again.
 */
final class Commits {
    private final Table table;
    private final Bodies bodies;
    private final Lifetimes lifetimes;
    private final Roots roots;
    private final Mail mail;
    private final DefinitionCodec definitions;
    private final InstantSource clock;

    Commits(
            Table table,
            Bodies bodies,
            Lifetimes lifetimes,
            Roots roots,
            Mail mail,
            DefinitionCodec definitions,
            InstantSource clock) {
        this.table = table;
        this.bodies = bodies;
        this.lifetimes = lifetimes;
        this.roots = roots;
        this.mail = mail;
        this.definitions = definitions;
        this.clock = clock;
    }

    /** One item of a commit, and what it means when its condition does not hold, given the item that is there. */
    private sealed interface Write {
        record Put(
                Map<String, AttributeValue> item,
                String condition,
                Map<String, AttributeValue> values,
                Function<Map<String, AttributeValue>, Commit.Result> otherwise)
                implements Write {}

        record Update(Keys.Key key, String expression, Optional<String> condition, Map<String, AttributeValue> values)
                implements Write {}

        record Delete(Keys.Key key) implements Write {}

        record Check(Keys.Key key, String condition, Map<String, AttributeValue> values) implements Write {}
    }

    Commit.Result commit(Commit commit) {
        // Before the rest: a wait that leads to nothing is harmless, an event that finds no wait would be lost.
        mail.addWaits(commit.scope(), commit.waits());
        List<Write> writes = writes(commit);
        Commit.Result result =
                switch (writes.size()) {
                    case 0 -> new Commit.Result.Done();
                    case 1 -> single(writes.getFirst());
                    default -> transaction(commit.scope(), writes);
                };
        if (result instanceof Commit.Result.Done && Roots.ends(commit)) {
            mail.removeWaits(commit.scope(), roots.waits(commit.scope()));
        }
        return result;
    }

    private List<Write> writes(Commit commit) {
        Scope scope = commit.scope();
        List<Write> writes = new ArrayList<>();
        commit.entry().ifPresent(e -> writes.add(entry(scope, e)));
        commit.claims().stream().distinct().forEach(c -> writes.add(claim(scope, c)));
        if (!commit.change().isEmpty()) {
            Roots.Update root = roots.update(commit);
            writes.add(
                    new Write.Update(root.key(), root.expression(), Optional.of(Conditions.UNCHANGED), root.values()));
        } else if (commit.hold().isPresent()) {
            writes.add(new Write.Check(
                    Keys.root(scope),
                    Conditions.UNCHANGED,
                    Map.of(":old", Items.number(commit.base().version()))));
        }
        commit.states().forEach(s -> writes.add(state(scope, s)));
        commit.hold().ifPresent(h -> writes.add(hold(scope, h)));
        if (!commit.change().triggers().isEmpty()) {
            writes.add(log(scope, commit.change().triggers()));
        }
        timers(commit, writes);
        return writes;
    }

    private Write entry(Scope scope, Entry entry) {
        Map<String, AttributeValue> item = Items.of(Keys.entry(scope, entry.key()));
        bodies.put(item, EntryCodec.write(scope, entry));
        lifetimes.entry(item, scope, entry);
        Watches.index(item, scope, entry, clock.instant());
        return new Write.Put(
                item,
                Conditions.ABSENT,
                lifetimes.nowValue(),
                old -> new Commit.Result.Exists(EntryCodec.read(scope, bodies.read(old))));
    }

    private Write claim(Scope scope, String trigger) {
        Map<String, AttributeValue> item = Items.of(Keys.claim(scope, trigger));
        lifetimes.state(item, scope);
        return new Write.Put(item, Conditions.ABSENT, lifetimes.nowValue(), old -> new Commit.Result.Claimed(trigger));
    }

    /** {@code next} has the version after the one that was read. */
    private Write state(Scope scope, TriggerState.Write write) {
        TriggerState next = write.next();
        if (next.version() < 1) {
            throw new IllegalArgumentException("Expected the next state of " + write.trigger() + " in " + scope
                    + " to have a version of at least 1, but got " + next.version());
        }
        Keys.Key key = Keys.state(scope, write.instance());
        Map<String, AttributeValue> item = Items.of(key);
        item.put(Keys.TRIGGER, Items.text(write.trigger()));
        item.put(Keys.VERSION, Items.number(next.version()));
        bodies.put(item, StateCodec.write(write.instance(), next));
        lifetimes.state(item, scope, write.keep());
        write.wake().ifPresent(wake -> {
            item.put(Keys.DUE_PARTITION, Items.text(Keys.wakeShard(key)));
            item.put(Keys.DUE_SORT, Items.text(Keys.sortable(wake)));
        });
        boolean isFirst = next.version() == 1;
        return new Write.Put(
                item,
                isFirst ? Conditions.ABSENT : Conditions.UNCHANGED,
                isFirst ? lifetimes.nowValue() : Map.of(":old", Items.number(next.version() - 1)),
                old -> new Commit.Result.Conflict());
    }

    /** An event that is held already keeps its place in the order. */
    private Write hold(Scope scope, Event event) {
        Map<String, AttributeValue> item = new HashMap<>();
        lifetimes.held(item, scope);
        Map<String, AttributeValue> values = Map.of(
                ":b",
                bodies.inline(EventCodec.write(event)),
                ":w",
                Items.text(Keys.sortable(clock.instant())),
                ":x",
                item.get(Keys.EXPIRES));
        return new Write.Update(Keys.held(scope, event.key()), Conditions.HOLD, Optional.empty(), values);
    }

    private Write log(Scope scope, List<TriggerChange> changes) {
        Map<String, AttributeValue> item =
                Items.of(Keys.log(scope, changes.getLast().version()));
        bodies.put(item, TriggerLog.write(changes, definitions));
        lifetimes.state(item, scope);
        return new Write.Put(item, Conditions.ABSENT, lifetimes.nowValue(), old -> new Commit.Result.Conflict());
    }

    private void timers(Commit commit, List<Write> writes) {
        Set<Keys.Key> armed = new HashSet<>();
        // The last of a name counts: a transaction may not touch an item twice.
        for (Commit.Timer timer : commit.timers().reversed()) {
            Keys.Key key = Keys.timer(commit.scope(), timer.name());
            if (armed.add(key)) {
                Map<String, AttributeValue> item = Items.of(key);
                item.put(Keys.NAME, Items.text(timer.name()));
                item.put(Keys.ID, Items.text(timer.id()));
                item.put(Keys.DUE, Items.text(timer.due().toString()));
                lifetimes.timer(item, commit.scope(), timer.due());
                writes.add(new Write.Put(item, "", Map.of(), old -> new Commit.Result.Conflict()));
            }
        }
        for (String name : commit.cancelledTimers()) {
            Keys.Key key = Keys.timer(commit.scope(), name);
            if (armed.add(key)) {
                writes.add(new Write.Delete(key));
            }
        }
    }

    private Commit.Result single(Write write) {
        return switch (write) {
            case Write.Put p
            when p.condition().isEmpty() -> {
                table.put(p.item());
                yield new Commit.Result.Done();
            }
            case Write.Put p ->
                table.put(p.item(), p.condition(), p.values())
                        .map(p.otherwise())
                        .orElseGet(Commit.Result.Done::new);
            case Write.Update u -> {
                boolean isDone = table.update(u.key(), b -> b.updateExpression(u.expression())
                                .conditionExpression(u.condition().orElse(null))
                                .expressionAttributeValues(u.values()))
                        .isPresent();
                yield isDone ? new Commit.Result.Done() : new Commit.Result.Conflict();
            }
            case Write.Delete d -> {
                table.delete(d.key());
                yield new Commit.Result.Done();
            }
            case Write.Check c ->
                throw new IllegalStateException(
                        "Expected a condition on " + c.key() + " to come with a write, but it is alone");
        };
    }

    private Commit.Result transaction(Scope scope, List<Write> writes) {
        if (writes.size() > Table.MAX_TRANSACTION) {
            throw new IllegalArgumentException("Expected at most " + Table.MAX_TRANSACTION
                    + " items for one decision in " + scope + ", but got " + writes.size());
        }
        List<CancellationReason> reasons =
                table.transact(writes.stream().map(this::item).toList());
        // The entry is the first of the writes, the claims follow, so the first failed condition is the one that
        // counts.
        for (int i = 0; i < reasons.size(); i++) {
            if ("ConditionalCheckFailed".equals(reasons.get(i).code())) {
                CancellationReason reason = reasons.get(i);
                return writes.get(i) instanceof Write.Put p
                        ? p.otherwise().apply(reason.hasItem() ? reason.item() : Map.of())
                        : new Commit.Result.Conflict();
            }
        }
        return new Commit.Result.Done();
    }

    private TransactWriteItem item(Write write) {
        TransactWriteItem.Builder item = TransactWriteItem.builder();
        return switch (write) {
            case Write.Put p ->
                item.put(b -> {
                            b.tableName(table.name()).item(p.item());
                            if (!p.condition().isEmpty()) {
                                b.conditionExpression(p.condition())
                                        .expressionAttributeValues(p.values())
                                        .returnValuesOnConditionCheckFailure(
                                                ReturnValuesOnConditionCheckFailure.ALL_OLD);
                            }
                        })
                        .build();
            case Write.Update u ->
                item.update(b -> b.tableName(table.name())
                                .key(Table.attributes(u.key()))
                                .updateExpression(u.expression())
                                .conditionExpression(u.condition().orElse(null))
                                .expressionAttributeValues(u.values()))
                        .build();
            case Write.Delete d ->
                item.delete(b -> b.tableName(table.name()).key(Table.attributes(d.key())))
                        .build();
            case Write.Check c ->
                item.conditionCheck(b -> b.tableName(table.name())
                                .key(Table.attributes(c.key()))
                                .conditionExpression(c.condition())
                                .expressionAttributeValues(c.values()))
                        .build();
        };
    }
}

package io.triggerflow.aws.store;

import io.triggerflow.aws.json.Json;
import io.triggerflow.core.model.Commit;
import io.triggerflow.core.model.RunStatus;
import io.triggerflow.core.model.Scope;
import io.triggerflow.core.model.ScopeState;
import io.triggerflow.core.port.StoreException;
import io.triggerflow.core.port.UnreadableException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The roots of runs and workspaces. */
final class Roots {
    /** A larger input has its own item: a root is read and written often, its input never changes. In characters of JSON. */
    private static final int MAX_INLINE_INPUT = 1_000;

    private final Table table;
    private final Bodies bodies;
    private final Lifetimes lifetimes;
    private final Duration firstCheck;

    Roots(Table table, Bodies bodies, Lifetimes lifetimes, Duration firstCheck) {
        this.table = table;
        this.bodies = bodies;
        this.lifetimes = lifetimes;
        this.firstCheck = firstCheck;
    }

    Map<Scope, ScopeState> load(Collection<Scope> scopes) {
        if (scopes.isEmpty()) {
            return Map.of();
        }
        return states(table.get(scopes.stream().map(Keys::root).toList()));
    }

    /** The states in root items, with their inputs, which are cached: they never change. Expired ones are left out. */
    Map<Scope, ScopeState> states(List<Map<String, AttributeValue>> items) {
        List<Map<String, AttributeValue>> live =
                items.stream().filter(i -> !lifetimes.isExpired(i)).toList();
        Map<String, Object> inputs = inputs(live);
        Map<Scope, ScopeState> states = new LinkedHashMap<>();
        Map<Scope, String> unreadable = new LinkedHashMap<>();
        for (Map<String, AttributeValue> item : live) {
            Scope scope = Keys.scopeOf(item.get(Keys.PARTITION).s());
            try {
                states.put(scope, state(scope, item, inputs));
            } catch (UnreadableException e) {
                unreadable.put(scope, e.getMessage());
            }
        }
        if (!unreadable.isEmpty()) {
            throw new UnreadableException(String.join("; ", unreadable.values()), unreadable.keySet());
        }
        return states;
    }

    private ScopeState state(Scope scope, Map<String, AttributeValue> item, Map<String, Object> inputs) {
        Optional<String> key = Items.text(item, Keys.INPUT_KEY);
        Object input = key.isPresent()
                ? inputs.get(key.get())
                : Items.text(item, Keys.INPUT).map(Json::read).orElse(null);
        return RootCodec.read(scope, Items.number(item, Keys.VERSION), bodies.readInline(item.get(Keys.BODY)), input);
    }

    private Map<String, Object> inputs(List<Map<String, AttributeValue>> roots) {
        Map<String, Keys.Key> wanted = new HashMap<>();
        roots.forEach(r -> Items.text(r, Keys.INPUT_KEY)
                .ifPresent(hash -> wanted.put(
                        hash, Keys.input(Keys.scopeOf(r.get(Keys.PARTITION).s()), hash))));
        Map<String, Object> inputs = new HashMap<>();
        Set<String> missing = new HashSet<>(wanted.keySet());
        missing.removeIf(hash -> bodies.cache().contains(hash));
        if (!missing.isEmpty()) {
            for (Map<String, AttributeValue> item :
                    table.get(missing.stream().map(wanted::get).toList())) {
                String hash = item.get(Keys.SORT).s().substring(Keys.LARGE_INPUT.length());
                String text = bodies.readText(item);
                bodies.cache().put(hash, text);
                inputs.put(hash, Json.read(text));
            }
        }
        wanted.forEach((hash, key) ->
                inputs.computeIfAbsent(hash, h -> Json.read(bodies.cache().get(h, absent -> readInput(key)))));
        return inputs;
    }

    private String readInput(Keys.Key key) {
        return table.get(key)
                .map(bodies::readText)
                .orElseThrow(() -> new StoreException(
                        "Expected an item " + key + " with the input of a run, but there is none", null));
    }

    /** See {@link io.triggerflow.core.port.Store#create}; the waits are there already. */
    Optional<ScopeState> create(ScopeState state, List<Commit.Wait> waits) {
        if (state.scope().isRun()) {
            Optional<ScopeState> existing = clearLeftovers(state.scope());
            if (existing.isPresent()) {
                return existing;
            }
        }
        Map<String, AttributeValue> item = Items.of(Keys.root(state.scope()));
        item.put(Keys.VERSION, Items.number(state.version()));
        item.put(Keys.BODY, bodies.inline(RootCodec.write(state)));
        input(state, item);
        index(state, item);
        if (!waits.isEmpty()) {
            item.put(Keys.WAITS, AttributeValue.fromSs(waitPartitions(state.scope(), waits)));
        }
        return table.put(item, Conditions.ABSENT, lifetimes.nowValue())
                .map(old -> states(List.of(old)).values().iterator().next());
    }

    /**
     * A name may be used again when its run has expired. States and claims outlive their root; the new run must not find them.
     *
     * @return the root, if there is one that has not expired
     */
    private Optional<ScopeState> clearLeftovers(Scope run) {
        Table.Page first = table.query(q -> q.consistentRead(true)
                .keyConditionExpression("p = :p")
                .expressionAttributeValues(Map.of(":p", Items.text(Keys.partition(run))))
                .limit(1));
        if (first.items().isEmpty()) {
            return Optional.empty();
        }
        Optional<ScopeState> root = root(run);
        if (root.isPresent()) {
            return root;
        }
        List<Map<String, AttributeValue>> all =
                table.all(Keys.partition(run), "").toList();
        // Once more, after the query: if there is no root even now, none of what it saw belongs to a run that another
        // worker has just started.
        root = root(run);
        if (root.isEmpty()) {
            all.stream()
                    .filter(i -> i.containsKey(Keys.EXPIRES) && isOfIncarnation(i))
                    .forEach(i -> table.deleteExpired(Items.key(i), i.get(Keys.EXPIRES)));
        }
        return root;
    }

    private Optional<ScopeState> root(Scope run) {
        return Optional.ofNullable(load(List.of(run)).get(run));
    }

    /** Inputs are named by their content and may be written before their root; the root is replaced under its own condition. */
    private static boolean isOfIncarnation(Map<String, AttributeValue> item) {
        String sort = item.get(Keys.SORT).s();
        return !sort.equals(Keys.ROOT) && !sort.startsWith(Keys.LARGE_INPUT);
    }

    private void input(ScopeState state, Map<String, AttributeValue> item) {
        if (state.input() == null) {
            return;
        }
        String text = Json.write(state.input());
        if (text.length() <= MAX_INLINE_INPUT) {
            item.put(Keys.INPUT, Items.text(text));
            return;
        }
        String hash = Bodies.hash(text);
        Map<String, AttributeValue> own = Items.of(Keys.input(state.scope(), hash));
        bodies.putText(own, text, Blobs.Kind.PASSING);
        lifetimes.state(own, state.scope());
        table.put(own);
        item.put(Keys.INPUT_KEY, Items.text(hash));
    }

    private void index(ScopeState state, Map<String, AttributeValue> item) {
        Scope scope = state.scope();
        if (!scope.isRun()) {
            item.put(Keys.LIST_PARTITION, Items.text(Keys.WORKSPACES));
            item.put(Keys.LIST_SORT, Items.text(scope.workspace()));
            return;
        }
        item.put(Keys.LIST_PARTITION, Items.text(Keys.listShard(scope, state.status())));
        item.put(Keys.LIST_SORT, Items.text(Keys.listSort(state.startedAt(), scope.run())));
        item.put(Keys.DUE_PARTITION, Items.text(Keys.dueShard(scope)));
        item.put(Keys.DUE_SORT, Items.text(Keys.sortable(state.startedAt().plus(firstCheck))));
        item.put(Keys.RENEWAL, lifetimes.renewal());
    }

    /**
     * An update of a root: the indexes' attributes are touched only when the status changes.
     *
     * @param expression what is set, added and removed
     * @param values its values, with that of {@link Conditions#UNCHANGED}
     */
    record Update(Keys.Key key, String expression, Map<String, AttributeValue> values) {}

    Update update(Commit commit) {
        ScopeState next = commit.base().apply(commit.change());
        Map<String, AttributeValue> values = new HashMap<>();
        values.put(":b", bodies.inline(RootCodec.write(next)));
        values.put(":n", Items.number(next.version()));
        values.put(":old", Items.number(commit.base().version()));
        StringBuilder expression = new StringBuilder(Conditions.SET_ROOT);
        boolean isChanged =
                commit.scope().isRun() && next.status() != commit.base().status();
        if (isChanged) {
            expression.append(", g1 = :g1");
            values.put(":g1", Items.text(Keys.listShard(commit.scope(), next.status())));
        }
        if (isChanged && next.status().isFinished()) {
            expression.append(", x = :x REMOVE g2, h2, e");
            values.put(":x", lifetimes.ended());
        }
        if (!commit.waits().isEmpty()) {
            expression.append(" ADD q :q");
            values.put(":q", AttributeValue.fromSs(waitPartitions(commit.scope(), commit.waits())));
        }
        return new Update(Keys.root(commit.scope()), expression.toString(), values);
    }

    static boolean ends(Commit commit) {
        return commit.change().status().filter(RunStatus::isFinished).isPresent()
                && !commit.base().status().isFinished();
    }

    /** The partitions of the waits of a scope, as its root knows them. */
    List<String> waits(Scope scope) {
        return table.get(Keys.root(scope))
                .filter(i -> i.containsKey(Keys.WAITS))
                .map(i -> new ArrayList<>(i.get(Keys.WAITS).ss()))
                .orElseGet(ArrayList::new);
    }

    /** The root of the run, unless that has finished. */
    Optional<Map<String, AttributeValue>> checkAgain(Scope run, Instant at) {
        return table.update(Keys.root(run), u -> u.updateExpression(Conditions.SET_CHECK)
                .conditionExpression(Conditions.UNFINISHED)
                .expressionAttributeValues(Map.of(":at", Items.text(Keys.sortable(at)))));
    }

    private static List<String> waitPartitions(Scope scope, List<Commit.Wait> waits) {
        return waits.stream()
                .map(w -> Keys.wait(scope.workspace(), w.type(), w.key()))
                .distinct()
                .toList();
    }
}

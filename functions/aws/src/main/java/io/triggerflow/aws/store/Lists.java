package io.triggerflow.aws.store;

import io.triggerflow.core.model.Entry;
import io.triggerflow.core.model.RunStatus;
import io.triggerflow.core.model.Scope;
import io.triggerflow.core.model.ScopeState;
import io.triggerflow.core.port.Registry;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Pages of runs, workspaces, entries and parked messages: each is merged from the partitions over which it is spread. */
final class Lists {
    private final Table table;
    private final Bodies bodies;
    private final Lifetimes lifetimes;
    private final Roots roots;
    private final DeadLetters deadLetters;

    Lists(Table table, Bodies bodies, Lifetimes lifetimes, Roots roots, DeadLetters deadLetters) {
        this.table = table;
        this.bodies = bodies;
        this.lifetimes = lifetimes;
        this.roots = roots;
        this.deadLetters = deadLetters;
    }

    Registry.Page<ScopeState> runs(String workspace, Optional<RunStatus> status, int limit, Optional<String> token) {
        List<RunStatus> statuses = status.map(List::of).orElse(List.of(RunStatus.values()));
        List<String> shards = statuses.stream()
                .flatMap(s -> Keys.listShards(workspace, s).stream())
                .toList();
        Slice slice = new Slice(Keys.LIST_INDEX, Keys.LIST_PARTITION, Keys.LIST_SORT, false);
        return states(merged(slice, shards, limit, token), Keys.LIST_SORT, limit, status);
    }

    Registry.Page<ScopeState> workspaces(int limit, Optional<String> token) {
        Slice slice = new Slice(Keys.LIST_INDEX, Keys.LIST_PARTITION, Keys.LIST_SORT, true);
        return states(merged(slice, List.of(Keys.WORKSPACES), limit, token), Keys.LIST_SORT, limit, Optional.empty());
    }

    List<Scope> due(Instant now, int limit) {
        List<Map<String, AttributeValue>> due = new ArrayList<>();
        for (String shard : Keys.dueShards()) {
            due.addAll(table.query(q -> q.indexName(Keys.DUE_INDEX)
                            .keyConditionExpression("g2 = :g AND h2 <= :now")
                            .expressionAttributeValues(
                                    Map.of(":g", Items.text(shard), ":now", Items.text(Keys.sortable(now))))
                            .limit(limit))
                    .items());
        }
        due.sort(Comparator.comparing(i -> i.get(Keys.DUE_SORT).s()));
        return due.stream()
                .limit(limit)
                .map(i -> Keys.scopeOf(i.get(Keys.PARTITION).s()))
                .toList();
    }

    /** The roots behind the first items of an index; the index may be a moment behind. */
    private Registry.Page<ScopeState> states(
            List<Map<String, AttributeValue>> found, String sort, int limit, Optional<RunStatus> status) {
        List<Map<String, AttributeValue>> page = found.subList(0, Math.min(limit, found.size()));
        List<Scope> scopes = page.stream()
                .map(i -> Keys.scopeOf(i.get(Keys.PARTITION).s()))
                .distinct()
                .toList();
        Map<Scope, ScopeState> states = roots.load(scopes);
        List<ScopeState> items = scopes.stream()
                .map(states::get)
                .filter(s -> s != null && status.map(w -> w == s.status()).orElse(true))
                .toList();
        return new Registry.Page<>(
                items,
                found.size() > limit
                        ? Optional.of(token(page.getLast().get(sort).s()))
                        : Optional.empty());
    }

    Registry.Page<Entry> entries(Scope scope, int limit, Optional<String> token) {
        Slice slice = new Slice("", Keys.PARTITION, Keys.SORT, true);
        List<Map<String, AttributeValue>> found = merged(
                slice,
                Keys.entryPartitions(scope),
                limit,
                Optional.of(token.orElse(token(Keys.ENTRY))),
                after(Keys.ENTRY));
        List<Map<String, AttributeValue>> page = found.subList(0, Math.min(limit, found.size()));
        List<Entry> entries = page.stream()
                .filter(i -> !lifetimes.isExpired(i))
                .map(i -> EntryCodec.read(scope, bodies.read(i)))
                .toList();
        return new Registry.Page<>(
                entries,
                found.size() > limit
                        ? Optional.of(token(page.getLast().get(Keys.SORT).s()))
                        : Optional.empty());
    }

    /** Items of the states of a trigger's keys. */
    Registry.Page<Map<String, AttributeValue>> keyed(Scope scope, String trigger, int limit, Optional<String> token) {
        String prefix = Keys.keyedPrefix(trigger);
        Slice slice = new Slice("", Keys.PARTITION, Keys.SORT, true);
        List<Map<String, AttributeValue>> found = merged(
                slice, Keys.entryPartitions(scope), limit, Optional.of(token.orElse(token(prefix))), after(prefix));
        List<Map<String, AttributeValue>> page = found.subList(0, Math.min(limit, found.size()));
        return new Registry.Page<>(
                page.stream().filter(i -> !lifetimes.isExpired(i)).toList(),
                found.size() > limit
                        ? Optional.of(token(page.getLast().get(Keys.SORT).s()))
                        : Optional.empty());
    }

    /** Right after all keys that begin so: '$' is the character after '#'. */
    private static String after(String prefix) {
        return prefix.substring(0, prefix.length() - 1) + "$";
    }

    Registry.Page<Registry.Parked> parked(Optional<String> workspace, int limit, Optional<String> token) {
        Slice slice = new Slice(Keys.LIST_INDEX, Keys.LIST_PARTITION, Keys.LIST_SORT, false);
        List<Registry.Parked> items = new ArrayList<>();
        Optional<String> from = token;
        // Those of other workspaces are passed over: what is parked is an exception, and lists of it are short.
        while (true) {
            List<Map<String, AttributeValue>> found = merged(slice, Keys.parkedShards(), limit, from);
            List<Map<String, AttributeValue>> page = found.subList(0, Math.min(limit, found.size()));
            Map<Keys.Key, Map<String, AttributeValue>> full = new HashMap<>();
            if (!page.isEmpty()) {
                table.get(page.stream().map(Items::key).toList()).forEach(i -> full.put(Items.key(i), i));
            }
            for (Map<String, AttributeValue> key : page) {
                Map<String, AttributeValue> item = full.get(Items.key(key));
                if (item != null
                        && !lifetimes.isExpired(item)
                        && workspace
                                .map(w -> Items.text(item, Keys.WORKSPACE)
                                        .filter(w::equals)
                                        .isPresent())
                                .orElse(true)) {
                    items.add(deadLetters.read(item));
                    if (items.size() == limit) {
                        return new Registry.Page<>(
                                items, Optional.of(token(key.get(Keys.LIST_SORT).s())));
                    }
                }
            }
            if (found.size() <= limit) {
                return new Registry.Page<>(items, Optional.empty());
            }
            from = Optional.of(token(page.getLast().get(Keys.LIST_SORT).s()));
        }
    }

    /** How partitions are read: by which index (none: the table), by which keys, and in which direction. */
    private record Slice(String index, String partition, String sort, boolean ascending) {}

    /** Up to {@code limit} items of each partition after the token, in the order of all of them. */
    private List<Map<String, AttributeValue>> merged(
            Slice slice, List<String> partitions, int limit, Optional<String> token) {
        return merged(slice, partitions, limit, token, "");
    }

    /** The same, of the table up to a sort key. */
    private List<Map<String, AttributeValue>> merged(
            Slice slice, List<String> partitions, int limit, Optional<String> token, String to) {
        Comparator<Map<String, AttributeValue>> order =
                Comparator.comparing(i -> i.get(slice.sort()).s());
        return partitions.stream()
                .flatMap(p -> page(slice, p, limit, token, to))
                .sorted(slice.ascending() ? order : order.reversed())
                .toList();
    }

    private Stream<Map<String, AttributeValue>> page(
            Slice slice, String partition, int limit, Optional<String> token, String to) {
        Map<String, AttributeValue> values = new LinkedHashMap<>(Map.of(":p", Items.text(partition)));
        StringBuilder condition = new StringBuilder(slice.partition()).append(" = :p");
        boolean isTable = slice.index().isEmpty();
        token.ifPresent(t -> {
            values.put(":t", Items.text(untoken(t)));
            if (isTable) {
                values.put(":u", Items.text(to));
                condition.append(" AND s BETWEEN :t AND :u");
            } else {
                condition.append(" AND ").append(slice.sort()).append(slice.ascending() ? " > :t" : " < :t");
            }
        });
        List<Map<String, AttributeValue>> items = new ArrayList<>();
        Map<String, AttributeValue> last = Map.of();
        do {
            // One more than the page, to know whether there is another; and the item of the token, which BETWEEN
            // includes.
            int missing = limit + 2 - items.size();
            Map<String, AttributeValue> from = last;
            Table.Page page = table.query(q -> q.indexName(isTable ? null : slice.index())
                    .consistentRead(isTable)
                    .keyConditionExpression(condition.toString())
                    .expressionAttributeValues(values)
                    .scanIndexForward(slice.ascending())
                    .exclusiveStartKey(from.isEmpty() ? null : from)
                    .limit(missing));
            items.addAll(page.items());
            last = page.last();
        } while (!last.isEmpty() && items.size() < limit + 2);
        return items.stream()
                .filter(i -> !isTable
                        || !i.get(Keys.SORT)
                                .s()
                                .equals(token.map(Lists::untoken).orElse("")));
    }

    private static String token(String sort) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(sort.getBytes(StandardCharsets.UTF_8));
    }

    private static String untoken(String token) {
        try {
            return new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "Expected the token of a page as it was given, but got '" + token + "'", e);
        }
    }
}

package io.triggerflow.aws.store;

import io.triggerflow.core.model.Entry;
import io.triggerflow.core.model.Scope;
import io.triggerflow.core.port.Registry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Entries of workspaces whose launches must end: they are in an index by the time from which their silence counts, for as long as they
 * live, and a mark a shard says how far they were looked at. To take them out of the index instead would be two more write units each.
 */
final class Watches {
    /** Sorts after the separator, and so after every key of its instant. */
    private static final String AFTER_INSTANT = "$";
    /** Keys are of one length: right after this one, and before every other. */
    private static final String AFTER_KEY = "!";

    private static final String FIRST = "0";

    private final Table table;
    private final Bodies bodies;
    private final Lifetimes lifetimes;

    Watches(Table table, Bodies bodies, Lifetimes lifetimes) {
        this.table = table;
        this.bodies = bodies;
        this.lifetimes = lifetimes;
    }

    /**
     * Puts an item of an entry into the index, if it is to be watched. Not before the time at which it is written: the batch that decided
     * it may have begun minutes ago, and a mark may have moved on since.
     */
    static void index(Map<String, AttributeValue> item, Scope scope, Entry entry, Instant now) {
        Optional<Instant> since = scope.isRun() ? Optional.empty() : entry.silentFrom();
        since.map(s -> s.isAfter(now) ? s : now).ifPresent(s -> {
            item.put(Keys.DUE_PARTITION, Items.text(Keys.watchShard(scope, entry.key())));
            item.put(Keys.DUE_SORT, Items.text(Keys.watchSort(s, scope, entry.key())));
        });
    }

    /** Where an item is in the table and in the index. */
    private record Place(String shard, String sort, Keys.Key key) {
        static Place of(Map<String, AttributeValue> item) {
            return new Place(
                    item.get(Keys.DUE_PARTITION).s(), item.get(Keys.DUE_SORT).s(), Items.key(item));
        }

        /** The last part may have any character, the others no bar. */
        static Place read(String text) {
            String[] parts = text.split("\\|", 4);
            return new Place(parts[0], parts[1], new Keys.Key(parts[2], parts[3]));
        }

        Instant since() {
            return Instant.parse(sort.substring(0, sort.indexOf('#')) + "Z");
        }

        String hash() {
            return sort.substring(sort.indexOf('#') + 1);
        }

        /** {@code W#workspace#E00}, and a workspace's name has no separator. */
        Scope scope() {
            return Scope.workspace(key.p().split("#", 3)[1]);
        }

        @Override
        public String toString() {
            return String.join("|", shard, sort, key.p(), key.s());
        }
    }

    Registry.Watch watched(Instant since, int limit) {
        Map<String, String> marks = marks();
        List<Place> places = new ArrayList<>();
        boolean more = false;
        for (String shard : Keys.watchShards()) {
            String from = marks.getOrDefault(shard, FIRST) + AFTER_KEY;
            String to = Keys.sortable(since) + AFTER_INSTANT;
            // A mark may be further when the silence was made longer, or the clocks of two sweepers differ.
            if (from.compareTo(to) < 0) {
                Table.Page page = table.query(q -> q.indexName(Keys.DUE_INDEX)
                        .keyConditionExpression("g2 = :g AND h2 BETWEEN :from AND :to")
                        .expressionAttributeValues(
                                Map.of(":g", Items.text(shard), ":from", Items.text(from), ":to", Items.text(to)))
                        .limit(Math.ceilDiv(limit, Keys.WATCH_SHARDS)));
                page.items().forEach(i -> places.add(Place.of(i)));
                more |= !page.last().isEmpty();
            }
        }
        places.sort(Comparator.comparing(Place::sort));
        return new Registry.Watch(read(places), more);
    }

    private Map<String, String> marks() {
        Map<String, String> marks = new HashMap<>();
        table.all(Keys.MARKS, "")
                .forEach(i -> marks.put(i.get(Keys.SORT).s(), i.get(Keys.MARK).s()));
        return marks;
    }

    private List<Registry.Watched> read(List<Place> places) {
        Map<Keys.Key, Map<String, AttributeValue>> items = new HashMap<>();
        if (!places.isEmpty()) {
            table.get(places.stream().map(Place::key).toList()).forEach(i -> items.put(Items.key(i), i));
        }
        return places.stream()
                .map(place -> watched(place, Optional.ofNullable(items.get(place.key()))))
                .toList();
    }

    private Registry.Watched watched(Place place, Optional<Map<String, AttributeValue>> item) {
        return new Registry.Watched(
                place.scope(), place.toString(), place.since(), () -> item.filter(i -> !lifetimes.isExpired(i))
                        .map(i -> EntryCodec.read(place.scope(), bodies.read(i))));
    }

    void passed(List<Registry.Watched> entries) {
        Map<String, String> last = new TreeMap<>();
        entries.stream().map(w -> Place.read(w.place())).forEach(p -> last.merge(p.shard(), p.sort(), Watches::later));
        last.forEach((shard, sort) -> table.update(Keys.mark(shard), u -> u.updateExpression(Conditions.SET_MARK)
                .conditionExpression(Conditions.MARK_BEFORE)
                .expressionAttributeValues(Map.of(":h", Items.text(sort)))));
    }

    private static String later(String a, String b) {
        return a.compareTo(b) > 0 ? a : b;
    }

    void again(Registry.Watched watched, Instant since) {
        Place place = Place.read(watched.place());
        table.update(place.key(), u -> u.updateExpression(Conditions.SET_CHECK)
                .conditionExpression(Conditions.NOT_MOVED)
                .expressionAttributeValues(Map.of(
                        ":at", Items.text(Keys.watchSort(since, place.hash())), ":seen", Items.text(place.sort()))));
    }

    Set<Entry.Ref> present(Collection<Entry.Ref> entries) {
        Map<Keys.Key, Entry.Ref> wanted = new HashMap<>();
        entries.forEach(e -> wanted.put(Keys.entry(e.scope(), e.key()), e));
        Set<Entry.Ref> present = new HashSet<>();
        table.present(wanted.keySet()).forEach(key -> present.add(wanted.get(key)));
        return present;
    }
}

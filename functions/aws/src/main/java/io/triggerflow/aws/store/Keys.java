package io.triggerflow.aws.store;

import io.triggerflow.core.model.Ids;
import io.triggerflow.core.model.RunStatus;
import io.triggerflow.core.model.Scope;
import io.triggerflow.core.model.TriggerState;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The one place that knows how items are named. One table; partition key {@code p}, sort key {@code s}.
 *
 * <pre>
 * what                     p                       s                          attributes
 * root of a run            R#ws#run                @                          n version, b body, i input (small) or j its key, q waits, g1 h1 g2 h2, e
 * root of a workspace      W#ws                    @                          the same without g2 and e
 * large input              R#ws#run                I#hash                     b
 * entry of a run           R#ws#run                E#key                      b
 * entry of a workspace     W#ws#E00..E31           E#key                      b, g2 h2 (one partition takes 1,000 writes/s: spread)
 * trigger state            scope                   C#trigger                  n version, t trigger, b
 * state of a key           scope, or as entries     K#trigger#hash(key)        the same, body with the key; g2 h2 while it waits for the clock
 * segmented join           scope                   J#trigger                  t, a f k upper bounds, r resets, l launched
 * its segments             scope                   S#trigger#batch[#part]     b members
 * claim                    scope                   T#trigger                  (nothing)
 * timer                    scope                   M#name                     m name, i id, d due
 * held event               scope                   H#event key                b event, w when it was held
 * log of dynamic triggers  scope                   D#last version             b changes
 * definition, body         F#ws                    B#workflow#version         b
 * definition, head         F#ws                    V#workflow#version         m workflow, v version, w at, d description, c triggers
 * newest version           F#ws                    N#workflow                 v version
 * wait                     Q#ws#hash(type, key)    R#run or W                 (nothing)
 * receipt                  P#request id            @                          b address
 * parked                   X#id                    @                          b message, m id, y reason, w at, z scope, u workspace, g1 h1
 * failing message          X#dead:id               @                          e1 first error, w1 at, e2 last, w2 at, c times; given up, the rest as parked
 * mark of a watch shard    L                       L#00..15                   h up to where its entries were looked at (an h2)
 *
 * index  partition (g1, g2), sort (h1, h2)        for                            sparse: which items
 * lists  ws#STATUS#0..3, startedAt#run              runs by status and start       roots of runs
 *        @W, ws                                     workspaces by name             roots of workspaces
 *        @X#0..3, at#id                             what was parked                parked
 * due    D#0..7, next check                         the sweeper                    roots of unfinished runs
 *        L#00..15, silent from#hash of scope, key   the sweeper                    entries of workspaces that launched what must end
 *        K#0..3, when its wake-up is due            the sweeper                    states that wait for the clock
 * </pre>
 *
 * An entry of a workspace costs one index write unit the more when it launches something that must end, and no further one when that ends:
 * it stays in the index until it expires, and the sweeper passes it by the mark of its shard. Entries of runs are in no index.
 *
 * Scope names have no {@code #}; all other parts are escaped by {@link #part}, so that a prefix of a key never is another's.
 * Both indexes project keys only: a change of a root that touches neither its status nor its next check costs no index write.
 * {@code x} is the time to live in epoch seconds. Bodies ({@code b}) are JSON; those that are too large for an item are in S3 ({@code o} = object key).
 */
final class Keys {
    static final String PARTITION = "p";
    static final String SORT = "s";
    static final String BODY = "b";
    static final String OBJECT = "o";
    static final String VERSION = "n";
    static final String EXPIRES = "x";
    static final String INPUT = "i";
    static final String INPUT_KEY = "j";
    static final String WAITS = "q";
    /** When the times to live of what the run has are to be renewed, in epoch seconds. */
    static final String RENEWAL = "e";

    static final String TRIGGER = "t";
    static final String SUCCEEDED = "a";
    static final String FAILED = "f";
    static final String SKIPPED = "k";
    static final String RESETS = "r";
    static final String LAUNCHED = "l";
    static final String NAME = "m";
    static final String ID = "i";
    static final String DUE = "d";
    static final String WRITTEN = "w";
    static final String WORKFLOW_VERSION = "v";
    static final String DESCRIPTION = "d";
    static final String COUNT = "c";
    static final String REASON = "y";
    static final String FIRST_ERROR = "e1";
    static final String FIRST_AT = "w1";
    static final String LAST_ERROR = "e2";
    static final String LAST_AT = "w2";
    static final String SCOPE = "z";
    static final String WORKSPACE = "u";
    static final String MARK = "h";
    /** On an item of a run that has a time of its own, which is not renewed with the run. */
    static final String OWN_TIME = "xo";

    static final String LIST_INDEX = "lists";
    static final String LIST_PARTITION = "g1";
    static final String LIST_SORT = "h1";
    static final String DUE_INDEX = "due";
    static final String DUE_PARTITION = "g2";
    static final String DUE_SORT = "h2";

    static final String ROOT = "@";
    static final String ENTRY = "E#";
    static final String STATE = "C#";
    static final String KEYED = "K#";
    static final String JOIN = "J#";
    static final String CLAIM = "T#";
    static final String TIMER = "M#";
    static final String HELD = "H#";
    static final String LOG = "D#";
    static final String SEGMENT = "S#";
    static final String LARGE_INPUT = "I#";
    static final String WORKSPACES = "@W";

    /** Twelve digits. */
    static final long MAX_LOG_VERSION = 999_999_999_999L;

    static final int ENTRY_SHARDS = 32;
    static final int LIST_SHARDS = 4;
    static final int DUE_SHARDS = 8;
    static final int WAKE_SHARDS = 4;
    /** One partition of the index takes 1,000 writes/s, too, and these are shared by all workspaces. */
    static final int WATCH_SHARDS = 16;

    /** Longer parts are cut and hashed: a sort key has 1,024 bytes, and a character up to 3. */
    private static final int MAX_PART = 300;

    private static final int KEPT_OF_LONG_PART = 200;

    /** Texts of equal length, so that their order is the order of time. */
    private static final DateTimeFormatter SORTABLE = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd'T'HH:mm:ss.SSSSSSSSS", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private Keys() {}

    /** The primary key of an item. */
    record Key(String p, String s) {}

    static String partition(Scope scope) {
        return scope.isRun() ? "R#" + scope.workspace() + "#" + scope.run() : "W#" + scope.workspace();
    }

    static Key root(Scope scope) {
        return new Key(partition(scope), ROOT);
    }

    /** The scope whose root has this partition key. */
    static Scope scopeOf(String partition) {
        String[] parts = partition.split("#", 3);
        return new Scope(parts[1], parts.length > 2 ? parts[2] : "");
    }

    static Key entry(Scope scope, String key) {
        String partition = scope.isRun() ? partition(scope) : entryShard(scope, shard(key, ENTRY_SHARDS));
        return new Key(partition, ENTRY + part(key));
    }

    /** All partitions that hold entries of a scope. */
    static List<String> entryPartitions(Scope scope) {
        return scope.isRun()
                ? List.of(partition(scope))
                : IntStream.range(0, ENTRY_SHARDS)
                        .mapToObj(i -> entryShard(scope, i))
                        .toList();
    }

    private static String entryShard(Scope workspace, int shard) {
        return "%s#E%02d".formatted(partition(workspace), shard);
    }

    static Key input(Scope scope, String hash) {
        return new Key(partition(scope), LARGE_INPUT + hash);
    }

    static Key state(Scope scope, String trigger) {
        return new Key(partition(scope), STATE + part(trigger));
    }

    /** Of a workspace over as many partitions as its entries: keys may be written as often as these. */
    static Key state(Scope scope, TriggerState.Instance instance) {
        if (!instance.isKeyed()) {
            return state(scope, instance.trigger());
        }
        String partition = scope.isRun() ? partition(scope) : entryShard(scope, shard(instance.hash(), ENTRY_SHARDS));
        return new Key(partition, keyedPrefix(instance.trigger()) + instance.hash());
    }

    static String keyedPrefix(String trigger) {
        return KEYED + part(trigger) + "#";
    }

    /** The scope of which this is a partition. */
    static Scope ownerOf(String partition) {
        String[] parts = partition.split("#", 3);
        return parts[0].equals("R") ? new Scope(parts[1], parts[2]) : Scope.workspace(parts[1]);
    }

    static List<String> wakeShards() {
        return IntStream.range(0, WAKE_SHARDS).mapToObj(Keys::wakeShard).toList();
    }

    static String wakeShard(Key state) {
        return wakeShard(shard(state.p() + "|" + state.s(), WAKE_SHARDS));
    }

    private static String wakeShard(int shard) {
        return "K#" + shard;
    }

    static Key join(Scope scope, String trigger) {
        return new Key(partition(scope), JOIN + part(trigger));
    }

    static String segmentPrefix(String trigger) {
        return SEGMENT + part(trigger) + "#";
    }

    static Key segment(Scope scope, String trigger, String batch, int number) {
        return new Key(partition(scope), segmentPrefix(trigger) + part(batch) + (number == 0 ? "" : "#" + number));
    }

    static Key claim(Scope scope, String trigger) {
        return new Key(partition(scope), CLAIM + part(trigger));
    }

    static Key timer(Scope scope, String name) {
        return new Key(partition(scope), TIMER + part(name));
    }

    static Key held(Scope scope, String eventKey) {
        return new Key(partition(scope), HELD + part(eventKey));
    }

    static Key log(Scope scope, long lastVersion) {
        return new Key(partition(scope), "%s%012d".formatted(LOG, lastVersion));
    }

    static String definitions(String workspace) {
        return "F#" + workspace;
    }

    static Key definitionBody(String workspace, String workflow, String version) {
        return new Key(definitions(workspace), "B#" + part(workflow) + "#" + part(version));
    }

    static Key definitionHead(String workspace, String workflow, String version) {
        return new Key(definitions(workspace), headPrefix(workflow) + part(version));
    }

    static String headPrefix(String workflow) {
        return "V#" + part(workflow) + "#";
    }

    static Key newest(String workspace, String workflow) {
        return new Key(definitions(workspace), "N#" + part(workflow));
    }

    static String wait(String workspace, String type, String key) {
        return "Q#" + workspace + "#" + Ids.hash(type, key);
    }

    static String waiter(Scope scope) {
        return scope.isRun() ? "R#" + scope.run() : "W";
    }

    static Scope waiterOf(String workspace, String sort) {
        return sort.startsWith("R#") ? new Scope(workspace, sort.substring(2)) : Scope.workspace(workspace);
    }

    static Key receipt(String requestId) {
        return new Key("P#" + part(requestId), ROOT);
    }

    static Key parked(String id) {
        return new Key("X#" + part(id), ROOT);
    }

    static List<String> parkedShards() {
        return IntStream.range(0, LIST_SHARDS).mapToObj(i -> "@X#" + i).toList();
    }

    static String parkedShard(String id) {
        return "@X#" + shard(id, LIST_SHARDS);
    }

    static List<String> listShards(String workspace, RunStatus status) {
        return IntStream.range(0, LIST_SHARDS)
                .mapToObj(i -> listShard(workspace, status, i))
                .toList();
    }

    static String listShard(Scope run, RunStatus status) {
        return listShard(run.workspace(), status, shard(run.run(), LIST_SHARDS));
    }

    private static String listShard(String workspace, RunStatus status, int shard) {
        return workspace + "#" + status + "#" + shard;
    }

    static String listSort(Instant at, String name) {
        return sortable(at) + "#" + name;
    }

    /** When the run of a root started. */
    static Instant startOf(Map<String, AttributeValue> root) {
        String sort = root.get(LIST_SORT).s();
        return Instant.parse(sort.substring(0, sort.indexOf('#')) + "Z");
    }

    static List<String> dueShards() {
        return IntStream.range(0, DUE_SHARDS).mapToObj(i -> "D#" + i).toList();
    }

    static String dueShard(Scope run) {
        return "D#" + shard(run.toString(), DUE_SHARDS);
    }

    static List<String> watchShards() {
        return IntStream.range(0, WATCH_SHARDS).mapToObj(Keys::watchShard).toList();
    }

    static String watchShard(Scope workspace, String entry) {
        return watchShard(shard(workspace + "#" + entry, WATCH_SHARDS));
    }

    private static String watchShard(int shard) {
        return "L#%02d".formatted(shard);
    }

    /** Of one length, so that none is the beginning of another; and of one entry, so that a mark between two equal instants passes one. */
    static String watchSort(Instant since, Scope workspace, String entry) {
        return watchSort(since, Ids.hash(workspace.toString(), entry));
    }

    static String watchSort(Instant since, String hash) {
        return sortable(since) + "#" + hash;
    }

    static final String MARKS = "L";

    static Key mark(String watchShard) {
        return new Key(MARKS, watchShard);
    }

    static String sortable(Instant at) {
        return SORTABLE.format(at);
    }

    /** Which of a power of two shards: from the upper bits of a mixed hash, so that names that differ only in a number are spread. Stored: never to be changed. */
    private static int shard(String text, int shards) {
        return text.hashCode() * 0x9E3779B9 >>> 32 - Integer.numberOfTrailingZeros(shards);
    }

    static String part(String text) {
        String escaped = text.replace("%", "%25").replace("#", "%23");
        return escaped.length() <= MAX_PART ? escaped : escaped.substring(0, KEPT_OF_LONG_PART) + "%h" + Ids.hash(text);
    }
}

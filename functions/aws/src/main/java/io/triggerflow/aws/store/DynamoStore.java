package io.triggerflow.aws.store;

import io.triggerflow.core.model.Address;
import io.triggerflow.core.model.Commit;
import io.triggerflow.core.model.Definition;
import io.triggerflow.core.model.Entry;
import io.triggerflow.core.model.Event;
import io.triggerflow.core.model.Members;
import io.triggerflow.core.model.RunStatus;
import io.triggerflow.core.model.Scope;
import io.triggerflow.core.model.ScopeState;
import io.triggerflow.core.model.TriggerChange;
import io.triggerflow.core.model.TriggerState;
import io.triggerflow.core.port.Registry;
import io.triggerflow.core.port.Store;
import io.triggerflow.core.port.UnreadableException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The store in one DynamoDB table; {@link Keys} has its layout, {@link Conditions} its conditions. Large bodies are in the blob store.
 *
 * <p>What it costs: a sequential transition one request of one write unit a KB; a state alone the same; a batch for a segmented join two
 * requests; a start one put, one more if the input is longer than 1,000 characters, one a 25 waits, and one small read.
 */
public final class DynamoStore implements Store, Registry {
    private final InstantSource clock;
    private final Duration firstCheck;
    private final Table table;
    private final Bodies bodies;
    private final Lifetimes lifetimes;
    private final Roots roots;
    private final Commits commits;
    private final Joins joins;
    private final Mail mail;
    private final DeadLetters deadLetters;
    private final Definitions definitions;
    private final Lists lists;
    private final Watches watches;
    private final Wakes wakes;
    private final DefinitionCodec codec;
    private final Renewals renewals;

    public DynamoStore(DynamoDbClient client, Blobs blobs, InstantSource clock, StoreSettings settings) {
        this.clock = clock;
        this.firstCheck = settings.firstCheck();
        this.codec = new DefinitionCodec();
        this.table = new Table(client, settings.table());
        this.bodies = new Bodies(blobs);
        this.lifetimes = new Lifetimes(settings, clock);
        this.roots = new Roots(table, bodies, lifetimes, settings.firstCheck());
        this.mail = new Mail(table, bodies, lifetimes);
        this.deadLetters = new DeadLetters(table, bodies, lifetimes);
        this.commits = new Commits(table, bodies, lifetimes, roots, mail, codec, clock);
        this.joins = new Joins(table, bodies, lifetimes);
        this.definitions = new Definitions(table, bodies, codec);
        this.lists = new Lists(table, bodies, lifetimes, roots, deadLetters);
        this.renewals = new Renewals(table, bodies, lifetimes, clock);
        this.watches = new Watches(table, bodies, lifetimes);
        this.wakes = new Wakes(table, bodies, lifetimes);
    }

    @Override
    public Map<Scope, ScopeState> load(Collection<Scope> scopes) {
        return roots.load(scopes);
    }

    @Override
    public Loaded load(Collection<Scope> scopes, Collection<Entry.Ref> entries) {
        if (entries.isEmpty()) {
            return new Loaded(roots.load(scopes), Map.of());
        }
        Map<Keys.Key, Entry.Ref> wanted =
                entries.stream().collect(Collectors.toMap(e -> Keys.entry(e.scope(), e.key()), e -> e));
        Map<Entry.Ref, Entry> found = new HashMap<>();
        List<Map<String, AttributeValue>> rest = new ArrayList<>();
        for (var item : table.get(Stream.concat(scopes.stream().map(Keys::root), wanted.keySet().stream())
                .toList())) {
            Entry.Ref ref = wanted.get(Items.key(item));
            if (ref == null) {
                rest.add(item);
            } else {
                readable(ref, item).ifPresent(e -> found.put(ref, e));
            }
        }
        return new Loaded(roots.states(rest), found);
    }

    private Optional<Entry> readable(Entry.Ref ref, Map<String, AttributeValue> item) {
        try {
            return entry(ref.scope(), item);
        } catch (UnreadableException e) {
            return Optional.empty();
        }
    }

    @Override
    public Optional<Entry> entry(Scope scope, String key) {
        return table.get(Keys.entry(scope, key)).flatMap(i -> entry(scope, i));
    }

    private Optional<Entry> entry(Scope scope, Map<String, AttributeValue> item) {
        return lifetimes.isExpired(item) ? Optional.empty() : Optional.of(EntryCodec.read(scope, bodies.read(item)));
    }

    @Override
    public Commit.Result commit(Commit commit) {
        return commits.commit(commit);
    }

    @Override
    public Optional<TriggerState> state(Scope scope, TriggerState.Instance instance) {
        return table.get(Keys.state(scope, instance))
                .filter(i -> !lifetimes.isExpired(i))
                .map(this::state);
    }

    private TriggerState state(Map<String, AttributeValue> item) {
        return StateCodec.read(Items.key(item), Items.number(item, Keys.VERSION), bodies.read(item));
    }

    @Override
    public TriggerState.Summary append(Scope scope, String trigger, String batch, Members members) {
        return joins.append(scope, trigger, batch, members);
    }

    @Override
    public Optional<TriggerState.Segmented> segments(Scope scope, String trigger) {
        return joins.segments(scope, trigger);
    }

    @Override
    public void correct(Scope scope, String trigger, TriggerState.Segmented read) {
        joins.correct(scope, trigger, read);
    }

    @Override
    public void markLaunched(Scope scope, String trigger) {
        joins.markLaunched(scope, trigger);
    }

    @Override
    public List<TriggerChange> triggerChanges(Scope scope, long after) {
        // The key of an item of the log is its last version: items that end at or before `after` are not read.
        return log(scope, after)
                .flatMap(i -> TriggerLog.read(bodies.read(i), codec).stream())
                .filter(c -> c.version() > after)
                .toList();
    }

    private Stream<Map<String, AttributeValue>> log(Scope scope, long after) {
        return table.between(Keys.log(scope, after + 1), Keys.log(scope, Keys.MAX_LOG_VERSION));
    }

    @Override
    public Optional<Definition> definition(String workspace, Definition.Ref ref) {
        return definitions.definition(workspace, ref);
    }

    @Override
    public Optional<Definition.Ref> newest(String workspace, String workflow) {
        return definitions.newest(workspace, workflow);
    }

    @Override
    public void put(String workspace, Definition definition, Instant at) {
        definitions.put(workspace, definition, at);
    }

    @Override
    public Optional<ScopeState> create(ScopeState state, List<Commit.Wait> waits) {
        mail.addWaits(state.scope(), waits);
        return roots.create(state, waits);
    }

    @Override
    public Optional<Commit.Timer> timer(Scope scope, String name) {
        return table.get(Keys.timer(scope, name))
                .filter(i -> !lifetimes.isExpired(i))
                .map(DynamoStore::timer);
    }

    private static Commit.Timer timer(Map<String, AttributeValue> item) {
        return new Commit.Timer(
                item.get(Keys.NAME).s(),
                item.get(Keys.ID).s(),
                Instant.parse(item.get(Keys.DUE).s()));
    }

    @Override
    public List<Event> held(Scope scope) {
        return mail.held(scope);
    }

    @Override
    public void release(Scope scope, Event event) {
        mail.release(scope, event);
    }

    @Override
    public List<Scope> waiting(String workspace, String type, String key) {
        return mail.waiting(workspace, type, key);
    }

    @Override
    public void park(String id, Optional<Scope> scope, Object message, String reason, Instant at) {
        deadLetters.park(id, scope, message, reason, at);
    }

    @Override
    public void receipt(String requestId, Address address, Instant at) {
        mail.receipt(requestId, address);
    }

    @Override
    public Optional<Address> receipt(String requestId) {
        return mail.receipt(requestId);
    }

    @Override
    public Page<ScopeState> runs(String workspace, Optional<RunStatus> status, int limit, Optional<String> token) {
        return lists.runs(workspace, status, limit, token);
    }

    @Override
    public Page<ScopeState> workspaces(int limit, Optional<String> token) {
        return lists.workspaces(limit, token);
    }

    @Override
    public Page<Version> versions(String workspace, Optional<String> workflow, int limit, Optional<String> token) {
        return definitions.versions(workspace, workflow, limit, token);
    }

    @Override
    public Page<Entry> entries(Scope scope, int limit, Optional<String> token) {
        return lists.entries(scope, limit, token);
    }

    @Override
    public Map<String, TriggerState> states(Scope scope) {
        Map<String, TriggerState> states = new HashMap<>();
        table.all(Keys.partition(scope), Keys.STATE)
                .filter(i -> !lifetimes.isExpired(i))
                .forEach(i -> states.put(i.get(Keys.TRIGGER).s(), state(i)));
        for (String trigger : joins.triggers(scope)) {
            joins.segments(scope, trigger).ifPresent(s -> states.put(trigger, inFull(s)));
        }
        return states;
    }

    @Override
    public Page<Keyed> states(Scope scope, String trigger, int limit, Optional<String> token) {
        Page<Map<String, AttributeValue>> page = lists.keyed(scope, trigger, limit, token);
        return new Page<>(
                page.items().stream()
                        .map(i -> new Keyed(StateCodec.key(bodies.read(i)), state(i)))
                        .toList(),
                page.next());
    }

    @Override
    public List<Waking> waking(Instant until, int limit) {
        return wakes.waking(until, limit);
    }

    @Override
    public void letSleep(Waking waking) {
        wakes.letSleep(waking);
    }

    private static TriggerState inFull(TriggerState.Segmented join) {
        return new TriggerState(
                join.summary().resets() + 1,
                1,
                join.members(),
                List.of(),
                Map.of(),
                join.summary().fired(),
                !join.summary().fired() || join.summary().launched());
    }

    @Override
    public List<Commit.Timer> timers(Scope scope) {
        return table.all(Keys.partition(scope), Keys.TIMER)
                .filter(i -> !lifetimes.isExpired(i))
                .map(DynamoStore::timer)
                .toList();
    }

    @Override
    public Page<Parked> parked(Optional<String> workspace, int limit, Optional<String> token) {
        return lists.parked(workspace, limit, token);
    }

    /** Notes why a message could not be handled that comes again: part of what is parked, should the queue give it up. */
    public void noteFailure(String id, String error, Instant at) {
        deadLetters.noteFailure(id, error, at);
    }

    /** Parks a message that the queue gave up. Idempotent. */
    public void giveUp(String id, Object message, String reason, Instant at) {
        deadLetters.giveUp(id, message, reason, at);
    }

    /** One parked message. */
    public Optional<Parked> parked(String id) {
        return deadLetters.find(id);
    }

    @Override
    public void unpark(String id) {
        deadLetters.unpark(id);
    }

    @Override
    public void deleteWorkspace(String workspace) {
        new Removal(table, lists, roots, mail).workspace(workspace);
    }

    @Override
    public Set<Entry.Ref> present(Collection<Entry.Ref> keys) {
        return watches.present(keys);
    }

    @Override
    public Watch watched(Instant since, int limit) {
        return watches.watched(since, limit);
    }

    @Override
    public void passed(List<Watched> entries) {
        watches.passed(entries);
    }

    @Override
    public void watchAgain(Watched watched, Instant since) {
        watches.again(watched, since);
    }

    @Override
    public List<Scope> due(Instant now, int limit) {
        return lists.due(now, limit);
    }

    @Override
    public void checkAgain(Scope run, Instant at) {
        boolean isRenewed = roots.checkAgain(run, at)
                .map(root -> renewals.renewIfDue(run, root))
                .orElse(true);
        Instant soon = clock.instant().plus(firstCheck);
        if (!isRenewed && soon.isBefore(at)) {
            roots.checkAgain(run, soon);
        }
    }
}

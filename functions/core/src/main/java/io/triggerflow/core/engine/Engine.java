package io.triggerflow.core.engine;

import io.triggerflow.core.decide.Composites;
import io.triggerflow.core.decide.Decider;
import io.triggerflow.core.decide.Extensions;
import io.triggerflow.core.decide.Folds;
import io.triggerflow.core.decide.Instances;
import io.triggerflow.core.decide.Joins;
import io.triggerflow.core.expression.Expressions;
import io.triggerflow.core.model.Entry;
import io.triggerflow.core.model.Event;
import io.triggerflow.core.model.EventTypes;
import io.triggerflow.core.model.Scope;
import io.triggerflow.core.model.ScopeState;
import io.triggerflow.core.port.EventSink;
import io.triggerflow.core.port.Store;
import io.triggerflow.core.port.StoreException;
import io.triggerflow.core.port.UnreadableException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Handles batches of events: groups them by scope, loads each scope's root once, decides, commits, launches, and answers which
 * deliveries are done. Nothing is kept between batches but what never changes, so that any number of engines work side by side.
 *
 * <p>Thread-safe.
 */
public final class Engine {
    /** Events that follow from events are handled in the same batch up to this many generations; then they take the queue. */
    private static final int MAX_GENERATIONS = 100;
    /** Entries that are read ahead, together with the roots; what is left is read when its turn comes. */
    private static final int MAX_PREFETCH = 50;

    private final Ports ports;
    private final String defaultWorkspace;
    private final Views views;
    private final Parts parts;

    /** What the scopes of a batch work with. */
    record Parts(
            Ports ports,
            Views views,
            Decider decider,
            Joins joins,
            Folds folds,
            Composites composites,
            Instances instances,
            Outbox outbox) {}

    /**
     * @param defaultWorkspace the workspace of events that name none
     */
    public Engine(Ports ports, Extensions extensions, String defaultWorkspace) {
        Expressions expressions = new Expressions();
        Joins joins = new Joins(expressions);
        Composites composites = new Composites(expressions);
        this.ports = ports;
        this.defaultWorkspace = defaultWorkspace;
        this.views = new Views(ports.store());
        this.parts = new Parts(
                ports,
                views,
                new Decider(expressions, extensions),
                joins,
                new Folds(joins, extensions),
                composites,
                new Instances(expressions, composites),
                new Outbox(ports, expressions));
    }

    /**
     * Handles a batch. Idempotent: what was done before is recognised. Never throws for what a single event does; a delivery whose event
     * could not be handled is in the report, and must be delivered again.
     */
    public Report handle(List<Delivery> deliveries) {
        return handle(deliveries, Instant.MAX);
    }

    /**
     * The same for a caller whose time is limited. An invocation that is cut off loses the whole batch, and on a slow day every batch after it:
     * so that from {@code until} on nothing more is begun, and what was not begun is in the report, to be delivered again.
     *
     * @param until by the engine's clock; leave time to bring to its end what was begun
     */
    public Report handle(List<Delivery> deliveries, Instant until) {
        Batch batch = new Batch(ports.clock(), until);
        batch.report.count(Report.Count.EVENTS, deliveries.size());
        List<Work> works = new ArrayList<>();
        for (Delivery delivery : deliveries) {
            works.add(Work.of(delivery, scoped(delivery.event())));
        }
        for (int generation = 0; !works.isEmpty(); generation++) {
            if (generation == MAX_GENERATIONS) {
                toQueue(works, batch);
                break;
            }
            handle(works, batch);
            works = batch.drain();
        }
        batch.end();
        return batch.report;
    }

    private Event scoped(Event event) {
        if (event.workspace().filter(Scope::isName).isPresent()
                && event.run().map(Scope::isName).orElse(true)) {
            return event;
        }
        boolean ofDefault =
                event.workspace().isEmpty() && event.run().filter(Scope::isName).isPresent();
        return event.addressedTo(
                new Scope(defaultWorkspace, ofDefault ? event.run().orElse("") : ""), event.depth());
    }

    private void handle(List<Work> works, Batch batch) {
        if (batch.isOver()) {
            works.forEach(batch::leave);
            return;
        }
        Map<Scope, List<Work>> byScope = new LinkedHashMap<>();
        works.forEach(work -> byScope.computeIfAbsent(work.event().scope().orElseThrow(), s -> new ArrayList<>())
                .add(work));
        Store.Loaded loaded;
        try {
            loaded = load(byScope, batch);
        } catch (StoreException e) {
            byScope.values().forEach(group -> group.forEach(work -> batch.fail(work, e.toString())));
            return;
        }
        List<Runnable> tasks = new ArrayList<>();
        byScope.forEach((scope, group) -> tasks.add(() -> handle(scope, loaded, group, batch)));
        if (tasks.size() == 1) {
            tasks.getFirst().run();
        } else {
            ports.fork().all(tasks);
        }
    }

    /** The roots. What is for one that this release cannot read fails and is taken out; it must not hold up the rest of the batch. */
    private Store.Loaded load(Map<Scope, List<Work>> byScope, Batch batch) {
        Set<Entry.Ref> entries = byScope.values().stream()
                .flatMap(List::stream)
                .flatMap(work -> Directives.wanted(work.event()).stream())
                .limit(MAX_PREFETCH)
                .collect(Collectors.toSet());
        try {
            return ports.store().load(byScope.keySet(), entries);
        } catch (UnreadableException e) {
            e.roots().stream()
                    .flatMap(scope -> Optional.ofNullable(byScope.remove(scope)).stream())
                    .forEach(group -> group.forEach(work -> batch.fail(work, e.toString())));
            return ports.store().load(byScope.keySet(), entries);
        }
    }

    private void handle(Scope scope, Store.Loaded loaded, List<Work> group, Batch batch) {
        ScopeState state = loaded.roots().get(scope);
        try {
            if (state != null) {
                new ScopeTurn(parts, batch, views.of(state), loaded.entries()).run(group);
            } else {
                group.forEach(work -> unknown(scope, work, batch));
            }
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            // A fault of ours or of the store, or something too large: everything of this scope comes again, and the
            // other scopes go on.
            group.forEach(work -> batch.fail(work, e.toString()));
        }
    }

    /** Events for a scope that does not exist are parked: they may be for one that is yet to come, and people decide. */
    private void unknown(Scope scope, Work work, Batch batch) {
        if (!work.addressed()) {
            batch.report.count(Report.Count.UNMATCHED, 1);
            return;
        }
        String reason = "Expected " + (scope.isRun() ? "run" : "workspace") + " '" + scope + "', but there is none";
        batch.report.note(reason);
        if (work.event().source().equals(Event.ENGINE_SOURCE)
                && EventTypes.isDirective(work.event().type())
                && !work.event().type().equals(EventTypes.START)) {
            batch.report.count(Report.Count.REJECTED, 1);
            return;
        }
        Parking.park(ports.store(), work.event(), reason, batch);
    }

    private void toQueue(List<Work> works, Batch batch) {
        try {
            ports.sink()
                    .send(works.stream()
                            .map(w -> new EventSink.Outgoing(
                                    w.event(),
                                    new io.triggerflow.core.model.Launch.Destination.Engine(),
                                    Duration.ZERO))
                            .toList());
        } catch (RuntimeException e) {
            works.forEach(work -> batch.fail(work, e.toString()));
        }
    }
}

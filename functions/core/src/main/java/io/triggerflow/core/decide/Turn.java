package io.triggerflow.core.decide;

import io.triggerflow.core.expression.Variables;
import io.triggerflow.core.model.Address;
import io.triggerflow.core.model.Commit;
import io.triggerflow.core.model.Entry;
import io.triggerflow.core.model.Event;
import io.triggerflow.core.model.Failure;
import io.triggerflow.core.model.Ids;
import io.triggerflow.core.model.Launch;
import io.triggerflow.core.model.RunStatus;
import io.triggerflow.core.model.Scope;
import io.triggerflow.core.model.ScopeChange;
import io.triggerflow.core.model.TriggerChange;
import io.triggerflow.core.route.Router;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * The draft of one decision, from the event to the commit. Lives inside one call of the {@link Decider}; never leaves it.
 *
 * <p>Events that firings emit to their own scope are decided in the same draft, so that a chain of stateless triggers is one entry and
 * one write.
 */
final class Turn {
    /** The most events of one decision; a larger cascade goes on through the queue, so that a turn stays bounded. */
    private static final int MAX_INTERNAL = 1_000;

    final View before;
    final Event event;
    final String key;
    final Instant now;
    /** Triggers that fire once, and are known to have. */
    final Set<String> claimed;
    /** What was kept for whoever hears of the launch that the event ends. */
    private final Optional<Object> kept;

    View view;
    /** The event that shows what its launch kept: the one that came, or one that was held, with whatever data it has by now. */
    Event keeper;
    /** What becomes of a launch before it is written down: interceptors may change those of the firing in the making. */
    UnaryOperator<Launch> launching = UnaryOperator.identity();

    final Deque<Event> internal = new ArrayDeque<>();
    final List<Launch> outbox = new ArrayList<>();
    final List<Entry.Activation> activations = new ArrayList<>();
    final List<String> claims = new ArrayList<>();
    final List<Commit.Timer> timers = new ArrayList<>();
    final List<String> cancelledTimers = new ArrayList<>();
    final List<Commit.Wait> waits = new ArrayList<>();
    final List<String> notes = new ArrayList<>();
    private final Map<String, List<String>> changesByTrigger = new LinkedHashMap<>();
    private final List<Entry.Firing> firings = new ArrayList<>();
    private List<String> currentChanges = new ArrayList<>();
    private ScopeChange change = ScopeChange.NONE;
    private int emitted;
    private int cascaded;

    Turn(View view, Event event, String key, Set<String> claimed, Instant now) {
        this(view, event, key, claimed, Optional.empty(), now);
    }

    Turn(View view, Event event, String key, Set<String> claimed, Optional<Object> kept, Instant now) {
        this.kept = kept;
        this.before = view;
        this.view = view;
        this.event = event;
        this.keeper = event;
        this.key = key;
        this.claimed = claimed;
        this.now = now;
    }

    /** Whether one more event may be decided in this draft. */
    boolean takesMore() {
        return ++cascaded <= MAX_INTERNAL;
    }

    /** A new firing begins; what follows is its doing. */
    void fired(String trigger) {
        currentChanges = new ArrayList<>();
        changesByTrigger.put(trigger + "#" + changesByTrigger.size(), currentChanges);
        firings.add(new Entry.Firing(trigger, List.of()));
    }

    void changed(String what) {
        currentChanges.add(what);
    }

    /** Adds a launch to the outbox. */
    void launch(Launch launch) {
        outbox.add(launching.apply(launch));
    }

    /** The address of the launch that is added to the outbox next. */
    Address address(String task, boolean hasLimit, boolean keeps, int depth) {
        Scope scope = before.state().scope();
        return new Address(scope, key, outbox.size(), -1, 1, task, depth, hasLimit || !scope.isRun(), keeps);
    }

    /** What expressions see of an event that is decided here: the event that came also shows what its launch kept. */
    Variables variablesOf(Event decided) {
        Variables variables = Variables.NONE.with("event", Router.asJson(decided));
        return kept.isPresent() && decided.key().equals(keeper.key()) ? variables.with("kept", kept.get()) : variables;
    }

    /** The id of the event that is emitted next: derived from the entry and its position in it. */
    String nextEventId() {
        return Ids.hash(before.state().scope().toString(), key, "event", Integer.toString(emitted++));
    }

    void setContext(Map<String, Object> context) {
        update(change.withContext(context), ScopeChange.NONE.withContext(context));
    }

    void changeTriggers(List<TriggerChange> more) {
        List<TriggerChange> all = new ArrayList<>(change.triggers());
        all.addAll(more);
        update(change.withTriggers(all), ScopeChange.triggers(more));
    }

    void end(RunStatus status, Object output, Optional<Failure> failure) {
        update(change.withEnd(status, now, output, failure), ScopeChange.end(status, now, output, failure));
    }

    private void update(ScopeChange whole, ScopeChange step) {
        change = whole;
        view = view.apply(step);
    }

    boolean isEnded() {
        return view.state().status().isFinished();
    }

    boolean hasFired() {
        return !firings.isEmpty();
    }

    Entry entry(Entry.Kind kind) {
        List<Entry.Firing> all = new ArrayList<>();
        int i = 0;
        for (List<String> changes : changesByTrigger.values()) {
            all.add(new Entry.Firing(firings.get(i++).trigger(), changes));
        }
        return new Entry(key, Entry.Cause.of(event), now, kind, all, outbox, activations, String.join("; ", notes));
    }

    Plan.Write write(Entry.Kind kind) {
        Commit commit = new Commit(
                before.state().scope(),
                Optional.of(entry(kind)),
                before.state(),
                change,
                List.of(),
                claims,
                timers,
                cancelledTimers,
                Optional.empty(),
                waits);
        return new Plan.Write(commit, activations);
    }
}

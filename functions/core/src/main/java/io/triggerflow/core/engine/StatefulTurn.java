package io.triggerflow.core.engine;

import io.triggerflow.core.decide.Folds;
import io.triggerflow.core.decide.Plan;
import io.triggerflow.core.model.Commit;
import io.triggerflow.core.model.Condition;
import io.triggerflow.core.model.Deadline;
import io.triggerflow.core.model.Entry;
import io.triggerflow.core.model.Event;
import io.triggerflow.core.model.Scope;
import io.triggerflow.core.model.Trigger;
import io.triggerflow.core.model.TriggerState;
import io.triggerflow.core.port.Store;
import io.triggerflow.core.port.StoreException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The triggers of one scope that keep state: the events of the batch that activate one of them are folded together, so that a batch
 * costs a trigger one write, however many events it has. Confined to one thread.
 */
final class StatefulTurn {
    private static final int MAX_CONFLICTS = 50;

    /** An event for a trigger, and the work that it came from. */
    record Touch(Event event, Work work) {}

    private final Engine.Parts parts;
    private final Batch batch;
    private final ScopeTurn turn;
    private final SegmentedTurn segmented;
    private Map<String, List<Touch>> touches = new LinkedHashMap<>();
    /** States that this batch wrote, all of whose firings it knows to be launched once it is done. */
    private final Map<String, TriggerState> unmarked = new HashMap<>();

    StatefulTurn(Engine.Parts parts, Batch batch, ScopeTurn turn) {
        this.parts = parts;
        this.batch = batch;
        this.turn = turn;
        this.segmented = new SegmentedTurn(parts, batch, turn, this);
    }

    void touch(List<Entry.Activation> activations, Work work) {
        activations.forEach(a ->
                touches.computeIfAbsent(a.trigger(), t -> new ArrayList<>()).add(new Touch(a.event(), work)));
    }

    boolean hasTouches() {
        return !touches.isEmpty();
    }

    void run() {
        Map<String, List<Touch>> now = touches;
        touches = new LinkedHashMap<>();
        now.forEach(this::run);
    }

    private void run(String id, List<Touch> all) {
        Optional<Trigger> trigger = turn.view().triggers().find(id);
        try {
            if (trigger.isEmpty() || turn.view().state().status().isFinished()) {
                batch.report.count(Report.Count.REJECTED, all.size());
                recover(id, all);
                return;
            }
            if (trigger.get().condition() instanceof Condition.Join join && !join.isInline()) {
                segmented.run(trigger.get(), join, all);
            } else {
                fold(trigger.get(), all);
            }
        } catch (RuntimeException e) {
            all.forEach(touch -> batch.fail(touch.work(), e.toString()));
        }
    }

    private void fold(Trigger trigger, List<Touch> all) {
        Store store = parts.ports().store();
        List<Event> events = all.stream().map(Touch::event).toList();
        Set<String> claimed = new HashSet<>();
        List<Touch> again = redelivered(all);
        // What is known to be launched: by the state before any write, nothing; by one that this turn wrote, all of it.
        long known = 0;
        for (int attempt = 0; attempt < MAX_CONFLICTS; attempt++) {
            TriggerState state =
                    TriggerState.orNone(store.state(turn.view().state().scope(), trigger.id()));
            if (!again.isEmpty() && state.version() != known) {
                // By the very state that is decided on: another engine may have these deliveries too, have fired just
                // now, and fail to launch when they are acknowledged here.
                startDeadline(trigger, state, all);
                recover(trigger.id(), state, again);
                known = state.version();
            }
            Folds.Step step = parts.folds().step(turn.view(), trigger, state, events, batch.now);
            step.notes().forEach(batch.report::note);
            if (step.next().equals(state)) {
                batch.report.count(Report.Count.REPEATS, all.size());
                step.late().forEach(late -> turn.enqueue(merged(all).followedBy(late)));
                return;
            }
            if (write(trigger, state, step, all, claimed)) {
                known = state.version() + 1;
                step.late().forEach(late -> turn.enqueue(merged(all).followedBy(late)));
                if (step.rest().isEmpty()) {
                    return;
                }
                events = step.rest();
                attempt = 0;
            } else {
                batch.report.count(Report.Count.CONFLICTS, 1);
            }
        }
        throw new StoreException(
                "Expected to win one of " + MAX_CONFLICTS + " races for trigger '" + trigger.id() + "', but lost all",
                null);
    }

    /**
     * Finishes what a process that died began: these deliveries came before, and may have made the trigger fire without its outbox being
     * launched, or begun its time without the deadline being sent. Works for triggers that are retired, and runs that have finished, too.
     */
    void recover(String id, List<Touch> all) {
        List<Touch> again = redelivered(all);
        if (again.isEmpty()) {
            return;
        }
        Store store = parts.ports().store();
        Scope scope = turn.view().state().scope();
        Optional<TriggerState> stored = store.state(scope, id);
        if (stored.isPresent()) {
            turn.view().triggers().find(id).ifPresent(t -> startDeadline(t, stored.get(), all));
            recover(id, stored.get(), again);
        } else {
            store.entry(scope, TriggerState.firingKey(id, 1)).ifPresent(e -> segmented.relaunch(id, e, merged(again)));
        }
    }

    private static List<Touch> redelivered(List<Touch> all) {
        return all.stream().filter(t -> t.work().redelivered()).toList();
    }

    private void recover(String id, TriggerState state, List<Touch> again) {
        if (state.launched()) {
            return;
        }
        Work work = merged(again);
        int last = state.fired() ? state.round() : state.round() - 1;
        int first = Math.max(1, last - roundsSince(id, state, again));
        for (int round = last; round >= first; round--) {
            boolean only = state.fired() && round == last;
            parts.ports()
                    .store()
                    .entry(turn.view().state().scope(), TriggerState.firingKey(id, round))
                    .filter(e -> only || again.stream().anyMatch(t -> isCause(t.event(), e)))
                    .ifPresent(e -> relaunch(e, work));
        }
        if (state.fired() && last == 1) {
            batch.last(work, () -> markLaunched(id, state));
        }
    }

    /** How many rounds ago the oldest of these events may have fired the trigger: a round has at least one member. */
    private int roundsSince(String id, TriggerState state, List<Touch> again) {
        Optional<Trigger> trigger = turn.view().triggers().find(id);
        int oldest = trigger.isPresent() ? state.recent().size() : 0;
        for (Touch touch : again) {
            int position = trigger.flatMap(t -> parts.folds().member(turn.view(), t, touch.event(), batch.now))
                    .map(state.recent()::indexOf)
                    .orElse(-1);
            oldest = position < 0 ? oldest : Math.min(oldest, position);
        }
        return state.recent().size() - oldest;
    }

    private static boolean isCause(Event event, Entry entry) {
        return entry.cause().id().equals(event.id()) && entry.cause().source().equals(event.source());
    }

    private void relaunch(Entry entry, Work work) {
        batch.report.count(Report.Count.REPEATS, 1);
        turn.reload();
        parts.outbox().performAgain(entry.outbox(), work, batch);
        touch(entry.activations(), work);
        turn.releaseIfNeeded(work);
    }

    private void markLaunched(String id, TriggerState state) {
        parts.ports()
                .store()
                .commit(Commit.state(
                        turn.view().state(), new TriggerState.Write(id, next(state.withLaunched(), state))));
    }

    private static TriggerState next(TriggerState state, TriggerState before) {
        return new TriggerState(
                before.version() + 1,
                state.round(),
                state.members(),
                state.recent(),
                state.values(),
                state.fired(),
                state.launched());
    }

    /** Answers false after a lost race. */
    private boolean write(Trigger trigger, TriggerState state, Folds.Step step, List<Touch> all, Set<String> claimed) {
        TriggerState next = next(step.next(), state);
        var write = new TriggerState.Write(trigger.id(), next);
        Optional<Plan.Write> firing = step.firing().map(f -> fire(trigger, f, claimed));
        Commit commit = firing.map(f -> f.commit().with(write))
                .orElseGet(() -> Commit.state(turn.view().state(), write));
        switch (parts.ports().store().commit(commit)) {
            case Commit.Result.Done d -> {}
            case Commit.Result.Claimed c -> {
                claimed.add(c.trigger());
                return false;
            }
            case Commit.Result.Exists e -> {
                return lost(all);
            }
            case Commit.Result.Conflict c -> {
                return lost(all);
            }
        }
        if (state.version() == 0 || state.members().size() == 0) {
            startDeadline(trigger, next, all);
        }
        firing.ifPresent(f -> fired(f, merged(all)));
        remember(trigger.id(), state, next, firing.isPresent(), all);
        return true;
    }

    /** Only who knows that no earlier round is left to launch may say that none is; and not before all is done that followed. */
    private void remember(String id, TriggerState before, TriggerState next, boolean fired, List<Touch> all) {
        TriggerState mine = unmarked.remove(id);
        boolean stillMine = mine != null && mine.version() == before.version();
        if (fired && before.launched() || stillMine) {
            unmarked.put(id, next);
            batch.last(merged(all), () -> mark(id, next));
        }
    }

    private void mark(String id, TriggerState written) {
        if (written.equals(unmarked.get(id))) {
            markLaunched(id, written);
        }
    }

    private boolean lost(List<Touch> all) {
        turn.reload();
        return turn.view().state().status().isFinished() && drop(all);
    }

    private boolean drop(List<Touch> all) {
        batch.report.count(Report.Count.REJECTED, all.size());
        return true;
    }

    private Plan.Write fire(Trigger trigger, Folds.Firing firing, Set<String> claimed) {
        String key = TriggerState.firingKey(trigger.id(), firing.round());
        return firing.failure().isPresent()
                ? parts.decider()
                        .fail(
                                turn.view(),
                                trigger,
                                key,
                                firing.cause(),
                                firing.failure().get(),
                                claimed,
                                batch.now)
                : parts.decider().fire(turn.view(), trigger, key, firing.cause(), firing.own(), claimed, batch.now);
    }

    /** A firing was committed: launch it, and go on with what it activates. */
    void fired(Plan.Write firing, Work work) {
        turn.committed(firing.commit(), work);
        parts.outbox().perform(firing.commit().entry().orElseThrow().outbox(), work, batch);
        touch(firing.activations(), work);
    }

    /** The first event of a trigger whose time runs from it. */
    private void startDeadline(Trigger trigger, TriggerState state, List<Touch> all) {
        boolean begun = state.members().size() > 0 || !(trigger.condition() instanceof Condition.Join);
        if (begun && !state.fired()) {
            startDeadline(trigger, state.round(), all);
        }
    }

    void startDeadline(Trigger trigger, int round, List<Touch> all) {
        trigger.deadline().filter(d -> d.from() == Deadline.From.FIRST).ifPresent(d -> {
            var at = parts.decider()
                    .deadlineOf(
                            turn.view(), trigger, round, all.getFirst().event().depth(), batch.now);
            parts.ports().sink().sendAt(at.event(), at.due(), batch.now);
        });
    }

    /** The work that depends on all of these deliveries. */
    static Work merged(List<Touch> all) {
        List<String> origins = all.stream()
                .flatMap(t -> t.work().origins().stream())
                .distinct()
                .toList();
        boolean redelivered = all.stream().anyMatch(t -> t.work().redelivered());
        // What the last of them brought was not to be had before it came.
        Optional<Instant> due =
                all.stream().flatMap(t -> t.work().due().stream()).max(Comparator.naturalOrder());
        return new Work(all.getFirst().event(), origins, redelivered, true, false, due);
    }
}

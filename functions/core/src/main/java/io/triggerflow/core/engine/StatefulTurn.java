package io.triggerflow.core.engine;

import io.triggerflow.core.decide.Decider;
import io.triggerflow.core.decide.Folds;
import io.triggerflow.core.decide.Instances;
import io.triggerflow.core.decide.Plan;
import io.triggerflow.core.expression.Variables;
import io.triggerflow.core.model.Commit;
import io.triggerflow.core.model.Condition;
import io.triggerflow.core.model.Deadline;
import io.triggerflow.core.model.Entry;
import io.triggerflow.core.model.Event;
import io.triggerflow.core.model.Scope;
import io.triggerflow.core.model.Trigger;
import io.triggerflow.core.model.TriggerState;
import io.triggerflow.core.model.TriggerState.Instance;
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
    private final DetectingTurn detecting;
    private Map<Instance, List<Touch>> touches = new LinkedHashMap<>();
    /** States that this batch wrote, all of whose firings it knows to be launched once it is done. */
    private final Map<Instance, TriggerState> unmarked = new HashMap<>();

    StatefulTurn(Engine.Parts parts, Batch batch, ScopeTurn turn) {
        this.parts = parts;
        this.batch = batch;
        this.turn = turn;
        this.segmented = new SegmentedTurn(parts, batch, turn, this);
        this.detecting = new DetectingTurn(parts, batch, turn, this);
    }

    void touch(List<Entry.Activation> activations, Work work) {
        activations.forEach(
                a -> instance(a.trigger(), a.event()).ifPresent(i -> touches.computeIfAbsent(i, t -> new ArrayList<>())
                        .add(new Touch(a.event(), work))));
    }

    /** Which state an event is for, if it is for any. A trigger that is retired meanwhile is known still. */
    private Optional<Instance> instance(String id, Event event) {
        Optional<Trigger> trigger = turn.view().triggers().everFound(id);
        if (trigger.isEmpty()) {
            return Optional.of(Instance.of(id));
        }
        Instances.Meant meant = parts.instances().of(trigger.get(), event, batch.now);
        meant.notes().forEach(batch.report::note);
        return meant.instance();
    }

    boolean hasTouches() {
        return !touches.isEmpty();
    }

    void run() {
        Map<Instance, List<Touch>> now = touches;
        touches = new LinkedHashMap<>();
        now.forEach(this::run);
    }

    private void run(Instance instance, List<Touch> all) {
        Optional<Trigger> trigger = turn.view().triggers().find(instance.trigger());
        try {
            if (trigger.isEmpty() || turn.view().state().status().isFinished()) {
                batch.report.count(Report.Count.REJECTED, all.size());
                recover(instance, all);
                return;
            }
            if (trigger.get().condition() instanceof Condition.Join join && !join.isInline()) {
                segmented.run(trigger.get(), join, all);
            } else if (trigger.get().condition() instanceof Condition.Composite composite) {
                detecting.run(trigger.get(), composite, instance, all);
            } else {
                fold(trigger.get(), instance, all);
            }
        } catch (RuntimeException e) {
            all.forEach(touch -> batch.fail(touch.work(), e.toString()));
        }
    }

    private void fold(Trigger trigger, Instance instance, List<Touch> all) {
        Store store = parts.ports().store();
        List<Event> events = all.stream().map(Touch::event).toList();
        Set<String> claimed = new HashSet<>();
        List<Touch> again = redelivered(all);
        // What is known to be launched: by the state before any write, nothing; by one that this turn wrote, all of it.
        long known = 0;
        for (int attempt = 0; attempt < MAX_CONFLICTS; attempt++) {
            TriggerState state =
                    TriggerState.orNone(store.state(turn.view().state().scope(), instance));
            if (!again.isEmpty() && state.version() != known) {
                // By the very state that is decided on: another engine may have these deliveries too, have fired just
                // now, and fail to launch when they are acknowledged here.
                startDeadline(trigger, instance, state, all);
                recover(instance, state, again);
                known = state.version();
            }
            Folds.Step step = parts.folds().step(turn.view(), trigger, state, events, batch.now);
            step.notes().forEach(batch.report::note);
            if (step.next().equals(state)) {
                batch.report.count(Report.Count.REPEATS, all.size());
                step.late().forEach(late -> turn.enqueue(merged(all).followedBy(late)));
                return;
            }
            if (write(trigger, instance, state, step, all, claimed)) {
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
                "Expected to win one of " + MAX_CONFLICTS + " races for trigger '" + instance + "', but lost all",
                null);
    }

    /**
     * Finishes what a process that died began: these deliveries came before, and may have made the trigger fire without its outbox being
     * launched, or begun its time without the deadline being sent. Works for triggers that are retired, and runs that have finished, too.
     */
    void recover(String id, Touch touch) {
        instance(id, touch.event()).ifPresent(i -> recover(i, List.of(touch)));
    }

    private void recover(Instance instance, List<Touch> all) {
        List<Touch> again = redelivered(all);
        if (again.isEmpty()) {
            return;
        }
        Store store = parts.ports().store();
        Scope scope = turn.view().state().scope();
        String id = instance.trigger();
        Optional<TriggerState> stored = store.state(scope, instance);
        if (stored.isPresent() && isComposite(id)) {
            detecting.recover(instance, stored.get(), again);
        } else if (stored.isPresent()) {
            turn.view().triggers().find(id).ifPresent(t -> startDeadline(t, instance, stored.get(), all));
            recover(instance, stored.get(), again);
        } else if (!instance.isKeyed()) {
            store.entry(scope, TriggerState.firingKey(id, 1)).ifPresent(e -> segmented.relaunch(id, e, merged(again)));
        }
    }

    private boolean isComposite(String id) {
        return turn.view()
                .triggers()
                .everFound(id)
                .filter(t -> t.condition() instanceof Condition.Composite)
                .isPresent();
    }

    private static List<Touch> redelivered(List<Touch> all) {
        return all.stream().filter(t -> t.work().redelivered()).toList();
    }

    private void recover(Instance instance, TriggerState state, List<Touch> again) {
        if (state.launched()) {
            return;
        }
        Work work = merged(again);
        int last = state.fired() ? state.round() : state.round() - 1;
        int first = Math.max(1, last - roundsSince(instance.trigger(), state, again));
        for (int round = last; round >= first; round--) {
            boolean only = state.fired() && round == last;
            parts.ports()
                    .store()
                    .entry(turn.view().state().scope(), TriggerState.firingKey(instance, round))
                    .filter(e -> only || again.stream().anyMatch(t -> isCause(t.event(), e)))
                    .ifPresent(e -> relaunch(e, work));
        }
        if (state.fired() && last == 1) {
            batch.last(work, () -> markLaunched(instance, state));
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

    void relaunch(Entry entry, Work work) {
        batch.report.count(Report.Count.REPEATS, 1);
        turn.reload();
        parts.outbox().performAgain(entry.outbox(), work, batch);
        touch(entry.activations(), work);
        turn.releaseIfNeeded(work);
    }

    private void markLaunched(Instance instance, TriggerState state) {
        parts.ports()
                .store()
                .commit(Commit.state(turn.view().state(), write(instance, next(state.withLaunched(), state))));
    }

    private static TriggerState.Write write(Instance instance, TriggerState next) {
        TriggerState.Keep keep =
                instance.isKeyed() ? new TriggerState.Keep.WhileUsed() : new TriggerState.Keep.Always();
        return new TriggerState.Write(instance, next, keep, Optional.empty());
    }

    static TriggerState next(TriggerState state, TriggerState before) {
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
    private boolean write(
            Trigger trigger,
            Instance instance,
            TriggerState state,
            Folds.Step step,
            List<Touch> all,
            Set<String> claimed) {
        TriggerState next = next(step.next(), state);
        var write = write(instance, next);
        Optional<Plan.Write> firing = step.firing().map(f -> fire(trigger, instance, f, claimed));
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
            startDeadline(trigger, instance, next, all);
        }
        firing.ifPresent(f -> fired(f, merged(all)));
        remember(instance, state, next, firing.isPresent(), all);
        return true;
    }

    /** Only who knows that no earlier round is left to launch may say that none is; and not before all is done that followed. */
    private void remember(Instance instance, TriggerState before, TriggerState next, boolean fired, List<Touch> all) {
        TriggerState mine = unmarked.remove(instance);
        boolean stillMine = mine != null && mine.version() == before.version();
        if (fired && before.launched() || stillMine) {
            unmarked.put(instance, next);
            batch.last(merged(all), () -> mark(instance, next));
        }
    }

    private void mark(Instance instance, TriggerState written) {
        if (written.equals(unmarked.get(instance))) {
            markLaunched(instance, written);
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

    private Plan.Write fire(Trigger trigger, Instance instance, Folds.Firing firing, Set<String> claimed) {
        String key = TriggerState.firingKey(instance, firing.round());
        Decider.Cause cause = new Decider.Cause(firing.cause(), own(instance, firing));
        return firing.failure()
                .map(failure -> parts.decider().fail(turn.view(), trigger, key, cause, failure, claimed, batch.now))
                .orElseGet(() -> parts.decider().fire(turn.view(), trigger, key, List.of(cause), claimed, batch.now));
    }

    private static Variables own(Instance instance, Folds.Firing firing) {
        return instance.isKeyed() ? firing.own().with("key", instance.key()) : firing.own();
    }

    /** A firing was committed: launch it, and go on with what it activates. */
    void fired(Plan.Write firing, Work work) {
        turn.committed(firing.commit(), work);
        parts.outbox().perform(firing.commit().entry().orElseThrow().outbox(), work, batch);
        touch(firing.activations(), work);
    }

    /** The first event of a trigger whose time runs from it. */
    private void startDeadline(Trigger trigger, Instance instance, TriggerState state, List<Touch> all) {
        boolean begun = state.members().size() > 0 || !(trigger.condition() instanceof Condition.Join);
        if (begun && !state.fired()) {
            startDeadline(trigger, instance, state.round(), all);
        }
    }

    void startDeadline(Trigger trigger, Instance instance, int round, List<Touch> all) {
        trigger.deadline().filter(d -> d.from() == Deadline.From.FIRST).ifPresent(d -> {
            var at = parts.decider()
                    .deadlineOf(
                            turn.view(),
                            instance,
                            d,
                            round,
                            all.getFirst().event().depth(),
                            batch.now);
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

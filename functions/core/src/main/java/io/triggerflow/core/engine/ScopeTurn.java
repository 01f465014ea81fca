package io.triggerflow.core.engine;

import io.triggerflow.core.decide.Holding;
import io.triggerflow.core.decide.Plan;
import io.triggerflow.core.decide.View;
import io.triggerflow.core.model.Commit;
import io.triggerflow.core.model.Entry;
import io.triggerflow.core.model.Event;
import io.triggerflow.core.model.EventTypes;
import io.triggerflow.core.model.RunStatus;
import io.triggerflow.core.model.Scope;
import io.triggerflow.core.model.ScopeState;
import io.triggerflow.core.port.StoreException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** One scope's share of a batch. Confined to one thread. */
final class ScopeTurn {
    /** Lost races in a row before the event is given back to the queue. */
    private static final int MAX_CONFLICTS = 20;

    /** Longer than any function runs: what it launches again has ended, or was never launched. */
    private static final Duration LONG_AFTER = Duration.ofMinutes(20);

    private final Engine.Parts parts;
    private final Batch batch;
    private final Directives directives;
    private final StatefulTurn stateful;
    private final Deque<Work> queue = new ArrayDeque<>();
    /** Held events that are done once this turn is: only then are they forgotten. */
    private final List<Work> released = new ArrayList<>();

    /** Events that somebody else decided, and has perhaps not finished: what is held of them is left to him. */
    private final Set<String> others = new HashSet<>();

    private final Set<String> releasing = new HashSet<>();
    private View view;

    /**
     * @param known entries that were read together with the root
     */
    ScopeTurn(Engine.Parts parts, Batch batch, View view, Map<Entry.Ref, Entry> known) {
        this.parts = parts;
        this.batch = batch;
        this.view = view;
        this.directives = new Directives(parts, batch, known);
        this.stateful = new StatefulTurn(parts, batch, this);
    }

    View view() {
        return view;
    }

    void run(List<Work> group) {
        queue.addAll(group);
        while (!queue.isEmpty() || stateful.hasTouches()) {
            if (queue.isEmpty()) {
                stateful.run();
            } else {
                Work work = queue.poll();
                if (batch.isOver()) {
                    batch.leave(work);
                } else {
                    guarded(work, () -> handle(work));
                }
            }
        }
        released.stream()
                .filter(work -> !batch.hasFailed(work))
                .forEach(work -> guarded(
                        work, () -> parts.ports().store().release(view.state().scope(), work.event())));
    }

    /** Runs a step; a fault of the store, or of ours, gives the work's deliveries back to the queue. */
    void guarded(Work work, Runnable step) {
        try {
            step.run();
        } catch (RuntimeException e) {
            batch.fail(work, e.toString());
        }
    }

    /** An event of this scope that follows from work in this turn. */
    void enqueue(Work work) {
        queue.add(work);
    }

    void reload() {
        Scope scope = view.state().scope();
        ScopeState state = parts.ports().store().load(List.of(scope)).get(scope);
        if (state == null) {
            throw new StoreException("Expected " + scope + " to exist, but it was deleted meanwhile", null);
        }
        view = parts.views().of(state);
    }

    private void handle(Work work) {
        if (work.event().type().equals(EventTypes.RELEASE)) {
            releaseHeld(work);
            return;
        }
        if (directives.perform(view, work)) {
            return;
        }
        boolean proceeds = work.event().type().equals(EventTypes.PROCEED);
        // An activation that was held comes more than once: as what is held, and when its time is over.
        if ((work.redelivered() || proceeds) && wasDecided(work)) {
            done(work);
            return;
        }
        Set<String> claimed = new HashSet<>();
        for (int attempt = 0; attempt < MAX_CONFLICTS; attempt++) {
            Plan plan = directives.plan(view, work, claimed);
            if (apply(work, plan, claimed)) {
                recover(work, plan);
                if (!isHold(plan)) {
                    done(work);
                }
                return;
            }
            batch.report.count(Report.Count.CONFLICTS, 1);
        }
        throw new StoreException(
                "Expected to win one of " + MAX_CONFLICTS + " races for "
                        + view.state().scope() + ", but lost all",
                null);
    }

    private static boolean isHold(Plan plan) {
        return plan instanceof Plan.Write write && write.commit().hold().isPresent();
    }

    private void done(Work work) {
        boolean waited = work.held() || work.event().type().equals(EventTypes.PROCEED);
        if (waited && !others.contains(work.event().key())) {
            released.add(work);
        }
    }

    /**
     * Whether an event that comes again was decided before: then its entry says what, and is finished. It is not decided again: its own
     * firing may have changed by what it fired.
     */
    private boolean wasDecided(Work work) {
        Optional<Entry> entry =
                parts.ports().store().entry(view.state().scope(), work.event().key());
        entry.ifPresent(e -> exists(work, e));
        return entry.isPresent();
    }

    /** Triggers with state that an event activated when it came first, and does no longer: they may have fired. */
    private void recover(Work work, Plan plan) {
        if (!work.redelivered()) {
            return;
        }
        List<Entry.Activation> activated =
                switch (plan) {
                    case Plan.Activate a -> a.activations();
                    case Plan.Write w -> w.activations();
                    case Plan.Nothing n -> List.of();
                    case Plan.Reject r -> List.of();
                };
        Set<String> ever = new LinkedHashSet<>(directives.everActivated(view, work.event()));
        activated.forEach(a -> ever.remove(a.trigger()));
        ever.forEach(id -> stateful.recover(id, new StatefulTurn.Touch(work.event(), work)));
    }

    /** Answers false after a lost race: decide again. */
    private boolean apply(Work work, Plan plan, Set<String> claimed) {
        switch (plan) {
            case Plan.Nothing n -> batch.report.count(Report.Count.DECLINED, 1);
            case Plan.Reject r -> reject(work, r);
            case Plan.Activate a -> stateful.touch(a.activations(), work);
            case Plan.Write w -> {
                return write(work, w, claimed);
            }
        }
        return true;
    }

    private void reject(Work work, Plan.Reject reject) {
        if (!reject.keep()) {
            batch.report.count(Report.Count.REJECTED, 1);
        } else if (parts.ports()
                .store()
                .entry(view.state().scope(), work.event().key())
                .isPresent()) {
            // A repeat of what was handled while it could be.
            batch.report.count(Report.Count.REPEATS, 1);
        } else {
            Parking.park(parts.ports().store(), work.event(), reject.reason(), batch);
        }
    }

    private boolean write(Work work, Plan.Write write, Set<String> claimed) {
        Commit commit = write.commit();
        if (commit.hold().isPresent() && !work.addressed()) {
            batch.report.count(Report.Count.UNMATCHED, 1);
            return true;
        }
        if (commit.hold().isPresent() && work.held()) {
            // Held already, and still of no use.
            return stillHeld(work);
        }
        return switch (parts.ports().store().commit(commit)) {
            case Commit.Result.Done d -> done(work, write);
            case Commit.Result.Exists e -> {
                exists(work, e.entry());
                yield true;
            }
            case Commit.Result.Claimed c -> {
                claimed.add(c.trigger());
                yield false;
            }
            case Commit.Result.Conflict c -> {
                reload();
                yield false;
            }
        };
    }

    private boolean stillHeld(Work work) {
        batch.report.count(Report.Count.HELD, 1);
        throw new StillHeld(work.event().id());
    }

    /** Leaves a held event where it is. Not a failure of any delivery: caught where held events are looked through. */
    private static final class StillHeld extends RuntimeException {
        private static final long serialVersionUID = 1L;

        StillHeld(String event) {
            super(event, null, false, false);
        }
    }

    private boolean done(Work work, Plan.Write write) {
        Commit commit = write.commit();
        committed(commit, work);
        if (commit.hold().isPresent()) {
            batch.report.count(
                    view.state().status() == RunStatus.PAUSED
                                    || work.event().type().equals(EventTypes.PROCEED)
                            ? Report.Count.HELD
                            : Report.Count.UNMATCHED,
                    1);
            return true;
        }
        parts.outbox().perform(commit.entry().map(Entry::outbox).orElse(List.of()), work, batch);
        stateful.touch(write.activations(), work);
        return true;
    }

    /** What a commit that is done means for this turn. */
    void committed(Commit commit, Work work) {
        commit.entry().ifPresent(this::count);
        if (commit.scope().isRun()) {
            commit.change().status().ifPresent(this::countEnd);
        }
        if (!commit.scope().isRun() && commit.entry().map(Entry::kind).equals(Optional.of(Entry.Kind.ENDED))) {
            // A workspace has no end: a failure that nobody handles is put where people find it.
            Parking.park(
                    parts.ports().store(),
                    work.event(),
                    commit.entry().orElseThrow().note(),
                    batch);
        }
        if (!commit.change().isEmpty()) {
            view = view.apply(commit.change());
            if (bringsTriggers(commit)) {
                releaseHeld(work);
            }
        }
    }

    private void countEnd(RunStatus status) {
        switch (status) {
            case SUCCEEDED -> batch.report.count(Report.Count.RUNS_SUCCEEDED, 1);
            case FAILED, TIMED_OUT -> batch.report.count(Report.Count.RUNS_FAILED, 1);
            case CANCELLED -> batch.report.count(Report.Count.RUNS_CANCELLED, 1);
            case RUNNING, PAUSED -> {}
        }
    }

    private void count(Entry entry) {
        batch.report.count(Report.Count.FIRINGS, entry.firings().size());
        switch (entry.kind()) {
            case RETRIED -> batch.report.count(Report.Count.RETRIES, 1);
            case UNMATCHED -> batch.report.count(Report.Count.UNMATCHED, 1);
            case DECLINED -> batch.report.count(Report.Count.DECLINED, 1);
            case FIRED, CONTROL, ENDED -> {}
        }
        if (!entry.note().isEmpty()) {
            batch.report.note(view.state().scope() + " " + entry.key() + ": " + entry.note());
        }
    }

    private void exists(Work found, Entry entry) {
        // Whoever decides a held event forgets it last: while it is there, he is at it, or has died, and comes again.
        // Long after, what nobody came for is finished here.
        boolean isOld = entry.at().plus(LONG_AFTER).isBefore(batch.now);
        Work work = found.held() && isOld ? found.again() : found;
        if (!work.redelivered()) {
            others.add(work.event().key());
        }
        batch.report.count(Report.Count.REPEATS, 1);
        if (!Directives.isSame(entry, work.event())) {
            // Another outcome of the same launch came first.
            batch.report.count(Report.Count.REJECTED, 1);
            return;
        }
        if (work.redelivered() || !entry.activations().isEmpty()) {
            // It may have been decided after the root was read: what it activates may be a trigger that it registered.
            reload();
        }
        if (work.redelivered()) {
            parts.outbox().performAgain(entry.outbox(), work, batch);
            releaseIfNeeded(work);
        }
        stateful.touch(entry.activations(), work);
    }

    /** Whether what is held may be of use now: triggers came, or what holds activations went or changed. */
    private static boolean bringsTriggers(Commit commit) {
        return commit.change().triggers().stream().anyMatch(c -> switch (c.operation()) {
            case REGISTER, ENABLE, INTERCEPT, RELEASE -> true;
            case RETIRE, DISABLE -> false;
        });
    }

    /** After a process died that may have brought triggers, and not looked through what is held. */
    void releaseIfNeeded(Work work) {
        if (view.state().triggersVersion() > 0 && !view.state().status().isFinished()) {
            releaseHeld(work);
        }
    }

    /** New triggers may want what came too early for them. */
    private void releaseHeld(Work cause) {
        for (Event event : parts.ports().store().held(view.state().scope())) {
            if (Holding.isWanted(view, event, batch.now) && releasing.add(event.key())) {
                Work work = cause.held(event);
                guarded(work, () -> releaseOne(work));
            }
        }
    }

    private void releaseOne(Work work) {
        try {
            handle(work);
        } catch (StillHeld e) {
            releasing.remove(work.event().key());
            batch.report.note(work.event().id() + " is still held");
        }
    }
}

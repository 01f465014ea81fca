package io.triggerflow.core.engine;

import io.triggerflow.core.decide.Composites;
import io.triggerflow.core.decide.Decider;
import io.triggerflow.core.decide.Plan;
import io.triggerflow.core.model.Commit;
import io.triggerflow.core.model.Condition;
import io.triggerflow.core.model.Event;
import io.triggerflow.core.model.Scope;
import io.triggerflow.core.model.Trigger;
import io.triggerflow.core.model.TriggerState;
import io.triggerflow.core.model.TriggerState.Instance;
import io.triggerflow.core.port.Store;
import io.triggerflow.core.port.StoreException;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Composite events: the events of a batch that are for one key cost one read and one conditional write, and one write more for each further
 * instant at which the composite event is detected. When the clock means something to the state, a directive is sent to come then; the write
 * says so too, so that the sweeper sends it again if it is lost.
 */
final class DetectingTurn {
    private static final int MAX_CONFLICTS = 50;
    /** Instants that are detected without a pause: after an outage, a period may have passed thousands of times. */
    private static final int MAX_INSTANTS = 20;

    private final Engine.Parts parts;
    private final Batch batch;
    private final ScopeTurn turn;
    private final StatefulTurn stateful;

    DetectingTurn(Engine.Parts parts, Batch batch, ScopeTurn turn, StatefulTurn stateful) {
        this.parts = parts;
        this.batch = batch;
        this.turn = turn;
        this.stateful = stateful;
    }

    private Store store() {
        return parts.ports().store();
    }

    private Scope scope() {
        return turn.view().state().scope();
    }

    void run(Trigger trigger, Condition.Composite composite, Instance instance, List<StatefulTurn.Touch> all) {
        for (int from = 0; from < all.size(); from += Composites.MAX_EVENTS) {
            new Share(
                            trigger,
                            composite,
                            instance,
                            all.subList(from, Math.min(all.size(), from + Composites.MAX_EVENTS)))
                    .run();
        }
    }

    /** Finishes what a process that died began: launches what was fired by these deliveries, and sends the wake-up that it owed. */
    void recover(Instance instance, TriggerState state, List<StatefulTurn.Touch> again) {
        Work work = StatefulTurn.merged(again);
        List<Event> events = again.stream().map(StatefulTurn.Touch::event).toList();
        for (String firing : Composites.firingsOf(instance.trigger(), state, events)) {
            store().entry(scope(), firing).ifPresent(e -> stateful.relaunch(e, work));
        }
    }

    private void arm(Instance instance, Instant wake, int depth) {
        parts.ports().sink().sendAt(Composites.wake(scope(), instance, wake, depth), wake, batch.now);
    }

    /** Events that are taken together. */
    private final class Share {
        private final Trigger trigger;
        private final Condition.Composite composite;
        private final Instance instance;
        private final List<StatefulTurn.Touch> all;
        private final List<Event> causes;
        private final List<StatefulTurn.Touch> again;
        private final Work work;
        private final Set<String> claimed = new HashSet<>();
        /** Firings that were there already, and at which version of the state. */
        private final Map<String, Long> existing = new HashMap<>();

        private List<Event> fresh;
        private boolean goesOn;
        /** The version whose firings are known to be launched: none, or what this turn wrote. */
        private long known;

        Share(Trigger trigger, Condition.Composite composite, Instance instance, List<StatefulTurn.Touch> all) {
            this.trigger = trigger;
            this.composite = composite;
            this.instance = instance;
            this.all = all;
            this.causes = all.stream().map(StatefulTurn.Touch::event).toList();
            this.again = all.stream().filter(t -> t.work().redelivered()).toList();
            this.work = StatefulTurn.merged(all);
            this.fresh = causes;
            this.goesOn = !again.isEmpty();
        }

        void run() {
            int instants = 0;
            for (int attempt = 0; attempt < MAX_CONFLICTS; attempt++) {
                TriggerState state = TriggerState.orNone(store().state(scope(), instance));
                if (!again.isEmpty() && state.version() != known) {
                    recover(instance, state, again);
                    known = state.version();
                }
                Composites.Step step = parts.composites()
                        .step(
                                turn.view(),
                                trigger,
                                composite,
                                new Composites.Batch(instance, state, fresh, causes, goesOn, batch.now));
                step.notes().forEach(batch.report::note);
                if (step.next().equals(state)) {
                    batch.report.count(Report.Count.REPEATS, fresh.size());
                    follow(step);
                    return;
                }
                if (!write(state, step)) {
                    if (turn.view().state().status().isFinished()) {
                        batch.report.count(Report.Count.REJECTED, all.size());
                        return;
                    }
                    batch.report.count(Report.Count.CONFLICTS, 1);
                    continue;
                }
                known = state.version() + 1;
                boolean isMore = step.wake().filter(w -> !w.isAfter(batch.now)).isPresent();
                if (!isMore || ++instants == MAX_INSTANTS || batch.isOver()) {
                    follow(step);
                    return;
                }
                step.late().forEach(late -> turn.enqueue(work.followedBy(late)));
                fresh = List.of();
                goesOn = true;
                attempt = 0;
            }
            throw new StoreException(
                    "Expected to win one of " + MAX_CONFLICTS + " races for trigger '" + instance + "', but lost all",
                    null);
        }

        private void follow(Composites.Step step) {
            if (step.arm()) {
                int depth = causes.stream().mapToInt(Event::depth).max().orElse(0);
                step.wake().ifPresent(wake -> arm(instance, wake, depth));
            }
            step.late().forEach(late -> turn.enqueue(work.followedBy(late)));
        }

        /** Answers false after a lost race. */
        private boolean write(TriggerState state, Composites.Step step) {
            var write =
                    new TriggerState.Write(instance, StatefulTurn.next(step.next(), state), step.keep(), step.wake());
            // Fired in an earlier life of this state, and delivered again after that was over.
            Optional<Plan.Write> firing = step.firing()
                    .filter(f -> !Long.valueOf(state.version()).equals(existing.get(f.key())))
                    .map(this::decide);
            Commit commit = firing.map(f -> f.commit().with(write))
                    .orElseGet(() -> Commit.state(turn.view().state(), write));
            switch (store().commit(commit)) {
                case Commit.Result.Done d -> {
                    firing.ifPresent(f -> stateful.fired(f, work));
                    return true;
                }
                case Commit.Result.Claimed c -> claimed.add(c.trigger());
                case Commit.Result.Exists e -> {
                    existing.put(step.firing().orElseThrow().key(), state.version());
                    turn.reload();
                }
                case Commit.Result.Conflict c -> turn.reload();
            }
            return false;
        }

        private Plan.Write decide(Composites.Firing firing) {
            Decider decider = parts.decider();
            return firing.failure()
                    .map(failure -> decider.fail(
                            turn.view(),
                            trigger,
                            firing.key(),
                            firing.causes().getFirst(),
                            failure,
                            claimed,
                            batch.now))
                    .orElseGet(() ->
                            decider.fire(turn.view(), trigger, firing.key(), firing.causes(), claimed, batch.now));
        }
    }
}

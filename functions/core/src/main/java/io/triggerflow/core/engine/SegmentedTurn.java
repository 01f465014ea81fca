package io.triggerflow.core.engine;

import io.triggerflow.core.decide.Folds;
import io.triggerflow.core.decide.Joins;
import io.triggerflow.core.decide.Plan;
import io.triggerflow.core.expression.ExpressionException;
import io.triggerflow.core.expression.Variables;
import io.triggerflow.core.model.Commit;
import io.triggerflow.core.model.Condition;
import io.triggerflow.core.model.Deadline;
import io.triggerflow.core.model.Entry;
import io.triggerflow.core.model.Event;
import io.triggerflow.core.model.EventTypes;
import io.triggerflow.core.model.Failure;
import io.triggerflow.core.model.Ids;
import io.triggerflow.core.model.Members;
import io.triggerflow.core.model.Scope;
import io.triggerflow.core.model.Trigger;
import io.triggerflow.core.model.TriggerState;
import io.triggerflow.core.port.Store;
import io.triggerflow.core.port.StoreException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Large joins. Each batch adds one segment, the members that it brought, and raises an upper bound of the tallies; only when the bound
 * says that the join may be decided are the segments read. So a member costs a share of two small writes, whatever the join's size, and
 * no two engines ever conflict. What is counted is never decided on: only the members, once each, are (law L4).
 */
final class SegmentedTurn {
    private static final int MAX_CONFLICTS = 20;
    private static final TriggerState.Summary EMPTY =
            new TriggerState.Summary(new Members.Tally(0, 0, 0), 0, false, false);

    private final Engine.Parts parts;
    private final Batch batch;
    private final ScopeTurn turn;
    private final StatefulTurn stateful;

    SegmentedTurn(Engine.Parts parts, Batch batch, ScopeTurn turn, StatefulTurn stateful) {
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

    void run(Trigger trigger, Condition.Join join, List<StatefulTurn.Touch> all) {
        List<Failure> failures = new ArrayList<>();
        Members arrived = arrived(trigger, join, all, failures);
        Work work = StatefulTurn.merged(all);
        boolean emitsLate =
                trigger.deadline().map(d -> d.late() == Deadline.Late.EMIT).orElse(false);
        if (emitsLate && late(trigger, all, work)) {
            return;
        }
        TriggerState.Summary summary =
                arrived.size() == 0 ? EMPTY : store().append(scope(), trigger.id(), name(arrived), arrived);
        if (summary.fired()) {
            batch.report.count(Report.Count.REPEATS, all.size());
            return;
        }
        boolean first = arrived.size() > 0 && summary.atMost().arrived() <= arrived.size() || work.redelivered();
        if (first) {
            stateful.startDeadline(trigger, TriggerState.Instance.of(trigger.id()), 1, all);
        }
        examineIfNeeded(trigger, join, all, summary, work);
        if (!failures.isEmpty()) {
            // A member whose key fails now fails each time, and would be missing for ever: the trigger's failure, as in
            // a small join.
            commit(trigger, work, claimed -> fails(trigger, failures.getFirst(), work.event(), claimed));
        }
    }

    private void examineIfNeeded(
            Trigger trigger,
            Condition.Join join,
            List<StatefulTurn.Touch> all,
            TriggerState.Summary summary,
            Work work) {
        Optional<Event> deadline = all.stream()
                .map(StatefulTurn.Touch::event)
                .filter(e -> e.type().equals(EventTypes.DEADLINE))
                .findFirst();
        boolean asked = deadline.isPresent()
                || all.stream().anyMatch(t -> t.event().type().equals(EventTypes.RECHECK));
        if (!asked
                && !mayBeDecided(trigger, join, summary)
                && join.size() instanceof Condition.Size.Computed c
                && c.expression().mentions("context")) {
            // The size may have been set since the root was read, by somebody who did not see these members.
            turn.reload();
        }
        if (asked || mayBeDecided(trigger, join, summary)) {
            examine(trigger, join, deadline, work);
        }
    }

    private boolean mayBeDecided(Trigger trigger, Condition.Join join, TriggerState.Summary summary) {
        try {
            return parts.joins()
                    .mayBeDecided(join, parts.joins().size(turn.view(), join, batch.now), summary.atMost(), batch.now);
        } catch (ExpressionException e) {
            return true;
        }
    }

    private Members arrived(
            Trigger trigger, Condition.Join join, List<StatefulTurn.Touch> all, List<Failure> failures) {
        Map<String, Members.Arrival> arrivals = new HashMap<>();
        Members members = Members.NONE;
        for (StatefulTurn.Touch touch : all) {
            if (!EventTypes.isDirective(touch.event().type())) {
                try {
                    Optional<Map.Entry<String, Members.Arrival>> member =
                            parts.joins().member(turn.view(), join, touch.event(), batch.now);
                    if (member.isPresent()) {
                        Members.Arrival before = arrivals.get(member.get().getKey());
                        Members one = new Members(
                                Map.of(member.get().getKey(), member.get().getValue()));
                        Members both = before == null
                                ? one
                                : new Members(Map.of(member.get().getKey(), before)).plus(one);
                        arrivals.putAll(both.byKey());
                    }
                } catch (ExpressionException e) {
                    batch.report.note(trigger.id() + ": " + e.getMessage());
                    failures.add(Failure.of(Failure.EXPRESSION, e.getMessage(), trigger.id()));
                }
            }
        }
        return arrivals.isEmpty() ? members : new Members(arrivals);
    }

    /** Named after its members: the same batch, delivered again, replaces its segment. */
    private static String name(Members members) {
        return Ids.hash(members.byKey().entrySet().stream()
                .map(e -> e.getKey() + "=" + e.getValue().outcome())
                .collect(java.util.stream.Collectors.toCollection(TreeSet::new))
                .toArray(String[]::new));
    }

    /** For joins that tell of late events: two more reads a batch. */
    private boolean late(Trigger trigger, List<StatefulTurn.Touch> all, Work work) {
        Optional<TriggerState.Segmented> read = store().segments(scope(), trigger.id());
        if (read.isEmpty()) {
            return false;
        }
        if (!read.get().summary().fired()) {
            // That it is marked as fired is not certain; that there is an entry is.
            Optional<Entry> entry = store().entry(scope(), TriggerState.firingKey(trigger.id(), 1));
            if (entry.isEmpty()) {
                return false;
            }
            repeated(trigger, entry.get(), work);
        }
        for (StatefulTurn.Touch touch : all) {
            Optional<String> member = parts.folds().member(turn.view(), trigger, touch.event(), batch.now);
            if (member.isPresent() && !read.get().members().byKey().containsKey(member.get())) {
                turn.enqueue(work.followedBy(parts.decider().lateOf(turn.view(), trigger, touch.event(), batch.now)));
            }
        }
        return true;
    }

    private void examine(Trigger trigger, Condition.Join join, Optional<Event> deadline, Work work) {
        Optional<TriggerState.Segmented> read = store().segments(scope(), trigger.id());
        Members members = read.map(TriggerState.Segmented::members).orElse(Members.NONE);
        if (read.map(r -> r.summary().fired()).orElse(false)) {
            return;
        }
        Optional<Integer> size;
        Joins.Verdict verdict;
        try {
            size = parts.joins().size(turn.view(), join, batch.now);
            verdict = parts.joins().judge(join, size, members.tally(), batch.now);
        } catch (ExpressionException e) {
            // A size or rule that fails now fails each time: it is the trigger's failure, not the events'.
            commit(
                    trigger,
                    work,
                    claimed -> fails(
                            trigger,
                            Failure.of(Failure.EXPRESSION, e.getMessage(), trigger.id()),
                            work.event(),
                            claimed));
            return;
        }
        decided(verdict, trigger, join, size, deadline, work, read);
    }

    private void decided(
            Joins.Verdict verdict,
            Trigger trigger,
            Condition.Join join,
            Optional<Integer> size,
            Optional<Event> deadline,
            Work work,
            Optional<TriggerState.Segmented> read) {
        Members members = read.map(TriggerState.Segmented::members).orElse(Members.NONE);
        switch (verdict) {
            case HOLDS ->
                commit(trigger, work, claimed -> holds(trigger, join, members, size, work.event(), false, claimed));
            case IMPOSSIBLE ->
                commit(
                        trigger,
                        work,
                        claimed -> fails(trigger, Joins.failure(trigger, join, members, size), work.event(), claimed));
            case OPEN -> {
                if (deadline.isPresent()) {
                    missed(trigger, join, members, size, deadline.get(), work);
                } else {
                    read.ifPresent(r -> store().correct(scope(), trigger.id(), r));
                }
            }
        }
    }

    private void missed(
            Trigger trigger, Condition.Join join, Members members, Optional<Integer> size, Event event, Work work) {
        Deadline deadline = trigger.deadline().orElseThrow();
        switch (deadline.then()) {
            case FIRE -> commit(trigger, work, claimed -> holds(trigger, join, members, size, event, true, claimed));
            case FAIL ->
                commit(
                        trigger,
                        work,
                        claimed -> fails(trigger, Folds.missed(trigger, deadline, members), event, claimed));
            case RETIRE -> store().markLaunched(scope(), trigger.id());
        }
    }

    private Plan.Write holds(
            Trigger trigger,
            Condition.Join join,
            Members members,
            Optional<Integer> size,
            Event cause,
            boolean deadline,
            Set<String> claimed) {
        Variables own = parts.joins().variables(join, members, size, deadline);
        return parts.decider()
                .fire(turn.view(), trigger, TriggerState.firingKey(trigger.id(), 1), cause, own, claimed, batch.now);
    }

    private Plan.Write fails(Trigger trigger, Failure failure, Event cause, Set<String> claimed) {
        return parts.decider()
                .fail(
                        turn.view(),
                        trigger,
                        TriggerState.firingKey(trigger.id(), 1),
                        cause,
                        failure,
                        claimed,
                        batch.now);
    }

    private void commit(Trigger trigger, Work work, Function<Set<String>, Plan.Write> decision) {
        Set<String> claimed = new HashSet<>();
        for (int attempt = 0; attempt < MAX_CONFLICTS; attempt++) {
            if (turn.view().state().status().isFinished()) {
                return;
            }
            Plan.Write firing = decision.apply(claimed);
            switch (store().commit(firing.commit())) {
                case Commit.Result.Done d -> {
                    stateful.fired(firing, work);
                    markLaunched(trigger.id(), work);
                    return;
                }
                case Commit.Result.Exists e -> {
                    repeated(trigger, e.entry(), work);
                    return;
                }
                case Commit.Result.Claimed c -> claimed.add(c.trigger());
                case Commit.Result.Conflict c -> turn.reload();
            }
        }
        throw new StoreException(
                "Expected to win one of " + MAX_CONFLICTS + " races for " + scope() + ", but lost all", null);
    }

    /** Somebody fired it before; if they may have died before they launched it, launch it again. */
    private void repeated(Trigger trigger, Entry entry, Work work) {
        batch.report.count(Report.Count.REPEATS, 1);
        if (work.redelivered()) {
            relaunch(trigger.id(), entry, work);
        }
    }

    void relaunch(String trigger, Entry entry, Work work) {
        turn.reload();
        parts.outbox().performAgain(entry.outbox(), work, batch);
        stateful.touch(entry.activations(), work);
        turn.releaseIfNeeded(work);
        markLaunched(trigger, work);
    }

    private void markLaunched(String trigger, Work work) {
        batch.last(work, () -> store().markLaunched(scope(), trigger));
    }
}

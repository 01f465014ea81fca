package io.triggerflow.core.decide;

import io.triggerflow.core.expression.ExpressionException;
import io.triggerflow.core.expression.Expressions;
import io.triggerflow.core.expression.Variables;
import io.triggerflow.core.model.Address;
import io.triggerflow.core.model.Commit;
import io.triggerflow.core.model.Deadline;
import io.triggerflow.core.model.Entry;
import io.triggerflow.core.model.Event;
import io.triggerflow.core.model.EventTypes;
import io.triggerflow.core.model.Failure;
import io.triggerflow.core.model.Ids;
import io.triggerflow.core.model.Launch;
import io.triggerflow.core.model.RetryPolicy;
import io.triggerflow.core.model.RunStatus;
import io.triggerflow.core.model.ScopeChange;
import io.triggerflow.core.model.Trigger;
import io.triggerflow.core.model.TriggerState;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Decides what an event means for a scope. Pure: {@code now} is a parameter, ids derive from inputs. Thread-safe.
 *
 * <p>One event, with all that follows from it within stateless triggers, becomes one {@link Entry}: one conditional write.
 */
public final class Decider {
    private final Actions actions;
    private final Endings endings = new Endings();
    private final Cascade cascade;
    private final Proceeding proceeding;

    public Decider(Expressions expressions, Extensions extensions) {
        this.actions = new Actions(expressions, extensions, endings);
        this.cascade = new Cascade(expressions, actions, endings);
        this.proceeding = new Proceeding(cascade);
    }

    /**
     * What an event means.
     *
     * @param view the scope as it was read
     * @param event addressed to the scope; not a directive
     * @param ended the launch that this event ends, as far as it matters: when it is a failure that is not retried, or keeps something
     * @param claimed triggers that are known to have fired and fire once
     */
    public Plan decide(View view, Event event, Optional<Launch> ended, Set<String> claimed, Instant now) {
        Optional<Plan> closed = closed(view, event);
        if (closed.isPresent()) {
            return closed.get();
        }
        Turn turn = new Turn(view, event, event.key(), claimed, ended.flatMap(Launch::kept), now);
        if (event.depth() > view.maxTransitions()) {
            return runaway(turn);
        }
        if (event.type().equals(EventTypes.RUN_STARTED)) {
            begin(turn);
        }
        boolean wanted = cascade.run(turn, event);
        if (!wanted && EventTypes.isFailure(event.type())) {
            return unhandled(turn, ended.flatMap(Launch::owner).flatMap(view.triggers()::find));
        }
        return conclude(turn, wanted);
    }

    /** A directive, a deadline or a release: the ending of a run from outside. The event's key is the entry's. */
    public Plan end(View view, Event event, RunStatus status, Optional<Failure> failure, Instant now) {
        if (view.state().status().isFinished()) {
            return new Plan.Reject("the run has finished: " + view.state().status(), false);
        }
        Turn turn = new Turn(view, event, event.key(), Set.of(), now);
        endings.end(turn, status, null, failure);
        return turn.write(Entry.Kind.ENDED);
    }

    /** A run or its triggers are changed from outside: paused, resumed, triggers added. */
    public Plan.Write control(View view, Event event, ScopeChange change, String note, Instant now) {
        Turn turn = new Turn(view, event, event.key(), Set.of(), now);
        Entry entry = new Entry(
                event.key(), Entry.Cause.of(event), now, Entry.Kind.CONTROL, List.of(), List.of(), List.of(), note);
        for (var registered : change.triggers()) {
            registered.trigger().ifPresent(t -> actions.awaken(turn, t, event.depth() + 1));
        }
        Entry full = turn.outbox.isEmpty()
                ? entry
                : new Entry(entry.key(), entry.cause(), now, entry.kind(), List.of(), turn.outbox, List.of(), note);
        return new Plan.Write(Commit.change(view.state(), full, change), List.of());
    }

    /** The waits of a run that is about to be started. */
    public List<Commit.Wait> waits(View view, Instant now) {
        return actions.waits(
                view,
                view.triggers().all().stream()
                        .filter(Trigger::enabled)
                        .filter(t -> t.correlate().isPresent())
                        .toList(),
                now);
    }

    /**
     * The retry of a failed launch, if its policy grants one.
     *
     * @param launched the outbox item that failed
     */
    public Optional<Plan> retry(View view, Event failure, Launch launched, Instant now) {
        Optional<RetryPolicy> policy =
                switch (launched) {
                    case Launch.Invoke i -> Optional.of(i.options().retry());
                    case Launch.FanOut f -> Optional.of(f.options().retry());
                    case Launch.Emit e -> Optional.empty();
                    case Launch.At a -> Optional.empty();
                    case Launch.Start s -> Optional.empty();
                    case Launch.Forward f -> Optional.empty();
                };
        Optional<Address> address = Address.of(failure);
        Failure why = Failure.fromJson(failure.data(), failure.subject());
        if (policy.isEmpty()
                || address.isEmpty()
                || view.state().status() != RunStatus.RUNNING
                || !policy.get().retries(why.error(), address.get().attempt())) {
            return Optional.empty();
        }
        Address next = address.get().attempt(address.get().attempt() + 1);
        Duration delay = policy.get().delay(address.get().id(), address.get().attempt());
        Turn turn = new Turn(view, failure, failure.key(), Set.of(), now);
        turn.outbox.add(new Launch.At(relaunch(next, 0, now.plus(delay)), now.plus(delay)));
        turn.notes.add("attempt " + address.get().attempt() + " failed: " + why.error() + "; attempt " + next.attempt()
                + " in " + delay);
        return Optional.of(turn.write(Entry.Kind.RETRIED));
    }

    /** The directive that launches an attempt. */
    public static Event relaunch(Address address, int throttled, Instant due) {
        Map<String, Object> data = new LinkedHashMap<>(address.toJson());
        data.put("throttled", throttled);
        String id = Ids.hash(address.id(), "relaunch", Integer.toString(throttled));
        return Event.ofEngine(id, EventTypes.RELAUNCH, address.task(), due, data, Map.of())
                .addressedTo(address.scope(), address.depth());
    }

    /** The launch of an attempt that is due, as an entry of its own, so that repeats of the directive launch nothing. */
    public Plan relaunched(View view, Event directive, Launch launch, Instant now) {
        // What was put off for lack of room was asked for before the run ended; another attempt is not wanted any more.
        boolean putOff = directive.data() instanceof Map<?, ?> data
                && data.get("throttled") instanceof Number n
                && n.intValue() > 0;
        Optional<Plan> closed =
                putOff && view.state().status().isFinished() ? Optional.empty() : closed(view, directive);
        if (closed.isPresent()) {
            return closed.get();
        }
        Entry entry = new Entry(
                directive.key(),
                Entry.Cause.of(directive),
                now,
                Entry.Kind.RETRIED,
                List.of(),
                List.of(launch),
                List.of(),
                "");
        return new Plan.Write(Commit.entry(view.state(), entry), List.of());
    }

    /**
     * The firing of a trigger that keeps state.
     *
     * @param key names the firing: the same trigger and round always have the same key
     * @param cause the event that decided it
     * @param own what its actions see beside the run
     * @param claimed triggers that are known to have fired and fire once
     */
    public Plan.Write fire(
            View view, Trigger trigger, String key, Event cause, Variables own, Set<String> claimed, Instant now) {
        return fire(view, trigger, key, List.of(new Cause(cause, own)), claimed, now);
    }

    /**
     * An event that makes a trigger fire.
     *
     * @param own what the actions see beside the run
     */
    public record Cause(Event event, Variables own) {}

    /** The same for several firings of a trigger at once, in order, as one entry; at least one. */
    public Plan.Write fire(
            View view, Trigger trigger, String key, List<Cause> causes, Set<String> claimed, Instant now) {
        Turn turn = new Turn(view, causes.getFirst().event(), key, claimed, now);
        for (Cause cause : causes) {
            if (!turn.isEnded()) {
                cascade.decided(turn, trigger, cause.event(), cause.own(), true, Interception.Passed.NONE);
            }
        }
        cascade.drain(turn);
        return turn.write(Entry.Kind.FIRED);
    }

    /** A trigger that keeps state can no longer fire: triggers may react, else its failure route is taken, else the run fails. */
    public Plan.Write fail(
            View view, Trigger trigger, String key, Event cause, Failure failure, Set<String> claimed, Instant now) {
        return fail(view, trigger, key, new Cause(cause, Variables.NONE), failure, claimed, now);
    }

    /** The same, with what the failure route sees beside the run, and the event of the failure has beside the failure. */
    public Plan.Write fail(
            View view, Trigger trigger, String key, Cause cause, Failure failure, Set<String> claimed, Instant now) {
        Turn turn = new Turn(view, cause.event(), key, claimed, now);
        Map<String, Object> data = new LinkedHashMap<>(failure.toJson());
        data.putAll(cause.own().values());
        Event failed = Event.ofEngine(
                Ids.hash(view.state().scope().toString(), key, "failed"),
                EventTypes.JOIN_FAILED,
                trigger.id(),
                now,
                data,
                Map.of());
        Event addressed = failed.addressedTo(view.state().scope(), cause.event().depth() + 1);
        if (!cascade.run(turn, addressed)) {
            cascade.failureRoute(turn, trigger, addressed, failure, cause.own());
        }
        cascade.drain(turn);
        return turn.write(Entry.Kind.FIRED);
    }

    /** The directive that ends the time of a trigger, or of one of its keys, whose time runs from its first event. */
    public Launch.At deadlineOf(
            View view, TriggerState.Instance instance, Deadline deadline, int round, int depth, Instant now) {
        return Actions.deadline(view, instance, deadline, round, depth, now);
    }

    /** The deadline of a trigger without state has passed. */
    public Plan deadline(View view, Event directive, Trigger trigger, Set<String> claimed, Instant now) {
        Optional<Plan> closed = closed(view, directive);
        if (closed.isPresent()) {
            return closed.get();
        }
        if (claimed.contains(trigger.id())) {
            return new Plan.Reject("the trigger has fired before its deadline: " + trigger.id(), false);
        }
        Deadline deadline = trigger.deadline().orElseThrow();
        Turn turn = new Turn(view, directive, directive.key(), claimed, now);
        turn.claims.add(trigger.id());
        turn.notes.add("deadline of " + trigger.id());
        Failure failure = Failure.of(
                Failure.DEADLINE,
                "Expected an event for trigger '" + trigger.id() + "' within " + deadline.after() + ", but none came",
                trigger.id());
        switch (deadline.then()) {
            case FIRE ->
                cascade.decided(
                        turn,
                        trigger,
                        directive,
                        Variables.NONE.with("deadline", true),
                        true,
                        Interception.Passed.NONE);
            case FAIL -> cascade.failureRoute(turn, trigger, directive, failure);
            case RETIRE -> {}
        }
        cascade.drain(turn);
        return turn.write(Entry.Kind.FIRED);
    }

    /** Finished and paused runs take no events. */
    static Optional<Plan> closed(View view, Event event) {
        RunStatus status = view.state().status();
        if (status.isFinished()) {
            return Optional.of(new Plan.Reject("the run has finished: " + status, !EventTypes.isEngines(event.type())));
        }
        return status == RunStatus.PAUSED
                ? Optional.of(new Plan.Write(Commit.hold(view.state(), event), List.of()))
                : Optional.empty();
    }

    /** An activation that an interceptor held comes: it goes on, or waits. See {@link Holding}. */
    public Plan proceed(View view, Event directive, Set<String> claimed, Instant now) {
        return proceeding.plan(view, directive, claimed, now);
    }

    private void begin(Turn turn) {
        turn.before.definition().ifPresent(d -> d.timeout().ifPresent(t -> turn.outbox.add(runTimeout(turn, t))));
        for (Trigger trigger : turn.before
                .definition()
                .map(io.triggerflow.core.model.Definition::triggers)
                .orElse(List.of())) {
            trigger.deadline()
                    .filter(d -> d.from() == Deadline.From.START)
                    .ifPresent(d -> turn.outbox.add(Actions.deadline(
                            turn.view,
                            TriggerState.Instance.of(trigger.id()),
                            d,
                            1,
                            turn.event.depth() + 1,
                            turn.now)));
            emptyJoin(turn, trigger);
        }
    }

    private void emptyJoin(Turn turn, Trigger trigger) {
        try {
            actions.recheckIfEmpty(turn, trigger, turn.event.depth() + 1);
        } catch (ExpressionException e) {
            // Its size cannot be known yet; it is asked again when a member arrives.
            turn.notes.add("size of " + trigger.id() + ": " + e.getMessage());
        }
    }

    private static Launch runTimeout(Turn turn, Duration after) {
        var scope = turn.before.state().scope();
        Event event = Event.ofEngine(
                Ids.hash(scope.toString(), "timeout"),
                EventTypes.RUN_TIMEOUT,
                "",
                turn.now.plus(after),
                null,
                Map.of());
        return new Launch.At(event.addressedTo(scope, turn.event.depth() + 1), turn.now.plus(after));
    }

    private Plan runaway(Turn turn) {
        Failure failure = Cascade.tooDeep(turn, turn.event);
        if (!turn.before.state().scope().isRun()) {
            return new Plan.Reject(failure.message(), true);
        }
        endings.end(turn, RunStatus.FAILED, null, Optional.of(failure));
        return turn.write(Entry.Kind.ENDED);
    }

    /** The event that tells of an event that came too late; for joins that keep their members in segments. */
    public Event lateOf(View view, Trigger trigger, Event event, Instant now) {
        return Cascade.late(view, trigger, event, now);
    }

    private Plan unhandled(Turn turn, Optional<Trigger> owner) {
        Failure failure = Failure.fromJson(turn.event.data(), turn.event.subject());
        if (owner.isPresent() && !owner.get().onFailure().isEmpty()) {
            cascade.failureRoute(turn, owner.get(), turn.event, failure);
            cascade.drain(turn);
            return turn.write(Entry.Kind.FIRED);
        }
        String message = "Task '" + turn.event.subject() + "' failed, and nothing handles it: " + failure.message();
        cascade.endBadly(turn, new Failure(failure.error(), message, turn.event.subject(), Optional.of(failure)));
        return turn.write(Entry.Kind.ENDED);
    }

    private static Plan conclude(Turn turn, boolean wanted) {
        boolean isTimed = turn.event.isTimed() || turn.event.type().equals(EventTypes.RUN_STARTED);
        boolean isKept = isTimed || EventTypes.isTermination(turn.event.type()) || !turn.notes.isEmpty();
        if (turn.hasFired() || !turn.outbox.isEmpty()) {
            return turn.write(Entry.Kind.FIRED);
        }
        if (!wanted) {
            // Somebody's event that no trigger wants yet is kept until one does; the engine's own news is noted.
            return EventTypes.isEngines(turn.event.type())
                    ? turn.write(Entry.Kind.UNMATCHED)
                    : new Plan.Write(Commit.hold(turn.before.state(), turn.event), List.of());
        }
        if (!turn.activations.isEmpty()) {
            return isTimed || mustBeNoted(turn) ? turn.write(Entry.Kind.FIRED) : new Plan.Activate(turn.activations);
        }
        return isKept ? turn.write(Entry.Kind.DECLINED) : new Plan.Nothing();
    }

    /** The end of a launch of which no state will tell that it came. */
    private static boolean mustBeNoted(Turn turn) {
        return EventTypes.isTermination(turn.event.type())
                && turn.activations.stream()
                        .map(a -> turn.view.triggers().find(a.trigger()))
                        .anyMatch(t -> t.filter(Trigger::remembersEach).isEmpty());
    }
}

package io.triggerflow.core.engine;

import io.triggerflow.core.decide.Plan;
import io.triggerflow.core.decide.Starts;
import io.triggerflow.core.decide.View;
import io.triggerflow.core.expression.ExpressionException;
import io.triggerflow.core.model.Address;
import io.triggerflow.core.model.Commit;
import io.triggerflow.core.model.Definition;
import io.triggerflow.core.model.Entry;
import io.triggerflow.core.model.Event;
import io.triggerflow.core.model.EventTypes;
import io.triggerflow.core.model.Failure;
import io.triggerflow.core.model.Ids;
import io.triggerflow.core.model.JsonText;
import io.triggerflow.core.model.Launch;
import io.triggerflow.core.model.RunStatus;
import io.triggerflow.core.model.Scope;
import io.triggerflow.core.model.ScopeState;
import io.triggerflow.core.model.Trigger;
import io.triggerflow.core.port.StoreException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What the engine's own directives, and terminations, mean; everything else is decided by the scope's triggers alone. */
final class Directives {
    private final Engine.Parts parts;
    private final Batch batch;
    /** Entries that were read together with the roots. */
    private final Map<Entry.Ref, Entry> known;

    Directives(Engine.Parts parts, Batch batch, Map<Entry.Ref, Entry> known) {
        this.parts = parts;
        this.batch = batch;
        this.known = known;
    }

    /** The entry of the launch that an event ends, if more of it must be known than the event tells: what it kept, what follows a failure. */
    static Optional<Entry.Ref> wanted(Event event) {
        boolean matters = EventTypes.isFailure(event.type())
                || EventTypes.isTermination(event.type()) && event.number(Event.KEEPS, 0) == 1;
        return matters ? Address.of(event).map(a -> new Entry.Ref(a.scope(), a.entry())) : Optional.empty();
    }

    /** Performs a directive that needs no decision. Answers whether the event was one. */
    boolean perform(View view, Work work) {
        return switch (work.event().type()) {
            case EventTypes.START -> {
                start(view, work);
                yield true;
            }
            case EventTypes.CANCEL_CHILDREN -> {
                cancelChildren(view, work);
                yield true;
            }
            case EventTypes.FAN_OUT -> {
                slice(view, work);
                yield true;
            }
            default -> false;
        };
    }

    /** What an event means for the scope. */
    Plan plan(View view, Work work, Set<String> claimed) {
        Event event = work.event();
        return switch (event.type()) {
            case EventTypes.RELAUNCH -> relaunch(view, event);
            case EventTypes.DEADLINE -> deadline(view, event, claimed);
            case EventTypes.WAKE -> wake(view, event);
            case EventTypes.RUN_TIMEOUT -> {
                Failure failure = Failure.of(
                        Failure.TIMED_OUT,
                        "Expected the run to end within its time limit, but it did not",
                        view.state().scope().toString());
                yield parts.decider().end(view, event, RunStatus.TIMED_OUT, Optional.of(failure), batch.now);
            }
            case EventTypes.FAIL ->
                parts.decider()
                        .end(
                                view,
                                event,
                                RunStatus.FAILED,
                                Optional.of(Failure.fromJson(
                                        event.data(), view.state().scope().toString())),
                                batch.now);
            case EventTypes.CANCEL ->
                parts.decider().end(view, event, RunStatus.CANCELLED, Optional.empty(), batch.now);
            case EventTypes.TIMER_DUE -> timer(view, event, claimed);
            case EventTypes.PROCEED -> parts.decider().proceed(view, event, claimed, batch.now);
            default ->
                EventTypes.isDirective(event.type())
                        ? new Plan.Reject("Expected a directive of the engine, but got " + event.type(), true)
                        : decide(view, event, claimed);
        };
    }

    private Plan decide(View view, Event event, Set<String> claimed) {
        Optional<Launch> ended = wanted(event)
                .flatMap(e -> launched(view.state().scope(), Address.of(event).orElseThrow()));
        if (EventTypes.isFailure(event.type()) && ended.isPresent()) {
            Optional<Plan> retry = parts.decider().retry(view, event, ended.get(), batch.now);
            if (retry.isPresent()) {
                return retry.get();
            }
        }
        return parts.decider().decide(view, event, ended, claimed, batch.now);
    }

    private Optional<Launch> launched(Scope scope, Address address) {
        return Optional.ofNullable(known.get(new Entry.Ref(scope, address.entry())))
                .or(() -> parts.ports().store().entry(scope, address.entry()))
                .map(Entry::outbox)
                .filter(o -> address.position() < o.size())
                .map(o -> o.get(address.position()));
    }

    private Plan relaunch(View view, Event event) {
        Optional<Address> address = Address.fromJson(event.data());
        Optional<Launch> launch =
                address.flatMap(a -> launched(view.state().scope(), a)).flatMap(l -> attempt(l, address.orElseThrow()));
        if (launch.isEmpty()) {
            return new Plan.Reject("Expected a launch to repeat, but there is none at " + event.data(), true);
        }
        return parts.decider().relaunched(view, event, launch.get(), batch.now);
    }

    private Optional<Launch> attempt(Launch launch, Address address) {
        return switch (launch) {
            case Launch.Invoke i ->
                Optional.of(repeated(new Launch.Invoke(address, i.trigger(), i.function(), i.payload(), i.options())));
            case Launch.FanOut f ->
                address.item() >= 0 && address.item() < f.items().size()
                        ? Optional.of(repeated(parts.outbox()
                                .invocation(
                                        f,
                                        f.items().get(address.item()),
                                        address,
                                        f.items().size(),
                                        batch.now)))
                        : Optional.empty();
            case Launch.Start s -> Optional.empty();
            case Launch.Emit e -> Optional.empty();
            case Launch.At a -> Optional.empty();
            case Launch.Forward f -> Optional.empty();
        };
    }

    /** What the launch keeps stays where it is: the address leads there. */
    private static Launch.Invoke repeated(Launch.Invoke i) {
        Launch.Invocation o = i.options();
        return new Launch.Invoke(
                i.address(),
                i.trigger(),
                i.function(),
                i.payload(),
                new Launch.Invocation(o.retry(), o.timeout(), o.correlation(), Optional.empty(), o.answer()));
    }

    private Plan deadline(View view, Event event, Set<String> claimed) {
        Optional<Trigger> trigger =
                view.triggers().find(event.subject()).filter(t -> t.deadline().isPresent());
        if (trigger.isEmpty() || view.state().status().isFinished()) {
            return new Plan.Reject("the deadline's trigger is gone: " + event.subject(), false);
        }
        if (!trigger.get().isStateful()) {
            return parts.decider().deadline(view, event, trigger.get(), claimed, batch.now);
        }
        return view.state().status() == RunStatus.PAUSED
                ? new Plan.Write(Commit.hold(view.state(), event), List.of())
                : new Plan.Activate(List.of(new Entry.Activation(trigger.get().id(), event)));
    }

    private static Plan wake(View view, Event event) {
        Optional<Trigger> trigger = view.triggers().find(event.subject());
        if (trigger.isEmpty() || view.state().status().isFinished()) {
            return new Plan.Reject("the trigger that is woken is gone: " + event.subject(), false);
        }
        return view.state().status() == RunStatus.PAUSED
                ? new Plan.Write(Commit.hold(view.state(), event), List.of())
                : new Plan.Activate(List.of(new Entry.Activation(event.subject(), event)));
    }

    private Plan timer(View view, Event event, Set<String> claimed) {
        boolean armed = parts.ports()
                .store()
                .timer(view.state().scope(), event.subject())
                .map(t -> t.id().equals(event.id()))
                .orElse(false);
        if (!armed) {
            return new Plan.Reject("the timer was cancelled: " + event.subject(), false);
        }
        return parts.decider().decide(view, fired(event), Optional.empty(), claimed, batch.now);
    }

    private static Event fired(Event due) {
        return new Event(
                due.id(),
                due.source(),
                EventTypes.TIMER_FIRED,
                due.subject(),
                due.time(),
                due.data(),
                due.extensions());
    }

    /** Whether an entry is what became of an event, not of another event with the same key: another outcome of its launch. */
    static boolean isSame(Entry entry, Event event) {
        String type = event.type().equals(EventTypes.TIMER_DUE) ? EventTypes.TIMER_FIRED : event.type();
        return entry.cause().type().equals(type);
    }

    /** The triggers with state that an event activates, or would if they were not retired or disabled, or the run paused or finished. */
    Set<String> everActivated(View view, Event event) {
        if (event.type().equals(EventTypes.DEADLINE) || event.type().equals(EventTypes.WAKE)) {
            return Set.of(event.subject());
        }
        Event meant = event.type().equals(EventTypes.TIMER_DUE) ? fired(event) : event;
        return view.triggers().everMatched(meant).stream()
                .filter(Trigger::isStateful)
                .map(Trigger::id)
                .collect(Collectors.toSet());
    }

    private void slice(View view, Work work) {
        if (view.state().status().isFinished()) {
            batch.report.count(Report.Count.REJECTED, 1);
            return;
        }
        Entry entry = new Entry(
                work.event().key(),
                Entry.Cause.of(work.event()),
                batch.now,
                Entry.Kind.FIRED,
                List.of(),
                List.of(),
                List.of(),
                "");
        boolean first =
                switch (parts.ports().store().commit(Commit.entry(view.state(), entry))) {
                    case Commit.Result.Done d -> true;
                    case Commit.Result.Exists e -> false;
                    case Commit.Result.Claimed c ->
                        throw new StoreException("Expected a slice to be committed, but " + c, null);
                    case Commit.Result.Conflict c ->
                        throw new StoreException("Expected a slice to be committed, but it lost a race", null);
                };
        if (first || work.redelivered()) {
            parts.outbox().performSlice(work.event(), work, batch);
        }
    }

    @SuppressWarnings("unchecked") // Checked: a map read from JSON has text keys.
    private void start(View view, Work work) {
        if (!(work.event().data() instanceof Map<?, ?> map)
                || !(map.get("workflow") instanceof String workflow)
                || !(map.get("name") instanceof String name)
                || !Scope.isName(name)) {
            Parking.park(
                    parts.ports().store(),
                    work.event(),
                    "Expected {workflow, name, input}, but got " + work.event().data(),
                    batch);
            return;
        }
        Map<String, Object> data = (Map<String, Object>) map;
        Scope run = new Scope(view.state().scope().workspace(), name);
        Optional<Definition.Ref> ref = version(
                run.workspace(),
                workflow,
                Optional.ofNullable(data.get("version")).map(Object::toString));
        Optional<Address> parent = Address.fromJson(data.get("parent"));
        if (ref.isEmpty()) {
            refuseStart(
                    work,
                    parent,
                    "Expected workflow '" + workflow + "' in workspace '" + run.workspace()
                            + "', but there is none of that name and version");
            return;
        }
        Optional<ScopeState.Parent> reportsTo =
                parent.filter(p -> !Boolean.TRUE.equals(data.get("detached"))).map(ScopeState.Parent::new);
        ScopeState state = ScopeState.started(run, ref, data.get("input"), reportsTo, batch.now);
        Optional<ScopeState> existing;
        try {
            existing = parts.ports()
                    .store()
                    .create(state, parts.decider().waits(parts.views().of(state), batch.now));
        } catch (ExpressionException e) {
            refuseStart(work, parent, e.getMessage());
            return;
        }
        if (existing.isPresent() && !isSame(existing.get(), state)) {
            refuseStart(
                    work, parent, "Expected no run named '" + name + "', but there is one that was started otherwise");
            return;
        }
        if (existing.isEmpty()) {
            batch.report.count(Report.Count.RUNS_STARTED, 1);
        }
        batch.follow(work, Starts.of(existing.orElse(state), work.event().depth()));
        reportsTo.ifPresent(p -> cancelOrphan(p.address().scope(), run, work));
    }

    /** A parent that ended badly before its child was there cancelled all children but this one. */
    private void cancelOrphan(Scope parent, Scope child, Work work) {
        ScopeState state = parts.ports().store().load(List.of(parent)).get(parent);
        if (state != null && state.status().isFinished() && state.status() != RunStatus.SUCCEEDED) {
            cancel(child, work);
        }
    }

    private static boolean isSame(ScopeState a, ScopeState b) {
        return a.parent().equals(b.parent())
                && a.definition()
                        .map(Definition.Ref::workflow)
                        .equals(b.definition().map(Definition.Ref::workflow))
                && JsonText.same(a.input(), b.input());
    }

    private Optional<Definition.Ref> version(String workspace, String workflow, Optional<String> version) {
        if (version.isEmpty()) {
            return parts.ports().store().newest(workspace, workflow);
        }
        Definition.Ref ref = new Definition.Ref(workflow, version.get());
        return parts.ports().store().definition(workspace, ref).map(Definition::ref);
    }

    private void refuseStart(Work work, Optional<Address> parent, String reason) {
        if (parent.isEmpty()) {
            Parking.park(parts.ports().store(), work.event(), reason, batch);
            return;
        }
        Failure failure =
                Failure.of("Triggerflow.StartRefused", reason, parent.get().task());
        batch.follow(
                work,
                Event.ofEngine(
                        parent.get().id(),
                        EventTypes.TASK_FAILED,
                        parent.get().task(),
                        batch.now,
                        failure.toJson(),
                        parent.get().toExtensions()));
    }

    private void cancelChildren(View view, Work work) {
        Optional<String> token = Optional.empty();
        do {
            var page = parts.ports().registry().entries(view.state().scope(), 1_000, token);
            for (Entry entry : page.items()) {
                entry.outbox().forEach(launch -> cancel(view.state().scope(), launch, work));
            }
            token = page.next();
        } while (token.isPresent());
    }

    private void cancel(Scope parent, Launch launch, Work work) {
        if (launch instanceof Launch.Start s && !s.detached()) {
            cancel(new Scope(parent.workspace(), s.name()), work);
        }
    }

    private void cancel(Scope child, Work work) {
        Event cancel = Event.ofEngine(
                Ids.hash(child.toString(), "cancelled with its parent"),
                EventTypes.CANCEL,
                "",
                batch.now,
                null,
                Map.of());
        batch.follow(work, cancel.addressedTo(child, work.event().depth()));
    }
}

package io.triggerflow.core.decide;

import io.triggerflow.core.expression.ExpressionException;
import io.triggerflow.core.expression.Expressions;
import io.triggerflow.core.expression.Templates;
import io.triggerflow.core.expression.Variables;
import io.triggerflow.core.model.Action;
import io.triggerflow.core.model.Commit;
import io.triggerflow.core.model.Condition;
import io.triggerflow.core.model.Deadline;
import io.triggerflow.core.model.Entry;
import io.triggerflow.core.model.Event;
import io.triggerflow.core.model.EventTypes;
import io.triggerflow.core.model.Failure;
import io.triggerflow.core.model.Ids;
import io.triggerflow.core.model.Interceptor;
import io.triggerflow.core.model.Launch;
import io.triggerflow.core.model.RunStatus;
import io.triggerflow.core.model.Scope;
import io.triggerflow.core.model.Trigger;
import io.triggerflow.core.model.TriggerChange;
import io.triggerflow.core.model.TriggerState;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Turns the actions of a firing into launches and changes of a {@link Turn}. */
final class Actions {
    private static final int MAX_EXPANSIONS = 10;
    /** Names travel as attributes of events, which take no longer ones. */
    private static final int MAX_TEXT = 2_000;
    /** As in a definition: the services that keep a timer know no later time than some thousands of years. */
    private static final Duration MAX_DELAY = Duration.ofDays(3_660);

    private final Expressions expressions;
    private final Templates templates;
    private final Extensions extensions;
    private final Endings endings;

    Actions(Expressions expressions, Extensions extensions, Endings endings) {
        this.expressions = expressions;
        this.templates = new Templates(expressions);
        this.extensions = extensions;
        this.endings = endings;
    }

    /** One firing in the making. */
    private record Firing(Turn turn, Trigger trigger, Event event, Variables own) {
        /** What templates see: the run as it is now, then the firing's own. */
        Variables variables() {
            Map<String, Object> all = new LinkedHashMap<>(turn.view.variables().values());
            all.putAll(own.values());
            return new Variables(all);
        }

        /** The depth of what this firing causes. */
        int depth() {
            return event.depth() + 1;
        }
    }

    /** Performs actions in order. Throws {@link ExpressionException} when a template fails. */
    void perform(Turn turn, Trigger trigger, List<Action> actions, Event event, Variables own) {
        Firing firing = new Firing(turn, trigger, event, own);
        for (Action action : actions) {
            if (turn.isEnded()) {
                return;
            }
            perform(firing, action, 0);
        }
    }

    private void perform(Firing firing, Action action, int expansions) {
        switch (action) {
            case Action.Invoke a -> invoke(firing, a);
            case Action.Emit a -> emit(firing, a);
            case Action.Schedule a -> schedule(firing, a);
            case Action.CancelTimer a -> cancelTimer(firing, a);
            case Action.Register a -> register(firing, a);
            case Action.Intercept a -> intercept(firing, a);
            case Action.Switch a -> switchTriggers(firing, a);
            case Action.SetContext a -> set(firing, a);
            case Action.StartRun a -> startRun(firing, a);
            case Action.Complete a ->
                endings.end(
                        firing.turn,
                        RunStatus.SUCCEEDED,
                        a.output().map(o -> fill(firing, o)).orElse(null),
                        Optional.empty());
            case Action.Fail a -> fail(firing, a);
            case Action.Custom a -> custom(firing, a, expansions);
        }
    }

    private Object fill(Firing firing, Object template) {
        return templates.fill(template, firing.variables(), firing.turn.now);
    }

    private String text(Firing firing, Object template, String what) {
        String text = templates.text(template, firing.variables(), firing.turn.now, what);
        if (text.length() > MAX_TEXT) {
            throw new ExpressionException("Expected " + what + " to be a text of at most " + MAX_TEXT
                    + " characters, but it has " + text.length());
        }
        return text;
    }

    private void invoke(Firing firing, Action.Invoke a) {
        Turn turn = firing.turn;
        String function = text(firing, a.function(), "invoke.function");
        String task = a.task().map(t -> text(firing, t, "invoke.task")).orElse(firing.trigger.id());
        Optional<Object> kept = a.keep().map(k -> fill(firing, k));
        var options = new Launch.Invocation(a.retry(), a.timeout(), a.correlation(), kept, Optional.empty());
        var address = turn.address(task, a.timeout().isPresent(), kept.isPresent(), firing.depth());
        if (a.forEach().isEmpty()) {
            Object payload = a.payload().map(p -> fill(firing, p)).orElse(firing.event.data());
            turn.launch(new Launch.Invoke(address, firing.trigger.id(), function, payload, options));
            return;
        }
        Object items = expressions.evaluate(a.forEach().get(), firing.variables(), turn.now);
        // JSONata gives a list of one as its element, and nothing as null: both are lists here.
        List<Object> list = items == null
                ? List.of()
                : items instanceof List<?> l ? new ArrayList<>(l) : new ArrayList<>(List.of(items));
        Object with = a.with().map(w -> fill(firing, w)).orElse(null);
        turn.launch(new Launch.FanOut(address, firing.trigger.id(), function, list, a.payload(), with, options));
    }

    private void emit(Firing firing, Action.Emit a) {
        Turn turn = firing.turn;
        String type = text(firing, a.type(), "emit.type");
        if (EventTypes.isDirective(type)) {
            throw new ExpressionException(
                    "Expected emit.type to be an event's, but '" + type + "' is a directive of the engine");
        }
        String subject = a.subject().map(s -> text(firing, s, "emit.subject")).orElse("");
        Object data = a.data().map(d -> fill(firing, d)).orElse(firing.event.data());
        // The depth goes along to queues and buses too: they may lead back here, and a loop must end.
        Event event =
                Event.ofEngine(turn.nextEventId(), type, subject, turn.now, data, Map.of(Event.DEPTH, firing.depth()));
        Scope own = turn.before.state().scope();
        switch (a.target()) {
            case Action.Target.Own t -> toOwn(turn, event.addressedTo(own, firing.depth()), a.delay());
            case Action.Target.ToRun t -> {
                Scope to = new Scope(workspace(firing, t.workspace()), text(firing, t.run(), "emit.to.run"));
                toEngine(turn, event.addressedTo(to, firing.depth()), a.delay());
            }
            case Action.Target.ToWorkspace t ->
                toEngine(
                        turn,
                        event.addressedTo(Scope.workspace(workspace(firing, t.workspace())), firing.depth()),
                        a.delay());
            case Action.Target.ToBus t ->
                turn.outbox.add(new Launch.Emit(
                        event,
                        new Launch.Destination.Bus(t.bus().map(b -> text(firing, b, "emit.to.bus"))),
                        a.delay()));
            case Action.Target.ToQueue t ->
                turn.outbox.add(new Launch.Emit(
                        event, new Launch.Destination.Queue(text(firing, t.queue(), "emit.to.queue")), a.delay()));
        }
    }

    private String workspace(Firing firing, Optional<Object> template) {
        return template.map(w -> text(firing, w, "emit.to.workspace"))
                .orElse(firing.turn.before.state().scope().workspace());
    }

    private static void toOwn(Turn turn, Event event, Duration delay) {
        // Unwanted by any trigger of this moment, it takes the queue, where it is held until one wants it.
        boolean wanted = delay.isZero()
                && turn.takesMore()
                && !turn.view.triggers().match(event).isEmpty();
        if (wanted) {
            turn.internal.add(event);
        } else {
            toEngine(turn, event, delay);
        }
    }

    private static void toEngine(Turn turn, Event event, Duration delay) {
        turn.outbox.add(
                delay.isZero()
                        ? new Launch.Emit(event, new Launch.Destination.Engine(), delay)
                        : new Launch.At(event.timed(), turn.now.plus(delay)));
    }

    private void schedule(Firing firing, Action.Schedule a) {
        Turn turn = firing.turn;
        String name = text(firing, a.name(), "schedule.timer");
        Instant due = due(text(firing, a.when(), "schedule.after or schedule.at"), turn.now);
        String id = turn.nextEventId();
        Object data = a.data().map(d -> fill(firing, d)).orElse(null);
        Event event = Event.ofEngine(id, EventTypes.TIMER_DUE, name, due, data, Map.of())
                .addressedTo(turn.before.state().scope(), firing.depth())
                .timed();
        turn.timers.removeIf(t -> t.name().equals(name));
        turn.cancelledTimers.remove(name);
        turn.timers.add(new Commit.Timer(name, id, due));
        turn.outbox.add(new Launch.At(event, due));
        turn.changed("timer " + name);
    }

    private static Instant due(String when, Instant now) {
        try {
            Instant due =
                    when.startsWith("P") || when.startsWith("p") ? now.plus(Duration.parse(when)) : Instant.parse(when);
            if (due.isAfter(now.plus(MAX_DELAY))) {
                throw new ExpressionException(
                        "Expected a timer to be due within " + MAX_DELAY.toDays() + " days, but got '" + when + "'");
            }
            return due;
        } catch (DateTimeException | ArithmeticException e) {
            throw new ExpressionException(
                    "Expected an ISO-8601 duration such as PT30S, or an instant such as 2026-01-01T00:00:00Z, but got '"
                            + when + "'");
        }
    }

    private void cancelTimer(Firing firing, Action.CancelTimer a) {
        String name = text(firing, a.name(), "cancelTimer");
        firing.turn.timers.removeIf(t -> t.name().equals(name));
        firing.turn.cancelledTimers.remove(name);
        firing.turn.cancelledTimers.add(name);
        firing.turn.changed("cancel timer " + name);
    }

    private void register(Firing firing, Action.Register a) {
        Turn turn = firing.turn;
        List<TriggerChange> changes = new ArrayList<>();
        long version = turn.view.state().triggersVersion();
        for (Trigger trigger : a.triggers()) {
            changes.add(TriggerChange.register(++version, trigger));
            turn.changed("register " + trigger.id());
        }
        turn.changeTriggers(changes);
        a.triggers().forEach(t -> awaken(turn, t, firing.depth()));
    }

    private static void intercept(Firing firing, Action.Intercept a) {
        List<TriggerChange> changes = new ArrayList<>();
        long version = firing.turn.view.state().triggersVersion();
        for (Interceptor interceptor : a.interceptors()) {
            changes.add(TriggerChange.intercept(++version, interceptor));
            firing.turn.changed("intercept " + interceptor.id());
        }
        firing.turn.changeTriggers(changes);
    }

    /** What a trigger needs from the moment on at which it is registered: its deadline, and its place among those who wait for a key. */
    void awaken(Turn turn, Trigger trigger, int depth) {
        trigger.deadline()
                .filter(d -> d.from() == Deadline.From.START)
                .ifPresent(d -> turn.outbox.add(
                        deadline(turn.view, TriggerState.Instance.of(trigger.id()), d, 1, depth, turn.now)));
        recheckIfEmpty(turn, trigger, depth);
        turn.waits.addAll(waits(turn.view, List.of(trigger), turn.now));
    }

    static Launch.At deadline(
            View view, TriggerState.Instance instance, Deadline deadline, int round, int depth, Instant now) {
        Scope scope = view.state().scope();
        String number = Integer.toString(round);
        String id = instance.isKeyed()
                ? Ids.hash(scope.toString(), "deadline", instance.trigger(), number, instance.key())
                : Ids.hash(scope.toString(), "deadline", instance.trigger(), number);
        Map<String, Object> data =
                instance.isKeyed() ? Map.of("round", round, "key", instance.key()) : Map.of("round", round);
        Event event =
                Event.ofEngine(id, EventTypes.DEADLINE, instance.trigger(), now.plus(deadline.after()), data, Map.of());
        return new Launch.At(event.addressedTo(scope, depth), now.plus(deadline.after()));
    }

    /** The keys for which the run is found by events that are not addressed to it. */
    List<Commit.Wait> waits(View view, List<Trigger> triggers, Instant now) {
        List<Commit.Wait> waits = new ArrayList<>();
        for (Trigger trigger : triggers) {
            if (trigger.correlate().isPresent() && view.state().scope().isRun()) {
                Object key = expressions.evaluate(trigger.correlate().get().runKey(), view.variables(), now);
                if (key == null || key instanceof Map || key instanceof List) {
                    throw new ExpressionException("Expected trigger '" + trigger.id()
                            + "' to have a text or number as its correlation key, but got "
                            + (key == null ? "nothing" : key));
                }
                Correlations.types(trigger).forEach(type -> waits.add(new Commit.Wait(type, key.toString())));
            }
        }
        return waits.stream().distinct().toList();
    }

    private void switchTriggers(Firing firing, Action.Switch a) {
        Turn turn = firing.turn;
        List<TriggerChange> changes = new ArrayList<>();
        long version = turn.view.state().triggersVersion();
        for (Object template : a.triggers()) {
            String id = text(firing, template, "a trigger's id");
            changes.add(new TriggerChange(++version, a.operation(), id, Optional.empty()));
            turn.changed(a.operation().name().toLowerCase(java.util.Locale.ROOT) + " " + id);
        }
        turn.changeTriggers(changes);
        if (a.operation() == Action.Operation.ENABLE) {
            changes.forEach(c -> turn.view
                    .triggers()
                    .find(c.id())
                    .ifPresent(t -> turn.waits.addAll(waits(turn.view, List.of(t), turn.now))));
            // A size that became known while the join was disabled was nobody's news.
            changes.forEach(c -> turn.view
                    .triggers()
                    .find(c.id())
                    .filter(Actions::isSized)
                    .ifPresent(t -> recheck(turn, t, firing.depth())));
        }
    }

    private static boolean isSized(Trigger trigger) {
        return trigger.condition() instanceof Condition.Join join && join.isSizedLater();
    }

    private void set(Firing firing, Action.SetContext a) {
        Turn turn = firing.turn;
        Map<String, Object> context = new LinkedHashMap<>(turn.view.state().context());
        Map<String, Object> values = new LinkedHashMap<>();
        a.values().forEach((key, template) -> values.put(key, fill(firing, template)));
        values.forEach((key, value) -> {
            if (value == null) {
                context.remove(key);
            } else {
                context.put(key, value);
            }
            turn.changed("set " + key);
        });
        turn.setContext(context);
        turn.view.triggers().sizedBy(values.keySet()).forEach(join -> recheck(turn, join, firing.depth()));
    }

    private static void recheck(Turn turn, Trigger join, int depth) {
        Event recheck = Event.ofEngine(turn.nextEventId(), EventTypes.RECHECK, join.id(), turn.now, null, Map.of());
        turn.activations.add(new Entry.Activation(
                join.id(), recheck.addressedTo(turn.before.state().scope(), depth)));
    }

    /** A join of nobody holds as soon as that is known: no member will ever activate it. */
    void recheckIfEmpty(Turn turn, Trigger trigger, int depth) {
        if (turn.view.triggers().isEnabled(trigger)
                && trigger.condition() instanceof Condition.Join join
                && join.isSizedLater()
                && join.size() instanceof Condition.Size.Computed size) {
            Object known = expressions.evaluate(size.expression(), turn.view.variables(), turn.now);
            if (known instanceof Number n && n.doubleValue() == 0) {
                recheck(turn, trigger, depth);
            }
        }
    }

    private void startRun(Firing firing, Action.StartRun a) {
        Turn turn = firing.turn;
        String task = a.task().map(t -> text(firing, t, "startRun.task")).orElse(firing.trigger.id());
        Optional<Object> kept = a.keep().map(k -> fill(firing, k));
        var address = turn.address(task, false, kept.isPresent(), firing.depth());
        String name = a.name()
                .map(n -> text(firing, n, "startRun.name"))
                .orElse(task.replaceAll("[^A-Za-z0-9._-]", "-") + "-" + address.id());
        if (!Scope.isName(name)) {
            throw new ExpressionException("Expected startRun.name to name a run, but got '" + name + "'");
        }
        Object input = a.input().map(i -> fill(firing, i)).orElse(firing.event.data());
        Optional<String> version = a.version().map(v -> text(firing, v, "startRun.version"));
        turn.outbox.add(new Launch.Start(
                address,
                firing.trigger.id(),
                text(firing, a.workflow(), "startRun.workflow"),
                version,
                name,
                input,
                a.detached(),
                kept));
        turn.changed("start run " + name);
    }

    private void fail(Firing firing, Action.Fail a) {
        String error = text(firing, a.error(), "fail.error");
        String message = a.message()
                .map(m -> templates.text(m, firing.variables(), firing.turn.now, "fail.message"))
                .orElse("");
        Optional<Failure> cause = EventTypes.isFailure(firing.event.type())
                ? Optional.of(Failure.fromJson(firing.event.data(), firing.event.subject()))
                : Optional.empty();
        endings.end(
                firing.turn,
                RunStatus.FAILED,
                null,
                Optional.of(new Failure(error, message, firing.trigger.id(), cause)));
    }

    @SuppressWarnings("unchecked") // A filled map is a map.
    private void custom(Firing firing, Action.Custom a, int expansions) {
        if (a.name().equals(Correlations.ACTION)) {
            Correlations.forward(expressions, firing.turn, firing.event, a.arguments());
            return;
        }
        ActionExtension extension = extensions
                .action(a.name())
                .orElseThrow(() -> new ExpressionException(
                        "Expected an action extension named '" + a.name() + "' in this deployment, but there is none"));
        if (expansions >= MAX_EXPANSIONS) {
            throw new ExpressionException("Expected action extension '" + a.name()
                    + "' to end, but it expands into itself more than " + MAX_EXPANSIONS + " deep");
        }
        Map<String, Object> arguments = (Map<String, Object>) fill(firing, a.arguments());
        for (Action action : extension.expand(arguments, firing.variables())) {
            perform(firing, action, expansions + 1);
        }
    }
}

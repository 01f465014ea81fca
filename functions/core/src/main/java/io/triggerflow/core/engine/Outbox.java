package io.triggerflow.core.engine;

import io.triggerflow.core.decide.Decider;
import io.triggerflow.core.expression.ExpressionException;
import io.triggerflow.core.expression.Expressions;
import io.triggerflow.core.expression.Templates;
import io.triggerflow.core.expression.Variables;
import io.triggerflow.core.model.Address;
import io.triggerflow.core.model.Event;
import io.triggerflow.core.model.EventTypes;
import io.triggerflow.core.model.Failure;
import io.triggerflow.core.model.Ids;
import io.triggerflow.core.model.Launch;
import io.triggerflow.core.model.RetryPolicy;
import io.triggerflow.core.model.Scope;
import io.triggerflow.core.port.EventSink;
import io.triggerflow.core.port.Launcher;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Performs what entries ask for. May be called again for the same outbox: every launch has the id that it had the first time. Throws
 * {@link io.triggerflow.core.port.StoreException} when something was not accepted; then the delivery comes again.
 */
final class Outbox {
    /** Fan-outs up to this are launched by the invocation that commits them; larger ones go through the queue in slices of it. */
    static final int SLICE = 100;
    /** Slices are smaller when items are large: a message takes 1 MiB, and the rest of it needs room. */
    private static final int SLICE_CHARS = 150_000;
    /** After this many refusals for lack of room, with waits that double up to a minute, the launch has failed (about 8 minutes). */
    private static final int MAX_THROTTLED = 13;

    private static final RetryPolicy WAITS =
            new RetryPolicy(List.of("*"), Integer.MAX_VALUE, Duration.ofMillis(1_000), 2, Duration.ofSeconds(60), 0.5);

    private final Ports ports;
    private final Templates templates;

    Outbox(Ports ports, Expressions expressions) {
        this.ports = ports;
        this.templates = new Templates(expressions);
    }

    void perform(List<Launch> outbox, Work work, Batch batch) {
        List<Launch.Invoke> invocations = new ArrayList<>();
        List<EventSink.Outgoing> outgoing = new ArrayList<>();
        for (Launch launch : outbox) {
            switch (launch) {
                case Launch.Invoke i -> invocations.add(i);
                case Launch.FanOut f -> fanOut(f, work, batch, invocations, outgoing);
                case Launch.Emit e -> emit(e, work, batch, outgoing);
                case Launch.At a -> ports.sink().sendAt(a.event(), a.due(), batch.now);
                case Launch.Start s -> batch.follow(work, start(s, batch.now));
                case Launch.Forward f -> forward(f, work, batch);
            }
        }
        send(outgoing, work, batch);
        invoke(invocations, work, batch);
    }

    /**
     * Performs an outbox whose first performer may have died, but for the launches that are known to have ended: at most a few reads, on a
     * path that is rarely taken.
     */
    void performAgain(List<Launch> outbox, Work work, Batch batch) {
        List<Launch> open = outbox.size() > SLICE
                ? outbox
                : outbox.stream().filter(launch -> !hasEnded(launch)).toList();
        perform(open, work, batch);
    }

    private boolean hasEnded(Launch launch) {
        // The end of a launch that was answered is decided in the turn that launches it, and may be unfinished itself.
        return launch instanceof Launch.Invoke i
                && i.options().answer().isEmpty()
                && ports.store().entry(i.address().scope(), i.address().id()).isPresent();
    }

    private void emit(Launch.Emit emit, Work work, Batch batch, List<EventSink.Outgoing> outgoing) {
        if (emit.destination() instanceof Launch.Destination.Engine
                && emit.event().scope().isPresent()) {
            batch.follow(work, emit.event());
        } else {
            outgoing.add(new EventSink.Outgoing(emit.event(), emit.destination(), emit.delay()));
        }
    }

    private void send(List<EventSink.Outgoing> outgoing, Work work, Batch batch) {
        if (outgoing.isEmpty()) {
            return;
        }
        try {
            ports.sink().send(outgoing);
            batch.report.count(Report.Count.EMITTED, outgoing.size());
        } catch (EventSink.RefusedException refused) {
            // One of them will never be taken: send the others, and park it where people find it.
            outgoing.forEach(one -> sendOrPark(one, work, batch));
        }
    }

    private void sendOrPark(EventSink.Outgoing one, Work work, Batch batch) {
        try {
            ports.sink().send(List.of(one));
            batch.report.count(Report.Count.EMITTED, 1);
        } catch (EventSink.RefusedException refused) {
            String id = "emit:" + Ids.hash(one.event().source(), one.event().id());
            // An event for another queue or bus names no scope: it is listed where it came from.
            ports.store()
                    .park(
                            id,
                            one.event().scope().or(() -> work.event().scope()),
                            io.triggerflow.core.route.Router.asJson(one.event()),
                            "emit: " + refused.getMessage(),
                            batch.now);
            batch.report.count(Report.Count.PARKED, 1);
        }
    }

    private void fanOut(
            Launch.FanOut f,
            Work work,
            Batch batch,
            List<Launch.Invoke> invocations,
            List<EventSink.Outgoing> outgoing) {
        if (f.items().size() <= SLICE) {
            for (int i = 0; i < f.items().size(); i++) {
                item(f, f.items().get(i), i, f.items().size(), work, batch, invocations);
            }
            return;
        }
        int from = 0;
        while (from < f.items().size()) {
            int to = sliceEnd(f.items(), from);
            outgoing.add(new EventSink.Outgoing(
                    slice(f, from, to, batch.now), new Launch.Destination.Engine(), Duration.ZERO));
            from = to;
        }
    }

    private static int sliceEnd(List<Object> items, int from) {
        int chars = 0;
        int to = from;
        while (to < items.size() && to - from < SLICE && (to == from || chars < SLICE_CHARS)) {
            chars += io.triggerflow.core.model.JsonText.write(items.get(to)).length();
            to++;
        }
        return to;
    }

    /** A slice is an event of its own, complete in itself: whoever handles it reads nothing but the root. */
    private static Event slice(Launch.FanOut f, int from, int to, Instant now) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("address", f.address().toJson());
        data.put("trigger", f.trigger());
        data.put("function", f.function());
        data.put("from", from);
        data.put("count", f.items().size());
        data.put("items", new ArrayList<>(f.items().subList(from, to)));
        f.template().ifPresent(t -> data.put("template", t));
        data.put("with", f.with());
        data.put("timeout", f.options().timeout().map(Duration::toString).orElse(""));
        data.put("correlation", f.options().correlation().name());
        f.options().answer().ifPresent(a -> data.put("answer", Answers.toJson(a)));
        String id = Ids.hash(f.address().id(), "slice", Integer.toString(from));
        return Event.ofEngine(id, EventTypes.FAN_OUT, f.address().task(), now, data, Map.of())
                .addressedTo(f.address().scope(), f.address().depth());
    }

    /** Launches one slice. */
    void performSlice(Event slice, Work work, Batch batch) {
        Slices.Slice read = Slices.read(slice);
        List<Launch.Invoke> invocations = new ArrayList<>();
        for (int i = 0; i < read.items().size(); i++) {
            item(read.fanOut(), read.items().get(i), read.from() + i, read.count(), work, batch, invocations);
        }
        invoke(invocations, work, batch);
    }

    private void item(
            Launch.FanOut f,
            Object item,
            int index,
            int count,
            Work work,
            Batch batch,
            List<Launch.Invoke> invocations) {
        Address address = f.address().item(index);
        try {
            invocations.add(invocation(f, item, address, count, batch.now));
        } catch (ExpressionException e) {
            failed(address, Failure.of(Failure.EXPRESSION, e.getMessage(), address.task()), work, batch);
        }
    }

    /** The invocation of one item of a fan-out. */
    Launch.Invoke invocation(Launch.FanOut f, Object item, Address address, int count, Instant now) {
        Object payload = item;
        if (f.template().isPresent()) {
            Variables variables = Variables.NONE
                    .with("item", item)
                    .with("index", address.item())
                    .with("count", count)
                    .with("with", f.with());
            payload = templates.fill(f.template().get(), variables, now);
        }
        return new Launch.Invoke(address, f.trigger(), f.function(), payload, f.options());
    }

    private static Event start(Launch.Start s, Instant now) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("workflow", s.workflow());
        s.version().ifPresent(v -> data.put("version", v));
        data.put("name", s.name());
        data.put("input", s.input());
        data.put("detached", s.detached());
        data.put("parent", s.address().toJson());
        return Event.ofEngine(Ids.hash(s.address().id(), "start"), EventTypes.START, s.name(), now, data, Map.of())
                .addressedTo(s.address().scope().ofWorkspace(), s.address().depth());
    }

    private void forward(Launch.Forward f, Work work, Batch batch) {
        for (Scope run : ports.store()
                .waiting(work.event().workspace().orElseThrow(), f.event().type(), f.key())) {
            batch.follow(work, f.event().addressedTo(run, f.event().depth()));
        }
    }

    private void invoke(List<Launch.Invoke> invocations, Work work, Batch batch) {
        for (Launch.Invoke i : invocations) {
            // The limit first: if the launch is the last thing that this process does, its silence is still noticed.
            i.options().timeout().filter(t -> i.options().answer().isEmpty()).ifPresent(t -> ports.sink()
                    .sendAt(timedOut(i, t, batch.now), batch.now.plus(t), batch.now));
        }
        if (invocations.size() == 1) {
            invoke(invocations.getFirst(), work, batch);
        } else if (!invocations.isEmpty()) {
            ports.fork()
                    .all(invocations.stream()
                            .<Runnable>map(i -> () -> invokeOrFail(i, work, batch))
                            .toList());
        }
    }

    private void invokeOrFail(Launch.Invoke launch, Work work, Batch batch) {
        try {
            invoke(launch, work, batch);
        } catch (RuntimeException e) {
            batch.fail(work, e.toString());
        }
    }

    private void invoke(Launch.Invoke launch, Work work, Batch batch) {
        if (launch.options().answer().isPresent()) {
            batch.follow(work, Answers.end(launch, launch.options().answer().get(), batch.now));
            return;
        }
        switch (ports.launcher().invoke(launch)) {
            case Launcher.Outcome.Accepted a ->
                batch.report.launched(work.due(), ports.clock().instant());
            case Launcher.Outcome.Throttled t -> throttled(launch, t, work, batch);
            case Launcher.Outcome.Refused r ->
                failed(
                        launch.address(),
                        Failure.of(r.error(), r.message(), launch.address().task()),
                        work,
                        batch);
        }
    }

    private void throttled(Launch.Invoke launch, Launcher.Outcome.Throttled t, Work work, Batch batch) {
        batch.report.count(Report.Count.THROTTLED, 1);
        int times = work.event().type().equals(EventTypes.RELAUNCH)
                        && work.event().data() instanceof Map<?, ?> data
                        && data.get("throttled") instanceof Number n
                ? n.intValue() + 1
                : 1;
        if (times > MAX_THROTTLED) {
            failed(
                    launch.address(),
                    Failure.of(t.error(), t.message(), launch.address().task()),
                    work,
                    batch);
            return;
        }
        Instant due = batch.now.plus(WAITS.delay(launch.address().id(), times));
        ports.sink().sendAt(Decider.relaunch(launch.address(), times, due), due, batch.now);
    }

    private void failed(Address address, Failure failure, Work work, Batch batch) {
        batch.follow(
                work,
                Event.ofEngine(
                        address.id(),
                        EventTypes.TASK_FAILED,
                        address.task(),
                        batch.now,
                        failure.toJson(),
                        address.toExtensions()));
    }

    private static Event timedOut(Launch.Invoke launch, Duration timeout, Instant now) {
        Address address = launch.address();
        Failure failure = Failure.of(
                Failure.TIMED_OUT,
                "Expected '" + launch.function() + "' to end within " + timeout + ", but it did not",
                address.task());
        return Event.ofEngine(
                address.id(),
                EventTypes.TASK_TIMED_OUT,
                address.task(),
                now.plus(timeout),
                failure.toJson(),
                address.toExtensions());
    }
}

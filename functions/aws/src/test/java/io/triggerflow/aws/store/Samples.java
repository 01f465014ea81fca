package io.triggerflow.aws.store;

import io.triggerflow.core.model.Action;
import io.triggerflow.core.model.Address;
import io.triggerflow.core.model.Condition;
import io.triggerflow.core.model.Definition;
import io.triggerflow.core.model.Entry;
import io.triggerflow.core.model.Event;
import io.triggerflow.core.model.EventPattern;
import io.triggerflow.core.model.EventTypes;
import io.triggerflow.core.model.Expression;
import io.triggerflow.core.model.Interceptor;
import io.triggerflow.core.model.Launch;
import io.triggerflow.core.model.RetryPolicy;
import io.triggerflow.core.model.Scope;
import io.triggerflow.core.model.ScopeState;
import io.triggerflow.core.model.Trigger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Values for tests. Golden files hold some of them as earlier releases stored them: they are not changed, only added to. */
final class Samples {
    static final Instant NOW = Instant.parse("2026-03-01T12:00:00.123456Z");

    private Samples() {}

    static ScopeState run(Scope scope, Object input) {
        return ScopeState.started(scope, Optional.of(new Definition.Ref("flow", "v1")), input, Optional.empty(), NOW);
    }

    static Event event(String id) {
        return new Event(
                id, "urn:test", "order.placed", "order-1", NOW, Map.of("amount", 3), Map.of("tfworkspace", "shop"));
    }

    static Trigger trigger(String id) {
        return new Trigger(
                id,
                List.of(new EventPattern.Exact("order.placed", Optional.empty())),
                new Condition.Always(),
                List.of(new Action.Complete(Optional.empty())),
                List.of(),
                false,
                true,
                Optional.empty(),
                Optional.empty());
    }

    /** What one step of a sequence leaves: a termination event in, the next function launched. */
    static Entry transition(Scope scope, String key) {
        Entry.Cause cause =
                new Entry.Cause(key, Event.ENGINE_SOURCE, EventTypes.TASK_SUCCEEDED, "step-12", 12, Optional.of(key));
        Address address = new Address(scope, key, 0, -1, 1, "step-13", 13, false);
        Launch launch = new Launch.Invoke(
                address,
                "after-step-12",
                "arn:aws:lambda:us-east-1:123456789012:function:orders-step-13",
                Map.of(
                        "orderId",
                        "0123456789",
                        "customer",
                        Map.of("id", 4711, "name", "A. Customer"),
                        "items",
                        List.of("a", "b", "c")),
                new Launch.Invocation(RetryPolicy.NONE, Optional.empty(), Action.Correlation.PAYLOAD));
        return new Entry(
                key,
                cause,
                NOW,
                Entry.Kind.FIRED,
                List.of(new Entry.Firing("after-step-12", List.of())),
                List.of(launch),
                List.of(),
                "");
    }

    /** What a standing trigger leaves that launched a function, with a time limit or without. */
    static Entry standing(Scope workspace, String key, Optional<Duration> limit) {
        Address address = new Address(workspace, key, 0, -1, 1, "task", 1, true);
        Launch launch = new Launch.Invoke(
                address,
                "t",
                "f",
                Map.of("n", 1),
                new Launch.Invocation(RetryPolicy.NONE, limit, Action.Correlation.PAYLOAD));
        return new Entry(
                key,
                Entry.Cause.of(event("cause of " + key)),
                NOW,
                Entry.Kind.FIRED,
                List.of(new Entry.Firing("t", List.of())),
                List.of(launch),
                List.of(),
                "");
    }

    /** One of every kind of launch, with everything that can be set. */
    static Entry everything(Scope scope) {
        String key = "key#1";
        Address address = new Address(scope, key, 0, 7, 3, "task", 5, true);
        Address foreign = new Address(new Scope("other", "run-2"), "elsewhere", 4, -1, 1, "task-2", 9, false);
        Map<String, Object> payload = new LinkedHashMap<>();
        payload.put("text", "\u00fc\n\"");
        payload.put("none", null);
        payload.put("numbers", Arrays.asList(1, 2_000_000_000_000L, 0.5, -1, null, true));
        Launch.Invocation options = new Launch.Invocation(
                new RetryPolicy(List.of("A*", "*B"), 4, Duration.ofMillis(1500), 1.5, Duration.ofMinutes(3), 0.25),
                Optional.of(Duration.ofSeconds(90)),
                Action.Correlation.RECEIPT);
        List<Launch> outbox = new ArrayList<>();
        outbox.add(new Launch.Invoke(address, "t", "f", payload, options));
        outbox.add(new Launch.FanOut(
                foreign,
                "t",
                "f",
                Arrays.asList(1, "two", null, Map.of("x", 1)),
                Optional.of(Map.of("y", "{% $item %}")),
                "with",
                options));
        outbox.add(new Launch.FanOut(
                address,
                "t",
                "f",
                List.of(),
                Optional.empty(),
                null,
                new Launch.Invocation(RetryPolicy.NONE, Optional.empty(), Action.Correlation.PAYLOAD)));
        outbox.add(new Launch.Emit(event("e-1"), new Launch.Destination.Engine(), Duration.ofSeconds(5)));
        outbox.add(new Launch.Emit(event("e-2"), new Launch.Destination.Bus(Optional.empty()), Duration.ZERO));
        outbox.add(new Launch.Emit(event("e-3"), new Launch.Destination.Bus(Optional.of("bus")), Duration.ZERO));
        outbox.add(new Launch.Emit(event("e-4"), new Launch.Destination.Queue("https://queue"), Duration.ZERO));
        outbox.add(new Launch.At(event("e-5"), NOW.plusSeconds(5000)));
        outbox.add(new Launch.Start(address, "t", "flow", Optional.of("v2"), "child", List.of(1, 2), true));
        outbox.add(new Launch.Start(address, "t", "flow", Optional.empty(), "child", null, false));
        outbox.add(new Launch.Forward(event("e-6"), "customer-1"));
        return new Entry(
                key,
                Entry.Cause.of(event("cause")),
                NOW,
                Entry.Kind.RETRIED,
                List.of(new Entry.Firing("t", List.of("set x", "register y")), new Entry.Firing("u", List.of())),
                outbox,
                List.of(new Entry.Activation("join", event("e-7"))),
                "a note");
    }

    /** With everything that can be set before an action. */
    static Interceptor interceptor(String id) {
        return new Interceptor(
                id,
                new Interceptor.Selector("t*", Optional.of("join"), Optional.of("invoke")),
                Interceptor.Point.BEFORE_ACTION,
                7,
                Optional.of(new Expression("$event.data.n = 1")),
                List.of(new Action.Complete(Optional.empty())),
                new Interceptor.Change(
                        Optional.empty(),
                        Optional.of(Map.of("a", 1)),
                        true,
                        Optional.of(new Interceptor.Hold(Optional.of(Duration.ofSeconds(5)))),
                        Optional.of("g"),
                        Optional.of("{% $payload %}"),
                        Optional.of(Map.of("error", "e"))),
                Interceptor.OnError.IGNORE);
    }

    /** Launches that an interceptor has answered. */
    static Entry answered(Scope scope) {
        Launch.Invocation plain = new Launch.Invocation(RetryPolicy.NONE, Optional.empty(), Action.Correlation.PAYLOAD);
        Address first = new Address(scope, "answered", 0, -1, 1, "task", 2, false);
        Address second = new Address(scope, "answered", 1, -1, 1, "task", 2, false);
        return new Entry(
                "answered",
                Entry.Cause.of(event("cause")),
                NOW,
                Entry.Kind.FIRED,
                List.of(new Entry.Firing("t", List.of())),
                List.of(
                        new Launch.Invoke(first, "t", "f", 1, plain.answered(new Launch.Answer("Open", "down"))),
                        new Launch.FanOut(
                                second,
                                "t",
                                "f",
                                List.of(1, 2),
                                Optional.empty(),
                                null,
                                plain.answered(new Launch.Answer("", null)))),
                List.of(),
                "");
    }

    /** Launches that keep something: the second and third are repeats, whose entry is elsewhere. */
    static Entry keeping(Scope scope) {
        Launch.Invocation keeping = new Launch.Invocation(
                RetryPolicy.NONE, Optional.empty(), Action.Correlation.PAYLOAD, Optional.of(Map.of("frame", 1)));
        List<Launch> outbox = new ArrayList<>();
        outbox.add(new Launch.Invoke(
                new Address(scope, "keeping", 0, -1, 1, "task", 2, false, true), "t", "f", "payload", keeping));
        Address elsewhere = new Address(scope, "elsewhere", 1, -1, 2, "task", 5, false, true);
        outbox.add(
                new Launch.Start(elsewhere, "t", "flow", Optional.empty(), "child", null, false, Optional.of("kept")));
        outbox.add(new Launch.Invoke(
                elsewhere,
                "t",
                "f",
                "payload",
                new Launch.Invocation(RetryPolicy.NONE, Optional.empty(), Action.Correlation.PAYLOAD)));
        return new Entry(
                "keeping",
                Entry.Cause.of(event("cause")),
                NOW,
                Entry.Kind.FIRED,
                List.of(new Entry.Firing("t", List.of())),
                outbox,
                List.of(),
                "");
    }
}

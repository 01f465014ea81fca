package io.triggerflow.core.decide;

import io.triggerflow.core.composite.Arrival;
import io.triggerflow.core.composite.Compiled;
import io.triggerflow.core.composite.Detection;
import io.triggerflow.core.composite.Detector;
import io.triggerflow.core.composite.Intake;
import io.triggerflow.core.composite.State;
import io.triggerflow.core.expression.Expressions;
import io.triggerflow.core.expression.Variables;
import io.triggerflow.core.model.Condition;
import io.triggerflow.core.model.Event;
import io.triggerflow.core.model.EventTypes;
import io.triggerflow.core.model.Failure;
import io.triggerflow.core.model.Ids;
import io.triggerflow.core.model.Members;
import io.triggerflow.core.model.Scope;
import io.triggerflow.core.model.Trigger;
import io.triggerflow.core.model.TriggerState;
import io.triggerflow.core.model.TriggerState.Instance;
import io.triggerflow.core.model.TriggerState.Keep;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Composite events as a condition. Pure, but for what is compiled once and kept; absorbing: an event that has counted changes nothing
 * (law L2). Thread-safe.
 *
 * <p>What is detected at one instant is one firing, named after what it was detected of: so it has the same name however its events were
 * batched, ordered and repeated. The state remembers the latest firings with the events of the batch that fired them, so that a delivery that
 * comes again finds what it caused, and nothing else.
 */
public final class Composites {
    /** Events that are taken together: beside each firing that they cause are their names. */
    public static final int MAX_EVENTS = 32;
    /** Names of firings and of events that are remembered: as many events as detection remembers. */
    static final int MAX_REMEMBERED = Detector.MAX_SEEN;

    /** Enough that two events of one key hardly ever have the same; what is taken for another's is only launched once more. */
    private static final int NAME = 8;

    private static final int KEPT = 10_000;
    /** In the stored state, beside what detection keeps: when the clock means something to it, in milliseconds. */
    private static final String WAKE = "wake";

    private static final String PREFIX = "composite:";

    private record Ready(Intake intake, Detector detector) {}

    private final Expressions expressions;
    private final Map<Condition.Composite, Ready> ready = new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Condition.Composite, Ready> eldest) {
            return size() > KEPT;
        }
    };

    public Composites(Expressions expressions) {
        this.expressions = expressions;
    }

    /**
     * Events for the state of a trigger, or of one of its keys.
     *
     * @param state as it was read
     * @param fresh what is to be applied, in any order
     * @param causes all events that were taken together, those that were applied before among them
     * @param again whether one of them came before, or more was left to be detected by the step before
     */
    public record Batch(
            Instance instance, TriggerState state, List<Event> fresh, List<Event> causes, boolean again, Instant now) {}

    /**
     * What events mean.
     *
     * @param next the state after; the same as before if nothing changed
     * @param firing what is detected at one instant; what is detected later is left for the next step
     * @param late events that came too late, each as the event that says so
     * @param wake when the clock means something to the state; now or before: ask again at once
     * @param arm whether the wake-up is to be sent: it is not on its way
     */
    public record Step(
            TriggerState next,
            Optional<Firing> firing,
            List<Event> late,
            Optional<Instant> wake,
            boolean arm,
            Keep keep,
            List<String> notes) {}

    /**
     * The trigger fires, once a cause; or can no longer fire.
     *
     * @param key names the firing
     */
    public record Firing(String key, List<Decider.Cause> causes, Optional<Failure> failure) {}

    /** Which state an event is for. */
    Instances.Meant instance(Trigger trigger, Condition.Composite composite, Event event, Instant now) {
        Intake.Taken taken = ready(composite).intake.take(event, now);
        if (taken.arrival().isEmpty()) {
            return new Instances.Meant(
                    Optional.empty(),
                    taken.notes().stream()
                            .map(n -> trigger.id() + ", event " + event.id() + ": " + n)
                            .toList());
        }
        return composite.detect().by().isEmpty()
                ? new Instances.Meant(Optional.of(Instance.of(trigger.id())), List.of())
                : Instances.meant(trigger, taken.key(), event);
    }

    /** What a batch means. */
    public Step step(View view, Trigger trigger, Condition.Composite composite, Batch batch) {
        TriggerState state = batch.state;
        Optional<Instant> wake = wake(state);
        if (state.fired()) {
            return new Step(
                    state, Optional.empty(), List.of(), Optional.empty(), false, new Keep.WhileUsed(), List.of());
        }
        Ready ready = ready(composite);
        Map<String, Event> events = new LinkedHashMap<>();
        List<Arrival> arrivals = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        for (Event event : batch.fresh) {
            events.put(event.key(), event);
            if (!EventTypes.isDirective(event.type())) {
                ready.intake.take(event, batch.now).arrival().ifPresent(arrivals::add);
            }
        }
        boolean isDue = wake.isPresent() && !wake.get().isAfter(batch.now);
        boolean woken = isDue && (batch.again || batch.fresh.stream().anyMatch(Composites::isWake));
        State before = State.of(state.values());
        var step = ready.detector.step(before, arrivals, batch.now, woken);
        step.notes().forEach(n -> notes.add(batch.instance + ": " + n));
        List<Event> late = step.late().stream()
                .map(a -> Cascade.late(view, trigger, events.get(a.key()), batch.now))
                .toList();
        if (step.failure().isPresent()) {
            return failed(view, trigger, batch, step.failure().get(), notes);
        }
        if (step.next() == before) {
            // One that came before its time was all that was on its way.
            boolean early = batch.fresh.stream().anyMatch(e -> isWake(e) && wake.equals(due(e)));
            return new Step(state, Optional.empty(), late, wake, batch.again || early, keep(step, batch.now), notes);
        }
        Optional<Firing> firing = step.detections().isEmpty()
                ? Optional.empty()
                : Optional.of(firing(view, trigger, batch, step.detections()));
        return new Step(
                next(trigger, batch, step, firing),
                firing,
                late,
                step.wake(),
                !step.wake().equals(wake) || batch.again,
                firing.isPresent() && trigger.once() ? new Keep.WhileUsed() : keep(step, batch.now),
                notes);
    }

    private static TriggerState next(
            Trigger trigger, Batch batch, io.triggerflow.core.composite.Step step, Optional<Firing> firing) {
        TriggerState state = batch.state;
        Map<String, Object> values = new LinkedHashMap<>(step.next().values());
        boolean done = firing.isPresent() && trigger.once();
        step.wake().filter(w -> !done).ifPresent(w -> values.put(WAKE, w.toEpochMilli()));
        return new TriggerState(
                state.version(),
                firing.isPresent() ? state.round() + 1 : state.round(),
                Members.NONE,
                firing.map(f -> remembered(state, batch.causes, f.key)).orElse(state.recent()),
                done ? Map.of() : values,
                done,
                true);
    }

    private static Step failed(View view, Trigger trigger, Batch batch, String why, List<String> notes) {
        TriggerState state = batch.state;
        String key = firingKey(trigger.id(), Ids.hash("failed", batch.instance.key()));
        TriggerState done = new TriggerState(
                state.version(),
                state.round() + 1,
                Members.NONE,
                remembered(state, batch.causes, key),
                Map.of(),
                true,
                true);
        Decider.Cause cause = new Decider.Cause(batch.causes.getFirst(), own(batch.instance));
        Failure failure = Failure.of(Failure.OVERFLOW, why, trigger.id());
        return new Step(
                done,
                Optional.of(new Firing(key, List.of(cause), Optional.of(failure))),
                List.of(),
                Optional.empty(),
                false,
                new Keep.WhileUsed(),
                notes);
    }

    private static Firing firing(View view, Trigger trigger, Batch batch, List<Detection> detections) {
        int depth = batch.causes.stream().mapToInt(Event::depth).max().orElse(0);
        List<String> names = new ArrayList<>(List.of(batch.instance.key()));
        detections.forEach(d -> names.add(d.id()));
        return new Firing(
                firingKey(trigger.id(), Ids.hash(names.toArray(String[]::new))),
                detections.stream()
                        .map(d -> cause(view.state().scope(), batch.instance, d, depth))
                        .toList(),
                Optional.empty());
    }

    private static Decider.Cause cause(Scope scope, Instance instance, Detection detection, int depth) {
        Map<String, Object> times = new LinkedHashMap<>();
        times.put("id", detection.id());
        times.put("start", detection.start().toString());
        times.put("end", detection.end().toString());
        Map<String, Object> data = new LinkedHashMap<>();
        if (instance.isKeyed()) {
            data.put("key", instance.key());
        }
        data.put("start", detection.start().toString());
        data.put("end", detection.end().toString());
        data.put("events", detection.byName());
        Event event = Event.ofEngine(
                        Ids.hash(scope.toString(), "detected", instance.trigger(), instance.key(), detection.id()),
                        EventTypes.DETECTED,
                        instance.trigger(),
                        detection.end(),
                        data,
                        Map.of())
                .addressedTo(scope, depth);
        return new Decider.Cause(
                event, own(instance).with("events", detection.byName()).with("detection", times));
    }

    private static Variables own(Instance instance) {
        return instance.isKeyed() ? Variables.NONE.with("key", instance.key()) : Variables.NONE;
    }

    /** By event time; but events of long ago, that come now, are given the time that they would have had. */
    private static Keep keep(io.triggerflow.core.composite.Step step, Instant now) {
        Optional<Instant> upTo = step.next().detectedUpTo();
        return step.expires().isEmpty() || upTo.isEmpty()
                ? new Keep.Always()
                : new Keep.Until(later(
                        step.expires().get(),
                        now.plus(Duration.between(upTo.get(), step.expires().get()))));
    }

    private static Instant later(Instant a, Instant b) {
        return a.isAfter(b) ? a : b;
    }

    /** When the clock means something to a state. */
    public static Optional<Instant> wake(TriggerState state) {
        return state.values().get(WAKE) instanceof Number n
                ? Optional.of(Instant.ofEpochMilli(n.longValue()))
                : Optional.empty();
    }

    /** The directive by which the clock is heard. */
    public static Event wake(Scope scope, Instance instance, Instant due, int depth) {
        String id = Ids.hash(scope.toString(), "wake", instance.trigger(), instance.key(), due.toString());
        Map<String, Object> data = Map.of("key", instance.key(), "due", due.toString());
        return Event.ofEngine(id, EventTypes.WAKE, instance.trigger(), due, data, Map.of())
                .addressedTo(scope, depth);
    }

    private static boolean isWake(Event event) {
        return event.type().equals(EventTypes.WAKE);
    }

    private static Optional<Instant> due(Event wake) {
        return Optional.of(wake.time());
    }

    private static String firingKey(String trigger, String name) {
        return PREFIX + trigger + "#" + name;
    }

    /** The latest firings, each beside the events that were taken together with what caused it. */
    private static List<String> remembered(TriggerState state, List<Event> causes, String firing) {
        String events =
                causes.stream().map(Composites::name).sorted().distinct().collect(Collectors.joining(" "));
        String name = firing.substring(firing.lastIndexOf('#') + 1);
        List<String> all = new ArrayList<>(state.recent());
        if (!all.isEmpty() && all.getLast().startsWith(events + "|")) {
            all.add(all.removeLast() + " " + name);
        } else {
            all.add(events + "|" + name);
        }
        long names = all.stream().mapToLong(Composites::names).sum();
        while (names > MAX_REMEMBERED && all.size() > 1) {
            names -= names(all.removeFirst());
        }
        return all;
    }

    private static String name(Event event) {
        return Ids.hash(event.key()).substring(0, NAME);
    }

    private static long names(String one) {
        return one.chars().filter(c -> c == ' ').count() + 2;
    }

    /** The keys of the firings that may be due to one of these events, the oldest first. */
    public static List<String> firingsOf(String trigger, TriggerState state, List<Event> events) {
        Set<String> names = events.stream().map(Composites::name).collect(Collectors.toSet());
        return state.recent().stream()
                .map(one -> one.split("\\|", 2))
                .filter(one -> List.of(one[0].split(" ")).stream().anyMatch(names::contains))
                .flatMap(one -> List.of(one[1].split(" ")).stream())
                .map(name -> firingKey(trigger, name))
                .toList();
    }

    private Ready ready(Condition.Composite composite) {
        synchronized (ready) {
            Ready known = ready.get(composite);
            if (known != null) {
                return known;
            }
        }
        // One instant a step: a firing's name must not depend on how many others there were in its batch.
        Ready fresh = new Ready(
                new Intake(composite.detect(), composite.events(), expressions),
                new Detector(Compiled.of(composite.detect()), 1));
        synchronized (ready) {
            ready.put(composite, fresh);
        }
        return fresh;
    }
}

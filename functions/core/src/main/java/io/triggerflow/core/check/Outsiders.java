package io.triggerflow.core.check;

import io.triggerflow.core.model.Action;
import io.triggerflow.core.model.Condition;
import io.triggerflow.core.model.Event;
import io.triggerflow.core.model.EventPattern;
import io.triggerflow.core.model.Trigger;
import io.triggerflow.core.model.TriggerChange;
import io.triggerflow.core.model.TriggerState;
import io.triggerflow.core.route.Router;
import io.triggerflow.core.script.Step;
import io.triggerflow.core.script.World;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Events that only the outside world sends, and for whom a world still waits. */
final class Outsiders {
    /** More events than these are not sent for one join. */
    static final int MOST_TIMES = 1_000;
    /** How often one kind of event is sent to triggers that take any number. */
    private static final int OFTEN = 2;

    /**
     * A kind of event from outside.
     *
     * @param trigger who wants it
     * @param times how many are sent at once
     * @param most how often they are
     */
    record Kind(
            String trigger,
            String type,
            String subject,
            Map<String, Object> attributes,
            Object base,
            int times,
            int most) {
        String name() {
            return type + "/" + subject + "/" + trigger;
        }
    }

    private final Bundle bundle;
    private final Samples samples;
    private final List<Kind> kinds = new ArrayList<>();
    private final List<String> unknown = new ArrayList<>();

    Outsiders(Bundle bundle, Samples samples) {
        this.bundle = bundle;
        this.samples = samples;
        for (Bundle.Placed p : bundle.all()) {
            for (EventPattern pattern : p.trigger().on()) {
                if (Wanted.of(pattern).isExternal(bundle.isStanding())) {
                    add(p.trigger(), pattern);
                }
            }
        }
    }

    private void add(Trigger trigger, EventPattern pattern) {
        switch (pattern) {
            case EventPattern.Exact e -> {
                for (String subject : subjects(trigger, e)) {
                    kinds.add(kind(trigger, e.type(), subject, Map.of(), null));
                }
            }
            case EventPattern.Ruler r -> {
                Optional<Kind> kind = Patterns.example(r.pattern())
                        .map(example ->
                                kind(trigger, example.type(), example.subject(), example.attributes(), example.data()));
                if (kind.isPresent() && matches(trigger, kind.get())) {
                    kinds.add(kind.get());
                } else {
                    unknown.add(trigger.id());
                }
            }
        }
    }

    private static boolean matches(Trigger trigger, Kind kind) {
        Map<String, Object> extensions = new LinkedHashMap<>(kind.attributes());
        Object source = extensions.remove("source");
        Object id = extensions.remove("id");
        Event event = new Event(
                id == null ? "event-1" : id.toString(),
                source == null ? World.SOURCE : source.toString(),
                kind.type(),
                kind.subject(),
                Instant.EPOCH,
                kind.base(),
                extensions);
        return !new Router(List.of(trigger)).match(event).isEmpty();
    }

    private static List<String> subjects(Trigger trigger, EventPattern.Exact e) {
        if (e.subject().isPresent()) {
            return List.of(e.subject().get());
        }
        boolean named = trigger.condition() instanceof Condition.Join j
                && !j.members().isEmpty()
                && !(j.by() instanceof Condition.MemberKey.Identity);
        return named ? ((Condition.Join) trigger.condition()).members() : List.of("");
    }

    private static Kind kind(Trigger t, String type, String subject, Map<String, Object> attributes, Object base) {
        int times = 1;
        int most = OFTEN;
        if (t.condition() instanceof Condition.Join j) {
            boolean each = j.members().isEmpty()
                    && (j.by() instanceof Condition.MemberKey.Identity || j.by() instanceof Condition.MemberKey.Auto);
            if (each && j.size() instanceof Condition.Size.Fixed f && f.count() <= MOST_TIMES) {
                times = f.count();
            } else {
                most = j.size() instanceof Condition.Size.Fixed f ? Math.min(10, f.count()) : OFTEN;
            }
        }
        return new Kind(t.id(), type, subject, attributes, base, times, most);
    }

    /** Triggers for whose patterns no event could be made up. */
    List<String> unknown() {
        return unknown;
    }

    /** The kinds for which a trigger of the world still waits. */
    List<Kind> open(World world, Map<String, Integer> sent) {
        Map<String, Boolean> here = here(world);
        Map<String, TriggerState> states = world.states();
        List<Kind> open = new ArrayList<>();
        Map<String, Boolean> seen = new HashMap<>();
        for (Kind kind : kinds) {
            boolean done = world.claims().contains(kind.trigger())
                    || Optional.ofNullable(states.get(kind.trigger()))
                            .filter(TriggerState::fired)
                            .isPresent();
            if (here.getOrDefault(kind.trigger(), false)
                    && !done
                    && sent.getOrDefault(kind.name(), 0) < kind.most()
                    && seen.put(kind.type() + "/" + kind.subject(), true) == null) {
                open.add(kind);
            }
        }
        return open;
    }

    /** The triggers that are there and wait for the outside, however often it was answered. */
    Set<String> awaiting(World world) {
        Map<String, Boolean> here = here(world);
        Map<String, TriggerState> states = world.states();
        Set<String> awaiting = new LinkedHashSet<>();
        for (Bundle.Placed p : bundle.all()) {
            boolean done = world.claims().contains(p.id())
                    || Optional.ofNullable(states.get(p.id()))
                            .filter(TriggerState::fired)
                            .isPresent();
            if (here.getOrDefault(p.id(), false)
                    && !done
                    && p.trigger().on().stream().anyMatch(o -> Wanted.of(o).isExternal(bundle.isStanding()))) {
                awaiting.add(p.id());
            }
        }
        return awaiting;
    }

    private Map<String, Boolean> here(World world) {
        Map<String, Boolean> here = new HashMap<>();
        bundle.top().forEach(t -> here.put(t.id(), t.enabled()));
        for (TriggerChange change : world.changes()) {
            switch (change.operation()) {
                case Action.Operation.REGISTER ->
                    here.put(change.id(), change.trigger().orElseThrow().enabled());
                case Action.Operation.ENABLE -> here.computeIfPresent(change.id(), (id, on) -> true);
                case Action.Operation.DISABLE -> here.computeIfPresent(change.id(), (id, on) -> false);
                case Action.Operation.RETIRE -> here.remove(change.id());
                case Action.Operation.INTERCEPT -> {}
                case Action.Operation.RELEASE -> {}
            }
        }
        return here;
    }

    /** In how many ways its data decide something. */
    int variants(Kind kind) {
        return samples.variants(kind.type(), kind.subject());
    }

    /** The step that sends it. */
    Step.Emit step(Kind kind, int variant, int tag) {
        Object data = samples.data(kind.type(), kind.subject(), variant, tag);
        return new Step.Emit(
                kind.type(),
                kind.subject(),
                Patterns.merged(data, kind.base()),
                kind.times(),
                Step.To.RUN,
                kind.attributes());
    }
}

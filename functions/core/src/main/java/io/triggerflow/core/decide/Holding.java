package io.triggerflow.core.decide;

import io.triggerflow.core.model.Event;
import io.triggerflow.core.model.EventTypes;
import io.triggerflow.core.model.Interceptor;
import io.triggerflow.core.model.Scope;
import io.triggerflow.core.route.TriggerSet;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An activation that an interceptor holds. It travels as a directive of the engine, which waits among the held events of its scope: so it
 * survives whatever its engine does not, and costs nothing while it waits. When its scope ends, it is gone with it.
 *
 * @param trigger whose activation
 * @param point where it is held
 * @param interceptor by whom
 * @param priority of that interceptor: those before it are not asked again
 * @param applied interceptors of this point that applied: what they change in launches is still to be changed
 * @param event as the trigger sees it
 * @param own what else its actions see
 * @param until when it goes on in any case, if ever
 */
public record Holding(
        String trigger,
        Interceptor.Point point,
        String interceptor,
        int priority,
        List<String> applied,
        Event event,
        Map<String, Object> own,
        Optional<Instant> until) {

    /** The directive that stands for this activation; its id follows from the decision that it is part of. */
    Event directive(String id, Scope scope, Instant now) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("trigger", trigger);
        data.put("point", point.name());
        data.put("interceptor", interceptor);
        data.put("priority", priority);
        data.put("applied", applied);
        data.put("event", write(event));
        data.put("own", own);
        until.ifPresent(u -> data.put("until", u.toString()));
        return Event.ofEngine(id, EventTypes.PROCEED, trigger, now, data, Map.of())
                .addressedTo(scope, event.depth() + 1);
    }

    /** The activation that a directive stands for; empty when it is no such directive. */
    @SuppressWarnings("unchecked") // The engine wrote it.
    public static Optional<Holding> of(Event directive) {
        if (!directive.type().equals(EventTypes.PROCEED) || !(directive.data() instanceof Map<?, ?> data)) {
            return Optional.empty();
        }
        return Optional.of(new Holding(
                String.valueOf(data.get("trigger")),
                Interceptor.Point.valueOf(String.valueOf(data.get("point"))),
                String.valueOf(data.get("interceptor")),
                ((Number) data.get("priority")).intValue(),
                ((List<Object>) data.get("applied"))
                        .stream().map(String::valueOf).toList(),
                read((Map<String, Object>) data.get("event")),
                (Map<String, Object>) data.get("own"),
                Optional.ofNullable(data.get("until")).map(Object::toString).map(Instant::parse)));
    }

    private static Map<String, Object> write(Event event) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("id", event.id());
        json.put("source", event.source());
        json.put("type", event.type());
        json.put("subject", event.subject());
        json.put("time", event.time().toString());
        json.put("data", event.data());
        json.put("extensions", event.extensions());
        return json;
    }

    @SuppressWarnings("unchecked") // As it was written.
    private static Event read(Map<String, Object> json) {
        return new Event(
                (String) json.get("id"),
                (String) json.get("source"),
                (String) json.get("type"),
                (String) json.get("subject"),
                Instant.parse((String) json.get("time")),
                json.get("data"),
                (Map<String, Object>) json.get("extensions"));
    }

    /** Whether it is still held: its interceptor is neither released nor replaced by one that does not hold, and its time is not over. */
    public boolean isHeld(TriggerSet triggers, Instant now) {
        return triggers.interceptors()
                        .find(interceptor)
                        .map(i -> i.change().hold().isPresent())
                        .orElse(false)
                && until.map(now::isBefore).orElse(true);
    }

    /** Whether an event that is held for a scope is of use to it as it stands now. */
    public static boolean isWanted(View view, Event held, Instant now) {
        Optional<Holding> holding = of(held);
        if (holding.isPresent()) {
            return !holding.get().isHeld(view.triggers(), now);
        }
        // The engine's own events are held only while the run is paused.
        return EventTypes.isEngines(held.type()) || !view.triggers().match(held).isEmpty();
    }
}

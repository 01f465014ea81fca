package io.triggerflow.aws.event;

import io.triggerflow.core.model.Event;
import java.util.List;

/**
 * What a message holds. Neither: it says nothing, and is done with.
 *
 * @param events events for the engine
 * @param rejections what cannot be understood; to be parked
 */
public record Translated(List<Event> events, List<Rejection> rejections) {
    public Translated {
        events = List.copyOf(events);
        rejections = List.copyOf(rejections);
    }

    /**
     * What cannot be understood.
     *
     * @param message the whole message, or the part that is at fault
     * @param reason what was expected
     */
    public record Rejection(Object message, String reason) {}

    static Translated of(Event event) {
        return new Translated(List.of(event), List.of());
    }

    static Translated rejected(Object message, String reason) {
        return new Translated(List.of(), List.of(new Rejection(message, reason)));
    }

    static Translated nothing() {
        return new Translated(List.of(), List.of());
    }
}

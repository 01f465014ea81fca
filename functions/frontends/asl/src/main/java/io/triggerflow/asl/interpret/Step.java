package io.triggerflow.asl.interpret;

import java.util.List;

/** What a step makes: events, numbered from the turn's {@code nextEvent} on, and one effect to perform. */
public record Step(List<HistoryEvent> events, Effect effect) {
    public Step {
        events = List.copyOf(events);
    }
}

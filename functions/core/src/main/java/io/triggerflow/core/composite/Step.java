package io.triggerflow.core.composite;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a batch of events means to a composite event.
 *
 * @param next the state after; equal to the one before if nothing changed
 * @param detections in the order of their ends; those of one instant in the order of occurrences
 * @param late events that came too late, where the rule says that they become events of their own
 * @param wake when detection is to be asked again at the latest, whether or not events have come; empty if the clock means nothing to it.
 *     A new answer replaces the one before
 * @param expires when nothing comes until then, the state means nothing any more and may be deleted; empty: never
 * @param notes what was left out, and why
 * @param failure why detection has failed for good; then there are no detections, and the state is the one before
 */
public record Step(
        State next,
        List<Detection> detections,
        List<Arrival> late,
        Optional<Instant> wake,
        Optional<Instant> expires,
        List<String> notes,
        Optional<String> failure) {
    public Step {
        detections = List.copyOf(detections);
        late = List.copyOf(late);
        notes = List.copyOf(notes);
    }

    Step unchanged(State given) {
        return new Step(given, detections, late, wake, expires, notes, failure);
    }
}

package io.triggerflow.core.check;

import io.triggerflow.core.script.Step;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A way that a run may take: the steps so far.
 *
 * @param number which, in the order of exploration
 * @param before the way without its last steps
 * @param steps the last steps
 * @param kind what they are
 * @param surprises how many things went otherwise than well and in turn: failures, time limits, events that came early
 * @param sent how often each kind of event from outside was sent
 */
record Way(int number, Optional<Way> before, List<Step> steps, Kind kind, int surprises, Map<String, Integer> sent) {
    /** What makes a way go on. */
    enum Kind {
        START,
        SUCCESS,
        FAILURE,
        TIME,
        OUTSIDE
    }

    /** All steps from the start. */
    List<Step> all() {
        List<List<Step>> parts = new ArrayList<>();
        for (Optional<Way> way = Optional.of(this);
                way.isPresent();
                way = way.get().before()) {
            parts.add(way.get().steps());
        }
        Collections.reverse(parts);
        return parts.stream().flatMap(List::stream).toList();
    }
}

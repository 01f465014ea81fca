package io.triggerflow.core.composite;

import io.triggerflow.core.model.CompositeRule;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Detects a composite event, incrementally. Pure: the clock is a parameter. Thread-safe.
 *
 * <p>Events are put in the order of their time and, at one time, counted together; an event waits until the <em>watermark</em>, the latest
 * time of any event less the allowed lateness, has reached it, or until the clock has (see {@link Step#wake}). So neither the order in which
 * events come within the lateness, nor how they are batched, nor how often each comes, changes what is detected (laws L2 and L3).
 *
 * <p>An event is recognised as a repeat by its key: always while it waits, and after it has counted as long as it is among the last
 * {@link #MAX_SEEN} by time. What is older than those, and came after the watermark, may or may not have counted before: it is left out,
 * with a note, whatever the rule says of late events. So none counts twice.
 */
public final class Detector {
    /** Events that have counted and are remembered. */
    public static final int MAX_SEEN = 256;
    /** Events that wait. Beyond that they count early, as if less lateness were allowed. */
    public static final int MAX_WAITING = 1_000;
    /** Characters of what is kept of waiting events; likewise. */
    public static final int MAX_WAITING_TEXT = 60_000;
    /** How far the clock of an event's source may be ahead: an event from further in the future counts as of now, lest all others be late. */
    public static final Duration MAX_AHEAD = Duration.ofMinutes(5);
    /** How long a state is worth keeping for nothing but recognising repeats: what a queue keeps by default. */
    public static final Duration MEMORY = Duration.ofDays(4);

    private final Compiled compiled;
    private final Rules rules;
    private final int most;

    /**
     * @param most how many detections one step should give: it may give more, those of one instant; the rest follow at once, in the next step,
     *     for which {@link Step#wake} is now
     */
    public Detector(Compiled compiled, int most) {
        this(compiled, most, Rules.SNOOP);
    }

    Detector(Compiled compiled, int most, Rules rules) {
        this.compiled = compiled;
        this.most = most;
        this.rules = rules;
    }

    /**
     * What a batch means.
     *
     * @param arrivals in any order; those without a name are ignored
     * @param now the time of the decision
     * @param woken whether this is the wake-up that was asked for: the watermark then follows the clock, too
     */
    public Step step(State given, List<Arrival> arrivals, Instant now, boolean woken) {
        List<String> notes = new ArrayList<>();
        State state = given;
        boolean replaced = false;
        if (!state.of().equals(compiled.fingerprint())) {
            if (!state.held().isEmpty() || !state.waiting().isEmpty()) {
                replaced = true;
                notes.add("The composite event is another one now: what was held for the one before is dropped");
            }
            state = new State(
                    compiled.fingerprint(),
                    state.watermark(),
                    state.forgotten(),
                    state.seen(),
                    List.of(),
                    Map.of(),
                    Map.of(),
                    state.dropped());
        }
        Progress progress = new Progress(rules, compiled, state, now, notes);
        try {
            arrivals.forEach(progress::arrive);
            boolean more = progress.advance(woken, most);
            Step step = progress.step(more);
            return step.next().equals(state) && !replaced ? step.unchanged(given) : step;
        } catch (OverflowException e) {
            return new Step(
                    given,
                    List.of(),
                    List.of(),
                    Optional.empty(),
                    Optional.empty(),
                    notes,
                    Optional.of(e.getMessage()));
        }
    }

    public CompositeRule rule() {
        return compiled.rule();
    }
}

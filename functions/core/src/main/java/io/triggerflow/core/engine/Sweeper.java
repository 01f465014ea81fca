package io.triggerflow.core.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Turns silence into events: launches whose end never came, timers that never fired, runs that never began. It only reads and sends;
 * what it sends is decided by the engine like everything else, and repeats change nothing, so that any number of sweepers may work side
 * by side. Thread-safe.
 */
public final class Sweeper {
    /**
     * An entry of a workspace is in the index a moment after it was to be written: the tries of the request, the clocks of two machines
     * and the index's own delay lie between. A shorter silence could pass it before it is there.
     */
    public static final Duration SHORTEST_SILENCE = Duration.ofMinutes(2);

    private final Ports ports;
    private final RunSweep runs;
    private final WorkspaceSweep workspaces;
    private final WakeSweep wakes;

    /**
     * @param silence after which a launch without a time limit of its own counts as lost: more than a function may take (15 minutes) and
     *     wait for a place to run; at least {@link #SHORTEST_SILENCE}
     * @param interval between two checks of a run, at least; an older run is checked less often
     * @param remembered how long the store keeps an entry of a workspace, at least: nothing is concluded from the absence of what may have
     *     expired
     * @throws IllegalArgumentException when the silence is shorter than the shortest, or not shorter than entries are remembered
     */
    public Sweeper(Ports ports, Duration silence, Duration interval, Duration remembered) {
        if (silence.compareTo(SHORTEST_SILENCE) < 0 || silence.compareTo(remembered) >= 0) {
            throw new IllegalArgumentException("Expected a silence (SILENCE_SECONDS) of at least " + SHORTEST_SILENCE
                    + ", and shorter than the history is kept (" + remembered + "), but got " + silence);
        }
        Silences silences = new Silences(silence);
        this.ports = ports;
        this.runs = new RunSweep(ports, silences, new RunSweep.Times(silence, interval));
        this.wakes = new WakeSweep(ports);
        this.workspaces = new WorkspaceSweep(ports, silences, silence, remembered);
    }

    /**
     * What a sweep did.
     *
     * @param runs that were checked
     * @param entries of workspaces that were looked at
     * @param events that were sent
     * @param more whether as many were due as were asked for: the next sweep will find some at once
     * @param failures what could not be checked, and why; it is checked again later
     */
    public record Swept(int runs, int entries, int events, boolean more, List<String> failures) {
        public Swept {
            failures = List.copyOf(failures);
        }
    }

    /** A sweep in the making. */
    static final class Tally {
        int runs;
        int entries;
        int events;
        boolean more;
        final List<String> failures = new ArrayList<>();

        void failed(String what, String why) {
            failures.add(what + ": " + why);
        }
    }

    /**
     * Checks what is due. What cannot be checked holds up nothing else: it is named in the answer, and due again some minutes later.
     *
     * @param mostRuns the most runs to check
     * @param mostEntries about the most entries of workspaces to look at, and the most states to wake
     * @throws io.triggerflow.core.port.StoreException when what is due is not known, or not what was done: then it is due as before
     */
    public Swept sweep(int mostRuns, int mostEntries) {
        Instant now = ports.clock().instant();
        Tally tally = new Tally();
        runs.sweep(mostRuns, now, tally);
        workspaces.sweep(mostEntries, now, tally);
        wakes.sweep(mostEntries, now, tally);
        return new Swept(tally.runs, tally.entries, tally.events, tally.more, tally.failures);
    }
}

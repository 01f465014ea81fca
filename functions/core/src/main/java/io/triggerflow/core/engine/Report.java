package io.triggerflow.core.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;

/** What became of a batch: which deliveries are not done, how many things happened, and what people may want to read. Thread-safe. */
public final class Report {
    /** Notes beyond this many of one batch are only counted: logs are paid by the byte. */
    private static final int MAX_NOTES = 50;

    /** What is counted. A run that ran out of time has failed. */
    public enum Count {
        EVENTS,
        FIRINGS,
        LAUNCHES,
        EMITTED,
        RETRIES,
        THROTTLED,
        RUNS_STARTED,
        RUNS_SUCCEEDED,
        RUNS_FAILED,
        RUNS_CANCELLED,
        REPEATS,
        DECLINED,
        UNMATCHED,
        HELD,
        REJECTED,
        PARKED,
        CONFLICTS
    }

    private final Map<Count, LongAdder> counts = Collections.synchronizedMap(new EnumMap<>(Count.class));
    private final Map<String, String> failed = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<String> notes = new ConcurrentLinkedQueue<>();
    private long[] waits = {};
    private int launches;

    void count(Count what, int howMany) {
        counts.computeIfAbsent(what, w -> new LongAdder()).add(howMany);
    }

    /** A launch that was accepted now, of a delivery that could have been handled since it was due. */
    void launched(Optional<Instant> due, Instant now) {
        count(Count.LAUNCHES, 1);
        due.ifPresent(since -> waited(Math.max(0, Duration.between(since, now).toMillis())));
    }

    private synchronized void waited(long millis) {
        if (launches == waits.length) {
            waits = Arrays.copyOf(waits, Math.max(16, 2 * launches));
        }
        waits[launches++] = millis;
    }

    /**
     * For each launch whose delivery's age is known, the milliseconds from when the delivery was due until the launch was accepted, the
     * shortest first.
     */
    public synchronized long[] launchMillis() {
        long[] sorted = Arrays.copyOf(waits, launches);
        Arrays.sort(sorted);
        return sorted;
    }

    void note(String text) {
        if (notes.size() < MAX_NOTES) {
            notes.add(text);
        }
    }

    void fail(String delivery, String reason) {
        failed.putIfAbsent(delivery, reason);
    }

    boolean hasFailed(String delivery) {
        return failed.containsKey(delivery);
    }

    /** Deliveries that must come again, with the reason: everything else is done for good. */
    public Map<String, String> failed() {
        return Map.copyOf(failed);
    }

    /** How often something happened. */
    public long count(Count what) {
        LongAdder adder = counts.get(what);
        return adder == null ? 0 : adder.sum();
    }

    /** Rejections, conflicts and errors, in words. */
    public List<String> notes() {
        return List.copyOf(notes);
    }
}

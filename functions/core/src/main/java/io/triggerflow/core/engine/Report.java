package io.triggerflow.core.engine;

import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;

/** What became of a batch: which deliveries are not done, how many things happened, and what people may want to read. Thread-safe. */
public final class Report {
    /** Notes beyond this many of one batch are only counted: logs are paid by the byte. */
    private static final int MAX_NOTES = 50;

    /** What is counted. */
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

    void count(Count what, int howMany) {
        counts.computeIfAbsent(what, w -> new LongAdder()).add(howMany);
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

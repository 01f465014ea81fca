package io.triggerflow.core.engine;

import io.triggerflow.core.model.Event;
import io.triggerflow.core.port.StoreException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** What the scopes of one batch share: the answer in the making, and events that go on to other scopes within the batch. Thread-safe. */
final class Batch {
    final Report report = new Report();
    final Instant now;
    private final Instant until;
    private final InstantSource clock;
    private final Queue<Work> followUps = new ConcurrentLinkedQueue<>();
    private final Queue<Last> last = new ConcurrentLinkedQueue<>();

    private record Last(Work work, Runnable step) {}

    Batch(InstantSource clock, Instant until) {
        this.clock = clock;
        this.now = clock.instant();
        this.until = until;
    }

    /** Whether no more work may be begun: what is left comes again. What was begun is brought to its end. */
    boolean isOver() {
        return !clock.instant().isBefore(until);
    }

    /** Gives work back to the queue that was not begun. */
    void leave(Work work) {
        fail(work, "Expected to begin before " + until + ", but the time of this invocation was over");
    }

    /** An event for the engine itself: handled in the same batch, without a round trip through the queue. */
    void follow(Work cause, Event next) {
        followUps.add(cause.followedBy(next));
    }

    /** A step that says that all is done which this work caused, in other scopes too: taken last, and only if it is. */
    void last(Work work, Runnable step) {
        last.add(new Last(work, step));
    }

    /** Takes the last steps; each saves later work, and none is needed. */
    void end() {
        for (Last one : last) {
            if (!hasFailed(one.work)) {
                try {
                    one.step.run();
                } catch (StoreException e) {
                    report.note(e.toString());
                }
            }
        }
    }

    List<Work> drain() {
        List<Work> drained = new ArrayList<>();
        for (Work work = followUps.poll(); work != null; work = followUps.poll()) {
            drained.add(work);
        }
        return drained;
    }

    void fail(Work work, String reason) {
        work.origins().forEach(origin -> report.fail(origin, reason));
    }

    boolean hasFailed(Work work) {
        return work.origins().stream().anyMatch(report::hasFailed);
    }
}

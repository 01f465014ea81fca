package io.triggerflow.core.engine;

import java.util.List;

/** Runs independent tasks, side by side or one after the other, and returns when all are done. When a task throws, all others still run, and
 * then this throws. */
@FunctionalInterface
public interface Fork {
    /** One after the other, in order. */
    Fork SEQUENTIAL = tasks -> tasks.forEach(Runnable::run);

    void all(List<Runnable> tasks);
}

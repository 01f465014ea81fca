package io.triggerflow.aws.handler;

import io.triggerflow.core.engine.Fork;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Tasks side by side, each on a virtual thread. How many of them ask AWS at a time, {@link BoundedHttpClient} decides. Thread-safe. */
final class VirtualFork implements Fork {
    @Override
    public void all(List<Runnable> tasks) {
        Queue<Throwable> thrown = new ConcurrentLinkedQueue<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            tasks.forEach(task -> threads.execute(() -> run(task, thrown)));
        }
        if (!thrown.isEmpty()) {
            // Out of memory, a stack that overflowed: what the task was to do is not done, and nobody may believe that
            // it is.
            throw new IllegalStateException(
                    "Expected " + tasks.size() + " tasks to end, but " + thrown.size() + " did not: " + thrown.peek(),
                    thrown.peek());
        }
    }

    /** A thread that dies in silence would lose the events that it had. */
    private static void run(Runnable task, Queue<Throwable> thrown) {
        try {
            task.run();
        } catch (Throwable e) {
            thrown.add(e);
        }
    }
}

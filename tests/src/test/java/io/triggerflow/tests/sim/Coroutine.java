package io.triggerflow.tests.sim;

import java.util.concurrent.Semaphore;

/** A task that runs only while it is resumed, so that of all tasks exactly one runs at a time, and which one follows from the seed. */
final class Coroutine {
    private final Semaphore go = new Semaphore(0);
    private final Semaphore back = new Semaphore(0);
    private final Thread thread;
    private boolean done;
    private Throwable failure;

    Coroutine(Runnable task) {
        thread = Thread.ofVirtual().unstarted(() -> {
            go.acquireUninterruptibly();
            try {
                task.run();
            } catch (Throwable e) {
                failure = e;
            }
            done = true;
            back.release();
        });
        thread.start();
    }

    /** Runs the task until it yields or is done. */
    void resume() {
        go.release();
        back.acquireUninterruptibly();
        if (failure instanceof Error e) {
            throw e;
        }
        if (failure instanceof RuntimeException e) {
            throw e;
        }
    }

    /** Called by the task: lets another one run. */
    void yield() {
        back.release();
        go.acquireUninterruptibly();
    }

    boolean isDone() {
        return done;
    }
}

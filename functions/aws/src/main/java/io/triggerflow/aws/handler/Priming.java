package io.triggerflow.aws.handler;

import org.crac.Context;
import org.crac.Core;
import org.crac.Resource;

/**
 * Runs real code before SnapStart takes its snapshot, so that classes, credentials and connections need not be loaded after it is
 * restored. Where there is no snapshot, it is never called. The context holds resources weakly: whoever makes one must keep it.
 */
final class Priming implements Resource {
    private final Runnable work;

    /** @param work changes nothing outside, and leaves nothing open that a snapshot could not hold */
    Priming(Runnable work) {
        this.work = work;
        Core.getGlobalContext().register(this);
    }

    @Override
    public void beforeCheckpoint(Context<? extends Resource> context) {
        try {
            work.run();
        } catch (RuntimeException | Error e) {
            // A snapshot that is less warm is better than none; the reason is in the log of the version's creation.
            System.out.println("Expected to prime the function, but: " + e);
        }
    }

    @Override
    public void afterRestore(Context<? extends Resource> context) {
        // Nothing of a snapshot is unique: ids follow from causes. It holds no connection and no credentials: the first
        // event opens and fetches its own.
    }
}

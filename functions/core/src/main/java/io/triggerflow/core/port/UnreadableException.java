package io.triggerflow.core.port;

import io.triggerflow.core.model.Scope;
import java.util.Set;

/**
 * What is stored is of a shape that this release does not know: a newer release wrote it, and this one must neither guess nor overwrite.
 *
 * <p>Whatever needs it fails, and nothing else does: an event comes again after the queue's visibility timeout, so that a release that can
 * read it may take it meanwhile; after the queue's last try it goes to the dead-letter queue and is parked, from where people send it
 * again. Nothing is lost, and nothing spins.
 */
public final class UnreadableException extends StoreException {
    private static final long serialVersionUID = 1L;

    private final transient Set<Scope> roots;

    /**
     * @param roots whose roots cannot be read; empty when it is something else
     */
    public UnreadableException(String message, Set<Scope> roots) {
        super(message, null);
        this.roots = Set.copyOf(roots);
    }

    public Set<Scope> roots() {
        return roots;
    }
}

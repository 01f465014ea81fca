package io.triggerflow.local.lambda;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;

/** The execution environments of one function: as many as there are calls at a time, the warmest used first. Thread-safe. */
final class EnvironmentPool implements AutoCloseable {

    private final EnvironmentFactory factory;
    private final Semaphore room;
    private final ConcurrentLinkedDeque<ExecutionEnvironment> idle = new ConcurrentLinkedDeque<>();
    private final Set<ExecutionEnvironment> all = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    EnvironmentPool(EnvironmentFactory factory, int most) {
        this.factory = factory;
        this.room = new Semaphore(most);
    }

    Outcome invoke(Invocation invocation) {
        room.acquireUninterruptibly();
        try {
            ExecutionEnvironment environment = idle.pollFirst();
            if (environment == null) {
                environment = factory.create();
                all.add(environment);
            }
            Outcome outcome = environment.invoke(invocation);
            if (outcome.reusable() && !closed) {
                idle.addFirst(environment);
            } else {
                all.remove(environment);
                environment.close();
            }
            return outcome;
        } catch (IllegalStateException | java.io.UncheckedIOException e) {
            return Outcome.failure(
                    "Runtime.InvalidEntrypoint",
                    "RequestId: " + invocation.requestId() + " Error: " + e.getMessage(),
                    "",
                    Duration.ZERO);
        } finally {
            room.release();
        }
    }

    int size() {
        return all.size();
    }

    @Override
    public void close() {
        closed = true;
        idle.clear();
        all.forEach(ExecutionEnvironment::close);
        factory.close();
    }
}

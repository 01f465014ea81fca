package io.triggerflow.local.lambda;

import io.triggerflow.local.usage.Usage;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Counts the processor time of one function: of the threads that its code runs on in this JVM, or of its processes. The time in which an
 * environment starts is counted apart. Thread-safe.
 */
sealed interface CpuMeter {

    /** One that counts nothing. */
    static CpuMeter off() {
        return new Off();
    }

    /** One that counts in {@code usage}. */
    static CpuMeter of(Usage usage, String function) {
        return new On(usage, function);
    }

    /** Runs the start of an environment, on the thread that will be its own. */
    <T> T starting(Supplier<T> work);

    /** Runs an invocation, or a part of one, on this thread. */
    <T> T invoking(Supplier<T> work);

    /** Counts what a process used for its start; {@code cpu} is asked only if it is counted. */
    void started(Supplier<Duration> cpu);

    /** Counts what a process used since its start, or since this was called last; the same. */
    void invoked(Supplier<Duration> cpu);

    /** What the function's code gets when it asks for a virtual thread a task. */
    ExecutorService forks();

    /** Leaves everything as it is. */
    record Off() implements CpuMeter {
        @Override
        public <T> T starting(Supplier<T> work) {
            return work.get();
        }

        @Override
        public <T> T invoking(Supplier<T> work) {
            return work.get();
        }

        @Override
        public void started(Supplier<Duration> cpu) {
            // Nobody asked.
        }

        @Override
        public void invoked(Supplier<Duration> cpu) {
            // Nobody asked.
        }

        @Override
        public ExecutorService forks() {
            return Executors.newVirtualThreadPerTaskExecutor();
        }
    }

    /** Counts. */
    record On(Usage usage, String function) implements CpuMeter {
        private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

        @Override
        public <T> T starting(Supplier<T> work) {
            long before = THREADS.getCurrentThreadCpuTime();
            try {
                return work.get();
            } finally {
                usage.started(function, Duration.ofNanos(THREADS.getCurrentThreadCpuTime() - before));
            }
        }

        @Override
        public <T> T invoking(Supplier<T> work) {
            long before = THREADS.getCurrentThreadCpuTime();
            try {
                return work.get();
            } finally {
                usage.computed(function, Duration.ofNanos(THREADS.getCurrentThreadCpuTime() - before));
            }
        }

        @Override
        public void started(Supplier<Duration> cpu) {
            usage.started(function, cpu.get());
        }

        @Override
        public void invoked(Supplier<Duration> cpu) {
            usage.computed(function, cpu.get());
        }

        /** Platform threads: the JDK tells no processor time of a virtual one. */
        @Override
        public ExecutorService forks() {
            return new Forks(
                    Executors.newThreadPerTaskExecutor(Thread.ofPlatform()
                            .daemon()
                            .name("fork-" + function)
                            .factory()),
                    this);
        }
    }

    /** Counts within the task, not around its thread: whoever has waited for all tasks must find their time counted. */
    final class Forks extends AbstractExecutorService {
        private final ExecutorService threads;
        private final CpuMeter meter;

        Forks(ExecutorService threads, CpuMeter meter) {
            this.threads = threads;
            this.meter = meter;
        }

        @Override
        public void execute(Runnable task) {
            threads.execute(() -> meter.invoking(() -> {
                task.run();
                return null;
            }));
        }

        @Override
        public void shutdown() {
            threads.shutdown();
        }

        @Override
        public List<Runnable> shutdownNow() {
            return threads.shutdownNow();
        }

        @Override
        public boolean isShutdown() {
            return threads.isShutdown();
        }

        @Override
        public boolean isTerminated() {
            return threads.isTerminated();
        }

        @Override
        public boolean awaitTermination(long time, TimeUnit unit) throws InterruptedException {
            return threads.awaitTermination(time, unit);
        }
    }
}

package io.triggerflow.local.usage;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAdder;

/**
 * What the local runtime was asked for, in the units that AWS bills. Counted always, except capacity units and processor time, which are counted only
 * when the runtime is metered ({@code LocalRuntimeOptions.metered}). Thread-safe.
 *
 * <p>Not exact: a transaction's write units are computed from the request, because DynamoDB Local answers wrong ones.
 */
public final class Usage {
    /** Single invocations are kept for timelines, the first this many; totals are of all. */
    private static final int MOST_KEPT = 200_000;

    private final Map<String, LongAdder> requests = new ConcurrentHashMap<>();
    private final DoubleAdder readUnits = new DoubleAdder();
    private final DoubleAdder writeUnits = new DoubleAdder();
    private final Map<String, FunctionUse> functions = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<Call> calls = new ConcurrentLinkedQueue<>();
    private final AtomicInteger kept = new AtomicInteger();

    /** One invocation of a function. */
    public record Call(String function, Instant start, Duration took, boolean failed) {}

    /**
     * The invocations of a function.
     *
     * @param gigabyteSeconds time times configured memory, each invocation rounded up to a millisecond as it is billed
     * @param cpu processor time of the function's own work, without its starts. In the JVM: of the threads that its code ran on, those that it
     *     forked included, but not of the compiler, the garbage collector and the SDK's timers, which all functions share. In processes of
     *     their own: everything that they used, up to their last invocations; what a process used that was killed in one is lost
     * @param starts execution environments that started
     * @param startCpu processor time of those starts, counted as {@code cpu} is
     */
    public record FunctionTotal(
            long invocations,
            long failures,
            Duration took,
            double gigabyteSeconds,
            Duration cpu,
            long starts,
            Duration startCpu) {
        FunctionTotal minus(FunctionTotal earlier) {
            return new FunctionTotal(
                    invocations - earlier.invocations,
                    failures - earlier.failures,
                    took.minus(earlier.took),
                    gigabyteSeconds - earlier.gigabyteSeconds,
                    cpu.minus(earlier.cpu),
                    starts - earlier.starts,
                    startCpu.minus(earlier.startCpu));
        }
    }

    /**
     * Counts at one moment.
     *
     * @param requests by service and operation, such as {@code sqs:SendMessageBatch}
     * @param readUnits DynamoDB read request units
     * @param writeUnits DynamoDB write request units
     * @param functions by name
     */
    public record Totals(
            Map<String, Long> requests, double readUnits, double writeUnits, Map<String, FunctionTotal> functions) {
        /** What came after an earlier moment. */
        public Totals since(Totals earlier) {
            Map<String, Long> more = new TreeMap<>();
            requests.forEach((name, n) -> more.put(name, n - earlier.requests.getOrDefault(name, 0L)));
            more.values().removeIf(n -> n == 0);
            Map<String, FunctionTotal> called = new TreeMap<>();
            functions.forEach((name, total) -> called.put(
                    name, earlier.functions.containsKey(name) ? total.minus(earlier.functions.get(name)) : total));
            called.values().removeIf(total -> total.invocations() == 0);
            return new Totals(more, readUnits - earlier.readUnits, writeUnits - earlier.writeUnits, called);
        }

        /** The requests to a service. */
        public long of(String service) {
            return requests.entrySet().stream()
                    .filter(e -> e.getKey().startsWith(service + ":"))
                    .mapToLong(Map.Entry::getValue)
                    .sum();
        }
    }

    private static final class FunctionUse {
        private final LongAdder invocations = new LongAdder();
        private final LongAdder failures = new LongAdder();
        private final LongAdder nanos = new LongAdder();
        private final LongAdder megabyteMillis = new LongAdder();
        private final LongAdder cpuNanos = new LongAdder();
        private final LongAdder starts = new LongAdder();
        private final LongAdder startNanos = new LongAdder();

        FunctionTotal total() {
            return new FunctionTotal(
                    invocations.sum(),
                    failures.sum(),
                    Duration.ofNanos(nanos.sum()),
                    megabyteMillis.sum() / 1_024_000.0,
                    Duration.ofNanos(cpuNanos.sum()),
                    starts.sum(),
                    Duration.ofNanos(startNanos.sum()));
        }
    }

    /** Counts a request. */
    public void requested(String service, String operation) {
        requests.computeIfAbsent(service + ":" + operation, name -> new LongAdder())
                .increment();
    }

    /** Counts capacity units. */
    public void consumed(double reads, double writes) {
        readUnits.add(reads);
        writeUnits.add(writes);
    }

    /** Counts an invocation that has ended. */
    public void invoked(String function, int megabytes, Instant start, Duration took, boolean failed) {
        FunctionUse use = use(function);
        use.invocations.increment();
        if (failed) {
            use.failures.increment();
        }
        use.nanos.add(took.toNanos());
        use.megabyteMillis.add(megabytes * Math.max(1, Math.ceilDiv(took.toNanos(), 1_000_000L)));
        if (kept.incrementAndGet() <= MOST_KEPT) {
            calls.add(new Call(function, start, took, failed));
        }
    }

    /** Counts processor time of a function's invocations. */
    public void computed(String function, Duration cpu) {
        use(function).cpuNanos.add(cpu.toNanos());
    }

    /** Counts the start of an execution environment. */
    public void started(String function, Duration cpu) {
        FunctionUse use = use(function);
        use.starts.increment();
        use.startNanos.add(cpu.toNanos());
    }

    private FunctionUse use(String function) {
        return functions.computeIfAbsent(function, name -> new FunctionUse());
    }

    /** The counts so far. */
    public Totals totals() {
        Map<String, Long> counted = new TreeMap<>();
        requests.forEach((name, n) -> counted.put(name, n.sum()));
        Map<String, FunctionTotal> called = new TreeMap<>();
        functions.forEach((name, use) -> called.put(name, use.total()));
        return new Totals(counted, readUnits.sum(), writeUnits.sum(), called);
    }

    /** The invocations that ended since a moment, in that order; of the first 200,000. */
    public List<Call> calls(Instant since) {
        List<Call> found = new ArrayList<>();
        calls.forEach(call -> {
            if (!call.start().isBefore(since)) {
                found.add(call);
            }
        });
        return found;
    }
}

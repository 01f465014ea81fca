package io.triggerflow.tests.e2e;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** The handlers of the zip on this machine, each in a process of its own through the real runtime client, over the embedded services. */
final class LocalBackend implements Backend {
    private static final int ENGINE_MIB = 1024;
    /** Throughput rather than latency: large batches, as a deployment with large joins would have. */
    private static final Map<String, String> PARAMETERS = Map.of(
            "EngineBatchSize",
            "1000",
            "EngineBatchWindow",
            "1",
            "EngineMaxConcurrency",
            "2",
            "EngineTimeout",
            "15",
            "VisibilityTimeout",
            "15");

    private final Stack stack;
    private final Deployment deployment;
    private final AtomicLong peakMiB = new AtomicLong();

    LocalBackend(Granted granted) {
        stack = granted.watch(new Stack(Stack.options().withIsolated(true).withParameters(PARAMETERS)));
        deployment = Deployment.named(
                stack.runtime.templates().getFirst().names().stackName(),
                stack.runtime.templates().getFirst().names().region(),
                Optional.of(stack.runtime.endpoint()));
    }

    @Override
    public String name() {
        return "the local runtime";
    }

    @Override
    public Deployment deployment() {
        return deployment;
    }

    Stack stack() {
        return stack;
    }

    @Override
    public Load load() {
        return new Load(20_000, 200, 1_000, 1, Duration.ofMinutes(4));
    }

    @Override
    public void send(List<Member> members, int perMessage) {
        deployment.queue(deployment.messages(members, perMessage));
    }

    @Override
    public Killing killing(int times, Random random) {
        AtomicLong kills = new AtomicLong();
        CountDownLatch done = new CountDownLatch(1);
        Thread killer = Thread.ofPlatform().start(() -> {
            while (kills.get() < times && !waited(done, Duration.ofMillis(1_000 + random.nextInt(4_000)))) {
                look();
                kills.addAndGet(stack.killEngine() ? 1 : 0);
            }
        });
        return new Killing() {
            @Override
            public long kills() {
                return kills.get();
            }

            @Override
            public void close() {
                done.countDown();
                try {
                    killer.join();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        };
    }

    private static boolean waited(CountDownLatch done, Duration time) {
        try {
            return done.await(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            return true;
        }
    }

    private void look() {
        peakMiB.accumulateAndGet(stack.peakMiB(), Math::max);
    }

    @Override
    public double counted(String metric) {
        return stack.runtime.metrics().sum(metric);
    }

    @Override
    public String seen(Path directory) {
        return directory.toString();
    }

    @Override
    public void inspect() {
        look();
        assertTrue(
                peakMiB.get() < ENGINE_MIB,
                () -> "Expected the engine to stay below the memory that the template gives it, but it took " + peakMiB
                        + " MiB");
    }

    @Override
    public void close() {
        System.out.println("end to end: the engine's peak memory was " + peakMiB + " MiB");
        deployment.close();
        stack.close();
    }
}

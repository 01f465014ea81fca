package io.triggerflow.tests.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The handlers of the zip, each in a process of its own through the real runtime client, over the embedded services. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class EndToEndTest {
    private static final Duration LIMIT = Duration.ofMinutes(4);
    private static final int JOINS = 200;
    private static final int MEMBERS = 1_000;
    private static final int PACKED = 10;

    private final long seed = seed();
    private final Random random = new Random(seed);
    private final AtomicLong peakMiB = new AtomicLong();

    @RegisterExtension
    static final Granted granted = new Granted();

    private Stack stack;

    private static long seed() {
        String given = System.getProperty("seed", "");
        return given.isEmpty() ? System.nanoTime() : Long.parseLong(given);
    }

    @BeforeAll
    void start() {
        System.out.println("end to end: -Dseed=" + seed);
        // Throughput rather than latency: large batches, as a deployment with large joins would have.
        stack = granted.watch(new Stack(Stack.options()
                .withIsolated(true)
                .withParameters(Map.of(
                        "EngineBatchSize",
                        "1000",
                        "EngineBatchWindow",
                        "1",
                        "EngineMaxConcurrency",
                        "2",
                        "EngineTimeout",
                        "15",
                        "VisibilityTimeout",
                        "15"))));
    }

    @AfterAll
    void stop() {
        System.out.println("end to end: the engine's peak memory was " + peakMiB + " MiB");
        stack.close();
    }

    private void deployJoin(String workflow, int size) {
        stack.deploy("workflow: "
                + workflow
                + "\nmaxTransitions: 1000000\ntriggers:\n"
                + "  - {id: join, on: {type: member}, condition: {threshold: {count: "
                + size
                + "}}, actions: [{complete: {arrived: \"{% $outcomes.succeeded %}\"}}]}\n");
    }

    private static List<String> members(String run, int size) {
        List<String> bodies = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            bodies.add(Stack.event("m" + i, "member", run));
        }
        return bodies;
    }

    private void assertJoined(String run, int size) {
        JsonNode state = stack.await(run, LIMIT);
        assertEquals("SUCCEEDED", state.path("status").asText(), state::toString);
        assertEquals(size, state.path("output").path("arrived").asInt());
        assertEquals(1, firings(run, "join"), "firings of the join in " + run);
    }

    private int firings(String run, String trigger) {
        int firings = 0;
        for (JsonNode entry : stack.call("GET", "/workspaces/default/runs/" + run + "/history", null)
                .findValues("firings")) {
            for (JsonNode firing : entry) {
                firings += firing.path("trigger").asText().equals(trigger) ? 1 : 0;
            }
        }
        return firings;
    }

    @Test
    @Order(1)
    void oneJoinOfTwentyThousandEvents() {
        deployJoin("one", 20_000);
        stack.start("one", "one-clean", Map.of());
        stack.send(members("one-clean", 20_000));
        assertJoined("one-clean", 20_000);
        var metrics = stack.runtime.metrics();
        Stack.await("metrics of the run", LIMIT, () -> metrics.sum("RunsSucceeded") == 1);
        assertEquals(1, metrics.sum("RunsStarted"));
        peakMiB.accumulateAndGet(stack.peakMiB(), Math::max);
    }

    @Test
    @Order(2)
    void twoHundredJoinsOfAThousandEvents() {
        joins("clean", 1);
    }

    @Test
    @Order(3)
    void theSameDuplicatedReorderedAndKilled() throws InterruptedException {
        AtomicBoolean done = new AtomicBoolean();
        AtomicLong kills = new AtomicLong();
        Thread killer = Thread.ofPlatform().start(() -> killFiveTimes(done, kills));
        try {
            deployJoin("one", 20_000);
            stack.start("one", "one-faulty", Map.of());
            List<String> bodies = new ArrayList<>(members("one-faulty", 20_000));
            bodies.addAll(List.copyOf(bodies));
            Collections.shuffle(bodies, random);
            stack.send(bodies);
            joins("faulty", 2);
            assertJoined("one-faulty", 20_000);
        } finally {
            done.set(true);
            killer.join();
        }
        assertEquals(5, kills.get(), "kills of the engine");
    }

    private void killFiveTimes(AtomicBoolean done, AtomicLong kills) {
        while (kills.get() < 5 && !done.get()) {
            java.util.concurrent.locks.LockSupport.parkNanos(
                    Duration.ofMillis(1_000 + random.nextInt(4_000)).toNanos());
            peakMiB.accumulateAndGet(stack.peakMiB(), Math::max);
            if (stack.killEngine()) {
                kills.incrementAndGet();
            }
        }
    }

    /** Batches of CloudEvents, ten to a message, of different runs: what a busy producer sends, and SQS is not what is tested here. */
    private static List<String> packed(List<String> events) {
        List<String> messages = new ArrayList<>();
        for (int i = 0; i < events.size(); i += PACKED) {
            messages.add("[" + String.join(",", events.subList(i, Math.min(events.size(), i + PACKED))) + "]");
        }
        return messages;
    }

    private void joins(String name, int copies) {
        deployJoin("many", MEMBERS);
        List<String> bodies = new ArrayList<>();
        for (int j = 0; j < JOINS; j++) {
            stack.start("many", name + "-" + j, Map.of());
            for (int copy = 0; copy < copies; copy++) {
                bodies.addAll(members(name + "-" + j, MEMBERS));
            }
        }
        Collections.shuffle(bodies, random);
        stack.send(packed(bodies));
        for (int j = 0; j < JOINS; j++) {
            assertJoined(name + "-" + j, MEMBERS);
        }
        peakMiB.accumulateAndGet(stack.peakMiB(), Math::max);
        assertTrue(
                peakMiB.get() < 1024,
                "Expected the engine to stay below the memory that the template gives it, but it took " + peakMiB
                        + " MiB");
    }

    @Test
    @Order(4)
    void wordCountOfADirectory() throws IOException {
        Path texts = Stack.root().resolve("functions/examples/texts");
        stack.deploy(Stack.root().resolve("functions/examples/bundles/wordcount.yaml"));
        stack.start("wordcount", "wordcount-1", Map.of("dir", texts.toString()));
        JsonNode state = stack.await("wordcount-1", LIMIT);
        assertEquals("SUCCEEDED", state.path("status").asText(), state::toString);
        long words = 0;
        long files = 0;
        try (var all = Files.list(texts)) {
            for (Path file : all.toList()) {
                files++;
                words += Files.readString(file).split("[^\\p{L}\\p{N}'’]+").length;
            }
        }
        assertEquals(files, state.path("output").path("files").asLong(), state::toString);
        double counted = state.path("output").path("words").asDouble();
        assertTrue(Math.abs(counted - words) < words * 0.05, "Expected about " + words + " words, but got " + counted);
    }
}

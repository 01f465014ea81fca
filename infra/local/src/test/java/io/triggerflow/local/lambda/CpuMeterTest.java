package io.triggerflow.local.lambda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.triggerflow.local.usage.Usage;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;

/** The processor time that functions use, against functions that use a known one. */
class CpuMeterTest {
    private static final Duration BURNT = Duration.ofMillis(80);
    /** A process's time is told in clock ticks. */
    private static final Duration TICK = Duration.ofMillis(10);

    /** The threads read their own clocks, which virtual threads have not. */
    private static final String SOURCE = """
            import com.amazonaws.services.lambda.runtime.*;
            import java.lang.management.ManagementFactory;
            import java.util.concurrent.*;

            public class Fn implements RequestHandler<String, Integer> {
                public Integer handleRequest(String what, Context context) {
                    switch (what) {
                        case "burn" -> burn();
                        case "fork" -> {
                            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                                threads.execute(Fn::burn);
                                threads.execute(Fn::burn);
                            }
                        }
                        default -> { try { Thread.sleep(500); } catch (InterruptedException e) { } }
                    }
                    return 0;
                }

                private static void burn() {
                    var clock = ManagementFactory.getThreadMXBean();
                    long end = clock.getCurrentThreadCpuTime() + 80_000_000L;
                    while (clock.getCurrentThreadCpuTime() < end) { }
                }
            }
            """;

    private static final String TEMPLATE = """
            Resources:
              One:
                Type: AWS::Serverless::Function
                Properties: {FunctionName: one, Runtime: java21, CodeUri: code.zip, Handler: Fn, Timeout: 30, MemorySize: 256}
            """;

    @TempDir
    Path dir;

    private final Usage usage = new Usage();

    private Fixture start(boolean isolated) {
        Fixture.zip(dir, "Fn", SOURCE);
        return Fixture.start(
                dir,
                TEMPLATE,
                SqsClients.at(URI.create("http://127.0.0.1:1"), "us-east-1"),
                options -> options.withUsage(usage).withMetered(true).withIsolated(isolated));
    }

    private Usage.FunctionTotal used(Fixture fixture, String what) {
        Usage.Totals before = usage.totals();
        var answer = fixture.client()
                .invoke(r -> r.functionName("one").payload(SdkBytes.fromUtf8String("\"" + what + "\"")));
        assertEquals("0", answer.payload().asUtf8String());
        return usage.totals().since(before).functions().get("one");
    }

    private static void assertBetween(Duration least, Duration most, Duration got) {
        assertTrue(
                got.compareTo(least) >= 0 && got.compareTo(most) <= 0,
                "expected " + least + " to " + most + ", but got " + got);
    }

    @Test
    void countsTheThreadsOfAFunctionAndThoseThatItForks() {
        try (Fixture fixture = start(false)) {
            Usage.FunctionTotal first = used(fixture, "burn");
            assertEquals(1, first.starts());
            assertTrue(first.startCpu().isPositive());
            assertBetween(BURNT, BURNT.multipliedBy(2), used(fixture, "burn").cpu());
            assertBetween(
                    BURNT.multipliedBy(2),
                    BURNT.multipliedBy(4),
                    used(fixture, "fork").cpu());
            Usage.FunctionTotal idle = used(fixture, "sleep");
            assertBetween(Duration.ZERO, BURNT, idle.cpu());
            assertEquals(0, idle.starts());
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void countsEverythingThatAProcessUses() {
        try (Fixture fixture = start(true)) {
            Usage.FunctionTotal first = used(fixture, "burn");
            assertEquals(1, first.starts());
            assertTrue(first.startCpu().isPositive());
            assertTrue(first.cpu().compareTo(BURNT.minus(TICK)) >= 0, first.toString());
            Usage.FunctionTotal second = used(fixture, "burn");
            assertEquals(0, second.starts());
            assertTrue(second.cpu().compareTo(BURNT.minus(TICK)) >= 0, second.toString());
            assertTrue(used(fixture, "sleep").cpu().compareTo(Duration.ofMillis(400)) < 0);
        }
    }
}

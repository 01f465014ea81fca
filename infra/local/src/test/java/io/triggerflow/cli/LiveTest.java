package io.triggerflow.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.triggerflow.local.LocalRuntime;
import io.triggerflow.local.LocalRuntimeOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The shipped examples of interception and patching, as people type them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class LiveTest {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private LocalRuntime runtime;

    @BeforeAll
    void start() {
        assumeTrue(
                Files.isRegularFile(Runtimes.home().resolve("functions/target/functions.zip")),
                "functions.zip is not built");
        runtime = LocalRuntime.start(LocalRuntimeOptions.of(Runtimes.template()).withPort(0));
    }

    @AfterAll
    void stop() {
        if (runtime != null) {
            runtime.close();
        }
    }

    private Ran typed(String... args) {
        List<String> all = new ArrayList<>(List.of(args));
        all.addAll(List.of("--endpoint", Runtimes.api(runtime).orElseThrow().toString()));
        return Ran.of(all.toArray(String[]::new));
    }

    private Ran done(String... args) {
        Ran ran = typed(args);
        assertEquals(0, ran.status(), ran.toString());
        return ran;
    }

    private static String example(String path) {
        return Runtimes.home().resolve("functions/examples").resolve(path).toString();
    }

    private JsonNode shown(String run) throws IOException {
        return done("show", run, "--json").json();
    }

    private JsonNode ended(String run) throws IOException {
        Instant end = Instant.now().plus(LIMIT);
        while (shown(run).path("endedAt").isMissingNode() && Instant.now().isBefore(end)) {
            LockSupport.parkNanos(20_000_000);
        }
        return shown(run);
    }

    private void awaitHeld(String run) throws IOException {
        Instant end = Instant.now().plus(LIMIT);
        while (shown(run).at("/interceptors/0/holds").isEmpty() && Instant.now().isBefore(end)) {
            LockSupport.parkNanos(20_000_000);
        }
        assertEquals("ship", shown(run).at("/interceptors/0/holds/0/trigger").asText());
    }

    private void paid(String run, int amount) {
        done("emit", "paid", "-r", run, "--data", "{\"amount\":" + amount + ",\"card\":\"4000123412349876\"}");
    }

    @Test
    void workflowsThatInterceptThemselves() throws IOException {
        JsonNode warm = done("run", example("bundles/prewarm.yaml"), "--json").json();
        assertEquals(36, warm.at("/output/sum").asInt(), warm::toString);
        JsonNode breaker =
                done("run", example("bundles/circuit-breaker.yaml"), "--json").json();
        assertEquals(1, breaker.at("/output/refused").asInt(), breaker::toString);
    }

    @Test
    void aRunIsInterceptedPatchedAndReleased() throws IOException {
        done("deploy", example("bundles/order.yaml"));
        done("start", "order", "--name", "o1");
        Ran added = done("intercept", "o1", example("interceptors/approval-gate.yaml"));
        assertTrue(added.out().contains("Interceptor gate stands before the action of ship in run o1"), added.out());
        paid("o1", 7);
        awaitHeld("o1");
        assertTrue(done("interceptors", "o1").out().contains("gate"));

        Path stranding = Files.writeString(Files.createTempFile("patch", ".yaml"), "retire: [ship]\n");
        Ran refused = typed("patch", "o1", stranding.toString());
        assertEquals(1, refused.status(), refused.toString());
        assertTrue(refused.err().contains("interceptor 'gate' holds an activation of trigger 'ship'"), refused.err());
        Ran dry = done("patch", "o1", example("interceptors/gift.yaml"), "--dry-run");
        assertTrue(dry.out().contains("+ wrap") && dry.out().contains("- done"), dry.out());
        assertTrue(dry.out().contains("Nothing was changed"), dry.out());
        assertTrue(done("patch", "o1", example("interceptors/gift.yaml")).out().contains("Patched run o1"));

        done("release", "o1", "gate");
        assertEquals(7, ended("o1").at("/output/wrapped/amount").asInt());
        String history = done("history", "o1", "--json").out();
        String user = System.getProperty("user.name");
        assertTrue(history.contains("patch +wrap +finish -done, by arn:") && history.contains(user), history);
    }

    @Test
    void faultsAndRedaction() throws IOException {
        done("deploy", example("bundles/order.yaml"));
        done("start", "order", "--name", "o2");
        done("start", "order", "--name", "o3");
        done("intercept", "o2", example("interceptors/fault-injection.yaml"));
        done("intercept", "o3", example("interceptors/redaction.yaml"));
        paid("o2", 101);
        paid("o3", 7);
        assertEquals("Injected", ended("o2").at("/output/refused").asText());
        assertEquals("************9876", ended("o3").at("/output/shipped/card").asText());
    }
}

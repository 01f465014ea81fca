package io.triggerflow.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.triggerflow.client.TriggerflowClient;
import io.triggerflow.local.LocalRuntime;
import io.triggerflow.local.LocalRuntimeOptions;
import io.triggerflow.local.lambda.ColdProcess;
import io.triggerflow.local.lambda.ColdStart;
import io.triggerflow.local.usage.Usage;
import java.io.IOException;
import java.nio.file.Files;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * Cold starts of the engine's zip in processes of their own. AWS's runtime client calls the hooks there, as it does around a snapshot
 * ({@code AWS_LAMBDA_INITIALIZATION_TYPE=snap-start}): {@code beforeCheckpoint}, then the call that waits to be restored, then {@code afterRestore}.
 * There is no snapshot: the process goes on. What it has loaded until then is what a snapshot would hold.
 */
@EnabledOnOs(OS.LINUX)
final class ColdStartTest {
    private static final String ANSWER = "{\"batchItemFailures\":[]}";
    private static final String SERVICES = "software.amazon.awssdk.services.";
    /** Of the services that the engine speaks to, the classes that send requests. */
    private static final Set<String> CLIENTS = Set.of(
            SERVICES + "dynamodb.DefaultDynamoDbClient",
            SERVICES + "lambda.DefaultLambdaClient",
            SERVICES + "sqs.DefaultSqsClient",
            SERVICES + "eventbridge.DefaultEventBridgeClient",
            SERVICES + "scheduler.DefaultSchedulerClient");
    /** Asked for by pollers and the scheduler's minute, whoever starts meanwhile. */
    private static final Set<String> BACKGROUND = Set.of("sqs:ReceiveMessage", "dynamodb:Query", "lambda:Invoke");

    private static void assumeBuilt() {
        assumeTrue(
                Files.isRegularFile(Runtimes.home().resolve("functions/target/functions.zip")),
                "functions.zip is not built");
    }

    /** Those that come from a jar: what the JVM spins of a lambda is no class to be found, read and checked. */
    private static List<String> of(List<String> classes, String prefix) {
        return classes.stream()
                .filter(name -> name.startsWith(prefix) && !name.contains("$$Lambda") && !name.contains("LambdaForm"))
                .toList();
    }

    /** What a process asked services for until its first event, what it loaded until then, and what for the event. */
    private record Watched(Map<String, Long> requests, List<String> byInit, List<String> byEvent) {}

    private static Watched watched(ColdStart starts, Usage usage, boolean snapshot) {
        Usage.Totals before = usage.totals();
        try (ColdProcess process = starts.watch(new ColdStart.Kind(ColdStart.Sharing.JDK, snapshot))) {
            Map<String, Long> requests =
                    new TreeMap<>(usage.totals().since(before).requests());
            requests.keySet().removeAll(BACKGROUND);
            List<String> byInit = process.loaded();
            assertEquals(
                    ANSWER,
                    process.handle(ColdStartCommand.event("watched-" + snapshot))
                            .answer());
            List<String> all = process.loaded();
            return new Watched(requests, byInit, all.subList(byInit.size(), all.size()));
        }
    }

    @Test
    void whatIsPrimedTheFirstEventNeedNotLoad() {
        assumeBuilt();
        try (LocalRuntime runtime = LocalRuntime.start(
                        LocalRuntimeOptions.of(Runtimes.template()).withPort(0));
                TriggerflowClient client = Runtimes.client(runtime);
                ColdStart starts = ColdStartCommand.of(runtime)) {
            ColdStartCommand.prepare(client);
            // This one first: what an event launches ends some time later, and is handled then.
            Watched primed = watched(starts, runtime.usage(), true);
            Watched cold = watched(starts, runtime.usage(), false);
            System.out.println("cold start: the first event loads "
                    + cold.byEvent().size() + " classes, "
                    + of(cold.byEvent(), "software.amazon.").size()
                    + " of them the SDK's; primed " + primed.byEvent().size() + ", "
                    + of(primed.byEvent(), "software.amazon.").size());

            assertEquals(Map.of("dynamodb:GetItem", 1L), primed.requests(), "one read, and nothing else");
            Set<String> warm = new HashSet<>(primed.byInit());
            assertTrue(warm.containsAll(CLIENTS), () -> "not warmed: " + minus(CLIENTS, warm));
            assertEquals(List.of(), of(primed.byEvent(), "software.amazon."), "the clients are warm");
            // What only standing triggers need is not rehearsed.
            assertTrue(
                    of(primed.byEvent(), "io.triggerflow.").size() < 10,
                    () -> of(primed.byEvent(), "io.triggerflow.").toString());

            assertTrue(of(cold.byEvent(), SERVICES).size() > 50, () -> cold.byEvent()
                    .toString());
            assertTrue(of(cold.byEvent(), "io.triggerflow.").size() > 50, () -> cold.byEvent()
                    .toString());
            assertTrue(primed.byEvent().size() * 10 < cold.byEvent().size(), () -> primed.byEvent()
                    .toString());
        }
    }

    private static Set<String> minus(Set<String> all, Set<String> some) {
        Set<String> rest = new HashSet<>(all);
        rest.removeAll(some);
        return rest;
    }

    /** Not how fast, but that every kind starts: five processes, some seconds. With the archive of all classes, a process that cannot use it does not. */
    @Test
    void measuresEachKind() throws IOException {
        assumeBuilt();
        Ran ran = Ran.of("coldstart", "--runs", "1", "--json");
        assertEquals(0, ran.status(), ran.toString());
        JsonNode report = ran.json();
        assertEquals(
                List.of("NONE", "JDK", "ALL", "JDK"),
                report.path("starts").findValuesAsText("sharedClasses"),
                ran.out());
        assertTrue(report.path("zipMebibytes").asDouble() <= 25, ran.out());
        assertTrue(report.path("archiveMebibytes").asDouble() > 1, ran.out());
        for (JsonNode start : report.path("starts")) {
            assertEquals(1, start.path("samples").size());
            assertTrue(start.path("initMillis").asDouble() > 0, ran.out());
            assertTrue(start.path("firstEventMillis").asDouble() > 0, ran.out());
        }
    }

    @Test
    void refusesWhatMakesNoSense() {
        for (String runs : List.of("0", "-1", "many")) {
            Ran ran = Ran.of("coldstart", "--runs", runs);
            assertEquals(2, ran.status(), ran.toString());
            assertTrue(ran.err().contains("--runs"), ran.toString());
        }
    }
}

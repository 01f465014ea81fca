package io.triggerflow.tests.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.triggerflow.client.HistoryEntry;
import io.triggerflow.client.NewEvent;
import io.triggerflow.client.Run;
import io.triggerflow.client.RunHandle;
import io.triggerflow.client.RunStatus;
import io.triggerflow.client.StartOptions;
import io.triggerflow.client.TriggerflowException;
import io.triggerflow.client.Workspace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestWatcher;

/**
 * What a deployment must do, wherever it is: joins over many events, in any order and more than once; functions, their failures and retries;
 * timers; events of a bus; control of runs. Three back ends run it: this machine ({@link EndToEndTest}), LocalStack ({@link LocalStackTest}) and
 * a stack on AWS ({@link DeployedTest}). No assertion here knows which; what only one of them can do, the others skip with the reason.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(value = 10, unit = TimeUnit.MINUTES)
@ExtendWith(EndToEndSuite.Aloud.class)
abstract class EndToEndSuite {
    private static final ObjectMapper YAML = new YAMLMapper();
    private static final int LAST = 100;
    private static final int KILLS = 5;
    private static final int PACKED = 10;

    private static final String JOIN = """
            workflow: %s
            maxTransitions: 1000000
            triggers:
              - {id: join, on: {type: member}, condition: {threshold: {count: %d}}, actions: [{complete: {arrived: "{%% $outcomes.succeeded %%}"}}]}
            """;

    /** A function that fails, is retried and fails again; a route for that; a fan-out and its join. */
    private static final String FUNCTIONS = """
            workflow: functions
            triggers:
              - id: list
                on: {start: true}
                actions: [{invoke: {function: LIST, payload: {dir: /no/such/directory}, retry: {errors: ["*"], maxAttempts: 2, interval: PT1S, backoff: 1}}}]
              - id: part
                on: {task: list, outcome: failed}
                actions:
                  - set: {caught: "{% $event.data.error %}"}
                  - invoke: {function: MERGE, forEach: "{% [1..2] %}", payload: {parts: []}}
              - id: end
                on: {task: part}
                condition: {join: {size: 2}}
                actions: [{complete: {caught: "{% $run.context.caught %}", files: "{% [$results.files] %}"}}]
            """;

    private static final String TIMER = """
            workflow: timer
            triggers:
              - {id: arm, on: {start: true}, actions: [{schedule: {timer: alarm, after: PT2S}}]}
              - {id: rings, on: {timer: alarm}, actions: [{complete: {rang: "{% $event.time %}"}}]}
            """;

    private static final String ANSWER =
            "{workflow: answer, triggers: [{id: go, on: {start: true}, actions: [{complete: \"{% $run.input %}\"}]}]}";

    private static final String ASKED =
            "{id: asked, on: {source: e2e, type: asked}, actions: [{startRun: {workflow: answer, name: \"{% 'answer-' & $event.id %}\", input: \"{% $event.data %}\"}}]}";

    private static final String WAITS =
            "{workflow: waits, triggers: [{id: go, on: {event: go}, actions: [{complete: \"{% $event.data %}\"}]}]}";

    private final long seed = seed();
    private final Random random = new Random(seed);
    private Backend backend;
    private Backend.Load load;
    private Workspace workspace;

    /** Deploys, or finds what is deployed. Aborts when this back end is not to be had here, saying why. */
    abstract Backend open();

    private static long seed() {
        String given = System.getProperty("seed", "");
        return given.isEmpty() ? System.nanoTime() : Long.parseLong(given);
    }

    @BeforeAll
    @Timeout(value = 25, unit = TimeUnit.MINUTES)
    void begin() {
        backend = open();
        load = backend.load();
        workspace = backend.deployment().workspace();
        System.out.println("end to end on " + backend.name() + ": -Dseed=" + seed);
    }

    @AfterAll
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void end() {
        if (backend != null) {
            backend.close();
        }
    }

    /** Says which tests a back end skips, and why. */
    static final class Aloud implements TestWatcher {
        @Override
        public void testAborted(ExtensionContext context, Throwable cause) {
            System.out.println("end to end: SKIPPED " + context.getDisplayName() + ". " + cause.getMessage());
        }
    }

    // ---- One join ----

    private static List<Backend.Member> members(String run, int size) {
        List<Backend.Member> members = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            members.add(new Backend.Member(run, "m" + i));
        }
        return members;
    }

    private void assertJoined(String run, int size) {
        assertEquals(size, output(run).path("arrived").asInt());
        long firings = workspace.run(run).history().stream()
                .mapToLong(e -> Collections.frequency(e.triggers(), "join"))
                .sum();
        assertEquals(1, firings, "firings of the join in " + run);
    }

    @Test
    @Order(1)
    void oneJoinOfManyEvents() {
        deploy(JOIN.formatted("one", load.one()));
        start("one", "one-clean", Map.of());
        backend.send(members("one-clean", load.one()), 1);
        assertJoined("one-clean", load.one());
        backend.inspect();
    }

    @Test
    @Order(2)
    void itsMetrics() {
        assertEquals(1, backend.counted("RunsStarted"));
        Stack.await("metrics of the run", load.limit(), () -> backend.counted("RunsSucceeded") == 1);
    }

    // ---- Everything else: it waits more than it works, so that all is started before the first end is awaited ----

    @Test
    @Order(3)
    void functionsTimersAndTheBus() {
        String lists = backend.deployment().output("ListFilesFunction");
        deploy(FUNCTIONS
                .replace("LIST", lists)
                .replace("MERGE", backend.deployment().output("MergeCountsFunction")));
        List.of(TIMER, ANSWER, WAITS).forEach(this::deploy);
        workspace.triggers().add(tree(ASKED));
        start("functions", "functions", Map.of());
        start("timer", "timer", Map.of());
        start("waits", "waits", Map.of());
        start("waits", "cancelled", Map.of());
        ask();
        control();

        assertEquals(42, output("answer-question").path("answer").asInt());
        assertTrue(output("timer").hasNonNull("rang"));
        JsonNode functions = output("functions");
        assertTrue(functions.path("caught").asText().contains("IllegalArgument"), functions::toString);
        assertEquals(List.of(0, 0), YAML.convertValue(functions.path("files"), List.class));
        assertEquals(2, launches("functions", lists), "attempts of the function that fails");
    }

    /** An event of the bus, for the standing trigger. */
    private void ask() {
        backend.deployment()
                .put(
                        "e2e",
                        "question",
                        Stack.json(Map.of(
                                "specversion", "1.0",
                                "id", "question",
                                "source", "e2e",
                                "type", "asked",
                                "tfworkspace", workspace.name(),
                                "data", Map.of("answer", 42))));
        // The run is started by the trigger: until then there is none of its name.
        Stack.await("the standing trigger to start a run", load.limit(), () -> {
            try {
                return workspace.run("answer-question").status() != null;
            } catch (TriggerflowException.NotFound e) {
                return false;
            }
        });
    }

    private void control() {
        RunHandle waits = workspace.run("waits");
        assertEquals(RunStatus.PAUSED, waits.pause().status());
        waits.emit(List.of(NewEvent.of("go").withData("held")));
        assertEquals(RunStatus.RUNNING, waits.resume().status());
        assertEquals("held", output("waits").asText());
        workspace.run("cancelled").cancel();
        assertEquals(RunStatus.CANCELLED, ended("cancelled").status());
    }

    @Test
    @Order(4)
    void wordCountOfADirectory() throws IOException {
        Path texts = Stack.root().resolve("functions/examples/texts");
        String seen = backend.seen(texts);
        deploy(Files.readString(Stack.root().resolve("functions/examples/bundles/wordcount.yaml")));
        start("wordcount", "wordcount", Map.of("dir", seen));
        JsonNode output = output("wordcount");
        long words = 0;
        long files = 0;
        try (var all = Files.list(texts)) {
            for (Path file : all.toList()) {
                files++;
                words += Files.readString(file).split("[^\\p{L}\\p{N}'’]+").length;
            }
        }
        assertEquals(files, output.path("files").asLong(), output::toString);
        double counted = output.path("words").asDouble();
        assertTrue(Math.abs(counted - words) < words * 0.05, "Expected about " + words + " words, but got " + counted);
    }

    // ---- Many joins, last: what they leave in the queue is in the way of whatever comes after them ----

    private void joins(String name, int copies) {
        deploy(JOIN.formatted("many", load.members()));
        List<Backend.Member> members = new ArrayList<>();
        for (int j = 0; j < load.joins(); j++) {
            start("many", name + "-" + j, Map.of());
            for (int copy = 0; copy < copies; copy++) {
                members.addAll(members(name + "-" + j, load.members()));
            }
        }
        Collections.shuffle(members, random);
        backend.send(members, PACKED);
        for (int j = 0; j < load.joins(); j++) {
            assertJoined(name + "-" + j, load.members());
        }
        backend.inspect();
    }

    @Test
    @Order(5)
    void manyJoinsSideBySide() {
        joins("clean", load.copies());
    }

    @Test
    @Order(LAST)
    void theSameDuplicatedReorderedAndKilled() {
        try (Backend.Killing killing = backend.killing(KILLS, random)) {
            deploy(JOIN.formatted("one", load.one()));
            start("one", "one-faulty", Map.of());
            List<Backend.Member> members = members("one-faulty", load.one());
            members.addAll(List.copyOf(members));
            Collections.shuffle(members, random);
            backend.send(members, 1);
            joins("faulty", 2);
            assertJoined("one-faulty", load.one());
            assertEquals(KILLS, killing.kills(), "kills of the engine");
        }
    }

    // ---- Runs ----

    private static Object tree(String yaml) {
        try {
            return YAML.readValue(yaml, Object.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void deploy(String yaml) {
        workspace.deploy(tree(yaml));
    }

    private void start(String workflow, String run, Object input) {
        workspace.start(workflow, input, StartOptions.named(run));
    }

    private JsonNode output(String run) {
        Run ended = ended(run);
        assertEquals(RunStatus.SUCCEEDED, ended.status(), () -> ended.json().toString());
        return ended.output();
    }

    private Run ended(String name) {
        Instant end = Instant.now().plus(load.limit());
        while (true) {
            Run run = workspace.run(name).status(Duration.ofSeconds(10));
            if (run.status().isFinished()) {
                return run;
            }
            if (Instant.now().isAfter(end)) {
                throw new AssertionError("Expected run " + name + " to end within " + load.limit() + ", but it is "
                        + run.json() + "; history: " + brief(name));
            }
        }
    }

    private String brief(String run) {
        String history = workspace.run(run).history().stream()
                .map(HistoryEntry::json)
                .toList()
                .toString();
        return history.length() > 4_000 ? history.substring(0, 4_000) + "…" : history;
    }

    /** How often a run launched a function. */
    private long launches(String run, String function) {
        return workspace.run(run).history().stream()
                .flatMap(entry -> entry.json().path("launches").valueStream())
                .filter(l -> l.path("kind").asText().equals("invoke"))
                .filter(l -> l.path("function").asText().equals(function))
                .count();
    }
}

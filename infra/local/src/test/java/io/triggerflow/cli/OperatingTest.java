package io.triggerflow.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.triggerflow.local.LocalRuntime;
import io.triggerflow.local.LocalRuntimeOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/** What people type when something is wrong, against the whole deployment on this machine. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class OperatingTest {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private static final String ACCOUNT = "arn:aws:%s:%s:000000000000:%s";

    /** An application that knows nothing of the engine. */
    private static final String USERS = """
            Transform: AWS::Serverless-2016-10-31
            Globals: {Function: {Runtime: java21, CodeUri: %s, MemorySize: 512, Handler: io.triggerflow.examples.Noop}}
            Resources:
              Results: {Type: AWS::SQS::Queue}
              Theirs: {Type: AWS::Serverless::Function, Properties: {FunctionName: Theirs}}
              Busy:
                Type: AWS::Serverless::Function
                Properties:
                  FunctionName: Busy
                  RecursiveLoop: Allow
                  EventInvokeConfig: {MaximumRetryAttempts: 1, MaximumEventAgeInSeconds: 600, DestinationConfig: {OnSuccess: {Type: SQS, Destination: !GetAtt Results.Arn}}}
            """;

    private static final String WORKFLOW = """
            workflow: theirs
            triggers:
              - {id: launch, on: {start: true}, actions: [{invoke: {function: Theirs, payload: {result: 7}, task: t}}]}
              - {id: end, on: {task: t}, actions: [{complete: "{%% $event.data.result %%}"}]}
            """.replace("%%", "%");

    @TempDir
    private static Path dir;

    private LocalRuntime runtime;
    private URI api;
    private SqsClient sqs;

    @BeforeAll
    void start() throws IOException {
        assumeTrue(
                Files.isRegularFile(Runtimes.home().resolve("functions/target/functions.zip")),
                "functions.zip is not built");
        Path users = Files.writeString(
                Files.createDirectories(dir.resolve("users")).resolve("template.yaml"),
                USERS.formatted(Runtimes.home().resolve("functions/target/functions.zip")));
        LocalRuntimeOptions options = LocalRuntimeOptions.of(Runtimes.template())
                .withPort(0)
                .withParameters(Map.of(
                        "ActionFunctions",
                        ACCOUNT.formatted("lambda", "us-east-1", "function:Theirs"),
                        "SenderRoles",
                        ACCOUNT.formatted("iam", "", "role/users-*")));
        runtime = LocalRuntime.start(new LocalRuntimeOptions(
                List.of(Runtimes.template(), users),
                0,
                options.dataDir(),
                options.isolated(),
                options.faults(),
                options.parameters(),
                options.stackName(),
                options.region(),
                options.requireCredentials(),
                options.clock(),
                options.log(),
                options.metered(),
                options.enforced()));
        api = Runtimes.api(runtime).orElseThrow();
        sqs = SqsClient.builder()
                .endpointOverride(runtime.endpoint())
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build();
    }

    @AfterAll
    void stop() {
        if (runtime != null) {
            sqs.close();
            runtime.close();
        }
    }

    private Ran run(String... args) {
        return Ran.of(withEndpoint(args));
    }

    private String[] withEndpoint(String... args) {
        List<String> all = new ArrayList<>(List.of(args));
        all.addAll(List.of("--endpoint", api.toString()));
        return all.toArray(String[]::new);
    }

    private JsonNode json(String... args) {
        List<String> all = new ArrayList<>(List.of(args));
        all.add("--json");
        Ran ran = run(all.toArray(String[]::new));
        assertEquals(0, ran.status(), ran.toString());
        try {
            return ran.json();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Asks until the answer is as expected. */
    private JsonNode await(Predicate<JsonNode> expected, String... args) {
        Instant end = Instant.now().plus(LIMIT);
        while (true) {
            JsonNode answer = json(args);
            if (expected.test(answer)) {
                return answer;
            }
            assertTrue(Instant.now().isBefore(end), () -> String.join(" ", args) + " still says " + answer);
            LockSupport.parkNanos(20_000_000);
        }
    }

    private String queue(String logicalId) {
        return sqs.getQueueUrl(q -> q.queueName(runtime.templates()
                        .getFirst()
                        .resources()
                        .get(logicalId)
                        .physicalName()))
                .queueUrl();
    }

    private static JsonNode withMessage(JsonNode list, String message) {
        for (JsonNode one : list.path("deadLetters")) {
            if (one.path("message").asText().equals(message)) {
                return one;
            }
        }
        throw new AssertionError("Expected a dead letter '" + message + "', but got " + list);
    }

    @Test
    void deadLettersAreListedShownSentAgainAndForgotten() {
        assertEquals(0, run("dlq", "list").status());
        sqs.sendMessage(m -> m.queueUrl(queue("EventQueue")).messageBody("no JSON"));
        sqs.sendMessage(m -> m.queueUrl(queue("DeadLetterQueue")).messageBody("given up"));
        JsonNode list = await(l -> l.path("deadLetters").size() == 2, "dlq", "list");
        String garbage = withMessage(list, "no JSON").path("id").asText();
        String dead = withMessage(list, "given up").path("id").asText();

        Ran shown = run("dlq", "show", garbage);
        assertTrue(shown.out().contains("reason  Expected JSON"), shown.toString());
        assertTrue(shown.out().contains("no JSON"), shown.toString());
        assertEquals("dead:", json("dlq", "show", dead).path("id").asText().substring(0, 5));
        assertEquals(1, run("dlq", "show", "none").status());
        Ran table = run("dlq", "list");
        assertTrue(table.out().startsWith("ID "), table.toString());
        assertTrue(table.out().contains(dead), table.toString());

        // It is as wrong as before: it comes back, under a name of its own.
        assertEquals(
                garbage,
                json("dlq", "redrive", garbage).path("redriven").path(0).asText());
        JsonNode again = await(l -> l.path("deadLetters").size() == 2, "dlq", "list");
        String second = withMessage(again, "no JSON").path("id").asText();
        assertTrue(!second.equals(garbage), again.toString());

        assertEquals(2, run("dlq", "purge", dead).status(), "nobody is there to be asked");
        assertEquals(1, Ran.typing("n\n", withEndpoint("dlq", "purge", dead)).status());
        assertEquals(2, json("dlq", "list").path("deadLetters").size());
        Ran purged = Ran.typing("y\n", withEndpoint("dlq", "purge", dead));
        assertEquals(0, purged.status(), purged.toString());
        assertTrue(purged.err().contains("Forget 1 dead letter for good? [y/N]"), purged.toString());
        assertEquals(1, json("dlq", "purge", "--all", "--yes").path("purged").size());
        assertEquals(0, json("dlq", "list").path("deadLetters").size());
        assertEquals(2, run("dlq", "redrive").status(), "it must be said which");
        assertEquals(0, run("dlq", "redrive", "--all").status());
    }

    // ---- Functions of others
    // ------------------------------------------------------------------------------------------------

    private TargetFunction.Settings settings(String function) {
        try (Aws aws = new Aws(Optional.of(runtime.endpoint()), "us-east-1")) {
            return TargetFunction.read(aws, function).settings();
        }
    }

    private JsonNode finding(JsonNode examination, String subject, String part) {
        for (JsonNode finding : examination.path("findings")) {
            if (finding.path("subject").asText().equals(subject)
                    && finding.path("found").asText().contains(part)) {
                return finding;
            }
        }
        throw new AssertionError("Expected a finding on " + subject + " with '" + part + "', but got " + examination);
    }

    private JsonNode examine(int status) throws IOException {
        Ran ran = run("doctor", "--json");
        assertEquals(status, ran.status(), ran.toString());
        return ran.json();
    }

    private long invocations(String function) {
        return runtime.usage().totals().functions().containsKey(function)
                ? runtime.usage().totals().functions().get(function).invocations()
                : 0;
    }

    @Test
    void theEndsOfAnAttachedFunctionAreHeard() throws IOException {
        run("deploy", Files.writeString(dir.resolve("theirs.yaml"), WORKFLOW).toString());
        json("start", "theirs", "--name", "unheard");
        await(run -> invocations("Theirs") == 1 && runtime.eventsDone(), "show", "unheard");
        assertEquals("RUNNING", json("show", "unheard").path("status").asText());
        JsonNode finding = finding(examine(1), "Theirs", "its end is not heard");
        assertEquals("triggerflow attach Theirs", finding.path("next").asText());

        TargetFunction.Settings before = settings("Theirs");
        Ran dry = run("attach", "Theirs", "--dry-run");
        assertEquals("Nothing was changed", dry.out().strip(), dry.toString());
        assertTrue(dry.err().contains("recursive loop"), dry.toString());
        assertEquals(before, settings("Theirs"));
        assertEquals(2, run("attach", "Theirs").status(), "nobody is there to be asked");
        assertEquals(1, Ran.typing("\n", withEndpoint("attach", "Theirs")).status());
        assertEquals(before, settings("Theirs"));

        JsonNode attached = json("attach", "Theirs", "--yes");
        assertEquals(6, attached.path("changes").size(), attached.toString());
        assertEquals(Optional.of(0), settings("Theirs").retries());
        json("start", "theirs", "--name", "heard");
        JsonNode heard = await(r -> !r.path("status").asText().equals("RUNNING"), "show", "heard");
        assertEquals(7, heard.path("output").asInt(), heard.toString());
        assertEquals(
                "ok",
                finding(examine(0), "Theirs", "tells how it ends").path("level").asText());
        assertEquals(0, json("attach", "Theirs").path("changes").size(), "once is enough");
        assertEquals(0, json("attach", "Noop").path("changes").size(), "its template has it so");

        json("detach", "Theirs", "--yes");
        assertEquals(before, settings("Theirs"));
        assertEquals(1, run("detach", "Theirs", "--yes").status());
        json("start", "theirs", "--name", "unheard-again");
        await(run -> invocations("Theirs") == 3 && runtime.eventsDone(), "show", "unheard");
        assertEquals("RUNNING", json("show", "unheard-again").path("status").asText());
    }

    @Test
    void destinationsOfItsOwnAreKeptAndRestored() throws IOException {
        TargetFunction.Settings before = settings("Busy");
        Ran refused = run("attach", "Busy", "--yes");
        assertEquals(1, refused.status(), refused.toString());
        assertTrue(refused.err().contains("--replace"), refused.toString());
        assertEquals(before, settings("Busy"));
        JsonNode attached = json("attach", "Busy", "--yes", "--replace");
        assertEquals(Optional.of(600), settings("Busy").ageSeconds());
        assertTrue(attached.path("refused").path("next").asText().contains("ActionFunctions="), attached.toString());

        try (Aws aws = new Aws(Optional.of(runtime.endpoint()), "us-east-1")) {
            TargetFunction.read(aws, "Busy").putRecursion(aws, "Terminate");
        }
        Ran changed = run("detach", "Busy", "--yes");
        assertEquals(1, changed.status(), changed.toString());
        assertTrue(changed.err().contains("recursive loop from Allow to Terminate"), changed.toString());
        json("detach", "Busy", "--yes", "--replace");
        assertEquals(before, settings("Busy"));
        assertEquals(1, run("attach", "Nobody", "--yes").status());
        assertEquals(1, run("attach", "triggerflow-EngineFunction", "--yes").status(), "the engine's own");
    }

    // ---- Examination
    // --------------------------------------------------------------------------------------------------------

    @Test
    void theDoctorSaysWhatIsBrokenAndWhatToType() throws IOException {
        Ran healthy = run("doctor");
        assertTrue(healthy.out().contains("ok    api"), healthy.toString());
        finding(json("doctor"), "queue", "after 10 times");

        try (Aws aws = new Aws(Optional.of(runtime.endpoint()), "us-east-1")) {
            JsonNode mapping = aws.rest("lambda", "GET", "/2015-03-31/event-source-mappings", Session.JSON.nullNode());
            JsonNode engines = mapping.path("EventSourceMappings").path(0);
            String path =
                    "/2015-03-31/event-source-mappings/" + engines.path("UUID").asText();
            aws.rest("lambda", "PUT", path, Session.JSON.createObjectNode().put("Enabled", false));
            JsonNode broken = examine(1);
            String subject =
                    engines.path("EventSourceArn").asText().endsWith("DeadLetterQueue") ? "dead letters" : "engine";
            String next = finding(broken, subject, "reads its queue: Disabled")
                    .path("next")
                    .asText();
            assertTrue(next.contains("update-event-source-mapping --enabled"), next);
            aws.rest("lambda", "PUT", path, Session.JSON.createObjectNode().put("Enabled", true));
        }

        sqs.setQueueAttributes(
                q -> q.queueUrl(queue("EventQueue")).attributes(Map.of(QueueAttributeName.VISIBILITY_TIMEOUT, "20")));
        assertEquals(
                "fail",
                finding(examine(1), "queue", "comes again after 20 s")
                        .path("level")
                        .asText());
        sqs.setQueueAttributes(
                q -> q.queueUrl(queue("EventQueue")).attributes(Map.of(QueueAttributeName.VISIBILITY_TIMEOUT, "180")));
        Ran nowhere = Ran.of("doctor", "--endpoint", runtime.endpoint() + "/_api/other");
        assertEquals(2, nowhere.status(), nowhere.toString());
    }
}

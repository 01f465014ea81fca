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
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sqs.SqsClient;

/** What people type when something is wrong, against the whole deployment on this machine. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class OperatingTest {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private LocalRuntime runtime;
    private URI api;
    private SqsClient sqs;

    @BeforeAll
    void start() {
        assumeTrue(
                Files.isRegularFile(Runtimes.home().resolve("functions/target/functions.zip")),
                "functions.zip is not built");
        runtime = LocalRuntime.start(LocalRuntimeOptions.of(Runtimes.template()).withPort(0));
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
}

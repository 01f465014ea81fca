package io.triggerflow.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/** The client over real HTTP. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class TriggerflowClientTest {
    private static final String RUNNING =
            "{'workspace':'w','name':'r','workflow':'f','version':'v','status':'RUNNING','startedAt':'2026-11-01T10:00:00Z'}";
    private static final String SUCCEEDED =
            "{'workspace':'w','name':'r','workflow':'f','version':'v','status':'SUCCEEDED','startedAt':'2026-11-01T10:00:00Z','endedAt':'2026-11-01T10:00:02Z','output':{'n':7}}";
    private static final String FAILED =
            "{'workspace':'w','name':'r','workflow':'f','version':'v','status':'FAILED','startedAt':'2026-11-01T10:00:00Z','failure':"
                    + "{'error':'JoinFailed','message':'3 of 4','at':'joined','cause':{'error':'Boom','message':'','at':'map'}}}";

    private FakeApi api;
    private TriggerflowClient client;

    @BeforeEach
    void start() throws IOException {
        api = new FakeApi();
        client = api.client();
    }

    @AfterEach
    void stop() {
        client.close();
        api.close();
    }

    @Test
    void everyRequestIsSigned() {
        api.answer(200, "{'ok':true}");
        client.health();
        String signature = api.asked.getFirst().header("Authorization");
        assertTrue(signature.startsWith("AWS4-HMAC-SHA256 Credential=local/"), signature);
        assertTrue(signature.contains("/us-east-1/execute-api/aws4_request"), signature);
        assertTrue(signature.contains("SignedHeaders=") && signature.contains("host"), signature);
        assertFalse(api.asked.getFirst().header("X-amz-date").isEmpty());
    }

    @Test
    void sessionCredentialsAndRegionOfTheCaller() {
        api.answer(200, "{}");
        var credentials = StaticCredentialsProvider.create(AwsSessionCredentials.create("AK", "secret", "token"));
        try (TriggerflowClient other = FakeApi.builder()
                .endpoint(api.uri())
                .region("eu-west-1")
                .credentials(credentials)
                .build()) {
            other.health();
        }
        assertTrue(api.asked.getFirst().header("Authorization").contains("Credential=AK/"));
        assertTrue(api.asked.getFirst().header("Authorization").contains("/eu-west-1/"));
        assertEquals("token", api.asked.getFirst().header("X-amz-security-token"));
    }

    @Test
    void aRepeatedStartIsTheSameRun() {
        api.answer(503, "").answer(429, "{}", Map.of("Retry-After", "0")).answer(201, RUNNING);
        RunHandle run = client.workspace("w").start("f", Map.of("a", 1));
        assertEquals(3, api.asked.size());
        assertEquals(
                1,
                api.asked.stream()
                        .map(a -> a.json().path("name").asText())
                        .distinct()
                        .count());
        assertEquals(run.name(), api.asked.getFirst().json().path("name").asText());
        assertEquals(1, api.asked.getFirst().json().path("input").path("a").asInt());
    }

    @Test
    void namedAndVersionedStart() {
        api.answer(200, RUNNING);
        client.workspace("w").start("f", null, StartOptions.named("a/b").withVersion("2"));
        assertEquals("a/b", api.asked.getFirst().json().path("name").asText());
        assertEquals("2", api.asked.getFirst().json().path("version").asText());
        client.workspace("w").run("a/b c").status();
        assertEquals("/workspaces/w/runs/a%2Fb%20c", api.asked.get(1).uri().getRawPath());
    }

    @Test
    void givesUpAfterBoundedRetries() {
        api.answer(500, "{'error':'Broken','message':'Expected a table, but there is none'}");
        var e = assertThrows(TriggerflowException.Unavailable.class, () -> client.health());
        assertEquals(4, api.asked.size());
        assertEquals(500, e.status());
        assertEquals("Expected a table, but there is none", e.getMessage());
    }

    @Test
    void errorsAreTold() {
        api.answer(404, "{'error':'NotFound','message':'no such run'}");
        assertEquals(
                "no such run",
                assertThrows(
                                TriggerflowException.NotFound.class,
                                () -> client.workspace("w").run("r").status())
                        .getMessage());
    }

    @Test
    void mistakesAreNotRepeated() {
        api.answer(
                        400,
                        "{'error':'Invalid','message':'Expected a list','path':'$.triggers','problems':[{'path':'$.triggers','message':'Expected a list'},{'path':'$.x','message':'y'}]}")
                .answer(409, "{'error':'Conflict','message':'other input'}")
                .answer(403, "{'Message':'no'}");
        var invalid = assertThrows(
                TriggerflowException.Invalid.class, () -> client.workspace("w").deployText("{}"));
        assertEquals("$.triggers", invalid.path());
        assertEquals("Invalid", invalid.error());
        assertEquals("$.x", invalid.problems().get(1).path());
        assertThrows(TriggerflowException.Conflict.class, () -> client.workspace("w")
                .start("f", 1, StartOptions.named("r")));
        assertEquals(
                "no",
                assertThrows(TriggerflowException.Denied.class, () -> client.workspace("w")
                                .get())
                        .getMessage());
        assertEquals(3, api.asked.size());
    }

    @Test
    void anAnswerThatIsNotOurs() {
        api.answer(200, "<html>hello</html>");
        assertTrue(assertThrows(TriggerflowException.class, () -> client.health())
                .getMessage()
                .contains("<html>hello"));
    }

    @Test
    void nobodyThere() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        try (TriggerflowClient nobody = FakeApi.builder()
                .endpoint(URI.create("http://127.0.0.1:" + port))
                .build()) {
            var e = assertThrows(TriggerflowException.Unavailable.class, nobody::health);
            assertEquals(0, e.status());
            assertTrue(e.getMessage().contains("127.0.0.1:" + port), e.getMessage());
        }
    }

    @Test
    void awaitsTheResultByLongPolling() throws Exception {
        api.answer(200, RUNNING).answer(200, RUNNING).answer(200, SUCCEEDED);
        assertEquals(
                7,
                client.workspace("w")
                        .run("r")
                        .await(Duration.ofSeconds(20))
                        .path("n")
                        .asInt());
        assertEquals("wait=20", api.asked.getFirst().uri().getQuery());
        assertEquals(
                Map.of("n", 7), client.workspace("w").run("r").result(Map.class).get(20, TimeUnit.SECONDS));
    }

    @Test
    void aFailedRunIsAnException() {
        api.answer(200, FAILED);
        var e = assertThrows(
                CompletionException.class,
                () -> client.workspace("w").run("r").result().join());
        Run run = assertInstanceOf(TriggerflowException.RunFailed.class, e.getCause())
                .run();
        assertEquals(RunStatus.FAILED, run.status());
        assertEquals(
                "JoinFailed: 3 of 4 (at joined) <- Boom (at map)",
                run.failure().orElseThrow().toString());
    }

    @Test
    void awaitingEndsInTime() {
        api.answer(200, RUNNING);
        assertThrows(
                TimeoutException.class, () -> client.workspace("w").run("r").await(Duration.ofMillis(300)));
    }

    @Test
    void manyEventsAreSentInParts() {
        api.answer(202, "{}");
        List<NewEvent> events = IntStream.range(0, 2_500)
                .mapToObj(i -> NewEvent.of("t").withSubject("s" + i).withData(Map.of("i", i)))
                .toList();
        client.workspace("w").emit(events);
        assertEquals(
                List.of(1_000, 1_000, 500),
                api.asked.stream().map(a -> a.json().size()).toList());
        var first = api.asked.getFirst().json().path(0);
        assertEquals("1.0", first.path("specversion").asText());
        assertEquals(events.getFirst().id(), first.path("id").asText());
        assertEquals(0, first.path("data").path("i").asInt());
    }

    @Test
    void pagesOfRuns() {
        api.answer(200, "{'runs':[" + SUCCEEDED + "],'next':'t1'}").answer(200, "{'runs':[]}");
        Page<Run> page = client.workspace("w").runs(Optional.of(RunStatus.SUCCEEDED), 1, Optional.empty());
        assertEquals(Optional.of("t1"), page.next());
        assertEquals(Duration.ofSeconds(2), page.items().getFirst().took(java.time.Instant.EPOCH));
        assertEquals(
                Optional.empty(),
                client.workspace("w").runs(Optional.empty(), 1, page.next()).next());
        assertEquals("limit=1&token=t1", api.asked.get(1).uri().getQuery());
    }

    @Test
    void findsTheAddressInAStacksOutputs() {
        api.answer(
                200,
                "<R><Stacks><member><Outputs><member><OutputKey>Other</OutputKey><OutputValue>x</OutputValue></member>"
                        + "<member><OutputKey>ApiUrl</OutputKey><OutputValue>" + api.uri()
                        + "/_api/Api</OutputValue></member></Outputs></member></Stacks></R>");
        api.answer(200, "{'ok':true}");
        try (TriggerflowClient found = FakeApi.builder()
                .environment(Map.of("AWS_ENDPOINT_URL", api.uri().toString()))
                .stack("tf")
                .build()) {
            found.health();
        }
        assertTrue(new String(api.asked.getFirst().body(), java.nio.charset.StandardCharsets.UTF_8)
                .contains("StackName=tf"));
        assertTrue(api.asked.getFirst().header("Authorization").contains("/cloudformation/"));
        assertEquals("/_api/Api/health", api.asked.get(1).uri().getPath());
    }

    @Test
    void theEnvironmentNamesTheAddress() {
        api.answer(200, "{}");
        try (TriggerflowClient named = FakeApi.builder()
                .environment(Map.of("TRIGGERFLOW_API", api.uri() + "/base/"))
                .build()) {
            named.health();
        }
        assertEquals("/base/health", api.asked.getFirst().uri().getPath());
    }
}

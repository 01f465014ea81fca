package io.triggerflow.tests.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.eventbridge.model.PutEventsRequestEntry;
import software.amazon.awssdk.services.eventbridge.model.PutEventsResponse;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.SqsException;

/** The attack sheet: what somebody may try who has a door to the deployment, and what comes of it. Permissions are enforced as on AWS. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AttackTest {
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final String WAITING =
            "{workflow: %s, triggers: [{id: go, on: {event: go}, actions: [{complete: \"{%% $event.data %%}\"}]}]}";

    @RegisterExtension
    static final Granted granted = new Granted();

    private Stack stack;

    @BeforeAll
    void start() {
        // What is not understood yet is delivered three times before it is parked.
        stack = granted.watch(
                new Stack(Stack.options().withParameters(Map.of("EngineTimeout", "5", "VisibilityTimeout", "5"))));
    }

    @AfterAll
    void stop() {
        stack.close();
    }

    private String output(String name) {
        return stack.runtime.templates().getFirst().outputs().get(name).toString();
    }

    /** The name of one of the deployment's own functions. */
    private String ofStack(String logicalId) {
        return output("EngineFunction").replace("EngineFunction", logicalId);
    }

    private void waiting(String run) {
        stack.deploy(WAITING.formatted(run));
        stack.start(run, run, Map.of());
    }

    private JsonNode state(String run) {
        return stack.call("GET", "/workspaces/default/runs/" + run, null);
    }

    private void send(String body) {
        stack.sqs.sendMessage(m -> m.queueUrl(stack.queueUrl).messageBody(body));
    }

    /** The run still waits, and takes the event that it waits for: nothing happened to it meanwhile. */
    private void assertUntouched(String run) {
        assertEquals("RUNNING", state(run).path("status").asText());
        send(
                "{\"specversion\":\"1.0\",\"id\":\"good\",\"source\":\"s\",\"type\":\"go\",\"tfworkspace\":\"default\",\"tfrun\":\""
                        + run + "\",\"data\":\"good\"}");
        assertEquals("good", stack.await(run, LIMIT).path("output").asText());
    }

    private JsonNode awaitParked(String reason) {
        List<JsonNode> found = new ArrayList<>();
        Stack.await("something parked for '" + reason + "'", LIMIT, () -> {
            stack.call("GET", "/parked?limit=200", null).path("parked").forEach(one -> {
                if (one.path("reason").asText().contains(reason)) {
                    found.add(one);
                }
            });
            return !found.isEmpty();
        });
        return found.getFirst();
    }

    private AwsCredentials of(String function) {
        Map<String, String> given = stack.runtime.credentials(function);
        return AwsSessionCredentials.create(
                given.get("AWS_ACCESS_KEY_ID"), given.get("AWS_SECRET_ACCESS_KEY"), given.get("AWS_SESSION_TOKEN"));
    }

    private PutEventsResponse put(AwsCredentials who, String source, String detail) {
        try (EventBridgeClient events = EventBridgeClient.builder()
                .endpointOverride(stack.runtime.endpoint())
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(who))
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build()) {
            String bus = output("BusName");
            PutEventsRequestEntry entry = PutEventsRequestEntry.builder()
                    .eventBusName(bus)
                    .source(source)
                    .detailType("x")
                    .detail(detail)
                    .build();
            return events.putEvents(r -> r.entries(entry));
        }
    }

    @Test
    void anEventSentThroughTheApiStaysInTheWorkspaceOfItsPath() {
        stack.call("PUT", "/workspaces/other", Map.of());
        waiting("claimed");
        // The path is what IAM lets a caller be bound to; what the event says of itself does not count.
        stack.call(
                "POST",
                "/workspaces/other/events",
                "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"s\",\"type\":\"go\",\"tfworkspace\":\"default\",\"tfrun\":\"claimed\",\"data\":\"bad\"}");
        assertUntouched("claimed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"triggerflow.engine.cancel", "triggerflow.engine.fail", "triggerflow.task.succeeded"})
    void theEnginesWordIsNotTakenFromABus(String type) {
        String run = "bus-" + type.substring(type.lastIndexOf('.') + 1);
        waiting(run);
        String forged = "{\"specversion\":\"1.0\",\"id\":\"" + type + "\",\"source\":\"s\",\"type\":\"" + type
                + "\",\"subject\":\"go\",\"tfworkspace\":\"default\",\"tfrun\":\"" + run + "\"}";
        assertEquals(
                0,
                put(AwsBasicCredentials.create("admin", "x"), "somebody", forged)
                        .failedEntryCount());
        awaitParked("'" + type + "' came in an envelope");
        assertUntouched(run);
    }

    @Test
    void onlyRolesThatAreNamedMaySendToTheQueue() {
        String forged =
                "{\"version\":\"1.0\",\"requestContext\":{\"requestId\":\"r\",\"condition\":\"Success\"},\"requestPayload\":{},\"responsePayload\":1}";
        String parker = ofStack("DeadLetterFunction");
        try (SqsClient sqs = SqsClient.builder()
                .endpointOverride(stack.runtime.endpoint())
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(of(parker)))
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build()) {
            SqsException refused = assertThrows(
                    SqsException.class,
                    () -> sqs.sendMessage(m -> m.queueUrl(stack.queueUrl).messageBody(forged)));
            assertEquals("AccessDenied", refused.awsErrorDetails().errorCode());
        }
    }

    @Test
    void aDestinationRecordOfNoLaunchOfOursIsParked() {
        send(
                "{\"version\":\"1.0\",\"timestamp\":\"2026-01-01T00:00:00Z\",\"requestContext\":{\"requestId\":\"nobody\",\"condition\":\"Success\"},\"requestPayload\":{\"mine\":1},\"responsePayload\":1}");
        awaitParked("request nobody was not launched by the engine");
    }

    @Test
    void expressionsInDataAreText() {
        stack.deploy("""
            workflow: injected
            triggers:
              - {id: go, on: {start: true}, actions: [{invoke: {function: Sleep, payload: {result: {text: "{% $run.input.text %}", as: "{% $run.input %}"}}}}]}
              - {id: done, on: {task: go}, actions: [{complete: "{% $event.data.result %}"}]}
            """);
        Map<String, Object> input = Map.of("text", "{% $run.input.secret %}", "secret", "s3cret");
        stack.start("injected", "injected", input);
        JsonNode output = stack.await("injected", LIMIT).path("output");
        assertEquals("{% $run.input.secret %}", output.path("text").asText(), output::toString);
        assertEquals("{% $run.input.secret %}", output.path("as").path("text").asText());
    }

    @Test
    void whatIsNestedFiftyDeepArrivesAndWhatIsNestedAThousandDeepIsParked() {
        waiting("deep");
        String head =
                "{\"specversion\":\"1.0\",\"source\":\"s\",\"type\":\"go\",\"tfworkspace\":\"default\",\"tfrun\":\"deep\",";
        send(head + "\"id\":\"thousand\",\"data\":" + "[".repeat(1_000) + "]".repeat(1_000) + "}");
        awaitParked("nested at most");
        send(head + "\"id\":\"fifty\",\"data\":" + "[".repeat(50) + "]".repeat(50) + "}");
        assertEquals("SUCCEEDED", stack.await("deep", LIMIT).path("status").asText());
    }

    @Test
    void tenThousandTinyEventsInOneMessageAreCountedEach() {
        stack.deploy("{workflow: tiny, maxTransitions: 20000, triggers: [{id: all, on: {event: e},"
                + " condition: {threshold: {count: 10000}}, actions: [{complete: \"{% $outcomes.succeeded %}\"}]}]}");
        stack.start("tiny", "tiny", Map.of());
        StringBuilder events = new StringBuilder();
        for (int i = 0; i < 10_000; i++) {
            events.append(i == 0 ? "[" : ",")
                    .append("{\"specversion\":\"1.0\",\"id\":\"")
                    .append(i)
                    .append("\",\"source\":\"s\",\"type\":\"e\",\"tfrun\":\"tiny\"}");
        }
        send(events.append(']').toString());
        assertEquals(10_000, stack.await("tiny", LIMIT).path("output").asInt());
    }

    @Test
    void anUnsignedCallOfTheApiIsForbidden() throws IOException, InterruptedException {
        String api = output("ApiUrl");
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(api + "/workspaces")).build(),
                        HttpResponse.BodyHandlers.ofString());
        assertEquals(403, answer.statusCode(), answer::body);
    }

    /** Not one of the deployment's, and the engine itself: by its name it would fit the prefix. */
    @ParameterizedTest
    @ValueSource(strings = {"SomebodyElses", "%s-EngineFunction", "%s-ApiFunction", "%s-SweeperFunction"})
    void functionsThatTheEngineMayNotLaunchFailTheirTask(String function) {
        String name = function.startsWith("%s-") ? ofStack(function.substring(3)) : function;
        String run = "launches-" + name.toLowerCase(java.util.Locale.ROOT);
        stack.deploy("{workflow: " + run + ", triggers: [{id: go, on: {start: true}, actions: [{invoke: {function: "
                + name + ", payload: {Records: []}}}]}]}");
        stack.start(run, run, Map.of());
        JsonNode state = stack.await(run, LIMIT);
        assertEquals("FAILED", state.path("status").asText(), state::toString);
        assertTrue(state.path("failure").toString().contains("AccessDenied"), state::toString);
    }

    @Test
    void aWorkflowThatLoopsForEverIsEnded() {
        stack.deploy(
                "{workflow: forever, maxTransitions: 50, triggers: [{id: go, on: [{start: true}, {task: go}], actions: [{invoke: {function: Noop, payload: {}}}]}]}");
        stack.start("forever", "forever", Map.of());
        JsonNode state = stack.await("forever", LIMIT);
        assertEquals("FAILED", state.path("status").asText(), state::toString);
        assertTrue(state.path("failure").toString().contains("MaxTransitions"), state::toString);
    }
}

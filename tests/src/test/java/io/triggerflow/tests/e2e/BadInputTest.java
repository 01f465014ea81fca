package io.triggerflow.tests.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.eventbridge.model.PutEventsRequestEntry;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import software.amazon.awssdk.services.sqs.model.SqsException;

/** What comes in wrong, by the doors that are open to everybody: each case has an outcome; nothing is lost, and nothing loops. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class BadInputTest {
    private static final Duration LIMIT = Duration.ofSeconds(40);
    private static final String RUNS = "/workspaces/default/runs/";

    @RegisterExtension
    static final Granted granted = new Granted();

    private Stack stack;
    /** Messages that the engine fails on each time, sent first: ten deliveries take a while. */
    private final List<String> poison = new ArrayList<>();

    @BeforeAll
    void start() {
        stack = granted.watch(
                new Stack(Stack.options().withParameters(Map.of("EngineTimeout", "5", "VisibilityTimeout", "5"))));
        // Refers to data that is not there, and a directive of the engine that no engine wrote.
        poison.add(
                send(
                        "{\"specversion\":\"1.0\",\"id\":\"p1\",\"source\":\"e2e\",\"type\":\"x\",\"tfworkspace\":\"default\",\"tfdataref\":\"payloads/none\"}"));
        stack.deploy("{workflow: poisoned, triggers: [{id: go, on: {event: go}, actions: [{complete: fine}]}]}");
        stack.start("poisoned", "poisoned-1", Map.of());
        poison.add(send(Stack.event("p2", "triggerflow.engine.fanout", "poisoned-1")));
    }

    @AfterAll
    void stop() {
        stack.close();
    }

    private String send(String body) {
        return stack.sqs
                .sendMessage(m -> m.queueUrl(stack.queueUrl).messageBody(body))
                .messageId();
    }

    private Optional<JsonNode> parked(String text) {
        String token = "";
        do {
            JsonNode page = stack.call("GET", "/parked?limit=200" + token, null);
            for (JsonNode one : page.path("parked")) {
                if (one.path("id").asText().contains(text)
                        || one.path("message").path("id").asText().equals(text)) {
                    return Optional.of(one);
                }
            }
            token = page.has("next")
                    ? "&token="
                            + java.net.URLEncoder.encode(
                                    page.get("next").asText(), java.nio.charset.StandardCharsets.UTF_8)
                    : "";
        } while (!token.isEmpty());
        return Optional.empty();
    }

    private JsonNode awaitParked(String text, Duration limit) {
        Stack.await("'" + text + "' to be parked", limit, () -> parked(text).isPresent());
        return parked(text).orElseThrow();
    }

    private void assertParked(String text, String reason) {
        JsonNode found = awaitParked(text, LIMIT);
        assertTrue(found.path("reason").asText().contains(reason), found::toString);
    }

    private JsonNode run(String name, Object input, String bundle) {
        stack.deploy("workflow: " + name + "\n" + bundle);
        stack.start(name, name, input);
        return stack.await(name, LIMIT);
    }

    private JsonNode succeeds(String name, Object input, String bundle) {
        JsonNode state = run(name, input, bundle);
        assertEquals("SUCCEEDED", state.path("status").asText(), () -> shortened(state));
        return state.path("output");
    }

    /** The run fails; answers the failure, whose chain of causes has the error. */
    private JsonNode fails(String name, Object input, String error, String bundle) {
        JsonNode state = run(name, input, bundle);
        assertEquals("FAILED", state.path("status").asText(), () -> shortened(state));
        JsonNode cause = state.path("failure");
        while (!cause.isMissingNode() && !cause.path("error").asText().equals(error)) {
            cause = cause.path("cause");
        }
        assertEquals(error, cause.path("error").asText(), () -> shortened(state));
        return cause;
    }

    private static String shortened(JsonNode json) {
        String text = json.toString();
        return text.length() <= 2_000 ? text : text.substring(0, 2_000) + "…";
    }

    private JsonNode history(String run) {
        return stack.call("GET", RUNS + run + "/history", null).path("entries");
    }

    // ---- Messages
    // ----------------------------------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{oops",
                "nonsense",
                "[]",
                "null",
                "42",
                "\"text\"",
                "{}",
                "{\"a\":1}",
                "{\"specversion\":\"1.0\"}",
                "{\"specversion\":\"2.0\",\"id\":\"1\"}",
                "{\"a\":\"\\ud800\"}",
                "[1, 2]"
            })
    void malformedMessagesAreParkedWithTheirReason(String body) {
        String id = send(body);
        JsonNode found = awaitParked("message:" + id, LIMIT);
        assertTrue(found.path("reason").asText().startsWith("Expected"), found::toString);
        assertFalse(parked("dead:" + id).isPresent());
    }

    @Test
    void deepJsonIsParkedAndFiftyLevelsTravelIntact() {
        String id = send(
                Stack.event("deep", "x", "r").replace("}", ",\"data\":" + "[".repeat(5_000) + "]".repeat(5_000) + "}"));
        assertParked("message:" + id, "nest");
        Object nested = "bottom";
        for (int i = 0; i < 50; i++) {
            nested = i % 2 == 0 ? List.of(nested) : Map.of("in", nested);
        }
        JsonNode output = succeeds("deep50", Map.of("deep", nested), """
            triggers:
              - {id: go, on: {start: true}, actions: [{set: {deep: "{% $event.data.deep %}"}}, {invoke: {function: Sleep, payload: {result: "{% [[$event.data.deep]] %}"}}}]}
              - {id: done, on: {task: go}, actions: [{complete: "{% $event.data.result %}"}]}
            """);
        JsonNode inner = output;
        while (inner.isContainerNode()) {
            inner = inner.elements().next();
        }
        assertEquals("bottom", inner.asText());
    }

    @Test
    void eventsForNobodyKnownAreParked() {
        send(
                "{\"specversion\":\"1.0\",\"id\":\"lost-1\",\"source\":\"e2e\",\"type\":\"x\",\"tfworkspace\":\"nowhere\"}");
        send(
                "{\"specversion\":\"1.0\",\"id\":\"lost-2\",\"source\":\"e2e\",\"type\":\"x\",\"tfworkspace\":\"default\",\"tfrun\":\"no-such-run\"}");
        assertParked("lost-1", "nowhere");
        assertParked("lost-2", "no-such-run");
        assertEquals(
                404,
                stack.tryCall("POST", "/workspaces/nowhere/events", Map.of("type", "x"))
                        .path("$status")
                        .asInt());
        assertEquals(
                404,
                stack.tryCall("POST", RUNS + "no-such-run/events", Map.of("type", "x"))
                        .path("$status")
                        .asInt());
        assertEquals(
                404,
                stack.tryCall("GET", RUNS + "no-such-run", null).path("$status").asInt());
        assertEquals(
                404,
                stack.tryCall("POST", "/workspaces/default/runs", Map.of("workflow", "no-such-workflow", "name", "x"))
                        .path("$status")
                        .asInt());
        assertEquals(
                400,
                stack.tryCall("POST", "/workspaces/default/events", "{oops")
                        .path("$status")
                        .asInt());
        assertEquals(
                400,
                stack.tryCall("POST", "/workspaces/default/runs", Map.of("workflow", "poisoned", "name", "no#name"))
                        .path("$status")
                        .asInt());
    }

    @Test
    void eventsForAFinishedRunAreParkedAndChangeNothing() {
        succeeds(
                "finished",
                Map.of(),
                "triggers: [{id: go, on: {start: true}, actions: [{complete: 1}]}, {id: more, on: {event: more}, actions: [{complete: 2}]}]");
        JsonNode before = stack.call("GET", RUNS + "finished", null);
        int entries = history("finished").size();
        send(Stack.event("late-1", "more", "finished"));
        assertParked("late-1", "finished");
        assertEquals(before, stack.call("GET", RUNS + "finished", null));
        assertEquals(entries, history("finished").size());
    }

    @Test
    void noiseOnTheBusIsDropped() {
        String bus =
                stack.runtime.templates().getFirst().outputs().get("BusName").toString();
        try (EventBridgeClient events = EventBridgeClient.builder()
                .endpointOverride(stack.runtime.endpoint())
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build()) {
            for (int i = 0; i < 5; i++) {
                String detail = "{\"n\":" + i + "}";
                var entry = PutEventsRequestEntry.builder()
                        .eventBusName(bus)
                        .source("noise")
                        .detailType("noise.made")
                        .detail(detail)
                        .build();
                events.putEvents(r -> r.entries(entry));
            }
        }
        succeeds("after-noise", Map.of(), "triggers: [{id: go, on: {start: true}, actions: [{complete: 1}]}]");
        for (JsonNode one : stack.call("GET", "/parked?limit=200", null).path("parked")) {
            assertFalse(one.toString().contains("noise.made"), one::toString);
        }
    }

    @Test
    void largeEventsArriveAndTooLargeOnesAreRefused() {
        String bundle =
                "triggers: [{id: go, on: {event: big}, condition: {threshold: {count: 2}}, actions: [{complete: \"{% $length($event.data.blob) %}\"}]}]";
        stack.deploy("workflow: big\n" + bundle);
        stack.start("big", "big", Map.of());
        String blob = "x".repeat(1_040_000);
        send(Stack.event("big-1", "big", "big").replace("}", ",\"data\":{\"blob\":\"" + blob + "\"}}"));
        stack.call("POST", RUNS + "big/events", Map.of("type", "big", "data", Map.of("blob", blob)));
        JsonNode state = stack.await("big", LIMIT);
        assertEquals(1_040_000, state.path("output").asInt(), () -> shortened(state));
        String tooLarge = "x".repeat(1 << 20);
        assertEquals(
                413,
                stack.tryCall("POST", RUNS + "big/events", Map.of("type", "big", "data", Map.of("blob", tooLarge)))
                        .path("$status")
                        .asInt());
        assertThrows(
                SqsException.class,
                () -> send(
                        Stack.event("big-3", "big", "big").replace("}", ",\"data\":{\"blob\":\"" + tooLarge + "\"}}")));
    }

    @Test
    void dataByReferenceArrivesIntact() {
        StringBuilder blob = new StringBuilder();
        for (int i = 0; i < 60_000; i++) {
            blob.append("ä").append(i);
        }
        JsonNode output = succeeds("intact", Map.of("blob", blob.toString()), """
            triggers:
              - {id: go, on: {start: true}, actions: [{emit: {type: again, delay: PT1S}}]}
              - {id: call, on: {event: again}, actions: [{invoke: {function: Sleep, payload: {result: "{% $event.data.blob %}"}}}]}
              - {id: done, on: {task: call}, actions: [{set: {kept: "{% $event.data.result %}"}}, {complete: {out: "{% $run.context.kept %}"}}]}
            """);
        assertEquals(blob.toString(), output.path("out").asText());
    }

    // ---- Bundles
    // -----------------------------------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"workflow\":\"w\",\"triggers\":[{\"id\":\"a\",\"on\":{\"start\":true},\"condition\":\"sometimes\",\"actions\":[]}]}|condition",
                "{\"workflow\":\"w\",\"triggers\":[{\"id\":\"a\",\"on\":{\"start\":true},\"condition\":{\"moon\":{}},\"actions\":[]}]}|condition",
                "{\"workflow\":\"w\",\"triggers\":[{\"id\":\"a\",\"on\":{\"start\":true},\"condition\":{\"join\":{\"size\":0}},\"actions\":[]}]}|size",
                "{\"workflow\":\"w\",\"triggers\":[{\"id\":\"a\",\"on\":{\"start\":true},\"condition\":{\"join\":{}},\"actions\":[]}]}|join",
                "{\"workflow\":\"w\",\"triggers\":[{\"id\":\"a\",\"on\":{\"start\":true},\"condition\":{\"join\":{\"members\":[]}},\"actions\":[]}]}|members",
                "{\"workflow\":\"w\",\"triggers\":[{\"id\":\"a\",\"on\":{\"start\":true},\"condition\":{\"when\":\"{% 1 + %}\"},\"actions\":[]}]}|when",
                "{\"workflow\":\"w\",\"triggers\":[{\"id\":\"a\",\"on\":{\"start\":true},\"actions\":[{\"explode\":{}}]}]}|actions",
                "{\"workflow\":\"w\",\"triggers\":[{\"id\":\"a\",\"on\":{\"start\":true},\"actions\":[{\"invoke\":{}}]}]}|invoke",
                "{\"workflow\":\"w\",\"triggers\":[{\"id\":\"a\",\"on\":{\"start\":true},\"actions\":[]},{\"id\":\"a\",\"on\":{\"start\":true},\"actions\":[]}]}|triggers",
                "{\"workflow\":\"w\",\"triggers\":[]}|triggers",
                "{\"workflow\":\"w\"}|",
                "{\"workflow\":\"w\",\"timeout\":\"soon\",\"triggers\":[{\"id\":\"a\",\"on\":{\"start\":true},\"actions\":[]}]}|timeout",
                "{\"workflow\":\"w\",\"colour\":1,\"triggers\":[{\"id\":\"a\",\"on\":{\"start\":true},\"actions\":[]}]}|colour",
                "[]|",
                "null|",
                "{oops|",
                "\"text\"|"
            })
    void invalidBundlesAreRefusedWithThePath(String bundleAndPath) {
        int bar = bundleAndPath.lastIndexOf('|');
        JsonNode answer = stack.tryCall("POST", "/workspaces/default/workflows", bundleAndPath.substring(0, bar));
        assertEquals(400, answer.path("$status").asInt(), answer::toString);
        assertTrue(answer.path("path").asText().contains(bundleAndPath.substring(bar + 1)), answer::toString);
        assertTrue(answer.path("message").asText().startsWith("Expected"), answer::toString);
    }

    @Test
    void tenThousandTriggersInOneBundle() {
        List<Object> triggers = new ArrayList<>();
        triggers.add(Map.of(
                "id", "first", "on", Map.of("start", true), "actions", List.of(Map.of("emit", Map.of("type", "e0")))));
        int last = 9_998;
        for (int i = 0; i < last; i++) {
            Object next = i % 1_000 == 0 && i < 9_000
                    ? Map.of("emit", Map.of("type", "e" + (i + 1_000)))
                    : Map.of("emit", Map.of("type", "e" + last));
            triggers.add(Map.of(
                    "id",
                    "t" + i,
                    "on",
                    Map.of("event", "e" + i),
                    "condition",
                    Map.of("when", "{% $run.input.n + " + i + " >= 0 %}"),
                    "actions",
                    List.of(next)));
        }
        triggers.add(Map.of(
                "id",
                "end",
                "on",
                Map.of("event", "e" + last),
                "actions",
                List.of(Map.of("complete", "{% $run.input.n %}"))));
        assertEquals(10_000, triggers.size());
        Instant begin = Instant.now();
        stack.call("POST", "/workspaces/default/workflows", Map.of("workflow", "wide", "triggers", triggers));
        Instant deployed = Instant.now();
        stack.start("wide", "wide", Map.of("n", 7));
        JsonNode state = stack.await("wide", LIMIT);
        System.out.println("bad input: 10,000 triggers: deployed in "
                + Duration.between(begin, deployed).toMillis() + " ms, run in "
                + Duration.between(deployed, Instant.now()).toMillis() + " ms");
        assertEquals(7, state.path("output").asInt(), () -> shortened(state));
    }

    @Test
    void aJoinOfNothingFiresAtOnce() {
        JsonNode output = succeeds("nothing", Map.of("files", List.of()), """
            triggers:
              - id: go
                on: {start: true}
                actions:
                  - set: {n: "{% $count($event.data.files) %}"}
                  - invoke: {function: Noop, task: part, forEach: "{% $event.data.files %}"}
              - {id: all, on: {task: part}, condition: {join: {size: "{% $run.context.n %}"}}, actions: [{complete: "{% $outcomes %}"}]}
            """);
        assertEquals(0, output.path("size").asInt(-1), output::toString);
        assertEquals(0, output.path("succeeded").asInt(-1), output::toString);
    }

    @Test
    void theSameStartAgainIsTheSameRunAndAnotherIsRefused() {
        stack.deploy(
                "{workflow: twice, triggers: [{id: go, on: {start: true}, actions: [{complete: \"{% $event.data %}\"}]}]}");
        Map<String, Object> request = Map.of("workflow", "twice", "name", "twice-1", "input", Map.of("a", 1));
        assertEquals(
                201,
                stack.tryCall("POST", "/workspaces/default/runs", request)
                        .path("$status")
                        .asInt());
        assertEquals(
                200,
                stack.tryCall("POST", "/workspaces/default/runs", request)
                        .path("$status")
                        .asInt());
        stack.await("twice-1", LIMIT);
        assertEquals(
                200,
                stack.tryCall("POST", "/workspaces/default/runs", request)
                        .path("$status")
                        .asInt());
        assertEquals(
                409,
                stack.tryCall(
                                "POST",
                                "/workspaces/default/runs",
                                Map.of("workflow", "twice", "name", "twice-1", "input", Map.of("a", 2)))
                        .path("$status")
                        .asInt());
        assertEquals(1, history("twice-1").size());
    }

    // ---- Functions
    // ---------------------------------------------------------------------------------------------------------------------------

    @Test
    void aFunctionThatDoesNotExist() {
        fails(
                "missing",
                Map.of(),
                "Lambda.ResourceNotFound",
                "triggers: [{id: go, on: {start: true}, actions: [{invoke: {function: triggerflow-Nobody}}]}]");
        fails(
                "missing-retried",
                Map.of(),
                "Lambda.ResourceNotFound",
                "triggers: [{id: go, on: {start: true}, actions: [{invoke: {function: triggerflow-Nobody, retry: {maxAttempts: 3, interval: PT1S, backoff: 1}}}]}]");
        long attempts = 0;
        for (JsonNode entry : history("missing-retried")) {
            for (JsonNode launch : entry.path("launches")) {
                attempts += launch.path("kind").asText().equals("invoke") ? 1 : 0;
            }
        }
        assertEquals(3, attempts);
        JsonNode handled = succeeds("missing-handled", Map.of(), """
            triggers:
              - {id: go, on: {start: true}, actions: [{invoke: {function: triggerflow-Nobody}}]}
              - {id: sorry, on: {task: go, outcome: failed}, actions: [{complete: "{% $event.data.error %}"}]}
            """);
        assertEquals("Lambda.ResourceNotFound", handled.asText());
        fails(
                "unnamed",
                Map.of(),
                "Lambda.InvalidParameterValue",
                "triggers: [{id: go, on: {start: true}, actions: [{invoke: {function: \"{% '' %}\"}}]}]");
    }

    @Test
    void aFunctionThatTheEngineMayNotInvoke() {
        for (String function : List.of("Nobody", "triggerflow-EngineFunction", "triggerflow-ApiFunction:live")) {
            JsonNode failure = fails(
                    "forbidden-" + function.replaceAll("[^A-Za-z]", ""),
                    Map.of(),
                    "Lambda.AccessDenied",
                    "triggers: [{id: go, on: {start: true}, actions: [{invoke: {function: \"" + function + "\"}}]}]");
            assertTrue(
                    failure.path("message")
                            .asText()
                            .contains(
                                    "assumed-role/triggerflow-EngineRole/triggerflow-EngineFunction is not authorized to"
                                            + " perform: lambda:InvokeFunction on resource: arn:aws:lambda:us-east-1:000000000000:function:"
                                            + function),
                    failure::toString);
        }
    }

    @Test
    void aFunctionThatTakesTooLong() {
        JsonNode failure = fails(
                "slow",
                Map.of(),
                "Triggerflow.TimedOut",
                "triggers: [{id: go, on: {start: true}, actions: [{invoke: {function: Sleep, payload: {seconds: 30}, timeout: PT2S}}]}]");
        assertTrue(failure.path("message").asText().contains("PT2S"), failure::toString);
        JsonNode output = succeeds("slow-handled", Map.of(), """
            triggers:
              - {id: go, on: {start: true}, actions: [{invoke: {function: Sleep, payload: {seconds: 4}, timeout: PT2S}}, {schedule: {timer: end, after: PT8S}}]}
              - {id: late, on: {task: go, outcome: timed_out}, actions: [{set: {late: true}}]}
              - {id: never, on: {task: go}, actions: [{fail: {error: TheLateSuccessWasTaken}}]}
              - {id: end, on: {timer: end}, actions: [{complete: "{% $run.context %}"}]}
            """);
        assertTrue(output.path("late").asBoolean(), output::toString);
    }

    @Test
    void aFunctionThatThrows() {
        JsonNode failure = fails(
                "throws",
                Map.of(),
                "java.lang.IllegalStateException",
                "triggers: [{id: go, on: {start: true}, actions: [{invoke: {function: Sleep, payload: {fail: broken}}}]}]");
        assertTrue(failure.path("message").asText().contains("broken"), failure::toString);
    }

    @Test
    void aFunctionThatReturnsNineHundredKilobytes() {
        String bundle = """
        triggers:
          - {id: go, on: {start: true}, actions: [{invoke: {function: Sleep, payload: "{% $merge([$run.input, {'kilobytes': 900}]) %}", timeout: PT10S}}]}
          - {id: done, on: {task: go}, actions: [{complete: "{% $event.data.result %}"}]}
        """;
        assertEquals(900 * 1024, succeeds("large", Map.of(), bundle).asText().length());
        // A destination's record holds the request too: beyond 1 MiB it is lost, as on AWS, and only the time limit
        // tells.
        fails("too-large", Map.of("beside", "x".repeat(200_000)), "Triggerflow.TimedOut", bundle);
    }

    @Test
    void aPayloadThatNoInvocationCarries() {
        fails(
                "heavy",
                Map.of("blob", "x".repeat(600_000)),
                "Lambda.RequestTooLarge",
                "triggers: [{id: go, on: {start: true}, actions: [{invoke: {function: Noop, payload: {a: \"{% $event.data.blob %}\", b: \"{% $event.data.blob %}\"}}}]}]");
    }

    // ---- Expressions
    // -------------------------------------------------------------------------------------------------------------------------

    @Test
    void expressionsThatFail() {
        fails(
                "bad-payload",
                Map.of(),
                "Triggerflow.Expression",
                "triggers: [{id: go, on: {start: true}, actions: [{invoke: {function: Noop, payload: {a: \"{% 1 + 'a' %}\"}}}]}]");
        fails(
                "bad-size",
                Map.of(),
                "Triggerflow.Expression",
                "triggers: [{id: all, on: [{start: true}], condition: {join: {size: \"{% $number('many') %}\"}}, actions: []}]");
        fails(
                "bad-rule",
                Map.of(),
                "Triggerflow.Expression",
                "triggers: [{id: all, on: [{start: true}], condition: {join: {size: 5, rule: \"{% $error('no') %}\"}}, actions: []}]");
        fails(
                "bad-key",
                Map.of(),
                "Triggerflow.Expression",
                "triggers: [{id: all, on: [{start: true}], condition: {join: {size: 2, by: \"{% $error('no') %}\"}}, actions: []}]");
        fails(
                "bad-key-large",
                Map.of(),
                "Triggerflow.Expression",
                "triggers: [{id: all, on: [{start: true}], condition: {join: {size: 100000, by: \"{% $error('no') %}\"}}, actions: []}]");
        JsonNode output = succeeds("bad-condition", Map.of(), """
            triggers:
              - {id: odd, on: {start: true}, condition: {when: "{% 1 + 'a' %}"}, actions: [{fail: {error: Fired}}]}
              - {id: go, on: {start: true}, actions: [{invoke: {function: Noop, payload: "{% $error('no') %}"}}], onFailure: [{complete: "{% $failure.error %}"}]}
            """);
        assertEquals("Triggerflow.Expression", output.asText());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "($f := function($x) { 1 + $f($x + 1) }; $f(0))",
                "($f := function($x) { $f($x + 1) }; $f(0))",
                "[1..9999999]",
                "$sum([1e308, 1e308])",
                "1e308 * 10",
                "$eval('1')",
                "function($x) { $x }"
            })
    void expressionsThatAskForTooMuch(String expression) {
        String name = "much-" + Integer.toHexString(expression.hashCode());
        fails(
                name,
                Map.of(),
                "Triggerflow.Expression",
                "triggers: "
                        + Stack.json(List.of(Map.of(
                                "id",
                                "go",
                                "on",
                                Map.of("start", true),
                                "actions",
                                List.of(Map.of("complete", "{% " + expression + " %}"))))));
    }

    @Test
    void namesAndTimesThatNothingCarries() {
        fails(
                "long-task",
                Map.of(),
                "Triggerflow.Expression",
                "triggers: [{id: go, on: {start: true}, actions: [{invoke: {function: Sleep, task: \"{% $pad('', 5000, 'x') %}\", timeout: PT2S, payload: {seconds: 20}}}]}]");
        fails(
                "far-timer",
                Map.of(),
                "Triggerflow.Expression",
                "triggers: [{id: go, on: {start: true}, actions: [{schedule: {timer: t, at: \"{% '+999999999-12-31T23:59:59Z' %}\"}}]}]");
        fails(
                "far-delay",
                Map.of(),
                "Triggerflow.Expression",
                "triggers: [{id: go, on: {start: true}, actions: [{schedule: {timer: t, after: \"{% 'PT99999999999H' %}\"}}]}]");
        succeeds(
                "old-timer",
                Map.of(),
                "triggers: [{id: go, on: {start: true}, actions: [{schedule: {timer: t, at: \"{% '-999999999-01-01T00:00:00Z' %}\"}}]}, {id: end, on: {timer: t}, actions: [{complete: 1}]}]");
    }

    @Test
    void oddTextsTravelIntact() {
        String odd = "#%\n\t\u0000\u0001 é😀\\\" {% no %} '";
        JsonNode output = succeeds("odd", Map.of("odd", odd, "", Map.of("", "empty keys")), """
            triggers:
              - {id: go, on: {start: true}, actions: [{set: {"a#%/b": "{% $event.data.odd %}"}}, {invoke: {function: Sleep, task: "{% $event.data.odd %}", payload: {result: "{% $event.data %}"}, timeout: PT20S}}]}
              - {id: next, on: {type: triggerflow.task.succeeded}, condition: {when: "{% $event.subject = $run.input.odd %}"}, actions: [{set: {first: "{% $event.data.result %}"}}, {emit: {type: "{% $run.input.odd %}", subject: "{% $run.input.odd %}", delay: PT1S}}]}
              - {id: done, on: {source: triggerflow, type: [{prefix: "#"}]}, actions: [{complete: {first: "{% $run.context.first %}", type: "{% $event.type %}", kept: "{% $lookup($run.context, 'a#%/b') %}"}}]}
            """);
        assertEquals(odd, output.path("type").asText());
        assertEquals(odd, output.path("kept").asText());
        assertEquals(odd, output.path("first").path("odd").asText());
        assertEquals("empty keys", output.path("first").path("").path("").asText());
    }

    @Test
    void payloadsAndResultsThatAreNoObjects() {
        JsonNode output = succeeds("plain", Map.of(), """
            triggers:
              - id: go
                on: {start: true}
                actions:
                  - invoke: {function: Noop, payload: [1, 2], task: list}
                  - invoke: {function: Noop, payload: "text", task: text}
                  - invoke: {function: Noop, payload: 7, task: number}
                  - invoke: {function: Noop, payload: "{% null %}", task: nothing}
                  - invoke: {function: Noop, payload: {__triggerflow: mine}, task: mine}
              - {id: all, on: {type: [triggerflow.task.succeeded, triggerflow.task.failed]}, condition: {join: {size: 5, by: subject, rule: "{% $arrived = $size %}"}}, actions: [{complete: "{% $outcomes %}"}]}
            """);
        assertEquals(5, output.path("size").asInt(), output::toString);
    }

    @Test
    void contextBeyondAnItemIsKept() {
        JsonNode output = succeeds("wide-context", Map.of("blob", "y".repeat(900_000)), """
            triggers:
              - {id: go, on: {start: true}, actions: [{set: {a: "{% $event.data.blob %}", b: "{% $event.data.blob %}"}}, {schedule: {timer: t, after: PT1S}}]}
              - {id: end, on: {timer: t}, actions: [{complete: "{% $length($run.context.a & $run.context.b) %}"}]}
            """);
        assertEquals(1_800_000, output.asInt());
    }

    @Test
    void emissionsThatNobodyTakesAreParkedAndHoldUpNothing() {
        succeeds("emits", Map.of(), """
        triggers:
          - id: go
            on: {start: true}
            actions:
              - emit: {type: to.nobody.queue, to: {queue: "http://127.0.0.1:1/000000000000/nobody"}}
              - invoke: {function: Noop}
          - {id: end, on: {task: go}, actions: [{complete: 1}]}
        """);
        JsonNode all = stack.call("GET", "/parked?limit=200&workspace=default", null);
        assertTrue(all.toString().contains("to.nobody.queue"), () -> shortened(all));
    }

    // ---- Loops
    // -------------------------------------------------------------------------------------------------------------------------------

    @Test
    void workflowsThatLoopForEverAreEnded() {
        fails(
                "loop-emit",
                Map.of(),
                "Triggerflow.MaxTransitions",
                "maxTransitions: 40\ntriggers: [{id: go, on: [{start: true}, {event: again}], actions: [{emit: {type: again}}]}]");
        fails(
                "loop-default",
                Map.of(),
                "Triggerflow.MaxTransitions",
                "triggers: [{id: go, on: [{start: true}, {event: again}], actions: [{emit: {type: again}}]}]");
        fails(
                "loop-task",
                Map.of(),
                "Triggerflow.MaxTransitions",
                "maxTransitions: 40\ntriggers: [{id: go, on: [{start: true}, {task: go}], actions: [{invoke: {function: Noop, payload: {}}}]}]");
        fails(
                "loop-join",
                Map.of(),
                "Triggerflow.MaxTransitions",
                "maxTransitions: 40\ntriggers: [{id: go, on: [{start: true}, {event: again}], condition: {threshold: {count: 1, repeat: true}}, actions: [{emit: {type: again}}]}]");
        fails(
                "loop-child",
                Map.of(),
                "Triggerflow.MaxTransitions",
                "maxTransitions: 20\ntriggers: [{id: go, on: {start: true}, actions: [{startRun: {workflow: loop-child}}]}]");
    }

    @Test
    void aLoopThroughAQueueIsEnded() {
        // A standing trigger that sends what it takes to the engine's own queue.
        stack.call(
                "PUT",
                "/workspaces/default/triggers/echo",
                Map.of(
                        "on",
                        Map.of("event", "echo"),
                        "actions",
                        List.of(Map.of("emit", Map.of("type", "echo", "to", Map.of("queue", stack.queueUrl))))));
        try {
            // Most of the way is behind it: a workspace has the usual limit of ten thousand.
            send(
                    "{\"specversion\":\"1.0\",\"id\":\"echo-1\",\"source\":\"e2e\",\"type\":\"echo\",\"tfworkspace\":\"default\",\"tfdepth\":9990}");
            Stack.await("the loop to be parked", LIMIT, () -> stack.call("GET", "/parked?limit=200", null)
                    .toString()
                    .contains("\"type\":\"echo\""));
        } finally {
            stack.call("DELETE", "/workspaces/default/triggers/echo", null);
        }
    }

    // ---- Much
    // --------------------------------------------------------------------------------------------------------------------------------

    @Test
    @Order(Integer.MAX_VALUE - 1)
    void wordCountOfThreeThousandFiles(@TempDir Path dir) throws IOException {
        for (int i = 0; i < 3_000; i++) {
            Files.writeString(dir.resolve("f" + i + ".txt"), "alpha beta w" + i + "\nalpha");
        }
        stack.deploy(Stack.root().resolve("functions/examples/bundles/wordcount.yaml"));
        Instant begin = Instant.now();
        stack.start("wordcount", "wordcount-3000", Map.of("dir", dir.toString()));
        JsonNode state = stack.await("wordcount-3000", Duration.ofMinutes(4));
        System.out.println("bad input: 3,000 files in "
                + Duration.between(begin, Instant.now()).toMillis() + " ms");
        JsonNode output = state.path("output");
        assertEquals(3_000, output.path("files").asInt(), () -> shortened(state));
        assertEquals(12_000, output.path("words").asInt(), () -> shortened(output));
        assertEquals(6_000, output.path("top").path("alpha").asInt(), () -> shortened(output));
    }

    @Test
    @Order(Integer.MAX_VALUE)
    void poisonIsParkedAfterTenDeliveriesAndTheQueuesAreEmpty() {
        for (String id : poison) {
            assertParked("dead:" + id, "failed each time");
        }
        stack.call("POST", RUNS + "poisoned-1/events", Map.of("type", "go"));
        assertEquals("fine", stack.await("poisoned-1", LIMIT).path("output").asText());
        String dead = stack.runtime
                .templates()
                .getFirst()
                .outputs()
                .get("DeadLetterQueueUrl")
                .toString();
        Map<String, Long> counts = new LinkedHashMap<>();
        Stack.await("empty queues, but not " + counts, LIMIT, () -> {
            counts.put("queue", waiting(stack.queueUrl));
            counts.put("dead letters", waiting(dead));
            return counts.values().stream().allMatch(n -> n == 0);
        });
    }

    private long waiting(String url) {
        return stack
                .sqs
                .getQueueAttributes(q -> q.queueUrl(url)
                        .attributeNames(
                                QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES,
                                QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE))
                .attributes()
                .values()
                .stream()
                .mapToLong(Long::parseLong)
                .sum();
    }
}

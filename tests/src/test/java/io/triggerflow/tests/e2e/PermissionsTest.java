package io.triggerflow.tests.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.triggerflow.local.iam.Iam;
import io.triggerflow.local.iam.Permissions;
import io.triggerflow.local.iam.Permissions.Grant;
import io.triggerflow.local.lambda.InvokeResult;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/**
 * The deployment with one permission less. Each permission of the template is taken away in turn, and the calls of a run through all that the
 * deployment does are decided anew: one of them must be refused, by name. What comes of a refusal is then seen in earnest, for one permission
 * of each kind: somebody is told, and nothing is lost.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PermissionsTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String RUNS = "/workspaces/default/runs";
    private static final String FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:";
    private static final String BUCKET = "arn:aws:s3:::triggerflow-bucket/";

    /** What is granted for cases that no short run comes to; and where the case is tested. */
    private static final Map<String, String> ELSEWHERE = new TreeMap<>(Map.of(
            "EngineRole resource " + FUNCTION + "triggerflow-*",
            "functions of applications: UploadsTest",
            "SweeperRole action dynamodb:BatchGetItem",
            "what standing triggers launched, several at once, a silence later: StandingTest",
            "SweeperRole action s3:PutObject",
            "payloads are put anew after 300 days, and by events of their size: RenewalsTest"));

    @RegisterExtension
    static final Granted granted = new Granted();

    private final Queue<String> log = new ConcurrentLinkedQueue<>();
    private Stack stack;
    private Everything everything;
    private Permissions permissions;

    @BeforeAll
    void start(@TempDir Path directory) {
        var ahead = new AtomicReference<>(Duration.ZERO);
        stack = granted.watch(new Stack(Stack.options()
                .withParameters(Map.of("EngineTimeout", "5", "VisibilityTimeout", "5", "CheckSeconds", "1"))
                .withClock(() -> Instant.now().plus(ahead.get()))
                .withLog(log::add)));
        everything = new Everything(stack, ahead);
        everything.happens(directory);
        permissions = stack.runtime.permissions();
    }

    @AfterAll
    void stop() {
        stack.close();
    }

    private static String spelled(Grant grant) {
        return grant.role().replace("triggerflow-", "") + " "
                + grant.element().name().toLowerCase(Locale.ROOT) + " " + grant.pattern();
    }

    // ---- Each permission ----

    @Test
    void nothingIsRefusedAndNothingIsGrantedInVain() {
        assertEquals(
                List.of(),
                permissions.calls().stream()
                        .filter(c -> c.refusal().isPresent())
                        .map(c -> c.refusal().get())
                        .toList());
        assertEquals(
                List.copyOf(ELSEWHERE.keySet()),
                permissions.unused().stream()
                        .map(PermissionsTest::spelled)
                        .distinct()
                        .sorted()
                        .toList());
    }

    @TestFactory
    Collection<DynamicTest> withoutOnePermissionItsCallIsRefusedByName() {
        List<DynamicTest> tests = new ArrayList<>();
        permissions.grants().stream()
                .filter(Grant::used)
                .forEach(grant -> tests.add(DynamicTest.dynamicTest(spelled(grant), () -> withoutGrant(grant))));
        assertTrue(tests.size() > 50, "Expected the permissions of the whole template, but got " + tests.size());
        return tests;
    }

    private void withoutGrant(Grant grant) {
        Iam iam = Iam.of(
                stack.runtime.templates().stream()
                        .map(t -> WithoutGrant.of(t, grant))
                        .toList(),
                line -> {});
        List<String> refusals = permissions.calls().stream()
                .flatMap(call -> iam.refusal(call).stream())
                .toList();
        String what = grant.element() == Grant.Element.ACTION ? grant.pattern() : "";
        assertTrue(
                refusals.stream()
                        .anyMatch(r -> r.contains("assumed-role/" + grant.role() + "/")
                                && r.toLowerCase(Locale.ROOT)
                                        .contains("is not authorized to perform: " + what.toLowerCase(Locale.ROOT))),
                () -> "Expected a call to be refused, but got " + refusals);
        assertTrue(
                refusals.stream().allMatch(r -> r.contains("/" + grant.role() + "/")),
                () -> "Expected nobody else to be refused anything, but got " + refusals);
    }

    // ---- In earnest ----

    @Test
    void whatIsRefusedIsToldAndNothingIsLost() throws Exception {
        stack.deploy("{workflow: short, triggers: [{id: go, on: {start: true}, actions: [{invoke: {function: Noop}}]},"
                + " {id: end, on: {task: go}, actions: [{complete: done}]}]}");

        // The engine's messages come again, until they can be handled.
        deny("EngineRole", "dynamodb:PutItem");
        stack.start("short", "redelivered", Map.of());
        awaitLog("triggerflow-EngineFunction", "\"failed\"", "is not authorized to perform: dynamodb:PutItem");
        allow("EngineRole");

        deny("EngineRole", "lambda:InvokeFunction");
        stack.start("short", "refused", Map.of());
        JsonNode refused = stack.await("refused", LIMIT);
        assertEquals(
                "Lambda.AccessDenied", refused.path("failure").path("error").asText(), refused::toString);
        assertTrue(
                refused.path("failure")
                        .path("message")
                        .asText()
                        .contains("is not authorized to perform: lambda:InvokeFunction"),
                refused::toString);
        allow("EngineRole");

        // What nobody can ever deliver is parked, with the reason.
        deny("EngineRole", "events:PutEvents");
        stack.deploy(
                "{workflow: says, triggers: [{id: go, on: {start: true}, actions: [{emit: {type: said, to: bus}}, {complete: done}]}]}");
        stack.start("says", "says", Map.of());
        Stack.await("what was said to be parked", LIMIT, () -> stack.call("GET", "/parked", null)
                .toString()
                .contains("is not authorized to perform: events:PutEvents"));
        allow("EngineRole");

        // The API answers with the reason, and the same request is good later.
        for (String action : List.of("dynamodb:PutItem", "sqs:SendMessage")) {
            String run = "api-" + action.substring(0, 3);
            Map<String, Object> request = Map.of("workflow", "short", "name", run, "input", Map.of());
            deny("ApiRole", action);
            JsonNode answer = stack.tryCall("POST", RUNS, request);
            assertEquals(500, answer.path("$status").asInt(), answer::toString);
            assertTrue(
                    answer.path("message")
                            .asText()
                            .toLowerCase(Locale.ROOT)
                            .contains("is not authorized to perform: " + action.toLowerCase(Locale.ROOT)),
                    answer::toString);
            allow("ApiRole");
            stack.call("POST", RUNS, request);
            assertEquals("done", stack.await(run, LIMIT).path("output").asText());
        }

        // A function's end that may not be told is a silence, which has its time limit.
        stack.deploy(
                "{workflow: limited, triggers: [{id: go, on: {start: true}, actions: [{invoke: {function: Noop, timeout: PT2S}}]}]}");
        deny("ExamplesRole", "sqs:SendMessage");
        stack.start("limited", "silent", Map.of());
        JsonNode silent = stack.await("silent", LIMIT);
        assertEquals(
                "Triggerflow.TimedOut", silent.path("failure").path("error").asText(), silent::toString);
        awaitLog("Noop", "it is lost", "is not authorized to perform: sqs:sendmessage");
        allow("ExamplesRole");

        deny("SweeperRole", "dynamodb:Query");
        InvokeResult swept = everything.sweep();
        assertTrue(swept.functionError().isPresent());
        assertTrue(
                new String(swept.payload(), StandardCharsets.UTF_8)
                        .contains("is not authorized to perform: dynamodb:Query"),
                () -> new String(swept.payload(), StandardCharsets.UTF_8));
        allow("SweeperRole");

        // A dead letter that cannot be parked stays where it is.
        deny("DeadLetterRole", "dynamodb:UpdateItem");
        String dead = stack.runtime
                .templates()
                .getFirst()
                .outputs()
                .get("DeadLetterQueueUrl")
                .toString();
        stack.sqs.sendMessage(m -> m.queueUrl(dead).messageBody("given up"));
        awaitLog("triggerflow-DeadLetterFunction", "\"failed\"", "is not authorized to perform: dynamodb:UpdateItem");
        assertEquals(
                "1",
                stack.sqs
                        .getQueueAttributes(q -> q.queueUrl(dead)
                                .attributeNames(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE))
                        .attributes()
                        .get(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE));
        allow("DeadLetterRole");

        // Lambda cannot fetch for the engine what it may not: it waits in the queue.
        deny("EngineRole", "sqs:ReceiveMessage");
        awaitLog(
                "triggerflow-EngineFunction",
                "Expected to receive",
                "is not authorized to perform: sqs:receivemessage");
        stack.start("short", "waiting", Map.of());
        allow("EngineRole");
        assertEquals("done", stack.await("waiting", LIMIT).path("output").asText());
        assertEquals("done", stack.await("redelivered", LIMIT).path("output").asText());
    }

    private void awaitLog(String function, String... parts) {
        Stack.await(function + " to say " + String.join(" ... ", parts), LIMIT, () -> log.stream()
                .anyMatch(line ->
                        line.startsWith(function) && List.of(parts).stream().allMatch(line::contains)));
    }

    /** As an administrator would: with IAM's own API. */
    private void deny(String role, String action) throws IOException, InterruptedException {
        iam(
                "PutRolePolicy",
                role,
                "{\"Statement\":{\"Effect\":\"Deny\",\"Action\":\"" + action + "\",\"Resource\":\"*\"}}");
    }

    private void allow(String role) throws IOException, InterruptedException {
        iam("DeleteRolePolicy", role, "");
    }

    private void iam(String action, String role, String document) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(stack.runtime.endpoint())
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header(
                        "Authorization",
                        "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/iam/aws4_request, SignedHeaders=host, Signature=0")
                .POST(HttpRequest.BodyPublishers.ofString(
                        "Action=" + action + "&PolicyName=taken-away&RoleName=triggerflow-" + role + "&PolicyDocument="
                                + URLEncoder.encode(document, StandardCharsets.UTF_8)))
                .build();
        try (var http = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            assertEquals(200, answer.statusCode(), answer.body());
        }
    }
}

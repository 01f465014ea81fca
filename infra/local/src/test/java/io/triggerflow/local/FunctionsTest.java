package io.triggerflow.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.triggerflow.local.gateway.AwsJsonClient;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Functions behind an HTTP API, a rule, a schedule and a queue. */
class FunctionsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SIGNED =
            "AWS4-HMAC-SHA256 Credential=AKID/20260101/us-east-1/execute-api/aws4_request, SignedHeaders=host, Signature=0";
    private static final Settable CLOCK = new Settable();

    private static LocalRuntime runtime;
    private static AwsJsonClient sqs;

    /** Time that a test moves. */
    static final class Settable implements InstantSource {
        private volatile Instant now = Instant.parse("2026-01-01T00:00:00Z");

        @Override
        public Instant instant() {
            return now;
        }
    }

    /** Answers with what it was asked. */
    public static final class Echo implements RequestStreamHandler {
        @Override
        public void handleRequest(InputStream in, OutputStream out, Context context) throws IOException {
            String event = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            String quoted = event.replace("\\", "\\\\").replace("\"", "\\\"");
            String answer = event.contains("\"rawPath\":\"/runs/fail\"")
                    ? "{\"statusCode\": 418, \"body\": \"dGVh\", \"isBase64Encoded\": true}"
                    : "{\"statusCode\": 201, \"headers\": {\"x-seen\": \"yes\"}, \"cookies\": [\"a=1\", \"b=2\"], \"body\": \""
                            + quoted + "\"}";
            out.write(answer.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** Returns its event. */
    public static final class Identity implements RequestStreamHandler {
        @Override
        public void handleRequest(InputStream in, OutputStream out, Context context) throws IOException {
            byte[] event = in.readAllBytes();
            if (new String(event, StandardCharsets.UTF_8).contains("Records")) {
                context.getLogger().log("batch " + new String(event, StandardCharsets.UTF_8));
                return;
            }
            out.write(event);
        }
    }

    @BeforeAll
    static void start() throws Exception {
        Path template =
                Path.of(FunctionsTest.class.getResource("functions.yaml").toURI());
        runtime =
                LocalRuntime.start(LocalRuntimeOptions.of(template).withPort(0).withClock(CLOCK));
        sqs = AwsJsonClient.sqs(runtime.endpoint(), "us-east-1");
    }

    @AfterAll
    static void stop() {
        Instant before = Instant.now();
        runtime.close();
        Duration took = Duration.between(before, Instant.now());
        assertTrue(took.compareTo(Duration.ofSeconds(10)) < 0, "closing took " + took);
    }

    private static HttpResponse<String> call(HttpRequest.Builder request) throws Exception {
        try (var client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        }
    }

    private static HttpRequest.Builder api(String path) {
        return HttpRequest.newBuilder(runtime.endpoint().resolve("/_api/Api" + path));
    }

    @Test
    void aRouteInvokesItsFunctionWithFormatTwo() throws Exception {
        var response = call(
                api("/runs/a%20b?x=1&x=2&y=").header("Authorization", SIGNED).header("Cookie", "c=1; d=2"));
        assertEquals(201, response.statusCode());
        assertEquals("yes", response.headers().firstValue("x-seen").orElse(""));
        assertEquals(java.util.List.of("a=1", "b=2"), response.headers().allValues("set-cookie"));
        JsonNode event = JSON.readTree(response.body());
        assertEquals("2.0", event.path("version").asText());
        assertEquals("GET /runs/{id}", event.path("routeKey").asText());
        assertEquals("a b", event.path("pathParameters").path("id").asText());
        assertEquals("1,2", event.path("queryStringParameters").path("x").asText());
        assertEquals("[\"c=1\",\"d=2\"]", event.path("cookies").toString());
        assertEquals(
                "AKID",
                event.path("requestContext")
                        .path("authorizer")
                        .path("iam")
                        .path("accessKey")
                        .asText());
        assertEquals(
                "GET", event.path("requestContext").path("http").path("method").asText());
    }

    @Test
    void textGoesBeforeParametersAndGreedyLast() throws Exception {
        assertEquals(
                "GET /runs/latest",
                JSON.readTree(call(api("/runs/latest").header("Authorization", SIGNED))
                                .body())
                        .path("routeKey")
                        .asText());
        JsonNode event = JSON.readTree(call(api("/files/a/b/c.txt")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[] {1, 2}))
                        .header("Content-Type", "application/octet-stream"))
                .body());
        assertEquals("a/b/c.txt", event.path("pathParameters").path("proxy").asText());
        assertEquals("AQI=", event.path("body").asText());
        assertTrue(event.path("isBase64Encoded").asBoolean());
    }

    @Test
    void iamRoutesRefuseTheUnsigned() throws Exception {
        var response = call(api("/runs/x"));
        assertEquals(403, response.statusCode());
        assertEquals("{\"message\":\"Forbidden\"}", response.body());
        var absent = call(api("/nothing/here").header("Authorization", SIGNED));
        assertEquals(404, absent.statusCode());
        assertEquals("{\"message\":\"Not Found\"}", absent.body());
    }

    @Test
    void base64BodiesAreDecoded() throws Exception {
        var response = call(api("/runs/fail").header("Authorization", SIGNED));
        assertEquals(418, response.statusCode());
        assertEquals("tea", response.body());
    }

    @Test
    void rulesAndSchedulesInvokeAndDestinationsReceive() throws Exception {
        try (var events =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            var answer = events.send(
                    HttpRequest.newBuilder(runtime.endpoint())
                            .header("X-Amz-Target", "AWSEvents.PutEvents")
                            .header("Content-Type", "application/x-amz-json-1.1")
                            .POST(HttpRequest.BodyPublishers.ofString(
                                    "{\"Entries\":[{\"Source\":\"app\",\"DetailType\":\"t\",\"Detail\":\"{}\"}]}"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertEquals(200, answer.statusCode(), answer.body());
        }
        assertEquals("rule", result().path("responsePayload").path("from").asText());
        CLOCK.now = CLOCK.now.plus(Duration.ofSeconds(61));
        assertEquals("schedule", result().path("responsePayload").path("from").asText());
    }

    private static JsonNode result() throws IOException {
        JsonNode messages = sqs.call(
                        "ReceiveMessage",
                        JSON.createObjectNode()
                                .put("QueueUrl", runtime.endpoint() + "/000000000000/triggerflow-Results")
                                .put("WaitTimeSeconds", 15))
                .path("Messages");
        assertEquals(1, messages.size(), "Expected the record of a destination within 15 seconds");
        JsonNode message = messages.path(0);
        sqs.call(
                "DeleteMessage",
                JSON.createObjectNode()
                        .put("QueueUrl", runtime.endpoint() + "/000000000000/triggerflow-Results")
                        .put("ReceiptHandle", message.path("ReceiptHandle").asText()));
        return JSON.readTree(message.path("Body").asText());
    }

    @Test
    void queuesInvoke() throws Exception {
        sqs.call(
                "SendMessage",
                JSON.createObjectNode()
                        .put("QueueUrl", runtime.endpoint() + "/000000000000/triggerflow-In")
                        .put("MessageBody", "hello-queue"));
        Instant deadline = Instant.now().plusSeconds(15);
        while (runtime.functions().getFirst().logs("triggerflow-ToQueue").stream()
                .noneMatch(line -> line.contains("hello-queue"))) {
            assertTrue(Instant.now().isBefore(deadline), "the message was not handed to the function");
            Thread.onSpinWait();
        }
    }
}

package io.triggerflow.local.lambda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.triggerflow.local.fault.Faults;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.model.InvalidRequestContentException;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;
import software.amazon.awssdk.services.lambda.model.LogType;
import software.amazon.awssdk.services.lambda.model.RecursiveLoop;
import software.amazon.awssdk.services.lambda.model.RequestTooLargeException;
import software.amazon.awssdk.services.lambda.model.ResourceNotFoundException;
import software.amazon.awssdk.services.lambda.model.TooManyRequestsException;
import software.amazon.awssdk.services.sqs.SqsClient;

class InvokeTest {

    private static final String SOURCE = """
            import com.amazonaws.services.lambda.runtime.*;
            import java.io.*;
            import java.util.*;
            import java.util.function.Function;

            public class Fn {
                public record Pair(String name, int count) {}

                public static class Pojo implements RequestHandler<Map<String, Object>, Map<String, Object>> {
                    private final String viaReference = ((Function<String, String>) System::getenv).apply("WHO");
                    private int calls;

                    public Map<String, Object> handleRequest(Map<String, Object> in, Context context) {
                        System.out.println("printed by " + System.getenv("WHO"));
                        context.getLogger().log("logged " + in.get("x"));
                        Map<String, Object> out = new TreeMap<>();
                        out.put("who", System.getenv("WHO"));
                        out.put("map", System.getenv().get("WHO"));
                        out.put("reference", viaReference);
                        out.put("home", System.getenv("HOME"));
                        out.put("endpoint", System.getenv("AWS_ENDPOINT_URL"));
                        out.put("function", context.getFunctionName());
                        out.put("arn", context.getInvokedFunctionArn());
                        out.put("memory", context.getMemoryLimitInMB());
                        out.put("remains", context.getRemainingTimeInMillis() > 0);
                        out.put("id", context.getAwsRequestId());
                        out.put("calls", ++calls);
                        out.put("loader", Thread.currentThread().getContextClassLoader() == Fn.class.getClassLoader());
                        return out;
                    }
                }

                public static class Stream implements RequestStreamHandler {
                    public void handleRequest(InputStream in, OutputStream out, Context context) throws IOException {
                        in.transferTo(out);
                    }
                }

                public String plain(String in) { return in.toUpperCase(); }

                public int length(List<String> in, Context context) { return in.size(); }

                public static class Fails implements RequestHandler<Object, Object> {
                    public Object handleRequest(Object in, Context context) { throw new IllegalStateException("no: " + in); }
                }

                public static class Slow implements RequestHandler<Object, Object> {
                    public Object handleRequest(Object in, Context context) {
                        while (true) { try { Thread.sleep(60_000); } catch (InterruptedException e) { } }
                    }
                }

                public static class Exits implements RequestHandler<Object, Object> {
                    public Object handleRequest(Object in, Context context) {
                        try { System.exit(3); } catch (Exception e) { return "caught"; }
                        return "lived";
                    }
                }

                public static class Peeks implements RequestHandler<String, Boolean> {
                    public Boolean handleRequest(String in, Context context) {
                        try { Class.forName(in); return true; } catch (ClassNotFoundException e) { return false; }
                    }
                }

                public static class Held implements RequestHandler<String, String> {
                    public String handleRequest(String path, Context context) {
                        File file = new File(path);
                        try {
                            new File(path + ".began").createNewFile();
                            while (!file.exists()) { Thread.sleep(5); }
                        } catch (IOException | InterruptedException e) { throw new IllegalStateException(e); }
                        return "released";
                    }
                }
            }
            """;

    private static final String TEMPLATE = """
            Globals:
              Function: {Runtime: java21, CodeUri: code.zip, Timeout: 20, MemorySize: 256}
            Resources:
              One: {Type: AWS::Serverless::Function, Properties: {FunctionName: one, Handler: 'Fn$Pojo', AutoPublishAlias: live, Environment: {Variables: {WHO: first}}}}
              Two: {Type: AWS::Serverless::Function, Properties: {FunctionName: two, Handler: 'Fn$Pojo', Environment: {Variables: {WHO: second}}}}
              Stream: {Type: AWS::Serverless::Function, Properties: {FunctionName: stream, Handler: 'Fn$Stream'}}
              Plain: {Type: AWS::Serverless::Function, Properties: {FunctionName: plain, Handler: 'Fn::plain'}}
              Length: {Type: AWS::Lambda::Function, Properties: {FunctionName: length, Runtime: java21, Code: code.zip, Handler: 'Fn::length'}}
              Fails: {Type: AWS::Serverless::Function, Properties: {FunctionName: fails, Handler: 'Fn$Fails'}}
              Slow: {Type: AWS::Serverless::Function, Properties: {FunctionName: slow, Handler: 'Fn$Slow', Timeout: 1}}
              Exits: {Type: AWS::Serverless::Function, Properties: {FunctionName: exits, Handler: 'Fn$Exits'}}
              Peeks: {Type: AWS::Serverless::Function, Properties: {FunctionName: peeks, Handler: 'Fn$Peeks'}}
              Nowhere: {Type: AWS::Serverless::Function, Properties: {FunctionName: nowhere, Handler: 'No::such'}}
              Unbuilt: {Type: AWS::Serverless::Function, Properties: {FunctionName: unbuilt, CodeUri: missing.zip, Handler: 'Fn::plain'}}
              Held: {Type: AWS::Serverless::Function, Properties: {FunctionName: held, Handler: 'Fn$Held', ReservedConcurrentExecutions: 1, RecursiveLoop: Allow}}
            """;

    @TempDir
    static Path dir;

    private static Fixture fixture;

    @BeforeAll
    static void start() {
        Fixture.zip(dir, "Fn", SOURCE);
        fixture = Fixture.start(dir, TEMPLATE, unusedSqs(), options -> options);
    }

    private static SqsClient unusedSqs() {
        return SqsClients.at(URI.create("http://127.0.0.1:1"), "us-east-1");
    }

    @AfterAll
    static void stop() {
        fixture.close();
    }

    private static InvokeResponse invoke(String function, String payload) {
        return fixture.client().invoke(r -> r.functionName(function)
                .payload(SdkBytes.fromUtf8String(payload))
                .logType(LogType.TAIL));
    }

    private static JsonNode json(InvokeResponse response) {
        return Wire.parse(response.payload().asByteArray()).orElseThrow();
    }

    @Test
    void everyFunctionSeesItsOwnEnvironmentAndContext() {
        for (String[] each : new String[][] {{"one", "first"}, {"two", "second"}}) {
            InvokeResponse response = invoke(each[0], "{\"x\":7}");
            assertEquals(200, response.statusCode());
            JsonNode out = json(response);
            for (String key : List.of("who", "map", "reference")) {
                assertEquals(each[1], out.path(key).asText(), key);
            }
            assertFalse(out.hasNonNull("home"), "the runtime's own environment shines through: " + out);
            assertTrue(out.path("endpoint").asText().startsWith("http://127.0.0.1:"));
            assertEquals(each[0], out.path("function").asText());
            assertEquals(
                    "arn:aws:lambda:us-east-1:000000000000:function:" + each[0],
                    out.path("arn").asText());
            assertEquals(256, out.path("memory").asInt());
            assertTrue(out.path("remains").asBoolean());
            assertTrue(out.path("loader").asBoolean());
            assertEquals(response.responseMetadata().requestId(), out.path("id").asText());
            String log = new String(Base64.getDecoder().decode(response.logResult()), StandardCharsets.UTF_8);
            assertTrue(
                    log.contains("printed by " + each[1] + "\n")
                            && log.contains("logged 7\n")
                            && log.contains("REPORT RequestId: "),
                    log);
        }
        assertTrue(fixture.service().logs("one").contains("printed by first"));
        assertFalse(fixture.service().logs("one").contains("printed by second"));
    }

    @Test
    void everyHandlerFormWorks() {
        assertEquals(
                "{\"a\":[1,2]}", invoke("stream", "{\"a\":[1,2]}").payload().asUtf8String());
        assertEquals("\"ABC\"", invoke("plain", "\"abc\"").payload().asUtf8String());
        assertEquals("2", invoke("length", "[\"a\",\"b\"]").payload().asUtf8String());
    }

    @Test
    void namesArnsAndQualifiersAreAccepted() {
        String arn = "arn:aws:lambda:us-east-1:000000000000:function:one";
        assertEquals(
                arn + ":live", json(invoke(arn + ":live", "{}")).path("arn").asText());
        assertEquals(
                arn + ":$LATEST",
                json(fixture.client().invoke(r -> r.functionName("one").qualifier("$LATEST")))
                        .path("arn")
                        .asText());
        assertThrows(ResourceNotFoundException.class, () -> invoke("one:other", "{}"));
        assertThrows(ResourceNotFoundException.class, () -> invoke("nobody", "{}"));
    }

    @Test
    void anEnvironmentIsReused() {
        int before = json(invoke("two", "{}")).path("calls").asInt();
        assertEquals(before + 1, json(invoke("two", "{}")).path("calls").asInt());
        assertEquals(1, fixture.service().environments("two"));
    }

    @Test
    void aFailureIsUnhandledWithTypeMessageAndTrace() {
        InvokeResponse response = invoke("fails", "5");
        assertEquals(200, response.statusCode());
        assertEquals("Unhandled", response.functionError());
        assertEquals("no: 5", json(response).path("errorMessage").asText());
        assertEquals(
                "java.lang.IllegalStateException",
                json(response).path("errorType").asText());
        assertTrue(
                json(response).path("stackTrace").get(0).asText().startsWith("Fn$Fails.handleRequest"),
                response.payload().asUtf8String());
    }

    @Test
    void aTimeoutAnswersAndDiscardsTheEnvironment() {
        InvokeResponse response = invoke("slow", "{}");
        assertEquals("Unhandled", response.functionError());
        assertEquals("Sandbox.Timedout", json(response).path("errorType").asText());
        assertTrue(json(response).path("errorMessage").asText().endsWith("Task timed out after 1.00 seconds"));
        assertEquals(0, fixture.service().environments("slow"));
    }

    @Test
    void exitEndsTheFunctionNotTheRuntime() {
        JsonNode error = json(invoke("exits", "{}"));
        assertEquals("Runtime.ExitError", error.path("errorType").asText());
        assertEquals(0, fixture.service().environments("exits"));
    }

    @Test
    void userCodeDoesNotSeeTheRuntime() {
        assertEquals(
                "false",
                invoke("peeks", "\"io.triggerflow.local.lambda.LambdaService\"")
                        .payload()
                        .asUtf8String());
        assertEquals(
                "false",
                invoke("peeks", "\"com.fasterxml.jackson.databind.ObjectMapper\"")
                        .payload()
                        .asUtf8String());
        assertEquals(
                "true", invoke("peeks", "\"java.sql.Connection\"").payload().asUtf8String());
    }

    @Test
    void whatCannotStartSaysWhy() {
        assertTrue(json(invoke("nowhere", "{}")).path("errorMessage").asText().contains("No"));
        assertEquals(
                "java.lang.ClassNotFoundException",
                json(invoke("nowhere", "{}")).path("errorType").asText());
        JsonNode unbuilt = json(invoke("unbuilt", "{}"));
        assertEquals("Runtime.InvalidEntrypoint", unbuilt.path("errorType").asText());
        assertTrue(unbuilt.path("errorMessage").asText().contains("missing.zip"), unbuilt.toString());
    }

    @Test
    void badPayloadsAreRefused() {
        assertThrows(InvalidRequestContentException.class, () -> invoke("plain", "{not json"));
        String large = "\"" + "x".repeat(6 * 1024 * 1024) + "\"";
        assertThrows(RequestTooLargeException.class, () -> invoke("plain", large));
        String mebibyte = "\"" + "x".repeat(1024 * 1024) + "\"";
        assertThrows(RequestTooLargeException.class, () -> fixture.client()
                .invoke(r ->
                        r.functionName("plain").invocationType("Event").payload(SdkBytes.fromUtf8String(mebibyte))));
        assertEquals(mebibyte.length(), invoke("plain", mebibyte).payload().asByteArray().length);
        assertEquals(
                204,
                fixture.client()
                        .invoke(r -> r.functionName("plain").invocationType("DryRun"))
                        .statusCode());
    }

    @Test
    void reservedConcurrencyThrottles() throws Exception {
        Path release = dir.resolve("release");
        CompletableFuture<InvokeResponse> first =
                CompletableFuture.supplyAsync(() -> invoke("held", "\"" + release + "\""));
        Fixture.await("the first call to run", () -> java.nio.file.Files.exists(Path.of(release + ".began")));
        assertThrows(TooManyRequestsException.class, () -> invoke("held", "\"x\""));
        java.nio.file.Files.createFile(release);
        assertEquals("\"released\"", first.get().payload().asUtf8String());
        assertEquals(
                "\"released\"", invoke("held", "\"" + release + "\"").payload().asUtf8String());
    }

    @Test
    void injectedThrottlesAndCrashesAreSeen() {
        try (Fixture faulty = Fixture.start(
                dir,
                TEMPLATE,
                unusedSqs(),
                options -> options.withFaults(Faults.seeded(new Faults.Rates(0, 0, 1, 0), 1)))) {
            assertThrows(TooManyRequestsException.class, () -> faulty.client().invoke(r -> r.functionName("plain")));
        }
        try (Fixture faulty = Fixture.start(
                dir,
                TEMPLATE,
                unusedSqs(),
                options -> options.withFaults(Faults.seeded(new Faults.Rates(0, 0, 0, 1), 1)))) {
            InvokeResponse response =
                    faulty.client().invoke(r -> r.functionName("plain").payload(SdkBytes.fromUtf8String("\"a\"")));
            assertEquals("Runtime.ExitError", json(response).path("errorType").asText());
            assertEquals(0, faulty.service().environments("plain"));
        }
    }

    @Test
    void configurationsAreReadAndChanged() {
        var client = fixture.client();
        assertEquals(12, client.listFunctions().functions().size());
        assertEquals(
                "first",
                client.getFunction(r -> r.functionName("one"))
                        .configuration()
                        .environment()
                        .variables()
                        .get("WHO"));
        assertEquals(
                20, client.getFunctionConfiguration(r -> r.functionName("one")).timeout());
        assertEquals(
                RecursiveLoop.ALLOW,
                client.getFunctionRecursionConfig(r -> r.functionName("held")).recursiveLoop());
        client.putFunctionRecursionConfig(r -> r.functionName("two").recursiveLoop(RecursiveLoop.ALLOW));
        assertEquals(
                RecursiveLoop.ALLOW,
                client.getFunctionRecursionConfig(r -> r.functionName("two")).recursiveLoop());
        assertThrows(
                ResourceNotFoundException.class, () -> client.getFunctionEventInvokeConfig(r -> r.functionName("two")));
        client.putFunctionEventInvokeConfig(r -> r.functionName("two").maximumRetryAttempts(1));
        client.updateFunctionEventInvokeConfig(r -> r.functionName("two").maximumEventAgeInSeconds(90));
        assertEquals(
                1,
                client.getFunctionEventInvokeConfig(r -> r.functionName("two")).maximumRetryAttempts());
        client.deleteFunctionEventInvokeConfig(r -> r.functionName("two"));
        client.createFunction(r -> r.functionName("made")
                .role("r")
                .runtime("java21")
                .handler("Fn::plain")
                .code(c -> c.s3Bucket("local").s3Key("code.zip")));
        assertEquals("\"Q\"", invoke("made", "\"q\"").payload().asUtf8String());
        client.deleteFunction(r -> r.functionName("made"));
        assertThrows(ResourceNotFoundException.class, () -> invoke("made", "\"q\""));
    }
}

package io.triggerflow.local.lambda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.triggerflow.local.fault.Faults;
import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;

/** Functions as processes under the real runtime interface client, whose native part is built for Linux only. */
@EnabledOnOs(OS.LINUX)
class IsolatedTest {

    private static final String SOURCE = """
            import com.amazonaws.services.lambda.runtime.*;
            import com.amazonaws.services.lambda.runtime.events.*;
            import java.util.*;

            public class Fn {
                public static class Pojo implements RequestHandler<SQSEvent, Map<String, Object>> {
                    public Map<String, Object> handleRequest(SQSEvent in, Context context) {
                        System.out.println("out of the process");
                        System.out.println("{\\"_aws\\":1}");
                        context.getLogger().log("{\\"_aws\\":2}");
                        String body = in.getRecords().get(0).getBody();
                        if (body.equals("fail")) throw new IllegalStateException("failed");
                        if (body.equals("exit")) System.exit(7);
                        if (body.equals("hang")) while (true) { try { Thread.sleep(1000); } catch (InterruptedException e) { } }
                        return Map.of("pid", ProcessHandle.current().pid(), "who", System.getenv("WHO"), "body", body,
                                "function", context.getFunctionName(), "remains", context.getRemainingTimeInMillis() > 0);
                    }
                }
            }
            """;

    private static final String TEMPLATE = """
            Resources:
              One:
                Type: AWS::Serverless::Function
                Properties:
                  FunctionName: one
                  Runtime: java21
                  CodeUri: code.zip
                  Handler: Fn$Pojo
                  Timeout: 3
                  MemorySize: 256
                  Environment: {Variables: {WHO: one, AWS_LAMBDA_LOG_FORMAT: JSON}}
              Python: {Type: AWS::Serverless::Function, Properties: {FunctionName: ruby, Runtime: ruby3.3, CodeUri: code.zip, Handler: a.b}}
            """;

    @TempDir
    Path dir;

    private Fixture start(Faults faults) {
        Fixture.zip(dir, "Fn", SOURCE);
        return Fixture.start(
                dir,
                TEMPLATE,
                SqsClients.at(URI.create("http://127.0.0.1:1"), "us-east-1"),
                options -> options.withIsolated(true).withFaults(faults));
    }

    private static InvokeResponse invoke(Fixture fixture, String body) {
        return fixture.client().invoke(r -> r.functionName("one")
                .payload(SdkBytes.fromUtf8String("{\"Records\":[{\"body\":\"" + body + "\"}]}")));
    }

    private static JsonNode json(InvokeResponse response) {
        return Wire.parse(response.payload().asByteArray()).orElseThrow();
    }

    @Test
    void runsReusesAndReplacesProcesses() {
        try (Fixture fixture = start(Faults.none())) {
            JsonNode first = json(invoke(fixture, "a"));
            assertEquals("one", first.path("who").asText(), first.toString());
            assertEquals("one", first.path("function").asText());
            assertTrue(first.path("remains").asBoolean());
            assertNotEquals(ProcessHandle.current().pid(), first.path("pid").asLong());
            assertEquals(first.path("pid"), json(invoke(fixture, "b")).path("pid"));
            Fixture.await(
                    "the function's output", () -> fixture.service().logs("one").contains("out of the process"));
            // What the engine's metrics rely on: Lambda's logger wraps a line in an object of its own, standard output
            // does not.
            Fixture.await(
                    "a line as it was printed",
                    () -> fixture.service().logs("one").contains("{\"_aws\":1}"));
            Fixture.await("a line of the logger", () -> fixture.service().logs("one").stream()
                    .anyMatch(line -> line.startsWith("{\"timestamp\"") && line.contains("_aws\\\":2")));

            InvokeResponse failed = invoke(fixture, "fail");
            assertEquals("Unhandled", failed.functionError());
            assertEquals(
                    "java.lang.IllegalStateException",
                    json(failed).path("errorType").asText());
            assertEquals(first.path("pid"), json(invoke(fixture, "c")).path("pid"));

            InvokeResponse exited = invoke(fixture, "exit");
            assertEquals("Runtime.ExitError", json(exited).path("errorType").asText());
            assertTrue(
                    json(exited).path("errorMessage").asText().endsWith("exit status 7"),
                    exited.payload().asUtf8String());
            JsonNode second = json(invoke(fixture, "d"));
            assertNotEquals(first.path("pid"), second.path("pid"));

            InvokeResponse hung = invoke(fixture, "hang");
            assertEquals("Sandbox.Timedout", json(hung).path("errorType").asText());
            Fixture.await("the process to be killed", () -> ProcessHandle.of(
                            second.path("pid").asLong())
                    .filter(ProcessHandle::isAlive)
                    .isEmpty());

            JsonNode unknown = json(fixture.client().invoke(r -> r.functionName("ruby")));
            assertTrue(
                    unknown.path("errorMessage").asText().contains("Expected a runtime java* or python*"),
                    unknown.toString());
        }
    }

    @Test
    void aCrashKillsTheProcess() {
        try (Fixture fixture = start(Faults.seeded(new Faults.Rates(0, 0, 0, 1), 1))) {
            assertEquals(
                    "Runtime.ExitError",
                    json(invoke(fixture, "a")).path("errorType").asText());
            assertEquals(0, fixture.service().environments("one"));
        }
    }
}

package io.triggerflow.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.triggerflow.client.TriggerflowClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the doctor looks at on AWS only, where AWS's answers are as its API references have them. */
final class CheckupTest {
    private static final String CONFIGURATION = "GET /2015-03-31/functions/s-EngineFunction/configuration";

    /** Answers by operation: the target, the action, or method and path. */
    private final Map<String, String> answers = new HashMap<>();

    private HttpServer server;
    private Aws aws;
    private TriggerflowClient client;
    private Deployed deployed;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            try (exchange) {
                String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
                String target = String.valueOf(exchange.getRequestHeaders().getFirst("X-Amz-Target"));
                String key = !target.equals("null")
                        ? target
                        : body.startsWith("Action=")
                                ? body.replaceFirst("Action=([A-Za-z]+).*", "$1")
                                : exchange.getRequestMethod() + " "
                                        + exchange.getRequestURI().getPath();
                byte[] answer = answers.getOrDefault(key, "").getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(
                        answers.containsKey(key) ? 200 : 403, answer.length == 0 ? -1 : answer.length);
                exchange.getResponseBody().write(answer);
            }
        });
        server.start();
        URI address = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        aws = new Aws(Optional.of(address), "eu-west-1", false);
        client = TriggerflowClient.builder().endpoint(address).build();
        deployed = new Deployed(
                aws,
                "s",
                "UPDATE_ROLLBACK_COMPLETE",
                Map.of(),
                Map.of(
                        "QueueUrl", "https://sqs/1/s-EventQueue",
                        "QueueArn", "arn:aws:sqs:eu-west-1:1:s-EventQueue",
                        "EngineFunction", "s-EngineFunction"),
                Map.of("SweeperFunctionMinute", "s-SweeperFunctionMinute"));
        answers.put("GET /health", "{\"ok\":true,\"version\":\"9.9\"}");
        answers.put(CONFIGURATION, "{\"FunctionName\":\"s-EngineFunction\",\"Timeout\":30,\"CodeSha256\":\"other\"}");
    }

    @AfterEach
    void stop() {
        client.close();
        aws.close();
        server.stop(0);
    }

    private static String level(List<Finding> findings, String part) {
        return findings.stream()
                .filter(f -> (f.subject() + " " + f.found()).contains(part))
                .map(f -> f.level().name())
                .collect(Collectors.joining(","));
    }

    @Test
    void anotherReleaseAnotherClockAnUnsettledStack() {
        StackCheckup checkup = new StackCheckup(deployed, client);
        List<Finding> api = checkup.api();
        assertEquals("WARN", level(api, "deployed 9.9"), api.toString());
        assertEquals("OK", level(api, "clock"), "the stub tells the time of this machine");
        assertEquals(
                "FAIL", StackCheckup.clock(Duration.ofSeconds(-400)).level().name());
        assertEquals("WARN", StackCheckup.clock(Duration.ofSeconds(30)).level().name());
        assertEquals("FAIL", level(checkup.stack(), "UPDATE_ROLLBACK_COMPLETE"));
    }

    @Test
    void alarmsThatAreMissingOrRing() {
        String alarms = StackCheckup.ALARMS.stream()
                .filter(name -> !name.equals("Throttles"))
                .map(name -> "<member><AlarmName>s-" + name
                        + "</AlarmName><AlarmDescription>Told.</AlarmDescription><StateValue>"
                        + (name.equals("DeadLetters") ? "ALARM" : "OK") + "</StateValue></member>")
                .collect(Collectors.joining());
        answers.put(
                "DescribeAlarms",
                "<DescribeAlarmsResponse xmlns=\"http://monitoring.amazonaws.com/doc/2010-08-01/\"><DescribeAlarmsResult><MetricAlarms>"
                        + alarms + "</MetricAlarms></DescribeAlarmsResult></DescribeAlarmsResponse>");
        List<Finding> findings = new StackCheckup(deployed, client).alarms();
        assertEquals("FAIL", level(findings, "DeadLetters: Told."), findings.toString());
        assertEquals("WARN", level(findings, "missing: Throttles"), findings.toString());
        assertEquals(2, findings.size());
    }

    @Test
    void aQueueThatAnybodyMaySendTo() {
        String attributes =
                "{\"Attributes\":{\"VisibilityTimeout\":\"180\",\"RedrivePolicy\":\"{\\\"deadLetterTargetArn\\\":\\\"d\\\",\\\"maxReceiveCount\\\":10}\","
                        + "\"SqsManagedSseEnabled\":\"true\",\"ApproximateNumberOfMessages\":\"3\",\"Policy\":\"%s\"}}";
        answers.put("AmazonSQS.GetQueueAttributes", attributes.formatted(""));
        QueueCheckup checkup = new QueueCheckup(deployed);
        List<Finding> open = checkup.events();
        assertEquals("FAIL", level(open, "queue policy"), open.toString());
        assertEquals("OK", level(open, "encrypted at rest"));
        assertEquals("OK", level(open, "3 events waiting"));
        String closed =
                "{\\\"Statement\\\":[{\\\"Effect\\\":\\\"Deny\\\",\\\"Condition\\\":{\\\"ArnNotLike\\\":{\\\"aws:PrincipalArn\\\":[]}}},"
                        + "{\\\"Effect\\\":\\\"Deny\\\",\\\"Condition\\\":{\\\"Bool\\\":{\\\"aws:SecureTransport\\\":\\\"false\\\"}}}]}";
        answers.put("AmazonSQS.GetQueueAttributes", attributes.formatted(closed));
        assertEquals(
                "OK", level(checkup.events(), "queue policy"), checkup.events().toString());
    }

    @Test
    void aSweeperWhoseScheduleIsOff() {
        FunctionCheckup checkup = new FunctionCheckup(deployed, client);
        answers.put("GET /schedules/s-SweeperFunctionMinute", "{\"State\":\"DISABLED\"}");
        assertEquals("FAIL", level(checkup.sweeper(), "its schedule is DISABLED"));
        answers.put("GET /schedules/s-SweeperFunctionMinute", "{\"State\":\"ENABLED\"}");
        assertEquals("OK", level(checkup.sweeper(), "its schedule is ENABLED"));
    }

    @Test
    void whatIsNotPermittedIsSaid() {
        answers.remove(CONFIGURATION);
        answers.put("AmazonSQS.GetQueueAttributes", "{}");
        Aws.Refused refused = org.junit.jupiter.api.Assertions.assertThrows(
                Aws.Refused.class, () -> new QueueCheckup(deployed).events());
        assertTrue(refused.isDenied());
    }
}

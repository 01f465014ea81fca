package io.triggerflow.local.lambda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.triggerflow.local.fault.Faults;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;

class AsyncTest {

    private static final String SOURCE = """
            import com.amazonaws.services.lambda.runtime.*;
            import java.io.*;
            import java.nio.file.*;
            import java.util.*;

            public class Fn {
                static void mark(Object what) {
                    try {
                        Files.writeString(Path.of(System.getenv("MARKS")), what + "\\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
                    } catch (IOException e) { throw new UncheckedIOException(e); }
                }

                public static class Echo implements RequestHandler<Map<String, Object>, Object> {
                    public Object handleRequest(Map<String, Object> in, Context context) {
                        mark(in.get("id"));
                        if (in.containsKey("fail")) throw new IllegalArgumentException("bad " + in.get("id"));
                        if (in.containsKey("large")) return "x".repeat((int) in.get("large"));
                        return Map.of("echo", in.get("id"));
                    }
                }
            }
            """;

    private static final String TEMPLATE = """
            Globals:
              Function:
                Runtime: java21
                CodeUri: code.zip
                Timeout: 20
                Environment: {Variables: {MARKS: 'DIR/marks'}}
            Resources:
              Results: {Type: AWS::SQS::Queue, Properties: {QueueName: results}}
              Lost: {Type: AWS::SQS::Queue, Properties: {QueueName: not-made}}
              Once:
                Type: AWS::Serverless::Function
                Properties:
                  FunctionName: once
                  Handler: Fn$Echo
                  EventInvokeConfig:
                    MaximumRetryAttempts: 0
                    DestinationConfig:
                      OnSuccess: {Type: SQS, Destination: !GetAtt Results.Arn}
                      OnFailure: {Type: SQS, Destination: !GetAtt Results.Arn}
              Retried:
                Type: AWS::Serverless::Function
                Properties: {FunctionName: retried, Handler: Fn$Echo}
              RetriedConfig:
                Type: AWS::Lambda::EventInvokeConfig
                Properties:
                  FunctionName: !Ref Retried
                  Qualifier: $LATEST
                  MaximumEventAgeInSeconds: 600
                  DestinationConfig: {OnFailure: {Destination: !GetAtt Results.Arn}}
              Chained:
                Type: AWS::Serverless::Function
                Properties:
                  FunctionName: chained
                  Handler: Fn$Echo
                  EventInvokeConfig: {DestinationConfig: {OnSuccess: {Type: Lambda, Destination: !GetAtt Once.Arn}}}
              Unheard:
                Type: AWS::Serverless::Function
                Properties:
                  FunctionName: unheard
                  Handler: Fn$Echo
                  EventInvokeConfig: {DestinationConfig: {OnSuccess: {Type: SQS, Destination: !GetAtt Lost.Arn}}}
            """;

    @TempDir
    static Path code;

    @TempDir
    Path dir;

    private static Sqs sqs;
    private final SettableClock clock = new SettableClock();

    @BeforeAll
    static void startSqs() {
        sqs = new Sqs();
        sqs.create("results", 30);
        Fixture.zip(code, "Fn", SOURCE);
    }

    @AfterAll
    static void stopSqs() {
        sqs.close();
    }

    @BeforeEach
    void copyCode() throws IOException {
        Files.copy(code.resolve("code.zip"), dir.resolve("code.zip"));
        while (!sqs.drain("results").isEmpty()) {
            assertTrue(true);
        }
    }

    private Fixture start(java.util.function.UnaryOperator<HostOptions> options) {
        return Fixture.start(
                dir, TEMPLATE.replace("DIR", dir.toString()), sqs.client(), o -> options.apply(o.withClock(clock)));
    }

    private static InvokeResponse send(Fixture fixture, String function, String payload) {
        return fixture.client()
                .invoke(r ->
                        r.functionName(function).invocationType("Event").payload(SdkBytes.fromUtf8String(payload)));
    }

    private List<String> marks() {
        try {
            return Files.exists(dir.resolve("marks")) ? Files.readAllLines(dir.resolve("marks")) : List.of();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static JsonNode record() {
        List<String> all = new ArrayList<>();
        Fixture.await("a destination record", () -> {
            all.addAll(sqs.drain("results"));
            return !all.isEmpty();
        });
        assertEquals(1, all.size(), all.toString());
        return Wire.parse(all.getFirst().getBytes(StandardCharsets.UTF_8)).orElseThrow();
    }

    @Test
    void successTellsItsDestinationExactly() {
        try (Fixture fixture = start(o -> o)) {
            InvokeResponse accepted = send(fixture, "once", "{\"id\":\"a\"}");
            assertEquals(202, accepted.statusCode());
            String id = accepted.responseMetadata().requestId();
            assertEquals(
                    "{\"version\":\"1.0\",\"timestamp\":\"2026-01-01T00:00:00Z\",\"requestContext\":{\"requestId\":\""
                            + id
                            + "\",\"functionArn\":\"arn:aws:lambda:us-east-1:000000000000:function:once:$LATEST\",\"condition\":\"Success\","
                            + "\"approximateInvokeCount\":1},\"requestPayload\":{\"id\":\"a\"},\"responseContext\":{\"statusCode\":200,"
                            + "\"executedVersion\":\"$LATEST\"},\"responsePayload\":{\"echo\":\"a\"}}",
                    record().toString());
            Fixture.await(
                    "the queue of events to be empty", () -> fixture.service().pendingEvents() == 0);
        }
    }

    @Test
    void failureWithoutRetriesIsExhaustedAtOnce() {
        try (Fixture fixture = start(o -> o)) {
            send(fixture, "once", "{\"id\":\"b\",\"fail\":1}");
            JsonNode record = record();
            assertEquals(
                    "RetriesExhausted",
                    record.path("requestContext").path("condition").asText());
            assertEquals(
                    "Unhandled",
                    record.path("responseContext").path("functionError").asText());
            assertEquals(
                    "bad b", record.path("responsePayload").path("errorMessage").asText());
            assertEquals(List.of("b"), marks());
        }
    }

    @Test
    void retriesWaitOneMinuteThenTwo() {
        try (Fixture fixture = start(o -> o)) {
            send(fixture, "retried", "{\"id\":\"r\",\"fail\":1}");
            Fixture.await(
                    "the first attempt to fail",
                    () -> marks().size() == 1 && fixture.service().waitingEvents() == 1);
            clock.advance(Duration.ofSeconds(59));
            assertEquals(1, fixture.service().pendingEvents());
            assertEquals(1, marks().size());
            clock.advance(Duration.ofSeconds(1));
            Fixture.await(
                    "the second attempt to fail",
                    () -> marks().size() == 2 && fixture.service().waitingEvents() == 1);
            clock.advance(Duration.ofSeconds(119));
            assertEquals(2, marks().size());
            clock.advance(Duration.ofSeconds(1));
            assertEquals(
                    3,
                    record().path("requestContext")
                            .path("approximateInvokeCount")
                            .asInt());
            assertEquals(List.of("r", "r", "r"), marks());
        }
    }

    @Test
    void anEventThatGrewTooOldIsNotRunAgain() {
        try (Fixture fixture = start(o -> o)) {
            send(fixture, "retried", "{\"id\":\"old\",\"fail\":1}");
            Fixture.await(
                    "the first attempt to fail",
                    () -> marks().size() == 1 && fixture.service().waitingEvents() == 1);
            clock.advance(Duration.ofSeconds(601));
            JsonNode record = record();
            assertEquals(
                    "EventAgeExceeded",
                    record.path("requestContext").path("condition").asText());
            assertFalse(record.has("responsePayload"));
            assertEquals(1, marks().size());
        }
    }

    @Test
    void aFunctionCanBeADestination() {
        try (Fixture fixture = start(o -> o)) {
            send(fixture, "chained", "{\"id\":\"c\"}");
            JsonNode outer = record();
            assertEquals(
                    "chained:$LATEST",
                    outer.path("requestPayload")
                            .path("requestContext")
                            .path("functionArn")
                            .asText()
                            .replaceAll(".*function:", ""));
        }
    }

    @Test
    void recordsThatCannotBeDeliveredAreLostButCounted() {
        try (Fixture fixture = start(o -> o)) {
            send(fixture, "once", "{\"id\":\"l\",\"large\":1048576}");
            Fixture.await("a lost record", () -> fixture.service().destinationFailures() == 1);
            send(fixture, "unheard", "{\"id\":\"u\"}");
            Fixture.await("another", () -> fixture.service().destinationFailures() == 2);
            assertTrue(
                    fixture.service().logs("once").stream().anyMatch(line -> line.contains("it is lost")),
                    "not logged");
            assertEquals(List.of(), sqs.drain("results"));
        }
    }

    @Test
    void throttledEventsWaitAndDoNotUseUpAttempts() {
        try (Fixture fixture = start(o -> o.withAccountConcurrency(0))) {
            send(fixture, "once", "{\"id\":\"t\"}");
            Fixture.await("the event to grow too old", () -> {
                clock.advance(Duration.ofMinutes(5));
                return fixture.service().pendingEvents() == 0;
            });
            assertEquals(
                    "EventAgeExceeded",
                    record().path("requestContext").path("condition").asText());
            assertEquals(List.of(), marks());
        }
        Faults half = Faults.seeded(new Faults.Rates(0, 0, 0.5, 0), 3);
        try (Fixture fixture = start(o -> o.withFaults(half))) {
            fixture.service().invoke("once", InvocationType.EVENT, "{\"id\":\"s\"}".getBytes(StandardCharsets.UTF_8));
            Fixture.await("the event to get through", () -> {
                clock.advance(Duration.ofMinutes(1));
                return fixture.service().pendingEvents() == 0;
            });
            assertEquals(
                    1,
                    record().path("requestContext")
                            .path("approximateInvokeCount")
                            .asInt());
        }
    }

    @Test
    void acceptedEventsOutliveTheProcess() throws IOException {
        Path data = dir.resolve("data");
        try (Fixture fixture = start(o -> o.withDataDirectory(data).withAccountConcurrency(0))) {
            send(fixture, "once", "{\"id\":\"kept\",\"text\":\"zwei\\nZeilen\"}");
        }
        // What a kill -9 in the middle of a write leaves behind.
        Path journal = data.resolve("lambda-events.jsonl");
        Files.writeString(journal, "{\"id\":\"torn\",\"func", java.nio.file.StandardOpenOption.APPEND);
        try (Fixture fixture = start(o -> o.withDataDirectory(data))) {
            clock.advance(Duration.ofMinutes(10));
            assertEquals(
                    "zwei\nZeilen", record().path("requestPayload").path("text").asText());
            Fixture.await(
                    "the queue of events to be empty", () -> fixture.service().pendingEvents() == 0);
        }
        try (Fixture fixture = start(o -> o.withDataDirectory(data))) {
            assertEquals(0, fixture.service().pendingEvents());
            assertEquals(List.of("kept"), marks());
        }
    }

    @Test
    void theJournalKeepsAttempts() {
        Instant now = clock.instant();
        AcceptedEvent event =
                new AcceptedEvent("i", "f", Optional.of("live"), new byte[] {'1'}, Optional.empty(), now, 0, 0, now);
        try (EventJournal journal = new EventJournal(dir)) {
            journal.accepted(event);
            journal.accepted(event.failed(now.plusSeconds(60)));
        }
        try (EventJournal journal = new EventJournal(dir)) {
            AcceptedEvent read = journal.open().getFirst();
            assertEquals(1, journal.open().size());
            assertEquals(1, read.attempts());
            assertEquals(now.plusSeconds(60), read.dueAt());
            assertEquals(Optional.of("live"), read.qualifier());
        }
    }

    @Test
    void aBurstIsRunToItsEnd() {
        try (Fixture fixture = start(o -> o)) {
            for (int i = 0; i < 500; i++) {
                fixture.service()
                        .invoke(
                                "unheard",
                                InvocationType.EVENT,
                                ("{\"id\":" + i + "}").getBytes(StandardCharsets.UTF_8));
            }
            Fixture.await("500 events to end", () -> fixture.service().pendingEvents() == 0);
            assertEquals(500, marks().stream().distinct().count());
        }
    }
}

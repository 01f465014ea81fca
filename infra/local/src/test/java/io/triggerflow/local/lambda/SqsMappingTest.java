package io.triggerflow.local.lambda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.triggerflow.local.fault.Faults;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.model.FunctionResponseType;
import software.amazon.awssdk.services.lambda.model.InvalidParameterValueException;
import software.amazon.awssdk.services.lambda.model.ResourceConflictException;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;

/** Tests wait for messages to come back: side by side, each with a queue of its own. */
@Execution(ExecutionMode.CONCURRENT)
class SqsMappingTest {

    private static final String SOURCE = """
            import com.amazonaws.services.lambda.runtime.*;
            import com.amazonaws.services.lambda.runtime.events.*;
            import java.io.*;
            import java.nio.charset.StandardCharsets;
            import java.nio.file.*;
            import java.util.*;

            public class Fn {
                static void mark(Object what) {
                    try {
                        Files.writeString(Path.of(System.getenv("MARKS")), what + "\\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
                    } catch (IOException e) { throw new UncheckedIOException(e); }
                }

                public static class Raw implements RequestStreamHandler {
                    public void handleRequest(InputStream in, OutputStream out, Context context) throws IOException {
                        mark(new String(in.readAllBytes(), StandardCharsets.UTF_8));
                    }
                }

                /** Fails messages "bad..." once each: by report, or by throwing. */
                public static class Batch implements RequestHandler<SQSEvent, SQSBatchResponse> {
                    public SQSBatchResponse handleRequest(SQSEvent event, Context context) {
                        List<SQSBatchResponse.BatchItemFailure> failures = new ArrayList<>();
                        StringBuilder bodies = new StringBuilder("n=" + event.getRecords().size());
                        for (SQSEvent.SQSMessage message : event.getRecords()) {
                            int received = Integer.parseInt(message.getAttributes().get("ApproximateReceiveCount"));
                            bodies.append(' ').append(message.getBody()).append('#').append(received);
                            if (received == 1 && message.getBody().startsWith("throw")) { mark(bodies); throw new IllegalStateException("thrown"); }
                            if (received == 1 && message.getBody().startsWith("bad")) failures.add(new SQSBatchResponse.BatchItemFailure(message.getMessageId()));
                            if (received == 1 && message.getBody().startsWith("odd")) failures.add(new SQSBatchResponse.BatchItemFailure("nobody"));
                        }
                        mark(bodies);
                        return new SQSBatchResponse(failures);
                    }
                }
            }
            """;

    @TempDir
    static Path code;

    @TempDir
    Path dir;

    private static Sqs sqs;

    @BeforeAll
    static void startSqs() {
        sqs = new Sqs();
        Fixture.zip(code, "Fn", SOURCE);
    }

    @AfterAll
    static void stopSqs() {
        sqs.close();
    }

    private Fixture start(String queue, String handler, String event, UnaryOperator<HostOptions> options)
            throws IOException {
        Files.copy(code.resolve("code.zip"), dir.resolve("code.zip"));
        // Longer than a cold start on a busy machine, shorter than a test waits.
        sqs.create(queue, 6);
        return Fixture.start(dir, """
                Resources:
                  Queue: {Type: AWS::SQS::Queue, Properties: {QueueName: %s}}
                  Fn:
                    Type: AWS::Serverless::Function
                    Properties:
                      FunctionName: fn
                      Runtime: java21
                      CodeUri: code.zip
                      Handler: 'Fn$%s'
                      Timeout: 6
                      Environment: {Variables: {MARKS: '%s'}}
                      Events:
                        Queue: {Type: SQS, Properties: {Queue: !GetAtt Queue.Arn%s}}
                """.formatted(queue, handler, dir.resolve("marks"), event), sqs.client(), options);
    }

    private List<String> marks() {
        try {
            return Files.exists(dir.resolve("marks")) ? Files.readAllLines(dir.resolve("marks")) : List.of();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** Deliveries as body#receiveCount, whatever their batches. */
    private List<String> deliveries() {
        List<String> all = new ArrayList<>();
        marks().forEach(line -> all.addAll(List.of(line.split(" ")).subList(1, line.split(" ").length)));
        Collections.sort(all);
        return all;
    }

    private static void gone(Fixture fixture, String queue) {
        try {
            Fixture.await("the queue " + queue + " to be empty", () -> sqs.size(queue) == 0);
        } catch (AssertionError e) {
            throw new AssertionError(
                    e.getMessage() + "; the function wrote "
                            + fixture.service().logs("fn").stream().limit(20).toList(),
                    e);
        }
    }

    @Test
    void theEventIsExactlyLambdas() throws IOException {
        try (Fixture fixture = start("exact", "Raw", "", o -> o)) {
            sqs.client().sendMessage(r -> r.queueUrl(sqs.url("exact"))
                    .messageBody("{\"x\":\"ü\"}")
                    .messageAttributes(Map.of(
                            "s",
                                    MessageAttributeValue.builder()
                                            .dataType("String")
                                            .stringValue("v")
                                            .build(),
                            "b",
                                    MessageAttributeValue.builder()
                                            .dataType("Binary")
                                            .binaryValue(SdkBytes.fromUtf8String("bin"))
                                            .build())));
            gone(fixture, "exact");
            JsonNode event = Wire.parse(marks().getFirst().getBytes(StandardCharsets.UTF_8))
                    .orElseThrow();
            assertEquals(1, event.path("Records").size());
            JsonNode record = event.path("Records").get(0);
            assertEquals("{\"x\":\"ü\"}", record.path("body").asText());
            assertEquals(
                    "1",
                    record.path("attributes").path("ApproximateReceiveCount").asText());
            assertTrue(record.path("attributes").path("SentTimestamp").isTextual());
            assertTrue(record.path("attributes")
                    .path("ApproximateFirstReceiveTimestamp")
                    .isTextual());
            assertEquals(
                    "{\"stringValue\":\"v\",\"stringListValues\":[],\"binaryListValues\":[],\"dataType\":\"String\"}",
                    record.path("messageAttributes").path("s").toString());
            assertEquals(
                    "Ymlu",
                    record.path("messageAttributes")
                            .path("b")
                            .path("binaryValue")
                            .asText());
            assertEquals("aws:sqs", record.path("eventSource").asText());
            assertEquals(
                    "arn:aws:sqs:us-east-1:000000000000:exact",
                    record.path("eventSourceARN").asText());
            assertEquals("us-east-1", record.path("awsRegion").asText());
            assertTrue(record.path("md5OfBody").asText().matches("[0-9a-f]{32}"));
            assertTrue(record.hasNonNull("messageId") && record.hasNonNull("receiptHandle"));
        }
    }

    @Test
    void reportedFailuresAloneComeBack() throws IOException {
        try (Fixture fixture =
                start("partial", "Batch", ", FunctionResponseTypes: [ReportBatchItemFailures]", o -> o)) {
            sendAll("partial", "good1", "bad2", "good3");
            gone(fixture, "partial");
            assertEquals(List.of("bad2#1", "bad2#2", "good1#1", "good3#1"), deliveries());
        }
    }

    @Test
    void withoutReportingTheAnswerIsIgnored() throws IOException {
        try (Fixture fixture = start("plain", "Batch", "", o -> o)) {
            sendAll("plain", "bad1");
            gone(fixture, "plain");
            assertEquals(List.of("bad1#1"), deliveries());
        }
    }

    @Test
    void anErrorOrAnInvalidAnswerFailsTheWholeBatch() throws IOException {
        try (Fixture fixture = start("whole", "Batch", ", FunctionResponseTypes: [ReportBatchItemFailures]", o -> o)) {
            sendAll("whole", "throw1");
            gone(fixture, "whole");
            sendAll("whole", "odd2");
            gone(fixture, "whole");
            assertEquals(List.of("odd2#1", "odd2#2", "throw1#1", "throw1#2"), deliveries());
        }
    }

    @Test
    void aWindowGathersLargeBatches() throws IOException {
        try (Fixture fixture =
                start("window", "Batch", ", BatchSize: 100, MaximumBatchingWindowInSeconds: 1", o -> o)) {
            sendAll(
                    "window",
                    java.util.stream.IntStream.range(0, 60)
                            .mapToObj(i -> "m" + i)
                            .toArray(String[]::new));
            gone(fixture, "window");
            assertEquals(60, deliveries().size());
            assertTrue(marks().size() <= 10, "60 messages in " + marks().size() + " batches");
        }
    }

    @Test
    void filtersDropWhatDoesNotMatch() throws IOException {
        try (Fixture fixture = start(
                "filter", "Batch", ", FilterCriteria: {Filters: [{Pattern: '{\"body\":{\"k\":[1]}}'}]}", o -> o)) {
            sendAll("filter", "{\"k\":1}", "{\"k\":2}", "text");
            gone(fixture, "filter");
            assertEquals(List.of("{\"k\":1}#1"), deliveries());
        }
    }

    @Test
    void injectedDuplicatesAndLostAcknowledgementsDeliverAgain() throws IOException {
        Faults always = Faults.seeded(new Faults.Rates(1, 0, 0, 0), 1);
        try (Fixture fixture = start("dup", "Batch", "", o -> o.withFaults(always))) {
            sendAll("dup", "a");
            gone(fixture, "dup");
            assertEquals(List.of("a#1", "a#1"), deliveries());
        }
        Files.delete(dir.resolve("code.zip"));
        Files.delete(dir.resolve("marks"));
        try (Fixture fixture =
                start("drop", "Batch", "", o -> o.withFaults(Faults.seeded(new Faults.Rates(0, 0.5, 0.3, 0.2), 5)))) {
            sendAll("drop", "a", "b", "c", "d", "e", "f");
            gone(fixture, "drop");
            assertTrue(deliveries().size() > 6, "nothing was delivered again: " + deliveries());
            assertEquals(
                    Set.of("a", "b", "c", "d", "e", "f"),
                    Set.copyOf(deliveries().stream()
                            .map(d -> d.substring(0, 1))
                            .distinct()
                            .toList()));
        }
    }

    @Test
    void mappingsAreManagedByTheApi() throws IOException {
        try (Fixture fixture = start("managed", "Batch", ", Enabled: false", o -> o)) {
            sendAll("managed", "m");
            var client = fixture.client();
            String uuid = client.listEventSourceMappings(r -> r.functionName("fn"))
                    .eventSourceMappings()
                    .getFirst()
                    .uuid();
            assertEquals(
                    "Disabled", client.getEventSourceMapping(r -> r.uuid(uuid)).state());
            assertEquals(1, sqs.size("managed"));
            client.updateEventSourceMapping(r ->
                    r.uuid(uuid).enabled(true).functionResponseTypes(FunctionResponseType.REPORT_BATCH_ITEM_FAILURES));
            gone(fixture, "managed");
            assertThrows(
                    ResourceConflictException.class,
                    () -> client.createEventSourceMapping(
                            r -> r.functionName("fn").eventSourceArn("arn:aws:sqs:us-east-1:000000000000:managed")));
            assertThrows(
                    InvalidParameterValueException.class,
                    () -> client.updateEventSourceMapping(r -> r.uuid(uuid).batchSize(11)));
            client.deleteEventSourceMapping(r -> r.uuid(uuid));
            assertEquals(
                    List.of(),
                    client.listEventSourceMappings(r -> r.functionName("fn")).eventSourceMappings());
            assertEquals(
                    "managed",
                    client.createEventSourceMapping(r -> r.functionName("fn")
                                    .batchSize(5)
                                    .eventSourceArn("arn:aws:sqs:us-east-1:000000000000:managed"))
                            .eventSourceArn()
                            .replaceAll(".*:", ""));
            sendAll("managed", "again");
            gone(fixture, "managed");
            // Pollers of the deleted mapping may have received it and given it back: its count is not known, its one
            // delivery is.
            assertEquals(
                    List.of("again", "m"),
                    deliveries().stream().map(d -> d.replaceAll("#.*", "")).toList());
        }
    }

    /** A message that came again while its batch was still in work would be handled for ever. */
    @Test
    void aQueueWhoseMessagesComeBackBeforeTheFunctionMustEndIsRefused() throws IOException {
        try (Fixture fixture = start("patient", "Batch", "", o -> o)) {
            sqs.create("hasty", 5);
            String message = assertThrows(InvalidParameterValueException.class, () -> fixture.client()
                            .createEventSourceMapping(r ->
                                    r.functionName("fn").eventSourceArn("arn:aws:sqs:us-east-1:000000000000:hasty")))
                    .getMessage();
            assertTrue(
                    message.contains("Queue visibility timeout: 5 seconds is less than Function timeout: 6 seconds"),
                    message);
        }
    }

    @Test
    void partialAnswersAreReadAsLambdaReadsThem() {
        Set<String> ids = Set.of("a", "b");
        for (String fine : List.of("", "null", "{}", "{\"batchItemFailures\":[]}", "{\"batchItemFailures\":null}")) {
            assertEquals(Optional.of(Set.of()), SqsRecords.failures(fine.getBytes(StandardCharsets.UTF_8), ids), fine);
        }
        for (String bad : List.of(
                "{",
                "{\"batchItemFailures\":1}",
                "{\"other\":[]}",
                "{\"batchItemFailures\":[{}]}",
                "{\"batchItemFailures\":[{\"itemIdentifier\":\"\"}]}",
                "{\"batchItemFailures\":[{\"itemIdentifier\":null}]}",
                "{\"batchItemFailures\":[{\"itemIdentifier\":\"c\"}]}",
                "{\"batchItemFailures\":[{\"itemIdentifier\":\"a\"},\"b\"]}")) {
            assertEquals(Optional.empty(), SqsRecords.failures(bad.getBytes(StandardCharsets.UTF_8), ids), bad);
        }
        assertEquals(
                Optional.of(Set.of("b")),
                SqsRecords.failures(
                        "{\"batchItemFailures\":[{\"itemIdentifier\":\"b\"}]}".getBytes(StandardCharsets.UTF_8), ids));
    }

    private static void sendAll(String queue, String... bodies) {
        for (int from = 0; from < bodies.length; from += 10) {
            List<SendMessageBatchRequestEntry> entries = new ArrayList<>();
            for (int i = from; i < Math.min(bodies.length, from + 10); i++) {
                entries.add(SendMessageBatchRequestEntry.builder()
                        .id("i" + i)
                        .messageBody(bodies[i])
                        .build());
            }
            sqs.client().sendMessageBatch(r -> r.queueUrl(sqs.url(queue)).entries(entries));
        }
    }
}

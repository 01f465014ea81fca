package io.triggerflow.aws.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.triggerflow.aws.WireStub;
import io.triggerflow.aws.json.Json;
import io.triggerflow.aws.store.Blobs;
import io.triggerflow.core.model.Event;
import io.triggerflow.core.model.Launch;
import io.triggerflow.core.port.EventSink;
import io.triggerflow.core.port.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.scheduler.SchedulerClient;
import software.amazon.awssdk.services.sqs.SqsClient;

class QueueSinkTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00.5Z");
    private static final String URL = "http://localhost/123456789012/events";
    private static final String SENT = "{\"Successful\":[],\"Failed\":[]}";

    private final WireStub sqs = new WireStub();
    private final WireStub bus = new WireStub();
    private final WireStub scheduler = new WireStub();
    private final QueueSink sink = new QueueSink(
            new QueueSink.Clients(
                    sqs.client(SqsClient.builder().checksumValidationEnabled(false)),
                    bus.client(EventBridgeClient.builder()),
                    scheduler.client(SchedulerClient.builder())),
            new QueueSink.Scheduling("group", "arn:aws:iam::123456789012:role/r"),
            new QueueSink.Places(URL, "arn:aws:sqs:us-east-1:123456789012:events", "bus"),
            new Blobs() {
                @Override
                public String put(Kind kind, String text) {
                    return kind.prefix() + text.length();
                }

                @Override
                public String get(String key) {
                    throw new IllegalStateException("Expected nothing to be read, but " + key + " was");
                }
            },
            InstantSource.fixed(NOW));

    private static Event event(String id, Object data) {
        return Event.ofEngine(id, "order.placed", "", NOW, data, Map.of("tfworkspace", "w"));
    }

    private static EventSink.Outgoing outgoing(String id, Object data, Launch.Destination destination, Duration delay) {
        return new EventSink.Outgoing(event(id, data), destination, delay);
    }

    private static EventSink.Outgoing toEngine(String id, Object data) {
        return outgoing(id, data, new Launch.Destination.Engine(), Duration.ZERO);
    }

    private List<List<?>> batches() {
        return sqs.asked().stream()
                .<List<?>>map(a -> Json.list(Json.readObject(a.body()).get("Entries")))
                .toList();
    }

    @Test
    void tenARequest() {
        sqs.answer(200, SENT);
        sink.send(IntStream.range(0, 25).mapToObj(i -> toEngine("e" + i, i)).toList());
        assertEquals(List.of(10, 10, 5), batches().stream().map(List::size).toList());
        Map<String, Object> first = Json.readObject(
                (String) Json.object(batches().getFirst().getFirst()).get("MessageBody"));
        assertEquals("1.0", first.get("specversion"));
        assertEquals("w", first.get("tfworkspace"));
    }

    @Test
    void atMostOneMebibyteARequest() {
        sqs.answer(200, SENT);
        sink.send(IntStream.range(0, 10)
                .mapToObj(i -> toEngine("e" + i, "x".repeat(190_000)))
                .toList());
        assertEquals(List.of(5, 5), batches().stream().map(List::size).toList());
    }

    @Test
    void largeDataGoesToTheBlobStore() {
        sqs.answer(200, SENT);
        sink.send(List.of(toEngine("e", "x".repeat(900_000))));
        assertTrue(sqs.asked().getFirst().body().contains("payloads/900002"));
        assertTrue(sqs.asked().getFirst().body().length() < 1_000);
    }

    @Test
    void failedEntriesAreSentAgain() {
        sqs.answer(
                        200,
                        "{\"Successful\":[],\"Failed\":[{\"Id\":\"1\",\"SenderFault\":false,\"Code\":\"InternalError\"}]}")
                .answer(200, SENT);
        sink.send(List.of(toEngine("a", 1), toEngine("b", 2)));
        assertEquals(List.of(2, 1), batches().stream().map(List::size).toList());
    }

    @Test
    void endlessFailuresAreTold() {
        sqs.answer(
                200,
                "{\"Successful\":[],\"Failed\":[{\"Id\":\"0\",\"SenderFault\":false,\"Code\":\"InternalError\"}]}");
        assertThrows(StoreException.class, () -> sink.send(List.of(toEngine("a", 1))));
        sqs.answer(500, "{}");
        assertThrows(StoreException.class, () -> sink.send(List.of(toEngine("a", 1))));
    }

    @Test
    void foreignQueuesMayRefuse() {
        sqs.answer(
                400,
                Map.of("x-amzn-query-error", "AWS.SimpleQueueService.NonExistentQueue;Sender"),
                "{\"__type\":\"com.amazonaws.sqs#QueueDoesNotExist\",\"message\":\"no queue\"}");
        Launch.Destination queue = new Launch.Destination.Queue("http://localhost/123456789012/other");
        assertThrows(
                EventSink.RefusedException.class, () -> sink.send(List.of(outgoing("a", 1, queue, Duration.ZERO))));
        assertThrows(
                StoreException.class,
                () -> sink.send(List.of(toEngine("a", 1))),
                "the own queue is there, or somebody will see to it");
    }

    @Test
    void fifoQueuesGetGroupAndDeduplication() {
        sqs.answer(200, SENT);
        sink.send(List.of(outgoing(
                "a", 1, new Launch.Destination.Queue("http://localhost/123456789012/other.fifo"), Duration.ZERO)));
        Map<String, Object> entry = Json.object(batches().getFirst().getFirst());
        assertEquals("a", entry.get("MessageDeduplicationId"));
        assertTrue(entry.containsKey("MessageGroupId"));
    }

    @Test
    void shortDelaysAreRoundedUpToSeconds() {
        sqs.answer(200, SENT);
        sink.sendAt(event("a", 1), NOW.plusMillis(2_001), NOW);
        sink.sendAt(event("b", 1), NOW.plusSeconds(900), NOW);
        sink.sendAt(event("c", 1), NOW.minusSeconds(5), NOW);
        List<Object> delays = batches().stream()
                .map(b -> Json.object(b.getFirst()).get("DelaySeconds"))
                .toList();
        assertEquals(Arrays.asList(3, 900, null), delays);
    }

    @Test
    void longDelaysAreSchedulesThatFireEarly() {
        scheduler.answer(200, "{\"ScheduleArn\":\"arn\"}");
        Instant due = NOW.plus(Duration.ofDays(3));
        sink.sendAt(event("a", 1), due, NOW);
        sink.sendAt(event("a", 1), due, NOW.plusSeconds(1));
        WireStub.Asked asked = scheduler.asked().getFirst();
        assertEquals(asked.path(), scheduler.asked().get(1).path(), "the same event has the same name");
        Map<String, Object> schedule = Json.readObject(asked.body());
        assertEquals("at(2026-03-04T11:58:00)", schedule.get("ScheduleExpression"));
        assertEquals("DELETE", schedule.get("ActionAfterCompletion"));
        Map<String, Object> target = Json.object(schedule.get("Target"));
        assertEquals("arn:aws:sqs:us-east-1:123456789012:events", target.get("Arn"));
        assertEquals(
                due.toString(), Json.readObject((String) target.get("Input")).get("tfdue"));
    }

    @Test
    void scheduleThatIsThereIsFine() {
        scheduler.answer(409, Map.of("x-amzn-ErrorType", "ConflictException"), "{\"Message\":\"exists\"}");
        sink.sendAt(event("a", 1), NOW.plus(Duration.ofDays(3)), NOW);
        scheduler.answer(500, "{}");
        assertThrows(StoreException.class, () -> {
            sink.sendAt(event("a", 1), NOW.plus(Duration.ofDays(3)), NOW);
            sink.sendAt(event("a", 1), NOW.plus(Duration.ofDays(3)), NOW);
        });
    }

    @Test
    void busesGetTheWholeEventAsDetail() {
        bus.answer(
                        200,
                        "{\"FailedEntryCount\":1,\"Entries\":[{\"ErrorCode\":\"ThrottlingException\"},{\"EventId\":\"1\"}]}")
                .answer(200, "{\"FailedEntryCount\":0,\"Entries\":[{\"EventId\":\"1\"}]}");
        Launch.Destination own = new Launch.Destination.Bus(Optional.empty());
        sink.send(List.of(outgoing("a", 1, own, Duration.ZERO), outgoing("b", 1, own, Duration.ZERO)));
        assertEquals(
                List.of(2, 1),
                bus.asked().stream()
                        .map(a -> Json.list(Json.readObject(a.body()).get("Entries"))
                                .size())
                        .toList());
        Map<String, Object> entry = Json.object(
                Json.list(Json.readObject(bus.asked().getFirst().body()).get("Entries"))
                        .getFirst());
        assertEquals("bus", entry.get("EventBusName"));
        assertEquals("order.placed", entry.get("DetailType"));
        assertEquals("a", Json.readObject((String) entry.get("Detail")).get("id"));
    }

    @Test
    void busesMayRefuse() {
        bus.answer(200, "{\"FailedEntryCount\":1,\"Entries\":[{\"ErrorCode\":\"NotAuthorizedForSourceException\"}]}");
        Launch.Destination other = new Launch.Destination.Bus(Optional.of("other"));
        assertThrows(
                EventSink.RefusedException.class, () -> sink.send(List.of(outgoing("a", 1, other, Duration.ZERO))));
    }

    @Test
    void delayedEventsForOthersAreSchedules() {
        scheduler.answer(200, "{\"ScheduleArn\":\"arn\"}");
        sink.send(List.of(outgoing("a", 1, new Launch.Destination.Bus(Optional.empty()), Duration.ofMinutes(10))));
        sink.send(List.of(outgoing("a", 1, new Launch.Destination.Queue("http://localhost/5/q"), Duration.ofHours(1))));
        List<Object> arns = scheduler.asked().stream()
                .map(a -> Json.object(Json.readObject(a.body()).get("Target")).get("Arn"))
                .toList();
        assertEquals(List.of("arn:aws:events:us-east-1:123456789012:event-bus/bus", "arn:aws:sqs:us-east-1:5:q"), arns);
    }
}

package io.triggerflow.aws.launch;

import io.triggerflow.aws.event.EventJson;
import io.triggerflow.aws.store.Blobs;
import io.triggerflow.core.model.Event;
import io.triggerflow.core.model.Launch;
import io.triggerflow.core.port.EventSink;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.scheduler.SchedulerClient;
import software.amazon.awssdk.services.sqs.SqsClient;

/**
 * Sends events as structured CloudEvents: to queues by SQS, to buses by EventBridge, and later ones by SQS's delay (up to 15 minutes, to
 * the second) or by Scheduler (any time). Thread-safe.
 */
public final class QueueSink implements EventSink {
    /** The longest delay of SQS. */
    static final Duration MAX_DELAY = Duration.ofMinutes(15);
    /** A schedule fires that much before the event is due; SQS's delay does the rest, to the second. */
    private static final Duration EARLY = Duration.ofMinutes(2);

    private final QueueSender queues;
    private final BusSender buses;
    private final Schedules schedules;
    private final Blobs blobs;
    private final Places places;
    private final InstantSource clock;

    /**
     * Where events go by default.
     *
     * @param queueUrl the engine's queue
     * @param queueArn the same; region and account of other ARNs are taken from it
     * @param bus name or ARN of the deployment's own bus
     */
    public record Places(String queueUrl, String queueArn, String bus) {}

    /** The clients that events are sent with. */
    public record Clients(SqsClient sqs, EventBridgeClient eventBridge, SchedulerClient scheduler) {}

    /**
     * How schedules are made.
     *
     * @param group the group they are in
     * @param roleArn the role by which Scheduler sends
     */
    public record Scheduling(String group, String roleArn) {}

    public QueueSink(Clients clients, Scheduling scheduling, Places places, Blobs blobs, InstantSource clock) {
        this.queues = new QueueSender(clients.sqs());
        this.buses = new BusSender(clients.eventBridge());
        this.schedules = new Schedules(clients.scheduler(), scheduling.group(), scheduling.roleArn());
        this.blobs = blobs;
        this.places = places;
        this.clock = clock;
    }

    @Override
    public void send(List<Outgoing> events) {
        Map<String, List<QueueSender.Text>> byQueue = new LinkedHashMap<>();
        Map<String, List<Event>> byBus = new LinkedHashMap<>();
        Instant now = clock.instant();
        for (Outgoing outgoing : events) {
            boolean isLong = outgoing.delay().compareTo(MAX_DELAY) > 0;
            switch (outgoing.destination()) {
                case Launch.Destination.Engine e
                when isLong -> sendAt(outgoing.event(), now.plus(outgoing.delay()), now);
                case Launch.Destination.Engine e ->
                    byQueue.computeIfAbsent(places.queueUrl(), u -> new ArrayList<>())
                            .add(text(outgoing));
                case Launch.Destination.Queue q
                when isLong -> later(outgoing, now, queueArn(q.url()), Optional.empty());
                case Launch.Destination.Queue q ->
                    byQueue.computeIfAbsent(q.url(), u -> new ArrayList<>()).add(text(outgoing));
                case Launch.Destination.Bus b
                when !outgoing.delay().isZero() ->
                    later(
                            outgoing,
                            now,
                            busArn(b.name().orElse(places.bus())),
                            Optional.of(new Schedules.BusEvent(
                                    outgoing.event().source(), outgoing.event().type())));
                case Launch.Destination.Bus b ->
                    byBus.computeIfAbsent(b.name().orElse(places.bus()), n -> new ArrayList<>())
                            .add(outgoing.event());
            }
        }
        byQueue.forEach((url, texts) -> queues.send(url, texts, url.equals(places.queueUrl())));
        byBus.forEach((bus, list) -> buses.send(
                bus,
                list.stream()
                        .map(e -> new BusSender.Entry(e, EventJson.message(e, blobs)))
                        .toList()));
    }

    @Override
    public void sendAt(Event event, Instant due, Instant now) {
        Duration left = Duration.between(now, due);
        if (left.compareTo(MAX_DELAY) <= 0) {
            Duration delay = left.isNegative() ? Duration.ZERO : left;
            queues.send(
                    places.queueUrl(),
                    List.of(text(new Outgoing(event, new Launch.Destination.Engine(), delay))),
                    true);
            return;
        }
        Map<String, Object> extensions = new HashMap<>(event.extensions());
        extensions.put(Event.DUE, due.toString());
        Event early = new Event(
                event.id(), event.source(), event.type(), event.subject(), event.time(), event.data(), extensions);
        schedules.once(
                identity(event),
                due.minus(EARLY),
                places.queueArn(),
                EventJson.message(early, blobs),
                Optional.empty());
    }

    /** Puts a message that was parked back into the engine's queue, as it came. */
    public void sendText(String key, String body) {
        queues.send(places.queueUrl(), List.of(new QueueSender.Text(key, body, 0)), true);
    }

    /** Without the remainder by SQS: the receiver is not the engine. Late by as much as Scheduler is, never early. */
    private void later(Outgoing outgoing, Instant now, String arn, Optional<Schedules.BusEvent> bus) {
        Instant due = now.plus(outgoing.delay());
        Instant soonest = now.plus(Schedules.PRECISION);
        schedules.once(
                identity(outgoing.event()),
                due.isBefore(soonest) ? soonest : due,
                arn,
                EventJson.message(outgoing.event(), blobs),
                bus);
    }

    private static String identity(Event event) {
        return event.scope().map(Object::toString).orElse("") + " " + event.type() + " " + event.key();
    }

    private QueueSender.Text text(Outgoing outgoing) {
        long millis = outgoing.delay().toMillis();
        return new QueueSender.Text(
                outgoing.event().key(), EventJson.message(outgoing.event(), blobs), (int) ((millis + 999) / 1000));
    }

    private String busArn(String bus) {
        return bus.startsWith("arn:") ? bus : arn("events", "event-bus/" + bus);
    }

    /** A queue's URL ends in its account and name. */
    private String queueArn(String url) {
        String[] parts = url.split("/");
        if (parts.length < 2) {
            throw new RefusedException("Expected the URL of a queue, but got '" + url + "'");
        }
        String[] own = places.queueArn().split(":", 6);
        return String.join(":", own[0], own[1], "sqs", own[3], parts[parts.length - 2], parts[parts.length - 1]);
    }

    private String arn(String service, String resource) {
        String[] own = places.queueArn().split(":", 6);
        return String.join(":", own[0], own[1], service, own[3], own[4], resource);
    }
}

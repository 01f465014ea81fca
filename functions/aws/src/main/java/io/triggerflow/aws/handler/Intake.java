package io.triggerflow.aws.handler;

import io.triggerflow.aws.event.Message;
import io.triggerflow.aws.event.NotYetException;
import io.triggerflow.aws.event.Translated;
import io.triggerflow.aws.event.Translator;
import io.triggerflow.aws.metrics.Metric;
import io.triggerflow.aws.metrics.Metrics;
import io.triggerflow.aws.store.DynamoStore;
import io.triggerflow.core.engine.Delivery;
import io.triggerflow.core.engine.Engine;
import io.triggerflow.core.engine.Report;
import io.triggerflow.core.model.Event;
import io.triggerflow.core.port.EventSink;
import io.triggerflow.core.port.StoreException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Takes a batch of messages to the engine. A message is done when all its events are handled, or put aside with their reason; all others
 * are named in the answer and delivered again. Thread-safe.
 */
final class Intake {
    /** Failures are noted from this delivery of a message on. */
    private static final int NOTED_RECEIVES = 3;
    /** Of a batch; a write each. When more fail, they fail for one reason. */
    private static final int MOST_NOTED = 10;

    private final Translator translator;
    private final Engine engine;
    private final DynamoStore store;
    private final EventSink sink;
    private final InstantSource clock;

    Intake(Translator translator, Engine engine, DynamoStore store, EventSink sink, InstantSource clock) {
        this.translator = translator;
        this.engine = engine;
        this.store = store;
        this.sink = sink;
        this.clock = clock;
    }

    /**
     * What became of a batch.
     *
     * @param failed ids of messages that must come again, with the reason
     * @param notes what people may want to read
     * @param parked messages that cannot be understood
     * @param report what the engine did
     */
    record Outcome(Map<String, String> failed, List<String> notes, int parked, Report report) {
        /** One line for the whole batch, and none for a batch of which nothing followed. */
        void publish(Metrics metrics) {
            metrics.line()
                    .count(Metric.RUNS_STARTED, report.count(Report.Count.RUNS_STARTED))
                    .count(Metric.RUNS_SUCCEEDED, report.count(Report.Count.RUNS_SUCCEEDED))
                    .count(Metric.RUNS_FAILED, report.count(Report.Count.RUNS_FAILED))
                    .count(Metric.RUNS_CANCELLED, report.count(Report.Count.RUNS_CANCELLED))
                    .count(Metric.FIRINGS, report.count(Report.Count.FIRINGS))
                    .count(Metric.LAUNCHES, report.count(Report.Count.LAUNCHES))
                    .values(Metric.EVENT_TO_LAUNCH_LATENCY, report.launchMillis())
                    .count(Metric.RETRIES, report.count(Report.Count.RETRIES))
                    .count(Metric.THROTTLED, report.count(Report.Count.THROTTLED))
                    .count(Metric.REJECTED, report.count(Report.Count.REJECTED))
                    .count(Metric.PARKED, parked + report.count(Report.Count.PARKED))
                    .count(Metric.CONFLICTS, report.count(Report.Count.CONFLICTS))
                    .count(Metric.BATCH_ITEM_FAILURES, failed.size())
                    .write();
        }
    }

    /**
     * @param left until the invocation is cut off
     */
    Outcome handle(List<Message> messages, Duration left) {
        // A fifth of the time is for what is being done when no more is begun: its writes, its launches, their tries.
        Instant until = clock.instant().plus(left.dividedBy(5).multipliedBy(4));
        Map<String, String> failed = new HashMap<>();
        List<String> notes = new ArrayList<>();
        List<Delivery> deliveries = new ArrayList<>();
        int parked = 0;
        for (Message message : messages) {
            try {
                parked += take(message, deliveries, notes);
            } catch (NotYetException | StoreException e) {
                failed.put(message.id(), String.valueOf(e.getMessage()));
            } catch (RuntimeException e) {
                // A fault of ours: this message comes again, and ends in the dead-letter queue; the others of the batch
                // go on.
                failed.put(message.id(), e.toString());
            }
        }
        deliveries.removeIf(d -> failed.containsKey(d.id()));
        Report report = engine.handle(deliveries, until);
        failed.putAll(report.failed());
        notes.addAll(report.notes());
        noteFailures(messages, failed, until);
        return new Outcome(failed, notes, parked, report);
    }

    /** What fails again and again will be given up: then people want to know how it began. Most trouble passes before that. */
    private void noteFailures(List<Message> messages, Map<String, String> failed, Instant until) {
        int noted = 0;
        for (Message message : messages) {
            Instant now = clock.instant();
            if (message.receiveCount() < NOTED_RECEIVES || !failed.containsKey(message.id())) {
                continue;
            }
            if (noted++ == MOST_NOTED || now.isAfter(until)) {
                return;
            }
            try {
                store.noteFailure(deadLetter(message), failed.get(message.id()), now);
            } catch (StoreException e) {
                // The trouble is the store itself: it is not to have more of it.
                return;
            }
        }
    }

    /** The name under which a message is parked that the queue gave up. */
    static String deadLetter(Message message) {
        return "dead:" + message.id();
    }

    /** Answers how much of the message was parked. */
    private int take(Message message, List<Delivery> deliveries, List<String> notes) {
        Translated translated = translator.translate(message);
        for (int i = 0; i < translated.rejections().size(); i++) {
            Translated.Rejection rejection = translated.rejections().get(i);
            store.park(
                    "message:" + message.id() + ":" + i,
                    Optional.empty(),
                    rejection.message(),
                    rejection.reason(),
                    clock.instant());
            notes.add("parked message " + message.id() + ": " + rejection.reason());
        }
        for (Event event : translated.events()) {
            if (!sentOn(event)) {
                deliveries.add(new Delivery(message.id(), event, message.receiveCount(), due(message, event)));
            }
        }
        return translated.rejections().size();
    }

    /** What was sent before its time could not be handled before it: the engine's own events are dated with theirs. */
    private static Optional<Instant> due(Message message, Event event) {
        return message.sent().map(sent -> event.isEngines() && event.time().isAfter(sent) ? event.time() : sent);
    }

    /** An event that came before its time waits in the queue for the rest of it. */
    private boolean sentOn(Event event) {
        Optional<Instant> due = event.text(Event.DUE).flatMap(Intake::instant);
        Instant now = clock.instant();
        if (due.isEmpty() || !due.get().isAfter(now)) {
            return false;
        }
        sink.sendAt(event, due.get(), now);
        return true;
    }

    private static Optional<Instant> instant(String text) {
        try {
            return Optional.of(Instant.parse(text));
        } catch (DateTimeException e) {
            // Nobody's time: the event is handled now.
            return Optional.empty();
        }
    }
}

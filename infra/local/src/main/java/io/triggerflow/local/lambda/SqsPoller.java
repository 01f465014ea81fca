package io.triggerflow.local.lambda;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.triggerflow.local.fault.Faults;
import io.triggerflow.local.iam.Access;
import io.triggerflow.local.iam.Iam;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;
import software.amazon.event.ruler.Ruler;

/**
 * Polls one queue for one function. Workers each receive, invoke and delete in turn. There is always one that receives, up to the
 * mapping's concurrency: when it takes a batch and nobody else receives, another starts, at first at once and beyond five at a
 * limited pace, as Lambda scales its pollers. A message that failed is left alone: it returns after its visibility timeout.
 */
final class SqsPoller implements AutoCloseable {

    private static final int LONG_POLL_SECONDS = 20;
    private static final int RECEIVE_MOST = 10;
    /** Lambda starts with 5 concurrent batches and adds 300 a minute, up to 1,250 a mapping. */
    private static final int AT_ONCE = 5;

    private static final long RAMP_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final int MOST_WORKERS = 1250;
    private static final int SPARE_RECEIVERS = 2;
    private static final long WINDOW_LOOK_MILLIS = 25;
    private static final long FIRST_PAUSE_MILLIS = 50;
    private static final long LONGEST_PAUSE_MILLIS = 5000;
    private static final int THROTTLE_TRIES = 6;
    private static final int LOST_ACK_SECONDS = 1;

    private final EventSourceMapping mapping;
    private final Invoker invoker;
    private final SqsClient sqs;
    private final Faults faults;
    private final Iam iam;
    private final LogSink log;
    private final String queueUrl;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Set<Thread> workers = new HashSet<>();
    private int receiving;
    private long lastStart;
    private volatile boolean closed;

    SqsPoller(EventSourceMapping mapping, Invoker invoker, SqsClient sqs, HostOptions options) {
        this.mapping = mapping;
        this.invoker = invoker;
        this.sqs = sqs;
        this.faults = options.faults();
        this.iam = options.iam();
        this.log = options.logs();
        this.queueUrl = QueueUrls.of(sqs, mapping.account(), mapping.queueName());
    }

    void start() {
        lock.lock();
        try {
            startWorker(0);
        } finally {
            lock.unlock();
        }
    }

    private void startWorker(long delayNanos) {
        Thread worker = Thread.ofVirtual()
                .name("esm-" + mapping.queueName() + "-" + workers.size())
                .unstarted(() -> work(delayNanos));
        workers.add(worker);
        receiving++;
        lastStart = System.nanoTime() + delayNanos;
        worker.start();
    }

    private int mostWorkers() {
        return mapping.maximumConcurrency().orElse(MOST_WORKERS);
    }

    private void work(long delayNanos) {
        long pause = 0;
        try {
            TimeUnit.NANOSECONDS.sleep(delayNanos);
            while (!closed) {
                List<Message> batch = List.of();
                try {
                    batch = gather();
                } catch (SdkException e) {
                    pause = pause(pause, "Expected to receive from " + queueUrl + ", but " + e.getMessage());
                }
                if (closed) {
                    showAgain(batch, 0);
                } else if (!batch.isEmpty()) {
                    leaveReceiving();
                    boolean good = handleSafely(batch);
                    pause = good ? 0 : pause(pause, "");
                    if (!returnToReceiving()) {
                        return;
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.lock();
            try {
                if (workers.remove(Thread.currentThread())) {
                    receiving--;
                }
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    private boolean handleSafely(List<Message> batch) throws InterruptedException {
        try {
            return handle(batch);
        } catch (RuntimeException e) { // a failure of the runtime itself must not end the polling
            log.line(mapping.function(), "Expected to handle a batch of " + mapping.queueName() + ", but " + e);
            return false;
        }
    }

    private long pause(long last, String why) throws InterruptedException {
        if (closed) {
            return 0;
        }
        if (!why.isEmpty()) {
            log.line(mapping.function(), why);
        }
        long next = last == 0 ? FIRST_PAUSE_MILLIS : Math.min(LONGEST_PAUSE_MILLIS, last * 2);
        TimeUnit.MILLISECONDS.sleep(next);
        return next;
    }

    private void leaveReceiving() {
        lock.lock();
        try {
            receiving--;
            if (receiving == 0 && workers.size() < mostWorkers() && !closed) {
                startWorker(workers.size() < AT_ONCE ? 0 : Math.max(0, lastStart + RAMP_NANOS - System.nanoTime()));
            }
        } finally {
            lock.unlock();
        }
    }

    /** False when there are enough others: this worker ends. */
    private boolean returnToReceiving() {
        lock.lock();
        try {
            if (receiving >= SPARE_RECEIVERS) {
                workers.remove(Thread.currentThread());
                return false;
            }
            receiving++;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** A batch: the first receive waits for messages; the window, if any, counts from the first message. */
    private List<Message> gather() throws InterruptedException {
        List<Message> batch = new ArrayList<>(receive(Math.min(RECEIVE_MOST, mapping.batchSize()), LONG_POLL_SECONDS));
        if (batch.isEmpty() || mapping.windowSeconds() == 0) {
            return batch;
        }
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(mapping.windowSeconds());
        long bytes = bytes(batch);
        while (batch.size() < mapping.batchSize() && bytes < SqsRecords.MAX_EVENT_BYTES && !closed) {
            long left = end - System.nanoTime();
            if (left <= 0) {
                break;
            }
            int wanted = Math.min(RECEIVE_MOST, mapping.batchSize() - batch.size());
            List<Message> more =
                    receive(wanted, (int) Math.min(LONG_POLL_SECONDS, TimeUnit.NANOSECONDS.toSeconds(left)));
            if (more.isEmpty() && TimeUnit.NANOSECONDS.toSeconds(left) == 0) {
                TimeUnit.NANOSECONDS.sleep(Math.min(left, TimeUnit.MILLISECONDS.toNanos(WINDOW_LOOK_MILLIS)));
            }
            batch.addAll(more);
            bytes += bytes(more);
        }
        return batch;
    }

    private static long bytes(List<Message> messages) {
        return messages.stream().mapToLong(m -> m.body().length()).sum();
    }

    /** The poller acts with the role of the function, which may have changed since the mapping was made. */
    private void require(String action) {
        iam.functionRefusal(mapping.function(), Access.to(action, mapping.queueArn()))
                .ifPresent(refusal -> {
                    throw SdkClientException.create(refusal);
                });
    }

    private List<Message> receive(int most, int waitSeconds) {
        require("sqs:ReceiveMessage");
        return sqs.receiveMessage(request -> request.queueUrl(queueUrl)
                        .maxNumberOfMessages(most)
                        .waitTimeSeconds(waitSeconds)
                        .messageSystemAttributeNames(MessageSystemAttributeName.ALL)
                        .messageAttributeNames("All"))
                .messages();
    }

    /** Invokes for the batch, in parts when it does not fit one event. False when a part failed as a whole. */
    private boolean handle(List<Message> batch) throws InterruptedException {
        List<SqsRecords.Encoded> passed = new ArrayList<>();
        List<Message> dropped = new ArrayList<>();
        for (Message message : batch) {
            ObjectNode record = SqsRecords.record(message, mapping);
            if (passes(record)) {
                passed.add(new SqsRecords.Encoded(message, Wire.bytes(record)));
            } else {
                dropped.add(message);
            }
        }
        delete(dropped);
        boolean good = true;
        if (!passed.isEmpty()) {
            for (List<SqsRecords.Encoded> part : SqsRecords.fitting(passed)) {
                good &= handlePart(part);
            }
        }
        return good;
    }

    private boolean passes(ObjectNode record) {
        if (mapping.filters().isEmpty()) {
            return true;
        }
        String view = SqsRecords.filterView(record);
        return mapping.filters().stream().anyMatch(pattern -> {
            try {
                return Ruler.matchesRule(view, pattern);
            } catch (Exception e) { // what the matcher declares
                log.line(
                        mapping.function(),
                        "Expected a filter pattern, but " + pattern + " is none: " + e.getMessage());
                return false;
            }
        });
    }

    private boolean handlePart(List<SqsRecords.Encoded> part) throws InterruptedException {
        String where = "esm:" + mapping.function();
        Optional<Set<String>> failed = invoke(part);
        if (failed.isEmpty()) {
            return false;
        }
        List<SqsRecords.Encoded> again =
                part.stream().filter(e -> faults.duplicate(where)).toList();
        if (!again.isEmpty()) {
            invoke(again);
        }
        List<Message> done = part.stream()
                .map(SqsRecords.Encoded::message)
                .filter(m -> !failed.get().contains(m.messageId()))
                .toList();
        if (faults.dropAck(where)) {
            // As if the delete had been lost; shown again soon rather than after the visibility timeout, so that a test
            // can wait for it.
            showAgain(done, LOST_ACK_SECONDS);
        } else {
            delete(done);
        }
        return true;
    }

    /** The ids reported as failed; empty when the whole part failed. A throttled call is tried again for a while. */
    private Optional<Set<String>> invoke(List<SqsRecords.Encoded> part) throws InterruptedException {
        byte[] event = SqsRecords.event(part);
        long wait = FIRST_PAUSE_MILLIS;
        for (int tries = 1; ; tries++) {
            try {
                Invoker.Target target = invoker.target(new FunctionName(mapping.function(), mapping.qualifier()));
                invoker.injectThrottle(target.function());
                Outcome outcome = invoker.run(target, Invoker.newRequestId(), event, Optional.empty());
                if (outcome.error().isPresent()) {
                    return Optional.empty();
                }
                Set<String> ids =
                        part.stream().map(e -> e.message().messageId()).collect(Collectors.toSet());
                return mapping.partialResponses() ? SqsRecords.failures(outcome.payload(), ids) : Optional.of(Set.of());
            } catch (LambdaException e) {
                if (!e.isThrottle() || tries == THROTTLE_TRIES || closed) {
                    log.line(
                            mapping.function(),
                            "Expected to invoke for a batch of " + mapping.queueName() + ", but " + e.getMessage());
                    return Optional.empty();
                }
                TimeUnit.MILLISECONDS.sleep(wait);
                wait *= 2;
            }
        }
    }

    private void delete(List<Message> messages) {
        for (int from = 0; from < messages.size(); from += RECEIVE_MOST) {
            List<DeleteMessageBatchRequestEntry> entries = new ArrayList<>();
            for (Message message : messages.subList(from, Math.min(messages.size(), from + RECEIVE_MOST))) {
                entries.add(DeleteMessageBatchRequestEntry.builder()
                        .id("m" + entries.size())
                        .receiptHandle(message.receiptHandle())
                        .build());
            }
            try {
                require("sqs:DeleteMessage");
                sqs.deleteMessageBatch(request -> request.queueUrl(queueUrl).entries(entries));
            } catch (SdkException e) {
                log.line(
                        mapping.function(),
                        "Expected to delete " + entries.size() + " messages, but they will return: " + e.getMessage());
            }
        }
    }

    private void showAgain(List<Message> messages, int afterSeconds) {
        for (int from = 0; from < messages.size(); from += RECEIVE_MOST) {
            List<ChangeMessageVisibilityBatchRequestEntry> entries = new ArrayList<>();
            for (Message message : messages.subList(from, Math.min(messages.size(), from + RECEIVE_MOST))) {
                entries.add(ChangeMessageVisibilityBatchRequestEntry.builder()
                        .id("m" + entries.size())
                        .receiptHandle(message.receiptHandle())
                        .visibilityTimeout(afterSeconds)
                        .build());
            }
            try {
                sqs.changeMessageVisibilityBatch(
                        request -> request.queueUrl(queueUrl).entries(entries));
            } catch (SdkException e) {
                log.line(
                        mapping.function(),
                        "Expected to show " + entries.size()
                                + " messages again, but they return after their visibility timeout: " + e.getMessage());
            }
        }
    }

    /**
     * Takes no more batches, without cutting anything off: the queue service would still answer an abandoned long poll, and its
     * messages would be hidden for their visibility timeout. Workers end with their long polls.
     */
    void retire() {
        closed = true;
    }

    /** Lets batches in work come to their end for a moment, then cuts everything off. */
    @Override
    public void close() {
        closed = true;
        lock.lock();
        try {
            long left = TimeUnit.SECONDS.toNanos(2);
            while (workers.size() > receiving && left > 0) {
                left = changed.awaitNanos(left);
            }
            workers.forEach(Thread::interrupt);
            long end = TimeUnit.SECONDS.toNanos(2);
            while (!workers.isEmpty() && end > 0) {
                end = changed.awaitNanos(end);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }
}

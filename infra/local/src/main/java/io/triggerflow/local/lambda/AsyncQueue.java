package io.triggerflow.local.lambda;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Lambda's internal queue of asynchronous events: runs each until it succeeds, its retries are used up or it is too old, then tells
 * its destination. At-least-once: after a restart, an event whose end was not yet written is run again.
 *
 * <p>Like Lambda's own pollers it raises its concurrency step by step: a burst of short events keeps the machine busy without
 * drowning it, a burst of events that wait is soon all running. Thread-safe.
 */
final class AsyncQueue implements AutoCloseable {

    /** After a function error Lambda waits one minute, then two (Lambda guide, "Error handling for asynchronous invocation"). */
    private static final Duration[] RETRY_WAITS = {Duration.ofMinutes(1), Duration.ofMinutes(2)};

    private static final Duration FIRST_THROTTLE_WAIT = Duration.ofSeconds(1);
    private static final Duration LONGEST_THROTTLE_WAIT = Duration.ofMinutes(5);
    private static final int AT_ONCE = 8 * Runtime.getRuntime().availableProcessors();
    private static final long RAMP_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    /** The clock may be one that jumps: with events due later, it is looked at this often. */
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final Invoker invoker;
    private final Destinations destinations;
    private final InstantSource clock;
    private final Optional<EventJournal> journal;
    private final LogSink log;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final PriorityQueue<AcceptedEvent> waiting =
            new PriorityQueue<>(Comparator.comparing(AcceptedEvent::dueAt));
    private final ExecutorService runs = Executors.newVirtualThreadPerTaskExecutor();
    private final Thread dispatcher =
            Thread.ofPlatform().daemon().name("lambda-events").unstarted(this::dispatch);
    private int running;
    private long lastStart = System.nanoTime();
    private boolean closed;

    AsyncQueue(Invoker invoker, Destinations destinations, HostOptions options) {
        this.invoker = invoker;
        this.destinations = destinations;
        this.clock = options.clock();
        this.log = options.logs();
        this.journal = options.dataDirectory().map(EventJournal::new);
    }

    void start() {
        journal.ifPresent(j -> j.open().forEach(this::enqueue));
        dispatcher.start();
    }

    /** Takes the event; when this returns it is in the journal, if there is one, and will be run. */
    void accept(FunctionName name, String requestId, byte[] payload, Optional<String> clientContext) {
        Instant now = clock.instant();
        AcceptedEvent event =
                new AcceptedEvent(requestId, name.name(), name.qualifier(), payload, clientContext, now, 0, 0, now);
        journal.ifPresent(j -> j.accepted(event));
        enqueue(event);
    }

    /** Events waiting or running. */
    int size() {
        lock.lock();
        try {
            return waiting.size() + running;
        } finally {
            lock.unlock();
        }
    }

    /** Events that wait for their time. */
    int waiting() {
        lock.lock();
        try {
            return waiting.size();
        } finally {
            lock.unlock();
        }
    }

    private void enqueue(AcceptedEvent event) {
        lock.lock();
        try {
            waiting.add(event);
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    private void dispatch() {
        lock.lock();
        try {
            while (!closed) {
                AcceptedEvent head = waiting.peek();
                if (head == null) {
                    changed.await();
                } else if (head.dueAt().isAfter(clock.instant())) {
                    changed.awaitNanos(LOOK_NANOS);
                } else if (running >= AT_ONCE && System.nanoTime() - lastStart < RAMP_NANOS) {
                    changed.awaitNanos(RAMP_NANOS);
                } else {
                    AcceptedEvent event = waiting.poll();
                    running++;
                    lastStart = System.nanoTime();
                    runs.submit(() -> runOne(event));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    private void runOne(AcceptedEvent event) {
        try {
            attempt(event);
        } catch (RuntimeException e) { // a failure of the runtime itself must not lose an accepted event
            log.line(
                    event.function(),
                    "Expected to run event " + event.requestId() + ", but " + e + "; it is tried again");
            enqueue(event.throttled(clock.instant().plus(throttleWait(event.throttles()))));
        } finally {
            lock.lock();
            try {
                running--;
                changed.signal();
            } finally {
                lock.unlock();
            }
        }
    }

    private void attempt(AcceptedEvent event) {
        Invoker.Target target;
        try {
            target = invoker.target(new FunctionName(event.function(), event.qualifier()));
        } catch (LambdaException e) {
            end(event); // deleted since it was accepted: AWS drops such events too
            return;
        }
        InvokeConfig config = target.function().invokeConfig();
        if (Duration.between(event.acceptedAt(), clock.instant()).compareTo(config.maximumAge()) > 0) {
            destinations.deliver(
                    DestinationRecord.aged(event, target, clock.instant()), target, event, config.onFailure());
            end(event);
            return;
        }
        try {
            invoker.injectThrottle(target.function());
            Outcome outcome = invoker.run(target, event.requestId(), event.payload(), event.clientContext());
            settle(event, target, config, outcome);
        } catch (LambdaException e) {
            enqueue(event.throttled(clock.instant().plus(throttleWait(event.throttles()))));
        }
    }

    private void settle(AcceptedEvent event, Invoker.Target target, InvokeConfig config, Outcome outcome) {
        if (isClosed()) {
            return; // a call cut off by our own end is not the function's failure: the journal runs it again
        }
        if (outcome.error().isEmpty()) {
            destinations.deliver(
                    DestinationRecord.succeeded(event, target, outcome, clock.instant()),
                    target,
                    event,
                    config.onSuccess());
            end(event);
        } else if (event.attempts() < config.maximumRetries()) {
            AcceptedEvent again = event.failed(clock.instant().plus(RETRY_WAITS[event.attempts()]));
            journal.ifPresent(j -> j.accepted(again));
            enqueue(again);
        } else {
            destinations.deliver(
                    DestinationRecord.exhausted(event, target, outcome, clock.instant()),
                    target,
                    event,
                    config.onFailure());
            target.function()
                    .spec()
                    .deadLetterArn()
                    .ifPresent(arn -> destinations.deadLetter(target, event, arn, outcome));
            end(event);
        }
    }

    private void end(AcceptedEvent event) {
        journal.ifPresent(j -> j.ended(event));
    }

    private boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    private static Duration throttleWait(int throttles) {
        Duration wait = FIRST_THROTTLE_WAIT.multipliedBy(1L << Math.min(throttles, 9));
        return wait.compareTo(LONGEST_THROTTLE_WAIT) < 0 ? wait : LONGEST_THROTTLE_WAIT;
    }

    /** Stops taking events up; those that run are cut off, and run again after a restart if there is a journal. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        runs.shutdownNow();
        journal.ifPresent(EventJournal::close);
    }
}

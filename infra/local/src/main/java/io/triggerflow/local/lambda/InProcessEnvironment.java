package io.triggerflow.local.lambda;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/** A handler instance in this JVM with a thread of its own: AWS's client caches its mappers by thread, and a timeout must be able to abandon it. */
final class InProcessEnvironment implements ExecutionEnvironment {

    /** Lambda gives a function 10 s to start; a busy machine that starts hundreds at once gets more. */
    private static final Duration INIT_TIMEOUT = Duration.ofSeconds(60);

    private final Supplier<FunctionClassLoader> loader;
    private final String handler;
    private final FunctionLog log;
    private final CpuMeter cpu;
    private final ExecutorService thread;
    private BiFunction<byte[], Map<String, String>, Map<String, Object>> guest;

    InProcessEnvironment(
            String name, Supplier<FunctionClassLoader> loader, String handler, FunctionLog log, CpuMeter cpu) {
        this.loader = loader;
        this.handler = handler;
        this.log = log;
        this.cpu = cpu;
        this.thread = Executors.newSingleThreadExecutor(
                Thread.ofPlatform().daemon().name("function-" + name).factory());
    }

    @Override
    public Outcome invoke(Invocation invocation) {
        StringBuilder tail = new StringBuilder();
        if (guest == null) {
            try {
                guest = await(thread.submit(() -> cpu.starting(this::start)), INIT_TIMEOUT);
            } catch (TimeoutException e) {
                return Outcome.failure(
                        "Sandbox.Timedout",
                        "RequestId: " + invocation.requestId() + " Error: Init took more than "
                                + INIT_TIMEOUT.toSeconds() + " seconds",
                        tail,
                        INIT_TIMEOUT);
            } catch (ExecutionException e) {
                log.line("Expected to start the function, but " + e.getCause());
                return Outcome.failure(
                        "Runtime.InvalidEntrypoint",
                        "RequestId: " + invocation.requestId() + " Error: "
                                + e.getCause().getMessage(),
                        tail,
                        Duration.ZERO);
            }
        }
        long start = System.nanoTime();
        try {
            Map<String, Object> answer =
                    await(thread.submit(() -> cpu.invoking(() -> call(invocation, tail))), invocation.timeout());
            Duration duration = Duration.ofNanos(System.nanoTime() - start);
            if (invocation.crash()) {
                return Outcome.exited(invocation, "signal: killed", tail, duration);
            }
            return answer.containsKey("payload")
                    ? Outcome.success((byte[]) answer.get("payload"), tail, duration)
                    : Outcome.failure(
                            (byte[]) answer.get("error"), !Boolean.TRUE.equals(answer.get("fatal")), tail, duration);
        } catch (TimeoutException e) {
            log.line("Task timed out after " + invocation.timeout() + "; request " + invocation.requestId());
            return Outcome.timedOut(invocation, tail);
        } catch (ExecutionException e) {
            return Outcome.exited(
                    invocation, String.valueOf(e.getCause()), tail, Duration.ofNanos(System.nanoTime() - start));
        }
    }

    private BiFunction<byte[], Map<String, String>, Map<String, Object>> start() {
        FunctionClassLoader classes = loader.get();
        Thread.currentThread().setContextClassLoader(classes);
        return classes.newGuest(handler);
    }

    private Map<String, Object> call(Invocation invocation, StringBuilder tail) {
        Map<String, String> facts = new HashMap<>();
        facts.put("id", invocation.requestId());
        facts.put("arn", invocation.arn());
        facts.put(
                "deadline",
                String.valueOf(System.currentTimeMillis() + invocation.timeout().toMillis()));
        invocation.clientContext().ifPresent(context -> facts.put("clientContext", context));
        log.beginTail(tail);
        try {
            return guest.apply(invocation.payload(), facts);
        } finally {
            log.endTail();
        }
    }

    private static <T> T await(Future<T> future, Duration timeout) throws TimeoutException, ExecutionException {
        try {
            return future.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            future.cancel(true);
            throw e;
        } catch (CancellationException e) {
            throw new ExecutionException("closed", e);
        } catch (InterruptedException e) {
            future.cancel(true);
            Thread.currentThread().interrupt();
            throw new ExecutionException("interrupted", e);
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}

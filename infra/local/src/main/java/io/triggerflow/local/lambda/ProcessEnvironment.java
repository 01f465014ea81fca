package io.triggerflow.local.lambda;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A process that runs a real Lambda runtime interface client against our {@link RuntimeApi}. */
final class ProcessEnvironment implements ExecutionEnvironment {

    private static final Duration INIT_TIMEOUT = Duration.ofSeconds(60);

    /** How to start it: the command, its whole environment, and where. */
    record Command(List<String> line, Map<String, String> environment, Path directory) {}

    private final Command command;
    private final FunctionLog log;
    private final CpuMeter cpu;
    private volatile StringBuilder tail = new StringBuilder();
    private RuntimeApi api;
    private volatile Process process;
    private CompletableFuture<Process> exit;
    private Duration counted = Duration.ZERO;

    ProcessEnvironment(Command command, FunctionLog log, CpuMeter cpu) {
        this.command = command;
        this.log = log;
        this.cpu = cpu;
    }

    @Override
    public Outcome invoke(Invocation invocation) {
        tail = new StringBuilder();
        long start = System.nanoTime();
        try {
            if (process == null) {
                start();
            }
            start = System.nanoTime();
            CompletableFuture<RuntimeApi.Answer> answer = api.offer(invocation);
            if (invocation.crash()) {
                killSoon(answer);
            }
            CompletableFuture.anyOf(answer, exit).get(invocation.timeout().toMillis(), TimeUnit.MILLISECONDS);
            Duration duration = Duration.ofNanos(System.nanoTime() - start);
            if (!answer.isDone() || invocation.crash()) {
                return Outcome.exited(invocation, how(), tail, duration);
            }
            RuntimeApi.Answer said = answer.get();
            return said.failed()
                    ? Outcome.failure(said.payload(), true, tail, duration)
                    : Outcome.success(said.payload(), tail, duration);
        } catch (TimeoutException e) {
            log.line("Task timed out after " + invocation.timeout() + "; request " + invocation.requestId());
            return Outcome.timedOut(invocation, tail);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Outcome.exited(
                    invocation, "the runtime is closing", tail, Duration.ofNanos(System.nanoTime() - start));
        } catch (ExecutionException | IOException | UncheckedIOException | InitFailure e) {
            return Outcome.exited(invocation, e.getMessage(), tail, Duration.ofNanos(System.nanoTime() - start));
        } finally {
            cpu.invoked(this::used);
        }
    }

    /** Processor time since this was asked last, to the system's clock tick (10 ms); none of a process that has ended. */
    private Duration used() {
        Duration now = Optional.ofNullable(process)
                .flatMap(p -> p.info().totalCpuDuration())
                .orElse(counted);
        Duration since = now.minus(counted);
        counted = now;
        return since;
    }

    private static final class InitFailure extends Exception {
        private static final long serialVersionUID = 1L;

        InitFailure(String message) {
            super(message);
        }
    }

    private void start() throws IOException, InterruptedException, InitFailure {
        api = new RuntimeApi();
        ProcessBuilder builder = new ProcessBuilder(command.line())
                .directory(command.directory().toFile())
                .redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().putAll(command.environment());
        builder.environment().put("AWS_LAMBDA_RUNTIME_API", api.address());
        Process started = builder.start();
        process = started;
        Thread.ofVirtual().name("log-" + started.pid()).start(() -> copyLog(started));
        exit = started.onExit();
        exit.thenRun(api.ready()::countDown);
        if (!api.ready().await(INIT_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new InitFailure("init took more than " + INIT_TIMEOUT.toSeconds() + " seconds");
        }
        if (api.initError().isDone()) {
            throw new InitFailure("init failed: " + new String(api.initError().join(), StandardCharsets.UTF_8));
        }
        if (!started.isAlive()) {
            throw new InitFailure("the process ended while starting (" + how() + "): "
                    + tail.toString().strip());
        }
        cpu.started(this::used);
    }

    /** Midway: in the first milliseconds of the call, or at its end, whichever comes first. */
    private void killSoon(CompletableFuture<RuntimeApi.Answer> answer) {
        answer.completeOnTimeout(new RuntimeApi.Answer(new byte[0], true), 5, TimeUnit.MILLISECONDS)
                .whenComplete((said, error) -> process.destroyForcibly());
    }

    private String how() {
        return process.isAlive() ? "signal: killed" : "exit status " + process.exitValue();
    }

    private void copyLog(Process started) {
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(started.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                FunctionLog.append(tail, line);
                log.line(line);
            }
        } catch (IOException e) {
            // The process is gone, and its output with it.
        }
    }

    @Override
    public void close() {
        if (process != null) {
            process.destroyForcibly();
        }
        if (api != null) {
            api.close();
        }
    }
}

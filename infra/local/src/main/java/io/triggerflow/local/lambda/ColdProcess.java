package io.triggerflow.local.lambda;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A process of {@link ColdStart}, ready for its first event. Not thread-safe; ends when it is closed. */
public final class ColdProcess implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    /** Of what a process said, in an error. */
    private static final int TOLD = 2_000;

    private final FunctionSpec spec;
    private final Path output;
    private final Optional<Path> log;
    private final RuntimeApi api;
    private final Process process;
    private final CompletableFuture<Process> exit;
    private final Duration init;

    /**
     * What became of an event.
     *
     * @param took from when it was handed over until it was answered
     * @param answer what the function said
     */
    public record Handled(Duration took, String answer) {}

    ColdProcess(
            FunctionSpec spec, ProcessEnvironment.Command command, boolean snapshot, Path output, Optional<Path> log) {
        this.spec = spec;
        this.output = output;
        this.log = log;
        try {
            this.api = new RuntimeApi();
            ProcessBuilder builder = new ProcessBuilder(command.line())
                    .directory(command.directory().toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile());
            builder.environment().clear();
            builder.environment().putAll(command.environment());
            builder.environment().put("AWS_LAMBDA_RUNTIME_API", api.address());
            if (snapshot) {
                builder.environment().put("AWS_LAMBDA_INITIALIZATION_TYPE", "snap-start");
            }
            long begun = System.nanoTime();
            this.process = builder.start();
            this.exit = process.onExit();
            this.init = Duration.ofNanos(ready(snapshot) - begun);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** When it was: before it goes on as if it had been restored, when it is to be a snapshot. */
    private long ready(boolean snapshot) {
        exit.thenRun(api.ready()::countDown);
        boolean asked = false;
        try {
            asked = api.ready().await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        long now = System.nanoTime();
        if (!asked || !process.isAlive() || api.initError().isDone()) {
            close();
            throw failed("start");
        }
        if (!snapshot) {
            return now;
        }
        return api.checkpoint().orElseThrow(() -> {
            close();
            return failed("run the hooks of a snapshot");
        });
    }

    /** From the start of the process until it asked for its first event; as a snapshot, until that would have been taken. */
    public Duration init() {
        return init;
    }

    /**
     * Hands it an event.
     *
     * @param event JSON, as the function is invoked with
     * @throws IllegalStateException when it fails, or does not answer
     */
    public Handled handle(String event) {
        long offered = System.nanoTime();
        CompletableFuture<RuntimeApi.Answer> answer = api.offer(new Invocation(
                Invoker.newRequestId(),
                event.getBytes(StandardCharsets.UTF_8),
                spec.arn(),
                Optional.empty(),
                PATIENCE,
                false));
        try {
            CompletableFuture.anyOf(answer, exit).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            Duration took = Duration.ofNanos(System.nanoTime() - offered);
            if (!answer.isDone() || answer.get().failed()) {
                throw failed("answer");
            }
            return new Handled(took, new String(answer.get().payload(), StandardCharsets.UTF_8));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted", e);
        } catch (ExecutionException | TimeoutException e) {
            throw failed("answer");
        }
    }

    /** The names of the classes that it has loaded until now, in order; none unless it is watched. */
    public List<String> loaded() {
        if (log.isEmpty()) {
            return List.of();
        }
        // Such as: [0.012s][info][class,load] java.lang.Object source: jrt:/java.base
        try (var lines = Files.lines(log.get())) {
            return lines.filter(line -> line.contains(" source: "))
                    .map(line ->
                            line.substring(line.lastIndexOf(']') + 1).strip().split(" ")[0])
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private IllegalStateException failed(String what) {
        String said = api.initError().isDone() ? new String(api.initError().join(), StandardCharsets.UTF_8) : "";
        try {
            said += Files.readString(output);
        } catch (IOException e) {
            said += e;
        }
        return new IllegalStateException("Expected " + spec.name() + " to " + what + ", but: "
                + said.substring(Math.max(0, said.length() - TOLD)).strip());
    }

    /** Gently: what is to be archived is written when the process ends by itself. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        api.close();
    }
}

package io.triggerflow.tests.e2e;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.testcontainers.DockerClientFactory;

/** Whether there is a Docker engine to run containers with. */
final class Docker {
    /** Testcontainers tries one address after the other, and waits for each. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private Docker() {}

    /** Why there is none; empty when there is one. */
    static Optional<String> missing() {
        return missing(() -> DockerClientFactory.instance().isDockerAvailable(), PATIENCE);
    }

    /**
     * The same for another way to ask.
     *
     * @param patience whoever has not answered by then counts as missing
     */
    static Optional<String> missing(BooleanSupplier answers, Duration patience) {
        CompletableFuture<Boolean> answer = new CompletableFuture<>();
        Thread.ofPlatform().daemon().name("docker-probe").start(() -> {
            try {
                answer.complete(answers.getAsBoolean());
            } catch (RuntimeException | LinkageError e) {
                answer.completeExceptionally(e);
            }
        });
        try {
            return answer.get(patience.toMillis(), TimeUnit.MILLISECONDS)
                    ? Optional.empty()
                    : Optional.of("Expected a Docker engine to run LocalStack in, but none answers");
        } catch (TimeoutException e) {
            return Optional.of("Expected a Docker engine to run LocalStack in, but none answers within " + patience);
        } catch (ExecutionException e) {
            return Optional.of("Expected a Docker engine to run LocalStack in, but: " + e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of("Interrupted");
        }
    }
}

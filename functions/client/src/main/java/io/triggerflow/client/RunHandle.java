package io.triggerflow.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One run, by name. Holds nothing: every method asks the deployment. Thread-safe. Methods throw {@link TriggerflowException}, its
 * {@code NotFound} when there is no such run.
 */
public final class RunHandle {
    /** The longest that one request waits for a change; API Gateway gives up after 29 s. */
    private static final Duration LONGEST_POLL = Duration.ofSeconds(20);
    /** The pause before asking again when a deployment answers at once although it was asked to wait. */
    private static final Duration SHORTEST_POLL = Duration.ofMillis(250);

    private final Api api;
    private final String workspace;
    private final String name;

    RunHandle(Api api, String workspace, String name) {
        this.api = api;
        this.workspace = workspace;
        this.name = name;
    }

    public String workspace() {
        return workspace;
    }

    public String name() {
        return name;
    }

    /** The run as it stands. */
    public Run status() {
        return Run.of(api.send(request("GET")));
    }

    /** The run as soon as it has ended, or as it stands after {@code longest} (whole seconds, at most 20), whichever comes first. */
    public Run status(Duration longest) {
        return Transport.join(poll(longest));
    }

    /**
     * What the run ends with, when it ends: long polling in the background, one request every 20 s, no thread held. Completes
     * exceptionally with {@link TriggerflowException.RunFailed} when the run did not succeed. Cancelling the future ends the asking,
     * not the run.
     */
    public CompletableFuture<JsonNode> result() {
        CompletableFuture<JsonNode> result = new CompletableFuture<>();
        follow(result);
        return result;
    }

    /** As {@link #result()}, read by Jackson into a type. */
    public <T> CompletableFuture<T> result(Class<T> type) {
        return result().thenApply(tree -> Json.value(tree, type));
    }

    /**
     * Waits for the end and gives the result.
     *
     * @throws TimeoutException when the run has not ended in time; it goes on
     * @throws TriggerflowException.RunFailed when it did not succeed
     */
    public JsonNode await(Duration timeout) throws TimeoutException {
        CompletableFuture<JsonNode> result = result();
        try {
            return result.copy()
                    .orTimeout(timeout.toNanos(), TimeUnit.NANOSECONDS)
                    .join();
        } catch (CompletionException e) {
            result.cancel(false);
            if (e.getCause() instanceof TimeoutException) {
                throw new TimeoutException(
                        "Expected run '" + name + "' to end within " + timeout + ", but it has not; it goes on");
            }
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    /** What happened, each cause before its effects. Reads all of it. */
    public List<HistoryEntry> history() {
        return Json.list(api.send(request("GET").at("history")), "entries", HistoryEntry::of);
    }

    /** The triggers that the run has now, those of its definition and those registered since. */
    public Triggers triggers() {
        return new Triggers(api, List.of("workspaces", workspace, "runs", name, "triggers"));
    }

    /** What intercepts the run's triggers. */
    public Interceptors interceptors() {
        return new Interceptors(
                api, List.of("workspaces", workspace, "runs", name, "interceptors"), java.util.Optional.empty());
    }

    /**
     * What a patch would do to the run's triggers: {@code added}, {@code replaced}, {@code retired}, {@code warnings}, and the
     * {@code reasons} for which it would be refused. Changes nothing.
     *
     * @param file in the bundle format: a complete workflow, or an object of {@code triggers} and {@code retire}
     */
    public JsonNode previewPatch(Object file) {
        return api.send(request("POST").at("patch").with("dryRun", true).body(Json.tree(file)));
    }

    /**
     * Applies a patch, all of it or nothing; answers as {@link #previewPatch}. {@code Conflict} with all reasons when it would strand what
     * is under way.
     *
     * @param by who does it, for the history, beside whom the deployment itself knows as the caller
     */
    public JsonNode patch(Object file, String by) {
        return api.send(request("POST").at("patch").with("by", by).body(Json.tree(file)));
    }

    /** Holds the run's events until it is resumed; functions that run go on. Idempotent. */
    public Run pause() {
        return Run.of(api.send(request("POST").at("pause")));
    }

    /** Lets a paused run go on, with the events that came meanwhile. Idempotent. */
    public Run resume() {
        return Run.of(api.send(request("POST").at("resume")));
    }

    /** Asks for the end of the run and its children; it is done when {@link #status} says so. Idempotent. */
    public Run cancel() {
        return Run.of(api.send(request("POST").at("cancel")));
    }

    /** Sends events to this run. Idempotent: the events carry their ids. */
    public void emit(List<NewEvent> events) {
        Emitter.emit(api, request("POST").at("events"), events);
    }

    private Api.Request request(String method) {
        return Api.Request.of(method, "workspaces", workspace, "runs", name);
    }

    private CompletableFuture<Run> poll(Duration longest) {
        Duration wait = longest.compareTo(LONGEST_POLL) > 0 ? LONGEST_POLL : longest;
        Transport.Call call = api.call(request("GET").with("wait", Math.max(0, wait.toSeconds())))
                .waiting(wait);
        return api.transport().jsonLater(call).thenApply(Run::of);
    }

    private void follow(CompletableFuture<JsonNode> result) {
        if (result.isDone()) {
            return;
        }
        Instant asked = Instant.now();
        poll(LONGEST_POLL).whenComplete((run, error) -> {
            if (error != null) {
                result.completeExceptionally(error instanceof CompletionException e ? e.getCause() : error);
            } else if (run.status() == RunStatus.SUCCEEDED) {
                result.complete(run.output());
            } else if (run.status().isFinished()) {
                result.completeExceptionally(new TriggerflowException.RunFailed(run));
            } else {
                boolean early = Duration.between(asked, Instant.now()).compareTo(SHORTEST_POLL) < 0;
                Executor next =
                        CompletableFuture.delayedExecutor(early ? SHORTEST_POLL.toMillis() : 0, TimeUnit.MILLISECONDS);
                next.execute(() -> follow(result));
            }
        });
    }
}

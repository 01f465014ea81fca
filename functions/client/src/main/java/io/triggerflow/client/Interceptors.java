package io.triggerflow.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;

/**
 * The interceptors of a live run, or of a workspace's own triggers. Interceptors are JSON in the bundle format. Thread-safe; every method
 * is idempotent and throws {@link TriggerflowException}.
 */
public final class Interceptors {
    private final Api api;
    private final List<String> path;
    private final Optional<String> by;

    Interceptors(Api api, List<String> path, Optional<String> by) {
        this.api = api;
        this.path = path;
        this.by = by;
    }

    /** The same, for the history, in somebody's name; beside whom the deployment itself knows as the caller. */
    public Interceptors by(String name) {
        return new Interceptors(api, path, Optional.of(name));
    }

    /**
     * Adds interceptors, all at once: one, a list, or an object with the key {@code interceptors}. One of the same id is replaced.
     *
     * @return each with the triggers that it intercepts now ({@code triggers}) and what it holds ({@code holds})
     */
    public List<JsonNode> add(Object interceptors) {
        return Json.list(api.send(request("POST").body(Json.tree(interceptors))), "interceptors", i -> i);
    }

    /** All that are not released, in the order in which they are asked; with {@code triggers} and {@code holds}, as in {@link #add}. */
    public List<JsonNode> list() {
        return Json.list(api.send(request("GET")), "interceptors", i -> i);
    }

    /** Releases an interceptor; what it holds goes on. {@code NotFound} when there was never one of this id. */
    public void release(String id) {
        api.send(request("DELETE").at(id));
    }

    private Api.Request request(String method) {
        return Api.Request.of(method, path.toArray(String[]::new)).with("by", by);
    }
}

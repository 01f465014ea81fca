package io.triggerflow.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * The triggers of a workspace, which stand until they are deleted, or of a run (to be read only). Triggers are JSON in the bundle
 * format. Thread-safe; every method is idempotent and throws {@link TriggerflowException}.
 */
public final class Triggers {
    private final Api api;
    private final List<String> path;

    Triggers(Api api, List<String> path) {
        this.api = api;
        this.path = path;
    }

    /** Registers triggers: one, a list, or an object with the key {@code triggers}. One of the same id is replaced. Events that waited for them are handled now. */
    public void add(Object triggers) {
        api.send(request("POST").body(Json.tree(triggers)));
    }

    /** Registers a trigger under an id, whether or not there was one. */
    public void put(String id, Object trigger) {
        api.send(request("PUT").at(id).body(Json.tree(trigger)));
    }

    /** A trigger as JSON; {@code NotFound} when there is none. */
    public JsonNode get(String id) {
        return api.send(request("GET").at(id));
    }

    /** All triggers that are not deleted. */
    public List<JsonNode> list() {
        List<JsonNode> all = new ArrayList<>();
        api.send(request("GET")).path("triggers").forEach(all::add);
        return all;
    }

    /**
     * Why a trigger has fired, or why it has not: {@code {verdict, because, firings, condition, missing, providers, smallest?}};
     * {@code NotFound} when there is and was none of this id.
     */
    public JsonNode why(String id) {
        return api.send(request("GET").at(id, "why"));
    }

    /** Lets a disabled trigger fire again. */
    public void enable(String id) {
        api.send(request("POST").at(id, "enable"));
    }

    /** Keeps a trigger from firing, and its state. */
    public void disable(String id) {
        api.send(request("POST").at(id, "disable"));
    }

    /** Removes a trigger. */
    public void delete(String id) {
        api.send(request("DELETE").at(id));
    }

    /** Removes all triggers. */
    public void flush() {
        api.send(request("DELETE"));
    }

    private Api.Request request(String method) {
        return Api.Request.of(method, path.toArray(String[]::new));
    }
}

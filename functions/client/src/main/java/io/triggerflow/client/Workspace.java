package io.triggerflow.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * One workspace of a deployment: its workflows, runs and triggers are apart from every other's. Holds nothing but its name.
 * Thread-safe; methods throw {@link TriggerflowException}.
 */
public final class Workspace {
    private final Api api;
    private final String name;

    Workspace(Api api, String name) {
        this.api = api;
        this.name = name;
    }

    public String name() {
        return name;
    }

    /** Adds the workspace. Idempotent. */
    public void create() {
        api.send(request("PUT"));
    }

    /** The workspace as JSON; {@code NotFound} when there is none. */
    public JsonNode get() {
        return api.send(request("GET"));
    }

    /** Removes the workspace and all that is in it; {@code Conflict} while it has unfinished runs. */
    public void delete() {
        api.send(request("DELETE"));
    }

    /**
     * Stores a workflow and makes it the newest version. Idempotent: the same content is the same version.
     *
     * @param bundle the workflow in the bundle format, as a JsonNode, or as Maps and Lists
     */
    public Deployed deploy(Object bundle) {
        JsonNode answer = api.send(request("POST").at("workflows").body(Json.tree(bundle)));
        return new Deployed(
                Json.text(answer, "workflow").orElse(""),
                Json.text(answer, "version").orElse(""));
    }

    /** As {@link #deploy(Object)}, from JSON text. */
    public Deployed deployText(String json) {
        return deploy(Json.parse(json, "the bundle"));
    }

    /** A workflow version that is stored. */
    public record Deployed(String workflow, String version) {}

    /** The workflows, each with its versions, as JSON. */
    public List<JsonNode> workflows() {
        return Json.list(api.send(request("GET").at("workflows")), "workflows", w -> w);
    }

    /** A workflow's definition and versions, as JSON. */
    public JsonNode workflow(String workflow) {
        return api.send(request("GET").at("workflows", workflow));
    }

    /** Starts a run of the newest version. See {@link #start(String, Object, StartOptions)}. */
    public RunHandle start(String workflow, Object input) {
        return start(workflow, input, StartOptions.NONE);
    }

    /**
     * Starts a run. It always has a name before the request is sent, so that a repeated request is the same run.
     *
     * @param input anything that Jackson writes as JSON; may be null
     * @throws TriggerflowException.Conflict when a run of this name was started with another workflow or input
     */
    public RunHandle start(String workflow, Object input, StartOptions options) {
        String run = options.name().orElseGet(() -> UUID.randomUUID().toString());
        ObjectNode body =
                JsonNodeFactory.instance.objectNode().put("workflow", workflow).put("name", run);
        options.version().ifPresent(version -> body.put("version", version));
        body.set("input", Json.tree(input));
        api.send(request("POST").at("runs").body(body));
        return run(run);
    }

    /** The handle of a run, whether or not there is one. */
    public RunHandle run(String run) {
        return new RunHandle(api, name, run);
    }

    /**
     * A page of the runs, the newest first.
     *
     * @param status only runs that stand so
     * @param limit how many at most
     * @param token a former page's {@code next}
     */
    public Page<Run> runs(Optional<RunStatus> status, int limit, Optional<String> token) {
        return Json.page(
                api.send(request("GET")
                        .at("runs")
                        .with("status", status)
                        .with("limit", limit)
                        .with("token", token)),
                "runs",
                Run::of);
    }

    /** Sends events to the workspace's standing triggers. Idempotent: the events carry their ids. */
    public void emit(List<NewEvent> events) {
        Emitter.emit(api, request("POST").at("events"), events);
    }

    /** The standing triggers. */
    public Triggers triggers() {
        return new Triggers(api, List.of("workspaces", name, "triggers"));
    }

    /** What intercepts the standing triggers. */
    public Interceptors interceptors() {
        return new Interceptors(api, List.of("workspaces", name, "interceptors"), Optional.empty());
    }

    private Api.Request request(String method) {
        return Api.Request.of(method, "workspaces", name);
    }
}

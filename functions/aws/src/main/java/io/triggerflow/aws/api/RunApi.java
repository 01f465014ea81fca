package io.triggerflow.aws.api;

import io.triggerflow.aws.json.Json;
import io.triggerflow.aws.metrics.Metric;
import io.triggerflow.core.control.Control;
import io.triggerflow.core.model.Ids;
import io.triggerflow.core.model.RunStatus;
import io.triggerflow.core.model.Scope;
import io.triggerflow.core.model.ScopeState;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Runs of a workspace. */
final class RunApi {
    /** API Gateway gives up after 29 s. */
    private static final int LONGEST_WAIT = 20;

    private static final Duration FIRST_LOOK = Duration.ofMillis(50);
    private static final Duration LAST_LOOK = Duration.ofMillis(1_000);

    private final ApiParts parts;
    private final InterceptorApi interceptors;
    private final PatchApi patches;

    RunApi(ApiParts parts, InterceptorApi interceptors) {
        this.parts = parts;
        this.interceptors = interceptors;
        this.patches = new PatchApi(parts);
    }

    Response handle(Request request, String workspace, List<String> rest, EventApi events, TriggerApi triggers) {
        if (rest.isEmpty()) {
            return switch (request.method()) {
                case "GET" -> list(request, workspace);
                case "POST" -> start(request, workspace);
                default -> throw Api.noRoute(request);
            };
        }
        Scope run = Api.scope(workspace, rest.getFirst());
        String verb = rest.size() == 1 ? "" : rest.get(1);
        if (verb.equals("triggers")) {
            return triggers.handle(request, run, rest.subList(2, rest.size()));
        }
        if (verb.equals("interceptors")) {
            return interceptors.handle(request, run, rest.subList(2, rest.size()));
        }
        if (verb.equals("events")) {
            return events.emit(request, run, rest.subList(2, rest.size()));
        }
        Control control = parts.control();
        return switch (rest.size() > 2 ? "" : request.method() + " " + verb) {
            case "GET " -> Response.ok(Views.scope(look(run, request.number("wait", 0, LONGEST_WAIT))));
            case "GET history" ->
                Response.ok(Map.of(
                        "entries",
                        control.history(run).stream().map(Views::entry).toList()));
            case "POST patch" -> patches.handle(request, run);
            case "POST pause" -> Response.ok(Views.scope(control.pause(run)));
            case "POST resume" -> Response.ok(Views.scope(control.resume(run)));
            case "POST cancel" -> new Response(202, Views.scope(control.cancel(run)));
            default -> throw Api.noRoute(request);
        };
    }

    private Response list(Request request, String workspace) {
        Optional<RunStatus> status = request.parameter("status").map(RunApi::status);
        var page = parts.store()
                .runs(
                        workspace,
                        status,
                        request.number("limit", Api.USUAL_ITEMS, Api.MOST_ITEMS),
                        request.parameter("token"));
        return Response.ok(Views.page("runs", page, Views::scope));
    }

    private static RunStatus status(String text) {
        try {
            return RunStatus.valueOf(text.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw ApiException.invalid(
                    "Expected status to be one of " + Arrays.toString(RunStatus.values()) + ", but got '" + text + "'",
                    "");
        }
    }

    /** A run without a name is named after the request, so that the same request again is the same run. */
    private Response start(Request request, String workspace) {
        Map<String, Object> body = request.object();
        if (!(body.get("workflow") instanceof String workflow) || workflow.isEmpty()) {
            throw ApiException.invalid(
                    "Expected the name of a workflow, but got " + Json.write(body.get("workflow")), "$.workflow");
        }
        String name = text(body, "name").orElseGet(() -> Ids.hash("run", workspace, request.id()));
        if (!Scope.isName(name)) {
            throw ApiException.invalid(
                    "Expected the name of a run (1 to " + Scope.MAX_NAME
                            + " characters from A-Z a-z 0-9 . _ : / @ + -), but got '" + name + "'",
                    "$.name");
        }
        Control.Started started =
                parts.control().start(workspace, workflow, text(body, "version"), name, body.get("input"));
        parts.metrics().count(Metric.RUNS_STARTED, started.created() ? 1 : 0);
        return new Response(started.created() ? 201 : 200, Views.scope(started.state()));
    }

    private static Optional<String> text(Map<String, Object> body, String key) {
        Object value = body.get(key);
        if (value != null && !(value instanceof String)) {
            throw ApiException.invalid("Expected a text, but got " + Json.write(value), "$." + key);
        }
        return Optional.ofNullable((String) value);
    }

    /** The run as soon as it has finished, or as it stands when the time is over. */
    private ScopeState look(Scope run, int seconds) {
        Instant end = parts.clock().instant().plusSeconds(seconds);
        Duration pause = FIRST_LOOK;
        ScopeState state = parts.control().get(run);
        while (!state.status().isFinished()
                && parts.clock().instant().plus(pause).isBefore(end)) {
            try {
                Thread.sleep(pause);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return state;
            }
            pause = pause.multipliedBy(3).dividedBy(2).compareTo(LAST_LOOK) > 0
                    ? LAST_LOOK
                    : pause.multipliedBy(3).dividedBy(2);
            state = parts.control().get(run);
        }
        return state;
    }
}

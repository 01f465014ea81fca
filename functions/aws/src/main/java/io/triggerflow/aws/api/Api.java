package io.triggerflow.aws.api;

import io.triggerflow.aws.json.Json;
import io.triggerflow.core.control.Control;
import io.triggerflow.core.control.ControlException;
import io.triggerflow.core.control.Release;
import io.triggerflow.core.definition.DefinitionException;
import io.triggerflow.core.definition.DefinitionWriter;
import io.triggerflow.core.definition.Problem;
import io.triggerflow.core.model.Definition;
import io.triggerflow.core.model.Scope;
import io.triggerflow.core.port.EventSink;
import io.triggerflow.core.port.StoreException;
import io.triggerflow.dag.DagReader;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Routes requests to the verbs of the engine, and its refusals to statuses. Every request may be sent twice.
 *
 * <pre>
 * GET    /health
 * GET    /workspaces                              PUT GET DELETE /workspaces/{w}
 * GET POST /workspaces/{w}/workflows              GET /workspaces/{w}/workflows/{name}?version=
 * GET POST /workspaces/{w}/runs?status=&amp;limit=&amp;token=
 * GET    /workspaces/{w}/runs/{r}?wait=SECONDS    GET .../history, .../triggers     POST .../pause, .../resume, .../cancel
 * POST   /workspaces/{w}/runs/{r}/patch?dryRun=true&amp;by=
 * GET POST /workspaces/{w}/interceptors?by=, /workspaces/{w}/runs/{r}/interceptors    PUT GET DELETE .../{id}
 * GET POST DELETE /workspaces/{w}/triggers        PUT GET DELETE .../{id}           POST .../{id}/enable, .../{id}/disable
 * GET    /workspaces/{w}/triggers/{id}/why, /workspaces/{w}/runs/{r}/triggers/{id}/why
 * POST   /workspaces/{w}/events, /workspaces/{w}/runs/{r}/events
 * GET    /parked?workspace=                       GET DELETE /parked/{id}           POST /parked/{id}/redrive
 * </pre>
 *
 * Errors are {@code {"error", "message", "path"?}} with status 400 (the request is wrong), 404, 409, 413 or 500. Thread-safe.
 */
public final class Api {
    static final int MOST_ITEMS = 200;
    static final int USUAL_ITEMS = 50;

    private final ApiParts parts;
    private final RunApi runs;
    private final TriggerApi triggers;
    private final EventApi events;
    private final InterceptorApi interceptors;

    public Api(ApiParts parts) {
        this.parts = parts;
        this.interceptors = new InterceptorApi(parts);
        this.runs = new RunApi(parts, interceptors);
        this.triggers = new TriggerApi(parts);
        this.events = new EventApi(parts);
    }

    /** Answers the event of an invocation by API Gateway's HTTP API (payload format 2.0). Never throws. */
    public Response handle(Map<String, Object> event) {
        try {
            return route(Request.of(event));
        } catch (ApiException e) {
            return Response.error(e.status(), e.error(), e.getMessage(), e.path());
        } catch (ControlException e) {
            return switch (e.kind()) {
                case NOT_FOUND -> Response.error(404, "NotFound", e.getMessage(), "");
                case CONFLICT -> Response.error(409, "Conflict", e.getMessage(), "");
                case INVALID -> Response.error(400, "Invalid", e.getMessage(), "");
            };
        } catch (DefinitionException e) {
            return problems(e.problems());
        } catch (EventSink.RefusedException e) {
            return Response.error(413, "TooLarge", e.getMessage(), "");
        } catch (StoreException e) {
            return Response.error(500, "Unavailable", e.getMessage(), "");
        } catch (IllegalArgumentException e) {
            return Response.error(400, "Invalid", String.valueOf(e.getMessage()), "");
        } catch (RuntimeException e) {
            return Response.error(500, "Internal", e.toString(), "");
        }
    }

    private static Response problems(List<Problem> problems) {
        Problem first = problems.getFirst();
        Response response = Response.error(400, "InvalidDefinition", first.message(), first.path());
        if (problems.size() == 1) {
            return response;
        }
        Map<String, Object> body = new LinkedHashMap<>(Json.object(response.body()));
        body.put(
                "problems",
                problems.stream()
                        .map(p -> Map.of("path", p.path(), "message", p.message()))
                        .toList());
        return new Response(400, body);
    }

    private Response route(Request request) {
        List<String> path = request.path();
        String first = path.isEmpty() ? "" : path.getFirst();
        if (first.equals("health") && path.size() == 1) {
            return Response.ok(Map.of("ok", true, "version", Release.version(), "workspace", parts.defaultWorkspace()));
        }
        if (first.equals("parked")) {
            return events.parked(request, path.subList(1, path.size()));
        }
        if (!first.equals("workspaces")) {
            throw noRoute(request);
        }
        return path.size() == 1 ? workspaces(request) : workspace(request, path.get(1), path.subList(2, path.size()));
    }

    private Response workspaces(Request request) {
        if (!request.method().equals("GET")) {
            throw noRoute(request);
        }
        var page =
                parts.store().workspaces(request.number("limit", MOST_ITEMS, MOST_ITEMS), request.parameter("token"));
        return Response.ok(Views.page("workspaces", page, Views::scope));
    }

    private Response workspace(Request request, String workspace, List<String> rest) {
        Scope scope = scope(workspace, "");
        String what = rest.isEmpty() ? "" : rest.getFirst();
        List<String> more = rest.isEmpty() ? List.of() : rest.subList(1, rest.size());
        return switch (what) {
            case "" -> itself(request, scope);
            case "workflows" -> workflows(request, workspace, more);
            case "runs" -> runs.handle(request, workspace, more, events, triggers);
            case "triggers" -> triggers.handle(request, scope, more);
            case "interceptors" -> interceptors.handle(request, scope, more);
            case "events" -> events.emit(request, scope, more);
            default -> throw noRoute(request);
        };
    }

    private Response itself(Request request, Scope scope) {
        Control control = parts.control();
        return switch (request.method()) {
            case "PUT" -> Response.ok(Views.scope(control.addWorkspace(scope.workspace())));
            case "GET" -> Response.ok(Views.scope(control.get(scope)));
            case "DELETE" -> {
                try {
                    parts.store().deleteWorkspace(scope.workspace());
                } catch (IllegalStateException e) {
                    throw new ControlException(ControlException.Kind.CONFLICT, e.getMessage());
                }
                yield Response.ok(Map.of());
            }
            default -> throw noRoute(request);
        };
    }

    /** A bundle, or a DAG, which becomes one. */
    private Definition definition(Object tree) {
        return DagReader.isDag(tree)
                ? parts.dags().definition(tree)
                : parts.reader().definition(tree);
    }

    private Response workflows(Request request, String workspace, List<String> rest) {
        if (rest.isEmpty() && request.method().equals("POST")) {
            Definition.Ref ref = parts.control().deploy(workspace, definition(request.json()));
            return Response.ok(Map.of("workflow", ref.workflow(), "version", ref.version()));
        }
        if (!request.method().equals("GET") || rest.size() > 1) {
            throw noRoute(request);
        }
        Optional<String> name = rest.stream().findFirst();
        var page = parts.store()
                .versions(workspace, name, request.number("limit", MOST_ITEMS, MOST_ITEMS), request.parameter("token"));
        Map<String, Object> json = Views.page(name.isPresent() ? "versions" : "workflows", page, Views::version);
        name.ifPresent(n -> json.put("definition", definition(workspace, n, request.parameter("version"))));
        return Response.ok(json);
    }

    private Object definition(String workspace, String workflow, Optional<String> version) {
        return version.map(v -> new Definition.Ref(workflow, v))
                .or(() -> parts.store().newest(workspace, workflow))
                .flatMap(ref -> parts.store().definition(workspace, ref))
                .map(d -> (Object) DefinitionWriter.write(d))
                .orElseThrow(() -> ApiException.notFound("Expected workflow '" + workflow + "' in workspace '"
                        + workspace + "', but there is none of that name and version"));
    }

    static Scope scope(String workspace, String run) {
        try {
            return new Scope(workspace, run);
        } catch (IllegalArgumentException e) {
            throw ApiException.invalid(e.getMessage(), "");
        }
    }

    static ApiException noRoute(Request request) {
        return new ApiException(
                404,
                "NoRoute",
                "Expected a request that this API knows, but got " + request.method() + " /"
                        + String.join("/", request.path()),
                "");
    }
}

package io.triggerflow.aws.api;

import io.triggerflow.core.control.Interceptions;
import io.triggerflow.core.decide.Holding;
import io.triggerflow.core.definition.DefinitionWriter;
import io.triggerflow.core.model.Interceptor;
import io.triggerflow.core.model.Scope;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Interceptors of a workspace or run. */
final class InterceptorApi {
    private final ApiParts parts;

    InterceptorApi(ApiParts parts) {
        this.parts = parts;
    }

    Response handle(Request request, Scope scope, List<String> rest) {
        Interceptions interceptions = parts.control().interceptions();
        String id = rest.isEmpty() ? "" : rest.getFirst();
        return switch (rest.size() > 1 ? "" : request.method() + rest.size()) {
            case "GET0" ->
                Response.ok(Map.of(
                        "interceptors",
                        interceptions.list(scope).stream()
                                .map(InterceptorApi::view)
                                .toList()));
            case "POST0" -> add(request, scope, request.json());
            case "GET1" ->
                Response.ok(interceptions.list(scope).stream()
                        .filter(l -> l.interceptor().id().equals(id))
                        .findFirst()
                        .map(InterceptorApi::view)
                        .orElseThrow(() -> ApiException.notFound(
                                "Expected interceptor '" + id + "' in '" + scope + "', but there is none")));
            case "PUT1" -> add(request, scope, TriggerApi.named(request.object(), id, "interceptor"));
            case "DELETE1" -> {
                interceptions.release(scope, id, request.caller());
                yield Response.ok(Map.of());
            }
            default -> throw Api.noRoute(request);
        };
    }

    /** Answers what they intercept now: one that intercepts nothing may be misspelt. */
    private Response add(Request request, Scope scope, Object json) {
        List<Interceptor> all = parts.reader().interceptors(json, scope.isRun());
        if (!scope.isRun()) {
            parts.control().addWorkspace(scope.workspace());
        }
        parts.control().interceptions().intercept(scope, all, request.caller());
        List<String> ids = all.stream().map(Interceptor::id).toList();
        return Response.ok(Map.of(
                "interceptors",
                parts.control().interceptions().list(scope).stream()
                        .filter(l -> ids.contains(l.interceptor().id()))
                        .map(InterceptorApi::view)
                        .toList()));
    }

    private static Object view(Interceptions.Listed listed) {
        Map<String, Object> json = new LinkedHashMap<>(DefinitionWriter.write(listed.interceptor()));
        json.put("triggers", listed.triggers());
        json.put("holds", listed.holds().stream().map(InterceptorApi::held).toList());
        return json;
    }

    private static Object held(Holding holding) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("trigger", holding.trigger());
        json.put("event", holding.event().id());
        json.put("type", holding.event().type());
        json.put("subject", holding.event().subject());
        json.put("data", holding.event().data());
        holding.until().ifPresent(u -> json.put("until", u.toString()));
        return json;
    }
}

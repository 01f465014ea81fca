package io.triggerflow.aws.api;

import io.triggerflow.aws.json.Json;
import io.triggerflow.core.check.Explanation;
import io.triggerflow.core.check.Why;
import io.triggerflow.core.control.Control;
import io.triggerflow.core.model.Action;
import io.triggerflow.core.model.Scope;
import io.triggerflow.core.model.ScopeState;
import io.triggerflow.core.model.Trigger;
import io.triggerflow.core.model.TriggerState;
import io.triggerflow.core.port.Registry;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Triggers of a workspace or run. */
final class TriggerApi {
    private static final int FIRST_KEYS = 20;
    private static final int MOST_KEYS = 1_000;

    private final ApiParts parts;

    TriggerApi(ApiParts parts) {
        this.parts = parts;
    }

    Response handle(Request request, Scope scope, List<String> rest) {
        Control control = parts.control();
        String id = rest.isEmpty() ? "" : rest.getFirst();
        String verb = rest.size() == 2 ? rest.get(1) : "";
        return switch (rest.size() > 2 ? "" : request.method() + rest.size() + verb) {
            case "GET0" -> list(scope);
            case "POST0" -> add(scope, read(scope, request.json()));
            case "DELETE0" -> done(() -> control.flushTriggers(scope));
            case "GET1" -> Response.ok(one(scope, id));
            case "GET2keys" ->
                Response.ok(Views.page(
                        "keys",
                        parts.store()
                                .states(
                                        scope,
                                        id,
                                        request.number("limit", FIRST_KEYS, MOST_KEYS),
                                        request.parameter("token")),
                        k -> keyed(trigger(scope, id), k)));
            case "PUT1" -> add(scope, read(scope, named(request.object(), id, "trigger")));
            case "DELETE1" -> done(() -> control.switchTrigger(scope, Action.Operation.RETIRE, id));
            case "GET2why" -> Response.ok(why(scope, id));
            case "POST2enable" -> done(() -> control.switchTrigger(scope, Action.Operation.ENABLE, id));
            case "POST2disable" -> done(() -> control.switchTrigger(scope, Action.Operation.DISABLE, id));
            default -> throw Api.noRoute(request);
        };
    }

    private static Response done(Runnable change) {
        change.run();
        return Response.ok(Map.of());
    }

    /** Each trigger, with its state when it keeps one. */
    private Response list(Scope scope) {
        List<Control.Listed> all = parts.control().triggers(scope);
        Map<String, TriggerState> states = parts.store().states(scope);
        List<Object> triggers = new ArrayList<>();
        for (Control.Listed listed : all) {
            triggers.add(view(listed, states));
        }
        return Response.ok(Map.of("triggers", triggers));
    }

    private static Map<String, Object> view(Control.Listed listed, Map<String, TriggerState> states) {
        Map<String, Object> json = Views.trigger(listed);
        TriggerState state = states.get(listed.trigger().id());
        if (state != null) {
            json.put("state", Views.state(listed.trigger(), state));
        }
        return json;
    }

    private static Object keyed(Control.Listed listed, Registry.Keyed keyed) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("key", keyed.key());
        json.putAll(Views.state(listed.trigger(), keyed.state()));
        return json;
    }

    /** With its state; of one with keys the first of them, the others are under {@code /keys}. */
    private Object one(Scope scope, String id) {
        Control.Listed listed = trigger(scope, id);
        Map<String, Object> json = view(listed, parts.store().states(scope));
        if (listed.trigger().isKeyed()) {
            Registry.Page<Registry.Keyed> keys = parts.store().states(scope, id, FIRST_KEYS, Optional.empty());
            json.put("keys", keys.items().stream().map(k -> keyed(listed, k)).toList());
            json.put("moreKeys", keys.next().isPresent());
        }
        return json;
    }

    private Control.Listed trigger(Scope scope, String id) {
        return parts.control().triggers(scope).stream()
                .filter(l -> l.trigger().id().equals(id))
                .findFirst()
                .orElseThrow(() ->
                        ApiException.notFound("Expected trigger '" + id + "' in '" + scope + "', but there is none"));
    }

    private Object why(Scope scope, String id) {
        ScopeState state = parts.control().get(scope);
        Why.Facts facts = new Why.Facts(
                new io.triggerflow.core.engine.Views(parts.store()).of(state),
                parts.control().history(scope),
                parts.store().states(scope),
                parts.store().timers(scope),
                parts.store().held(scope),
                parts.clock().instant());
        return Why.of(facts, id)
                .map(Explanation::toJson)
                .orElseThrow(() ->
                        ApiException.notFound("Expected trigger '" + id + "' in '" + scope + "', but there is none"));
    }

    private Response add(Scope scope, List<Trigger> triggers) {
        if (!scope.isRun()) {
            parts.control().addWorkspace(scope.workspace());
        }
        parts.control().addTriggers(scope, triggers);
        return Response.ok(Map.of("triggers", triggers.stream().map(Trigger::id).toList()));
    }

    private List<Trigger> read(Scope scope, Object json) {
        return scope.isRun() ? parts.reader().registered(json) : parts.reader().standing(json);
    }

    static Object named(Map<String, Object> trigger, String id, String what) {
        Object own = trigger.get("id");
        if (own != null && !own.equals(id)) {
            throw ApiException.invalid(
                    "Expected " + what + " '" + id + "', as the path says, but got " + Json.write(own), "$.id");
        }
        Map<String, Object> named = new LinkedHashMap<>(trigger);
        named.put("id", id);
        return named;
    }
}

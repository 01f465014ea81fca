package io.triggerflow.aws.api;

import io.triggerflow.core.composite.State;
import io.triggerflow.core.control.Control;
import io.triggerflow.core.decide.Composites;
import io.triggerflow.core.definition.DefinitionWriter;
import io.triggerflow.core.model.Address;
import io.triggerflow.core.model.Condition;
import io.triggerflow.core.model.Entry;
import io.triggerflow.core.model.Event;
import io.triggerflow.core.model.Launch;
import io.triggerflow.core.model.ScopeState;
import io.triggerflow.core.model.Trigger;
import io.triggerflow.core.model.TriggerState;
import io.triggerflow.core.port.Registry;
import io.triggerflow.core.route.Router;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/** What the API shows, as plain Java JSON. */
final class Views {
    private Views() {}

    static <T> Map<String, Object> page(String name, Registry.Page<T> page, Function<T, Object> item) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put(name, page.items().stream().map(item).toList());
        page.next().ifPresent(n -> json.put("next", n));
        return json;
    }

    static Map<String, Object> scope(ScopeState state) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("workspace", state.scope().workspace());
        json.put(
                "name",
                state.scope().isRun() ? state.scope().run() : state.scope().workspace());
        json.put("status", state.status().name());
        state.definition().ifPresent(d -> {
            json.put("workflow", d.workflow());
            json.put("version", d.version());
        });
        json.put("startedAt", state.startedAt().toString());
        state.endedAt().ifPresent(e -> json.put("endedAt", e.toString()));
        if (state.scope().isRun()) {
            json.put("input", state.input());
        }
        json.put("context", state.context());
        if (state.endedAt().isPresent()) {
            json.put("output", state.output());
        }
        state.failure().ifPresent(f -> json.put("failure", f.toJson()));
        state.parent().ifPresent(p -> json.put("parent", p.address().scope().run()));
        return json;
    }

    static Object version(Registry.Version v) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("workflow", v.ref().workflow());
        json.put("version", v.ref().version());
        json.put("newest", v.newest());
        json.put("at", v.at().toString());
        json.put("description", v.description());
        json.put("triggers", v.triggers());
        return json;
    }

    static Map<String, Object> trigger(Control.Listed listed) {
        Map<String, Object> json = new LinkedHashMap<>(DefinitionWriter.write(listed.trigger()));
        json.put("enabled", listed.enabled());
        return json;
    }

    static Map<String, Object> state(Trigger trigger, TriggerState state) {
        return trigger.condition() instanceof Condition.Composite ? detected(state) : state(state);
    }

    /** What a composite event holds is for the engine alone; how much that is, is not. */
    private static Map<String, Object> detected(TriggerState state) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("firings", state.round() - 1);
        json.put("fired", state.fired());
        if (!state.fired()) {
            json.putAll(State.of(state.values()).summary());
            Composites.wake(state).ifPresent(w -> json.put("wake", w.toString()));
        }
        return json;
    }

    private static Map<String, Object> state(TriggerState state) {
        Map<String, Object> json = new LinkedHashMap<>();
        var tally = state.members().tally();
        json.put("round", state.round());
        json.put("arrived", tally.arrived());
        json.put("succeeded", tally.succeeded());
        json.put("failed", tally.failed());
        json.put("skipped", tally.skipped());
        json.put("fired", state.fired());
        if (!state.values().isEmpty()) {
            json.put("values", state.values());
        }
        return json;
    }

    static Object entry(Entry entry) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("key", entry.key());
        json.put("at", entry.at().toString());
        json.put("kind", entry.kind().name());
        json.put("cause", cause(entry.cause()));
        json.put(
                "firings",
                entry.firings().stream()
                        .map(f -> Map.of("trigger", f.trigger(), "changes", f.changes()))
                        .toList());
        json.put("launches", entry.outbox().stream().map(Views::launch).toList());
        json.put(
                "activations",
                entry.activations().stream()
                        .map(a -> Map.of(
                                "trigger", a.trigger(), "event", a.event().id()))
                        .toList());
        json.put("note", entry.note());
        return json;
    }

    private static Map<String, Object> cause(Entry.Cause cause) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("id", cause.id());
        json.put("source", cause.source());
        json.put("type", cause.type());
        json.put("subject", cause.subject());
        json.put("depth", cause.depth());
        cause.launch().ifPresent(l -> json.put("launch", l));
        return json;
    }

    private static Map<String, Object> launch(Launch launch) {
        Map<String, Object> json = new LinkedHashMap<>();
        switch (launch) {
            case Launch.Invoke i -> {
                json.put("kind", "invoke");
                json.put("function", i.function());
                answer(i.options(), json);
                address(i.address(), json);
            }
            case Launch.FanOut f -> {
                json.put("kind", "fanout");
                json.put("function", f.function());
                json.put("items", f.items().size());
                answer(f.options(), json);
                address(f.address(), json);
            }
            case Launch.Emit e -> {
                json.put("kind", "emit");
                json.put("type", e.event().type());
                json.put("subject", e.event().subject());
            }
            case Launch.At a -> {
                json.put("kind", "timer");
                json.put("type", a.event().type());
                json.put("subject", a.event().subject());
                json.put("due", a.due().toString());
            }
            case Launch.Start s -> {
                json.put("kind", "start");
                json.put("workflow", s.workflow());
                json.put("run", s.name());
                address(s.address(), json);
            }
            case Launch.Forward f -> {
                json.put("kind", "forward");
                json.put("type", f.event().type());
                json.put("key", f.key());
            }
        }
        return json;
    }

    /** A launch that an interceptor answered reached no function. */
    private static void answer(Launch.Invocation options, Map<String, Object> json) {
        options.answer().ifPresent(a -> json.put("answered", a.isFailure() ? a.error() : "succeeded"));
    }

    private static void address(Address address, Map<String, Object> json) {
        json.put("id", address.id());
        json.put("task", address.task());
        json.put("attempt", address.attempt());
        if (address.item() >= 0) {
            json.put("item", address.item());
        }
    }

    private static Map<String, Object> error(Instant at, String error) {
        return Map.of("at", at.toString(), "error", error);
    }

    static Object parked(Registry.Parked parked) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("id", parked.id());
        parked.scope().ifPresent(s -> {
            json.put("workspace", s.workspace());
            if (s.isRun()) {
                json.put("run", s.run());
            }
        });
        json.put("reason", parked.reason());
        json.put("at", parked.at().toString());
        json.put("times", parked.errors().times());
        json.put("first", error(parked.errors().firstAt(), parked.errors().first()));
        json.put("last", error(parked.errors().lastAt(), parked.errors().last()));
        json.put("message", parked.message() instanceof Event event ? Router.asJson(event) : parked.message());
        return json;
    }
}

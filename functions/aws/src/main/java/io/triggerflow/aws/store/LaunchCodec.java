package io.triggerflow.aws.store;

import io.triggerflow.aws.json.Json;
import io.triggerflow.core.model.Action;
import io.triggerflow.core.model.Address;
import io.triggerflow.core.model.Launch;
import io.triggerflow.core.model.RetryPolicy;
import io.triggerflow.core.model.Scope;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Launches inside an entry. What follows from the entry is left out: its scope, key and depth, the launch's position, a first attempt.
 *
 * @param scope the entry's scope
 * @param entry the entry's key
 * @param depth the depth of what the entry causes
 * @param position the launch's position in the outbox
 */
record LaunchCodec(Scope scope, String entry, int depth, int position) {

    Map<String, Object> write(Launch launch) {
        Map<String, Object> json = new LinkedHashMap<>();
        switch (launch) {
            case Launch.Invoke i -> {
                json.put("k", "i");
                address(i.address(), json);
                json.put("g", i.trigger());
                json.put("f", i.function());
                optional(json, "p", i.payload());
                invocation(i.options(), json);
            }
            case Launch.FanOut f -> {
                json.put("k", "n");
                address(f.address(), json);
                json.put("g", f.trigger());
                json.put("f", f.function());
                json.put("l", f.items());
                f.template().ifPresent(t -> json.put("p", t));
                optional(json, "w", f.with());
                invocation(f.options(), json);
            }
            case Launch.Emit e -> {
                json.put("k", "e");
                json.put("v", EventCodec.write(e.event()));
                destination(e.destination(), json);
                if (!e.delay().isZero()) {
                    json.put("y", e.delay().toString());
                }
            }
            case Launch.At a -> {
                json.put("k", "t");
                json.put("v", EventCodec.write(a.event()));
                json.put("z", Times.write(a.due()));
            }
            case Launch.Start s -> {
                json.put("k", "s");
                address(s.address(), json);
                json.put("g", s.trigger());
                json.put("f", s.workflow());
                s.version().ifPresent(v -> json.put("r", v));
                json.put("m", s.name());
                optional(json, "p", s.input());
                if (s.detached()) {
                    json.put("h", 1);
                }
                s.kept().ifPresent(k -> json.put("e", k));
            }
            case Launch.Forward f -> {
                json.put("k", "w");
                json.put("v", EventCodec.write(f.event()));
                json.put("m", f.key());
            }
        }
        return json;
    }

    Launch read(Object value) {
        Map<String, Object> json = Json.object(value);
        String kind = Json.text(json, "k", "");
        return switch (kind) {
            case "i" ->
                new Launch.Invoke(address(json), text(json, "g"), text(json, "f"), json.get("p"), invocation(json));
            case "n" ->
                new Launch.FanOut(
                        address(json),
                        text(json, "g"),
                        text(json, "f"),
                        new ArrayList<>(Json.list(json.get("l"))),
                        Optional.ofNullable(json.get("p")),
                        json.get("w"),
                        invocation(json));
            case "e" ->
                new Launch.Emit(
                        EventCodec.read(json.get("v")),
                        destination(json),
                        json.get("y") instanceof String y ? Duration.parse(y) : Duration.ZERO);
            case "t" -> new Launch.At(EventCodec.read(json.get("v")), Times.read(json.get("z")));
            case "s" ->
                new Launch.Start(
                        address(json),
                        text(json, "g"),
                        text(json, "f"),
                        Optional.ofNullable((String) json.get("r")),
                        text(json, "m"),
                        json.get("p"),
                        json.containsKey("h"),
                        Optional.ofNullable(json.get("e")));
            case "w" -> new Launch.Forward(EventCodec.read(json.get("v")), text(json, "m"));
            default ->
                throw new IllegalStateException("Expected a launch of kind i, n, e, t, s or w in entry " + entry
                        + " of " + scope + ", but got '" + kind + "'");
        };
    }

    private static String text(Map<String, Object> json, String key) {
        return Json.text(json, key, "");
    }

    private static void optional(Map<String, Object> json, String key, Object value) {
        if (value != null) {
            json.put(key, value);
        }
    }

    private void address(Address address, Map<String, Object> json) {
        if (!address.scope().equals(scope) || !address.entry().equals(entry)) {
            json.put("o", address.toJson());
            return;
        }
        if (address.position() != position) {
            json.put("op", address.position());
        }
        if (address.item() >= 0) {
            json.put("oi", address.item());
        }
        if (address.attempt() != 1) {
            json.put("oa", address.attempt());
        }
        json.put("ot", address.task());
        if (address.depth() != depth) {
            json.put("od", address.depth());
        }
        if (address.timed()) {
            json.put("ol", 1);
        }
    }

    private Address address(Map<String, Object> json) {
        if (json.containsKey("o")) {
            return Address.fromJson(json.get("o"))
                    .orElseThrow(() ->
                            new IllegalStateException("Expected the address of a launch, but got " + json.get("o")));
        }
        return new Address(
                scope,
                entry,
                (int) Json.number(json, "op", position),
                (int) Json.number(json, "oi", -1),
                (int) Json.number(json, "oa", 1),
                text(json, "ot"),
                (int) Json.number(json, "od", depth),
                json.containsKey("ol"),
                json.containsKey("e"));
    }

    private static void invocation(Launch.Invocation options, Map<String, Object> json) {
        if (!options.retry().equals(RetryPolicy.NONE)) {
            json.put("c", retry(options.retry()));
        }
        options.timeout().ifPresent(t -> json.put("x", t.toString()));
        if (options.correlation() == Action.Correlation.RECEIPT) {
            json.put("q", 1);
        }
        options.kept().ifPresent(k -> json.put("e", k));
        options.answer().ifPresent(a -> {
            json.put("b", a.error());
            optional(json, "d", a.data());
        });
    }

    private static Launch.Invocation invocation(Map<String, Object> json) {
        return new Launch.Invocation(
                json.containsKey("c") ? retry(Json.list(json.get("c"))) : RetryPolicy.NONE,
                json.get("x") instanceof String x ? Optional.of(Duration.parse(x)) : Optional.empty(),
                json.containsKey("q") ? Action.Correlation.RECEIPT : Action.Correlation.PAYLOAD,
                Optional.ofNullable(json.get("e")),
                json.containsKey("b")
                        ? Optional.of(new Launch.Answer(text(json, "b"), json.get("d")))
                        : Optional.empty());
    }

    private static List<Object> retry(RetryPolicy r) {
        return List.of(
                r.errors(),
                r.maxAttempts(),
                r.interval().toString(),
                r.backoff(),
                r.maxDelay().toString(),
                r.jitter());
    }

    private static RetryPolicy retry(List<?> json) {
        return new RetryPolicy(
                Json.list(json.get(0)).stream().map(String::valueOf).toList(),
                ((Number) json.get(1)).intValue(),
                Duration.parse((String) json.get(2)),
                ((Number) json.get(3)).doubleValue(),
                Duration.parse((String) json.get(4)),
                ((Number) json.get(5)).doubleValue());
    }

    private static void destination(Launch.Destination destination, Map<String, Object> json) {
        switch (destination) {
            case Launch.Destination.Engine e -> {}
            case Launch.Destination.Bus b -> json.put("b", b.name().orElse(""));
            case Launch.Destination.Queue q -> json.put("u", q.url());
        }
    }

    private static Launch.Destination destination(Map<String, Object> json) {
        if (json.get("u") instanceof String url) {
            return new Launch.Destination.Queue(url);
        }
        return json.get("b") instanceof String bus
                ? new Launch.Destination.Bus(Optional.of(bus).filter(b -> !b.isEmpty()))
                : new Launch.Destination.Engine();
    }
}

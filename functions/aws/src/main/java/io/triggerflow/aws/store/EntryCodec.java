package io.triggerflow.aws.store;

import io.triggerflow.aws.json.Json;
import io.triggerflow.core.model.Entry;
import io.triggerflow.core.model.Event;
import io.triggerflow.core.model.Launch;
import io.triggerflow.core.model.Scope;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Entries of a history; a sequential transition's is well below the 1 KB that one write unit pays for. */
final class EntryCodec {
    /** The newest shape that is written; {@link #read} reads this one and all before. */
    private static final int SHAPE = 2;
    /** The shape of entries whose launches keep nothing, and are launched: releases that know no other can read them. */
    private static final int PLAIN = 1;

    private EntryCodec() {}

    static Map<String, Object> write(Scope scope, Entry entry) {
        Map<String, Object> json = new LinkedHashMap<>();
        boolean isPlain = entry.outbox().stream()
                .allMatch(l -> l.kept().isEmpty() && l.answer().isEmpty());
        json.put(Shapes.SHAPE, isPlain ? PLAIN : SHAPE);
        json.put("h", entry.key());
        json.put("c", cause(entry.cause()));
        json.put("a", Times.write(entry.at()));
        if (entry.kind() != Entry.Kind.FIRED) {
            json.put("k", kind(entry.kind()));
        }
        if (!entry.firings().isEmpty()) {
            json.put("f", entry.firings().stream().map(EntryCodec::firing).toList());
        }
        if (!entry.outbox().isEmpty()) {
            json.put("o", outbox(scope, entry));
        }
        if (!entry.activations().isEmpty()) {
            json.put(
                    "x",
                    entry.activations().stream()
                            .map(a -> List.of(a.trigger(), EventCodec.write(a.event())))
                            .toList());
        }
        if (!entry.note().isEmpty()) {
            json.put("n", entry.note());
        }
        return json;
    }

    static Entry read(Scope scope, Object value) {
        Map<String, Object> json = Json.object(value);
        String key = Json.text(json, "h", "");
        Shapes.require(SHAPE, json, "entry '" + key + "' of " + scope, Set.of());
        Entry.Cause cause = cause(Json.object(json.get("c")));
        return new Entry(
                key,
                cause,
                Times.read(json.get("a")),
                kind(Json.text(json, "k", "F")),
                Json.list(json.get("f")).stream().map(EntryCodec::firing).toList(),
                outbox(scope, key, cause.depth() + 1, Json.list(json.get("o"))),
                Json.list(json.get("x")).stream()
                        .map(a -> new Entry.Activation(
                                (String) Json.list(a).get(0),
                                EventCodec.read(Json.list(a).get(1))))
                        .toList(),
                Json.text(json, "n", ""));
    }

    private static List<Object> outbox(Scope scope, Entry entry) {
        List<Object> launches = new ArrayList<>();
        for (Launch launch : entry.outbox()) {
            launches.add(new LaunchCodec(scope, entry.key(), entry.depth(), launches.size()).write(launch));
        }
        return launches;
    }

    private static List<Launch> outbox(Scope scope, String key, int depth, List<?> json) {
        List<Launch> launches = new ArrayList<>();
        for (Object launch : json) {
            launches.add(new LaunchCodec(scope, key, depth, launches.size()).read(launch));
        }
        return launches;
    }

    private static Map<String, Object> cause(Entry.Cause cause) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("i", cause.id());
        if (!cause.source().equals(Event.ENGINE_SOURCE)) {
            json.put("s", cause.source());
        }
        json.put("t", cause.type());
        if (!cause.subject().isEmpty()) {
            json.put("u", cause.subject());
        }
        if (cause.depth() != 0) {
            json.put("d", cause.depth());
        }
        // A termination event has its launch's id; it is written once.
        cause.launch().ifPresent(l -> json.put("l", l.equals(cause.id()) ? "" : l));
        return json;
    }

    private static Entry.Cause cause(Map<String, Object> json) {
        String id = Json.text(json, "i", "");
        Optional<String> launch = Optional.ofNullable((String) json.get("l")).map(l -> l.isEmpty() ? id : l);
        return new Entry.Cause(
                id,
                Json.text(json, "s", Event.ENGINE_SOURCE),
                Json.text(json, "t", ""),
                Json.text(json, "u", ""),
                (int) Json.number(json, "d", 0),
                launch);
    }

    private static Object firing(Entry.Firing firing) {
        if (firing.changes().isEmpty()) {
            return firing.trigger();
        }
        List<Object> json = new ArrayList<>(List.of(firing.trigger()));
        json.addAll(firing.changes());
        return json;
    }

    private static Entry.Firing firing(Object json) {
        if (json instanceof String trigger) {
            return new Entry.Firing(trigger, List.of());
        }
        List<String> all = Json.list(json).stream().map(String::valueOf).toList();
        return new Entry.Firing(all.getFirst(), all.subList(1, all.size()));
    }

    private static String kind(Entry.Kind kind) {
        return switch (kind) {
            case FIRED -> "F";
            case RETRIED -> "R";
            case UNMATCHED -> "U";
            case DECLINED -> "D";
            case CONTROL -> "C";
            case ENDED -> "E";
        };
    }

    private static Entry.Kind kind(String code) {
        return switch (code) {
            case "F" -> Entry.Kind.FIRED;
            case "R" -> Entry.Kind.RETRIED;
            case "U" -> Entry.Kind.UNMATCHED;
            case "D" -> Entry.Kind.DECLINED;
            case "C" -> Entry.Kind.CONTROL;
            case "E" -> Entry.Kind.ENDED;
            default ->
                throw new IllegalStateException("Expected an entry of kind F, R, U, D, C or E, but got '" + code + "'");
        };
    }
}

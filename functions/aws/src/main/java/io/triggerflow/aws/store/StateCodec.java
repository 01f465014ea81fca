package io.triggerflow.aws.store;

import io.triggerflow.aws.json.Json;
import io.triggerflow.core.model.Members;
import io.triggerflow.core.model.TriggerState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** States of triggers, and the members of joins. The version is an attribute of its own: conditions look at it. */
final class StateCodec {
    /** The shape of states of triggers without keys: as it has always been. */
    private static final int UNKEYED = 1;
    /** The shape of states of keys, which began when there had been one shape of the others. */
    private static final int KEYED = 2;

    private static final String KEY = "k";

    private static final String NO_DATA = "n";
    private static final Map<Members.Outcome, String> CODES =
            Map.of(Members.Outcome.SUCCEEDED, "s", Members.Outcome.FAILED, "f", Members.Outcome.SKIPPED, "k");

    private StateCodec() {}

    static Map<String, Object> write(TriggerState state) {
        return write(TriggerState.Instance.of(""), state);
    }

    static Map<String, Object> write(TriggerState.Instance instance, TriggerState state) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put(Shapes.SHAPE, instance.isKeyed() ? KEYED : UNKEYED);
        if (instance.isKeyed()) {
            json.put(KEY, instance.key());
        }
        if (state.round() != 1) {
            json.put("r", state.round());
        }
        if (state.members().size() > 0) {
            json.put("m", members(state.members()));
        }
        if (!state.recent().isEmpty()) {
            json.put("q", state.recent());
        }
        if (!state.values().isEmpty()) {
            json.put("c", state.values());
        }
        if (state.fired()) {
            json.put("f", 1);
        }
        if (!state.launched()) {
            json.put("u", 1);
        }
        return json;
    }

    static TriggerState read(Keys.Key key, long version, Object value) {
        Map<String, Object> json = Json.object(value);
        Shapes.require(
                key.s().startsWith(Keys.KEYED) ? KEYED : UNKEYED,
                json,
                "the state " + key.s() + " in " + key.p(),
                Set.of());
        return new TriggerState(
                version,
                (int) Json.number(json, "r", 1),
                members(json.get("m")),
                Json.list(json.get("q")).stream().map(String::valueOf).toList(),
                Json.object(json.get("c")),
                json.containsKey("f"),
                !json.containsKey("u"));
    }

    /** The key that a state is of; empty when it has none. */
    static String key(Object value) {
        return Json.object(value).get(KEY) instanceof String key ? key : "";
    }

    /** Keys by outcome, those without data apart: a join of thousands that collects nothing is a list of names. */
    static Map<String, Object> members(Members members) {
        Map<String, Object> json = new LinkedHashMap<>();
        for (Members.Outcome outcome : Members.Outcome.values()) {
            List<String> bare = new ArrayList<>();
            Map<String, Object> data = new LinkedHashMap<>();
            members.byKey().forEach((key, arrival) -> {
                if (arrival.outcome() == outcome && arrival.data() == null) {
                    bare.add(key);
                } else if (arrival.outcome() == outcome) {
                    data.put(key, arrival.data());
                }
            });
            if (!bare.isEmpty()) {
                json.put(CODES.get(outcome) + NO_DATA, bare);
            }
            if (!data.isEmpty()) {
                json.put(CODES.get(outcome), data);
            }
        }
        return json;
    }

    static Members members(Object value) {
        Map<String, Object> json = Json.object(value);
        Map<String, Members.Arrival> byKey = new LinkedHashMap<>();
        for (Members.Outcome outcome : Members.Outcome.values()) {
            Json.list(json.get(CODES.get(outcome) + NO_DATA))
                    .forEach(key -> byKey.put(String.valueOf(key), new Members.Arrival(outcome, null)));
            Json.object(json.get(CODES.get(outcome)))
                    .forEach((key, data) -> byKey.put(key, new Members.Arrival(outcome, data)));
        }
        return new Members(byKey);
    }
}

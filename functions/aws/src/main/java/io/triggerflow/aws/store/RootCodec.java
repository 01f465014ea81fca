package io.triggerflow.aws.store;

import io.triggerflow.aws.json.Json;
import io.triggerflow.core.model.Address;
import io.triggerflow.core.model.Definition;
import io.triggerflow.core.model.Failure;
import io.triggerflow.core.model.RunStatus;
import io.triggerflow.core.model.Scope;
import io.triggerflow.core.model.ScopeState;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Roots of runs and workspaces, without version and input, which are attributes of their own. */
final class RootCodec {
    /** The newest shape that is written; {@link #read} reads this one and all before. */
    private static final int SHAPE = 2;
    /** The shape of all but children whose parent keeps something: releases that know no other can read them. */
    private static final int KEEPS_NOTHING = 1;

    private RootCodec() {}

    static Map<String, Object> write(ScopeState state) {
        Map<String, Object> json = new LinkedHashMap<>();
        boolean keeps = state.parent().filter(p -> p.address().keeps()).isPresent();
        json.put(Shapes.SHAPE, keeps ? SHAPE : KEEPS_NOTHING);
        if (state.status() != RunStatus.RUNNING) {
            json.put("t", state.status().name());
        }
        state.definition().ifPresent(d -> json.put("d", List.of(d.workflow(), d.version())));
        if (!state.context().isEmpty()) {
            json.put("c", state.context());
        }
        if (state.triggersVersion() != 0) {
            json.put("g", state.triggersVersion());
        }
        state.parent().ifPresent(p -> json.put("p", p.address().toJson()));
        json.put("s", Times.write(state.startedAt()));
        state.endedAt().ifPresent(e -> json.put("e", Times.write(e)));
        if (state.output() != null) {
            json.put("o", state.output());
        }
        state.failure().ifPresent(f -> json.put("f", f.toJson()));
        return json;
    }

    static ScopeState read(Scope scope, long version, Map<String, Object> json, Object input) {
        Shapes.require(SHAPE, json, "the root of " + scope, Set.of(scope));
        List<?> definition = Json.list(json.get("d"));
        return new ScopeState(
                scope,
                version,
                RunStatus.valueOf(Json.text(json, "t", RunStatus.RUNNING.name())),
                definition.isEmpty()
                        ? Optional.empty()
                        : Optional.of(new Definition.Ref((String) definition.get(0), (String) definition.get(1))),
                Json.object(json.get("c")),
                Json.number(json, "g", 0),
                input,
                Address.fromJson(json.get("p")).map(ScopeState.Parent::new),
                Times.read(json.get("s")),
                json.containsKey("e") ? Optional.of(Times.read(json.get("e"))) : Optional.empty(),
                json.get("o"),
                json.containsKey("f")
                        ? Optional.of(Failure.fromJson(json.get("f"), scope.toString()))
                        : Optional.empty());
    }
}

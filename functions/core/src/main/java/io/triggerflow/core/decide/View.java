package io.triggerflow.core.decide;

import io.triggerflow.core.expression.Variables;
import io.triggerflow.core.model.Definition;
import io.triggerflow.core.model.ScopeChange;
import io.triggerflow.core.model.ScopeState;
import io.triggerflow.core.route.TriggerSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a decision sees of a scope: immutable.
 *
 * @param state the root
 * @param triggers the scope's triggers, at the root's triggersVersion
 * @param definition the workflow version that a run follows; empty for a workspace
 */
public record View(ScopeState state, TriggerSet triggers, Optional<Definition> definition) {
    /** The same after a change of the root. */
    public View apply(ScopeChange change) {
        return change.isEmpty() ? this : new View(state.apply(change), triggers.apply(change.triggers()), definition);
    }

    /** The longest chain of causes. */
    public int maxTransitions() {
        return definition.map(Definition::maxTransitions).orElse(Definition.DEFAULT_MAX_TRANSITIONS);
    }

    /** What every expression sees of the run, as $run. */
    public Variables variables() {
        Map<String, Object> run = new LinkedHashMap<>();
        run.put("workspace", state.scope().workspace());
        run.put("name", state.scope().run());
        definition.ifPresent(d -> {
            run.put("workflow", d.workflow());
            run.put("version", d.version());
        });
        run.put("startedAt", state.startedAt().toString());
        run.put("input", state.input());
        run.put("context", state.context());
        return Variables.NONE.with("run", run);
    }
}

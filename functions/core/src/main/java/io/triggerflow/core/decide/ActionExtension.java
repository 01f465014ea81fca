package io.triggerflow.core.decide;

import io.triggerflow.core.expression.Variables;
import io.triggerflow.core.model.Action;
import java.util.List;
import java.util.Map;

/**
 * An action written in Java and packaged with the deployment: a pure function to the engine's own actions; found by
 * {@link java.util.ServiceLoader} when a handler is wired. It has no effects of its own, so that it needs no commit of its own. Thread-safe.
 */
public interface ActionExtension {
    /** The name by which definitions refer to it. */
    String name();

    /**
     * What the action stands for. May be called more than once for one firing, and must answer the same.
     *
     * @param arguments the definition's arguments, templates filled
     * @param variables what expressions would see: event, run, results …
     */
    List<Action> expand(Map<String, Object> arguments, Variables variables);
}

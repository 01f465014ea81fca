package io.triggerflow.core.decide;

import java.util.Map;

/**
 * A condition written in Java and packaged with the deployment; found by {@link java.util.ServiceLoader} when a handler is wired. It must
 * be a pure function of its arguments: it is evaluated again after a lost race. Thread-safe.
 */
public interface ConditionExtension {
    /** The name by which definitions refer to it. */
    String name();

    /**
     * Called once for each event that activates a trigger, in the order in which the events are applied; never twice for the same event.
     *
     * @param arguments the constant arguments of the definition
     * @param values the trigger's state; empty at first; plain Java JSON, at most 300 KB
     * @param event the event as expressions see it
     * @return whether the trigger fires, and its next state
     */
    Verdict evaluate(Map<String, Object> arguments, Map<String, Object> values, Map<String, Object> event);

    /** Whether the trigger fires, and its next state. */
    record Verdict(boolean fires, Map<String, Object> values) {}
}

package io.triggerflow.core.model;

import java.util.Optional;

/**
 * One change of a scope's dynamic triggers, or of its interceptors. The changes of a scope, by version, are the log from which both follow.
 *
 * @param version the scope's triggersVersion after this change
 * @param operation what is done
 * @param id to which trigger or interceptor
 * @param trigger the trigger, when it is registered
 * @param interceptor the interceptor, when it is added
 */
public record TriggerChange(
        long version,
        Action.Operation operation,
        String id,
        Optional<Trigger> trigger,
        Optional<Interceptor> interceptor) {
    /** A change of a trigger, or a release. */
    public TriggerChange(long version, Action.Operation operation, String id, Optional<Trigger> trigger) {
        this(version, operation, id, trigger, Optional.empty());
    }

    /** A trigger is registered. */
    public static TriggerChange register(long version, Trigger trigger) {
        return new TriggerChange(version, Action.Operation.REGISTER, trigger.id(), Optional.of(trigger));
    }

    /** An interceptor is added. */
    public static TriggerChange intercept(long version, Interceptor interceptor) {
        return new TriggerChange(
                version, Action.Operation.INTERCEPT, interceptor.id(), Optional.empty(), Optional.of(interceptor));
    }
}

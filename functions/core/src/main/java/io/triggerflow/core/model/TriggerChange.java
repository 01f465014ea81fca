package io.triggerflow.core.model;

import java.util.Optional;

/**
 * One change of a scope's dynamic triggers. The changes of a scope, by version, are the log from which its triggers follow.
 *
 * @param version the scope's triggersVersion after this change
 * @param operation what is done
 * @param id to which trigger
 * @param trigger the trigger, when it is registered
 */
public record TriggerChange(long version, Action.Operation operation, String id, Optional<Trigger> trigger) {}

package io.triggerflow.core.decide;

import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** The conditions and actions that are packaged with a deployment, by name. Immutable. */
public record Extensions(Map<String, ConditionExtension> conditions, Map<String, ActionExtension> actions) {
    public static final Extensions NONE = new Extensions(Map.of(), Map.of());

    public Extensions {
        conditions = Map.copyOf(conditions);
        actions = Map.copyOf(actions);
    }

    /** Two extensions of one name are refused: which one answers must not depend on the class path. */
    public static Extensions of(Iterable<ConditionExtension> conditions, Iterable<ActionExtension> actions) {
        return new Extensions(
                StreamSupport.stream(conditions.spliterator(), false)
                        .collect(Collectors.toMap(ConditionExtension::name, c -> c)),
                StreamSupport.stream(actions.spliterator(), false)
                        .collect(Collectors.toMap(ActionExtension::name, a -> a)));
    }

    public Optional<ConditionExtension> condition(String name) {
        return Optional.ofNullable(conditions.get(name));
    }

    public Optional<ActionExtension> action(String name) {
        return Optional.ofNullable(actions.get(name));
    }
}

package io.triggerflow.core.check;

import io.triggerflow.core.model.Action;
import io.triggerflow.core.model.Definition;
import io.triggerflow.core.model.Trigger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is checked: a workflow, or standing triggers, with all triggers that they may register.
 *
 * @param definition the workflow; empty for standing triggers
 * @param top the triggers that are there from the start
 * @param all these and the ones that they register, in the order of the bundle
 */
record Bundle(Optional<Definition> definition, List<Trigger> top, List<Placed> all) {
    /**
     * A trigger and where it stands.
     *
     * @param registeredBy the trigger that registers it; empty for one that is there from the start
     */
    record Placed(Trigger trigger, String path, Optional<String> registeredBy) {
        String id() {
            return trigger.id();
        }
    }

    static Bundle of(Definition definition) {
        return of(Optional.of(definition), definition.triggers(), "$.triggers[%d]");
    }

    static Bundle standing(List<Trigger> triggers, String path) {
        return of(Optional.empty(), triggers, path);
    }

    private static Bundle of(Optional<Definition> definition, List<Trigger> triggers, String path) {
        List<Placed> all = new ArrayList<>();
        for (int i = 0; i < triggers.size(); i++) {
            place(triggers.get(i), path.replace("%d", Integer.toString(i)), Optional.empty(), all);
        }
        return new Bundle(definition, List.copyOf(triggers), List.copyOf(all));
    }

    private static void place(Trigger trigger, String path, Optional<String> by, List<Placed> all) {
        all.add(new Placed(trigger, path, by));
        actions(trigger).forEach((where, action) -> {
            if (action instanceof Action.Register register) {
                for (int i = 0; i < register.triggers().size(); i++) {
                    place(
                            register.triggers().get(i),
                            path + where + ".register[" + i + "]",
                            Optional.of(trigger.id()),
                            all);
                }
            }
        });
    }

    /** A trigger's actions by their place below it, those of its failure route too. */
    static Map<String, Action> actions(Trigger trigger) {
        Map<String, Action> all = new LinkedHashMap<>();
        for (int i = 0; i < trigger.actions().size(); i++) {
            all.put(".actions[" + i + "]", trigger.actions().get(i));
        }
        for (int i = 0; i < trigger.onFailure().size(); i++) {
            all.put(".onFailure[" + i + "]", trigger.onFailure().get(i));
        }
        return all;
    }

    boolean isStanding() {
        return definition.isEmpty();
    }

    Optional<Placed> find(String id) {
        return all.stream().filter(p -> p.id().equals(id)).findFirst();
    }

    String path(String id) {
        return find(id).map(Placed::path).orElse("$");
    }

    /** Whether code that is not in the bundle decides what some trigger does. */
    boolean hasExtensionActions() {
        return all.stream()
                .flatMap(p -> actions(p.trigger()).values().stream())
                .anyMatch(Action.Custom.class::isInstance);
    }
}

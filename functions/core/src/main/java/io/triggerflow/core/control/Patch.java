package io.triggerflow.core.control;

import io.triggerflow.core.definition.DefinitionReader.PatchFile;
import io.triggerflow.core.model.Action;
import io.triggerflow.core.model.Trigger;
import io.triggerflow.core.model.TriggerChange;
import io.triggerflow.core.route.TriggerSet;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The difference that a patch makes to the triggers of a run.
 *
 * @param added triggers that the run did not have
 * @param replaced triggers that it had otherwise
 * @param retired triggers that it is to have no more
 */
public record Patch(List<Trigger> added, List<Replaced> replaced, List<Trigger> retired) {
    public Patch {
        added = List.copyOf(added);
        replaced = List.copyOf(replaced);
        retired = List.copyOf(retired);
    }

    /** A trigger that becomes another under the same id. */
    public record Replaced(Trigger before, Trigger after) {}

    public boolean isEmpty() {
        return added.isEmpty() && replaced.isEmpty() && retired.isEmpty();
    }

    int size() {
        return added.size() + replaced.size() + retired.size();
    }

    /** The difference between what a run has and what a file asks for. What is equal already is no difference. */
    static Patch of(TriggerSet now, PatchFile file) {
        List<Trigger> added = new ArrayList<>();
        List<Replaced> replaced = new ArrayList<>();
        for (Trigger trigger : file.triggers()) {
            Optional<Trigger> before = now.find(trigger.id());
            if (before.isEmpty()) {
                added.add(trigger);
            } else if (!before.get().equals(trigger)) {
                replaced.add(new Replaced(before.get(), trigger));
            }
        }
        return new Patch(added, replaced, file.whole().isPresent() ? absent(now, file) : named(now, file));
    }

    private static List<Trigger> named(TriggerSet now, PatchFile file) {
        return file.retired().stream().flatMap(id -> now.find(id).stream()).toList();
    }

    /** What is not in the new whole, but for triggers that its own actions register while the run goes on. */
    private static List<Trigger> absent(TriggerSet now, PatchFile file) {
        Set<String> kept = new HashSet<>();
        file.triggers().forEach(t -> {
            kept.add(t.id());
            registered(t.actions(), kept);
            registered(t.onFailure(), kept);
        });
        return now.all().stream().filter(t -> !kept.contains(t.id())).toList();
    }

    private static void registered(List<Action> actions, Set<String> ids) {
        for (Action action : actions) {
            if (action instanceof Action.Register register) {
                register.triggers().forEach(t -> {
                    ids.add(t.id());
                    registered(t.actions(), ids);
                    registered(t.onFailure(), ids);
                });
            } else if (action instanceof Action.Intercept intercept) {
                intercept.interceptors().forEach(i -> registered(i.actions(), ids));
            }
        }
    }

    /** As changes of the log after a version. */
    List<TriggerChange> changes(long version) {
        List<TriggerChange> changes = new ArrayList<>();
        long next = version;
        for (Trigger trigger : retired) {
            changes.add(new TriggerChange(++next, Action.Operation.RETIRE, trigger.id(), Optional.empty()));
        }
        for (Trigger trigger : added) {
            changes.add(TriggerChange.register(++next, trigger));
        }
        for (Replaced one : replaced) {
            changes.add(TriggerChange.register(++next, one.after()));
        }
        return changes;
    }

    /** In one line. */
    @Override
    public String toString() {
        List<String> parts = new ArrayList<>();
        added.forEach(t -> parts.add("+" + t.id()));
        replaced.forEach(r -> parts.add("~" + r.after().id()));
        retired.forEach(t -> parts.add("-" + t.id()));
        return String.join(" ", parts);
    }
}

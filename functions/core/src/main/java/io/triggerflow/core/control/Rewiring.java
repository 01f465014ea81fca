package io.triggerflow.core.control;

import static io.triggerflow.core.control.ControlException.Kind.CONFLICT;
import static io.triggerflow.core.control.ControlException.Kind.INVALID;

import io.triggerflow.core.decide.Correlations;
import io.triggerflow.core.decide.View;
import io.triggerflow.core.definition.DefinitionReader.PatchFile;
import io.triggerflow.core.engine.Ports;
import io.triggerflow.core.model.Definition;
import io.triggerflow.core.model.Scope;
import io.triggerflow.core.model.ScopeChange;
import io.triggerflow.core.model.Trigger;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Patches: changes of the triggers of a run that is in progress, all of them in one conditional write, or none. A patch that would strand
 * what is under way is refused. What is under way is read before the write; a launch that an engine commits in the same moment, by the
 * triggers as they were, is found afterwards and reported. Thread-safe.
 */
public final class Rewiring {
    /** Triggers that one patch changes: they are one item of the log, and are read whenever an engine catches up. */
    static final int MAX_CHANGES = 1_000;

    private final Ports ports;
    private final Changes changes;
    private final Control control;

    Rewiring(Ports ports, Changes changes, Control control) {
        this.ports = ports;
        this.changes = changes;
        this.control = control;
    }

    /**
     * What a patch does.
     *
     * @param patch the difference
     * @param reasons why it is refused; none when it is not
     * @param warnings what one should know about it
     * @param applied whether it is applied now
     */
    public record Outcome(Patch patch, List<String> reasons, List<String> warnings, boolean applied) {
        public Outcome {
            reasons = List.copyOf(reasons);
            warnings = List.copyOf(warnings);
        }
    }

    /** What a patch would do, without doing it. */
    public Outcome preview(Scope run, PatchFile file) {
        View before = changes.view(run);
        if (before.state().status().isFinished()) {
            throw new ControlException(
                    CONFLICT,
                    "Expected '" + run + "' to be running, but it has finished: "
                            + before.state().status());
        }
        return look(before, file);
    }

    /**
     * Applies a patch. Repeated, it finds no difference and does nothing.
     *
     * @param by who does it, for the history; may be empty
     * @throws ControlException CONFLICT with all reasons when something would be stranded; INVALID when it is no patch of this run
     */
    public Outcome apply(Scope run, PatchFile file, String by) {
        AtomicReference<Outcome> outcome = new AtomicReference<>();
        AtomicReference<View> before = new AtomicReference<>();
        View first = changes.view(run);
        String note = Interceptions.note("patch " + difference(first, file), by);
        changes.apply(run, note, state -> {
            View view = changes.view(state);
            Outcome found = look(view, file);
            if (!found.reasons().isEmpty()) {
                throw new ControlException(
                        CONFLICT,
                        "Expected a patch that strands nothing of '" + run + "', but "
                                + String.join("; ", found.reasons()));
            }
            outcome.set(found);
            before.set(view);
            return ScopeChange.triggers(found.patch().changes(state.triggersVersion()));
        });
        Outcome found = outcome.get();
        // Also when there is no difference: a repeat finishes what was begun.
        List<Trigger> forwarders = Correlations.forwarders(file.triggers());
        if (!forwarders.isEmpty()) {
            control.addTriggers(run.ofWorkspace(), forwarders);
        }
        changes.release(run);
        if (found.patch().isEmpty()) {
            return found;
        }
        return new Outcome(found.patch(), List.of(), withOvertaken(before.get(), run, found.warnings()), true);
    }

    private List<String> withOvertaken(View before, Scope run, List<String> warnings) {
        List<String> all = new ArrayList<>(warnings);
        View after = changes.view(run);
        if (!after.state().status().isFinished()) {
            Stranding.overtaken(ports, before, after, changes.now())
                    .forEach(reason -> all.add("launched while the patch was applied: " + reason));
        }
        return all;
    }

    private Outcome look(View before, PatchFile file) {
        Patch patch = difference(before, file);
        View after =
                before.apply(ScopeChange.triggers(patch.changes(before.state().triggersVersion())));
        Stranding.Found found = patch.isEmpty()
                ? new Stranding.Found(List.of(), List.of())
                : Stranding.look(ports, before, after, patch, changes.now());
        List<String> warnings = new ArrayList<>(found.warnings());
        file.whole().ifPresent(w -> before.definition().ifPresent(d -> unchanged(d, w, warnings)));
        return new Outcome(patch, found.reasons(), warnings, false);
    }

    private static Patch difference(View before, PatchFile file) {
        if (!before.state().scope().isRun()) {
            throw new ControlException(INVALID, "Expected a run, but a workspace's triggers are added and deleted");
        }
        String workflow = before.definition().map(Definition::workflow).orElse("");
        file.whole().filter(w -> !w.workflow().equals(workflow)).ifPresent(w -> {
            throw new ControlException(
                    INVALID,
                    "Expected a bundle of workflow '" + workflow + "', which this run follows, but got one of '"
                            + w.workflow() + "'");
        });
        for (String id : file.retired()) {
            if (before.triggers().find(id).isEmpty()
                    && before.triggers().original().stream().noneMatch(t -> t.id().equals(id))) {
                throw new ControlException(
                        INVALID, "Expected a trigger '" + id + "' to retire, but the run has none of this id");
            }
        }
        Patch patch = Patch.of(before.triggers(), file);
        if (patch.size() > MAX_CHANGES) {
            throw new ControlException(
                    INVALID,
                    "Expected a patch of at most " + MAX_CHANGES + " triggers, but it changes " + patch.size());
        }
        return patch;
    }

    /** A patch changes triggers; what else stands in a bundle holds from the start of a run to its end. */
    private static void unchanged(Definition now, Definition whole, List<String> warnings) {
        if (!now.timeout().equals(whole.timeout())) {
            warnings.add("timeout stays as the run was started with");
        }
        if (now.maxTransitions() != whole.maxTransitions()) {
            warnings.add("maxTransitions stays " + now.maxTransitions());
        }
        if (now.announce() != whole.announce()) {
            warnings.add("announce stays as the run was started with");
        }
    }
}

package io.triggerflow.core.check;

import io.triggerflow.core.check.Finding.Code;
import io.triggerflow.core.check.Finding.Severity;
import io.triggerflow.core.check.Finding.Shown;
import io.triggerflow.core.decide.Extensions;
import io.triggerflow.core.model.Action;
import io.triggerflow.core.model.Condition;
import io.triggerflow.core.model.EventTypes;
import io.triggerflow.core.model.Failure;
import io.triggerflow.core.model.JsonText;
import io.triggerflow.core.model.RunStatus;
import io.triggerflow.core.model.ScopeState;
import io.triggerflow.core.script.EndlessException;
import io.triggerflow.core.script.Flight;
import io.triggerflow.core.script.ScriptException;
import io.triggerflow.core.script.Step;
import io.triggerflow.core.script.World;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Whether the same ends and events in another order end the run otherwise: each pair that may be swapped is, once. */
final class Orders {
    private static final int VARIANTS = 3;
    /** Of one run; a longer one is left. */
    private static final int MOST_STEPS = 300;
    /** Items of a fan-out that end one by one; of a larger one, all at once. */
    private static final int MOST_ITEMS = 4;

    private static final int MOST_RIVALS = 4;

    private final Bundle bundle;
    private final Samples samples;
    private final Outsiders outsiders;
    private final Extensions extensions;
    private final BooleanSupplier enough;
    private final Map<String, Integer> tags = new HashMap<>();
    private int left;
    private boolean complete = true;

    /** What may come next: it and its rivals, each of which could come first. */
    private record Next(List<Unit> units) {}

    /** An end or an event; the same one in every order. */
    private record Unit(String name, Step step, boolean outside) {}

    private record Played(World world, List<Step> steps, Map<String, Integer> sent) {
        Played copy() {
            return new Played(world.copy(), new ArrayList<>(steps), new HashMap<>(sent));
        }

        ScopeState root() {
            return world.root().orElseThrow();
        }

        /** Whether both came to the same; the order of keys does not matter. */
        boolean endsLike(Played other) {
            return root().status() == other.root().status()
                    && JsonText.same(root().output(), other.root().output())
                    && root().failure()
                            .map(Failure::error)
                            .equals(other.root().failure().map(Failure::error));
        }

        String outcome() {
            return root().status()
                    + (root().output() == null ? "" : " with " + JsonText.write(root().output()))
                    + root().failure().map(f -> " with " + f.error()).orElse("");
        }
    }

    Orders(
            Bundle bundle,
            Samples samples,
            Outsiders outsiders,
            Extensions extensions,
            int steps,
            BooleanSupplier enough) {
        this.bundle = bundle;
        this.samples = samples;
        this.outsiders = outsiders;
        this.extensions = extensions;
        this.left = steps;
        this.enough = enough;
    }

    /** Whether all pairs were swapped. */
    boolean isComplete() {
        return complete;
    }

    Optional<Finding> find() {
        if (bundle.isStanding()) {
            return Optional.empty();
        }
        for (int v = 0; v < VARIANTS; v++) {
            Optional<Finding> found = find(v);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private Optional<Finding> find(int variant) {
        Played run =
                new Played(World.of(bundle.definition().orElseThrow(), extensions), new ArrayList<>(), new HashMap<>());
        List<Alternative> alternatives = new ArrayList<>();
        try {
            play(run, new Step.Start(samples.input(variant % Math.max(1, samples.inputs()))));
            goOn(run, variant, alternatives);
        } catch (ScriptException | EndlessException e) {
            return Optional.empty();
        }
        for (Alternative alternative : alternatives) {
            if (left <= 0 || enough.getAsBoolean()) {
                complete = false;
                return Optional.empty();
            }
            Optional<Finding> found = compare(run, alternative, variant);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    /** The run as it was when another unit could have come first. */
    private record Alternative(Played before, Unit first, Unit instead) {}

    private Optional<Finding> compare(Played run, Alternative alternative, int variant) {
        Played other = alternative.before();
        try {
            play(other, alternative.instead());
            goOn(other, variant, new ArrayList<>());
        } catch (ScriptException | EndlessException e) {
            return Optional.empty();
        }
        if (run.endsLike(other) || !isSame(run, other, alternative)) {
            return Optional.empty();
        }
        return Optional.of(finding(run, other, alternative));
    }

    /** For events from outside: whether both came in both orders. Otherwise the first one won, as it may be meant. */
    private static boolean isSame(Played run, Played other, Alternative alternative) {
        return !alternative.first().outside()
                || run.sent().keySet().equals(other.sent().keySet())
                        && run.sent().containsKey(alternative.instead().name());
    }

    private Finding finding(Played run, Played other, Alternative alternative) {
        String trigger = culprit(alternative, other.world());
        boolean race = RunChecks.fired(other.world()).stream()
                .map(bundle::find)
                .flatMap(Optional::stream)
                .anyMatch(p -> p.trigger().condition() instanceof Condition.Join j
                        && (j.rule().isPresent() || !(j.need() instanceof Condition.Need.All)));
        String message = "The run ends otherwise when " + alternative.instead().name() + " comes before "
                + alternative.first().name() + ": " + brief(other.outcome()) + " instead of " + brief(run.outcome())
                + ".";
        return new Finding(
                race ? Severity.INFO : Severity.WARNING,
                Code.ORDER_DEPENDENT,
                trigger,
                bundle.path(trigger),
                message,
                "If that is not meant, join what runs side by side and act once on all results.",
                Optional.of(new Shown(
                        run.steps(),
                        run.world().root().map(ScopeState::status).orElse(RunStatus.RUNNING),
                        RunChecks.firings(run.world(), trigger),
                        Optional.of(List.copyOf(other.steps())))));
    }

    private static String brief(String outcome) {
        String text = outcome.strip();
        return text.length() <= 100 ? text : text.substring(0, 100) + "…";
    }

    /** A trigger that acts on the one event alone: one that sets the context, if one does. */
    private String culprit(Alternative alternative, World world) {
        List<String> candidates = bundle.all().stream()
                .filter(p -> p.trigger().on().stream()
                        .map(Wanted::of)
                        .anyMatch(w -> wants(w, alternative.instead().step())))
                .filter(p -> RunChecks.firings(world, p.id()) > 0)
                .sorted(java.util.Comparator.comparing(p -> sets(p) ? 0 : 1))
                .map(Bundle.Placed::id)
                .toList();
        return candidates.isEmpty() ? RunChecks.last(world).orElse("") : candidates.getFirst();
    }

    private static boolean sets(Bundle.Placed p) {
        return p.trigger().actions().stream().anyMatch(Action.SetContext.class::isInstance);
    }

    private static boolean wants(Wanted wanted, Step step) {
        return switch (step) {
            case Step.End e -> wanted.mayBe(Optional.of(EventTypes.TASK_SUCCEEDED), Optional.of(e.task()));
            case Step.Emit e -> wanted.mayBe(Optional.of(e.type()), Optional.of(e.subject()));
            case Step.Start s -> false;
            case Step.Advance a -> false;
        };
    }

    /** Plays on, always what came first, and remembers what could have come instead. */
    private void goOn(Played run, int variant, List<Alternative> alternatives) {
        while (run.steps().size() < MOST_STEPS
                && left > 0
                && !run.world().root().orElseThrow().status().isFinished()) {
            Next next = next(run, variant);
            if (next.units().isEmpty()) {
                if (run.world().pending().isEmpty()) {
                    return;
                }
                play(run, new Step.Advance(Optional.empty()));
                continue;
            }
            for (int i = 1; i < Math.min(MOST_RIVALS, next.units().size()); i++) {
                if (alternatives.size() < left / 20) {
                    alternatives.add(new Alternative(
                            run.copy(), next.units().getFirst(), next.units().get(i)));
                }
            }
            play(run, next.units().getFirst());
        }
    }

    private void play(Played run, Unit unit) {
        if (unit.outside()) {
            run.sent().merge(unit.name(), 1, Integer::sum);
        }
        play(run, unit.step());
    }

    private void play(Played run, Step step) {
        left -= 1 + run.world().size() / 40 + (step instanceof Step.Emit e ? e.times() / 10 : 0);
        run.world().play(step, 3_000);
        run.steps().add(step);
    }

    private Next next(Played run, int variant) {
        Map<String, Unit> units = new LinkedHashMap<>();
        Map<String, Long> sizes = new HashMap<>();
        run.world().flights().forEach(f -> sizes.merge(f.group(), 1L, Long::sum));
        for (Flight flight : run.world().flights()) {
            boolean single = flight.address().item() >= 0 && sizes.get(flight.group()) <= MOST_ITEMS;
            String name = "task " + flight.address().task()
                    + (single ? "[" + flight.address().item() + "]" : "");
            units.putIfAbsent(name, new Unit(name, end(flight, single, name, variant), false));
        }
        if (units.isEmpty()) {
            for (Outsiders.Kind kind : outsiders.open(run.world(), run.sent())) {
                if (run.sent().getOrDefault(kind.name(), 0) < 1 || kind.most() > 2) {
                    int tag = tag(kind.name());
                    Step.Emit step = outsiders.step(kind, variant, tag);
                    units.putIfAbsent(kind.name(), new Unit(kind.name(), named(step, run, tag), true));
                }
            }
        }
        return new Next(List.copyOf(units.values()));
    }

    /** The same event has the same id, whenever it comes. */
    private static Step.Emit named(Step.Emit step, Played run, int tag) {
        if (step.times() > 1 || step.attributes().containsKey("id")) {
            return step;
        }
        Map<String, Object> attributes = new LinkedHashMap<>(step.attributes());
        attributes.put(
                "id",
                "e" + tag + "-" + run.sent().values().stream().mapToInt(i -> i).sum());
        return new Step.Emit(step.type(), step.subject(), step.data(), 1, step.to(), attributes);
    }

    private Step end(Flight flight, boolean single, String name, int variant) {
        String task = flight.address().task();
        return new Step.End(
                task,
                Step.Outcome.SUCCEEDED,
                single ? Optional.of(flight.address().item()) : Optional.empty(),
                samples.data(EventTypes.TASK_SUCCEEDED, task, variant, tag(name)));
    }

    private int tag(String name) {
        return tags.computeIfAbsent(name, n -> 1 + tags.size());
    }
}

package io.triggerflow.core.check;

import io.triggerflow.core.check.Finding.Code;
import io.triggerflow.core.check.Finding.Severity;
import io.triggerflow.core.decide.Extensions;
import io.triggerflow.core.model.Definition;
import io.triggerflow.core.model.Trigger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Checks a workflow, or standing triggers, before anything is deployed. What it says is shown by the real engine, or follows from names that
 * stand in the bundle; where data decide, it says so and raises nothing. Deterministic as long as the caller's {@code enough} does not cut it
 * short. Thread-safe.
 */
public final class Checker {
    /** Steps, about: some seconds on a small machine. */
    private static final int WORK = 16_000;

    private static final int WORK_OF_ORDERS = 4_000;
    /** The more triggers there are, the more a step costs. */
    private static final int TRIGGERS_PER_STEP = 500;

    private final Extensions extensions;
    private final BooleanSupplier enough;

    /** @param enough asked now and then whether to stop and tell what was found until then */
    public Checker(Extensions extensions, BooleanSupplier enough) {
        this.extensions = extensions;
        this.enough = enough;
    }

    /**
     * What a check came to.
     *
     * @param findings the worst first
     * @param steps how many steps were played
     */
    public record Result(List<Finding> findings, int steps) {
        public Result {
            findings = List.copyOf(findings);
        }

        /** Findings of a severity. */
        public List<Finding> of(Severity severity) {
            return findings.stream().filter(f -> f.severity() == severity).toList();
        }
    }

    /** Checks a workflow. */
    public Result workflow(Definition definition) {
        return check(Bundle.of(definition));
    }

    /**
     * Checks standing triggers.
     *
     * @param path where they stand, with {@code %d} for their position: {@code $.triggers[%d]}
     */
    public Result standing(List<Trigger> triggers, String path) {
        return check(Bundle.standing(triggers, path));
    }

    private Result check(Bundle bundle) {
        Graph graph = new Graph(bundle);
        Samples samples = new Samples(bundle);
        Outsiders outsiders = new Outsiders(bundle, samples);
        int share = 1 + bundle.all().size() / TRIGGERS_PER_STEP;
        Explored explored = explored(bundle, new Choices(bundle, graph, samples, outsiders), WORK / share);
        List<Finding> findings = new ArrayList<>();
        for (Finding finding : new GraphChecks(bundle, graph).all()) {
            findings.add(explored.dearest
                    .filter(d -> finding.severity() == Severity.ERROR
                            && !d.way().all().isEmpty())
                    .map(d -> finding.showing(new Finding.Shown(d.way().all(), d.status(), 0, Optional.empty())))
                    .orElse(finding));
        }
        RunChecks runs = new RunChecks(bundle, graph, explored);
        runs.all().stream().filter(f -> isNews(f, findings)).forEach(findings::add);
        findings.addAll(new Loops(bundle, graph, explored, runs, extensions).all());
        Orders orders = new Orders(bundle, samples, outsiders, extensions, WORK_OF_ORDERS / share, enough);
        orders.find().ifPresent(findings::add);
        findings.addAll(new Sizes(bundle, explored).all());
        unexplored(bundle, explored, orders, outsiders).ifPresent(findings::add);
        findings.sort(Comparator.comparing(Finding::severity));
        return new Result(findings, explored.steps);
    }

    /** First the runs in which all goes well, so that they are tried in any case; then all of them. */
    private Explored explored(Bundle bundle, Choices choices, int work) {
        Explored well = new Explorer(bundle, choices, extensions, 0, work / 2, enough).explore();
        if (well.surprises < 0) {
            return well;
        }
        Explored all = new Explorer(bundle, choices, extensions, Explorer.MOST_SURPRISES, work, enough).explore();
        return all.surprises < 0 ? well : all;
    }

    /** The graph has told the cause of what the runs show. */
    private static boolean isNews(Finding finding, List<Finding> before) {
        return before.stream()
                .noneMatch(b -> b.severity() == Severity.ERROR
                        && b.trigger().equals(finding.trigger())
                        && (b.code() == finding.code() || b.code() == Code.JOIN_CANNOT_FILL));
    }

    private static Optional<Finding> unexplored(Bundle bundle, Explored explored, Orders orders, Outsiders outsiders) {
        List<String> parts = new ArrayList<>();
        if (explored.surprises < 0) {
            parts.add("runs in which all goes well");
        }
        if (explored.surprises < Explorer.MOST_SURPRISES) {
            parts.add("runs with " + (Math.max(0, explored.surprises) + 1)
                    + " and more failures, delays or early events");
        }
        if (!orders.isComplete()) {
            parts.add("some orders of events");
        }
        outsiders.unknown().stream()
                .findFirst()
                .ifPresent(t -> parts.add("events for the pattern of trigger '" + t + "'"));
        return parts.isEmpty()
                ? Optional.empty()
                : Optional.of(new Finding(
                        Severity.INFO,
                        Code.UNEXPLORED,
                        "",
                        "$",
                        "Not everything was tried, after " + explored.steps + " steps: left are "
                                + String.join(", ", parts) + ".",
                        "",
                        Optional.empty()));
    }
}

package io.triggerflow.core.check;

import io.triggerflow.core.model.Failure;
import io.triggerflow.core.model.RunStatus;
import io.triggerflow.core.script.Step;
import io.triggerflow.core.script.World;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What an exploration came to. Filled by {@link Explorer}. */
final class Explored {
    /** Where a way ended: the run has, or nothing more can happen. */
    record Leaf(Way way, World world, RunStatus status, Optional<Failure> failure) {}

    /** From one state to another. */
    record Edge(int to, Way.Kind kind, boolean surprise, List<Step> steps) {}

    /** The first way on which each trigger fired. */
    final Map<String, Way> fired = new LinkedHashMap<>();

    final List<Leaf> ended = new ArrayList<>();
    final List<Leaf> stuck = new ArrayList<>();
    /** States that wait for events from outside. */
    final List<Leaf> waiting = new ArrayList<>();
    /** Ways whose last step has no end. */
    final List<Way> endless = new ArrayList<>();

    final Map<Integer, List<Edge>> edges = new HashMap<>();
    final Map<Integer, Way> ways = new HashMap<>();
    /** States from which the run ends, or waits for the outside. */
    final Set<Integer> good = new LinkedHashSet<>();
    /** Notes of entries: expressions that failed, by trigger. */
    final Map<String, Leaf> notes = new LinkedHashMap<>();

    /** What a run has cost until then. */
    record Cost(Way way, RunStatus status, int transitions, int functions, int children, int elsewhere) {
        int sum() {
            return transitions + functions;
        }
    }

    Optional<Cost> dearest = Optional.empty();
    int steps;
    /** Up to how many surprises all ways were explored; -1: not even those without. */
    int surprises = -1;

    boolean endsWell(int surprises) {
        return ended.stream().anyMatch(l -> l.way().surprises() <= surprises && isMeant(l));
    }

    /** Whether a run ended as some action says: well, or with a failure of its own. */
    static boolean isMeant(Leaf leaf) {
        return leaf.status() == RunStatus.SUCCEEDED
                || leaf.status() == RunStatus.FAILED
                        && leaf.failure()
                                .filter(f -> !f.error().startsWith("Triggerflow.")
                                        && !f.error().equals("Scripted"))
                                .isPresent();
    }
}

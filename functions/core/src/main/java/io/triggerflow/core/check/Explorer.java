package io.triggerflow.core.check;

import io.triggerflow.core.decide.Extensions;
import io.triggerflow.core.model.Definition;
import io.triggerflow.core.model.Entry;
import io.triggerflow.core.model.Launch;
import io.triggerflow.core.model.RunStatus;
import io.triggerflow.core.model.ScopeState;
import io.triggerflow.core.script.EndlessException;
import io.triggerflow.core.script.ScriptException;
import io.triggerflow.core.script.Step;
import io.triggerflow.core.script.World;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Plays runs in all ways that the choices allow, those without surprises first, until every state was seen or the work allowed is done. Work is
 * counted, not timed, so that the same bundle gives the same answer on every machine; only a caller's own limit of time may cut it short.
 */
final class Explorer {
    /** Failures, time limits and the like in one way. */
    static final int MOST_SURPRISES = 2;
    /** Of one step. A loop that is not left after so many transitions is played in full once more, see {@link RunChecks}. */
    private static final int MAX_ENTRIES = 3_000;

    private static final int MAX_LEAVES = 200;
    /** Entries and launches whose copying costs about as much as a step. */
    private static final int PER_COPY = 40;
    /** Those that cost as much to look at. */
    private static final int PER_WORK = 400;

    private final Bundle bundle;
    private final Choices choices;
    private final Extensions extensions;
    private final BooleanSupplier enough;
    private final Explored result = new Explored();
    private final Map<String, Way> seen = new HashMap<>();
    private final List<Deque<Open>> open = new ArrayList<>();
    private final Optional<Definition> definition;
    private final int most;
    private int left;
    private boolean cut;

    private record Open(Way way, World world) {}

    /**
     * @param most surprises in one way
     * @param work about so many steps
     */
    Explorer(Bundle bundle, Choices choices, Extensions extensions, int most, int work, BooleanSupplier enough) {
        this.most = most;
        this.bundle = bundle;
        this.choices = choices;
        this.extensions = extensions;
        this.left = work;
        this.enough = enough;
        this.definition = bundle.definition().map(d -> bounded(d, mostTransitions(bundle)));
        for (int i = 0; i <= most; i++) {
            open.add(new ArrayDeque<>());
        }
    }

    /** Longer chains than this are not followed in every way. */
    static int mostTransitions(Bundle bundle) {
        return Math.max(300, 2 * bundle.all().size() + 100);
    }

    private static Definition bounded(Definition d, int most) {
        return new Definition(
                d.workflow(),
                d.version(),
                d.description(),
                d.triggers(),
                Math.min(d.maxTransitions(), most),
                d.timeout(),
                d.announce());
    }

    private World world() {
        return definition.map(d -> World.of(d, extensions)).orElseGet(() -> World.of(bundle.top(), extensions));
    }

    Explored explore() {
        begin();
        for (int level = 0; level <= most; level++) {
            Deque<Open> stack = open.get(level);
            while (!stack.isEmpty() && left > 0 && !enough.getAsBoolean()) {
                expand(stack.pop());
            }
            if (!stack.isEmpty() || cut) {
                break;
            }
            result.surprises = level;
        }
        return result;
    }

    private void begin() {
        World world = world();
        if (bundle.isStanding()) {
            arrive(new Way(0, Optional.empty(), List.of(), Way.Kind.START, 0, Map.of()), world, Optional.empty());
            return;
        }
        for (Step start : choices.starts()) {
            World copy = world.copy();
            Way way = new Way(0, Optional.empty(), List.of(start), Way.Kind.START, 0, Map.of());
            if (play(copy, way, List.of(start))) {
                arrive(way, copy, Optional.empty());
            }
        }
    }

    private boolean play(World world, Way way, List<Step> steps) {
        try {
            steps.forEach(step -> {
                result.steps++;
                world.play(step, MAX_ENTRIES);
            });
            left -= 1 + (world.size() + world.flights().size() + events(steps)) / PER_WORK;
            return true;
        } catch (EndlessException e) {
            left -= MAX_ENTRIES / PER_WORK;
            result.endless.add(way);
            return false;
        } catch (ScriptException e) {
            // An event that the engine could not handle: it would be parked; nothing follows from it here.
            return false;
        }
    }

    private static int events(List<Step> steps) {
        return steps.stream()
                .mapToInt(s -> s instanceof Step.Emit e ? 50 * e.times() : 0)
                .sum();
    }

    private void expand(Open from) {
        List<Choices.Choice> all = choices.of(from.world(), from.way());
        if (all.isEmpty()) {
            boolean awaited = choices.isAwaited(from.world()) || bundle.isStanding();
            leaf(awaited ? result.waiting : result.stuck, from.way(), from.world());
            if (awaited) {
                result.good.add(from.way().number());
            }
            return;
        }
        List<Choices.Choice> within = all.stream()
                .filter(c -> from.way().surprises() + (c.isSurprise() ? 1 : 0) <= most)
                .toList();
        for (int i = 0; i < within.size(); i++) {
            if (left <= 0 || enough.getAsBoolean()) {
                cut = true;
                return;
            }
            Choices.Choice choice = within.get(i);
            int surprises = from.way().surprises() + (choice.isSurprise() ? 1 : 0);
            boolean last = i == within.size() - 1;
            left -= last ? 0 : (from.world().size() + from.world().flights().size()) / PER_COPY;
            go(from.way(), choice, surprises, last ? from.world() : from.world().copy());
        }
    }

    private void go(Way from, Choices.Choice choice, int surprises, World world) {
        List<Step> steps;
        try {
            steps = choice.steps(world);
        } catch (EndlessException | ScriptException e) {
            // A failure that is tried again and again; what follows from failures without end shows elsewhere.
            left -= MAX_ENTRIES / PER_WORK;
            return;
        }
        Way way = new Way(0, Optional.of(from), steps, choice.kind(), surprises, choice.sent(from.sent()));
        if (choice.isPlayed() ? played(world, steps) : play(world, way, steps)) {
            arrive(way, world, Optional.of(from));
        }
    }

    /** The choice has played its steps already, because each followed from the last. */
    private boolean played(World world, List<Step> steps) {
        result.steps += steps.size();
        left -= steps.size() + (world.size() + world.flights().size()) / PER_WORK;
        return true;
    }

    private void arrive(Way unnumbered, World world, Optional<Way> from) {
        Optional<ScopeState> root = world.root();
        boolean finished = root.filter(r -> r.status().isFinished()).isPresent();
        String print = finished ? "" : Prints.of(world) + unnumbered.sent();
        Way before = finished ? null : seen.get(print);
        boolean known = before != null && before.surprises() <= unnumbered.surprises();
        Way way = known
                ? before
                : new Way(
                        result.ways.size() + 1,
                        unnumbered.before(),
                        unnumbered.steps(),
                        unnumbered.kind(),
                        unnumbered.surprises(),
                        unnumbered.sent());
        from.ifPresent(f -> result.edges
                .computeIfAbsent(f.number(), n -> new ArrayList<>())
                .add(new Explored.Edge(
                        way.number(), unnumbered.kind(), unnumbered.surprises() > f.surprises(), unnumbered.steps())));
        if (known) {
            return;
        }
        result.ways.put(way.number(), way);
        look(way, world);
        if (finished) {
            result.good.add(way.number());
            leaf(result.ended, way, world);
        } else {
            seen.put(print, way);
            open.get(way.surprises()).push(new Open(way, world));
        }
    }

    private void look(Way way, World world) {
        for (Entry entry : world.entries()) {
            entry.firings().forEach(f -> result.fired.putIfAbsent(f.trigger(), way));
            if (!entry.note().isEmpty() && entry.note().contains("non-function") && result.notes.size() < MAX_LEAVES) {
                entry.firings().stream()
                        .findFirst()
                        .ifPresent(f -> result.notes.putIfAbsent(f.trigger(), leafOf(way, world)));
            }
        }
        int cost = world.size() + world.callCount();
        if (result.dearest.filter(d -> d.sum() >= cost).isEmpty()) {
            int children = (int) world.entries().stream()
                    .flatMap(e -> e.outbox().stream())
                    .filter(Launch.Start.class::isInstance)
                    .count();
            result.dearest = Optional.of(new Explored.Cost(
                    way,
                    status(world),
                    world.size(),
                    world.callCount(),
                    children,
                    world.elsewhere().size()));
        }
    }

    private static RunStatus status(World world) {
        return world.root().map(ScopeState::status).orElse(RunStatus.RUNNING);
    }

    private static Explored.Leaf leafOf(Way way, World world) {
        return new Explored.Leaf(way, world, status(world), world.root().flatMap(ScopeState::failure));
    }

    private static void leaf(List<Explored.Leaf> leaves, Way way, World world) {
        if (leaves.size() < MAX_LEAVES) {
            leaves.add(leafOf(way, world));
        }
    }
}

package io.triggerflow.core.check;

import io.triggerflow.core.model.EventTypes;
import io.triggerflow.core.script.Flight;
import io.triggerflow.core.script.Step;
import io.triggerflow.core.script.World;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** What may happen next in a world: a launch ends, time passes, the outside world sends something. */
final class Choices {
    /** A function takes no longer; so much time may pass while one is in flight. */
    private static final Duration LONGEST_FUNCTION = Duration.ofMinutes(15);
    /** Attempts that fail before a task is taken to be retried for ever. */
    private static final int MAX_ATTEMPTS = 12;
    /** Kinds of events from outside of which each may come first; of the others, each is a surprise. */
    private static final int EQUAL_KINDS = 4;

    private static final int MOST_KINDS = 12;
    private static final int VARIANTS = 4;

    private final Bundle bundle;
    private final Graph graph;
    private final Samples samples;
    private final Outsiders outsiders;

    Choices(Bundle bundle, Graph graph, Samples samples, Outsiders outsiders) {
        this.graph = graph;
        this.bundle = bundle;
        this.samples = samples;
        this.outsiders = outsiders;
    }

    /**
     * A choice.
     *
     * @param isPlayed whether asking for its steps plays them, because each follows from the last
     */
    record Choice(
            Way.Kind kind,
            boolean isSurprise,
            boolean isPlayed,
            Function<World, List<Step>> how,
            Optional<String> outsider) {
        static Choice of(Way.Kind kind, boolean surprise, Step step) {
            return new Choice(kind, surprise, false, w -> List.of(step), Optional.empty());
        }

        List<Step> steps(World world) {
            return how.apply(world);
        }

        Map<String, Integer> sent(Map<String, Integer> before) {
            if (outsider.isEmpty()) {
                return before;
            }
            Map<String, Integer> sent = new HashMap<>(before);
            sent.merge(outsider.get(), 1, Integer::sum);
            return Map.copyOf(sent);
        }
    }

    List<Step> starts() {
        List<Step> starts = new ArrayList<>();
        for (int v = 0; v < Math.min(VARIANTS, samples.inputs()); v++) {
            starts.add(new Step.Start(samples.input(v)));
        }
        return starts;
    }

    /** Whether an event from outside could still lead to the end of the run, or to anything if nothing ends it. */
    boolean isAwaited(World world) {
        Set<String> enders = graph.enders();
        Set<String> awaiting = outsiders.awaiting(world);
        return !awaiting.isEmpty()
                && (enders.isEmpty() || graph.downstream(awaiting).stream().anyMatch(enders::contains));
    }

    /** What may happen, what is least usual first: the last is explored first. */
    List<Choice> of(World world, Way way) {
        List<Choice> all = new ArrayList<>();
        List<Flight> flights = world.flights();
        List<World.Due> pending = world.pending();
        boolean idle = flights.isEmpty();
        outside(world, way, idle, all);
        if (!pending.isEmpty() && (idle || isSoon(world, pending.getFirst().due()))) {
            all.add(Choice.of(Way.Kind.TIME, !idle, new Step.Advance(Optional.empty())));
        }
        if (!idle) {
            others(flights, all);
            failures(flights.getFirst(), all);
            successes(flights.getFirst(), false, all);
        }
        return all;
    }

    /** Whether a time may come while a function is in flight: before the function's own limit. */
    private static boolean isSoon(World world, Instant due) {
        return !due.isAfter(world.now().plus(LONGEST_FUNCTION))
                && world.nextDue().filter(n -> !n.isBefore(due)).isPresent();
    }

    /** Of what runs side by side, the newest and the second oldest may end first. */
    private void others(List<Flight> flights, List<Choice> all) {
        Map<String, Flight> byTask = new LinkedHashMap<>();
        flights.forEach(f -> byTask.putIfAbsent(f.address().task(), f));
        List<Flight> tasks = List.copyOf(byTask.values());
        if (tasks.size() > 1) {
            successes(tasks.getLast(), true, all);
        }
        if (tasks.size() > 2) {
            successes(tasks.get(1), true, all);
        }
    }

    private void successes(Flight flight, boolean surprise, List<Choice> all) {
        String task = flight.address().task();
        int variants = Math.min(VARIANTS, samples.variants(EventTypes.TASK_SUCCEEDED, task));
        for (int v = variants - 1; v >= 0; v--) {
            Object data = samples.data(EventTypes.TASK_SUCCEEDED, task, v, 1);
            all.add(Choice.of(
                    Way.Kind.SUCCESS, surprise, new Step.End(task, Step.Outcome.SUCCEEDED, Optional.empty(), data)));
        }
    }

    private void failures(Flight flight, List<Choice> all) {
        all.add(failure(flight, Step.Outcome.FAILED));
        if (hears(flight, EventTypes.TASK_FAILED) != hears(flight, EventTypes.TASK_TIMED_OUT) && !flight.child()) {
            all.add(failure(flight, Step.Outcome.TIMED_OUT));
        }
    }

    private boolean hears(Flight flight, String type) {
        return bundle.all().stream()
                .flatMap(p -> p.trigger().on().stream())
                .map(Wanted::of)
                .anyMatch(w ->
                        w.mayBe(Optional.of(type), Optional.of(flight.address().task())));
    }

    /** A launch fails for good: as often as it is tried. */
    private static Choice failure(Flight flight, Step.Outcome outcome) {
        String task = flight.address().task();
        Optional<Integer> item = flight.address().item() < 0
                ? Optional.empty()
                : Optional.of(flight.address().item());
        Step end = new Step.End(task, outcome, item, null);
        return new Choice(Way.Kind.FAILURE, true, true, world -> failed(world, task, end), Optional.empty());
    }

    private static List<Step> failed(World world, String task, Step end) {
        List<Step> steps = new ArrayList<>();
        for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
            world.play(end);
            steps.add(end);
            Optional<World.Due> again = world.pending().stream()
                    .filter(d -> d.event().type().equals(EventTypes.RELAUNCH)
                            && d.event().subject().equals(task))
                    .findFirst();
            if (again.isEmpty()) {
                break;
            }
            Step wait = new Step.Advance(
                    Optional.of(Duration.between(world.now(), again.get().due())));
            world.play(wait);
            steps.add(wait);
            boolean back =
                    world.flights().stream().anyMatch(f -> f.address().task().equals(task));
            if (!back) {
                break;
            }
        }
        return steps;
    }

    private void outside(World world, Way way, boolean idle, List<Choice> all) {
        Map<String, List<Choice>> byKind = new LinkedHashMap<>();
        int rank = 0;
        for (Outsiders.Kind kind : outsiders.open(world, way.sent())) {
            boolean surprise = !idle || rank >= EQUAL_KINDS;
            for (int v = Math.min(VARIANTS, outsiders.variants(kind)) - 1; v >= 0; v--) {
                int sent = way.sent().getOrDefault(kind.name(), 0);
                Step.Emit step = outsiders.step(kind, v, 1 + sent);
                byKind.computeIfAbsent(kind.name(), k -> new ArrayList<>())
                        .add(new Choice(
                                Way.Kind.OUTSIDE, surprise, false, w -> List.of(step), Optional.of(kind.name())));
            }
            rank++;
            if (rank >= (idle ? MOST_KINDS : 2)) {
                break;
            }
        }
        List<List<Choice>> kinds = new ArrayList<>(byKind.values());
        for (int i = kinds.size() - 1; i >= 0; i--) {
            all.addAll(kinds.get(i));
        }
    }
}

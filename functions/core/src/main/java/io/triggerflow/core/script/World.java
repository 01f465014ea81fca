package io.triggerflow.core.script;

import io.triggerflow.core.control.Control;
import io.triggerflow.core.decide.Correlations;
import io.triggerflow.core.decide.Extensions;
import io.triggerflow.core.decide.View;
import io.triggerflow.core.engine.Delivery;
import io.triggerflow.core.engine.Views;
import io.triggerflow.core.model.Commit;
import io.triggerflow.core.model.Definition;
import io.triggerflow.core.model.Entry;
import io.triggerflow.core.model.Event;
import io.triggerflow.core.model.EventTypes;
import io.triggerflow.core.model.Failure;
import io.triggerflow.core.model.Launch;
import io.triggerflow.core.model.Scope;
import io.triggerflow.core.model.ScopeState;
import io.triggerflow.core.model.Trigger;
import io.triggerflow.core.model.TriggerChange;
import io.triggerflow.core.model.TriggerState;
import io.triggerflow.core.port.EventSink;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * One run of a workflow, or the standing triggers of a workspace, decided by the engine itself. Time stands still between steps, launches end
 * when a step says so, and child runs only start and end. Deterministic: the same steps, the same history. A world can be copied at any
 * moment. Not thread-safe, copies of one world included.
 */
public final class World {
    public static final Scope WORKSPACE = Scope.workspace("default");
    public static final Scope RUN = new Scope("default", "run");
    /** Who sends the events of scripts. */
    public static final String SOURCE = "script";

    /** More than any step of a run that ends: a run is stopped after as many transitions unless it says otherwise. */
    private static final int MAX_ENTRIES = 30_000;

    private static final int MAX_BATCH = 1_000;

    private final Rig rig;
    private final Contents contents;

    private World(Rig rig, Contents contents) {
        this.rig = rig;
        this.contents = contents;
    }

    /** A workflow that has not started; the first step starts it. */
    public static World of(Definition workflow, Extensions extensions) {
        World world = new World(new Rig(Optional.of(workflow), List.of(), extensions), new Contents());
        world.stand(Correlations.forwarders(workflow.triggers()));
        return world;
    }

    /** Standing triggers. */
    public static World of(List<Trigger> standing, Extensions extensions) {
        World world = new World(new Rig(Optional.empty(), standing, extensions), new Contents());
        world.stand(standing);
        return world;
    }

    private void stand(List<Trigger> triggers) {
        rig.current = contents;
        rig.store.allow(MAX_ENTRIES);
        Control control = new Control(rig.ports, rig.extensions);
        control.addWorkspace(WORKSPACE.workspace());
        if (!triggers.isEmpty()) {
            control.addTriggers(WORKSPACE, triggers);
        }
        drain();
    }

    /** The same world, to be played on otherwise. */
    public World copy() {
        return new World(rig.forCopy(), contents.copy());
    }

    /** Whose triggers these are. */
    public Scope scope() {
        return rig.definition.isPresent() ? RUN : WORKSPACE;
    }

    /**
     * Plays one step to its end, all that follows from it at once included.
     *
     * @throws ScriptException when it cannot be: it ends a launch that is not in flight, or starts what was started
     * @throws EndlessException when what follows has no end
     */
    public void play(Step step) {
        play(step, MAX_ENTRIES);
    }

    /**
     * The same with a bound of the caller's.
     *
     * @param most how many entries may follow
     */
    public void play(Step step, int most) {
        rig.current = contents;
        rig.store.allow(most);
        try {
            switch (step) {
                case Step.Start s -> start(s);
                case Step.End e -> end(e);
                case Step.Emit e -> emit(e);
                case Step.Advance a -> advance(a);
            }
            drain();
        } catch (MemoryStore.TooMuch e) {
            throw new EndlessException(most);
        }
    }

    private void start(Step.Start step) {
        if (rig.definition.isEmpty() || root().isPresent()) {
            throw new ScriptException("Expected one start of a workflow, but "
                    + (rig.definition.isEmpty() ? "these are standing triggers" : "it was started"));
        }
        Definition own = rig.definition.get();
        new Control(rig.ports, rig.extensions)
                .start(RUN.workspace(), own.workflow(), Optional.of(own.version()), RUN.run(), step.input());
    }

    private void end(Step.End step) {
        List<Flight> ofTask = contents.flights.values().stream()
                .filter(f -> f.address().task().equals(step.task()))
                .toList();
        List<Flight> ending = ofTask.stream()
                .filter(f -> step.item().isEmpty()
                        ? f.group().equals(ofTask.getFirst().group())
                        : f.address().item() == step.item().get())
                .toList();
        if (ending.isEmpty()) {
            throw new ScriptException("Expected a launch of task '" + step.task() + "'"
                    + step.item().map(i -> ", item " + i + ",").orElse("") + " in flight, but in flight are "
                    + contents.flights.values().stream()
                            .map(f -> f.address().task())
                            .distinct()
                            .toList());
        }
        ending.forEach(f -> end(f, step.outcome(), step.data()));
    }

    private void end(Flight flight, Step.Outcome outcome, Object data) {
        String id = flight.address().id();
        contents.flights.remove(id);
        contents.timed.removeIf(t -> t.event().launch().equals(Optional.of(id))
                && EventTypes.isTermination(t.event().type()));
        String task = flight.address().task();
        Object content =
                switch (outcome) {
                    case SUCCEEDED -> data;
                    case FAILED ->
                        data == null
                                ? Failure.of("Scripted", "The script says so", task)
                                        .toJson()
                                : data;
                    case TIMED_OUT ->
                        Failure.of(Failure.TIMED_OUT, "Expected '" + flight.what() + "' to end, but it did not", task)
                                .toJson();
                };
        String type =
                switch (outcome) {
                    case SUCCEEDED -> EventTypes.TASK_SUCCEEDED;
                    case FAILED -> EventTypes.TASK_FAILED;
                    case TIMED_OUT -> EventTypes.TASK_TIMED_OUT;
                };
        contents.queue.add(Event.ofEngine(
                id, type, task, contents.now, content, flight.address().toExtensions()));
    }

    private void emit(Step.Emit step) {
        Scope to = step.to() == Step.To.WORKSPACE ? WORKSPACE : scope();
        if (to.isRun() && root().isEmpty()) {
            throw new ScriptException("Expected the run to be started before an event is for it, but it was not");
        }
        Map<String, Object> extensions = new TreeMap<>(step.attributes());
        String source = Objects.toString(extensions.remove("source"), SOURCE);
        String name = Objects.toString(extensions.remove("id"), "");
        for (int i = 0; i < step.times(); i++) {
            String id = name.isEmpty() || step.times() > 1 ? name + "event-" + ++contents.events : name;
            contents.queue.add(new Event(id, source, step.type(), step.subject(), contents.now, step.data(), extensions)
                    .addressedTo(to, 0));
        }
    }

    private void advance(Step.Advance step) {
        Optional<Instant> next = nextDue();
        if (step.by().isEmpty() && next.isEmpty()) {
            throw new ScriptException("Expected something to be due, but there is no timer and no time limit");
        }
        Instant until = step.by().map(contents.now::plus).orElseGet(next::get);
        for (Optional<Instant> due = next; due.isPresent() && !due.get().isAfter(until); due = nextDue()) {
            Contents.Timed first = contents.timed.stream()
                    .min(Comparator.comparing(Contents.Timed::due))
                    .orElseThrow();
            contents.timed.remove(first);
            contents.now = contents.now.isBefore(first.due()) ? first.due() : contents.now;
            contents.queue.add(first.event());
            if (EventTypes.isTermination(first.event().type())) {
                first.event().launch().ifPresent(contents.flights::remove);
            }
            drain();
        }
        contents.now = contents.now.isBefore(until) ? until : contents.now;
    }

    /** What waits together is handled together, as a queue's batch is. */
    private void drain() {
        while (!contents.queue.isEmpty()) {
            List<Delivery> batch = new ArrayList<>();
            while (!contents.queue.isEmpty() && batch.size() < MAX_BATCH) {
                Event next = contents.queue.poll();
                batch.add(new Delivery(next.key(), next, 1));
            }
            rig.engine.handle(batch).failed().values().stream().findFirst().ifPresent(reason -> {
                throw new ScriptException("Expected the engine to handle what happened, but: " + reason);
            });
        }
    }

    /** When something is due next. */
    public Optional<Instant> nextDue() {
        return contents.timed.stream().map(Contents.Timed::due).min(Comparator.naturalOrder());
    }

    /**
     * What is due and still means something, the first first: no time limits of launches, which are in flight, no timers that were
     * cancelled, no deadlines of triggers that have fired.
     *
     * @param due by when
     */
    public record Due(Event event, Instant due) {}

    /** See {@link Due}. */
    public List<Due> pending() {
        return contents.timed.stream()
                .filter(t -> contents.means(scope(), t.event()))
                .sorted(Comparator.comparing(Contents.Timed::due))
                .map(t -> new Due(t.event(), t.due()))
                .toList();
    }

    public Instant now() {
        return contents.now;
    }

    /** How long the run (or world) has lasted. */
    public Duration lasted() {
        return Duration.between(Contents.START, contents.now);
    }

    /** The root; empty for a run that has not started. */
    public Optional<ScopeState> root() {
        return Optional.ofNullable(contents.kept(scope()).root);
    }

    /** The root with its triggers; empty for a run that has not started. */
    public Optional<View> view() {
        return root().map(new Views(rig.store)::of);
    }

    /** Launches whose end has not come, the oldest first. */
    public List<Flight> flights() {
        return List.copyOf(contents.flights.values());
    }

    /** All functions that were called, in order. */
    public List<Launch.Invoke> calls() {
        return List.copyOf(contents.calls);
    }

    /** How many functions were called. */
    public int callCount() {
        return contents.calls.size();
    }

    /** What was sent to buses and queues, in order. */
    public List<EventSink.Outgoing> elsewhere() {
        return List.copyOf(contents.elsewhere);
    }

    /** What could not be handled, in words. */
    public List<String> parked() {
        return List.copyOf(contents.parked);
    }

    /** The history, in the order in which it was written. */
    public List<Entry> entries() {
        return new ArrayList<>(contents.kept(scope()).entries.values());
    }

    /** How many entries the history has. */
    public int size() {
        return contents.kept(scope()).entries.size();
    }

    /** Events that wait for a trigger. */
    public List<Event> held() {
        return List.copyOf(contents.kept(scope()).held.values());
    }

    /** Timers that were armed and not cancelled. */
    public List<Commit.Timer> timers() {
        return List.copyOf(contents.kept(scope()).timers.values());
    }

    /** Triggers that fire once, and have. */
    public Set<String> claims() {
        return Set.copyOf(contents.kept(scope()).claims);
    }

    /** What was registered, retired, enabled and disabled. */
    public List<TriggerChange> changes() {
        return List.copyOf(contents.kept(scope()).changes);
    }

    /** The states of triggers that keep one, by trigger; segmented joins in full. */
    public Map<String, TriggerState> states() {
        return contents.kept(scope()).allStates();
    }
}

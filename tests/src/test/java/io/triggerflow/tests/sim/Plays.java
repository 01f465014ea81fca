package io.triggerflow.tests.sim;

import io.triggerflow.core.control.Control;
import io.triggerflow.core.decide.Extensions;
import io.triggerflow.core.model.Definition;
import io.triggerflow.core.model.Entry;
import io.triggerflow.core.model.Event;
import io.triggerflow.core.model.Launch;
import io.triggerflow.core.model.Scope;
import io.triggerflow.core.model.Trigger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/** A scenario in the making. */
public final class Plays implements Scenario {
    /** Told of an entry as it is written. */
    public interface OnWrite {
        void wrote(Sim sim, Scope scope, Entry entry);
    }

    private final String name;
    private static final Instant START_OF_TIME = Sim.START;
    private final List<Step> steps = new ArrayList<>();
    private final List<Raw> raw = new ArrayList<>();
    private Function<Launch.Invoke, Reply> functions = launch -> Reply.succeed(launch.payload());
    private Extensions extensions = Extensions.NONE;
    private OnWrite onWrite = (sim, scope, entry) -> {};
    private Consumer<Sim> judge = sim -> {};
    private boolean determined = true;
    private Predicate<Scope> mayWait = scope -> false;

    private Plays(String name) {
        this.name = name;
    }

    public static Plays named(String name) {
        return new Plays(name);
    }

    /** Deploys workflows to workspace w at the beginning. */
    public Plays deploy(Wf... workflows) {
        for (Wf workflow : workflows) {
            Definition definition = workflow.build();
            at(0, control -> control.deploy("w", definition));
        }
        return this;
    }

    public Plays deploy(Definition definition) {
        return at(0, control -> control.deploy("w", definition));
    }

    public Plays standing(Wf.T... triggers) {
        List<Trigger> all = List.of(triggers).stream().map(Wf.T::build).toList();
        return at(0, control -> {
            control.addWorkspace("w");
            control.addTriggers(Scope.workspace("w"), all);
        });
    }

    public Plays start(String workflow, String run, Object input) {
        return at(10, control -> control.start("w", workflow, Optional.empty(), run, input));
    }

    public Plays at(long millis, Consumer<Control> what) {
        steps.add(new Step(Sim.START.plusMillis(millis), what));
        return this;
    }

    /** An event of a user's, to a run (or to the workspace, when it is empty). */
    public Plays event(long millis, String run, String type, String subject, String id, Object data) {
        Instant time = Sim.START.plusMillis(millis);
        return at(
                millis,
                control -> control.emit(
                        new Scope("w", run), List.of(new Event(id, "user", type, subject, time, data, Map.of()))));
    }

    /** A message that comes to the queue as it is, past all doors. */
    public Plays raw(long millis, Event event) {
        raw.add(new Raw(START_OF_TIME.plusMillis(millis), event));
        return this;
    }

    @Override
    public List<Raw> messages() {
        return raw;
    }

    public Plays functions(Function<Launch.Invoke, Reply> what) {
        functions = what;
        return this;
    }

    public Plays extensions(Extensions what) {
        extensions = what;
        return this;
    }

    public Plays onWrite(OnWrite what) {
        onWrite = what;
        return this;
    }

    public Plays judge(Consumer<Sim> what) {
        judge = judge.andThen(what);
        return this;
    }

    public Plays undetermined() {
        determined = false;
        return this;
    }

    public Plays mayWait(Predicate<Scope> which) {
        mayWait = which;
        return this;
    }

    static Duration minutes(long n) {
        return Duration.ofMinutes(n);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<Step> steps() {
        return steps;
    }

    @Override
    public Function<Launch.Invoke, Reply> functions() {
        return functions;
    }

    @Override
    public Extensions extensions() {
        return extensions;
    }

    @Override
    public void wrote(Sim sim, Scope scope, Entry entry) {
        onWrite.wrote(sim, scope, entry);
    }

    @Override
    public void judge(Sim sim) {
        judge.accept(sim);
    }

    @Override
    public boolean isDetermined() {
        return determined;
    }

    @Override
    public boolean mayWait(Scope run) {
        return mayWait.test(run);
    }
}

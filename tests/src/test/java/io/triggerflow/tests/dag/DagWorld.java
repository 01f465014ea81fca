package io.triggerflow.tests.dag;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.triggerflow.core.decide.Extensions;
import io.triggerflow.core.expression.Expressions;
import io.triggerflow.core.model.Definition;
import io.triggerflow.core.model.Entry;
import io.triggerflow.core.model.Launch;
import io.triggerflow.core.model.RunStatus;
import io.triggerflow.core.model.Scope;
import io.triggerflow.dag.DagReader;
import io.triggerflow.dag.ParamsAction;
import io.triggerflow.dag.TaskState;
import io.triggerflow.tests.sim.Faults;
import io.triggerflow.tests.sim.Judge;
import io.triggerflow.tests.sim.Plays;
import io.triggerflow.tests.sim.Reply;
import io.triggerflow.tests.sim.Sim;
import io.triggerflow.tests.sim.SimStore;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** A DAG, compiled and played in the simulator. */
final class DagWorld {
    static final Scope RUN = new Scope("w", "r");
    private static final YAMLMapper YAML = new YAMLMapper();
    private static final DagReader READER = new DagReader(new Expressions()::error);

    private final Plays plays;

    private DagWorld(Definition definition) {
        plays = Plays.named("dag")
                .extensions(Extensions.of(List.of(), List.of(new ParamsAction())))
                .deploy(definition);
    }

    static DagWorld of(String yaml) {
        return of(tree(yaml), null);
    }

    static DagWorld of(Object tree, Object input) {
        Definition definition = READER.definition(tree);
        DagWorld world = new DagWorld(definition);
        world.plays.start(definition.workflow(), RUN.run(), input);
        return world;
    }

    /** A run of each input, named by its position. */
    static DagWorld of(String yaml, List<?> inputs) {
        Definition definition = READER.definition(tree(yaml));
        DagWorld world = new DagWorld(definition);
        for (int i = 0; i < inputs.size(); i++) {
            world.plays.start(definition.workflow(), Integer.toString(i), inputs.get(i));
        }
        return world;
    }

    static Definition definition(String yaml) {
        return READER.definition(tree(yaml));
    }

    static Object tree(String yaml) {
        try {
            return YAML.readValue(yaml, Object.class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    DagWorld functions(Function<Launch.Invoke, Reply> functions) {
        plays.functions(functions);
        return this;
    }

    Plays plays() {
        return plays;
    }

    /** Played in a kind world, and judged. */
    Played play() {
        return new Played(Judge.play(plays, Faults.NONE, 1));
    }

    Played play(Faults faults, long seed) {
        return new Played(Judge.judge(plays, faults, seed));
    }

    /** What came of it. */
    record Played(Sim sim, Scope scope) {
        Played(Sim sim) {
            this(sim, RUN);
        }

        Played run(int i) {
            return new Played(sim, new Scope("w", Integer.toString(i)));
        }

        SimStore.Kept run() {
            return sim.store().scopes().get(scope);
        }

        RunStatus status() {
            return run().root.status();
        }

        Object output() {
            return run().root.output();
        }

        String message() {
            return run().root.failure().map(f -> f.error() + ": " + f.message()).orElse("");
        }

        /** How each task ended, as the run's history tells it. */
        Map<String, TaskState> states() {
            Map<String, TaskState> states = new TreeMap<>();
            run().entries.values().forEach(entry -> entry.firings().forEach(f -> TaskState.of(f.trigger())
                    .ifPresent(s -> states.merge(s.task(), s.state(), TaskState::later))));
            return states;
        }

        /** When a trigger fired first, since the beginning of time. */
        Duration fired(String trigger) {
            return run().entries.values().stream()
                    .filter(e -> e.firings().stream().anyMatch(f -> f.trigger().equals(trigger)))
                    .map(Entry::at)
                    .min(Instant::compareTo)
                    .map(at -> Duration.between(Instant.parse("2026-01-01T00:00:00Z"), at))
                    .orElseThrow();
        }
    }
}

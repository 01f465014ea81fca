package io.triggerflow.tests.sim;

import io.triggerflow.core.model.Entry;
import io.triggerflow.core.model.Event;
import io.triggerflow.core.model.EventTypes;
import io.triggerflow.core.model.Launch;
import io.triggerflow.core.port.Launcher;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Launches functions that are a few lines of a scenario, and sends their terminations to the queue. */
final class SimLauncher implements Launcher {
    /** How often each launch was accepted, by id. */
    final Map<String, Integer> accepted = new LinkedHashMap<>();
    /** Launches that were given up. */
    final Map<String, String> refused = new LinkedHashMap<>();

    final List<Launch.Invoke> calls = new ArrayList<>();
    private final Sim sim;
    private final Faults faults;
    private final Function<Launch.Invoke, Reply> functions;

    SimLauncher(Sim sim, Faults faults, Function<Launch.Invoke, Reply> functions) {
        this.sim = sim;
        this.faults = faults;
        this.functions = functions;
    }

    @Override
    public Outcome invoke(Launch.Invoke launch) {
        requireCommitted(launch);
        if (sim.chance(faults.throttle())) {
            return new Outcome.Throttled("TooManyRequestsException", "simulated");
        }
        calls.add(launch);
        String id = launch.address().id();
        return switch (functions.apply(launch)) {
            case Reply.Refuse r -> {
                refused.put(id, r.error());
                yield new Outcome.Refused(r.error(), "simulated");
            }
            case Reply.Throttle t -> {
                refused.put(id, "throttled");
                yield new Outcome.Throttled("TooManyRequestsException", "simulated");
            }
            case Reply.Succeed s -> accepted(launch, EventTypes.TASK_SUCCEEDED, s.data(), s.after());
            case Reply.Fail f -> accepted(launch, EventTypes.TASK_FAILED, Reply.error(f.error()), f.after());
            case Reply.Lose l -> {
                accepted.merge(id, 1, Integer::sum);
                yield new Outcome.Accepted();
            }
        };
    }

    private Outcome accepted(Launch.Invoke launch, String type, Object data, Duration after) {
        accepted.merge(launch.address().id(), 1, Integer::sum);
        Event end = Event.ofEngine(
                launch.address().id(),
                type,
                launch.address().task(),
                sim.now().plus(after),
                data,
                launch.address().toExtensions());
        sim.put(end, sim.now().plus(after));
        return new Outcome.Accepted();
    }

    /** Law L5, one half: what is launched has fired. */
    private void requireCommitted(Launch.Invoke launch) {
        Optional<Entry> entry =
                sim.store().entry(launch.address().scope(), launch.address().entry());
        boolean asked =
                entry.map(e -> launch.address().position() < e.outbox().size()).orElse(false);
        if (!asked) {
            sim.broken("L5", "launched before it was committed: " + launch.address());
        }
    }
}

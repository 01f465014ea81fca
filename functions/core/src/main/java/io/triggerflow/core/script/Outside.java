package io.triggerflow.core.script;

import io.triggerflow.core.model.Commit;
import io.triggerflow.core.model.Entry;
import io.triggerflow.core.model.Event;
import io.triggerflow.core.model.Launch;
import io.triggerflow.core.model.RunStatus;
import io.triggerflow.core.model.Scope;
import io.triggerflow.core.model.ScopeState;
import io.triggerflow.core.model.TriggerState;
import io.triggerflow.core.port.EventSink;
import io.triggerflow.core.port.Launcher;
import io.triggerflow.core.port.Registry;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The functions, queues and lists of a world: every function is accepted and ends when the script says so. Nobody operates it and nothing
 * sweeps it: of the lists there is only the history, which the engine itself reads to cancel children. Not thread-safe.
 */
final class Outside implements Launcher, EventSink, Registry {
    private final Supplier<Contents> contents;

    Outside(Supplier<Contents> contents) {
        this.contents = contents;
    }

    @Override
    public Outcome invoke(Launch.Invoke launch) {
        contents.get().calls.add(launch);
        contents.get()
                .flights
                .put(
                        launch.address().id(),
                        new Flight(launch.address(), launch.trigger(), launch.function(), launch.payload(), false));
        return new Outcome.Accepted();
    }

    @Override
    public void send(List<Outgoing> events) {
        for (Outgoing one : events) {
            if (!(one.destination() instanceof Launch.Destination.Engine)) {
                contents.get().elsewhere.add(one);
            } else if (one.delay().isZero()) {
                contents.get().queue.add(one.event());
            } else {
                sendAt(one.event(), contents.get().now.plus(one.delay()), contents.get().now);
            }
        }
    }

    @Override
    public void sendAt(Event event, Instant due, Instant now) {
        contents.get().timed.add(new Contents.Timed(event, due));
    }

    @Override
    public Page<Entry> entries(Scope scope, int limit, Optional<String> token) {
        return new Page<>(List.copyOf(contents.get().kept(scope).entries.values()), Optional.empty());
    }

    @Override
    public Map<String, TriggerState> states(Scope scope) {
        return Map.copyOf(contents.get().kept(scope).states);
    }

    @Override
    public Page<Keyed> states(Scope scope, String trigger, int limit, Optional<String> token) {
        throw notHere();
    }

    @Override
    public List<Waking> waking(Instant until, int limit) {
        throw notHere();
    }

    @Override
    public void letSleep(Waking waking) {
        throw notHere();
    }

    @Override
    public List<Commit.Timer> timers(Scope scope) {
        return List.copyOf(contents.get().kept(scope).timers.values());
    }

    @Override
    public Page<ScopeState> runs(String workspace, Optional<RunStatus> status, int limit, Optional<String> token) {
        throw notHere();
    }

    @Override
    public Page<ScopeState> workspaces(int limit, Optional<String> token) {
        throw notHere();
    }

    @Override
    public Page<Version> versions(String workspace, Optional<String> workflow, int limit, Optional<String> token) {
        throw notHere();
    }

    @Override
    public Page<Parked> parked(Optional<String> workspace, int limit, Optional<String> token) {
        throw notHere();
    }

    @Override
    public void unpark(String id) {
        throw notHere();
    }

    @Override
    public void deleteWorkspace(String workspace) {
        throw notHere();
    }

    @Override
    public Set<Entry.Ref> present(Collection<Entry.Ref> keys) {
        throw notHere();
    }

    @Override
    public List<Scope> due(Instant now, int limit) {
        throw notHere();
    }

    @Override
    public void checkAgain(Scope run, Instant at) {
        throw notHere();
    }

    @Override
    public Watch watched(Instant since, int limit) {
        throw notHere();
    }

    @Override
    public void passed(List<Watched> entries) {
        throw notHere();
    }

    @Override
    public void watchAgain(Watched watched, Instant since) {
        throw notHere();
    }

    private static IllegalStateException notHere() {
        return new IllegalStateException("Expected nobody to operate or sweep this world, but somebody does");
    }
}

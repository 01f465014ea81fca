package io.triggerflow.core.engine;

import io.triggerflow.core.decide.Composites;
import io.triggerflow.core.model.Scope;
import io.triggerflow.core.model.ScopeState;
import io.triggerflow.core.port.Registry;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Sends wake-ups again that did not come. A state that waits for the clock is in an index by when it does, and leaves it with the write that
 * the wake-up causes: what is found there a while later was not woken.
 */
final class WakeSweep {
    private final Ports ports;
    private final Views views;

    WakeSweep(Ports ports) {
        this.ports = ports;
        this.views = new Views(ports.store());
    }

    void sweep(int limit, Instant now, Sweeper.Tally tally) {
        List<Registry.Waking> overdue = ports.registry().waking(now.minus(Silences.GRACE), limit);
        Map<Scope, Optional<ScopeState>> roots = new HashMap<>();
        for (Registry.Waking waking : overdue) {
            try {
                sweep(waking, roots.computeIfAbsent(waking.scope(), this::root), tally);
            } catch (RuntimeException e) {
                // One that cannot be woken must not hold up the others.
                tally.failed(waking.scope() + " " + waking.instance(), e.toString());
            }
        }
    }

    private Optional<ScopeState> root(Scope scope) {
        return Optional.ofNullable(ports.store().load(List.of(scope)).get(scope));
    }

    private void sweep(Registry.Waking waking, Optional<ScopeState> root, Sweeper.Tally tally) {
        boolean isWanted = root.filter(r -> !r.status().isFinished()
                        && views.of(r)
                                .triggers()
                                .find(waking.instance().trigger())
                                .isPresent())
                .isPresent();
        if (isWanted) {
            ports.sink()
                    .send(List.of(
                            RunSweep.toEngine(Composites.wake(waking.scope(), waking.instance(), waking.due(), 0))));
            tally.events++;
        } else {
            ports.registry().letSleep(waking);
        }
    }
}

package io.triggerflow.core.engine;

import io.triggerflow.core.model.Address;
import io.triggerflow.core.model.Entry;
import io.triggerflow.core.model.Event;
import io.triggerflow.core.model.Scope;
import io.triggerflow.core.model.ScopeState;
import io.triggerflow.core.port.Registry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Looks at what standing triggers launched, once each, when it has been silent for long enough: what a look costs does not depend on what
 * the workspace holds. In a workspace every end of a launch is an entry ({@link Address#timed}), so that one read tells whether it came.
 */
final class WorkspaceSweep {
    /**
     * The soonest that an entry is looked at again. More than a sweeper lives (2 minutes): none that took its time may move an entry to
     * where another has passed already.
     */
    private static final Duration SOONEST = Duration.ofMinutes(5);
    /** Whether so many ends are known is asked at once. */
    private static final int ASKED_AT_ONCE = 1_000;

    private final Ports ports;
    private final Silences silences;
    private final Duration silence;
    private final Duration remembered;

    WorkspaceSweep(Ports ports, Silences silences, Duration silence, Duration remembered) {
        this.ports = ports;
        this.silences = silences;
        this.silence = silence;
        this.remembered = remembered;
    }

    /** What is present of what was asked for; everything, as long as it is only noted what is asked for. */
    private final class Present implements Silences.Heard {
        private final Instant now;
        private final Set<Registry.EntryKey> asked = new HashSet<>();
        private Optional<Set<Registry.EntryKey>> present = Optional.empty();

        Present(Instant now) {
            this.now = now;
        }

        void read() {
            present = Optional.of(ports.registry().present(asked));
        }

        private boolean has(Scope scope, String key) {
            Registry.EntryKey entry = new Registry.EntryKey(scope, key);
            return present.map(p -> p.contains(entry)).orElseGet(() -> {
                asked.add(entry);
                return true;
            });
        }

        /** Ends are remembered from when they came on, so at least so long after the launch. */
        @Override
        public boolean isForgotten(Entry entry) {
            return !entry.at().plus(remembered).isAfter(now);
        }

        @Override
        public boolean ended(Address launch) {
            return has(launch.scope(), launch.id());
        }

        @Override
        public boolean came(Event event) {
            return has(event.scope().orElseThrow(), event.key());
        }

        @Override
        public Optional<ScopeState> run(Scope run) {
            return Optional.ofNullable(ports.store().load(List.of(run)).get(run));
        }
    }

    void sweep(int limit, Instant now, Sweeper.Tally tally) {
        Registry.Watch watch = ports.registry().watched(now.minus(silence), limit);
        List<Registry.Watched> some = new ArrayList<>();
        Present present = new Present(now);
        for (Registry.Watched watched : watch.entries()) {
            some.add(watched);
            if (watched.entry().isPresent()) {
                look(watched.entry().get(), present, now);
            }
            if (present.asked.size() >= ASKED_AT_ONCE) {
                look(some, present, now, tally);
                some = new ArrayList<>();
                present = new Present(now);
            }
        }
        look(some, present, now, tally);
        // Last: what was not said yet must be found again by whoever sweeps next.
        ports.registry().passed(watch.entries());
        tally.entries += watch.entries().size();
        tally.more |= watch.more();
    }

    private Silences.Findings look(Entry entry, Silences.Heard heard, Instant now) {
        Silences.Findings findings = new Silences.Findings();
        silences.look(entry, heard, now, remembered, findings);
        return findings;
    }

    private void look(List<Registry.Watched> some, Present present, Instant now, Sweeper.Tally tally) {
        present.read();
        for (Registry.Watched watched : some) {
            Optional<Instant> again;
            try {
                again = look(watched, present, now, tally);
            } catch (RuntimeException e) {
                // One entry that cannot be looked at must not hold up the others, nor be passed.
                tally.failed(watched.place(), e.toString());
                again = Optional.of(now);
            }
            again.ifPresent(
                    at -> ports.registry().watchAgain(watched, soonest(now, at).minus(silence)));
        }
    }

    private static Instant soonest(Instant now, Instant at) {
        Instant soonest = now.plus(SOONEST);
        return at.isBefore(soonest) ? soonest : at;
    }

    /** Looks at an entry; answers when it is to be looked at again, if it is. */
    private Optional<Instant> look(Registry.Watched watched, Present present, Instant now, Sweeper.Tally tally) {
        if (watched.fault().isPresent()) {
            tally.failed(watched.place(), watched.fault().get());
            return Optional.of(now);
        }
        if (watched.entry().isEmpty()) {
            return Optional.empty();
        }
        Silences.Findings findings = look(watched.entry().get(), present, now);
        if (!findings.events().isEmpty() && exists(watched.scope())) {
            ports.sink().send(findings.events().stream().map(RunSweep::toEngine).toList());
            tally.events += findings.events().size();
        }
        return findings.next();
    }

    /** What was decided while its workspace was being deleted has no one left to tell. */
    private boolean exists(Scope workspace) {
        return ports.store().load(List.of(workspace)).containsKey(workspace);
    }
}

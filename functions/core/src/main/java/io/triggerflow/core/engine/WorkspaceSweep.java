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
    /** What fails is tried again after this share of its age. */
    private static final int SHARE_OF_AGE = 8;
    /** Whether so many ends are known is asked at once; entries may be large, and no more of them are kept. */
    private static final int ASKED_AT_ONCE = 100;

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
        private final Set<Entry.Ref> asked = new HashSet<>();
        private Optional<Set<Entry.Ref>> present = Optional.empty();

        Present(Instant now) {
            this.now = now;
        }

        void read() {
            present = Optional.of(ports.registry().present(asked));
        }

        private boolean has(Scope scope, String key) {
            Entry.Ref entry = new Entry.Ref(scope, key);
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

    /** An entry that was read, to be looked at when it is known what is present. */
    private record Read(Registry.Watched watched, Entry entry) {}

    void sweep(int limit, Instant now, Sweeper.Tally tally) {
        Registry.Watch watch = ports.registry().watched(now.minus(silence), limit);
        List<Read> some = new ArrayList<>();
        Present present = new Present(now);
        for (Registry.Watched watched : watch.entries()) {
            read(watched, present, now, tally).ifPresent(some::add);
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

    /** Reads an entry, and notes what must be known of it. One that cannot be read must not hold up the others, nor be passed. */
    private Optional<Read> read(Registry.Watched watched, Present present, Instant now, Sweeper.Tally tally) {
        try {
            Optional<Entry> entry = watched.entry().get();
            entry.ifPresent(e -> findings(e, present, now));
            return entry.map(e -> new Read(watched, e));
        } catch (RuntimeException e) {
            tally.failed(watched.place(), e.toString());
            again(watched, now, now.plus(silence));
            return Optional.empty();
        }
    }

    private Silences.Findings findings(Entry entry, Silences.Heard heard, Instant now) {
        Silences.Findings findings = new Silences.Findings();
        silences.look(entry, heard, now, remembered, findings);
        return findings;
    }

    private void look(List<Read> some, Present present, Instant now, Sweeper.Tally tally) {
        present.read();
        for (Read read : some) {
            try {
                look(read, present, now, tally);
            } catch (RuntimeException e) {
                // As above; soon, because it may pass, and more seldom the longer it does not.
                tally.failed(read.watched.place(), e.toString());
                again(
                        read.watched,
                        now,
                        now.plus(Duration.between(read.entry.at(), now).dividedBy(SHARE_OF_AGE)));
            }
        }
    }

    private void look(Read read, Present present, Instant now, Sweeper.Tally tally) {
        Silences.Findings findings = findings(read.entry, present, now);
        if (!findings.events().isEmpty() && exists(read.watched.scope())) {
            ports.sink().send(findings.events().stream().map(RunSweep::toEngine).toList());
            tally.events += findings.events().size();
        }
        findings.next().ifPresent(next -> again(read.watched, now, next));
    }

    private void again(Registry.Watched watched, Instant now, Instant at) {
        Instant soonest = now.plus(SOONEST);
        ports.registry().watchAgain(watched, (at.isBefore(soonest) ? soonest : at).minus(silence));
    }

    /** What was decided while its workspace was being deleted has no one left to tell. */
    private boolean exists(Scope workspace) {
        return ports.store().load(List.of(workspace)).containsKey(workspace);
    }
}

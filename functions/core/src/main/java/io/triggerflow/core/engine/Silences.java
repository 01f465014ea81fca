package io.triggerflow.core.engine;

import io.triggerflow.core.model.Address;
import io.triggerflow.core.model.Entry;
import io.triggerflow.core.model.Event;
import io.triggerflow.core.model.EventTypes;
import io.triggerflow.core.model.Failure;
import io.triggerflow.core.model.Launch;
import io.triggerflow.core.model.RunStatus;
import io.triggerflow.core.model.Scope;
import io.triggerflow.core.model.ScopeState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What it means that nothing was heard of what an entry launched: the same for runs and for workspaces, which differ only in how they
 * know what was heard. {@code now} is a parameter. Thread-safe.
 */
final class Silences {
    /** What is due may still be on its way for so long. */
    static final Duration GRACE = Duration.ofMinutes(1);
    /** A child that runs is asked after again when it is twice as old, and at least daily. */
    private static final Duration LONGEST_PAUSE = Duration.ofDays(1);

    private final Duration silence;

    /**
     * @param silence after which a launch without a time limit of its own counts as lost
     */
    Silences(Duration silence) {
        this.silence = silence;
    }

    /** What was heard. */
    interface Heard {
        /** Whether what was heard of an entry's launches may be forgotten: then nothing is concluded from its absence. */
        boolean isForgotten(Entry entry);

        /** Whether the end of a launch is known, or cannot be. */
        boolean ended(Address launch);

        /** Whether an event that was held back has come. */
        boolean came(Event event);

        /** A run, if there is one. */
        Optional<ScopeState> run(Scope scope);
    }

    /** What is to be said, and when something can be overdue that is not yet. */
    static final class Findings {
        private final List<Event> events = new ArrayList<>();
        private Instant next;

        List<Event> events() {
            return events;
        }

        Optional<Instant> next() {
            return Optional.ofNullable(next);
        }

        void say(Event event) {
            events.add(event);
        }

        private void later(Instant instant) {
            next = next == null || instant.isBefore(next) ? instant : next;
        }
    }

    /** One look at an entry. */
    private record Look(Entry entry, Heard heard, Instant now, Duration again, Findings findings) {
        boolean isYetToCome(Instant instant) {
            return instant.isAfter(now);
        }
    }

    /**
     * Looks at the launches of an entry.
     *
     * @param again how long after it was due an event that did not come is sent, each time that its entry is looked at
     */
    void look(Entry entry, Heard heard, Instant now, Duration again, Findings findings) {
        Look look = new Look(entry, heard, now, again, findings);
        entry.outbox().forEach(launch -> look(look, launch));
    }

    private void look(Look look, Launch launch) {
        switch (launch) {
            case Launch.Invoke i -> ends(look, i.address(), i.options());
            case Launch.FanOut f -> {
                for (int item = 0; item < f.items().size(); item++) {
                    ends(look, f.address().item(item), f.options());
                }
            }
            case Launch.At a -> comes(look, a);
            case Launch.Start s -> reports(look, s);
            case Launch.Emit e -> {
                if (e.event().type().equals(EventTypes.PROCEED)) {
                    // What is held must not be lost on its way to where it waits: no launch of it would be missed.
                    comes(look, new Launch.At(e.event(), look.entry.at()));
                }
            }
            case Launch.Forward f -> {}
        }
    }

    private void ends(Look look, Address address, Launch.Invocation options) {
        Instant limit =
                look.entry.at().plus(options.timeout().map(t -> t.plus(GRACE)).orElse(silence));
        if (look.heard.isForgotten(look.entry) || look.heard.ended(address)) {
            return;
        }
        if (look.isYetToCome(limit)) {
            look.findings.later(limit);
            return;
        }
        Failure failure = Failure.of(
                Failure.TIMED_OUT,
                "Expected task '" + address.task() + "' to end, but nothing was heard of it since " + look.entry.at(),
                address.task());
        look.findings.say(termination(address, EventTypes.TASK_TIMED_OUT, failure.toJson(), look.now));
    }

    private static void comes(Look look, Launch.At launch) {
        Instant limit = launch.due().plus(GRACE);
        if (look.isYetToCome(limit)) {
            look.findings.later(limit);
        } else if (look.isYetToCome(launch.due().plus(look.again)) && !look.heard.came(launch.event())) {
            look.findings.say(launch.event());
        }
    }

    /** A child that ended, or never was, without its parent hearing of it. */
    private void reports(Look look, Launch.Start start) {
        if (start.detached() || look.heard.ended(start.address())) {
            return;
        }
        Instant launched = look.entry.at();
        if (look.isYetToCome(launched.plus(GRACE))) {
            look.findings.later(launched.plus(GRACE));
            return;
        }
        Optional<ScopeState> child =
                look.heard.run(new Scope(start.address().scope().workspace(), start.name()));
        if (child.isPresent() && !child.get().status().isFinished()) {
            Duration age = Duration.between(launched, look.now);
            look.findings.later(look.now.plus(age.compareTo(LONGEST_PAUSE) < 0 ? age : LONGEST_PAUSE));
        } else if (child.isPresent()) {
            look.findings.say(report(start, child.get(), look.now));
        } else if (look.isYetToCome(launched.plus(silence))) {
            // Its start may still be on its way: a delivery that comes again takes minutes.
            look.findings.later(launched.plus(silence));
        } else if (!look.heard.isForgotten(look.entry)) {
            look.findings.say(lost(start, "it was never started", Optional.empty(), look.now));
        }
    }

    private static Event report(Launch.Start start, ScopeState child, Instant now) {
        return child.status() == RunStatus.SUCCEEDED
                ? termination(start.address(), EventTypes.TASK_SUCCEEDED, child.output(), now)
                : lost(start, "it ended: " + child.status(), child.failure(), now);
    }

    private static Event lost(Launch.Start start, String why, Optional<Failure> cause, Instant now) {
        Failure failure = new Failure(
                "Triggerflow.ChildLost",
                "Expected run '" + start.name() + "' to report, but " + why,
                start.address().task(),
                cause);
        return termination(start.address(), EventTypes.TASK_FAILED, failure.toJson(), now);
    }

    static Event termination(Address address, String type, Object data, Instant now) {
        return Event.ofEngine(address.id(), type, address.task(), now, data, address.toExtensions());
    }
}

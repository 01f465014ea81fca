package io.triggerflow.core.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.triggerflow.core.model.Action;
import io.triggerflow.core.model.Address;
import io.triggerflow.core.model.Entry;
import io.triggerflow.core.model.Event;
import io.triggerflow.core.model.EventTypes;
import io.triggerflow.core.model.Failure;
import io.triggerflow.core.model.Launch;
import io.triggerflow.core.model.RetryPolicy;
import io.triggerflow.core.model.RunStatus;
import io.triggerflow.core.model.Scope;
import io.triggerflow.core.model.ScopeChange;
import io.triggerflow.core.model.ScopeState;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What silence means: by the launch, by what was heard, and by the time. */
class SilencesTest {
    private static final Instant AT = Instant.parse("2026-03-01T12:00:00Z");
    private static final Duration SILENCE = Duration.ofMinutes(45);
    private static final Duration AGAIN = Duration.ofHours(2);
    private static final Scope WORKSPACE = Scope.workspace("w");
    private static final Scope CHILD = new Scope("w", "child");
    private static final Address ADDRESS = new Address(WORKSPACE, "e", 0, -1, 1, "task", 1, true);
    private static final Event DUE =
            Event.ofEngine("due", EventTypes.TIMER_DUE, "t", AT, null, Map.of()).addressedTo(WORKSPACE, 1);

    private final Set<String> known = new HashSet<>();
    private final Map<Scope, ScopeState> runs = new HashMap<>();
    private boolean forgotten;

    private final Silences.Heard heard = new Silences.Heard() {
        @Override
        public boolean isForgotten(Entry entry) {
            return forgotten;
        }

        @Override
        public boolean ended(Address launch) {
            return known.contains(launch.id());
        }

        @Override
        public boolean came(Event event) {
            return known.contains(event.key());
        }

        @Override
        public Optional<ScopeState> run(Scope scope) {
            return Optional.ofNullable(runs.get(scope));
        }
    };

    private Silences.Findings look(Duration later, Launch... outbox) {
        Silences.Findings findings = new Silences.Findings();
        Event cause = Event.ofEngine("cause", "x", "", AT, null, Map.of());
        Entry entry =
                new Entry("e", Entry.Cause.of(cause), AT, Entry.Kind.FIRED, List.of(), List.of(outbox), List.of(), "");
        new Silences(SILENCE).look(entry, heard, AT.plus(later), AGAIN, findings);
        return findings;
    }

    private void assertSays(List<String> types, Optional<Duration> next, Duration later, Launch... outbox) {
        Silences.Findings findings = look(later, outbox);
        assertEquals(types, findings.events().stream().map(Event::type).toList(), "after " + later);
        assertEquals(next.map(AT::plus), findings.next(), "after " + later);
    }

    private static Launch.Invocation limited(Duration... limit) {
        return new Launch.Invocation(RetryPolicy.NONE, List.of(limit).stream().findFirst(), Action.Correlation.PAYLOAD);
    }

    private static Launch.Start start(boolean detached) {
        return new Launch.Start(ADDRESS, "t", "flow", Optional.empty(), "child", null, detached);
    }

    private static ScopeState child() {
        return ScopeState.started(CHILD, Optional.empty(), null, Optional.empty(), AT);
    }

    @Test
    void aLaunchWithoutALimitIsLostAfterTheSilence() {
        Launch launch = new Launch.Invoke(ADDRESS, "t", "f", null, limited());
        assertSays(List.of(), Optional.of(SILENCE), SILENCE.minusNanos(1), launch);
        assertSays(List.of(EventTypes.TASK_TIMED_OUT), Optional.empty(), SILENCE, launch);
        Event lost = look(SILENCE, launch).events().getFirst();
        assertEquals(ADDRESS.id(), lost.id());
        assertEquals(Optional.of(ADDRESS), Address.of(lost));
        assertEquals(Failure.TIMED_OUT, Failure.fromJson(lost.data(), "").error());
        known.add(ADDRESS.id());
        assertSays(List.of(), Optional.empty(), SILENCE.minusNanos(1), launch);
        assertSays(List.of(), Optional.empty(), SILENCE, launch);
    }

    @Test
    void aLimitOfItsOwnCountsAloneShorterOrLonger() {
        for (Duration limit : List.of(Duration.ofSeconds(10), Duration.ofHours(3))) {
            Launch launch = new Launch.Invoke(ADDRESS, "t", "f", null, limited(limit));
            Duration over = limit.plus(Silences.GRACE);
            assertSays(List.of(), Optional.of(over), over.minusNanos(1), launch);
            assertSays(List.of(EventTypes.TASK_TIMED_OUT), Optional.empty(), over, launch);
        }
    }

    @Test
    void eachItemOfAFanOutIsALaunch() {
        Launch fan = new Launch.FanOut(ADDRESS, "t", "f", List.of("a", "b", "c"), Optional.empty(), null, limited());
        known.add(ADDRESS.item(1).id());
        assertEquals(
                List.of(ADDRESS.item(0).id(), ADDRESS.item(2).id()),
                look(SILENCE, fan).events().stream().map(Event::id).toList());
    }

    @Test
    void whatIsDueIsSentAgainForAWhile() {
        Duration due = Duration.ofHours(1);
        Launch at = new Launch.At(DUE, AT.plus(due));
        Duration overdue = due.plus(Silences.GRACE);
        assertSays(List.of(), Optional.of(overdue), overdue.minusNanos(1), at);
        assertSays(List.of(EventTypes.TIMER_DUE), Optional.empty(), overdue, at);
        assertEquals(List.of(DUE), look(due.plus(AGAIN).minusNanos(1), at).events());
        assertSays(List.of(), Optional.empty(), due.plus(AGAIN), at);
        known.add(DUE.key());
        assertSays(List.of(), Optional.empty(), overdue, at);
    }

    @Test
    void aChildThatRunsIsAskedAfterWhenItIsTwiceAsOldAndDaily() {
        runs.put(CHILD, child());
        assertSays(List.of(), Optional.of(Silences.GRACE), Duration.ofSeconds(1), start(false));
        assertSays(List.of(), Optional.of(SILENCE.multipliedBy(2)), SILENCE, start(false));
        assertSays(List.of(), Optional.of(Duration.ofDays(11)), Duration.ofDays(10), start(false));
        assertSays(List.of(), Optional.empty(), SILENCE, start(true));
        known.add(ADDRESS.id());
        assertSays(List.of(), Optional.empty(), SILENCE, start(false));
    }

    @Test
    void aChildThatEndedReportsLate() {
        runs.put(CHILD, child().apply(ScopeChange.end(RunStatus.SUCCEEDED, AT, "out", Optional.empty())));
        assertSays(List.of(EventTypes.TASK_SUCCEEDED), Optional.empty(), Silences.GRACE, start(false));
        assertEquals(
                "out", look(Silences.GRACE, start(false)).events().getFirst().data());
        Failure failure = Failure.of("E", "e", "x");
        runs.put(CHILD, child().apply(ScopeChange.end(RunStatus.FAILED, AT, null, Optional.of(failure))));
        Event failed = look(Silences.GRACE, start(false)).events().getFirst();
        assertEquals(EventTypes.TASK_FAILED, failed.type());
        assertEquals(Optional.of(failure), Failure.fromJson(failed.data(), "").cause());
    }

    @Test
    void aChildThatNeverWasHasFailedAfterTheSilence() {
        assertSays(List.of(), Optional.of(SILENCE), Silences.GRACE, start(false));
        assertSays(List.of(EventTypes.TASK_FAILED), Optional.empty(), SILENCE, start(false));
        assertTrue(look(SILENCE, start(false))
                .events()
                .getFirst()
                .data()
                .toString()
                .contains("never started"));
    }

    @Test
    void nothingIsConcludedOfWhatMayBeForgotten() {
        forgotten = true;
        Launch launch = new Launch.Invoke(ADDRESS, "t", "f", null, limited());
        assertSays(List.of(), Optional.empty(), SILENCE, launch, start(false));
        // A child that is there is no conclusion.
        runs.put(CHILD, child().apply(ScopeChange.end(RunStatus.SUCCEEDED, AT, "out", Optional.empty())));
        assertSays(List.of(EventTypes.TASK_SUCCEEDED), Optional.empty(), SILENCE, launch, start(false));
    }

    @Test
    void anEntryIsLookedAtForItsFirstAndAgainForTheNext() {
        Launch first = new Launch.Invoke(ADDRESS, "t", "f", null, limited());
        Launch second = new Launch.At(DUE, AT.plus(Duration.ofHours(5)));
        Launch third = new Launch.At(DUE, AT.plus(Duration.ofHours(9)));
        assertSays(
                List.of(EventTypes.TASK_TIMED_OUT),
                Optional.of(Duration.ofHours(5).plus(Silences.GRACE)),
                SILENCE,
                third,
                second,
                first);
    }
}

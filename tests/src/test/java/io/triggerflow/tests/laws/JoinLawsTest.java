package io.triggerflow.tests.laws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.triggerflow.core.decide.Extensions;
import io.triggerflow.core.decide.Folds;
import io.triggerflow.core.decide.Joins;
import io.triggerflow.core.decide.View;
import io.triggerflow.core.expression.Expressions;
import io.triggerflow.core.model.Condition;
import io.triggerflow.core.model.Event;
import io.triggerflow.core.model.EventTypes;
import io.triggerflow.core.model.Members;
import io.triggerflow.core.model.Scope;
import io.triggerflow.core.model.ScopeState;
import io.triggerflow.core.model.Trigger;
import io.triggerflow.core.model.TriggerState;
import io.triggerflow.core.route.Router;
import io.triggerflow.core.route.TriggerSet;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Laws L1 to L4 of the pure functions alone, over many random joins and deliveries. */
class JoinLawsTest {
    private static final int CASES = 5_000;
    private static final Instant NOW = Instant.EPOCH;
    private static final Scope RUN = new Scope("w", "r");

    private final Joins joins = new Joins(new Expressions());
    private final Folds folds = new Folds(joins, Extensions.NONE);
    private final View view = new View(
            ScopeState.started(RUN, Optional.empty(), null, Optional.empty(), NOW),
            TriggerSet.of(new Router(List.of())),
            Optional.empty());

    /** A join of {@code size}, {@code need} of which must succeed, and one outcome for each member. */
    private record Case(Trigger trigger, int size, int need, List<Event> events) {}

    private static Case random(Random random) {
        int size = 1 + random.nextInt(8);
        int need = 1 + random.nextInt(size);
        Condition.Join join = new Condition.Join(
                new Condition.Size.Fixed(size),
                List.of(),
                new Condition.MemberKey.Subject(),
                new Condition.Need.Count(need),
                Optional.empty(),
                true,
                false);
        List<Event> events = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            String type = List.of(
                            EventTypes.TASK_SUCCEEDED,
                            EventTypes.TASK_SUCCEEDED,
                            EventTypes.TASK_FAILED,
                            EventTypes.TASK_SKIPPED)
                    .get(random.nextInt(4));
            events.add(Event.ofEngine("e" + i, type, "m" + i, NOW, i, Map.of()));
        }
        Trigger trigger = new Trigger(
                "t", List.of(), join, List.of(), List.of(), false, true, Optional.empty(), Optional.empty());
        return new Case(trigger, size, need, events);
    }

    /** Folds deliveries in random batches; answers the last state and every firing. */
    private TriggerState fold(
            Case c, List<Event> deliveries, Random random, List<Folds.Firing> firings, Set<String> deliveredAtFiring) {
        TriggerState state = TriggerState.NONE;
        Set<String> delivered = new HashSet<>();
        int from = 0;
        while (from < deliveries.size()) {
            int to = Math.min(deliveries.size(), from + 1 + random.nextInt(4));
            List<Event> batch = deliveries.subList(from, to);
            while (!batch.isEmpty()) {
                Folds.Step step = folds.step(view, c.trigger, state, batch, NOW);
                assertEquals(step, folds.step(view, c.trigger, state, batch, NOW), "L1: decided in two ways");
                batch.subList(0, batch.size() - step.rest().size()).forEach(e -> delivered.add(e.subject()));
                step.firing().ifPresent(firings::add);
                step.firing().ifPresent(f -> deliveredAtFiring.addAll(delivered));
                state = step.next();
                assertEquals(
                        state,
                        folds.step(
                                        view,
                                        c.trigger,
                                        state,
                                        batch.subList(
                                                0, batch.size() - step.rest().size()),
                                        NOW)
                                .next(),
                        "L2: the same events again changed the state");
                batch = step.rest();
            }
            from = to;
        }
        return state;
    }

    @Test
    void aJoinIsDecidedByItsMembersAloneOnceAndNeverEarly() {
        for (int seed = 0; seed < CASES; seed++) {
            Random random = new Random(seed);
            Case c = random(random);
            List<Event> deliveries = new ArrayList<>(c.events);
            for (int i = random.nextInt(6); i > 0; i--) {
                deliveries.add(c.events.get(random.nextInt(c.size)));
            }
            Collections.shuffle(deliveries, random);
            List<Folds.Firing> firings = new ArrayList<>();
            Set<String> delivered = new HashSet<>();
            TriggerState end = fold(c, deliveries, random, firings, delivered);
            int at = seed;
            assertEquals(1, firings.size(), () -> "L3: expected one firing in case " + at);
            assertTrue(end.fired());
            Map<String, String> types = new HashMap<>();
            c.events.stream()
                    .filter(e -> delivered.contains(e.subject()))
                    .forEach(e -> types.put(e.subject(), e.type()));
            long good = types.values().stream()
                    .filter(EventTypes.TASK_SUCCEEDED::equals)
                    .count();
            boolean holds = good >= c.need;
            boolean impossible = good + (c.size - types.size()) < c.need;
            assertTrue(holds || impossible, () -> "L4: fired early in case " + at);
            assertEquals(
                    impossible, firings.getFirst().failure().isPresent(), () -> "L4: decided wrongly in case " + at);
        }
    }

    @Test
    void theVerdictOfAllMembersIgnoresOrderBatchingAndRepeats() {
        for (int seed = 0; seed < CASES; seed++) {
            Random random = new Random(seed);
            Case c = random(random);
            Condition.Join join = (Condition.Join) c.trigger.condition();
            Members all = Members.NONE;
            Members shuffled = Members.NONE;
            List<Event> twice = new ArrayList<>(c.events);
            twice.addAll(c.events);
            Collections.shuffle(twice, random);
            for (Event e : c.events) {
                all = all.plus(one(join, e));
            }
            for (Event e : twice) {
                shuffled = one(join, e).plus(shuffled);
            }
            assertEquals(all, shuffled);
            assertEquals(
                    joins.judge(join, Optional.of(c.size), all.tally(), NOW),
                    joins.judge(join, Optional.of(c.size), shuffled.tally(), NOW));
            assertEquals(
                    joins.variables(join, all, Optional.of(c.size), false),
                    joins.variables(join, shuffled, Optional.of(c.size), false),
                    "L3: results depend on the order of arrival");
        }
    }

    private Members one(Condition.Join join, Event event) {
        Map.Entry<String, Members.Arrival> member =
                joins.member(view, join, event, NOW).orElseThrow();
        return new Members(Map.of(member.getKey(), member.getValue()));
    }

    @Test
    void anUpperBoundNeverHidesADecision() {
        for (int seed = 0; seed < CASES; seed++) {
            Random random = new Random(seed);
            Case c = random(random);
            Condition.Join join = (Condition.Join) c.trigger.condition();
            Members.Tally is = new Members.Tally(random.nextInt(c.size + 1), random.nextInt(3), random.nextInt(3));
            Members.Tally most = new Members.Tally(
                    is.succeeded() + random.nextInt(3),
                    is.failed() + random.nextInt(3),
                    is.skipped() + random.nextInt(3));
            if (joins.judge(join, Optional.of(c.size), is, NOW) != Joins.Verdict.OPEN) {
                assertTrue(
                        joins.mayBeDecided(join, Optional.of(c.size), most, NOW),
                        () -> "L5: " + is + " decides " + c + ", but " + most + " does not say so");
            }
        }
    }
}

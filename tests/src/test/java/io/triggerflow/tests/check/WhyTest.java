package io.triggerflow.tests.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.triggerflow.core.check.Explanation;
import io.triggerflow.core.check.Explanation.Verdict;
import io.triggerflow.core.check.Why;
import io.triggerflow.core.decide.Extensions;
import io.triggerflow.core.definition.DefinitionReader;
import io.triggerflow.core.expression.Expressions;
import io.triggerflow.core.script.ScriptReader;
import io.triggerflow.core.script.World;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Why a trigger fired, or has not: of runs that the real engine decided. */
class WhyTest {
    private static final String BUNDLE = """
            workflow: order
            triggers:
              - {id: go, on: {start: true}, actions: [{set: {limit: 5}}, {invoke: {function: A, task: a}}, {invoke: {function: B, task: b}},
                  {invoke: {function: Item, task: item, forEach: "{% [1..3] %}"}}, {schedule: {timer: nag, after: PT1H}}, {disable: [idle]}, {retire: [gone]}]}
              - {id: both, on: [{task: a}, {task: b}], condition: {join: {members: [a, b]}}, actions: [{set: {both: true}}]}
              - {id: items, on: {task: item}, condition: {join: {size: 3}}, actions: [{set: {items: true}}]}
              - {id: sized, on: {task: item}, condition: {join: {size: "{% $run.context.n %}"}}, actions: [{set: {sized: true}}]}
              - {id: large, on: {task: a}, condition: {when: "{% $event.data.total > $run.context.limit %}"}, actions: [{set: {large: true}}]}
              - {id: nag, on: {timer: nag}, actions: [{set: {nagged: true}}]}
              - {id: approved, on: {event: approve, subject: boss}, actions: [{complete: 1}]}
              - {id: votes, on: {event: vote}, condition: {threshold: {count: 4}}, actions: [{complete: 2}]}
              - {id: idle, on: {event: idle}, actions: [{complete: 3}]}
              - {id: gone, on: {event: gone}, actions: [{complete: 4}]}
            """;

    private static Object tree(String text) {
        try {
            return new YAMLMapper().readValue(text, Object.class);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static World played(String script) {
        World world =
                World.of(new DefinitionReader(new Expressions()::error).definition(tree(BUNDLE)), Extensions.NONE);
        ScriptReader.read(tree(script)).forEach(world::play);
        return world;
    }

    private static Optional<Explanation> find(World world, String trigger) {
        return Why.of(
                new Why.Facts(
                        world.view().orElseThrow(),
                        world.entries(),
                        world.states(),
                        world.timers(),
                        world.held(),
                        world.now()),
                trigger);
    }

    private static Explanation why(World world, String trigger) {
        return find(world, trigger).orElseThrow();
    }

    @Test
    void fired() {
        Explanation why = why(played("[{start: {}}]"), "go");
        assertEquals(Verdict.FIRED, why.verdict());
        assertEquals("triggerflow.run.started", why.firings().getFirst().get("event"));
        assertTrue(((List<?>) why.firings().getFirst().get("changed")).contains("set limit"), why::toString);
    }

    @Test
    void aJoinNamesWhoIsMissingAndWhatIsInFlight() {
        World world = played("[{start: {}}, {end: b, data: {}}]");
        Explanation both = why(world, "both");
        assertEquals(Verdict.WAITING, both.verdict());
        assertEquals(List.of("member 'a'"), both.missing());
        assertTrue(both.providers().stream().anyMatch(p -> p.startsWith("task 'a' in flight")), both::toString);
        assertTrue(both.providers().stream().noneMatch(p -> p.startsWith("task 'b' in flight")), both::toString);
        Explanation items = why(played("[{start: {}}, {end: item, item: 1}]"), "items");
        assertEquals(List.of("2 members"), items.missing());
        assertTrue(items.providers().stream().anyMatch(p -> p.contains("item 0")), items::toString);
        assertTrue(items.providers().stream().noneMatch(p -> p.contains("item 1")), items::toString);
    }

    @Test
    void aJoinWithoutItsSize() {
        Explanation why = why(played("[{start: {}}]"), "sized");
        assertEquals(List.of("the join's size, which is not known yet"), why.missing());
        assertTrue(why.smallest().orElseThrow().what().contains("$run.context.n"), why::toString);
    }

    @Test
    void aConditionThatSaidNo() {
        Explanation why = why(played("[{start: {}}, {end: a, data: {total: 3}}]"), "large");
        assertEquals(Verdict.DECLINED, why.verdict());
        assertEquals("{limit=5}", why.condition().get("context").toString());
    }

    @Test
    void aTimerThatIsNotDue() {
        Explanation why = why(played("[{start: {}}, {advance: PT10M}]"), "nag");
        assertEquals(Verdict.WAITING, why.verdict());
        assertTrue(why.providers().getFirst().startsWith("timer 'nag', due at 2026-01-01T01:00:00Z"), why::toString);
    }

    /** What is to be typed does it. */
    @Test
    void theSmallestChange() {
        World world = played("[{start: {}}]");
        assertEquals(
                Optional.of("triggerflow emit 'approve' -r 'run' -s 'boss'"),
                why(world, "approved").smallest().orElseThrow().command());
        world.play(ScriptReader.read(tree("[{emit: vote}]")).getFirst());
        Explanation votes = why(world, "votes");
        assertEquals(
                Optional.of("triggerflow emit 'vote' -r 'run' --times 3"),
                votes.smallest().orElseThrow().command());
        world.play(ScriptReader.read(tree("[{emit: vote, times: 3}]")).getFirst());
        assertEquals(Verdict.FIRED, why(world, "votes").verdict());
        assertEquals(Verdict.FINISHED, why(world, "approved").verdict());
    }

    @Test
    void whoSwitchedItOff() {
        World world = played("[{start: {}}]");
        assertEquals(Verdict.DISABLED, why(world, "idle").verdict());
        assertTrue(why(world, "idle").because().getFirst().contains("by trigger 'go'"));
        assertEquals(Verdict.RETIRED, why(world, "gone").verdict());
        assertTrue(why(world, "gone").because().getFirst().contains("by trigger 'go'"));
        assertTrue(find(world, "nobody").isEmpty());
    }
}

package io.triggerflow.core.decide;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.triggerflow.core.expression.Expressions;
import io.triggerflow.core.expression.Variables;
import io.triggerflow.core.model.Action;
import io.triggerflow.core.model.Condition;
import io.triggerflow.core.model.Definition;
import io.triggerflow.core.model.Event;
import io.triggerflow.core.model.EventPattern;
import io.triggerflow.core.model.RunStatus;
import io.triggerflow.core.model.Scope;
import io.triggerflow.core.model.ScopeState;
import io.triggerflow.core.model.Trigger;
import io.triggerflow.core.model.TriggerState;
import io.triggerflow.core.route.Router;
import io.triggerflow.core.route.TriggerSet;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Conditions and actions written in Java: a running sum over a limit, and an action that stands for two others. */
class ExtensionsTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final Scope RUN = new Scope("w", "r");

    private static final class SumOver implements ConditionExtension {
        @Override
        public String name() {
            return "sum-over";
        }

        @Override
        public Verdict evaluate(Map<String, Object> arguments, Map<String, Object> values, Map<String, Object> event) {
            int amount = ((Number) ((Map<?, ?>) event.get("data")).get("amount")).intValue();
            int sum = values.get("sum") instanceof Number n ? n.intValue() + amount : amount;
            boolean over = sum > ((Number) arguments.get("limit")).intValue();
            return new Verdict(over, Map.of("sum", over ? 0 : sum));
        }
    }

    private static final class Finish implements ActionExtension {
        @Override
        public String name() {
            return "finish";
        }

        @Override
        public List<Action> expand(Map<String, Object> arguments, Variables variables) {
            return List.of(
                    new Action.SetContext(Map.of("by", arguments.get("by"))),
                    new Action.Complete(Optional.of("{% $run.context.by %}")));
        }
    }

    private final Extensions extensions = Extensions.of(List.of(new SumOver()), List.of(new Finish()));
    private final Decider decider = new Decider(new Expressions(), extensions);

    private static Trigger trigger(Condition condition, Action action) {
        return new Trigger(
                "t",
                List.of(new EventPattern.Exact("paid", Optional.empty())),
                condition,
                List.of(action),
                List.of(),
                false,
                true,
                Optional.empty(),
                Optional.empty());
    }

    private static View view(Trigger trigger) {
        Definition definition =
                new Definition("f", "1", "", List.of(trigger), 100, Optional.empty(), Definition.Announce.NONE);
        ScopeState state = ScopeState.started(RUN, Optional.of(definition.ref()), null, Optional.empty(), NOW);
        return new View(state, TriggerSet.of(new Router(List.of(trigger))), Optional.of(definition));
    }

    private static Event paid(String id, Object data) {
        return new Event(id, "shop", "paid", "", NOW, data, Map.of()).addressedTo(RUN, 0);
    }

    @Test
    void aConditionKeepsItsOwnState() {
        Trigger trigger =
                trigger(new Condition.Custom("sum-over", Map.of("limit", 10)), new Action.Complete(Optional.empty()));
        Folds folds = new Folds(new Joins(new Expressions()), extensions);
        List<Event> events = List.of(
                paid("1", Map.of("amount", 6)),
                paid("1", Map.of("amount", 6)),
                paid("2", Map.of("amount", 4)),
                paid("3", Map.of("amount", 1)),
                paid("4", Map.of("amount", 9)));
        Folds.Step step = folds.step(view(trigger), trigger, TriggerState.NONE, events, NOW);
        assertEquals(
                "3",
                step.firing().orElseThrow().cause().id(),
                "6 + 4 + 1 is the first sum over 10; the repeated event counts once");
        assertEquals(1, step.rest().size());
        assertEquals(2, step.next().round());
        assertEquals(Map.of("sum", 0), step.next().values());
        Folds.Step again = folds.step(view(trigger), trigger, step.next(), events.subList(0, 4), NOW);
        assertEquals(step.next(), again.next(), "what was applied changes nothing");
    }

    @Test
    void aConditionThatThrowsIsTheTriggersFailure() {
        Trigger trigger =
                trigger(new Condition.Custom("sum-over", Map.of("limit", 10)), new Action.Complete(Optional.empty()));
        Folds folds = new Folds(new Joins(new Expressions()), extensions);
        Folds.Step step = folds.step(view(trigger), trigger, TriggerState.NONE, List.of(paid("1", Map.of())), NOW);
        assertTrue(step.firing().orElseThrow().failure().orElseThrow().message().contains("sum-over"));
    }

    @Test
    void anActionStandsForOthers() {
        Trigger trigger =
                trigger(new Condition.Always(), new Action.Custom("finish", Map.of("by", "{% $event.data.who %}")));
        Plan.Write write = assertInstanceOf(
                Plan.Write.class,
                decider.decide(view(trigger), paid("1", Map.of("who", "me")), Optional.empty(), Set.of(), NOW));
        assertEquals(Optional.of(RunStatus.SUCCEEDED), write.commit().change().status());
        assertEquals("me", write.commit().change().output());
    }

    @Test
    void whatIsNotPackagedIsNamed() {
        Trigger trigger = trigger(new Condition.Always(), new Action.Custom("absent", Map.of()));
        Plan.Write write = assertInstanceOf(
                Plan.Write.class, decider.decide(view(trigger), paid("1", Map.of()), Optional.empty(), Set.of(), NOW));
        assertTrue(write.commit().change().failure().orElseThrow().message().contains("'absent'"));
    }

    @Test
    void twoOfOneNameAreRefused() {
        assertThrows(
                IllegalStateException.class, () -> Extensions.of(List.of(new SumOver(), new SumOver()), List.of()));
    }
}

package io.triggerflow.core.composite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.triggerflow.core.expression.Expressions;
import io.triggerflow.core.model.Composite;
import io.triggerflow.core.model.Event;
import io.triggerflow.core.model.EventPattern;
import io.triggerflow.core.model.Expression;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class IntakeTest {
    private static final Instant NOW = Instant.ofEpochSecond(100);
    private static final Composite.Source PAID =
            new Composite.Source(List.of(new EventPattern.Exact("paid", Optional.empty())), Optional.empty());
    private static final Composite.Source LARGE = new Composite.Source(
            List.of(new EventPattern.Ruler(Map.of("type", List.of(Map.of("prefix", "pa"))))),
            Optional.of(new Expression("$event.data.amount > 100")));
    private final Intake intake = new Intake(
            CompositeText.read("paid ; large by $.order"), Map.of("paid", PAID, "large", LARGE), new Expressions());

    private Intake.Taken take(String type, Object data) {
        return intake.take(new Event("1", "shop", type, "", NOW, data, Map.of()), NOW);
    }

    @Test
    void anEventMayBeOfSeveralNames() {
        assertEquals(
                Set.of("paid", "large"),
                take("paid", Map.of("amount", 200, "order", "o1"))
                        .arrival()
                        .orElseThrow()
                        .names());
        assertEquals(
                Set.of("paid"),
                take("paid", Map.of("amount", 7, "order", "o1"))
                        .arrival()
                        .orElseThrow()
                        .names());
        assertEquals(Optional.empty(), take("shipped", Map.of("order", "o1")).arrival());
        assertEquals(List.of(), take("shipped", Map.of()).notes());
    }

    @Test
    void theKeyIsATextOrANumber() {
        assertEquals("o1", take("paid", Map.of("order", "o1")).key());
        assertEquals("17", take("paid", Map.of("order", 17)).key());
        assertEquals("17", take("paid", Map.of("order", 17.0)).key());
        assertEquals(Optional.empty(), take("paid", Map.of()).arrival());
        assertEquals(
                List.of("no correlation key"),
                take("paid", Map.of("order", List.of(1, 2))).notes());
    }

    @Test
    void ofALargeEventTheDataIsNotKept() {
        Object small =
                take("paid", Map.of("order", "o1")).arrival().orElseThrow().kept();
        assertEquals("o1", ((Map<?, ?>) ((Map<?, ?>) small).get("data")).get("order"));
        Object large = take("paid", Map.of("order", "o1", "text", "x".repeat(5_000)))
                .arrival()
                .orElseThrow()
                .kept();
        assertEquals(Set.of("id", "source", "type", "time"), ((Map<?, ?>) large).keySet());
    }

    @Test
    void everyNameMeansSomething() {
        assertTrue(assertThrows(
                        IllegalArgumentException.class,
                        () -> new Intake(CompositeText.read("paid ; other"), Map.of("paid", PAID), new Expressions()))
                .getMessage()
                .contains("'other'"));
    }
}

package io.triggerflow.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;

class SleepTest {
    @Test
    void givesItsResultAfterTheTime() {
        long start = System.nanoTime();
        assertEquals(Map.of("result", 7), new Sleep().handleRequest(Map.of("seconds", 0.05, "result", 7), null));
        assertTrue(System.nanoTime() - start >= 50_000_000);
    }

    @Test
    void failsWhenAskedTo() {
        assertEquals(
                "on purpose",
                assertThrows(IllegalStateException.class, () -> new Sleep()
                                .handleRequest(Map.of("fail", "on purpose"), null))
                        .getMessage());
    }

    @Test
    void refusesTimesThatAreNone() {
        for (Object seconds : new Object[] {-1, 901, "5", Double.NaN}) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> new Sleep().handleRequest(Map.of("seconds", seconds), null),
                    () -> "" + seconds);
        }
    }
}

package io.triggerflow.core.composite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.triggerflow.core.model.JsonText;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Watermarks, late events, repeats, bounds and wake-ups. Times are seconds. */
class DetectorTest {
    private static final long NOW = 1_000;
    private State state = State.NONE;
    private Step last;
    private final List<String> detected = new ArrayList<>();

    private static Instant at(long seconds) {
        return Instant.ofEpochSecond(seconds);
    }

    /** Events as {@code "a1@5"}: of the name {@code a}. */
    private static List<Arrival> events(String events) {
        List<Arrival> arrivals = new ArrayList<>();
        for (String event : events.isEmpty() ? new String[0] : events.split(" ")) {
            String key = event.substring(0, event.indexOf('@'));
            arrivals.add(new Arrival(
                    key,
                    at(Long.parseLong(event.substring(event.indexOf('@') + 1))),
                    new TreeSet<>(List.of(key.replaceAll("[0-9]+$", ""))),
                    Map.of("id", key)));
        }
        return arrivals;
    }

    private static Detector detector(String rule) {
        return new Detector(Compiled.of(CompositeText.read(rule)), Integer.MAX_VALUE);
    }

    private Step step(String rule, String events) {
        return step(detector(rule), events, NOW, false);
    }

    private Step wake(String rule, long now) {
        return step(detector(rule), "", now, true);
    }

    private Step step(Detector detector, String events, long now, boolean woken) {
        last = detector.step(State.of(state.values()), events(events), at(now), woken);
        state = last.next();
        last.detections().forEach(d -> detected.add(String.join(",", d.kept().keySet())));
        return last;
    }

    @Test
    void eventsWaitForTheWatermark() {
        String rule = "a ; b lateness PT10S";
        step(rule, "b1@6");
        assertEquals(Optional.of(at(16)), last.wake());
        step(rule, "a1@5 b2@3");
        assertEquals(List.of(), detected);
        step(rule, "c1@15");
        assertEquals(List.of(), detected);
        step(rule, "a2@16");
        assertEquals(List.of("a1,b1"), detected);
    }

    @Test
    void theClockReleasesWhatWaits() {
        String rule = "a ; b lateness PT10S";
        step(rule, "a1@5 b1@6");
        wake(rule, 15);
        assertEquals(List.of(), detected);
        assertEquals(Optional.of(at(16)), last.wake());
        wake(rule, 16);
        assertEquals(List.of("a1,b1"), detected);
        assertEquals(Optional.empty(), last.wake());
    }

    @Test
    void lateEventsAreTakenDroppedOrEmitted() {
        step("a ; b", "a1@5");
        step("a ; b", "x@7 b1@3");
        assertEquals(List.of("a1,b1"), detected);
        step("a ; b", "a2@9 b1@3 a1@5");
        step("a ; b", "b2@4");
        assertEquals(List.of("a1,b1", "a2,b2"), detected);

        state = State.NONE;
        step("a ; b late drop", "a1@5");
        step("a ; b late drop", "b1@3");
        assertEquals(1, last.notes().size());
        assertTrue(last.notes().getFirst().contains("b1"), () -> last.notes().toString());
        assertEquals(List.of(), last.detections());

        state = State.NONE;
        step("a ; b late emit", "a1@5");
        step("a ; b late emit", "b1@3 a1@5");
        assertEquals(List.of("b1"), last.late().stream().map(Arrival::key).toList());
        assertEquals(List.of(), last.detections());
    }

    @Test
    void repeatsChangeNothing() {
        String rule = "TIMES(3, a)";
        step(rule, "a1@5 a1@5 a2@6");
        State before = state;
        step(rule, "a2@6 a1@5");
        assertEquals(before, state);
        assertEquals(List.of(), last.notes());
        assertSame(
                before,
                detector(rule).step(before, events("a1@5"), at(NOW), false).next());
        step(rule, "a3@7 a2@6");
        assertEquals(List.of("a1,a2,a3"), detected);
    }

    /** Beyond what is remembered, none counts twice: what might have counted is left out. */
    @Test
    void repeatsOfForgottenEventsAreLeftOut() {
        String rule = "EVERY(2, a) late take";
        List<String> all = new ArrayList<>();
        for (int i = 0; i < Detector.MAX_SEEN + 50; i++) {
            all.add("a" + i + "@" + (100 + i));
        }
        step(rule, String.join(" ", all));
        int once = detected.size();
        assertEquals((Detector.MAX_SEEN + 50) / 2, once);
        step(rule, String.join(" ", all));
        assertEquals(once, detected.size());
        assertEquals(50, last.notes().size());
        step(rule, "a1001@120 a1002@300 a1003@301");
        assertEquals(1, last.notes().size());
        assertEquals("a1002,a1003", detected.getLast());
    }

    @Test
    void anEventFromTheFutureDoesNotMakeAllOthersLate() {
        String rule = "a ; b late drop";
        step(rule, "a1@99999999");
        assertTrue(last.notes().getFirst().contains("ahead"), () -> last.notes().toString());
        step(rule, "b1@1010");
        assertEquals(List.of("a1,b1"), detected);
        detector(rule)
                .step(
                        State.NONE,
                        List.of(
                                new Arrival("x", Instant.MIN, new TreeSet<>(List.of("a")), 1),
                                new Arrival("y", Instant.MAX, new TreeSet<>(List.of("b")), 1)),
                        at(NOW),
                        true);
    }

    @Test
    void theOldestIsDroppedAndCountedBeyondTheCap() {
        String rule = "a ; b cap 2";
        step(rule, "a1@1 a2@2 a3@3 a4@4");
        assertEquals(2, state.dropped());
        assertEquals(
                List.of("Expected at most 2 occurrences held of an operand, but there were more: dropped 2"),
                last.notes());
        step(rule, "b1@5 b2@6 b3@7");
        assertEquals(List.of("a3,b1", "a4,b2"), detected);
    }

    @Test
    void orDetectionFails() {
        String rule = "a ; b cap 2 overflow fail";
        step(rule, "a1@1 a2@2");
        State before = state;
        step(rule, "b1@3 a3@4 a4@5 a5@6");
        assertEquals(
                Optional.of("Expected at most 2 occurrences held of an operand, but there are more"), last.failure());
        assertEquals(before, state);
        assertEquals(List.of(), last.detections());
    }

    /** What has expired or been spoiled makes room, so that a cap means what can still matter. */
    @Test
    void whatCanMatterNoMoreIsForgotten() {
        String rule = "a ; b within PT10S cap 2 overflow fail";
        for (int i = 0; i < 50; i++) {
            step(rule, "a" + i + "@" + (10 * i));
            assertEquals(Optional.empty(), last.failure());
        }
        assertTrue(state.held().get(2).getFirst().size() <= 2);
        state = State.NONE;
        rule = "NOT(x)[a, b] cap 1 overflow fail";
        for (int i = 0; i < 50; i++) {
            step(rule, "a" + i + "@" + (10 * i) + " x" + i + "@" + (10 * i + 1));
            assertEquals(Optional.empty(), last.failure());
        }
        assertEquals(Map.of(), state.held());
    }

    @Test
    void theStateIsBoundedInAll() {
        Detector detector = detector("(a ; b) AND (c ; d) context unrestricted cap 1000 lateness PT1H");
        String big = "x".repeat(1_500);
        for (int batch = 0; batch < 40; batch++) {
            List<Arrival> arrivals = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                int n = 50 * batch + i;
                arrivals.add(new Arrival("k" + n, at(n), new TreeSet<>(List.of(i % 2 == 0 ? "a" : "b")), big));
            }
            last = detector.step(state, arrivals, at(NOW), false);
            state = last.next();
            int length = JsonText.write(state.values()).length();
            assertTrue(length < 250_000, "Expected a state that fits into an item, but it has characters: " + length);
        }
        assertTrue(state.dropped() > 0);
    }

    @Test
    void tooManyThatWaitCountEarly() {
        String rule = "EVERY(2, a) lateness P1D";
        List<String> all = new ArrayList<>();
        for (int i = 0; i < Detector.MAX_WAITING + 10; i++) {
            all.add("a" + i + "@" + i);
        }
        step(rule, String.join(" ", all));
        assertEquals(5, detected.size());
        assertEquals(1, last.notes().size());
    }

    @Test
    void aStepGivesNoMoreThanWasAskedForAndGoesOnAtOnce() {
        Detector detector = new Detector(Compiled.of(CompositeText.read("P(a, PT1S, b)")), 10);
        step(detector, "a1@0", 0, false);
        assertEquals(Optional.of(at(1)), last.wake());
        step(detector, "", 25, true);
        assertEquals(10, detected.size());
        assertEquals(Optional.of(at(25)), last.wake());
        step(detector, "", 25, true);
        step(detector, "", 25, true);
        assertEquals(25, detected.size());
        assertEquals(Optional.of(at(26)), last.wake());
        step(detector, "b1@26", 26, false);
        assertEquals(Optional.empty(), last.wake());
        assertEquals(25, detected.size());
    }

    @Test
    void absenceIsDetectedByTheClock() {
        String rule = "NOT(shipped)[paid, PT2H] by $.orderId";
        step(rule, "paid1@100");
        assertEquals(Optional.of(at(7_300)), last.wake());
        wake(rule, 7_300);
        assertEquals(List.of("paid1"), detected);
        assertEquals(Optional.empty(), last.wake());
        step(rule, "paid2@7400 shipped2@7500");
        assertEquals(Optional.empty(), last.wake());
    }

    @Test
    void aStateExpires() {
        step("a ; b within PT2H", "a1@100");
        assertEquals(Optional.of(at(100 + 7_200).plus(Detector.MEMORY)), last.expires());
        state = State.NONE;
        step("a ; b", "a1@100");
        assertEquals(Optional.empty(), last.expires());
    }

    @Test
    void idsFollowFromTheConstituents() {
        Step one = step("a ; b", "a1@1 b1@2 a2@3 b2@4");
        state = State.NONE;
        Step other = step("(a ; b) AND (a ; b)", "a1@1 b1@2 a2@3 b2@4");
        assertEquals(
                one.detections().stream().map(Detection::id).toList(),
                other.detections().stream().map(Detection::id).toList());
        assertEquals(2, one.detections().stream().map(Detection::id).distinct().count());
        assertEquals(
                List.of(Map.of("id", "a1")),
                one.detections().getFirst().byName().get("a"));
    }

    @Test
    void equalSubexpressionsAreDetectedOnce() {
        Map<Node, Integer> asked = new HashMap<>();
        Rules counting = new Rules() {
            @Override
            void asked(Node node) {
                asked.merge(node, 1, Integer::sum);
            }
        };
        Compiled compiled = Compiled.of(CompositeText.read("OR(SEQ(a, b, c), SEQ(a, b, d), TIMES(2, SEQ(a, b)))"));
        // a, b, a;b, c, a;b;c, d, a;b;d, TIMES, OR
        assertEquals(9, compiled.nodes().size());
        Detector detector = new Detector(compiled, 100, counting);
        detector.step(State.NONE, events("a1@1 b1@2"), at(NOW), false);
        Node shared = compiled.nodes().get(2);
        assertEquals(Node.Kind.SEQ, shared.kind());
        assertEquals(2, asked.get(shared), "once at 1, for a, and once at 2, for b");
        assertNotEquals(
                compiled.nodes().size(),
                Compiled.of(CompositeText.read("OR(SEQ(a, b, c), SEQ(SEQ(a, b) within PT1S, d), TIMES(2, SEQ(a, b)))"))
                        .nodes()
                        .size());
    }

    @Test
    void aStateOfAnotherExpressionIsDropped() {
        step("a ; b", "a1@1");
        step("a AND b", "b1@2");
        assertEquals(List.of(), detected);
        assertEquals(1, last.notes().size());
        step("a AND b", "a2@3");
        assertEquals(List.of("b1,a2"), detected);
    }

    /** Law L9: states of the first version stay readable. */
    @Test
    void theStoredForm() {
        step("NOT(x)[a, b] lateness PT1S", "a1@1 a2@3");
        Map<String, Object> expected = Map.of(
                "version", 1,
                "of", Compiled.of(CompositeText.read("NOT(x)[a, b]")).fingerprint(),
                "watermark", 2_000L,
                "seen", List.of(List.of(1_000L, "a1")),
                "waiting", List.of(List.of(3_000L, "a2", 3_000L, List.of("a"))),
                "constituents", List.of(List.of(1_000L, "a1", "a")),
                "held", Map.of("3", List.of(List.of(List.of(List.of(1_000L, 1_000L), List.of(0))))),
                "kept", Map.of("a1", Map.of("id", "a1"), "a2", Map.of("id", "a2")));
        assertEquals(expected, state.values());
        assertEquals(state, State.of(expected));
        assertEquals(State.NONE, State.of(Map.of()));
        assertThrows(IllegalArgumentException.class, () -> State.of(Map.of("version", 2)));
        assertThrows(IllegalArgumentException.class, () -> State.of(Map.of("version", 1, "seen", List.of(7))));
    }
}

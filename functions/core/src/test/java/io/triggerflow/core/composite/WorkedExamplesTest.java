package io.triggerflow.core.composite;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The worked examples of the SnoopIB thesis. Times are seconds. Where the example's events take time, each event E is a pair of instants:
 * {@code (sE ; fE)}.
 */
class WorkedExamplesTest {
    /** {@code "a1@0 a2@3"} are events of the name {@code a}. Each detection as {@code (a1,b1)[0,2]}. */
    private static String detected(String rule, String history, long horizon) {
        List<Arrival> arrivals = new ArrayList<>();
        for (String event : history.split(" ")) {
            String key = event.substring(0, event.indexOf('@'));
            long at = 1000 * Long.parseLong(event.substring(event.indexOf('@') + 1));
            arrivals.add(Play.arrival(key, at, new TreeSet<>(List.of(key.replaceAll("[0-9]+$", "")))));
        }
        return new Play(Compiled.of(CompositeText.read(rule)), Rules.SNOOP)
                .atOnce(arrivals, 1000 * horizon).stream()
                        .map(d -> d.of().stream()
                                        .filter(c -> c instanceof Constituent.Named)
                                        .map(c -> ((Constituent.Named) c).key())
                                        .collect(Collectors.joining(",", "(", ")"))
                                + "[" + d.start().getEpochSecond() + ","
                                + d.end().getEpochSecond() + "]")
                        .sorted()
                        .collect(Collectors.joining(" "));
    }

    /** Figure 5.2: e11@0 e12@1 e21@2 e22@3 e13@4. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SEQ|unrestricted|(a1,b1)[0,2] (a1,b2)[0,3] (a2,b1)[1,2] (a2,b2)[1,3]",
                "SEQ|recent      |(a2,b1)[1,2] (a2,b2)[1,3]",
                "SEQ|chronicle   |(a1,b1)[0,2] (a2,b2)[1,3]",
                "SEQ|continuous  |(a1,b1)[0,2] (a2,b1)[1,2]",
                "SEQ|cumulative  |(a1,a2,b1)[0,2]",
                "AND|unrestricted|(a1,b1)[0,2] (a1,b2)[0,3] (a2,b1)[1,2] (a2,b2)[1,3] (b1,a3)[2,4] (b2,a3)[3,4]",
                "AND|recent      |(a2,b1)[1,2] (a2,b2)[1,3] (b2,a3)[3,4]",
                "AND|chronicle   |(a1,b1)[0,2] (a2,b2)[1,3]",
                "AND|continuous  |(a1,b1)[0,2] (a2,b1)[1,2] (b2,a3)[3,4]",
                "AND|cumulative  |(a1,a2,b1)[0,2] (b2,a3)[3,4]"
            })
    void sequenceAndConjunctionInEveryContext(String operator, String context, String expected) {
        assertEquals(expected, detected(operator + "(a, b) context " + context, "a1@0 a2@1 b1@2 b2@3 a3@4", 10));
    }

    /** Figure 1.1: E1[1,2] E2[3,4] E3[5,6]. By detection time, the second would hold, too. */
    @Test
    void aSequenceIsOfIntervals() {
        String history = "sx1@1 fx1@2 sy1@3 fy1@4 sz1@5 fz1@6";
        assertEquals("(sx1,fx1,sy1,fy1,sz1,fz1)[1,6]", detected("(sx ; fx) ; ((sy ; fy) ; (sz ; fz))", history, 10));
        assertEquals("", detected("(sy ; fy) ; ((sx ; fx) ; (sz ; fz))", history, 10));
    }

    private static final String E1 = "SEQ(sx, fx) context chronicle";
    private static final String E2 = "SEQ(sy, fy) context chronicle";
    /** Figures 3.1 and 3.3: E1 over [3,5], [4,6], [8,9]; E2 over [1,2], [7,10], [11,12]. */
    private static final String INTERVALS =
            "sx1@3 fx1@5 sx2@4 fx2@6 sx3@8 fx3@9 sy1@1 fy1@2 sy2@7 fy2@10 sy3@11 fy3@12";

    @Test
    void recentSequenceOfIntervals() {
        assertEquals("(sx3,fx3,sy3,fy3)[8,12]", detected("SEQ(" + E1 + ", " + E2 + ") context recent", INTERVALS, 20));
    }

    /** Figure 3.3: the absent event at 5 is within the closed interval from the end of the first E1. */
    @Test
    void absenceIsInAClosedInterval() {
        assertEquals(
                "(sx2,fx2,sy2,fy2)[4,10] (sx2,fx2,sy3,fy3)[4,12] (sx3,fx3,sy3,fy3)[8,12]",
                detected("NOT(z)[" + E1 + ", " + E2 + "] context unrestricted", INTERVALS + " z1@5", 20));
    }

    /** Figure 3.2: E1 ends at 5, 6 and 12. */
    @Test
    void plus() {
        assertEquals(
                "(a1)[9,9] (a2)[10,10] (a3)[16,16]",
                detected("PLUS(a, PT4S) context unrestricted", "a1@5 a2@6 a3@12", 20));
        assertEquals("(a2)[10,10] (a3)[16,16]", detected("PLUS(a, PT4S) context recent", "a1@5 a2@6 a3@12", 20));
    }

    /** Figure 3.4, as far as its text tells the events: a terminator closes the window that the latest E1, over [4,6], has opened. */
    @Test
    void aperiodicInRecent() {
        assertEquals(
                "(sx2,fx2,sy2,fy2)[4,9] (sx2,fx2,sy3,fy3)[4,10]",
                detected(
                        "A(" + E1 + ", " + E2 + ", z) context recent",
                        "sx1@3 fx1@5 sx2@4 fx2@6 sy1@1 fy1@2 sy2@7 fy2@9 sy3@8 fy3@10 z1@11 sy4@12 fy4@13",
                        20));
    }
}

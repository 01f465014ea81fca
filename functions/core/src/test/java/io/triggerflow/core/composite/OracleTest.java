package io.triggerflow.core.composite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.triggerflow.core.model.Composite;
import io.triggerflow.core.model.Composite.Context;
import io.triggerflow.core.model.CompositeRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The detector against the definitions. */
class OracleTest {
    private static final int CASES = 10_400;
    /** Cases a (operator, context) that must detect something, or they prove nothing. */
    private static final int TELLING = 30;

    private static final int SECONDS = 20;
    private static final long FROM = 1_700_000_000_000L;
    private static final long HORIZON = FROM + 1000L * (SECONDS + 8);

    /** What a seed means; the first {@code OPERATORS * 5} seeds go through all outermost operators and contexts, and so on. */
    private record Case(long seed, Composite event, List<Randoms.Happened> history, Compiled compiled, Random random) {
        static Case of(long seed) {
            Random random = new Random(seed * 0x9E3779B97F4A7C15L);
            int operator = (int) (seed % Randoms.OPERATORS);
            Context context = Context.values()[(int) (seed / Randoms.OPERATORS % 5)];
            Randoms randoms = new Randoms(random);
            Composite event = randoms.rooted(operator, context, 1 + random.nextInt(3));
            CompositeRule rule = new CompositeRule(
                    event,
                    Optional.empty(),
                    randoms.seconds(6),
                    CompositeRule.Late.values()[random.nextInt(3)],
                    CompositeRule.MAX_CAP,
                    CompositeRule.Overflow.FAIL);
            return new Case(seed, event, randoms.history(FROM, SECONDS), Compiled.of(rule), random);
        }

        Optional<List<String>> expected() {
            try {
                return Optional.of(new Oracle(history, HORIZON)
                        .all(event).stream().map(OracleTest::text).toList());
            } catch (Oracle.TooLarge e) {
                return Optional.empty();
            }
        }

        List<String> atOnce(Rules rules) {
            return new Play(compiled, rules)
                    .atOnce(Play.arrivals(history), HORIZON).stream()
                            .map(Play::text)
                            .toList();
        }

        List<String> disturbed(Rules rules) {
            return new Play(compiled, rules)
                    .disturbed(Play.arrivals(history), HORIZON, random).stream()
                            .map(Play::text)
                            .toList();
        }

        String described(String how) {
            return "-Dseed=" + seed + ", " + how + ": " + CompositeText.write(compiled.rule()) + "\nhistory " + history;
        }
    }

    @Test
    void theDetectorDetectsWhatTheDefinitionsSay() {
        String given = System.getProperty("seed", "");
        long from = given.isEmpty() ? 0 : Long.parseLong(given);
        long to = given.isEmpty() ? CASES : from + 1;
        Map<String, Integer> telling = new TreeMap<>();
        int large = 0;
        for (long seed = from; seed < to; seed++) {
            Case one = Case.of(seed);
            Optional<List<String>> expected = one.expected();
            if (expected.isEmpty()) {
                large++;
                continue;
            }
            assertEquals(lines(expected.get()), lines(one.atOnce(Rules.SNOOP)), () -> one.described("at once"));
            assertEquals(lines(expected.get()), lines(one.disturbed(Rules.SNOOP)), () -> one.described("disturbed"));
            if (!expected.get().isEmpty()) {
                telling.merge(
                        kind(one.event) + " "
                                + ((Composite.Modified) one.event).context().orElseThrow(),
                        1,
                        Integer::sum);
            }
        }
        if (given.isEmpty()) {
            assertTrue(CASES - large >= 10_000, "Expected 10,000 cases, but " + large + " were too large");
            assertEquals(Randoms.OPERATORS * 5, telling.size(), telling::toString);
            telling.forEach((pair, n) -> assertTrue(n >= TELLING, pair + " detected something in only " + n));
            System.out.println(
                    "OracleTest: " + (CASES - large) + " cases, each at once and disturbed; the least telling of "
                            + telling.size() + " pairs detected in "
                            + telling.values().stream().min(Integer::compare).orElseThrow());
        }
    }

    /** Which are dropped does not depend on the order, the repeats and the batches either. */
    @Test
    void theSameIsDroppedHoweverEventsCome() {
        String given = System.getProperty("seed", "");
        long from = given.isEmpty() ? 0 : Long.parseLong(given);
        int dropped = 0;
        for (long seed = from; seed < (given.isEmpty() ? 1_000 : from + 1); seed++) {
            Case one = Case.of(seed);
            CompositeRule rule = one.compiled.rule();
            Compiled capped = Compiled.of(new CompositeRule(
                    rule.event(), rule.by(), rule.lateness(), rule.late(), 3, CompositeRule.Overflow.DROP));
            Play atOnce = new Play(capped, Rules.SNOOP);
            Play disturbed = new Play(capped, Rules.SNOOP);
            List<Arrival> arrivals = Play.arrivals(one.history);
            assertEquals(
                    atOnce.atOnce(arrivals, HORIZON).stream().map(Play::text).toList(),
                    disturbed.disturbed(arrivals, HORIZON, one.random).stream()
                            .map(Play::text)
                            .toList(),
                    () -> one.described("with a cap of 3"));
            assertEquals(atOnce.state().dropped(), disturbed.state().dropped(), () -> one.described("dropped"));
            dropped += atOnce.state().dropped() > 0 ? 1 : 0;
        }
        assertTrue(!given.isEmpty() || dropped > 100, "Expected caps to matter, but they did in only " + dropped);
    }

    private static String text(Oracle.Occ o) {
        StringBuilder text = new StringBuilder(o.start() + ".." + o.end());
        o.parts().forEach(p -> text.append(' ').append(p.at()).append(p.label().replace('\0', '/')));
        return text.toString();
    }

    private static String kind(Composite modified) {
        return switch (((Composite.Modified) modified).of()) {
            case Composite.Aperiodic a -> a.collected() ? "A*" : "A";
            case Composite.Periodic p -> p.collected() ? "P*" : "P";
            case Composite other -> other.getClass().getSimpleName();
        };
    }

    private static String lines(List<String> texts) {
        return String.join("\n", texts);
    }

    /** An oracle that no wrong detector contradicts is none. */
    @Test
    void everyMutantIsCaught() {
        Map<String, Rules> mutants = Map.of(
                "detection time instead of intervals",
                        new Rules() {
                            @Override
                            boolean before(Occurrence one, Occurrence other) {
                                return one.end() < other.end();
                            }
                        },
                "chronicle consumes nothing", keeping(Context.CHRONICLE),
                "continuous closes no window", keeping(Context.CONTINUOUS),
                "cumulative consumes nothing", keeping(Context.CUMULATIVE),
                "repeats count",
                        new Rules() {
                            @Override
                            boolean repeats(Set<String> seen, String key) {
                                return false;
                            }
                        },
                "recent is the oldest",
                        new Rules() {
                            @Override
                            List<List<Held>> chosen(Context context, List<Held> candidates) {
                                return super.chosen(
                                        context == Context.CHRONICLE ? Context.RECENT : context, candidates);
                            }
                        },
                "cumulative does not fold",
                        new Rules() {
                            @Override
                            List<List<Held>> chosen(Context context, List<Held> candidates) {
                                return super.chosen(
                                        context == Context.CUMULATIVE ? Context.CONTINUOUS : context, candidates);
                            }
                        },
                "NOT forgets the ends of its interval",
                        new Rules() {
                            @Override
                            boolean spoils(Occurrence absent, Occurrence from) {
                                return absent.start() > from.end();
                            }
                        },
                "NOT counts what is not whole inside",
                        new Rules() {
                            @Override
                            boolean spoils(Occurrence absent, Occurrence from) {
                                return absent.end() >= from.end();
                            }
                        });
        List<String> survived = new ArrayList<>();
        mutants.forEach((name, mutant) -> {
            boolean caught = false;
            for (long seed = 0; seed < 3_000 && !caught; seed++) {
                caught = isWrong(Case.of(seed), mutant);
            }
            if (!caught) {
                survived.add(name);
            }
        });
        assertEquals(List.of(), survived, "mutants that survived");
    }

    private static Rules keeping(Context kept) {
        return new Rules() {
            @Override
            boolean consumes(Context context) {
                return context != kept && super.consumes(context);
            }
        };
    }

    private static boolean isWrong(Case one, Rules mutant) {
        Optional<List<String>> expected = one.expected();
        return expected.isPresent() && !expected.get().equals(one.disturbed(mutant));
    }
}

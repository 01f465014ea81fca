package io.triggerflow.tests.sim;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.LongPredicate;

/** Plays worlds by seed. */
public final class Seeds {
    private static final int MAX_FAILURES = 10;
    private static final int MAX_STACK = 15;
    private static final int MAX_TRACE = 5_000;

    private Seeds() {}

    /**
     * What came of it.
     *
     * @param failures each with its seed and what happened
     * @param byLaw how often a law was broken
     */
    public record Result(int worlds, double seconds, List<String> failures, Map<String, Integer> byLaw) {
        @Override
        public String toString() {
            return worlds + " worlds in " + Math.round(seconds) + " s, " + Math.round(worlds / seconds) + "/s, broken: "
                    + byLaw;
        }
    }

    /** For long runs by hand: the number of seeds is the argument; after it, the kinds of scenarios, if only some are wanted. */
    public static void main(String[] arguments) {
        Set<String> kinds = Set.of(Arrays.copyOfRange(arguments, 1, arguments.length));
        Result result = play(
                Integer.parseInt(arguments[0]),
                seed -> kinds.isEmpty() || kinds.contains(Scenarios.kindOf(seed).name()));
        System.out.println(result);
        result.failures().forEach(System.out::println);
    }

    /** Plays the worlds 0 to n-1, or only the one that the property {@code seed} names. */
    public static Result play(int n) {
        return play(n, seed -> true);
    }

    private static Result play(int n, LongPredicate wanted) {
        String one = System.getProperty("seed", "");
        long from = one.isEmpty() ? 0 : Long.parseLong(one);
        long to = one.isEmpty() ? n : from + 1;
        long start = System.nanoTime();
        List<String> failures = new ArrayList<>();
        Map<String, Integer> byLaw = new TreeMap<>();
        int played = 0;
        for (long seed = from; seed < to && failures.size() < MAX_FAILURES; seed++) {
            if (!wanted.test(seed)) {
                continue;
            }
            played++;
            String failure = play(seed, Mutant.NONE, byLaw, !one.isEmpty());
            if (!failure.isEmpty()) {
                failures.add(failure);
            }
        }
        return new Result(played, (System.nanoTime() - start) / 1e9, failures, byLaw);
    }

    /** Plays one world; answers what is wrong, or nothing. */
    static String play(long seed, Mutant mutant, Map<String, Integer> byLaw, boolean trace) {
        try {
            world(seed, mutant);
            return "";
        } catch (Broken e) {
            byLaw.merge(e.law(), 1, Integer::sum);
            return "seed " + seed + ": " + (trace ? text(e) : e.getMessage());
        } catch (RuntimeException | Error e) {
            byLaw.merge(e.getClass().getSimpleName(), 1, Integer::sum);
            return "seed " + seed + ": " + text(e);
        }
    }

    static void world(long seed, Mutant mutant) {
        Scenario scenario = Scenarios.drawn(seed);
        Optional<Ending> kind = Optional.empty();
        if (scenario.isDetermined()) {
            kind = Optional.of(Ending.of(
                    Judge.judge(Scenarios.drawn(seed), Faults.NONE, 0, Mutant.NONE, Optional.empty(), false)));
        }
        SplittableRandom random = new SplittableRandom(seed);
        Faults faults = random.nextInt(10) == 0 ? Faults.ORDER : Faults.drawn(random);
        Judge.judge(scenario, faults, seed, mutant, kind, seed % 3 == 0);
    }

    private static String text(Throwable e) {
        StringWriter text = new StringWriter();
        e.printStackTrace(new PrintWriter(text));
        return text.toString()
                .lines()
                .limit(e instanceof Broken ? MAX_TRACE : MAX_STACK)
                .collect(java.util.stream.Collectors.joining("\n"));
    }
}

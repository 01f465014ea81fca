package io.triggerflow.cli;

import io.triggerflow.client.Run;
import io.triggerflow.client.RunHandle;
import io.triggerflow.client.RunStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/**
 * A scenario with a number of events: the runs that it takes, and how their end is seen.
 *
 * @param keys by which a composite event is detected; never more than there can be pairs of events
 */
record BenchLoad(BenchScenario scenario, int events, int keys) {
    private static final Duration LONGEST = Duration.ofMinutes(20);

    BenchLoad {
        keys = Math.max(1, Math.min(keys, events / 2));
    }

    /** The fewest events that the scenario takes. */
    int least() {
        return scenario == BenchScenario.JOINS ? BenchScenario.JOIN_COUNT : 1;
    }

    int eventsARun() {
        return events / Math.max(1, scenario.runs());
    }

    int eventsInAll() {
        return eventsARun() * Math.max(1, scenario.runs());
    }

    /** Names for its runs. */
    List<String> runs(String prefix) {
        return IntStream.range(0, scenario.runs()).mapToObj(i -> prefix + i).toList();
    }

    Map<String, Object> bundle() {
        return scenario.bundle(eventsARun());
    }

    /** Events of all runs in turn, so that every batch holds members of many joins; none when functions bring them. */
    List<String> messages(List<String> runs) {
        if (!scenario.isFed()) {
            return List.of();
        }
        if (scenario == BenchScenario.COMPOSITE) {
            Instant begin = Instant.now();
            return IntStream.range(0, eventsInAll())
                    .mapToObj(i -> BenchFeeder.keyed(
                            i / keys % 2 == 0 ? BenchScenario.EVENT : BenchScenario.SECOND,
                            "bench",
                            "key-" + i % keys,
                            begin.plusMillis(i)))
                    .toList();
        }
        List<String> targets = runs.isEmpty() ? List.of("") : runs;
        return IntStream.range(0, eventsInAll())
                .mapToObj(i -> BenchFeeder.message(BenchScenario.EVENT, "bench", targets.get(i % targets.size())))
                .toList();
    }

    /**
     * Waits for runs to succeed.
     *
     * @throws CliException when one does not
     */
    static List<Run> finished(List<RunHandle> handles, Terminal terminal) throws InterruptedException {
        List<Run> runs = new ArrayList<>();
        for (RunHandle handle : handles) {
            Run[] last = new Run[1];
            until("run " + handle.name() + " to end", Duration.ofMillis(200), () -> {
                last[0] = handle.status();
                return last[0].status().isFinished();
            });
            if (last[0].status() != RunStatus.SUCCEEDED) {
                throw CliException.failed(
                        "RunFailed",
                        "Expected run " + handle.name() + " to succeed, but it " + Runs.outcome(terminal, last[0]));
            }
            runs.add(last[0]);
        }
        return runs;
    }

    /** When the last of the runs ended. */
    static Instant end(List<Run> runs, Instant otherwise) {
        return runs.stream()
                .flatMap(run -> run.endedAt().stream())
                .max(Instant::compareTo)
                .orElse(otherwise);
    }

    /** What the joins of the runs counted. */
    String firings(List<Run> runs) {
        return switch (scenario) {
            case NOOP -> "";
            case COMPOSITE -> Text.count(keys, "key");
            case SEQUENCE -> "in a row";
            case JOIN, JOINS, FANOUT ->
                Text.count(runs.size(), "join") + " fired with "
                        + Text.number(runs.stream()
                                .mapToLong(run -> run.output().asLong())
                                .sum()) + " members";
        };
    }

    /**
     * Looks again and again.
     *
     * @throws CliException when it takes too long
     */
    static void until(String what, Duration pause, BooleanSupplier condition) throws InterruptedException {
        Instant end = Instant.now().plus(LONGEST);
        while (!condition.getAsBoolean()) {
            if (Instant.now().isAfter(end)) {
                throw CliException.failed(
                        "TooLong",
                        "Expected " + what + " within " + Text.duration(LONGEST)
                                + ", but it took longer; --verbose shows what the functions log");
            }
            Thread.sleep(pause);
        }
    }
}

package io.triggerflow.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Measures the engine: here, in a runtime of its own, or a deployment elsewhere. */
@Command(
        name = "bench",
        description = "Measure throughput, latency and cost an event.",
        footer = {
            "",
            "Engine CPU (engineCpuMillisPerEvent) is the processor time of the engine's own threads, those that it forks included, without what",
            "the JVM's compiler and collector do for it; with --isolated, that of its processes, everything included. Its starts are apart",
            "(engineStarts, engineStartCpuMillis). Process CPU (processCpuMillisPerEvent) is that of this whole process."
        },
        mixinStandardHelpOptions = true)
final class BenchCommand extends Verb {
    /** A quarter of what is measured: enough for what the JVM compiles early, and not much longer to wait. */
    private static final int WARM_UP_SHARE = 4;

    @Parameters(
            paramLabel = "SCENARIO",
            description =
                    "noop: events to one trigger; composite: to one that waits for two in a row, by key; join: into one join; joins: into 200; sequence: functions in a row; fanout: side by side.")
    private BenchScenario scenario;

    @Option(
            names = {"-n", "--events"},
            paramLabel = "N",
            defaultValue = "2000",
            description = "How many events. Default: ${DEFAULT-VALUE}.")
    private int events;

    @Option(
            names = "--warm-up",
            paramLabel = "N",
            description =
                    "Events handled before anything is measured, in runs of their own; 0 measures cold functions. Default: a quarter of --events.")
    private Optional<Integer> warmUp = Optional.empty();

    @Option(
            names = "--idle",
            paramLabel = "N",
            defaultValue = "200",
            description =
                    "Single events to measure the idle latency with, after as many to warm up (unless --warm-up 0); 0 leaves it out. Default: ${DEFAULT-VALUE}.")
    private int idle;

    @Option(
            names = "--keys",
            paramLabel = "N",
            defaultValue = "10000",
            description =
                    "Keys of scenario composite, two events each at least: never more than half of --events. Default: ${DEFAULT-VALUE}.")
    private int keys;

    @Option(
            names = "--isolated",
            description =
                    "Each function in processes of its own: engine CPU is then everything that the engine's processes use.")
    private boolean isolated;

    @Option(names = "--no-iam", description = "Without permissions: nothing asks whether a call is allowed.")
    private boolean noIam;

    @Option(
            names = "--parameter",
            paramLabel = "K=V",
            description =
                    "A parameter of the template; may be repeated. Default for noop, composite, join and joins: EngineBatchSize=1000, EngineBatchWindow=1.")
    private Map<String, String> parameters = new LinkedHashMap<>();

    BenchCommand(Session session) {
        super(session);
    }

    @Override
    public Integer call() throws InterruptedException {
        BenchLoad load = new BenchLoad(scenario, events, keys);
        if (events < load.least()) {
            throw unusable("--events of at least " + load.least() + " for this scenario", events);
        }
        if (keys < 1) {
            throw unusable("--keys of at least 1", keys);
        }
        if (idle < 0) {
            throw unusable("--idle of at least 0", idle);
        }
        int before = warmUp.orElse(Math.max(load.least(), events / WARM_UP_SHARE));
        if (before != 0 && before < load.least()) {
            throw unusable("--warm-up 0, or at least " + load.least() + " for this scenario", before);
        }
        Optional<BenchLoad> warming =
                before == 0 ? Optional.empty() : Optional.of(new BenchLoad(scenario, before, keys));
        BenchReport report = isElsewhere()
                ? elsewhere(load)
                : new BenchHere(session(), load, warming, idle, isolated, !noIam, parameters).measure();
        session().answer(report.json(), () -> report.print(terminal()));
        return Exit.OK;
    }

    private static CliException unusable(String expected, int got) {
        return CliException.unusable("Usage", "Expected " + expected + ", but got " + got);
    }

    private boolean isElsewhere() {
        return session().options().endpoint != null || session().options().stack != null;
    }

    private BenchReport elsewhere(BenchLoad load) throws InterruptedException {
        if (isolated || !parameters.isEmpty() || warmUp.isPresent()) {
            throw CliException.unusable(
                    "Usage",
                    "Expected no --isolated, --parameter or --warm-up for a deployment elsewhere, but got one: they are for a runtime that is started here");
        }
        return new BenchElsewhere(session(), load).measure();
    }
}

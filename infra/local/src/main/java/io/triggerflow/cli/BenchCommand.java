package io.triggerflow.cli;

import io.triggerflow.client.NewEvent;
import io.triggerflow.client.Run;
import io.triggerflow.client.RunHandle;
import io.triggerflow.client.RunStatus;
import io.triggerflow.client.StartOptions;
import io.triggerflow.client.TriggerflowClient;
import io.triggerflow.client.Workspace;
import io.triggerflow.local.LocalRuntime;
import io.triggerflow.local.LocalRuntimeOptions;
import io.triggerflow.local.usage.Usage;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Measures the engine. */
@Command(
        name = "bench",
        description = "Measure throughput, latency and cost an event.",
        mixinStandardHelpOptions = true)
final class BenchCommand extends Verb {
    private static final String LAUNCHED = "Noop";
    private static final Duration LONGEST = Duration.ofMinutes(20);
    private static final int WARM_UP = 20;

    @Parameters(
            paramLabel = "SCENARIO",
            description =
                    "noop: events to one trigger; join: into one join; joins: into 200; sequence: functions in a row; fanout: side by side.")
    private BenchScenario scenario;

    @Option(
            names = {"-n", "--events"},
            paramLabel = "N",
            defaultValue = "2000",
            description = "How many events. Default: ${DEFAULT-VALUE}.")
    private int events;

    @Option(
            names = "--idle",
            paramLabel = "N",
            defaultValue = "200",
            description = "Single events to measure the idle latency with; 0 leaves it out. Default: ${DEFAULT-VALUE}.")
    private int idle;

    @Option(
            names = "--parameter",
            paramLabel = "K=V",
            description =
                    "A parameter of the template; may be repeated. Default for noop, join and joins: EngineBatchSize=1000, EngineBatchWindow=1.")
    private Map<String, String> parameters = new LinkedHashMap<>();

    BenchCommand(Session session) {
        super(session);
    }

    @Override
    public Integer call() throws InterruptedException {
        if (events < 1 || scenario == BenchScenario.JOINS && events < BenchScenario.JOIN_COUNT) {
            throw CliException.unusable(
                    "Usage",
                    "Expected --events of at least " + (scenario == BenchScenario.JOINS ? BenchScenario.JOIN_COUNT : 1)
                            + " for this scenario, but got " + events);
        }
        boolean elsewhere = session().options().endpoint != null || session().options().stack != null;
        BenchReport report = elsewhere ? elsewhere() : here();
        session().answer(report.json(), () -> report.print(terminal()));
        return Exit.OK;
    }

    private void say(String line) {
        if (!session().json()) {
            terminal().err().println(line);
        }
    }

    private LocalRuntime start(Map<String, String> some) {
        return Runtimes.start(LocalRuntimeOptions.of(Runtimes.template())
                .withPort(0)
                .withMetered(true)
                .withParameters(Runtimes.fitting(some))
                .withLog(session().options().verbose ? terminal().err()::println : line -> {}));
    }

    // ---- Here: in this process
    // -------------------------------------------------------------------------------------------------------------

    private BenchReport here() throws InterruptedException {
        List<Duration> latencies = List.of();
        if (idle > 0) {
            say("Measuring idle latency with " + Text.count(idle, "single event") + " ...");
            try (LocalRuntime runtime = start(Map.of());
                    TriggerflowClient client = Runtimes.client(runtime);
                    BenchFeeder feeder = new BenchFeeder(runtime)) {
                latencies = idle(runtime, client.workspace("bench"), feeder);
            }
        }
        Map<String, String> fitting = new LinkedHashMap<>();
        if (scenario.isFed()) {
            fitting.put("EngineBatchSize", "1000");
            fitting.put("EngineBatchWindow", "1");
        }
        fitting.putAll(parameters);
        say("Measuring " + scenario.name().toLowerCase(java.util.Locale.ROOT) + " with " + Text.count(events, "event")
                + " ...");
        try (LocalRuntime runtime = start(fitting);
                TriggerflowClient client = Runtimes.client(runtime);
                BenchFeeder feeder = new BenchFeeder(runtime)) {
            return load(runtime, client.workspace("bench"), feeder, latencies, fitting);
        }
    }

    /** Each event is sent when the one before has launched its function: the time between is the engine's way from queue to Lambda. */
    private List<Duration> idle(LocalRuntime runtime, Workspace workspace, BenchFeeder feeder)
            throws InterruptedException {
        workspace.create();
        workspace.triggers().add(List.of(BenchScenario.launching()));
        List<Duration> latencies = new ArrayList<>();
        for (int i = 0; i < WARM_UP + idle; i++) {
            long before = launches(runtime);
            Instant sent = Instant.now();
            feeder.send(List.of(BenchFeeder.message("ping", "bench", "")));
            until("the launch of a single event", Duration.ofMillis(1), () -> launches(runtime) > before);
            Instant launched = runtime.usage().calls(sent).stream()
                    .filter(c -> c.function().equals(LAUNCHED))
                    .map(Usage.Call::start)
                    .findFirst()
                    .orElse(Instant.now());
            if (i >= WARM_UP) {
                latencies.add(Duration.between(sent, launched));
            }
        }
        return latencies;
    }

    private static long launches(LocalRuntime runtime) {
        return Optional.ofNullable(runtime.usage().totals().functions().get(LAUNCHED))
                .map(Usage.FunctionTotal::invocations)
                .orElse(0L);
    }

    private BenchReport load(
            LocalRuntime runtime,
            Workspace workspace,
            BenchFeeder feeder,
            List<Duration> latencies,
            Map<String, String> fitting)
            throws InterruptedException {
        workspace.create();
        List<String> names = IntStream.range(0, scenario.runs())
                .mapToObj(i -> scenario.workflow() + "-" + i)
                .toList();
        if (scenario == BenchScenario.NOOP) {
            workspace.triggers().add(List.of(BenchScenario.standing()));
        } else {
            workspace.deploy(scenario.bundle(eventsARun()));
        }
        if (scenario.isFed()) {
            names.forEach(name -> workspace.start(scenario.workflow(), null, StartOptions.named(name)));
            until("the queue to be empty", Duration.ofMillis(100), () -> feeder.waiting() == 0);
        }
        List<String> messages = messages(names);
        Usage.Totals before = runtime.usage().totals();
        long cpu = cpuNanos();
        Instant begun = Instant.now();
        if (scenario.isFed()) {
            feeder.send(messages);
            until("the queue to be empty", Duration.ofMillis(20), () -> feeder.waiting() == 0);
        } else {
            names.forEach(name -> workspace.start(scenario.workflow(), null, StartOptions.named(name)));
        }
        Instant emptied = Instant.now();
        List<Run> runs = finished(names.stream().map(workspace::run).toList());
        Instant ended = runs.stream()
                .flatMap(run -> run.endedAt().stream())
                .max(Instant::compareTo)
                .orElse(emptied);
        Usage.Totals used = runtime.usage().totals().since(before);
        List<Duration> loaded =
                scenario == BenchScenario.SEQUENCE ? between(runtime.usage().calls(begun)) : List.of();
        return new BenchReport(
                scenario,
                eventsInAll(),
                Duration.between(begun, ended),
                latencies,
                loaded,
                Optional.of(used),
                Duration.ofNanos(cpuNanos() - cpu),
                firings(runs),
                fitting);
    }

    private int eventsARun() {
        return scenario == BenchScenario.JOINS ? events / BenchScenario.JOIN_COUNT : events;
    }

    private int eventsInAll() {
        return eventsARun() * Math.max(1, scenario.runs());
    }

    /** Events of all runs in turn, so that every batch holds members of many joins. */
    private List<String> messages(List<String> runs) {
        if (!scenario.isFed()) {
            return List.of();
        }
        List<String> targets = runs.isEmpty() ? List.of("") : runs;
        return IntStream.range(0, eventsInAll())
                .mapToObj(i -> BenchFeeder.message(BenchScenario.EVENT, "bench", targets.get(i % targets.size())))
                .toList();
    }

    private static List<Duration> between(List<Usage.Call> calls) {
        List<Usage.Call> inOrder = calls.stream()
                .filter(c -> c.function().equals(LAUNCHED))
                .sorted(java.util.Comparator.comparing(Usage.Call::start))
                .toList();
        List<Duration> gaps = new ArrayList<>();
        for (int i = 1; i < inOrder.size(); i++) {
            Duration gap = Duration.between(
                    inOrder.get(i - 1).start().plus(inOrder.get(i - 1).took()),
                    inOrder.get(i).start());
            gaps.add(gap.isNegative() ? Duration.ZERO : gap);
        }
        return gaps;
    }

    private static long cpuNanos() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system
                ? system.getProcessCpuTime()
                : 0;
    }

    // ---- Elsewhere: a deployment that only its API shows
    // -------------------------------------------------------------------------------------

    private BenchReport elsewhere() throws InterruptedException {
        if (scenario == BenchScenario.NOOP) {
            throw CliException.unusable(
                    "Usage",
                    "Expected join, joins, sequence or fanout for a deployment elsewhere, but got noop: its end shows in the queue only");
        }
        Workspace workspace = session().workspace();
        workspace.deploy(scenario.bundle(eventsARun()));
        String prefix = scenario.workflow() + "-" + UUID.randomUUID().toString().substring(0, 8) + "-";
        List<String> names =
                IntStream.range(0, scenario.runs()).mapToObj(i -> prefix + i).toList();
        Instant begun = Instant.now();
        List<RunHandle> runs = names.stream()
                .map(name -> workspace.start(scenario.workflow(), null, StartOptions.named(name)))
                .toList();
        if (scenario.isFed()) {
            begun = Instant.now();
            runs.forEach(run -> run.emit(IntStream.range(0, eventsARun())
                    .mapToObj(i -> NewEvent.of(BenchScenario.EVENT).withSource("bench"))
                    .toList()));
        }
        List<Run> done = finished(runs);
        Instant ended = done.stream()
                .flatMap(run -> run.endedAt().stream())
                .max(Instant::compareTo)
                .orElseGet(Instant::now);
        return new BenchReport(
                scenario,
                eventsInAll(),
                Duration.between(begun, ended),
                List.of(),
                List.of(),
                Optional.empty(),
                Duration.ZERO,
                firings(done),
                parameters);
    }

    // ---- Both
    // ----------------------------------------------------------------------------------------------------------------------------------

    private List<Run> finished(List<RunHandle> handles) throws InterruptedException {
        List<Run> runs = new ArrayList<>();
        for (RunHandle handle : handles) {
            Supplier<Run> look = handle::status;
            Run[] last = new Run[1];
            until("run " + handle.name() + " to end", Duration.ofMillis(200), () -> {
                last[0] = look.get();
                return last[0].status().isFinished();
            });
            if (last[0].status() != RunStatus.SUCCEEDED) {
                throw CliException.failed(
                        "RunFailed",
                        "Expected run " + handle.name() + " to succeed, but it " + Runs.outcome(terminal(), last[0]));
            }
            runs.add(last[0]);
        }
        return runs;
    }

    private String firings(List<Run> runs) {
        return switch (scenario) {
            case NOOP -> "";
            case SEQUENCE -> "in a row";
            case JOIN, JOINS, FANOUT ->
                Text.count(runs.size(), "join") + " fired with "
                        + Text.number(runs.stream()
                                .mapToLong(run -> run.output().asLong())
                                .sum()) + " members";
        };
    }

    private static void until(String what, Duration pause, BooleanSupplier condition) throws InterruptedException {
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

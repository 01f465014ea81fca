package io.triggerflow.cli;

import io.triggerflow.client.Run;
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
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Measures a runtime that it starts in this process: one for the idle latency, another for the load. */
final class BenchHere {
    private static final String LAUNCHED = "Noop";

    private final Session session;
    private final BenchLoad load;
    private final Optional<BenchLoad> warming;
    private final int idle;
    private final boolean isolated;
    private final boolean enforced;
    private final Map<String, String> parameters;

    /**
     * @param warming what is done before the load is measured, in the same runtime
     * @param idle single events to measure the idle latency with
     * @param isolated whether functions are processes of their own
     * @param enforced whether permissions are enforced
     * @param parameters of the template, for the load
     */
    BenchHere(
            Session session,
            BenchLoad load,
            Optional<BenchLoad> warming,
            int idle,
            boolean isolated,
            boolean enforced,
            Map<String, String> parameters) {
        this.session = session;
        this.load = load;
        this.warming = warming;
        this.idle = idle;
        this.isolated = isolated;
        this.enforced = enforced;
        this.parameters = parameters;
    }

    BenchReport measure() throws InterruptedException {
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
        if (load.scenario().isFed()) {
            fitting.put("EngineBatchSize", "1000");
            fitting.put("EngineBatchWindow", "1");
        }
        fitting.putAll(parameters);
        say("Measuring " + load.scenario().name().toLowerCase(Locale.ROOT) + " with "
                + Text.count(load.events(), "event") + " ...");
        try (LocalRuntime runtime = start(fitting);
                TriggerflowClient client = Runtimes.client(runtime);
                BenchFeeder feeder = new BenchFeeder(runtime)) {
            return load(runtime, client.workspace("bench"), feeder, latencies, fitting);
        }
    }

    private void say(String line) {
        if (!session.json()) {
            session.terminal().err().println(line);
        }
    }

    private LocalRuntime start(Map<String, String> some) {
        return Runtimes.start(LocalRuntimeOptions.of(Runtimes.template())
                .withPort(0)
                .withMetered(true)
                .withIsolated(isolated)
                .withEnforced(enforced)
                .withParameters(Runtimes.fitting(some))
                .withLog(session.options().verbose ? session.terminal().err()::println : line -> {}));
    }

    /** Each event is sent when the one before has launched its function: the time between is the engine's way from queue to Lambda. */
    private List<Duration> idle(LocalRuntime runtime, Workspace workspace, BenchFeeder feeder)
            throws InterruptedException {
        workspace.create();
        workspace.triggers().add(List.of(BenchScenario.launching()));
        List<Duration> latencies = new ArrayList<>();
        int before = warming.isPresent() ? idle : 0;
        for (int i = 0; i < before + idle; i++) {
            long launches = launches(runtime);
            Instant sent = Instant.now();
            feeder.send(List.of(BenchFeeder.message("ping", "bench", "")));
            BenchLoad.until("the launch of a single event", Duration.ofMillis(1), () -> launches(runtime) > launches);
            Instant launched = runtime.usage().calls(sent).stream()
                    .filter(c -> c.function().equals(LAUNCHED))
                    .map(Usage.Call::start)
                    .findFirst()
                    .orElse(Instant.now());
            if (i >= before) {
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
        load.scenario().standing().ifPresent(t -> workspace.triggers().add(List.of(t)));
        if (warming.isPresent()) {
            List<String> names = prepare(warming.get(), "warm-up-", workspace, feeder);
            finish(warming.get(), names, workspace, feeder);
            until("the queue to be empty", 100, feeder);
        }
        List<String> names = prepare(load, load.scenario().workflow() + "-", workspace, feeder);
        Usage.Totals before = runtime.usage().totals();
        long cpu = cpuNanos();
        Instant begun = Instant.now();
        Finished finished = finish(load, names, workspace, feeder);
        Usage.Totals after = runtime.usage().totals();
        return new BenchReport(
                load,
                Duration.between(begun, finished.at()),
                latencies,
                load.scenario() == BenchScenario.SEQUENCE
                        ? between(runtime.usage().calls(begun))
                        : List.of(),
                load.firings(finished.runs()),
                Optional.of(new BenchReport.Used(
                        after.since(before),
                        after,
                        Duration.ofNanos(cpuNanos() - cpu),
                        isolated,
                        warming.map(BenchLoad::eventsInAll).orElse(0))),
                fitting);
    }

    /** Deploys, and starts the runs that events are sent to; their names. */
    private static List<String> prepare(BenchLoad some, String prefix, Workspace workspace, BenchFeeder feeder)
            throws InterruptedException {
        List<String> names = some.runs(prefix);
        if (some.scenario().standing().isEmpty()) {
            workspace.deploy(some.bundle());
        }
        if (some.scenario().isFed()) {
            names.forEach(name -> workspace.start(some.scenario().workflow(), null, StartOptions.named(name)));
            until("the queue to be empty", 100, feeder);
        }
        return names;
    }

    private record Finished(List<Run> runs, Instant at) {}

    /** Sends the events, or starts the runs that make their own, and waits for the end of all. */
    private Finished finish(BenchLoad some, List<String> names, Workspace workspace, BenchFeeder feeder)
            throws InterruptedException {
        if (some.scenario().isFed()) {
            feeder.send(some.messages(names));
            until("the queue to be empty", 20, feeder);
        } else {
            names.forEach(name -> workspace.start(some.scenario().workflow(), null, StartOptions.named(name)));
        }
        Instant emptied = Instant.now();
        List<Run> runs = BenchLoad.finished(names.stream().map(workspace::run).toList(), session.terminal());
        return new Finished(runs, BenchLoad.end(runs, emptied));
    }

    private static void until(String what, int pauseMillis, BenchFeeder feeder) throws InterruptedException {
        BenchLoad.until(what, Duration.ofMillis(pauseMillis), () -> feeder.waiting() == 0);
    }

    private static List<Duration> between(List<Usage.Call> calls) {
        List<Usage.Call> inOrder = calls.stream()
                .filter(c -> c.function().equals(LAUNCHED))
                .sorted(Comparator.comparing(Usage.Call::start))
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
}

package io.triggerflow.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.triggerflow.local.usage.Usage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * What was measured.
 *
 * @param load how much of which scenario
 * @param took from the first event sent to the last one handled
 * @param idle latencies of single events, from sent to the launch of their function, nothing else running; empty when not measured
 * @param loaded latencies while it ran, from the end of a function to the launch of the next; empty when there is none
 * @param firings joins that fired, and with how many members
 * @param used what was used meanwhile; empty for a deployment elsewhere, which does not say
 * @param parameters of the template
 */
record BenchReport(
        BenchLoad load,
        Duration took,
        List<Duration> idle,
        List<Duration> loaded,
        String firings,
        Optional<Used> used,
        Map<String, String> parameters) {

    /**
     * What a runtime in this process says that was used.
     *
     * @param totals while it was measured
     * @param all since the runtime was started: execution environments start before
     * @param cpu processor time of this process: the services, the sender, and the functions unless they are processes of their own
     * @param isolated whether functions are processes of their own
     * @param warmUp events that were handled before
     */
    record Used(Usage.Totals totals, Usage.Totals all, Duration cpu, boolean isolated, int warmUp) {
        /** What a value of the engine's adds up to. */
        private static double engine(Usage.Totals totals, ToDoubleFunction<Usage.FunctionTotal> value) {
            return totals.functions().entrySet().stream()
                    .filter(e -> e.getKey().contains("EngineFunction"))
                    .mapToDouble(e -> value.applyAsDouble(e.getValue()))
                    .sum();
        }

        double engineMillis() {
            return engine(totals, t -> millis(t.took()));
        }

        double engineCpuMillis() {
            return engine(totals, t -> millis(t.cpu()));
        }

        long engineStarts() {
            return (long) engine(all, Usage.FunctionTotal::starts);
        }

        double engineStartCpuMillis() {
            return engine(all, t -> millis(t.startCpu()));
        }
    }

    double eventsPerSecond() {
        return events() / Math.max(1e-9, took.toNanos() / 1e9);
    }

    private int events() {
        return load.eventsInAll();
    }

    private static double millis(Duration time) {
        return time.toNanos() / 1e6;
    }

    private static double percentile(List<Duration> values, double rank) {
        double[] sorted =
                values.stream().mapToDouble(d -> d.toNanos() / 1e6).sorted().toArray();
        return sorted[(int) Math.min(sorted.length - 1L, Math.round(Math.ceil(rank * sorted.length)) - 1)];
    }

    private double perEvent(double value) {
        return value / events();
    }

    /** The requests that a deployment on AWS is billed for. */
    private static long requests(Usage.Totals totals) {
        return totals.of("sqs")
                + totals.of("dynamodb")
                + totals.of("lambda")
                + totals.of("events")
                + totals.of("scheduler");
    }

    /** The most memory that this process had, in MB, where the system says so. */
    private static Optional<Long> peakMegabytes() {
        try {
            return Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(l -> l.startsWith("VmHWM:"))
                    .map(l -> Long.parseLong(l.replaceAll("[^0-9]", "")) / 1024)
                    .findFirst();
        } catch (IOException e) {
            return Optional.empty(); // not Linux
        }
    }

    ObjectNode json() {
        ObjectNode document = Session.JSON
                .createObjectNode()
                .put("scenario", load.scenario().name().toLowerCase(Locale.ROOT))
                .put("events", events())
                .put("seconds", took.toMillis() / 1e3)
                .put("eventsPerSecond", eventsPerSecond())
                .put("firings", firings);
        latency(document, "idleLatencyMillis", idle);
        latency(document, "loadedLatencyMillis", loaded);
        used.ifPresent(some -> {
            Usage.Totals totals = some.totals();
            document.put("warmUpEvents", some.warmUp())
                    .put("requestsPerEvent", perEvent(requests(totals)))
                    .put("writeUnitsPerEvent", perEvent(totals.writeUnits()))
                    .put("readUnitsPerEvent", perEvent(totals.readUnits()))
                    .put("engineMillisPerEvent", perEvent(some.engineMillis()))
                    .put("engineCpuMillisPerEvent", perEvent(some.engineCpuMillis()))
                    .put("engineCpuOf", some.isolated() ? "processes" : "threads")
                    .put("engineStarts", some.engineStarts())
                    .put("engineStartCpuMillis", some.engineStartCpuMillis())
                    .put("processCpuMillisPerEvent", perEvent(millis(some.cpu())));
            peakMegabytes().ifPresent(mb -> document.put("peakRssMegabytes", mb));
            document.set("requests", Session.JSON.valueToTree(totals.requests()));
        });
        document.put("processors", Runtime.getRuntime().availableProcessors())
                .put("java", System.getProperty("java.version"));
        document.set("parameters", Session.JSON.valueToTree(parameters));
        return document;
    }

    private static void latency(ObjectNode document, String name, List<Duration> values) {
        if (!values.isEmpty()) {
            document.putObject(name)
                    .put("p50", percentile(values, 0.5))
                    .put("p99", percentile(values, 0.99))
                    .put("samples", values.size());
        }
    }

    void print(Terminal terminal) {
        Table table = new Table("MEASURED", "VALUE", "");
        table.row("events", Text.number(events()), firings);
        used.filter(some -> some.warmUp() > 0)
                .ifPresent(some -> table.row("warm-up", Text.number(some.warmUp()), "events before, not measured"));
        table.row("time", Text.duration(took), "from the first sent to the last handled");
        table.row(
                "events/s",
                Text.number(Math.round(eventsPerSecond())),
                "Python original: 3,000 durable, 15,000 in memory");
        row(table, "latency, idle", idle, "event sent to function launched; Python original: 1.1 ms p50, 40 ms p99");
        row(table, "latency, loaded", loaded, "function ended to next one launched");
        used.ifPresent(some -> print(some, table));
        table.print(terminal, "");
        terminal.print(terminal.styled(
                Terminal.Style.DIM,
                Text.count(Runtime.getRuntime().availableProcessors(), "processor") + ", Java "
                        + System.getProperty("java.version") + (parameters.isEmpty() ? "" : ", " + parameters)));
    }

    private void print(Used some, Table table) {
        Usage.Totals totals = some.totals();
        table.row(
                "requests/event",
                decimal(perEvent(requests(totals))),
                "billed requests: SQS, DynamoDB, Lambda, EventBridge");
        table.row("write units/event", decimal(perEvent(totals.writeUnits())), "DynamoDB WRU");
        table.row("read units/event", decimal(perEvent(totals.readUnits())), "DynamoDB RRU");
        table.row(
                "engine ms/event",
                decimal(perEvent(some.engineMillis())),
                "time of engine invocations, waiting included");
        table.row(
                "engine CPU ms/event",
                decimal(perEvent(some.engineCpuMillis())),
                some.isolated() ? "of its processes, after their start" : "of its own threads and forks");
        table.row(
                "engine start CPU ms",
                decimal(some.engineStartCpuMillis()),
                Text.count(some.engineStarts(), "start") + ", not counted above");
        table.row(
                "process CPU ms/event",
                decimal(perEvent(millis(some.cpu()))),
                some.isolated() ? "services and sender, all threads" : "functions, services, sender, all threads");
        peakMegabytes().ifPresent(mb -> table.row("peak memory", Text.number(mb) + " MB", "of this whole process"));
    }

    private static void row(Table table, String name, List<Duration> values, String what) {
        if (!values.isEmpty()) {
            table.row(
                    name,
                    "p50 " + decimal(percentile(values, 0.5)) + " ms, p99 " + decimal(percentile(values, 0.99)) + " ms",
                    what);
        }
    }

    private static String decimal(double value) {
        return String.format(Locale.ROOT, value < 10 ? "%.2f" : "%,.1f", value);
    }
}

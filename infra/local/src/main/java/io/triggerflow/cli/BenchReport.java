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

/**
 * What was measured.
 *
 * @param events how many events
 * @param took from the first event sent to the last one handled
 * @param idle latencies of single events, from sent to the launch of their function, nothing else running; empty when not measured
 * @param loaded latencies while it ran, from the end of a function to the launch of the next; empty when there is none
 * @param used what was used meanwhile; empty for a deployment elsewhere, which does not say
 * @param cpu processor time of this process, the services and the sender included
 * @param firings joins that fired, and how many should have
 */
record BenchReport(
        BenchScenario scenario,
        int events,
        Duration took,
        List<Duration> idle,
        List<Duration> loaded,
        Optional<Usage.Totals> used,
        Duration cpu,
        String firings,
        Map<String, String> parameters) {

    double eventsPerSecond() {
        return events / Math.max(1e-9, took.toNanos() / 1e9);
    }

    private static double percentile(List<Duration> values, double rank) {
        double[] sorted =
                values.stream().mapToDouble(d -> d.toNanos() / 1e6).sorted().toArray();
        return sorted[(int) Math.min(sorted.length - 1L, Math.round(Math.ceil(rank * sorted.length)) - 1)];
    }

    private double perEvent(double value) {
        return value / events;
    }

    /** The requests that a deployment on AWS is billed for. */
    private static long requests(Usage.Totals totals) {
        return totals.of("sqs")
                + totals.of("dynamodb")
                + totals.of("lambda")
                + totals.of("events")
                + totals.of("scheduler");
    }

    private static double engineMillis(Usage.Totals totals) {
        return totals.functions().entrySet().stream()
                .filter(e -> e.getKey().contains("EngineFunction"))
                .mapToDouble(e -> e.getValue().took().toNanos() / 1e6)
                .sum();
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
                .put("scenario", scenario.name().toLowerCase(Locale.ROOT))
                .put("events", events)
                .put("seconds", took.toMillis() / 1e3)
                .put("eventsPerSecond", eventsPerSecond())
                .put("firings", firings);
        latency(document, "idleLatencyMillis", idle);
        latency(document, "loadedLatencyMillis", loaded);
        used.ifPresent(totals -> {
            document.put("requestsPerEvent", perEvent(requests(totals)))
                    .put("writeUnitsPerEvent", perEvent(totals.writeUnits()))
                    .put("readUnitsPerEvent", perEvent(totals.readUnits()))
                    .put("engineMillisPerEvent", perEvent(engineMillis(totals)))
                    .put("processCpuMillisPerEvent", perEvent(cpu.toNanos() / 1e6));
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
        table.row("events", Text.number(events), firings);
        table.row("time", Text.duration(took), "from the first sent to the last handled");
        table.row(
                "events/s",
                Text.number(Math.round(eventsPerSecond())),
                "Python original: 3,000 durable, 15,000 in memory");
        row(table, "latency, idle", idle, "event sent to function launched; Python original: 1.1 ms p50, 40 ms p99");
        row(table, "latency, loaded", loaded, "function ended to next one launched");
        used.ifPresent(totals -> {
            table.row(
                    "requests/event",
                    decimal(perEvent(requests(totals))),
                    "billed requests: SQS, DynamoDB, Lambda, EventBridge");
            table.row("write units/event", decimal(perEvent(totals.writeUnits())), "DynamoDB WRU");
            table.row("read units/event", decimal(perEvent(totals.readUnits())), "DynamoDB RRU");
            table.row(
                    "engine ms/event",
                    decimal(perEvent(engineMillis(totals))),
                    "time of engine invocations, waiting included");
            table.row(
                    "CPU ms/event",
                    decimal(perEvent(cpu.toNanos() / 1e6)),
                    "of this whole process: engine, DynamoDB Local, ElasticMQ, sender");
            peakMegabytes().ifPresent(mb -> table.row("peak memory", Text.number(mb) + " MB", "of this whole process"));
        });
        table.print(terminal, "");
        terminal.print(terminal.styled(
                Terminal.Style.DIM,
                Text.count(Runtime.getRuntime().availableProcessors(), "processor") + ", Java "
                        + System.getProperty("java.version") + (parameters.isEmpty() ? "" : ", " + parameters)));
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

package io.triggerflow.aws.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.triggerflow.aws.json.Json;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Lines as CloudWatch's specification of the embedded metric format has them. */
class MetricsTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    private final List<String> lines = new ArrayList<>();
    private final Metrics metrics = new Metrics("a \"stack\"", InstantSource.fixed(NOW), lines::add);

    private Map<String, Object> line() {
        assertEquals(1, lines.size(), lines.toString());
        assertTrue(lines.getFirst().indexOf('\n') < 0, "one line");
        return Json.readObject(lines.getFirst());
    }

    @Test
    void aLineNamesItsMetricsAndHasTheirValues() {
        metrics.line()
                .count(Metric.RUNS_STARTED, 2)
                .count(Metric.RUNS_FAILED, 0)
                .values(Metric.EVENT_TO_LAUNCH_LATENCY, new long[] {3, 5})
                .write();
        assertEquals(Json.readObject("""
                        {"_aws":{"Timestamp":1772366400000,"CloudWatchMetrics":[{"Namespace":"Triggerflow","Dimensions":[["Stack"]],
                          "Metrics":[{"Name":"RunsStarted","Unit":"Count"},{"Name":"EventToLaunchLatency","Unit":"Milliseconds"}]}]},
                         "Stack":"a \\"stack\\"","RunsStarted":2,"EventToLaunchLatency":[3,5]}"""), line());
    }

    @Test
    void nothingIsNoLine() {
        metrics.line()
                .count(Metric.FIRINGS, 0)
                .values(Metric.EVENT_TO_LAUNCH_LATENCY, new long[0])
                .write();
        metrics.count(Metric.PARKED, 0);
        assertEquals(List.of(), lines);
    }

    @Test
    void ofMoreValuesThanTheFormatTakesTheSampleKeepsThePercentiles() {
        metrics.line()
                .values(
                        Metric.EVENT_TO_LAUNCH_LATENCY,
                        LongStream.rangeClosed(1, 10_000).toArray())
                .write();
        List<Long> taken = Json.list(line().get("EventToLaunchLatency")).stream()
                .map(v -> ((Number) v).longValue())
                .toList();
        assertEquals(Metrics.MAX_VALUES, taken.size());
        assertEquals(1, taken.getFirst());
        assertEquals(10_000, taken.getLast());
        assertEquals(5_000, taken.get(49), 100);
        assertEquals(9_500, taken.get(94), 100);
    }
}

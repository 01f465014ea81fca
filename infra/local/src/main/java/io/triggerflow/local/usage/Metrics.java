package io.triggerflow.local.usage;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What CloudWatch makes of log lines in its embedded metric format, summed up since the start. Kept in memory; a metric takes its place once
 * for each value of its dimensions. Thread-safe.
 */
public final class Metrics {
    private static final ObjectMapper JSON = new ObjectMapper();
    /** As CloudWatch does: what is not a JSON object with this member is an ordinary line. */
    private static final String MARK = "\"_aws\"";

    private final Map<String, Total> totals = new TreeMap<>();

    /**
     * A metric.
     *
     * @param namespace whose it is
     * @param dimensions names and values, in the order of the names
     * @param samples how many values were taken
     * @param sum of all values
     * @param least the smallest value
     * @param most the greatest value
     */
    public record Total(
            String namespace,
            Map<String, String> dimensions,
            String name,
            String unit,
            long samples,
            double sum,
            double least,
            double most) {
        Total plus(double value) {
            return new Total(
                    namespace,
                    dimensions,
                    name,
                    unit,
                    samples + 1,
                    sum + value,
                    Math.min(least, value),
                    Math.max(most, value));
        }
    }

    /** Whether a line is one that CloudWatch makes metrics of. */
    public static boolean isMetrics(String line) {
        return line.startsWith("{") && line.contains(MARK);
    }

    /** Takes the metrics of a line, if it has any. */
    public void take(String line) {
        if (!isMetrics(line)) {
            return;
        }
        try {
            JsonNode json = JSON.readTree(line);
            json.path("_aws")
                    .path("CloudWatchMetrics")
                    .forEach(directive -> directive.path("Dimensions").forEach(names -> take(json, directive, names)));
        } catch (JsonProcessingException e) {
            // An ordinary line that only looks like one.
            return;
        }
    }

    private void take(JsonNode json, JsonNode directive, JsonNode names) {
        Map<String, String> dimensions = new TreeMap<>();
        names.forEach(
                name -> dimensions.put(name.asText(), json.path(name.asText()).asText()));
        for (JsonNode metric : directive.path("Metrics")) {
            String name = metric.path("Name").asText();
            JsonNode value = json.path(name);
            Iterable<JsonNode> all = value.isArray() ? value : List.of(value);
            all.forEach(one -> {
                if (one.isNumber()) {
                    add(
                            directive.path("Namespace").asText(),
                            dimensions,
                            name,
                            metric.path("Unit").asText("None"),
                            one.asDouble());
                }
            });
        }
    }

    private void add(String namespace, Map<String, String> dimensions, String name, String unit, double value) {
        synchronized (totals) {
            totals.merge(
                    namespace + "\n" + dimensions + "\n" + name,
                    new Total(namespace, Map.copyOf(dimensions), name, unit, 1, value, value, value),
                    (old, one) -> old.plus(value));
        }
    }

    /** Every metric, by namespace, dimensions and name. */
    public List<Total> totals() {
        synchronized (totals) {
            return new ArrayList<>(totals.values());
        }
    }

    /** The sum of a metric over all dimensions; 0 when there is none. */
    public double sum(String name) {
        return totals().stream()
                .filter(total -> total.name().equals(name))
                .mapToDouble(Total::sum)
                .sum();
    }
}

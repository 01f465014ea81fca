package io.triggerflow.aws.metrics;

import io.triggerflow.aws.json.Json;
import java.time.InstantSource;
import java.util.function.Consumer;

/**
 * Metrics in CloudWatch's embedded metric format: a log line that is a JSON object, of which CloudWatch makes metrics. No request, and
 * nothing to pay but the line. Lines must reach the log as they are: through standard output, because Lambda's own logger wraps them in an
 * object of its own when the function's log format is JSON, and CloudWatch looks at the outermost object only.
 *
 * <p>Thread-safe; a {@link Line} is not.
 */
public final class Metrics {
    public static final String NAMESPACE = "Triggerflow";
    public static final String DIMENSION = "Stack";

    /** The format takes so many values of one metric in a line. */
    public static final int MAX_VALUES = 100;

    private final String stack;
    private final InstantSource clock;
    private final Consumer<String> log;

    /**
     * @param stack the value of the dimension: the name of the deployment
     * @param log takes a line without its end, and writes it unchanged
     */
    public Metrics(String stack, InstantSource clock, Consumer<String> log) {
        this.stack = Json.write(stack);
        this.clock = clock;
        this.log = log;
    }

    /** Begins the line of a batch. */
    public Line line() {
        return new Line();
    }

    /** A line of its own for one thing. */
    public void count(Metric metric, long howMany) {
        line().count(metric, howMany).write();
    }

    /** One line in the making. What is zero is left out, and a line without anything is not written. */
    public final class Line {
        private final StringBuilder names = new StringBuilder(256);
        private final StringBuilder values = new StringBuilder(128);

        private Line() {}

        public Line count(Metric metric, long howMany) {
            if (howMany != 0) {
                name(metric);
                values.append(howMany);
            }
            return this;
        }

        /**
         * Single values. Of more than {@link #MAX_VALUES} as many are taken, evenly over their ranks, the least and the greatest among them:
         * percentiles stay what they are, only the number of samples is smaller.
         *
         * @param sorted ascending
         */
        public Line values(Metric metric, long[] sorted) {
            if (sorted.length > 0) {
                name(metric);
                int taken = Math.min(sorted.length, MAX_VALUES);
                for (int i = 0; i < taken; i++) {
                    int rank = taken == 1 ? 0 : (int) ((long) i * (sorted.length - 1) / (taken - 1));
                    values.append(i == 0 ? '[' : ',').append(sorted[rank]);
                }
                values.append(']');
            }
            return this;
        }

        private void name(Metric metric) {
            names.append(names.isEmpty() ? "" : ",")
                    .append("{\"Name\":\"")
                    .append(metric.published())
                    .append("\",\"Unit\":\"")
                    .append(metric.unit())
                    .append("\"}");
            values.append(",\"").append(metric.published()).append("\":");
        }

        /** Writes the line, if it says anything. */
        public void write() {
            if (!names.isEmpty()) {
                log.accept("{\"_aws\":{\"Timestamp\":" + clock.millis() + ",\"CloudWatchMetrics\":[{\"Namespace\":\""
                        + NAMESPACE + "\",\"Dimensions\":[[\"" + DIMENSION + "\"]],\"Metrics\":[" + names + "]}]},\""
                        + DIMENSION + "\":" + stack + values + "}");
            }
        }
    }
}

package io.triggerflow.aws.handler;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import io.triggerflow.aws.json.Json;
import io.triggerflow.aws.metrics.Metric;
import io.triggerflow.aws.metrics.Metrics;
import io.triggerflow.core.engine.Sweeper;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** The sweeper: every minute, runs whose check is due, until none is left or the time is over. */
public final class SweeperHandler implements RequestStreamHandler {
    private static final int RUNS_AT_ONCE = 25;
    /** A page of runs, of long histories, must fit into what is left. */
    private static final int RESERVE_MILLIS = 20_000;

    private final Sweeper sweeper;
    private final Metrics metrics;

    public SweeperHandler() {
        Deployment deployment = Deployment.ofProcess();
        this.sweeper = deployment.sweeper();
        this.metrics = deployment.metrics();
    }

    @Override
    public void handleRequest(InputStream input, OutputStream output, Context context) throws IOException {
        int runs = 0;
        int events = 0;
        Sweeper.Swept swept;
        do {
            swept = sweeper.sweep(RUNS_AT_ONCE);
            runs += swept.runs();
            events += swept.events();
        } while (swept.runs() == RUNS_AT_ONCE && context.getRemainingTimeInMillis() > RESERVE_MILLIS);
        metrics.line()
                .count(Metric.RUNS_CHECKED, runs)
                .count(Metric.SWEPT, events)
                .write();
        output.write(Json.write(Map.of("runs", runs, "events", events)).getBytes(StandardCharsets.UTF_8));
    }
}

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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;

/**
 * The sweeper: every minute, the runs whose check is due and what standing triggers launched, until none is left or the time is over.
 * Fails when something could not be checked, after all else was, so that its error metric tells.
 */
public final class SweeperHandler implements RequestStreamHandler {
    private static final int RUNS_AT_ONCE = 25;
    private static final int ENTRIES_AT_ONCE = 200;
    /** A page of runs, of long histories, must fit into what is left. */
    private static final int RESERVE_MILLIS = 20_000;
    /** Of many failures for one reason, a few tell it. */
    private static final int TOLD = 10;

    private final Sweeper sweeper;
    private final Metrics metrics;

    public SweeperHandler() {
        this(Deployment.ofProcess());
    }

    private SweeperHandler(Deployment deployment) {
        this(deployment.sweeper(), deployment.metrics());
    }

    SweeperHandler(Sweeper sweeper, Metrics metrics) {
        this.sweeper = sweeper;
        this.metrics = metrics;
    }

    @Override
    public void handleRequest(InputStream input, OutputStream output, Context context) throws IOException {
        output.write(Json.write(sweep(context::getRemainingTimeInMillis)).getBytes(StandardCharsets.UTF_8));
    }

    /** Answers how many runs and entries were looked at, and how many events were sent. */
    Map<String, Integer> sweep(IntSupplier millisLeft) {
        Map<String, Integer> done = new LinkedHashMap<>();
        List<String> failures = new ArrayList<>();
        Sweeper.Swept swept;
        do {
            swept = sweeper.sweep(RUNS_AT_ONCE, ENTRIES_AT_ONCE);
            done.merge("runs", swept.runs(), Integer::sum);
            done.merge("entries", swept.entries(), Integer::sum);
            done.merge("events", swept.events(), Integer::sum);
            failures.addAll(swept.failures());
        } while (swept.more() && millisLeft.getAsInt() > RESERVE_MILLIS);
        metrics.line()
                .count(Metric.RUNS_CHECKED, done.get("runs"))
                .count(Metric.ENTRIES_CHECKED, done.get("entries"))
                .count(Metric.SWEPT, done.get("events"))
                .write();
        if (!failures.isEmpty()) {
            throw new IllegalStateException("Expected to check all that was due, but failed at " + failures.size()
                    + ", which are due again in some minutes: "
                    + String.join("; ", failures.subList(0, Math.min(TOLD, failures.size()))));
        }
        return done;
    }
}

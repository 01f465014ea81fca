package io.triggerflow.aws.handler;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import io.triggerflow.aws.event.Message;
import io.triggerflow.aws.json.Json;
import io.triggerflow.aws.metrics.Metric;
import io.triggerflow.aws.metrics.Metrics;
import io.triggerflow.aws.store.DynamoStore;
import io.triggerflow.core.port.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Messages that the engine could not handle however often they came: each is parked as it is, for people. Parking twice changes nothing. */
public final class DeadLetterHandler implements RequestStreamHandler {
    private final DynamoStore store;
    private final InstantSource clock;
    private final Metrics metrics;

    public DeadLetterHandler() {
        this(Deployment.ofProcess());
    }

    private DeadLetterHandler(Deployment deployment) {
        this(deployment.store(), deployment.clock(), deployment.metrics());
    }

    DeadLetterHandler(DynamoStore store, InstantSource clock, Metrics metrics) {
        this.store = store;
        this.clock = clock;
        this.metrics = metrics;
    }

    @Override
    public void handleRequest(InputStream input, OutputStream output, Context context) throws IOException {
        List<Map<String, String>> failures =
                park(EngineHandler.messages(input.readAllBytes()), context.getLogger()::log);
        output.write(Json.write(Map.of("batchItemFailures", failures)).getBytes(StandardCharsets.UTF_8));
    }

    /** Parks messages; answers those that could not be parked. */
    List<Map<String, String>> park(List<Message> messages, Consumer<String> log) {
        List<Map<String, String>> failures = new ArrayList<>();
        for (Message message : messages) {
            String id = Intake.deadLetter(message);
            String reason = "Expected the engine to handle the message, but it failed each time (received "
                    + message.receiveCount() + " times)";
            try {
                store.giveUp(id, message.body(), reason, clock.instant());
                log.accept(Json.write(Map.of("parked", id, "received", message.receiveCount())) + "\n");
            } catch (StoreException e) {
                // It stays in the queue and comes again, for as long as the queue keeps it: somebody should know why.
                log.accept(Json.write(Map.of("failed", id, "reason", String.valueOf(e.getMessage()))) + "\n");
                failures.add(Map.of("itemIdentifier", message.id()));
            }
        }
        metrics.line()
                .count(Metric.DEAD_LETTERS, messages.size() - failures.size())
                .count(Metric.PARKED, messages.size() - failures.size())
                .write();
        return failures;
    }
}

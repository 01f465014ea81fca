package io.triggerflow.aws.handler;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import io.triggerflow.aws.event.Message;
import io.triggerflow.aws.json.Json;
import io.triggerflow.aws.metrics.Metrics;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The engine: a batch of the event queue in; out, which of its messages are to be delivered again. */
public final class EngineHandler implements RequestStreamHandler {
    private final Intake intake;
    private final Metrics metrics;

    @SuppressWarnings("unused") // kept: the context of checkpoints holds it weakly
    private final Priming priming;

    public EngineHandler() {
        Deployment deployment = Deployment.ofProcess();
        this.intake = deployment.intake();
        this.metrics = deployment.metrics();
        this.priming = new Priming(deployment::prime);
    }

    @Override
    public void handleRequest(InputStream input, OutputStream output, Context context) throws IOException {
        List<Message> messages = messages(input.readAllBytes());
        Intake.Outcome outcome = intake.handle(messages, Duration.ofMillis(context.getRemainingTimeInMillis()));
        if (!outcome.failed().isEmpty() || !outcome.notes().isEmpty()) {
            // One line a batch, and only when there is something to say: logs are paid by the byte.
            context.getLogger().log(Json.write(Map.of("failed", outcome.failed(), "notes", outcome.notes())) + "\n");
        }
        outcome.publish(metrics);
        List<Map<String, String>> failures = outcome.failed().keySet().stream()
                .map(id -> Map.of("itemIdentifier", id))
                .toList();
        output.write(Json.write(Map.of("batchItemFailures", failures)).getBytes(StandardCharsets.UTF_8));
    }

    static List<Message> messages(byte[] input) {
        return Json.list(Json.object(Json.read(input)).get("Records")).stream()
                .map(r -> Message.of(Json.object(r)))
                .toList();
    }
}

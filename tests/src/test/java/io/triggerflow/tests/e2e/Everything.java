package io.triggerflow.tests.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import io.triggerflow.local.lambda.InvocationType;
import io.triggerflow.local.lambda.InvokeResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.lambda.LambdaClient;

/** A run through all that the deployment does to the services of AWS, each once: what its functions are permitted to, they need for this. */
final class Everything {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    /** More than fits into an item: what is so large goes to the bucket. */
    private static final String LARGE = "x".repeat(300_000);

    private static final String RUN = "/workspaces/default/runs/everything";

    /** The text of a trigger that never fires makes the definition large. */
    private static final String BUNDLE = """
        workflow: everything
        triggers:
          - id: go
            on: {start: true}
            actions:
              - set: {blob: "{% $event.data.blob %}"}
              - invoke: {function: Noop, task: noop, payload: {}}
              - invoke: {function: Noop, task: receipt, payload: {}, correlation: receipt}
              - invoke: {function: Sleep, task: sleep, payload: {seconds: 0}, keep: kept}
              - emit: {type: said, to: bus, data: {}}
              - emit: {type: said.later, to: bus, delay: PT1M, data: {}}
              - emit: {type: soon, delay: PT1S, data: {}}
              - schedule: {timer: far, after: PT20M}
          - id: slept
            on: {task: sleep}
            actions: [{set: {slept: "{% $kept %}"}}]
          - id: open
            on: {event: open}
            actions:
              - register: [{id: held, on: {event: held}, actions: [{set: {held: true}}]}]
          - id: paid
            on: {event: paid}
            correlate: {event: "{% $event.data.order %}", run: "{% $run.input.order %}"}
            actions: [{set: {paid: true}}]
          - id: end
            on: {event: end}
            actions: [{complete: "{% $run.context %}"}]
          - id: never
            on: {event: never}
            actions: [{complete: [HALF, HALF]}]
        """;

    private final Stack stack;
    private final AtomicReference<Duration> ahead;

    /** @param ahead how far the clock of the services is ahead */
    Everything(Stack stack, AtomicReference<Duration> ahead) {
        this.stack = stack;
        this.ahead = ahead;
    }

    void happens(Path directory) {
        // A text of a definition has its own limit.
        stack.deploy(BUNDLE.replace("HALF", LARGE.substring(LARGE.length() / 2)));
        stack.call("GET", "/workspaces/default/workflows/everything", null);
        stack.start("everything", "everything", Map.of("order", "7", "blob", LARGE));
        awaitContext("blob");
        awaitContext("slept");
        heldAndCorrelated();
        controlled();
        deadLetters();
        words(directory);
        swept();
        later();
        stack.call("POST", RUN + "/events", Map.of("type", "end"));
        stack.await("everything", LIMIT);
        removed();
    }

    private JsonNode run() {
        return stack.call("GET", RUN, null);
    }

    private void awaitContext(String key) {
        Stack.await("'" + key + "' in the context", LIMIT, () -> run().path("context")
                .has(key));
    }

    /** An event that comes before its trigger, and one that says no run. */
    private void heldAndCorrelated() {
        stack.call("POST", RUN + "/events", Map.of("type", "held"));
        stack.call("POST", RUN + "/events", Map.of("type", "open"));
        awaitContext("held");
        stack.call("POST", "/workspaces/default/events", Map.of("type", "paid", "data", Map.of("order", "7")));
        awaitContext("paid");
    }

    private void controlled() {
        stack.call("POST", RUN + "/pause", null);
        stack.call("POST", RUN + "/resume", null);
        // A time limit of more than SQS can delay: the API arms it.
        stack.call(
                "POST",
                RUN + "/triggers",
                Map.of(
                        "id", "late",
                        "on", Map.of("event", "late"),
                        "deadline", Map.of("after", "PT1H", "then", "retire"),
                        "actions", List.of()));
        stack.call("GET", RUN + "/history", null);
    }

    private void deadLetters() {
        String dead = output("DeadLetterQueueUrl");
        stack.sqs.sendMessage(m -> m.queueUrl(dead).messageBody("no JSON, and large: " + LARGE));
        Stack.await("a dead letter", LIMIT, () -> parked().size() > 0);
        String id = parked().path(0).path("id").asText();
        stack.call("DELETE", "/parked/" + java.net.URLEncoder.encode(id, StandardCharsets.UTF_8), null);
    }

    private JsonNode parked() {
        return stack.call("GET", "/parked", null).path("parked");
    }

    private String output(String name) {
        return stack.runtime.templates().getFirst().outputs().get(name).toString();
    }

    /** The other functions of the template. */
    private void words(Path directory) {
        try {
            Files.writeString(directory.resolve("a.txt"), "one two two");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        stack.deploy(Stack.root().resolve("functions/examples/bundles/wordcount.yaml"));
        stack.start("wordcount", "words", Map.of("dir", directory.toString()));
        stack.await("words", LIMIT);
    }

    /** A run whose start is not handled: the sweeper sends it again. */
    private void swept() {
        feed(false);
        stack.deploy("{workflow: lost, triggers: [{id: go, on: {start: true}, actions: [{complete: found}]}]}");
        stack.start("lost", "lost", Map.of());
        stack.start("lost", "lost-too", Map.of());
        stack.call("GET", "/workspaces/default/runs", null);
        Stack.await("the sweeper to find it", LIMIT, () -> {
            InvokeResult swept = sweep();
            return new String(swept.payload(), StandardCharsets.UTF_8).matches(".*\"events\":[1-9].*");
        });
        feed(true);
        stack.await("lost", LIMIT);
        stack.await("lost-too", LIMIT);
    }

    InvokeResult sweep() {
        return stack.runtime
                .functions()
                .getFirst()
                .invoke(
                        output("EngineFunction").replace("Engine", "Sweeper"),
                        InvocationType.REQUEST_RESPONSE,
                        "{}".getBytes(StandardCharsets.UTF_8));
    }

    /** Lets the engine's queue feed it, or not. */
    private void feed(boolean on) {
        try (LambdaClient lambda = LambdaClient.builder()
                .endpointOverride(stack.runtime.endpoint())
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build()) {
            var mapping = lambda.listEventSourceMappings(l -> l.functionName(output("EngineFunction")))
                    .eventSourceMappings()
                    .getFirst();
            lambda.updateEventSourceMapping(u -> u.uuid(mapping.uuid()).enabled(on));
        }
    }

    /** What only Scheduler does: it believes that it is later. Not for long, or it would send what the engine puts off for ever. */
    private void later() {
        ahead.set(Duration.ofMinutes(19));
        Stack.await(
                "schedules to fire",
                LIMIT,
                () -> stack.runtime.permissions().calls().stream()
                                .filter(c -> c.caller().equals("scheduler"))
                                .map(c -> c.access().action())
                                .distinct()
                                .count()
                        == 3);
        ahead.set(Duration.ZERO);
    }

    private void removed() {
        stack.call("PUT", "/workspaces/passing", null);
        stack.call("DELETE", "/workspaces/passing", null);
    }
}

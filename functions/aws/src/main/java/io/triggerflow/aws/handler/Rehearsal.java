package io.triggerflow.aws.handler;

import io.triggerflow.aws.api.Api;
import io.triggerflow.aws.json.Json;
import io.triggerflow.core.engine.Report;
import io.triggerflow.core.model.Scope;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;

/**
 * A workflow from its deployment to its end, through the same API, engine, store and launcher as any other, signatures and parsers included,
 * and through a deployment of its own whose requests go nowhere: nobody else notices, and no credentials are needed. It is what a function
 * does before a snapshot of it is taken, so that its first event finds everything loaded.
 */
final class Rehearsal {
    /** A bundle that launches a function, sets a timer, emits to the bus, and ends with a join over what the function says. */
    private static final String BUNDLE = """
            {"workflow":"prime","triggers":[
              {"id":"launch","on":{"start":true},"actions":[
                {"set":{"n":"{% $run.input.n + 1 %}"}},
                {"invoke":{"function":"prime","payload":{"n":"{% $run.context.n %}"},"task":"t","timeout":"PT1M"}},
                {"schedule":{"timer":"late","after":"PT1H"}},
                {"emit":{"type":"primed","to":"bus"}}]},
              {"id":"end","on":{"task":"t"},"condition":{"join":{"size":1}},"actions":[{"complete":"{% $results %}"}]}]}""";

    /** For standing triggers, of which there are none: where they are read from is asked for itself. */
    private static final String EVENT =
            "{\"specversion\":\"1.0\",\"id\":\"prime\",\"source\":\"prime\",\"type\":\"prime\",\"tfworkspace\":\"prime\"}";

    private static final Duration LEFT = Duration.ofSeconds(30);

    private final NowhereHttpClient nowhere;
    private final Deployment deployment;

    private Rehearsal(NowhereHttpClient nowhere, Deployment deployment) {
        this.nowhere = nowhere;
        this.deployment = deployment;
    }

    /**
     * Goes through it.
     *
     * @param log where the metrics of it go
     * @throws IllegalStateException when the run does not end as it should
     */
    static void of(Environment environment, Consumer<String> log) {
        NowhereHttpClient nowhere = new NowhereHttpClient();
        StaticCredentialsProvider nobody =
                StaticCredentialsProvider.create(AwsBasicCredentials.create("nobody", "nobody"));
        try (Clients clients = new Clients(new BoundedHttpClient(nowhere, 1), nobody, Optional.of(Region.US_EAST_1))) {
            new Rehearsal(nowhere, new Deployment(environment, clients, log)).play();
        }
    }

    private void play() {
        Api api = new Api(deployment.api());
        api.handle(request("PUT", "/workspaces/prime", ""));
        api.handle(request("POST", "/workspaces/prime/workflows", BUNDLE));
        api.handle(request(
                "POST", "/workspaces/prime/runs", "{\"workflow\":\"prime\",\"name\":\"prime\",\"input\":{\"n\":1}}"));
        Intake intake = deployment.intake();
        handle(intake, EVENT);
        deployment.store().triggerChanges(Scope.workspace("prime"), 0);
        nowhere.messages().forEach(message -> handle(intake, message));
        long ends = 0;
        for (Object payload : nowhere.payloads()) {
            ends += handle(intake, ended(payload)).report().count(Report.Count.RUNS_SUCCEEDED);
        }
        if (ends != 1) {
            throw new IllegalStateException("Expected one rehearsed run to succeed, but " + ends + " did");
        }
        api.handle(request("GET", "/workspaces/prime/runs/prime", ""));
    }

    /** As the engine's function gets it. */
    private Intake.Outcome handle(Intake intake, String body) {
        Map<String, String> attributes = Map.of(
                "ApproximateReceiveCount",
                "1",
                "SentTimestamp",
                String.valueOf(deployment.clock().millis()));
        Object batch = Map.of("Records", List.of(Map.of("messageId", "prime", "body", body, "attributes", attributes)));
        byte[] bytes = Json.write(batch).getBytes(StandardCharsets.UTF_8);
        Intake.Outcome outcome = intake.handle(EngineHandler.messages(bytes), LEFT);
        outcome.publish(deployment.metrics());
        return outcome;
    }

    /** What Lambda sends to the destination of a function that was launched with this. */
    private String ended(Object payload) {
        return Json.write(Map.of(
                "version", "1.0",
                "timestamp", deployment.clock().instant().toString(),
                "requestContext", Map.of("requestId", "prime", "condition", "Success"),
                "requestPayload", payload,
                "responseContext", Map.of("statusCode", 200),
                "responsePayload", Map.of("x", 1)));
    }

    private static Map<String, Object> request(String method, String path, String body) {
        return Map.of(
                "rawPath", path,
                "body", body,
                "requestContext", Map.of("requestId", "prime", "http", Map.of("method", method)));
    }
}

package io.triggerflow.tests.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.triggerflow.cli.Aws;
import io.triggerflow.cli.Deployed;
import io.triggerflow.client.NewEvent;
import io.triggerflow.client.Run;
import io.triggerflow.client.RunStatus;
import io.triggerflow.client.StartOptions;
import io.triggerflow.client.TriggerflowClient;
import io.triggerflow.client.TriggerflowException;
import io.triggerflow.client.Workspace;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.lambda.LambdaClient;

/** {@link EndToEndSuite} on this machine; and, against the same deployment, what the back end for AWS does besides. */
class EndToEndTest extends EndToEndSuite {
    private static final String STACK = "triggerflow";
    private static final String REGION = "us-east-1";
    private static final Duration LIMIT = Duration.ofMinutes(1);

    @RegisterExtension
    static final Granted granted = new Granted();

    private LocalBackend local;

    @Override
    Backend open() {
        local = new LocalBackend(granted);
        return local;
    }

    /** Found by its name, fed through its API, each event twice; and nothing is left behind, whatever still runs. */
    @Test
    @Order(10)
    void asADeployedStackItIsFoundByNameAndLeftAsItWas() throws TimeoutException {
        var load = new Backend.Load(20, 0, 0, 0, LIMIT);
        String name;
        try (DeployedBackend deployed = new DeployedBackend(STACK, REGION, endpoint(), load);
                TriggerflowClient beside = TriggerflowClient.builder()
                        .endpoint(deployed.deployment().client().endpoint())
                        .build()) {
            var workspace = deployed.deployment().workspace();
            name = workspace.name();
            workspace.deploy(joinOf(load.one()));
            var run = workspace.start("w", Map.of(), StartOptions.named("joined"));
            var unfinished = workspace.start("w", Map.of(), StartOptions.named("unfinished"));
            deployed.send(
                    IntStream.range(0, 2 * load.one())
                            .mapToObj(i -> new Backend.Member("joined", "m" + i % load.one()))
                            .toList(),
                    1);
            run.await(LIMIT);
            assertEquals(RunStatus.RUNNING, unfinished.status().status());
            assertEquals(name, beside.workspace(name).get().path("workspace").asText());
        }
        var after = local.deployment().client().workspace(name);
        assertThrows(TriggerflowException.NotFound.class, after::get);
    }

    /** As on LocalStack, which has no API Gateway: the client's requests reach the API's function by Lambda's Invoke. */
    @Test
    @Order(11)
    void throughTheStandInTheSameApiAnswers() throws TimeoutException {
        try (LambdaClient lambda = Deployment.at(LambdaClient.builder(), endpoint(), REGION)
                        .httpClientBuilder(UrlConnectionHttpClient.builder())
                        .build();
                ApiStandIn api = new ApiStandIn(lambda, REGION, STACK + "-ApiFunction");
                Deployment deployment =
                        new Deployment(Deployed.named(STACK, new Aws(endpoint(), REGION)), endpoint(), api.uri())) {
            Workspace workspace = deployment.workspace();
            workspace.deploy(joinOf(2));
            var run = workspace.start("w", Map.of(), StartOptions.named("2+2/of:it"));
            run.emit(List.of(NewEvent.of("member")));
            run.emit(List.of(NewEvent.of("member")));
            run.await(LIMIT);
            assertEquals(
                    List.of("2+2/of:it"),
                    workspace.runs(Optional.of(RunStatus.SUCCEEDED), 10, Optional.empty()).items().stream()
                            .map(Run::name)
                            .toList());
            assertThrows(
                    TriggerflowException.NotFound.class,
                    () -> workspace.run("nobody").status());
        }
    }

    private static Map<String, Object> joinOf(int members) {
        return Map.of(
                "workflow",
                "w",
                "triggers",
                List.of(Map.of(
                        "id", "join",
                        "on", Map.of("type", "member"),
                        "condition", Map.of("threshold", Map.of("count", members)),
                        "actions", List.of(Map.of("complete", Map.of())))));
    }

    @Test
    @Order(12)
    void aStackThatIsNotThereIsNamed() {
        var error = assertThrows(RuntimeException.class, () -> new DeployedBackend("nobody", REGION, endpoint()));
        assertTrue(error.getMessage().startsWith("Expected stack nobody in us-east-1, but: "), error.getMessage());
    }

    private Optional<URI> endpoint() {
        return Optional.of(local.stack().runtime.endpoint());
    }
}

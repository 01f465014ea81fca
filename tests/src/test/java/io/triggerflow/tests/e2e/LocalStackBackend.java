package io.triggerflow.tests.e2e;

import io.triggerflow.cli.Aws;
import io.triggerflow.cli.Deployed;
import io.triggerflow.local.template.TemplateReader;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.testcontainers.containers.localstack.LocalStackContainer;
import org.testcontainers.images.RemoteDockerImage;
import org.testcontainers.utility.DockerImageName;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * The template on LocalStack, in a container: functions in containers of their own, beside it, from the runtime's own image. LocalStack tells each
 * where AWS is ({@code AWS_ENDPOINT_URL}). What of the template is deployed, {@link LocalStackTemplate} says.
 */
final class LocalStackBackend implements Backend {
    /** The last tag of the community image: from 2026-03 on LocalStack starts with a token only. */
    static final DockerImageName IMAGE = DockerImageName.parse("localstack/localstack:4.14.0");

    private static final String STACK = "triggerflow";
    private static final String BUCKET = "e2e-code";
    private static final Duration PULLED = Duration.ofMinutes(10);
    private static final Duration STARTED = Duration.ofMinutes(3);
    /** The image of the functions' runtime is fetched meanwhile. */
    private static final Duration CREATED = Duration.ofMinutes(10);

    /** Few engines, because each is a container; the rest as for {@link LocalBackend}, for slow machines. */
    private static final Map<String, String> PARAMETERS = Map.of(
            "DataRetention", "Delete",
            "ArchiveDays", "0",
            "WithDashboard", "false",
            "EngineMaxConcurrency", "2",
            "EngineBatchSize", "1000",
            "EngineBatchWindow", "1",
            "EngineTimeout", "60",
            "VisibilityTimeout", "60");

    private static final Map<String, String> SETTINGS = Map.of(
            // The template's functions are for arm64; Java runs anywhere.
            "LAMBDA_IGNORE_ARCHITECTURE", "1",
            // Seconds until an environment is ready: a JVM on a busy machine takes longer than the 20 s of LocalStack's
            // own.
            "LAMBDA_RUNTIME_ENVIRONMENT_TIMEOUT", "120",
            // A stack that is not what its template says must fail, not be made of what is left.
            "CFN_IGNORE_UNSUPPORTED_RESOURCE_TYPES", "0");

    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final Deployment deployment;

    /** Starts LocalStack and deploys; whatever goes wrong is a failure, with what LocalStack logged last. */
    LocalStackBackend() {
        LocalStackContainer container = new LocalStackContainer(IMAGE);
        open.push(container);
        try {
            container.withEnv(SETTINGS).withStartupTimeout(STARTED).start();
            deployment = deploy(container.getEndpoint(), container.getRegion());
        } catch (RuntimeException | Error e) {
            String logs = container.isRunning() ? container.getLogs() : "";
            close();
            throw new IllegalStateException(
                    "Expected " + IMAGE + " to run the template, but: " + e.getMessage() + "\n"
                            + logs.substring(Math.max(0, logs.length() - 8_000)),
                    e);
        }
    }

    /**
     * Why the suite is not run here: because that is switched off ({@code -Dlocalstack=false}), because no Docker engine answers, or because there
     * is no getting the image. Empty when it is.
     */
    static Optional<String> missing() {
        if (System.getProperty("localstack", "").equals("false")) {
            return Optional.of("Expected to be asked for, but -Dlocalstack=false was given");
        }
        return Docker.missing().or(LocalStackBackend::unfetched);
    }

    private static Optional<String> unfetched() {
        try {
            new RemoteDockerImage(IMAGE).get(PULLED.toSeconds(), TimeUnit.SECONDS);
            return Optional.empty();
        } catch (RuntimeException | TimeoutException e) {
            return Optional.of("Expected to fetch the image " + IMAGE + ", but: " + e.getMessage());
        }
    }

    private Deployment deploy(URI endpoint, String region) {
        Optional<URI> at = Optional.of(endpoint);
        try (S3Client s3 = Deployment.at(S3Client.builder(), at, region)
                .forcePathStyle(true)
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build()) {
            s3.createBucket(b -> b.bucket(BUCKET));
            upload(s3, "functions.zip", RequestBody.fromFile(zip()));
            Map<String, Object> template = LocalStackTemplate.of(
                    TemplateReader.document(Stack.root().resolve("template.yaml")),
                    "s3://" + BUCKET + "/functions.zip");
            upload(s3, "template.json", RequestBody.fromString(Stack.json(template)));
        }
        // In path style, which LocalStack takes for a bucket of its own.
        var creation = new StackCreation(keep(new Aws(at, region)), STACK);
        creation.begin("https://s3.amazonaws.com/" + BUCKET + "/template.json", PARAMETERS);
        creation.await(CREATED);
        LambdaClient lambda = keep(Deployment.at(LambdaClient.builder(), at, region)
                .httpClientBuilder(UrlConnectionHttpClient.builder().socketTimeout(Duration.ofSeconds(60)))
                .build());
        ApiStandIn api = keep(new ApiStandIn(lambda, region, STACK + "-ApiFunction"));
        return keep(new Deployment(Deployed.named(STACK, new Aws(at, region)), at, api.uri()));
    }

    private static void upload(S3Client s3, String key, RequestBody body) {
        s3.putObject(o -> o.bucket(BUCKET).key(key), body);
    }

    private static Path zip() {
        Path zip = Stack.root().resolve("functions/target/functions.zip");
        if (!Files.isRegularFile(zip)) {
            throw new IllegalStateException(
                    "Expected the functions' zip at " + zip + ", but there is none; mvn package makes it");
        }
        return zip;
    }

    private <T extends AutoCloseable> T keep(T part) {
        open.push(part);
        return part;
    }

    @Override
    public String name() {
        return "LocalStack";
    }

    @Override
    public Deployment deployment() {
        return deployment;
    }

    @Override
    public Load load() {
        return new Load(1_000, 10, 100, 2, Duration.ofMinutes(5));
    }

    @Override
    public void send(List<Member> members, int perMessage) {
        deployment.queue(deployment.messages(members, perMessage));
    }

    /** The container goes, and with it everything in it; Testcontainers removes those of the functions. */
    @Override
    public void close() {
        while (!open.isEmpty()) {
            try {
                open.pop().close();
            } catch (Exception e) {
                System.out.println("end to end on LocalStack: Expected to stop, but: " + e);
            }
        }
    }
}

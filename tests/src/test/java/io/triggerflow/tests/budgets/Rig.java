package io.triggerflow.tests.budgets;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.sun.net.httpserver.HttpServer;
import io.triggerflow.aws.event.Message;
import io.triggerflow.aws.event.Translator;
import io.triggerflow.aws.launch.LambdaLauncher;
import io.triggerflow.aws.launch.QueueSink;
import io.triggerflow.aws.store.Blobs;
import io.triggerflow.aws.store.DynamoStore;
import io.triggerflow.aws.store.StoreSettings;
import io.triggerflow.core.control.Control;
import io.triggerflow.core.decide.Extensions;
import io.triggerflow.core.definition.DefinitionReader;
import io.triggerflow.core.engine.Delivery;
import io.triggerflow.core.engine.Engine;
import io.triggerflow.core.engine.Fork;
import io.triggerflow.core.engine.Ports;
import io.triggerflow.core.engine.Report;
import io.triggerflow.core.expression.Expressions;
import io.triggerflow.core.model.Commit;
import io.triggerflow.core.model.Scope;
import io.triggerflow.core.model.ScopeState;
import io.triggerflow.core.model.TriggerState;
import io.triggerflow.core.port.StoreException;
import io.triggerflow.dag.DagReader;
import io.triggerflow.local.storage.Storage;
import io.triggerflow.local.template.LocalNames;
import io.triggerflow.local.template.Template;
import io.triggerflow.local.template.TemplateReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.core.client.builder.SdkSyncClientBuilder;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.scheduler.SchedulerClient;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;

/**
 * The engine over real embedded services with a meter on every client, moved by hand: a test says when a batch is handled, and what a
 * launched function answers. Only the functions themselves are absent: their end is the destination record that Lambda would send.
 */
final class Rig implements AutoCloseable {
    static final ObjectMapper JSON = new ObjectMapper();
    private static final YAMLMapper YAML = new YAMLMapper();

    final Meter meter = new Meter();
    final Control control;
    final ConcurrentLinkedQueue<JsonNode> invocations = new ConcurrentLinkedQueue<>();
    private final DynamoStore store;
    private final Storage storage;
    private final HttpServer lambda;
    private final SqsClient sqs;
    private final String queueUrl;
    private final Engine engine;
    private final Translator translator;

    Rig() {
        try {
            lambda = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        lambda.createContext("/", exchange -> {
            invocations.add(JSON.readTree(exchange.getRequestBody().readAllBytes()));
            exchange.getResponseHeaders()
                    .add("x-amzn-RequestId", UUID.randomUUID().toString());
            exchange.sendResponseHeaders(202, -1);
            exchange.close();
        });
        lambda.start();
        int port = lambda.getAddress().getPort();
        Template template = TemplateReader.read(root().resolve("template.yaml"), Map.of(), LocalNames.onPort(port));
        storage = Storage.start(Optional.empty(), port, "us-east-1", List.of(template));
        sqs = client(SqsClient.builder(), storage.sqs());
        queueUrl = storage.sqs() + "/000000000000/"
                + template.outputs().get("QueueUrl").toString().replaceAll(".*/", "");
        DynamoDbClient dynamo = client(DynamoDbClient.builder(), storage.dynamoDb());
        Blobs blobs = new MemoryBlobs();
        InstantSource clock = InstantSource.system();
        store = new DynamoStore(
                dynamo,
                blobs,
                clock,
                StoreSettings.of(template.outputs().get("TableName").toString()));
        URI nowhere = URI.create("http://127.0.0.1:" + port);
        var clients = new QueueSink.Clients(
                sqs, client(EventBridgeClient.builder(), nowhere), client(SchedulerClient.builder(), nowhere));
        String arn = "arn:aws:sqs:us-east-1:000000000000:" + queueUrl.replaceAll(".*/", "");
        QueueSink sink = new QueueSink(
                clients,
                new QueueSink.Scheduling("default", "arn:aws:iam::000000000000:role/none"),
                new QueueSink.Places(queueUrl, arn, "bus"),
                blobs,
                clock);
        Ports ports = new Ports(
                store,
                store,
                new LambdaLauncher(client(LambdaClient.builder(), nowhere), store::receipt, clock),
                sink,
                clock,
                Fork.SEQUENTIAL);
        engine = new Engine(ports, Extensions.NONE, "default");
        control = new Control(ports, Extensions.NONE);
        translator = new Translator(blobs, store::receipt, clock);
    }

    static Path root() {
        Path dir = Path.of("").toAbsolutePath();
        return dir.endsWith("tests") ? dir.getParent() : dir;
    }

    private <B extends AwsClientBuilder<B, C> & SdkSyncClientBuilder<B, C>, C> C client(B builder, URI endpoint) {
        return builder.endpointOverride(endpoint)
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .overrideConfiguration(c -> c.addExecutionInterceptor(meter))
                .build();
    }

    void deploy(String yaml) {
        try {
            Object tree = YAML.readValue(yaml, Object.class);
            Expressions expressions = new Expressions();
            control.deploy(
                    "default",
                    DagReader.isDag(tree)
                            ? new DagReader(expressions::error).definition(tree)
                            : new DefinitionReader(expressions::error).definition(tree));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Adds standing triggers to a workspace. */
    void stand(String workspace, String yaml) {
        try {
            Object tree = YAML.readValue(yaml, Object.class);
            control.addWorkspace(workspace);
            control.addTriggers(
                    Scope.workspace(workspace), new DefinitionReader(new Expressions()::error).standing(tree));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Gives so many other keys of a trigger the state that one has. */
    void copyKey(Scope scope, TriggerState.Instance one, int copies) {
        ScopeState root = control.get(scope);
        TriggerState state = store.state(scope, one).orElseThrow();
        IntStream.range(0, copies)
                .parallel()
                .mapToObj(i -> new TriggerState.Instance(one.trigger(), one.key() + i))
                .forEach(i -> store.commit(Commit.state(
                        root, new TriggerState.Write(i, state, new TriggerState.Keep.Always(), Optional.empty()))));
    }

    /** Handles what is in the queue, in batches of at most so many messages, until it is empty. Answers how many batches there were. */
    int pump(int batchSize) {
        int batches = 0;
        while (true) {
            List<software.amazon.awssdk.services.sqs.model.Message> batch = new ArrayList<>();
            while (batch.size() < batchSize) {
                var received = sqs.receiveMessage(r -> r.queueUrl(queueUrl)
                        .maxNumberOfMessages(Math.min(10, batchSize - batch.size()))
                        .messageSystemAttributeNames(MessageSystemAttributeName.APPROXIMATE_RECEIVE_COUNT));
                if (received.messages().isEmpty()) {
                    break;
                }
                batch.addAll(received.messages());
            }
            if (batch.isEmpty()) {
                return batches;
            }
            batches++;
            handle(batch);
        }
    }

    private void handle(List<software.amazon.awssdk.services.sqs.model.Message> batch) {
        List<Delivery> deliveries = new ArrayList<>();
        for (var m : batch) {
            int count = Integer.parseInt(
                    m.attributes().getOrDefault(MessageSystemAttributeName.APPROXIMATE_RECEIVE_COUNT, "1"));
            meter.add("received", 1);
            translator
                    .translate(new Message(m.messageId(), m.body(), Map.of(), count))
                    .events()
                    .forEach(e -> deliveries.add(new Delivery(m.messageId(), e, count)));
        }
        long start = System.nanoTime();
        Report report = engine.handle(deliveries);
        meter.add("engineNanos", System.nanoTime() - start);
        if (!report.failed().isEmpty()) {
            throw new IllegalStateException("Expected a batch without failures, but got " + report.failed());
        }
        for (int i = 0; i < batch.size(); i += 10) {
            var some = batch.subList(i, Math.min(batch.size(), i + 10));
            sqs.deleteMessageBatch(d -> d.queueUrl(queueUrl)
                    .entries(some.stream()
                            .map(m -> DeleteMessageBatchRequestEntry.builder()
                                    .id(m.messageId())
                                    .receiptHandle(m.receiptHandle())
                                    .build())
                            .toList()));
        }
    }

    /** Every function that was launched since the last call ends well, with this result. Answers how many there were. */
    int succeed(Object result) {
        List<String> records = new ArrayList<>();
        for (JsonNode payload = invocations.poll(); payload != null; payload = invocations.poll()) {
            ObjectNode destination = JSON.createObjectNode();
            destination.put("version", "1.0").put("timestamp", "2026-01-01T00:00:00.000Z");
            destination
                    .putObject("requestContext")
                    .put("requestId", UUID.randomUUID().toString())
                    .put("functionArn", "arn:aws:lambda:us-east-1:000000000000:function:f:$LATEST")
                    .put("condition", "Success")
                    .put("approximateInvokeCount", 1);
            destination.set("requestPayload", payload);
            destination.putObject("responseContext").put("statusCode", 200).put("executedVersion", "$LATEST");
            destination.set("responsePayload", JSON.valueToTree(result));
            records.add(destination.toString());
        }
        send(records);
        return records.size();
    }

    void send(List<String> bodies) {
        for (int i = 0; i < bodies.size(); i += 10) {
            List<SendMessageBatchRequestEntry> entries = new ArrayList<>();
            for (int j = i; j < Math.min(bodies.size(), i + 10); j++) {
                entries.add(SendMessageBatchRequestEntry.builder()
                        .id("m" + j)
                        .messageBody(bodies.get(j))
                        .build());
            }
            sqs.sendMessageBatch(s -> s.queueUrl(queueUrl).entries(entries));
        }
    }

    @Override
    public void close() {
        lambda.stop(0);
        storage.close();
    }

    /** Large bodies are not what budgets are about: the store of blobs that these tests never fill. */
    private static final class MemoryBlobs implements Blobs {
        private final Map<String, String> texts = new ConcurrentHashMap<>();

        @Override
        public String put(Kind kind, String text) {
            String key =
                    kind.prefix() + Integer.toHexString(text.hashCode()) + text.getBytes(StandardCharsets.UTF_8).length;
            texts.put(key, text);
            return key;
        }

        @Override
        public String get(String key) {
            return Optional.ofNullable(texts.get(key))
                    .orElseThrow(() -> new StoreException("Expected a blob " + key + ", but there is none", null));
        }
    }
}

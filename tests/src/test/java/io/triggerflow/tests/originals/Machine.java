package io.triggerflow.tests.originals;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.triggerflow.aws.event.Message;
import io.triggerflow.aws.event.Translator;
import io.triggerflow.aws.launch.QueueSink;
import io.triggerflow.aws.store.DynamoStore;
import io.triggerflow.aws.store.S3Blobs;
import io.triggerflow.aws.store.StoreSettings;
import io.triggerflow.core.control.Control;
import io.triggerflow.core.decide.Extensions;
import io.triggerflow.core.definition.DefinitionReader;
import io.triggerflow.core.engine.Delivery;
import io.triggerflow.core.engine.Engine;
import io.triggerflow.core.engine.Fork;
import io.triggerflow.core.engine.Ports;
import io.triggerflow.core.engine.Sweeper;
import io.triggerflow.core.expression.Expressions;
import io.triggerflow.core.model.Event;
import io.triggerflow.core.model.Scope;
import io.triggerflow.core.model.ScopeState;
import io.triggerflow.core.port.Launcher;
import io.triggerflow.local.bus.Buses;
import io.triggerflow.local.bus.RuleSetup;
import io.triggerflow.local.gateway.AwsJsonClient;
import io.triggerflow.local.gateway.Gateway;
import io.triggerflow.local.gateway.ObjectListener;
import io.triggerflow.local.gateway.Routes;
import io.triggerflow.local.iam.Iam;
import io.triggerflow.local.scheduler.ScheduleSetup;
import io.triggerflow.local.scheduler.SchedulerService;
import io.triggerflow.local.scheduler.Schedules;
import io.triggerflow.local.storage.Storage;
import io.triggerflow.local.template.LocalNames;
import io.triggerflow.local.template.Template;
import io.triggerflow.local.template.TemplateReader;
import io.triggerflow.local.usage.Usage;
import io.triggerflow.tests.e2e.Stack;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.core.client.builder.SdkSyncClientBuilder;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.scheduler.SchedulerClient;
import software.amazon.awssdk.services.sqs.SqsClient;

/**
 * Everything that keeps state, on disk (table, queues, bucket, schedules), and an engine over it, all by one clock that a test sets. Closed
 * and opened again with the same directory, nothing is left of it but what was kept. Functions are launched and never answer.
 */
final class Machine implements AutoCloseable {
    private static final Duration SILENCE = Duration.ofMinutes(45);
    private static final Duration CHECK = Duration.ofMinutes(5);

    final Control control;
    final DynamoStore store;
    final DynamoDbClient dynamo;
    final SchedulerClient scheduler;
    final Template template;
    /** What was launched since this machine was opened. */
    final List<String> launched = new ArrayList<>();
    /** What was asked of the services since then. */
    final Usage usage = new Usage();

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final Schedules schedules;
    private final Buses buses;
    private final SqsClient sqs;
    private final String queueUrl;
    private final Engine engine;
    private final Sweeper sweeper;
    private final Translator translator;
    private final QueueSink sink;
    private final InstantSource clock;

    Machine(Path dir, InstantSource clock) {
        this.clock = clock;
        Gateway gateway = keep(Gateway.bind(0));
        var names = LocalNames.onPort(gateway.port());
        template = TemplateReader.read(Stack.root().resolve("template.yaml"), Map.of(), names);
        Template own = TemplateReader.read(resource("defects.yaml"), Map.of(), names.withStackName("own"));
        Storage storage = keep(Storage.start(Optional.of(dir), gateway.port(), names.region(), List.of(template, own)));
        var queues = keep(AwsJsonClient.sqs(storage.sqs(), names.region()));
        // The only function that is invoked here is the sweeper, by its schedule.
        var delivery =
                keep(new io.triggerflow.local.bus.Delivery(queues, (arn, payload) -> sweep(), Iam.off(), line -> {}));
        buses = new Buses(delivery, names.region(), names.accountId(), clock, line -> {});
        schedules = new Schedules(
                Optional.of(dir.resolve("schedules")), delivery, clock, names.region(), names.accountId());
        for (Template one : List.of(template, own)) {
            RuleSetup.apply(one, buses);
            ScheduleSetup.apply(one, schedules);
        }
        gateway.start(Routes.builder()
                .counted(usage)
                .proxy("dynamodb", storage.dynamoDb())
                .proxy("sqs", storage.sqs())
                .s3(storage.s3(), ObjectListener.none())
                .service("scheduler", new SchedulerService(schedules, Iam.off())::handle)
                .build(() -> true));
        sqs = client(SqsClient.builder(), gateway.endpoint());
        dynamo = client(DynamoDbClient.builder(), gateway.endpoint());
        scheduler = client(SchedulerClient.builder(), gateway.endpoint());
        queueUrl = output("QueueUrl");
        S3Blobs blobs =
                new S3Blobs(client(S3Client.builder().forcePathStyle(true), gateway.endpoint()), output("BucketName"));
        store = new DynamoStore(dynamo, blobs, clock, StoreSettings.of(output("TableName")));
        sink = new QueueSink(
                new QueueSink.Clients(sqs, client(EventBridgeClient.builder(), gateway.endpoint()), scheduler),
                new QueueSink.Scheduling(output("ScheduleGroup"), "arn:aws:iam::000000000000:role/schedules"),
                new QueueSink.Places(queueUrl, output("QueueArn"), output("BusName")),
                blobs,
                clock);
        Launcher launcher = launch -> {
            launched.add(launch.function());
            return new Launcher.Outcome.Accepted();
        };
        Ports ports = new Ports(store, store, launcher, sink, clock, Fork.SEQUENTIAL);
        engine = new Engine(ports, Extensions.NONE, "default");
        sweeper = new Sweeper(ports, SILENCE, CHECK, Duration.ofDays(30));
        control = new Control(ports, Extensions.NONE);
        translator = new Translator(blobs, store::receipt, clock);
    }

    static Path resource(String name) {
        try {
            return Path.of(Machine.class.getResource(name).toURI());
        } catch (java.net.URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private <T extends AutoCloseable> T keep(T part) {
        parts.push(part);
        return part;
    }

    private String output(String name) {
        return template.outputs().get(name).toString();
    }

    private <B extends AwsClientBuilder<B, C> & SdkSyncClientBuilder<B, C>, C extends AutoCloseable> C client(
            B builder, URI endpoint) {
        return keep(builder.endpointOverride(endpoint)
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build());
    }

    void deploy(String yaml) {
        control.deploy("default", new DefinitionReader(new Expressions()::error).definition(tree(yaml)));
    }

    void stand(String yaml) {
        control.addWorkspace("default");
        control.addTriggers(
                Scope.workspace("default"), new DefinitionReader(new Expressions()::error).standing(tree(yaml)));
    }

    void register(String run, String yaml) {
        control.addTriggers(
                new Scope("default", run), new DefinitionReader(new Expressions()::error).registered(tree(yaml)));
        work();
    }

    private static Object tree(String yaml) {
        try {
            return new YAMLMapper().readValue(yaml, Object.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void start(String workflow) {
        control.start("default", workflow, Optional.empty(), workflow, Map.of());
        work();
    }

    /** Deploys a bundle and starts a run of its name. */
    void begin(String name, String triggers) {
        deploy("workflow: " + name + "\n" + triggers);
        start(name);
    }

    /** Events as anybody sends them to the queue; handled when this returns. */
    void send(String run, String type, int from, int to) {
        for (int i = from; i < to; i++) {
            String event = Stack.event(type + i, type, run);
            sqs.sendMessage(m -> m.queueUrl(queueUrl).messageBody(event));
        }
        work();
    }

    /** An event for the standing triggers. */
    void emit(String id, String type) {
        control.emit(
                Scope.workspace("default"), List.of(new Event(id, "me", type, "", clock.instant(), null, Map.of())));
        work();
    }

    Map<String, Object> context() {
        return control.get(Scope.workspace("default")).context();
    }

    long firings(String run, String trigger) {
        return control.history(new Scope("default", run)).stream()
                .flatMap(e -> e.firings().stream())
                .filter(f -> f.trigger().equals(trigger))
                .count();
    }

    ScopeState run(String name) {
        return control.get(new Scope("default", name));
    }

    /** Does what is due: schedules, rules, the sweeper, and what they and others have sent, until nothing more comes. */
    void work() {
        do {
            schedules.tick();
            buses.tick();
        } while (handle());
    }

    private void sweep() {
        sweeper.sweep(100, 100);
    }

    private boolean handle() {
        var received = sqs.receiveMessage(r -> r.queueUrl(queueUrl).maxNumberOfMessages(10))
                .messages();
        List<Delivery> deliveries = new ArrayList<>();
        for (var message : received) {
            for (Event event : translator
                    .translate(new Message(message.messageId(), message.body(), Map.of(), 1))
                    .events()) {
                Optional<java.time.Instant> due = event.text(Event.DUE).map(java.time.Instant::parse);
                if (due.isPresent() && due.get().isAfter(clock.instant())) {
                    sink.sendAt(event, due.get(), clock.instant());
                } else {
                    deliveries.add(new Delivery(message.messageId(), event, 1));
                }
            }
        }
        var failed = engine.handle(deliveries).failed();
        if (!failed.isEmpty()) {
            throw new IllegalStateException("Expected a batch without failures, but got " + failed);
        }
        received.forEach(m -> sqs.deleteMessage(d -> d.queueUrl(queueUrl).receiptHandle(m.receiptHandle())));
        return !received.isEmpty();
    }

    @Override
    public void close() {
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (Exception e) {
                throw new IllegalStateException("Expected everything to stop, but " + e, e);
            }
        }
    }
}

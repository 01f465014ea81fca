package io.triggerflow.aws.handler;

import io.triggerflow.aws.api.ApiParts;
import io.triggerflow.aws.event.Translator;
import io.triggerflow.aws.launch.LambdaLauncher;
import io.triggerflow.aws.launch.QueueSink;
import io.triggerflow.aws.metrics.Metrics;
import io.triggerflow.aws.store.Blobs;
import io.triggerflow.aws.store.DynamoStore;
import io.triggerflow.aws.store.S3Blobs;
import io.triggerflow.aws.store.StoreSettings;
import io.triggerflow.core.control.Control;
import io.triggerflow.core.decide.ActionExtension;
import io.triggerflow.core.decide.ConditionExtension;
import io.triggerflow.core.decide.Extensions;
import io.triggerflow.core.definition.DefinitionReader;
import io.triggerflow.core.engine.Engine;
import io.triggerflow.core.engine.Ports;
import io.triggerflow.core.engine.Sweeper;
import io.triggerflow.core.expression.Expressions;
import io.triggerflow.core.model.Scope;
import io.triggerflow.dag.DagReader;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.ServiceLoader;
import java.util.function.Consumer;

/** The parts of a deployment, put together from the environment. Everything in it is thread-safe and kept for a function's life. */
final class Deployment {
    static final String DEFAULT_WORKSPACE = "default";
    private static final String DEFAULT_STACK = "triggerflow";

    private final Environment environment;
    private final InstantSource clock = InstantSource.system();
    private final Clients clients;
    private final Consumer<String> log;
    private final Blobs blobs;
    private final DynamoStore store;

    /** @param log where metrics go */
    Deployment(Environment environment, Clients clients, Consumer<String> log) {
        this.environment = environment;
        this.clients = clients;
        this.log = log;
        this.blobs = new S3Blobs(clients.s3(), environment.required("BUCKET_NAME"));
        StoreSettings settings = new StoreSettings(
                environment.required("TABLE_NAME"), history(), StoreSettings.DEFAULT_LONGEST, check());
        this.store = new DynamoStore(clients.dynamoDb(), blobs, clock, settings);
    }

    static Deployment ofProcess() {
        // Standard output is the log; Lambda adds nothing to what comes that way.
        return new Deployment(Environment.ofProcess(), Clients.ofNetwork(), System.out::println);
    }

    private Duration check() {
        return environment.seconds("CHECK_SECONDS", StoreSettings.DEFAULT_FIRST_CHECK);
    }

    private Duration history() {
        return environment.days("HISTORY_DAYS", StoreSettings.DEFAULT_HISTORY);
    }

    String workspace() {
        return environment.optional("TRIGGERFLOW_WORKSPACE").orElse(DEFAULT_WORKSPACE);
    }

    InstantSource clock() {
        return clock;
    }

    DynamoStore store() {
        return store;
    }

    Metrics metrics() {
        return new Metrics(environment.optional("STACK_NAME").orElse(DEFAULT_STACK), clock, log);
    }

    QueueSink sink() {
        return new QueueSink(
                new QueueSink.Clients(clients.sqs(), clients.eventBridge(), clients.scheduler()),
                new QueueSink.Scheduling(
                        environment.required("SCHEDULE_GROUP"), environment.required("SCHEDULE_ROLE_ARN")),
                new QueueSink.Places(
                        environment.required("QUEUE_URL"),
                        environment.required("QUEUE_ARN"),
                        environment.required("BUS_NAME")),
                blobs,
                clock);
    }

    private Ports ports(QueueSink sink) {
        return new Ports(
                store,
                store,
                new LambdaLauncher(clients.lambda(), store::receipt, clock),
                sink,
                clock,
                new VirtualFork());
    }

    private static Extensions extensions() {
        return Extensions.of(ServiceLoader.load(ConditionExtension.class), ServiceLoader.load(ActionExtension.class));
    }

    /**
     * Does what an event would need to be done first: loads what a workflow uses, then looks for credentials and reads once what is always read.
     * Nothing is written. Nothing of it is used afterwards: no connection stays open, and no credentials are kept.
     */
    void prime() {
        try (Clients passing = Clients.passing()) {
            Rehearsal.of(environment, line -> {});
            new Deployment(environment, passing, log).store.load(List.of(Scope.workspace(workspace())));
        }
    }

    Intake intake() {
        QueueSink sink = sink();
        Translator translator = new Translator(blobs, store::receipt, clock);
        return new Intake(translator, new Engine(ports(sink), extensions(), workspace()), store, sink, clock);
    }

    ApiParts api() {
        QueueSink sink = sink();
        Expressions expressions = new Expressions();
        return new ApiParts(
                new Control(ports(sink), extensions()),
                store,
                blobs,
                sink,
                new DefinitionReader(expressions::error),
                new DagReader(expressions::error),
                clock,
                metrics(),
                workspace());
    }

    Sweeper sweeper() {
        Duration silence = environment.seconds("SILENCE_SECONDS", Duration.ofMinutes(45));
        return new Sweeper(ports(sink()), silence, check(), history());
    }
}

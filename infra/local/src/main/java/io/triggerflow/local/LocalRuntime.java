package io.triggerflow.local;

import io.triggerflow.local.bus.BucketNotifications;
import io.triggerflow.local.bus.Buses;
import io.triggerflow.local.bus.Delivery;
import io.triggerflow.local.bus.EventsService;
import io.triggerflow.local.bus.RuleSetup;
import io.triggerflow.local.gateway.AwsJsonClient;
import io.triggerflow.local.gateway.Gateway;
import io.triggerflow.local.gateway.IdentityService;
import io.triggerflow.local.gateway.ParametersService;
import io.triggerflow.local.gateway.QueueDisturbance;
import io.triggerflow.local.gateway.Routes;
import io.triggerflow.local.gateway.StacksService;
import io.triggerflow.local.gateway.TableDisturbance;
import io.triggerflow.local.httpapi.ApiSetup;
import io.triggerflow.local.httpapi.HttpApis;
import io.triggerflow.local.iam.Iam;
import io.triggerflow.local.iam.IamService;
import io.triggerflow.local.iam.Permissions;
import io.triggerflow.local.iam.PermissionsPage;
import io.triggerflow.local.iam.call.IamGuard;
import io.triggerflow.local.lambda.LambdaService;
import io.triggerflow.local.lambda.SqsClients;
import io.triggerflow.local.scheduler.ScheduleSetup;
import io.triggerflow.local.scheduler.SchedulerService;
import io.triggerflow.local.scheduler.Schedules;
import io.triggerflow.local.storage.SqsServer;
import io.triggerflow.local.storage.Storage;
import io.triggerflow.local.template.LocalNames;
import io.triggerflow.local.template.OtherStacks;
import io.triggerflow.local.template.Template;
import io.triggerflow.local.template.TemplateReader;
import io.triggerflow.local.usage.Metrics;
import io.triggerflow.local.usage.Usage;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import software.amazon.awssdk.services.sqs.SqsClient;

/**
 * AWS on one machine: everything that SAM templates name, behind one port, in this process.
 *
 * <p>{@link #start} returns when everything is in place and answers; {@link #close} stops it within about two seconds.
 * With a data directory, tables, queues, messages, objects, schedules and accepted events are there again at the next
 * start, after {@code kill -9} too.
 */
public final class LocalRuntime implements AutoCloseable {
    /** Schedules are accurate to a second; this is how often due ones are looked for. */
    private static final long TICK_MILLIS = 200;

    private final LocalRuntimeOptions options;
    private final List<Template> templates;
    private final Gateway gateway;
    private final Storage storage;
    private final Deque<AutoCloseable> closing;
    private final List<LambdaService> lambda = new ArrayList<>();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Usage usage = new Usage();
    private final Metrics metrics = new Metrics();
    private final Iam iam;

    private LocalRuntime(
            LocalRuntimeOptions options,
            List<Template> templates,
            Gateway gateway,
            Storage storage,
            Iam iam,
            Deque<AutoCloseable> closing) {
        this.options = options;
        this.templates = templates;
        this.gateway = gateway;
        this.storage = storage;
        this.iam = iam;
        this.closing = closing;
    }

    /**
     * Starts everything.
     *
     * @throws io.triggerflow.local.gateway.PortTakenException when the port is taken; nothing was started
     * @throws io.triggerflow.local.template.TemplateException when a template is wrong; nothing was started
     * @throws IllegalStateException when the data directory is in use or something does not start
     */
    public static LocalRuntime start(LocalRuntimeOptions options) {
        var closing = new ArrayDeque<AutoCloseable>();
        try {
            Gateway gateway = Gateway.bind(options.port());
            closing.push(gateway);
            List<Template> templates = read(options, gateway.port());
            Iam iam = options.enforced() ? Iam.of(templates, options.log()) : Iam.off();
            Storage storage = Storage.start(options.dataDir(), gateway.port(), options.region(), templates);
            closing.push(storage);
            var runtime = new LocalRuntime(options, templates, gateway, storage, iam, closing);
            runtime.open();
            return runtime;
        } catch (RuntimeException | Error e) {
            closeAll(closing, e);
            throw e;
        }
    }

    private static List<Template> read(LocalRuntimeOptions options, int port) {
        var templates = new ArrayList<Template>();
        for (Path file : options.templates()) {
            String stack = templates.isEmpty()
                    ? options.stackName()
                    // As an application of the engine's stack is named on AWS, so that the engine may launch its
                    // functions.
                    : options.stackName() + "-"
                            + file.toAbsolutePath().getParent().getFileName();
            templates.add(TemplateReader.read(
                    file,
                    options.parameters(),
                    new LocalNames(SqsServer.ACCOUNT, options.region(), port, stack),
                    OtherStacks.of(templates)));
        }
        templates.forEach(template -> template.warnings().forEach(options.log()));
        return List.copyOf(templates);
    }

    private void open() {
        var sqs = keep(AwsJsonClient.sqs(sqsEndpoint(), options.region()));
        // Lambda's own use of queues: not disturbed by the gateway, since pollers and destinations have faults of their
        // own.
        SqsClient queues =
                storage.sqsClient(SqsClients.at(storage.sqs(), options.region(), usage), options.region(), usage);
        var functions =
                keep(new LocalRuntimeFunctions(options, templates, gateway.endpoint(), queues, usage, metrics, iam));
        var delivery = keep(new Delivery(sqs, functions, iam, options.log()));
        var buses = new Buses(delivery, options.region(), SqsServer.ACCOUNT, options.clock(), options.log());
        var schedules = new Schedules(
                options.dataDir().map(dir -> dir.resolve("schedules")),
                delivery,
                options.clock(),
                options.region(),
                SqsServer.ACCOUNT);
        var apis = new HttpApis(
                functions, options.requireCredentials(), iam, options.region(), SqsServer.ACCOUNT, options.clock());
        for (Template template : templates) {
            RuleSetup.apply(template, buses);
            ScheduleSetup.apply(template, schedules);
            ApiSetup.apply(template, apis);
        }
        var ready = new AtomicBoolean();
        Routes.Builder routes = Routes.builder().counted(usage);
        if (iam.isOn()) {
            routes.guarded(new IamGuard(iam, options.region(), SqsServer.ACCOUNT));
        }
        if (options.metered()) {
            routes.metered(usage);
        }
        storageRoutes(routes);
        routes.s3(storage.s3(), new BucketNotifications(templates, buses, delivery, options.clock()));
        List<AwsService> services = List.of(
                functions,
                new EventsService(buses),
                new SchedulerService(schedules, iam),
                apis,
                new IdentityService(SqsServer.ACCOUNT, iam::arn),
                new IamService(iam),
                new StacksService(templates, options.clock().instant()),
                new ParametersService(templates, options.region(), SqsServer.ACCOUNT));
        routes.service("_iam", new PermissionsPage(iam)::handle);
        services.forEach(service -> routes.service(service.signingName(), service::handle));
        gateway.start(routes.build(ready::get));
        functions.start();
        lambda.addAll(functions.services());
        tick(() -> {
            schedules.tick();
            buses.tick();
        });
        ready.set(true);
    }

    private void storageRoutes(Routes.Builder routes) {
        if (options.faults().disturbsTables()) {
            routes.proxy("dynamodb", storage.dynamoDb(), new TableDisturbance(options.faults()));
        } else {
            routes.proxy("dynamodb", storage.dynamoDb());
        }
        if (options.faults().disturbsQueues()) {
            routes.proxy("sqs", storage.sqs(), new QueueDisturbance(options.faults()));
        } else {
            routes.proxy("sqs", storage.sqs());
        }
    }

    private void tick(Runnable work) {
        var timer = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("schedules").factory());
        keep((AutoCloseable) timer::shutdownNow);
        timer.scheduleWithFixedDelay(
                () -> {
                    try {
                        work.run();
                    } catch (RuntimeException e) {
                        options.log().accept("A schedule could not be fired: " + e);
                    }
                },
                0,
                TICK_MILLIS,
                TimeUnit.MILLISECONDS);
    }

    private <T extends AutoCloseable> T keep(T part) {
        closing.push(part);
        return part;
    }

    /** The one address: what AWS_ENDPOINT_URL should be. */
    public URI endpoint() {
        return gateway.endpoint();
    }

    /** The port of {@link #endpoint}. */
    public int port() {
        return gateway.port();
    }

    /** DynamoDB's own address, a little faster than through the gateway; the gateway's while faults disturb tables. */
    public URI dynamoDbEndpoint() {
        return options.faults().disturbsTables() ? gateway.endpoint() : storage.dynamoDb();
    }

    /** SQS's own address, a little faster than through the gateway; the gateway's while faults disturb queues. */
    public URI sqsEndpoint() {
        return options.faults().disturbsQueues() ? gateway.endpoint() : storage.sqs();
    }

    /** A client of SQS that is not counted; without the wire where it can be, through the gateway while faults disturb queues. To be closed. */
    public SqsClient sqs() {
        SqsClient rest = SqsClients.at(sqsEndpoint(), options.region());
        return options.faults().disturbsQueues() ? rest : storage.sqsClient(rest, options.region(), new Usage());
    }

    /** The functions, a service a template, in the templates' order: their logs, and Invoke without the wire. */
    public List<LambdaService> functions() {
        return List.copyOf(lambda);
    }

    /** What was asked of this runtime so far, in the units that AWS bills. */
    public Usage usage() {
        return usage;
    }

    /** What the functions told CloudWatch so far. */
    public Metrics metrics() {
        return metrics;
    }

    /** What became of the templates' permissions so far: who called what, and what nobody used. */
    public Permissions permissions() {
        return iam.permissions();
    }

    /** The credentials that a function of a template is given, as its environment has them: to try what it may do. Empty with {@code --no-iam}. */
    public Map<String, String> credentials(String function) {
        return iam.credentials(function);
    }

    /** Whether accepted asynchronous events are all done; queues may still hold messages. */
    public boolean eventsDone() {
        return lambda.stream().allMatch(service -> service.pendingEvents() == 0);
    }

    /**
     * Stops this runtime when the JVM ends by itself, by Ctrl-C or by SIGTERM.
     *
     * @return this runtime
     */
    public LocalRuntime closeOnExit() {
        Runtime.getRuntime()
                .addShutdownHook(Thread.ofPlatform().name("local-runtime-stop").unstarted(this::close));
        return this;
    }

    /** The templates as they were resolved, with their outputs. */
    public List<Template> templates() {
        return templates;
    }

    /** Stops everything, last started first; the second call does nothing. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            var failure =
                    new IllegalStateException("Expected the local runtime to stop cleanly, but parts of it failed");
            closeAll(closing, failure);
            if (failure.getSuppressed().length > 0) {
                throw failure;
            }
        }
    }

    private static void closeAll(Deque<AutoCloseable> parts, Throwable failure) {
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (Exception e) {
                failure.addSuppressed(e);
            }
        }
    }
}

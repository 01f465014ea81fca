package io.triggerflow.local.lambda;

import com.sun.net.httpserver.HttpExchange;
import io.triggerflow.local.AwsService;
import io.triggerflow.local.template.LocalNames;
import io.triggerflow.local.template.Template;
import io.triggerflow.local.template.TemplateException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.sqs.SqsClient;

/**
 * AWS Lambda on one machine: functions, Invoke, the queue of asynchronous events with retries and destinations, and event source
 * mappings on SQS queues. Speaks the service's REST protocol through {@link #handle}; other services of the runtime may call
 * {@link #invoke} directly. Thread-safe.
 *
 * <p>Life: {@link #fromTemplate}, then {@link #start} once the queues exist and the endpoint answers, then {@link #close}.
 */
public final class LambdaService implements AwsService, AutoCloseable {

    private final HostOptions options;
    private final Invoker invoker;
    private final CodeStore codes = new CodeStore();
    private final EventBridgeClient eventBridge;
    private final Destinations destinations;
    private final AsyncQueue events;
    private final EventSourceMappings mappings;
    private final LambdaApi api;

    private LambdaService(LocalNames names, Path directory, HostOptions options, SqsClient sqs) {
        this.options = options;
        this.invoker = new Invoker(new Concurrency(options.accountConcurrency()), options.faults(), options.usage());
        this.eventBridge = EventBridgeClient.builder()
                .endpointOverride(options.endpoint())
                .region(Region.of(names.region()))
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local")))
                .httpClientBuilder(ApacheHttpClient.builder())
                .build();
        this.destinations = new Destinations(sqs, eventBridge, options.iam());
        this.events = new AsyncQueue(invoker, destinations, options);
        this.mappings = new EventSourceMappings(invoker, sqs, options);
        this.api = new LambdaApi(this, invoker, mappings, names, directory, options.iam());
        destinations.setInvocations((arn, payload) -> invoke(arn, InvocationType.EVENT, payload));
    }

    /**
     * The functions and event source mappings of a template; nothing runs yet, and no function's code is read before its first call.
     *
     * @param sqs a client whose endpoint is the queue service itself or the gateway; it is not closed by this service. It should
     *            allow many connections at a time, since every mapping holds some in long polls: see {@link SqsClients}
     * @throws io.triggerflow.local.template.TemplateException when a function or mapping of the template is not one that AWS would take
     */
    public static LambdaService fromTemplate(Template template, HostOptions options, SqsClient sqs) {
        return fromTemplates(List.of(template), options, sqs);
    }

    /**
     * The same over several stacks of one account: their functions share its concurrency, and their names must differ.
     *
     * @param templates at least one; the first says the region
     */
    public static LambdaService fromTemplates(List<Template> templates, HostOptions options, SqsClient sqs) {
        LambdaService service = new LambdaService(
                templates.getFirst().names(), templates.getFirst().directory(), options, sqs);
        for (Template template : templates) {
            TemplateFunctions read = new TemplateFunctions(template);
            Map<String, InvokeConfig> configs = read.invokeConfigs();
            for (FunctionSpec spec : read.functions()) {
                service.add(spec, configs.getOrDefault(spec.name(), InvokeConfig.DEFAULT));
            }
            try {
                configs.forEach(service::checkDestinations);
                read.mappings().forEach(service.mappings::put);
            } catch (LambdaException e) {
                throw new TemplateException(template.file() + ": " + e.getMessage());
            }
        }
        return service;
    }

    /** As Lambda does: it sends records with the role of the function. */
    void checkDestinations(String function, InvokeConfig config) {
        Stream.concat(
                        config
                                .onSuccess()
                                .flatMap(arn -> Destinations.refusal(options.iam(), function, arn, true))
                                .stream(),
                        config
                                .onFailure()
                                .flatMap(arn -> Destinations.refusal(options.iam(), function, arn, false))
                                .stream())
                .findFirst()
                .ifPresent(refusal -> {
                    throw LambdaException.invalid(
                            "The function execution role does not have permissions to reach its destination (" + refusal
                                    + ")");
                });
    }

    /** Begins to poll queues and to run accepted events, those of an earlier process included. Call once. */
    public void start() {
        events.start();
        mappings.start();
    }

    LocalFunction add(FunctionSpec spec, InvokeConfig config) {
        FunctionLog log = new FunctionLog(spec.name(), options.logs());
        EnvironmentPool pool = new EnvironmentPool(
                new EnvironmentFactory(spec, options, codes, log),
                options.isolated() || !spec.runtime().startsWith("java") ? options.maxProcesses() : Integer.MAX_VALUE);
        LocalFunction function = new LocalFunction(spec, config, pool, log);
        if (invoker.functions().putIfAbsent(spec.name(), function) != null) {
            throw new LambdaException(409, "ResourceConflictException", "Function already exist: " + spec.name());
        }
        invoker.concurrency().reserve(spec.name(), spec.reservedConcurrency());
        return function;
    }

    @Override
    public String signingName() {
        return "lambda";
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        api.handle(exchange);
    }

    /**
     * Invoke without the wire.
     *
     * @param function a name, partial ARN or ARN, with or without a qualifier
     * @throws LambdaException as AWS answers: no such function, throttled, payload too large or not JSON
     */
    public InvokeResult invoke(String function, InvocationType type, byte[] payload) {
        return invoke(FunctionName.parse(function, Optional.empty()), type, payload, Optional.empty());
    }

    InvokeResult invoke(FunctionName name, InvocationType type, byte[] payload, Optional<String> clientContext) {
        Invoker.Target target = invoker.target(name);
        String requestId = Invoker.newRequestId();
        int most = type == InvocationType.EVENT ? Destinations.MAX_RECORD_BYTES : SqsRecords.MAX_EVENT_BYTES;
        if (payload.length > most) {
            throw new LambdaException(
                    413,
                    "RequestTooLargeException",
                    payload.length + " byte payload is too large for the " + type + " invocation type (limit " + most
                            + " bytes)");
        }
        if (payload.length > 0 && Wire.parse(payload).isEmpty()) {
            throw new LambdaException(
                    400,
                    "InvalidRequestContentException",
                    "Could not parse request body into json: expected one JSON value");
        }
        byte[] event = payload.length == 0 ? new byte[] {'{', '}'} : payload;
        switch (type) {
            case DRY_RUN -> {
                return new InvokeResult(204, requestId, new byte[0], Optional.empty(), "");
            }
            case EVENT -> {
                events.accept(name, requestId, event, clientContext);
                return new InvokeResult(202, requestId, new byte[0], Optional.empty(), "");
            }
            case REQUEST_RESPONSE -> {
                Outcome outcome = invoker.run(target, requestId, event, clientContext);
                return new InvokeResult(
                        200, requestId, outcome.payload(), outcome.error(), report(target, requestId, outcome));
            }
        }
        throw new AssertionError(type);
    }

    private static String report(Invoker.Target target, String requestId, Outcome outcome) {
        return "START RequestId: " + requestId + " Version: $LATEST\n" + outcome.log() + "END RequestId: " + requestId
                + "\n"
                + String.format(
                        java.util.Locale.ROOT,
                        "REPORT RequestId: %s\tDuration: %.2f ms\tMemory Size: %d MB%n",
                        requestId,
                        outcome.duration().toNanos() / 1e6,
                        target.function().spec().memoryMegabytes());
    }

    /** Every function, by name. */
    public List<FunctionSpec> functions() {
        return invoker.functions().values().stream()
                .map(LocalFunction::spec)
                .sorted(java.util.Comparator.comparing(FunctionSpec::name))
                .toList();
    }

    /**
     * The last 1,000 lines that a function wrote, oldest first.
     *
     * @throws LambdaException when there is no such function
     */
    public List<String> logs(String function) {
        return invoker.target(FunctionName.parse(function, Optional.empty()))
                .function()
                .log()
                .lines();
    }

    /** Accepted events that have not come to their end. */
    public int pendingEvents() {
        return events.size();
    }

    /** Accepted events that are not running: new, or waiting for another attempt. */
    public int waitingEvents() {
        return events.waiting();
    }

    /** Destination records lost because they could not be delivered: AWS's metric DestinationDeliveryFailures. */
    public long destinationFailures() {
        return destinations.failures();
    }

    /**
     * Cold starts of a Java function, to be measured: each in a process of its own, beside those that run here.
     *
     * @throws LambdaException when there is no such function
     */
    public ColdStart coldStart(String function) {
        LocalFunction found =
                invoker.target(FunctionName.parse(function, Optional.empty())).function();
        return new ColdStart(found.spec(), new EnvironmentFactory(found.spec(), options, codes, found.log()));
    }

    /** Execution environments that a function has at the moment. */
    public int environments(String function) {
        return invoker.target(FunctionName.parse(function, Optional.empty()))
                .function()
                .pool()
                .size();
    }

    /** Stops polling, gives batches in work two seconds, and ends every environment. Accepted events stay in the data directory. */
    @Override
    public void close() {
        mappings.close();
        events.close();
        invoker.functions().values().forEach(LocalFunction::close);
        eventBridge.close();
        codes.close();
    }
}

package io.triggerflow.local;

import com.sun.net.httpserver.HttpExchange;
import io.triggerflow.local.bus.Delivery;
import io.triggerflow.local.fault.Faults;
import io.triggerflow.local.gateway.AwsCallException;
import io.triggerflow.local.gateway.FaultPlan;
import io.triggerflow.local.httpapi.HttpApis;
import io.triggerflow.local.iam.Iam;
import io.triggerflow.local.lambda.HostOptions;
import io.triggerflow.local.lambda.InvocationType;
import io.triggerflow.local.lambda.InvokeResult;
import io.triggerflow.local.lambda.LambdaException;
import io.triggerflow.local.lambda.LambdaService;
import io.triggerflow.local.template.Template;
import io.triggerflow.local.usage.Metrics;
import io.triggerflow.local.usage.Usage;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.sqs.SqsClient;

/** The functions of all templates behind one Lambda API, and for the other services without the wire. */
final class LocalRuntimeFunctions implements AwsService, Delivery.Functions, HttpApis.Functions, AutoCloseable {
    private final SqsClient sqs;
    private final List<LambdaService> services = new ArrayList<>();
    private final Map<String, LambdaService> byName = new LinkedHashMap<>();

    LocalRuntimeFunctions(
            LocalRuntimeOptions options,
            List<Template> templates,
            URI gateway,
            SqsClient queues,
            Usage usage,
            Metrics metrics,
            Iam iam) {
        this.sqs = queues;
        HostOptions host = HostOptions.at(gateway)
                .withIsolated(options.isolated())
                .withFaults(faults(options.faults()))
                .withClock(options.clock())
                .withUsage(usage)
                .withIam(iam)
                .withMetered(options.metered())
                .withLogs((function, line) -> {
                    metrics.take(line);
                    options.log().accept(function + LocalRuntimeOptions.LOG_SEPARATOR + line);
                });
        for (Template template : templates) {
            // A second template's events are kept apart: their files could have the same names.
            Optional<Path> dir = options.dataDir()
                    .map(data -> data.resolve("lambda").resolve(template.names().stackName()));
            LambdaService service = LambdaService.fromTemplate(
                    template, dir.map(host::withDataDirectory).orElse(host), sqs);
            services.add(service);
            service.functions().forEach(function -> byName.put(function.name(), service));
        }
    }

    private static Faults faults(FaultPlan plan) {
        return Faults.seeded(new Faults.Rates(plan.dup(), plan.dropAck(), plan.throttle(), plan.crash()), plan.seed());
    }

    void start() {
        services.forEach(LambdaService::start);
    }

    List<LambdaService> services() {
        return List.copyOf(services);
    }

    @Override
    public String signingName() {
        return "lambda";
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getRawPath();
        String name = "";
        for (String collection : List.of("/functions/", "/tags/")) {
            int at = path.indexOf(collection);
            if (at >= 0) {
                name = URLDecoder.decode(
                        path.substring(at + collection.length()).split("/")[0], StandardCharsets.UTF_8);
            }
        }
        service(name).handle(exchange);
    }

    /** The service that has a function; the first one answers for those that nobody has. */
    private LambdaService service(String nameOrArn) {
        String[] parts = nameOrArn.split(":");
        int function = List.of(parts).indexOf("function");
        String name = function >= 0 && function + 1 < parts.length ? parts[function + 1] : parts[0];
        return byName.getOrDefault(name, services.getFirst());
    }

    @Override
    public void invokeAsync(String arn, byte[] payload) throws IOException {
        try {
            service(arn).invoke(arn, InvocationType.EVENT, payload);
        } catch (LambdaException e) {
            throw new AwsCallException("Invoke " + arn, e.status(), e.code(), e.getMessage());
        }
    }

    @Override
    public Optional<byte[]> invoke(String functionName, byte[] payload) {
        try {
            InvokeResult result = service(functionName).invoke(functionName, InvocationType.REQUEST_RESPONSE, payload);
            return result.functionError().isPresent() ? Optional.empty() : Optional.of(result.payload());
        } catch (LambdaException e) {
            return Optional.empty(); // API Gateway answers 500 to whatever Lambda refuses
        }
    }

    @Override
    public void close() {
        services.forEach(LambdaService::close);
        sqs.close();
    }
}

package io.triggerflow.local.lambda;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import io.triggerflow.local.iam.Iam;
import io.triggerflow.local.template.LocalNames;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;

/** The REST protocol of Lambda: paths to operations, results and errors to responses. */
final class LambdaApi {

    private static final int LOG_TAIL_BYTES = 4096;

    private final LambdaService service;
    private final Invoker invoker;
    private final EventSourceMappings mappings;
    private final LocalNames names;
    private final Path directory;
    private final Iam iam;
    private final FunctionTags tags = new FunctionTags();

    LambdaApi(
            LambdaService service,
            Invoker invoker,
            EventSourceMappings mappings,
            LocalNames names,
            Path directory,
            Iam iam) {
        this.iam = iam;
        this.service = service;
        this.invoker = invoker;
        this.mappings = mappings;
        this.names = names;
        this.directory = directory;
    }

    /** A request taken apart: decoded path segments without the API's date, query, body. */
    private record Request(HttpExchange exchange, List<String> path, Map<String, String> query, byte[] body) {
        String operation() {
            return exchange.getRequestMethod() + " " + path.getFirst()
                    + (path.size() > 2 ? " " + path.get(2) : path.size() > 1 ? " one" : "");
        }

        FunctionName function() {
            return FunctionName.parse(path.get(1), Optional.ofNullable(query.get("Qualifier")));
        }

        Optional<String> header(String name) {
            return Optional.ofNullable(exchange.getRequestHeaders().getFirst(name));
        }

        JsonNode json() {
            return Wire.parse(body)
                    .filter(JsonNode::isObject)
                    .orElseThrow(() -> new LambdaException(
                            400,
                            "InvalidRequestContentException",
                            "Could not parse request body into json: expected an object"));
        }
    }

    void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            try {
                dispatch(read(exchange));
            } catch (LambdaException e) {
                answerError(exchange, e);
            } catch (RuntimeException e) {
                answerError(
                        exchange,
                        new LambdaException(500, "ServiceException", "The local Lambda service failed: " + e));
            }
        }
    }

    private static Request read(HttpExchange exchange) throws IOException {
        List<String> segments = Arrays.stream(
                        exchange.getRequestURI().getRawPath().split("/"))
                .filter(s -> !s.isEmpty())
                .map(s -> URLDecoder.decode(s.replace("+", "%2B"), StandardCharsets.UTF_8))
                .toList();
        if (segments.size() < 2) {
            throw unknown(exchange);
        }
        Map<String, String> query = new java.util.HashMap<>();
        for (String pair : Optional.ofNullable(exchange.getRequestURI().getRawQuery())
                .orElse("")
                .split("&")) {
            int at = pair.indexOf('=');
            if (at > 0) {
                query.put(pair.substring(0, at), URLDecoder.decode(pair.substring(at + 1), StandardCharsets.UTF_8));
            }
        }
        return new Request(
                exchange,
                segments.subList(1, segments.size()),
                query,
                exchange.getRequestBody().readAllBytes());
    }

    private static LambdaException unknown(HttpExchange exchange) {
        return new LambdaException(
                404,
                "UnknownOperationException",
                "Expected an operation of Lambda that the local runtime has, but got " + exchange.getRequestMethod()
                        + " " + exchange.getRequestURI().getPath());
    }

    private void dispatch(Request request) throws IOException {
        HttpExchange exchange = request.exchange();
        switch (request.operation()) {
            case "POST functions invocations" -> invoke(request);
            case "GET functions" -> answer(exchange, 200, listFunctions());
            case "POST functions" -> answer(exchange, 201, createFunction(request.json()));
            case "GET functions one" -> answer(exchange, 200, getFunction(request.function()));
            case "DELETE functions one" -> deleteFunction(request);
            case "GET functions configuration" ->
                answer(
                        exchange,
                        200,
                        configuration(
                                invoker.target(request.function()).function().spec()));
            case "GET functions event-invoke-config" -> answer(exchange, 200, invokeConfig(request));
            case "PUT functions event-invoke-config" ->
                answer(exchange, 200, changeInvokeConfig(request, InvokeConfig.DEFAULT));
            case "POST functions event-invoke-config" ->
                answer(
                        exchange,
                        200,
                        changeInvokeConfig(
                                request,
                                invoker.target(request.function()).function().invokeConfig()));
            case "DELETE functions event-invoke-config" -> {
                invoker.target(request.function()).function().changeInvokeConfig(InvokeConfig.DEFAULT, false);
                exchange.sendResponseHeaders(204, -1);
            }
            case "GET functions recursion-config" ->
                answer(
                        exchange,
                        200,
                        Wire.object()
                                .put(
                                        "RecursiveLoop",
                                        invoker.target(request.function())
                                                .function()
                                                .spec()
                                                .recursiveLoop()));
            case "PUT functions recursion-config" -> answer(exchange, 200, changeRecursion(request));
            case "GET functions concurrency" -> answer(exchange, 200, concurrency(request));
            case "PUT functions concurrency" ->
                answer(
                        exchange,
                        200,
                        changeConcurrency(
                                request,
                                OptionalInt.of(request.json()
                                        .path("ReservedConcurrentExecutions")
                                        .asInt())));
            case "DELETE functions concurrency" -> {
                changeConcurrency(request, OptionalInt.empty());
                exchange.sendResponseHeaders(204, -1);
            }
            case "GET tags one" -> answer(exchange, 200, tags.list(tagged(request)));
            case "POST tags one" -> {
                tags.put(tagged(request), request.json());
                exchange.sendResponseHeaders(204, -1);
            }
            case "DELETE tags one" -> {
                tags.remove(tagged(request), exchange.getRequestURI().getRawQuery());
                exchange.sendResponseHeaders(204, -1);
            }
            case "GET event-source-mappings" -> answer(exchange, 200, listMappings(request));
            case "POST event-source-mappings" -> answer(exchange, 202, createMapping(request.json()));
            case "GET event-source-mappings one" ->
                answer(exchange, 200, json(mappings.get(request.path().get(1))));
            case "PUT event-source-mappings one" ->
                answer(exchange, 202, json(mappings.update(request.path().get(1), request.json())));
            case "DELETE event-source-mappings one" ->
                answer(
                        exchange,
                        202,
                        json(mappings.delete(request.path().get(1))).put("State", "Deleting"));
            default -> throw unknown(exchange);
        }
    }

    /** The function that a tag request names by its ARN. */
    private String tagged(Request request) {
        return invoker.target(request.function()).function().name();
    }

    private void invoke(Request request) throws IOException {
        InvocationType type =
                InvocationType.of(request.header("X-Amz-Invocation-Type").orElse("RequestResponse"));
        Optional<String> context = request.header("X-Amz-Client-Context")
                .map(text -> new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8));
        invoker.injectThrottle(invoker.target(request.function()).function());
        InvokeResult result = service.invoke(request.function(), type, request.body(), context);
        HttpExchange exchange = request.exchange();
        var headers = exchange.getResponseHeaders();
        headers.set("x-amzn-RequestId", result.requestId());
        headers.set("X-Amzn-Trace-Id", Wire.traceId(result.requestId()));
        if (result.status() == 200) {
            headers.set("X-Amz-Executed-Version", "$LATEST");
            headers.set("Content-Type", "application/json");
            result.functionError().ifPresent(error -> headers.set("X-Amz-Function-Error", error));
            if (request.header("X-Amz-Log-Type").filter("Tail"::equals).isPresent()) {
                byte[] log = result.log().getBytes(StandardCharsets.UTF_8);
                headers.set(
                        "X-Amz-Log-Result",
                        Base64.getEncoder()
                                .encodeToString(
                                        Arrays.copyOfRange(log, Math.max(0, log.length - LOG_TAIL_BYTES), log.length)));
            }
        }
        exchange.sendResponseHeaders(result.status(), result.payload().length == 0 ? -1 : result.payload().length);
        if (result.payload().length > 0) {
            exchange.getResponseBody().write(result.payload());
        }
    }

    private ObjectNode listFunctions() {
        ObjectNode json = Wire.object();
        service.functions().forEach(spec -> json.withArray("Functions").add(configuration(spec)));
        json.withArray("Functions");
        return json;
    }

    private ObjectNode getFunction(FunctionName name) {
        FunctionSpec spec = invoker.target(name).function().spec();
        ObjectNode json = Wire.object();
        json.set("Configuration", configuration(spec));
        json.putObject("Code")
                .put("RepositoryType", "local")
                .put("Location", spec.code().toUri().toString());
        spec.reservedConcurrency()
                .ifPresent(most -> json.putObject("Concurrency").put("ReservedConcurrentExecutions", most));
        return json;
    }

    private ObjectNode configuration(FunctionSpec spec) {
        ObjectNode json = Wire.object()
                .put("FunctionName", spec.name())
                .put("FunctionArn", spec.arn())
                .put("Runtime", spec.runtime())
                .put(
                        "Role",
                        iam.roleOf(spec.name())
                                .orElse("arn:aws:iam::" + spec.arn().split(":")[4] + ":role/local"))
                .put("Handler", spec.handler())
                .put("Timeout", spec.timeout().toSeconds())
                .put("MemorySize", spec.memoryMegabytes())
                .put("Version", "$LATEST")
                .put("State", "Active")
                .put("LastUpdateStatus", "Successful")
                .put("PackageType", "Zip");
        json.putArray("Architectures").add("x86_64");
        ObjectNode variables = json.putObject("Environment").putObject("Variables");
        spec.environment().forEach(variables::put);
        spec.deadLetterArn().ifPresent(arn -> json.putObject("DeadLetterConfig").put("TargetArn", arn));
        return json;
    }

    /** Code comes as a path: S3 key or image make no sense here, a ZipFile would have to be kept somewhere. */
    private ObjectNode createFunction(JsonNode body) {
        String code = body.path("Code").path("S3Key").asText("");
        if (code.isEmpty()) {
            throw LambdaException.invalid(
                    "Expected Code.S3Key to be a path of this machine, but it is missing; ZipFile is not supported locally");
        }
        String name = body.path("FunctionName").asText();
        Map<String, String> environment = new java.util.HashMap<>();
        body.path("Environment")
                .path("Variables")
                .properties()
                .forEach(e -> environment.put(e.getKey(), e.getValue().asText()));
        FunctionSpec spec = new FunctionSpec(
                name,
                names.functionArn(name),
                body.path("Runtime").asText(),
                body.path("Handler").asText(),
                directory.resolve(code),
                Duration.ofSeconds(body.path("Timeout").asInt(3)),
                body.path("MemorySize").asInt(128),
                Map.copyOf(environment),
                OptionalInt.empty(),
                "Terminate",
                Optional.of(body.path("DeadLetterConfig").path("TargetArn").asText(""))
                        .filter(arn -> !arn.isEmpty()),
                Optional.empty());
        return configuration(service.add(spec, InvokeConfig.DEFAULT).spec());
    }

    private void deleteFunction(Request request) throws IOException {
        LocalFunction function = invoker.target(request.function()).function();
        invoker.functions().remove(function.name());
        invoker.concurrency().reserve(function.name(), OptionalInt.empty());
        function.close();
        request.exchange().sendResponseHeaders(204, -1);
    }

    private ObjectNode invokeConfig(Request request) {
        Invoker.Target target = invoker.target(request.function());
        if (!target.function().isInvokeConfigured()) {
            throw new LambdaException(
                    404,
                    "ResourceNotFoundException",
                    "The function " + target.arn() + " doesn't have an EventInvokeConfig");
        }
        return json(target);
    }

    private ObjectNode changeInvokeConfig(Request request, InvokeConfig from) {
        Invoker.Target target = invoker.target(request.function());
        InvokeConfig changed = from.with(request.json());
        service.checkDestinations(target.function().name(), changed);
        target.function().changeInvokeConfig(changed, true);
        return json(target);
    }

    private static ObjectNode json(Invoker.Target target) {
        InvokeConfig config = target.function().invokeConfig();
        ObjectNode json = Wire.object()
                .put("FunctionArn", target.arn())
                .put("LastModified", Instant.now().toEpochMilli() / 1000.0)
                .put("MaximumRetryAttempts", config.maximumRetries())
                .put("MaximumEventAgeInSeconds", config.maximumAge().toSeconds());
        ObjectNode destinations = json.putObject("DestinationConfig");
        ObjectNode success = destinations.putObject("OnSuccess");
        ObjectNode failure = destinations.putObject("OnFailure");
        config.onSuccess().ifPresent(arn -> success.put("Destination", arn));
        config.onFailure().ifPresent(arn -> failure.put("Destination", arn));
        return json;
    }

    private ObjectNode changeRecursion(Request request) {
        String value = request.json().path("RecursiveLoop").asText();
        if (!value.equals("Allow") && !value.equals("Terminate")) {
            throw LambdaException.invalid("Expected RecursiveLoop to be Allow or Terminate, but got '" + value + "'");
        }
        LocalFunction function = invoker.target(request.function()).function();
        function.change(function.spec().withRecursiveLoop(value));
        return Wire.object().put("RecursiveLoop", value);
    }

    private ObjectNode concurrency(Request request) {
        ObjectNode json = Wire.object();
        invoker.target(request.function())
                .function()
                .spec()
                .reservedConcurrency()
                .ifPresent(most -> json.put("ReservedConcurrentExecutions", most));
        return json;
    }

    private ObjectNode changeConcurrency(Request request, OptionalInt share) {
        LocalFunction function = invoker.target(request.function()).function();
        function.change(function.spec().withReservedConcurrency(share));
        invoker.concurrency().reserve(function.name(), share);
        return concurrency(request);
    }

    private ObjectNode listMappings(Request request) {
        ObjectNode json = Wire.object();
        json.putArray("EventSourceMappings");
        Optional<String> function = Optional.ofNullable(request.query().get("FunctionName"))
                .map(n -> FunctionName.parse(n, Optional.empty()).name());
        Optional<String> source = Optional.ofNullable(request.query().get("EventSourceArn"));
        mappings.list().stream()
                .filter(m -> function.map(m.function()::equals).orElse(true)
                        && source.map(m.queueArn()::equals).orElse(true))
                .forEach(m -> json.withArray("EventSourceMappings").add(json(m)));
        return json;
    }

    private ObjectNode createMapping(JsonNode body) {
        FunctionName function = FunctionName.parse(body.path("FunctionName").asText(), Optional.empty());
        invoker.target(function);
        return json(mappings.create(
                EventSourceMapping.create(UUID.randomUUID().toString(), function, body, Instant.now())));
    }

    private ObjectNode json(EventSourceMapping mapping) {
        return mapping.json(names.functionArn(mapping.function()));
    }

    private static void answer(HttpExchange exchange, int status, ObjectNode body) throws IOException {
        byte[] bytes = Wire.bytes(body);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.getResponseHeaders().set("x-amzn-RequestId", Invoker.newRequestId());
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private static void answerError(HttpExchange exchange, LambdaException error) throws IOException {
        ObjectNode body = Wire.object()
                .put("Type", error.status() >= 500 ? "Service" : "User")
                .put("Message", error.getMessage())
                .put("message", error.getMessage());
        if (error.isThrottle()) {
            body.put("Reason", "ConcurrentInvocationLimitExceeded");
        }
        byte[] bytes = Wire.bytes(body);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.getResponseHeaders().set("x-amzn-ErrorType", error.code());
        exchange.getResponseHeaders().set("x-amzn-RequestId", Invoker.newRequestId());
        exchange.sendResponseHeaders(error.status(), bytes.length);
        exchange.getResponseBody().write(bytes);
    }
}

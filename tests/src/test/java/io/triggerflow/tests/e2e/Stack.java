package io.triggerflow.tests.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.triggerflow.local.LocalRuntime;
import io.triggerflow.local.LocalRuntimeOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;

/** The whole deployment on this machine, as a user would have it: the template's functions in processes of their own, one port. */
public final class Stack implements AutoCloseable {
    public static final ObjectMapper JSON = new ObjectMapper();
    private static final String ENGINE = "io.triggerflow.aws.handler.EngineHandler";

    public final LocalRuntime runtime;
    public final SqsClient sqs;
    public final String queueUrl;
    private final String api;
    private final HttpClient http = HttpClient.newHttpClient();

    public Stack(LocalRuntimeOptions options) {
        runtime = LocalRuntime.start(options);
        Map<String, Object> outputs = runtime.templates().getFirst().outputs();
        queueUrl = outputs.get("QueueUrl").toString();
        api = outputs.get("ApiUrl").toString();
        sqs = SqsClient.builder()
                .endpointOverride(runtime.endpoint())
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build();
    }

    public static Path root() {
        Path dir = Path.of("").toAbsolutePath();
        return dir.endsWith("tests") ? dir.getParent() : dir;
    }

    public static LocalRuntimeOptions options() {
        return LocalRuntimeOptions.of(root().resolve("template.yaml")).withPort(0);
    }

    /** One call of the API; the answer's status must be below 400. */
    public JsonNode call(String method, String path, Object body) {
        JsonNode answer = tryCall(method, path, body);
        if (answer.path("$status").asInt() >= 400) {
            throw new IllegalStateException("Expected " + method + " " + path + " to succeed, but got " + answer);
        }
        return answer;
    }

    /** One call of the API; the answer has its status as {@code $status}. */
    public JsonNode tryCall(String method, String path, Object body) {
        try {
            var publisher = body == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body instanceof String s ? s : JSON.writeValueAsString(body));
            // The local API, like AWS's, wants a credential; it takes any.
            HttpRequest request = HttpRequest.newBuilder(URI.create(api + path))
                    .method(method, publisher)
                    .timeout(Duration.ofSeconds(60))
                    .header("content-type", "application/json")
                    .header(
                            "authorization",
                            "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/execute-api/aws4_request, SignedHeaders=host, Signature=0")
                    .build();
            HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
            JsonNode json = response.body().isEmpty() ? JSON.createObjectNode() : JSON.readTree(response.body());
            return json.isObject()
                    ? ((com.fasterxml.jackson.databind.node.ObjectNode) json).put("$status", response.statusCode())
                    : JSON.createObjectNode()
                            .put("$status", response.statusCode())
                            .set("items", json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    public void deploy(Path bundle) {
        try {
            Object tree = new com.fasterxml.jackson.dataformat.yaml.YAMLMapper()
                    .readValue(Files.readString(bundle), Object.class);
            call("POST", "/workspaces/default/workflows", tree);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public void deploy(String yaml) {
        try {
            call(
                    "POST",
                    "/workspaces/default/workflows",
                    new com.fasterxml.jackson.dataformat.yaml.YAMLMapper().readValue(yaml, Object.class));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public void start(String workflow, String name, Object input) {
        call("POST", "/workspaces/default/runs", Map.of("workflow", workflow, "name", name, "input", input));
    }

    /** Waits until a run has ended, and answers it. */
    public JsonNode await(String run, Duration limit) {
        Instant end = Instant.now().plus(limit);
        while (true) {
            JsonNode state = call("GET", "/workspaces/default/runs/" + run + "?wait=10", null);
            if (!List.of("RUNNING", "PAUSED").contains(state.path("status").asText())) {
                return state;
            }
            if (Instant.now().isAfter(end)) {
                throw new IllegalStateException("Expected run " + run + " to end within " + limit + ", but it is "
                        + state + "; history: " + brief(run));
            }
        }
    }

    private String brief(String run) {
        String history = call("GET", "/workspaces/default/runs/" + run + "/history", null)
                .toString();
        return history.length() > 4_000 ? history.substring(0, 4_000) + "…" : history;
    }

    /** Waits until something holds; looks every 20 ms. */
    public static void await(String what, Duration limit, BooleanSupplier condition) {
        Instant end = Instant.now().plus(limit);
        while (!condition.getAsBoolean()) {
            if (Instant.now().isAfter(end)) {
                throw new IllegalStateException("Expected " + what + " within " + limit + ", but it did not happen");
            }
            java.util.concurrent.locks.LockSupport.parkNanos(20_000_000);
        }
    }

    /** Sends messages by tens, from four threads. */
    public void send(List<String> bodies) {
        send(sqs, queueUrl, bodies);
    }

    /** The same to any queue; returns when all are accepted: what is refused is sent again. */
    static void send(SqsClient sqs, String queueUrl, List<String> bodies) {
        try (var pool = Executors.newFixedThreadPool(4)) {
            List<Future<?>> sent = new ArrayList<>();
            for (int i = 0; i < bodies.size(); i += 10) {
                List<SendMessageBatchRequestEntry> entries = new ArrayList<>();
                for (int j = i; j < Math.min(bodies.size(), i + 10); j++) {
                    entries.add(SendMessageBatchRequestEntry.builder()
                            .id("m" + (j - i))
                            .messageBody(bodies.get(j))
                            .build());
                }
                sent.add(pool.submit(() -> sendAll(sqs, queueUrl, entries)));
            }
            for (Future<?> future : sent) {
                future.get();
            }
        } catch (java.util.concurrent.ExecutionException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void sendAll(SqsClient sqs, String queueUrl, List<SendMessageBatchRequestEntry> entries) {
        List<SendMessageBatchRequestEntry> left = entries;
        while (!left.isEmpty()) {
            List<SendMessageBatchRequestEntry> batch = left;
            var failed = sqs.sendMessageBatch(s -> s.queueUrl(queueUrl).entries(batch))
                    .failed();
            left = batch.stream()
                    .filter(e -> failed.stream().anyMatch(f -> f.id().equals(e.id())))
                    .toList();
        }
    }

    public static String json(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static String event(String id, String type, String run) {
        return "{\"specversion\":\"1.0\",\"id\":\"" + id + "\",\"source\":\"e2e\",\"type\":\"" + type
                + "\",\"tfworkspace\":\"default\",\"tfrun\":\"" + run + "\"}";
    }

    /** The processes in which the engine runs now. */
    List<ProcessHandle> engines() {
        return ProcessHandle.current().descendants().filter(Stack::isEngine).toList();
    }

    /** By its environment: a Lambda runtime finds its handler there. A command line as long as these is cut by the system. */
    private static boolean isEngine(ProcessHandle process) {
        try {
            return Files.readString(
                            Path.of("/proc/" + process.pid() + "/environ"),
                            java.nio.charset.StandardCharsets.ISO_8859_1)
                    .contains("_HANDLER=" + ENGINE);
        } catch (IOException e) {
            return process.info().commandLine().map(c -> c.contains(ENGINE)).orElse(false);
        }
    }

    /** Kills the engine, as {@code kill -9} does. Answers whether there was one. */
    boolean killEngine() {
        Optional<ProcessHandle> engine = engines().stream().findAny();
        engine.ifPresent(ProcessHandle::destroyForcibly);
        return engine.isPresent();
    }

    /** The most memory that an engine's process has had so far, in MiB; 0 where the system does not tell. */
    long peakMiB() {
        long peak = 0;
        for (ProcessHandle engine : engines()) {
            try {
                peak = Math.max(
                        peak,
                        Files.readAllLines(Path.of("/proc/" + engine.pid() + "/status")).stream()
                                        .filter(l -> l.startsWith("VmHWM"))
                                        .map(l -> l.replaceAll("[^0-9]", ""))
                                        .mapToLong(Long::parseLong)
                                        .findFirst()
                                        .orElse(0)
                                / 1024);
            } catch (IOException e) {
                // It has just ended, or this system has no /proc.
            }
        }
        return peak;
    }

    @Override
    public void close() {
        sqs.close();
        runtime.close();
    }
}

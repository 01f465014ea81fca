package io.triggerflow.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.IdentityProvider;

/**
 * AWS's services, or the local runtime's, as an operator needs them: a few signed requests, answers as JSON whatever the protocol. Five SDK
 * clients would take longer to start than all requests together. Not thread-safe.
 */
public final class Aws implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int TRIES = 4;
    private static final Duration WAIT = Duration.ofMillis(300);
    private static final Set<Integer> MAY_PASS = Set.of(429, 500, 502, 503, 504);
    /** Set by the HTTP client itself. */
    private static final Set<String> OWN = Set.of("host", "content-length");

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final Optional<URI> endpoint;
    private final String region;
    private final boolean local;
    private final IdentityProvider<? extends AwsCredentialsIdentity> credentials;
    private Optional<Duration> clockSkew = Optional.empty();

    /**
     * @param endpoint the one address of all services; empty: AWS's own
     */
    public Aws(Optional<URI> endpoint, String region) {
        this(endpoint, region, endpoint.filter(Aws::isLocal).isPresent());
    }

    /**
     * @param local whether it is the local runtime, which takes any credentials and has not everything
     */
    Aws(Optional<URI> endpoint, String region, boolean local) {
        this.endpoint = endpoint;
        this.region = region;
        this.local = local;
        this.credentials = endpoint.filter(Aws::isLocal).isPresent()
                ? StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local"))
                : DefaultCredentialsProvider.builder().build();
    }

    static boolean isLocal(URI address) {
        String host = String.valueOf(address.getHost());
        return host.equals("localhost")
                || host.equals("127.0.0.1")
                || host.equals("[::1]")
                || host.endsWith(".localhost");
    }

    /** Whether this is the local runtime. */
    boolean isLocal() {
        return local;
    }

    public String region() {
        return region;
    }

    /** How far this machine's clock was ahead of the services' at the last answer, to about a second; empty when none told the time. */
    Optional<Duration> clockSkew() {
        return clockSkew;
    }

    private void noteTime(HttpResponse<?> response) {
        clockSkew = response.headers()
                .firstValue("Date")
                .map(date -> Duration.between(
                        Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(date)), Instant.now()));
    }

    /** AWS refused: its code and its words. */
    public static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final int status;
        private final String code;

        Refused(int status, String code, String message) {
            super(message, null, false, false);
            this.status = status;
            this.code = code;
        }

        public String code() {
            return code;
        }

        /** Whether the caller may not do it; not whether it would be possible. */
        boolean isDenied() {
            return status == 403 || code.startsWith("AccessDenied") || code.startsWith("Unauthorized");
        }

        boolean isMissing() {
            return status == 404 || code.startsWith("NoSuchEntity") || code.contains("NotFound");
        }
    }

    /** A service with JSON in and out, such as SQS; the operation with the prefix of its target. */
    JsonNode json(String service, String target, JsonNode request) {
        return send(
                service,
                "POST",
                "/",
                Map.of("X-Amz-Target", target, "Content-Type", "application/x-amz-json-1.0"),
                Session.text(request));
    }

    /** A service with paths, such as Lambda; JSON null for an empty body. */
    JsonNode rest(String service, String method, String path, JsonNode body) {
        return send(
                service,
                method,
                path,
                body.isNull() ? Map.of() : Map.of("Content-Type", "application/json"),
                body.isNull() ? "" : Session.text(body));
    }

    /**
     * A service with forms in and XML out, such as IAM: what is inside the element {@code ...Result}. Sent again up to three times when it
     * fails in a way that may pass.
     *
     * @throws Refused when the service says no
     */
    public JsonNode query(String service, String version, String action, Map<String, String> fields) {
        Map<String, String> form = new TreeMap<>(fields);
        form.put("Action", action);
        form.put("Version", version);
        String body = form.entrySet().stream()
                .map(e -> encode(e.getKey()) + "=" + encode(e.getValue()))
                .collect(Collectors.joining("&"));
        return send(service, "POST", "/", Map.of("Content-Type", "application/x-www-form-urlencoded"), body)
                .path(action + "Result");
    }

    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private JsonNode send(String service, String method, String path, Map<String, String> headers, String body) {
        URI uri = URI.create(address(service) + path);
        for (int tried = 1; ; tried++) {
            HttpResponse<byte[]> response = once(service, method, uri, headers, body.getBytes(StandardCharsets.UTF_8));
            noteTime(response);
            if (response.statusCode() < 300) {
                return read(response);
            }
            if (tried == TRIES || !MAY_PASS.contains(response.statusCode())) {
                throw refused(response, service + " " + method + " " + path);
            }
            pause(WAIT.multipliedBy(tried));
        }
    }

    static void pause(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw CliException.failed("Interrupted", "Interrupted");
        }
    }

    private String address(String service) {
        if (endpoint.isPresent()) {
            URI uri = endpoint.get();
            return uri.getScheme() + "://" + uri.getAuthority();
        }
        String suffix = region.startsWith("cn-") ? ".amazonaws.com.cn" : ".amazonaws.com";
        // IAM is one for all regions of a partition.
        boolean oneForAll = service.equals("iam") && !region.startsWith("cn-") && !region.startsWith("us-gov-");
        return "https://" + (oneForAll ? "iam" : service + "." + region) + suffix;
    }

    private String signingRegion(String service) {
        return service.equals("iam") && !region.startsWith("cn-") && !region.startsWith("us-gov-")
                ? "us-east-1"
                : region;
    }

    private HttpResponse<byte[]> once(
            String service, String method, URI uri, Map<String, String> headers, byte[] body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(PATIENCE);
        SdkHttpRequest.Builder unsigned =
                SdkHttpRequest.builder().method(SdkHttpMethod.fromValue(method)).uri(uri);
        headers.forEach(unsigned::putHeader);
        try {
            AwsCredentialsIdentity identity = credentials.resolveIdentity().join();
            AwsV4HttpSigner.create()
                    .sign(r -> r.identity(identity)
                            .request(unsigned.build())
                            .payload(() -> new ByteArrayInputStream(body))
                            .putProperty(AwsV4FamilyHttpSigner.SERVICE_SIGNING_NAME, service)
                            .putProperty(AwsV4HttpSigner.REGION_NAME, signingRegion(service)))
                    .request()
                    .headers()
                    .forEach((name, values) -> {
                        if (!OWN.contains(name.toLowerCase(Locale.ROOT))) {
                            values.forEach(value -> request.header(name, value));
                        }
                    });
        } catch (SdkException e) {
            throw CliException.unusable(
                    "NoCredentials",
                    "Expected AWS credentials, but: " + e.getMessage().replaceAll("(?s) \\w*ProviderChain\\(.*", ""),
                    e);
        }
        try {
            return http.send(
                    request.method(
                                    method,
                                    body.length == 0
                                            ? HttpRequest.BodyPublishers.noBody()
                                            : HttpRequest.BodyPublishers.ofByteArray(body))
                            .build(),
                    HttpResponse.BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw CliException.unusable(
                    "NotReached", "Expected an answer from " + uri.getAuthority() + ", but: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw CliException.failed("Interrupted", "Interrupted");
        }
    }

    private static JsonNode read(HttpResponse<byte[]> response) {
        if (response.body().length == 0) {
            return Session.JSON.createObjectNode();
        }
        try {
            return response.body()[0] == '<' ? Xml.read(response.body()) : Session.JSON.readTree(response.body());
        } catch (IOException e) {
            // Not from AWS: a page of somebody in between.
            return Session.JSON
                    .createObjectNode()
                    .put("Code", "Status" + response.statusCode())
                    .put("Message", "Expected JSON or XML, but: " + e.getMessage());
        }
    }

    private static Refused refused(HttpResponse<byte[]> response, String what) {
        JsonNode body = read(response);
        JsonNode error = body.has("Error") ? body.path("Error") : body;
        String code = response.headers()
                .firstValue("x-amzn-ErrorType")
                .or(() -> List.of("Code", "__type", "code").stream()
                        .map(name -> error.path(name).asText(""))
                        .filter(text -> !text.isEmpty())
                        .findFirst())
                .orElse("Status" + response.statusCode());
        String name = code.substring(code.lastIndexOf('#') + 1).replaceFirst(":.*", "");
        String message = error.path("Message").asText(error.path("message").asText(""));
        return new Refused(
                response.statusCode(), name, "Expected " + what + " to be granted, but: " + name + ": " + message);
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}

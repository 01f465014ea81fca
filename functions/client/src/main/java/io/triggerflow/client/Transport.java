package io.triggerflow.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * Sends requests: signed, again after a failure that may pass, and with errors as exceptions. Every request that goes through here must
 * be safe to send twice. Thread-safe.
 */
final class Transport {
    private static final Set<Integer> MAY_PASS = Set.of(429, 500, 502, 503, 504);
    /** Set by the HTTP client itself; it refuses them from others. */
    private static final Set<String> OWN = Set.of("host", "content-length", "connection", "expect", "upgrade");

    private final HttpClient http;
    private final Signer signer;
    private final Backoff backoff;
    private final Duration timeout;

    Transport(HttpClient http, Signer signer, Backoff backoff, Duration timeout) {
        this.http = http;
        this.signer = signer;
        this.backoff = backoff;
        this.timeout = timeout;
    }

    /** A request: its body and how long to wait for the answer beyond the usual. */
    record Call(String service, String method, URI uri, String contentType, byte[] body, Duration extra) {
        static Call api(String method, URI uri, Optional<JsonNode> body) {
            return new Call(
                    "execute-api",
                    method,
                    uri,
                    "application/json",
                    body.map(Json::bytes).orElse(new byte[0]),
                    Duration.ZERO);
        }

        Call waiting(Duration value) {
            return new Call(service, method, uri, contentType, body, value);
        }
    }

    /** The answer's JSON; JSON null for an empty one. */
    JsonNode json(Call call) {
        return join(jsonLater(call));
    }

    /** The answer's JSON, when it comes. Completes with a {@link TriggerflowException} only. */
    CompletableFuture<JsonNode> jsonLater(Call call) {
        return send(call, 1).thenApply(body -> Json.parse(body).orElseThrow(() -> notOurs(call, body)));
    }

    byte[] bytes(Call call) {
        return join(send(call, 1));
    }

    static <T> T join(CompletableFuture<T> later) {
        try {
            return later.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    private CompletableFuture<byte[]> send(Call call, int attempt) {
        return once(call)
                .handle((response, error) -> after(call, attempt, response, error))
                .thenCompose(result -> result);
    }

    private CompletableFuture<HttpResponse<byte[]>> once(Call call) {
        HttpRequest.Builder request = HttpRequest.newBuilder(call.uri()).timeout(timeout.plus(call.extra()));
        Map<String, String> headers = new HashMap<>(Map.of("Accept", "application/json"));
        if (call.body().length > 0) {
            headers.put("Content-Type", call.contentType());
        }
        try {
            signer.sign(call.service(), call.method(), call.uri(), headers, call.body())
                    .forEach((name, values) -> {
                        if (!OWN.contains(name.toLowerCase(Locale.ROOT))) {
                            values.forEach(value -> request.header(name, value));
                        }
                    });
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(new TriggerflowException.Denied(
                    0, "NoCredentials", "Expected AWS credentials to sign the request with, but: " + brief(e)));
        }
        var body = call.body().length == 0
                ? HttpRequest.BodyPublishers.noBody()
                : HttpRequest.BodyPublishers.ofByteArray(call.body());
        return http.sendAsync(request.method(call.method(), body).build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    /** Without the list of all the places where there are none. */
    private static String brief(RuntimeException e) {
        return String.valueOf(e.getMessage()).replaceAll("(?s) \\w*ProviderChain\\(.*", "");
    }

    private CompletableFuture<byte[]> after(Call call, int attempt, HttpResponse<byte[]> response, Throwable error) {
        if (error == null && response.statusCode() < 300) {
            return CompletableFuture.completedFuture(response.body());
        }
        Throwable cause = error instanceof CompletionException e && e.getCause() != null ? e.getCause() : error;
        boolean mayPass = error == null ? MAY_PASS.contains(response.statusCode()) : cause instanceof IOException;
        if (mayPass && attempt < backoff.attempts()) {
            Duration wait = wait(attempt, response);
            Executor later = CompletableFuture.delayedExecutor(wait.toMillis(), TimeUnit.MILLISECONDS);
            return CompletableFuture.supplyAsync(() -> send(call, attempt + 1), later)
                    .thenCompose(result -> result);
        }
        return CompletableFuture.failedFuture(error == null ? Errors.of(call, response) : unreached(call, cause));
    }

    private Duration wait(int attempt, HttpResponse<byte[]> response) {
        Optional<String> asked =
                response == null ? Optional.empty() : response.headers().firstValue("Retry-After");
        return asked.filter(seconds -> seconds.matches("\\d{1,6}"))
                .map(seconds -> backoff.bounded(Duration.ofSeconds(Long.parseLong(seconds))))
                .orElseGet(() -> backoff.after(attempt, ThreadLocalRandom.current()));
    }

    private static TriggerflowException unreached(Call call, Throwable cause) {
        if (cause instanceof TriggerflowException e) {
            return e;
        }
        String what = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        return new TriggerflowException.Unavailable(
                0, "NotReached", "Expected an answer from " + origin(call.uri()) + ", but: " + what, cause);
    }

    private static TriggerflowException notOurs(Call call, byte[] body) {
        String start = new String(body, 0, Math.min(body.length, 80), java.nio.charset.StandardCharsets.UTF_8);
        return new TriggerflowException(
                200,
                "NotJson",
                "",
                "Expected JSON from " + origin(call.uri()) + ", but it answered '" + start
                        + "'; is this address a Triggerflow API?",
                null);
    }

    static String origin(URI uri) {
        return uri.getScheme() + "://" + uri.getAuthority();
    }

    /** The parts of a path, each encoded on its own: names may hold a slash. */
    static String path(List<String> parts) {
        StringBuilder path = new StringBuilder();
        for (String part : parts) {
            path.append('/').append(encode(part));
        }
        return path.toString();
    }

    /** Percent-encoding as signatures need it: all but unreserved characters. */
    static String encode(String text) {
        return java.net.URLEncoder.encode(text, java.nio.charset.StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("*", "%2A")
                .replace("%7E", "~");
    }
}

package io.triggerflow.local.gateway;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** S3 in front of S3Proxy: makes virtual-host style path style, decodes aws-chunked bodies, tells of objects created. */
final class S3Handler implements Handler {
    private static final Pattern VIRTUAL_HOST = Pattern.compile(
            "^(.+?)(?:\\.s3)?(?:[.-][a-z]{2}-[a-z]+-\\d)?\\.(?:amazonaws\\.com|localhost(?:\\..+)?)(?::\\d+)?$");
    private static final Pattern SERVICE_HOST = Pattern.compile("^s3[.-].*|^localhost.*|^[\\d.:]+$|^\\[.*");
    /** What S3Proxy must not see: it would verify or store them as they are. */
    private static final Set<String> DROPPED = Set.of(
            "authorization",
            "host",
            "x-amz-trailer",
            "x-amz-decoded-content-length",
            "x-amz-content-sha256",
            "x-amz-sdk-checksum-algorithm");

    private final Backend backend;
    private final ObjectListener listener;

    S3Handler(Backend backend, ObjectListener listener) {
        this.backend = backend;
        this.listener = listener;
    }

    @Override
    public void handle(GatewayExchange exchange) throws IOException {
        HttpHead head = exchange.head();
        String target = pathStyle(head.first("Host").orElse(""), exchange.target());
        if (createsBucket(exchange.getRequestMethod(), target)) {
            // The body can only say where: S3Proxy refuses all regions but its own, and locally there is one.
            backend.forward(
                    exchange,
                    target,
                    headers(head).stream()
                            .filter(h -> !h.name().equalsIgnoreCase("Content-MD5"))
                            .toList(),
                    Optional.of(0L),
                    InputStream.nullInputStream());
            return;
        }
        if (Boolean.TRUE.equals(exchange.getAttribute(GuardedHandler.HIDES_ABSENCE))
                && backend.head(target).isEmpty()) {
            AwsErrors.denied(exchange, "s3", "Access Denied");
            return;
        }
        boolean decode = AwsChunked.is(head);
        InputStream body = decode ? AwsChunked.decode(exchange.getRequestBody()) : exchange.getRequestBody();
        Optional<Long> length = decode
                ? Optional.of(AwsChunked.decodedLength(head))
                : head.chunked()
                        ? Optional.empty()
                        : Optional.of(head.contentLength().orElse(0L));
        Backend.Answer answer = backend.forward(exchange, target, headers(head), length, body);
        if (decode && body.read() >= 0) {
            throw new IOException(
                    "Expected no data after the decoded length of an aws-chunked body, but there is some");
        }
        if (answer.status() == 200) {
            announce(exchange.getRequestMethod(), target, head, length.orElse(0L), answer);
        }
    }

    private static boolean createsBucket(String method, String target) {
        return method.equals("PUT")
                && Uris.path(target).matches("/[^/]+/?")
                && Uris.query(target).keySet().stream().allMatch(S3Handler::harmless);
    }

    private static List<HttpHead.Header> headers(HttpHead head) {
        var headers = new ArrayList<HttpHead.Header>();
        for (HttpHead.Header header : Backend.forwardable(head)) {
            String name = header.name().toLowerCase(Locale.ROOT);
            if (name.equals("content-encoding")) {
                String rest =
                        header.value().replaceAll("aws-chunked\\s*,?\\s*", "").strip();
                if (!rest.isEmpty()) {
                    headers.add(new HttpHead.Header(header.name(), rest));
                }
            } else if (!DROPPED.contains(name) && !name.startsWith("x-amz-checksum-")) {
                headers.add(header);
            }
        }
        return headers;
    }

    static String pathStyle(String host, String target) {
        String name = host.toLowerCase(Locale.ROOT);
        Matcher matcher = VIRTUAL_HOST.matcher(name);
        return !SERVICE_HOST.matcher(name).matches() && matcher.matches() ? "/" + matcher.group(1) + target : target;
    }

    private void announce(String method, String target, HttpHead request, long length, Backend.Answer answer) {
        String[] parts = Uris.path(target).split("/", 3);
        if (parts.length < 3 || parts[2].isEmpty()) {
            return;
        }
        Map<String, String> query = Uris.query(target);
        String etag = answer.head().first("ETag").orElse("").replace("\"", "");
        String key = Uris.decode(parts[2]);
        if (method.equals("PUT") && query.keySet().stream().allMatch(S3Handler::harmless)) {
            boolean copy = request.first("x-amz-copy-source").isPresent();
            listener.created(
                    parts[1], key, copy ? size(parts[1], parts[2]) : length, etag, copy ? "CopyObject" : "PutObject");
        } else if (method.equals("POST") && query.containsKey("uploadId")) {
            listener.created(parts[1], key, size(parts[1], parts[2]), etag, "CompleteMultipartUpload");
        }
    }

    private static boolean harmless(String parameter) {
        return parameter.startsWith("X-Amz-") || parameter.equals("x-id");
    }

    private long size(String bucket, String key) {
        try {
            return backend.head("/" + bucket + "/" + key)
                    .flatMap(HttpHead::contentLength)
                    .orElse(0L);
        } catch (IOException e) {
            return 0; // the event is still true without the size
        }
    }
}

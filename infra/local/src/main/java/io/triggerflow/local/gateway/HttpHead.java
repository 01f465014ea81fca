package io.triggerflow.local.gateway;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Start line and headers of an HTTP/1.1 message, in the order and spelling of the wire.
 *
 * @param start the start line without its line end
 * @param headers every header line, repeated names kept
 */
record HttpHead(String start, List<Header> headers) {
    private static final int MAX_BYTES = 256 * 1024;
    private static final Set<String> HOP_BY_HOP = Set.of(
            "connection",
            "keep-alive",
            "proxy-connection",
            "proxy-authenticate",
            "proxy-authorization",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "expect");

    /** One header line. */
    record Header(String name, String value) {}

    HttpHead {
        headers = List.copyOf(headers);
    }

    /**
     * Reads the next head.
     *
     * @return empty at a clean end of the stream
     * @throws EOFException when the stream ends inside a head
     */
    static Optional<HttpHead> read(WireInput in) throws IOException {
        Optional<String> start = in.line(MAX_BYTES);
        while (start.isPresent() && start.get().isEmpty()) {
            start = in.line(MAX_BYTES); // RFC 9112 2.2: a stray empty line before a request is ignored
        }
        if (start.isEmpty()) {
            return Optional.empty();
        }
        var headers = new ArrayList<Header>(16);
        int left = MAX_BYTES;
        while (true) {
            String line = in.line(left)
                    .orElseThrow(
                            () -> new EOFException("Expected the end of the headers, but the connection was closed"));
            if (line.isEmpty()) {
                return Optional.of(new HttpHead(start.get(), headers));
            }
            left -= line.length();
            int colon = line.indexOf(':');
            if (colon > 0) {
                headers.add(new Header(
                        line.substring(0, colon), line.substring(colon + 1).strip()));
            }
        }
    }

    Optional<String> first(String name) {
        for (Header header : headers) {
            if (header.name().equalsIgnoreCase(name)) {
                return Optional.of(header.value());
            }
        }
        return Optional.empty();
    }

    boolean chunked() {
        return first("Transfer-Encoding")
                .filter(v -> v.toLowerCase(Locale.ROOT).contains("chunked"))
                .isPresent();
    }

    /** The announced length of the body; empty when there is none or it is chunked. */
    Optional<Long> contentLength() {
        return chunked() ? Optional.empty() : first("Content-Length").map(v -> Long.parseLong(v.strip()));
    }

    boolean closes() {
        return first("Connection").filter(v -> v.equalsIgnoreCase("close")).isPresent() || start.endsWith("HTTP/1.0");
    }

    static boolean isHopByHop(String name) {
        return HOP_BY_HOP.contains(name.toLowerCase(Locale.ROOT));
    }

    /** The bytes of this head, with its final empty line. */
    byte[] bytes() {
        var out = new ByteArrayOutputStream(512);
        out.writeBytes(start.getBytes(StandardCharsets.ISO_8859_1));
        out.write('\r');
        out.write('\n');
        for (Header header : headers) {
            out.writeBytes((header.name() + ": " + header.value() + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
        }
        out.write('\r');
        out.write('\n');
        return out.toByteArray();
    }
}

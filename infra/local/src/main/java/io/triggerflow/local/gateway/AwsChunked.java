package io.triggerflow.local.gateway;

import java.io.IOException;
import java.io.InputStream;

/**
 * Decodes a body in the {@code aws-chunked} content coding, signed or not, with or without trailers. Signatures and
 * checksums are not verified: locally there is no wire to corrupt them.
 */
final class AwsChunked {
    private AwsChunked() {}

    static InputStream decode(InputStream body) {
        // The same grammar as chunked transfer coding: size;extension CRLF data CRLF ... 0;extension CRLF trailers CRLF
        return new WireInput(body).chunked();
    }

    static boolean is(HttpHead head) {
        return head.first("x-amz-content-sha256")
                .filter(v -> v.startsWith("STREAMING-"))
                .isPresent();
    }

    static long decodedLength(HttpHead head) throws IOException {
        return Long.parseLong(head.first("x-amz-decoded-content-length")
                .orElseThrow(() -> new IOException(
                        "Expected x-amz-decoded-content-length beside a streaming signature, but it is missing")));
    }
}

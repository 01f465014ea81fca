package io.triggerflow.local.gateway;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** A buffered view of a connection's input that hands out lines and framed bodies. Not thread-safe: one thread a connection. */
final class WireInput {
    private final InputStream in;
    private final byte[] buffer = new byte[16 * 1024];
    private int position;
    private int limit;

    WireInput(InputStream in) {
        this.in = in;
    }

    private boolean fill() throws IOException {
        int n = in.read(buffer, 0, buffer.length);
        position = 0;
        limit = Math.max(n, 0);
        return n > 0;
    }

    /** The next line without its line end; empty at the end of the stream. */
    Optional<String> line(int max) throws IOException {
        var text = new StringBuilder(64);
        while (true) {
            if (position == limit && !fill()) {
                return text.isEmpty() ? Optional.empty() : Optional.of(text.toString());
            }
            int from = position;
            while (position < limit && buffer[position] != '\n') {
                position++;
            }
            text.append(new String(buffer, from, position - from, StandardCharsets.ISO_8859_1));
            if (text.length() > max) {
                throw new IOException("Expected headers of at most " + max + " bytes, but they are longer");
            }
            if (position < limit) {
                position++;
                if (!text.isEmpty() && text.charAt(text.length() - 1) == '\r') {
                    text.setLength(text.length() - 1);
                }
                return Optional.of(text.toString());
            }
        }
    }

    private int read(byte[] target, int offset, int length) throws IOException {
        if (position == limit) {
            if (length >= buffer.length) {
                return in.read(target, offset, length);
            }
            if (!fill()) {
                return -1;
            }
        }
        int n = Math.min(length, limit - position);
        System.arraycopy(buffer, position, target, offset, n);
        position += n;
        return n;
    }

    /** A body of exactly {@code length} bytes. */
    InputStream fixed(long length) {
        return new Body() {
            private long left = length;

            @Override
            public int read(byte[] target, int offset, int count) throws IOException {
                if (left == 0) {
                    return -1;
                }
                int n = WireInput.this.read(target, offset, (int) Math.min(count, left));
                if (n < 0) {
                    throw new EOFException("Expected " + left + " more bytes of a body, but the connection was closed");
                }
                left -= n;
                return n;
            }
        };
    }

    /** A body in chunked transfer coding; trailers are read and dropped. */
    InputStream chunked() {
        return new Body() {
            private long left;
            private boolean first = true;
            private boolean done;

            @Override
            public int read(byte[] target, int offset, int count) throws IOException {
                if (!done && left == 0) {
                    nextChunk();
                }
                if (done) {
                    return -1;
                }
                int n = WireInput.this.read(target, offset, (int) Math.min(count, left));
                if (n < 0) {
                    throw new EOFException(
                            "Expected " + left + " more bytes of a chunk, but the connection was closed");
                }
                left -= n;
                return n;
            }

            private void nextChunk() throws IOException {
                if (!first) {
                    line(2);
                }
                first = false;
                String size = line(4096)
                        .orElseThrow(() -> new EOFException("Expected a chunk, but the connection was closed"));
                int end = size.indexOf(';');
                left = Long.parseLong((end < 0 ? size : size.substring(0, end)).strip(), 16);
                if (left == 0) {
                    done = true;
                    while (line(8192).filter(l -> !l.isEmpty()).isPresent()) {
                        continue;
                    }
                }
            }
        };
    }

    /** A body that ends with the connection. */
    InputStream untilClose() {
        return new Body() {
            @Override
            public int read(byte[] target, int offset, int count) throws IOException {
                return WireInput.this.read(target, offset, count);
            }
        };
    }

    private abstract static class Body extends InputStream {
        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public abstract int read(byte[] target, int offset, int count) throws IOException;
    }
}

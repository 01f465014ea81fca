package io.triggerflow.local.gateway;

import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;

/**
 * A server behind the gateway, reached over kept-alive connections. Bodies are streamed in both directions, never held.
 * Thread-safe; every call borrows a connection of its own.
 */
final class Backend implements Handler, AutoCloseable {
    /** Well below the back ends' own idle limits, so a borrowed connection is not one the server is just closing. */
    private static final long IDLE_NANOS = Duration.ofSeconds(20).toNanos();

    private final InetSocketAddress address;
    private final String host;
    private final ConcurrentLinkedDeque<Connection> idle = new ConcurrentLinkedDeque<>();

    private final Optional<CapacityTap> tap;

    Backend(URI endpoint) {
        this(endpoint, Optional.empty());
    }

    /** With the capacity of its requests counted: bodies are held whole then. */
    Backend(URI endpoint, Optional<CapacityTap> tap) {
        this.tap = tap;
        this.address = new InetSocketAddress(endpoint.getHost(), endpoint.getPort());
        this.host = endpoint.getAuthority();
    }

    /** What the back end answered: its head, already passed on together with the body. */
    record Answer(int status, HttpHead head) {}

    @Override
    public void handle(GatewayExchange exchange) throws IOException {
        HttpHead head = exchange.head();
        forward(
                exchange,
                exchange.target(),
                forwardable(head),
                head.chunked()
                        ? Optional.empty()
                        : Optional.of(head.contentLength().orElse(0L)),
                exchange.getRequestBody());
    }

    /** Forwards the request with another body. */
    Answer forward(GatewayExchange exchange, byte[] body) throws IOException {
        return forward(
                exchange,
                exchange.target(),
                forwardable(exchange.head()),
                Optional.of((long) body.length),
                new ByteArrayInputStream(body));
    }

    /** Forwards a request and passes the answer on. */
    Answer forward(
            GatewayExchange exchange,
            String target,
            List<HttpHead.Header> headers,
            Optional<Long> length,
            InputStream body)
            throws IOException {
        if (tap.isPresent()) {
            return tapped(exchange, target, headers, body.readAllBytes(), tap.get());
        }
        Connection connection = borrow();
        boolean reusable = false;
        try {
            HttpHead answer = connection.send(exchange.getRequestMethod(), target, headers, length, body);
            Framing framing = Framing.of(exchange.getRequestMethod(), answer);
            OutputStream out = exchange.respond(answer.start(), forwardable(answer), framing.length());
            connection.body(framing).transferTo(out);
            out.close();
            reusable = !answer.closes() && !framing.untilClose();
            return new Answer(exchange.getResponseCode(), answer);
        } finally {
            giveBack(connection, reusable);
        }
    }

    private Answer tapped(
            GatewayExchange exchange,
            String target,
            List<HttpHead.Header> headers,
            byte[] request,
            CapacityTap counting)
            throws IOException {
        Reply reply = call(exchange.getRequestMethod(), target, headers, counting.ask(exchange.head(), request));
        counting.answered(exchange.head(), request, reply.status(), reply.body());
        try (OutputStream out = exchange.respond(
                reply.head().start(), forwardable(reply.head()), Optional.of((long) reply.body().length))) {
            out.write(reply.body());
        }
        return new Answer(reply.status(), reply.head());
    }

    /** An answer that was read whole. */
    record Reply(int status, HttpHead head, byte[] body) {}

    /** Sends a request of our own and reads its answer. */
    Reply call(String method, String target, List<HttpHead.Header> headers, byte[] body) throws IOException {
        Connection connection = borrow();
        boolean reusable = false;
        try {
            HttpHead answer = connection.send(
                    method, target, headers, Optional.of((long) body.length), new ByteArrayInputStream(body));
            Framing framing = Framing.of(method, answer);
            byte[] bytes = connection.body(framing).readAllBytes();
            reusable = !answer.closes() && !framing.untilClose();
            return new Reply(Integer.parseInt(answer.start().split(" ")[1]), answer, bytes);
        } finally {
            giveBack(connection, reusable);
        }
    }

    /** The answer to a HEAD request; empty when it is not a success. */
    Optional<HttpHead> head(String target) throws IOException {
        Connection connection = borrow();
        boolean reusable = false;
        try {
            HttpHead answer =
                    connection.send("HEAD", target, List.of(), Optional.of(0L), InputStream.nullInputStream());
            reusable = !answer.closes();
            return answer.start().split(" ")[1].equals("200") ? Optional.of(answer) : Optional.empty();
        } finally {
            giveBack(connection, reusable);
        }
    }

    static List<HttpHead.Header> forwardable(HttpHead head) {
        var headers = new ArrayList<HttpHead.Header>(head.headers().size());
        for (HttpHead.Header header : head.headers()) {
            if (!HttpHead.isHopByHop(header.name()) && !header.name().equalsIgnoreCase("Content-Length")) {
                headers.add(header);
            }
        }
        return headers;
    }

    private Connection borrow() throws IOException {
        for (Connection kept = idle.pollFirst(); kept != null; kept = idle.pollFirst()) {
            if (System.nanoTime() - kept.since < IDLE_NANOS) {
                return kept;
            }
            kept.close();
        }
        return new Connection(address, host);
    }

    private void giveBack(Connection connection, boolean reusable) {
        if (reusable) {
            connection.since = System.nanoTime();
            idle.addFirst(connection);
        } else {
            connection.close();
        }
    }

    @Override
    public void close() {
        idle.forEach(Connection::close);
        idle.clear();
    }

    /** How the end of an answer's body is known. */
    private record Framing(Optional<Long> length, boolean untilClose) {
        static Framing of(String method, HttpHead answer) {
            int status = Integer.parseInt(answer.start().split(" ")[1]);
            if (method.equals("HEAD") || status == 204 || status == 304) {
                return new Framing(Optional.of(answer.contentLength().orElse(0L)), false);
            }
            return new Framing(answer.contentLength(), answer.contentLength().isEmpty() && !answer.chunked());
        }
    }

    private static final class Connection {
        private final Socket socket;
        private final String host;
        private final OutputStream out;
        private final WireInput in;
        private long since;
        private String method = "";
        private int status;

        Connection(InetSocketAddress address, String host) throws IOException {
            this.socket = new Socket();
            this.host = host;
            socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
            socket.connect(address, 5_000);
            this.out = new BufferedOutputStream(socket.getOutputStream(), 32 * 1024);
            this.in = new WireInput(socket.getInputStream());
        }

        HttpHead send(
                String verb, String target, List<HttpHead.Header> headers, Optional<Long> length, InputStream body)
                throws IOException {
            method = verb;
            var all = new ArrayList<>(headers);
            if (headers.stream().noneMatch(h -> h.name().equalsIgnoreCase("Host"))) {
                all.add(new HttpHead.Header("Host", host));
            }
            all.add(length.map(n -> new HttpHead.Header("Content-Length", Long.toString(n)))
                    .orElseGet(() -> new HttpHead.Header("Transfer-Encoding", "chunked")));
            out.write(new HttpHead(verb + " " + target + " HTTP/1.1", all).bytes());
            if (length.isPresent()) {
                body.transferTo(out);
            } else {
                try (var chunked = new ChunkedOutput(out)) {
                    body.transferTo(chunked);
                }
            }
            out.flush();
            HttpHead answer;
            do {
                answer = HttpHead.read(in)
                        .orElseThrow(() ->
                                new IOException("Expected an answer from " + host + ", but it closed the connection"));
                status = Integer.parseInt(answer.start().split(" ")[1]);
            } while (status >= 100 && status < 200);
            return answer;
        }

        InputStream body(Framing framing) {
            if (method.equals("HEAD") || status == 204 || status == 304) {
                return InputStream.nullInputStream();
            }
            if (framing.untilClose()) {
                return in.untilClose();
            }
            return framing.length().isPresent() ? in.fixed(framing.length().get()) : in.chunked();
        }

        void close() {
            try {
                socket.close();
            } catch (IOException e) {
                // Nothing is lost: the connection was idle or has failed already.
                socket.isClosed();
            }
        }
    }
}

package io.triggerflow.local.gateway;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The one port: every service of AWS behind one address, told apart by the signature's scope, the X-Amz-Target or the path.
 *
 * <p>Plain sockets and a virtual thread a connection: requests to the storage back ends are streamed through without being
 * parsed or held. Binding and starting are two steps, so that the port is known (and taken) before the services start;
 * requests that come in between wait for {@link #start}.
 */
public final class Gateway implements AutoCloseable {
    private static final String HOST = "127.0.0.1";
    private static final int BACKLOG = 512;

    private final ServerSocket listener;
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
    private final AtomicReference<Routes> routes = new AtomicReference<>();

    private Gateway(ServerSocket listener) {
        this.listener = listener;
    }

    /**
     * Takes the port.
     *
     * @param port the port of 127.0.0.1; 0 takes any free one
     * @throws PortTakenException when another process listens there
     */
    public static Gateway bind(int port) {
        try {
            var listener = new ServerSocket();
            listener.setReuseAddress(true);
            listener.bind(new InetSocketAddress(InetAddress.getByName(HOST), port), BACKLOG);
            return new Gateway(listener);
        } catch (BindException e) {
            throw new PortTakenException(port, e);
        } catch (IOException e) {
            throw new UncheckedIOException("Expected to listen on port " + port + " of " + HOST + ", but: " + e, e);
        }
    }

    /** The port that is listened on. */
    public int port() {
        return listener.getLocalPort();
    }

    /** The address for {@code AWS_ENDPOINT_URL}. */
    public URI endpoint() {
        return URI.create("http://" + HOST + ":" + port());
    }

    /** Begins to answer requests. To be called once. */
    public void start(Routes table) {
        routes.set(table);
        Thread.ofPlatform().daemon().name("gateway").start(this::accept);
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                connections.add(socket);
                Thread.ofVirtual().name("gateway-connection").start(() -> serve(socket));
            } catch (IOException e) {
                // Closed, or out of descriptors: the first ends the loop, the second may pass.
                Thread.yield();
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
            var in = new WireInput(socket.getInputStream());
            var out = new BufferedOutputStream(socket.getOutputStream(), 32 * 1024);
            boolean open = true;
            while (open) {
                Optional<HttpHead> head = HttpHead.read(in);
                open = head.isPresent() && serve(new GatewayExchange(socket, in, out, head.get()), out);
            }
        } catch (IOException e) {
            // The peer is gone or does not speak HTTP: nobody is left to be told.
            connections.remove(socket);
        } finally {
            connections.remove(socket);
        }
    }

    private boolean serve(GatewayExchange exchange, OutputStream out) throws IOException {
        if (exchange.head()
                .first("Expect")
                .filter(v -> v.equalsIgnoreCase("100-continue"))
                .isPresent()) {
            out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
        }
        try {
            dispatch(exchange);
        } catch (IOException | RuntimeException e) {
            if (exchange.answered()) {
                throw new IOException("Expected to finish an answer, but: " + e, e);
            }
            AwsErrors.send(
                    exchange, 500, "InternalFailure", "Expected an answer of the local service, but it failed: " + e);
        }
        exchange.finish();
        return exchange.keepAlive();
    }

    private void dispatch(GatewayExchange exchange) throws IOException {
        String name = ServiceName.of(exchange);
        Map<String, Handler> handlers = routes.get().handlers();
        Handler handler = handlers.get(name);
        if (handler != null) {
            handler.handle(exchange);
        } else {
            AwsErrors.send(
                    exchange,
                    501,
                    "UnknownServiceException",
                    "Expected a request for one of "
                            + handlers.keySet().stream()
                                    .filter(s -> !s.startsWith("_"))
                                    .sorted()
                                    .toList() + ", but it is for '" + name
                            + "', which the local runtime does not offer.");
        }
    }

    /** Stops listening and closes every connection; requests under way end with a closed connection. */
    @Override
    public void close() {
        try {
            listener.close();
            for (Socket socket : connections) {
                socket.close();
            }
        } catch (SocketException e) {
            connections.clear();
        } catch (IOException e) {
            throw new UncheckedIOException("Expected to close port " + port() + ", but: " + e, e);
        }
        Routes table = routes.get();
        if (table != null) {
            table.close();
        }
    }
}

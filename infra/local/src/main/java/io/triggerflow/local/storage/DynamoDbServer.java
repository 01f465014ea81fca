package io.triggerflow.local.storage;

import com.amazonaws.services.dynamodbv2.local.server.LocalDynamoDBRequestHandler;
import com.amazonaws.services.dynamodbv2.local.server.LocalDynamoDBServerHandler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ContextHandler;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * DynamoDB Local inside this JVM, bound to loopback on a port of its own choice.
 *
 * <p>Its handler is mounted on a Jetty server of ours instead of its {@code ServerRunner}: that one binds every interface,
 * needs a port to be picked beforehand and may send telemetry. All credentials and regions share one set of tables.
 * With a data directory every acknowledged write survives {@code kill -9}: SQLite commits before the answer is sent.
 */
public final class DynamoDbServer implements AutoCloseable {
    private static final int THREADS = 64;

    private final Server server;
    private final LocalDynamoDBServerHandler handler;
    private final URI endpoint;

    private DynamoDbServer(Server server, LocalDynamoDBServerHandler handler, URI endpoint) {
        this.server = server;
        this.handler = handler;
        this.endpoint = endpoint;
    }

    /**
     * Starts the server and returns once it answers.
     *
     * @param dataDir where the tables are kept; empty keeps them in memory
     */
    public static DynamoDbServer start(Optional<Path> dataDir) {
        SqliteLibrary.locate();
        quiet();
        var handler = new LocalDynamoDBServerHandler(requests(dataDir), "*");
        var threads = new QueuedThreadPool(THREADS, 4);
        threads.setName("dynamodb");
        threads.setDaemon(true);
        var server = new Server(threads);
        var http = new HttpConfiguration();
        http.setSendServerVersion(false);
        var connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
        connector.setHost(Loopback.HOST);
        connector.setIdleTimeout(Loopback.SERVER_IDLE.toMillis());
        server.addConnector(connector);
        server.setHandler(new ContextHandler(handler, "/"));
        try {
            server.start();
        } catch (Exception e) {
            throw new IllegalStateException("Expected DynamoDB Local to start, but it failed: " + e, e);
        }
        return new DynamoDbServer(server, handler, Loopback.endpoint(connector.getLocalPort()));
    }

    /** Log4j without a back end complains on standard error, and then logs there. */
    private static void quiet() {
        System.getProperties()
                .putIfAbsent(
                        "log4j2.loggerContextFactory", "org.apache.logging.log4j.simple.SimpleLoggerContextFactory");
        System.getProperties().putIfAbsent("org.apache.logging.log4j.simplelog.level", "OFF");
    }

    private static LocalDynamoDBRequestHandler requests(Optional<Path> dataDir) {
        try {
            if (dataDir.isPresent()) {
                Files.createDirectories(dataDir.get());
            }
            return new LocalDynamoDBRequestHandler(
                    0, dataDir.isEmpty(), dataDir.map(Path::toString).orElse(null), true, false);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "Expected a writable data directory at " + dataDir.orElseThrow() + ", but: " + e, e);
        }
    }

    /** The address that speaks the DynamoDB protocol directly, without the gateway. */
    public URI endpoint() {
        return endpoint;
    }

    @Override
    public void close() {
        server.setStopTimeout(0);
        Loopback.stop("DynamoDB Local", server::stop);
        handler.close();
    }
}

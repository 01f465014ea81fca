package io.triggerflow.local.storage;

import com.typesafe.config.ConfigFactory;
import io.triggerflow.local.usage.Usage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.Props;
import org.apache.pekko.pattern.Patterns;
import org.elasticmq.NodeAddress;
import org.elasticmq.StrictSQSLimits$;
import org.elasticmq.actor.QueueManagerActor;
import org.elasticmq.actor.queue.QueueEvent;
import org.elasticmq.persistence.sql.SqlQueuePersistenceActor;
import org.elasticmq.persistence.sql.SqlQueuePersistenceConfig;
import org.elasticmq.rest.sqs.AutoCreateQueuesConfig;
import org.elasticmq.rest.sqs.SQSRestServer;
import org.elasticmq.rest.sqs.TheSQSRestServerBuilder;
import org.elasticmq.util.NowProvider;
import scala.Option;
import software.amazon.awssdk.services.sqs.SqsClient;

/**
 * ElasticMQ inside this JVM. Queue addresses that it returns carry the public address (the gateway's), so a client
 * that takes its QueueUrl from CreateQueue keeps using the one port.
 */
public final class SqsServer implements AutoCloseable {
    /** The account that every local ARN and queue address names. */
    public static final String ACCOUNT = "000000000000";

    private static final Duration RESTORE = Duration.ofSeconds(60);

    private final ActorSystem system;
    private final ActorRef queues;
    private final SQSRestServer server;
    private final URI endpoint;

    private final boolean durable;

    private SqsServer(ActorSystem system, ActorRef queues, SQSRestServer server, URI endpoint, boolean durable) {
        this.system = system;
        this.queues = queues;
        this.server = server;
        this.endpoint = endpoint;
        this.durable = durable;
    }

    /**
     * Starts the server, restores queues and messages of an earlier run, and returns once it answers.
     *
     * @param dataDir where queues and messages are kept; empty keeps them in memory. Only one durable server can run in a
     *     JVM at a time: ElasticMQ's store has one connection pool for all
     * @param publicPort the port that queue addresses show: the gateway's
     * @param region the region that ARNs of queues name
     */
    public static SqsServer start(Optional<Path> dataDir, int publicPort, String region) {
        if (dataDir.isPresent() && pools().isInitialized(pools().DEFAULT_NAME())) {
            throw new IllegalStateException(
                    "Expected no other durable SQS in this JVM, but one is running: close it first, or run this one without a data directory.");
        }
        var config = ConfigFactory.parseString("""
                pekko { loggers = [], loglevel = OFF, stdout-loglevel = OFF, daemonic = on, jvm-shutdown-hooks = off
                  coordinated-shutdown.run-by-jvm-shutdown-hook = off
                  http.server.idle-timeout = 300 s
                  http.server.max-connections = 4096
                  http.server.parsing.max-content-length = 4m
                  actor.default-dispatcher.fork-join-executor { parallelism-min = 4, parallelism-max = 8 } }
                """).withFallback(ConfigFactory.load(SqsServer.class.getClassLoader()));
        ActorSystem system = ActorSystem.create("elasticmq", config);
        Option<ActorRef> store =
                dataDir.map(dir -> Option.apply(persistence(system, dir))).orElse(Option.empty());
        ActorRef queues = system.actorOf(Props.create(
                QueueManagerActor.class,
                () -> new QueueManagerActor(new NowProvider(), StrictSQSLimits$.MODULE$, store)));
        SQSRestServer server = new TheSQSRestServerBuilder(
                        Option.apply(system),
                        Option.apply(queues),
                        Loopback.HOST,
                        0,
                        new NodeAddress("http", Loopback.HOST, publicPort, ""),
                        false,
                        StrictSQSLimits$.MODULE$,
                        region,
                        ACCOUNT,
                        store,
                        new AutoCreateQueuesConfig(false, null))
                .start();
        int port = server.waitUntilStarted().localAddress().getPort();
        if (store.isDefined()) {
            restore(store.get(), queues);
        }
        return new SqsServer(system, queues, server, Loopback.endpoint(port), dataDir.isPresent());
    }

    private static ActorRef persistence(ActorSystem system, Path dir) {
        try {
            Files.createDirectories(dir);
        } catch (IOException e) {
            throw new UncheckedIOException("Expected a writable data directory at " + dir + ", but: " + e, e);
        }
        // WAL without fsync: a commit is with the operating system before it is acknowledged, which survives kill -9
        // (not a power cut).
        String uri = "jdbc:sqlite:" + dir.toAbsolutePath().resolve("sqs.db")
                + "?journal_mode=WAL&synchronous=OFF&busy_timeout=5000";
        var config = new SqlQueuePersistenceConfig(true, "org.sqlite.JDBC", uri, "", "", false);
        // ElasticMQ fills the pool once a JVM only, so the second server of one would use the first one's file.
        pools().singleton(uri, "", "", pools().singleton$default$4(), pools().DEFAULT_CONNECTION_POOL_FACTORY());
        return system.actorOf(Props.create(
                SqlQueuePersistenceActor.class,
                () -> new SqlQueuePersistenceActor(config, scala.collection.immutable.List$.MODULE$.empty())));
    }

    private static void restore(ActorRef store, ActorRef queues) {
        try {
            Patterns.ask(store, new QueueEvent.Restore(queues), RESTORE)
                    .toCompletableFuture()
                    .get(RESTORE.toSeconds(), TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException("Expected queues to be restored within " + RESTORE + ", but: " + e, e);
        }
    }

    /** The address that speaks the SQS protocol directly, without the gateway. */
    public URI endpoint() {
        return endpoint;
    }

    /**
     * A client of the same queues that asks them without the wire, for what AWS itself does with queues.
     *
     * @param rest for the requests that are rare; closed with the client
     * @param usage counts the others
     */
    public SqsClient client(SqsClient rest, String region, Usage usage) {
        return new DirectSqsClient(rest, queues, region, usage);
    }

    @Override
    public void close() {
        server.stopAndGetFuture().apply();
        system.terminate();
        Loopback.stop(
                "ElasticMQ",
                () -> system.getWhenTerminated().toCompletableFuture().get(2, TimeUnit.SECONDS));
        if (durable) {
            pools().closeAll();
        }
    }

    private static scalikejdbc.ConnectionPool$ pools() {
        return scalikejdbc.ConnectionPool$.MODULE$;
    }
}

package io.triggerflow.local.storage;

import io.triggerflow.local.gateway.AwsJsonClient;
import io.triggerflow.local.template.Template;
import io.triggerflow.local.usage.Usage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import software.amazon.awssdk.services.sqs.SqsClient;

/** DynamoDB, SQS and S3 together, started side by side. */
public final class Storage implements AutoCloseable {
    private final Optional<FileChannel> lock;
    private final DynamoDbServer dynamoDb;
    private final SqsServer sqs;
    private final S3Server s3;

    private Storage(Optional<FileChannel> lock, DynamoDbServer dynamoDb, SqsServer sqs, S3Server s3) {
        this.lock = lock;
        this.dynamoDb = dynamoDb;
        this.sqs = sqs;
        this.s3 = s3;
    }

    /**
     * Starts all three, and creates in each what the templates name as soon as it is up.
     *
     * @param dataDir where everything is kept, locked while this runs; empty keeps it in memory
     * @param publicPort the gateway's port, for queue addresses
     * @throws IllegalStateException when the data directory is in use, or something does not start
     */
    public static Storage start(Optional<Path> dataDir, int publicPort, String region, List<Template> templates) {
        Optional<FileChannel> lock = dataDir.map(Storage::lock);
        CompletableFuture<DynamoDbServer> dynamoDb = async("dynamodb", () -> {
            var server = DynamoDbServer.start(dataDir.map(dir -> dir.resolve("dynamodb")));
            try (var client = AwsJsonClient.dynamoDb(server.endpoint(), region)) {
                for (Template template : templates) {
                    StorageSetup.tables(template, client);
                }
            }
            return server;
        });
        CompletableFuture<SqsServer> sqs = async("sqs", () -> {
            var server = SqsServer.start(dataDir.map(dir -> dir.resolve("sqs")), publicPort, region);
            try (var client = AwsJsonClient.sqs(server.endpoint(), region)) {
                for (Template template : templates) {
                    StorageSetup.queues(template, client);
                }
            }
            return server;
        });
        CompletableFuture<S3Server> s3 = async("s3", () -> {
            var server = S3Server.start(dataDir.map(dir -> dir.resolve("s3")));
            for (Template template : templates) {
                StorageSetup.buckets(template, server.endpoint());
            }
            return server;
        });
        try {
            return new Storage(lock, dynamoDb.join(), sqs.join(), s3.join());
        } catch (CompletionException e) {
            dynamoDb.thenAccept(DynamoDbServer::close);
            sqs.thenAccept(SqsServer::close);
            s3.thenAccept(S3Server::close);
            lock.ifPresent(Storage::unlock);
            throw e.getCause() instanceof RuntimeException cause
                    ? cause
                    : new IllegalStateException(e.getCause().getMessage(), e.getCause());
        }
    }

    private static <T> CompletableFuture<T> async(String name, Callable<T> start) {
        var future = new CompletableFuture<T>();
        Thread.ofPlatform().daemon().name("start-" + name).start(() -> {
            try {
                future.complete(start.call());
            } catch (Exception | LinkageError e) {
                future.completeExceptionally(e);
            }
        });
        return future;
    }

    private static FileChannel lock(Path dir) {
        try {
            Files.createDirectories(dir);
            FileChannel channel =
                    FileChannel.open(dir.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock taken = tryLock(channel);
            if (taken == null) {
                channel.close();
                throw new IllegalStateException(
                        "Expected the data directory " + dir
                                + " to be free, but another local runtime uses it: stop that one or choose another with --data.");
            }
            return channel;
        } catch (IOException e) {
            throw new UncheckedIOException("Expected a writable data directory at " + dir + ", but: " + e, e);
        }
    }

    private static FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (java.nio.channels.OverlappingFileLockException e) {
            return null; // the same, in this JVM
        }
    }

    private static void unlock(FileChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException("Expected to release the data directory, but: " + e, e);
        }
    }

    /** DynamoDB's own address. */
    public URI dynamoDb() {
        return dynamoDb.endpoint();
    }

    /** SQS's own address. */
    public URI sqs() {
        return sqs.endpoint();
    }

    /**
     * A client of SQS without the wire.
     *
     * @param rest for the requests that are rare; closed with the client
     * @param usage counts the others
     */
    public SqsClient sqsClient(SqsClient rest, String region, Usage usage) {
        return sqs.client(rest, region, usage);
    }

    /** S3's own address; it does not understand signed streaming uploads: the gateway decodes them. */
    public URI s3() {
        return s3.endpoint();
    }

    @Override
    public void close() {
        var stops = new ArrayList<CompletableFuture<Void>>();
        stops.add(CompletableFuture.runAsync(dynamoDb::close));
        stops.add(CompletableFuture.runAsync(sqs::close));
        stops.add(CompletableFuture.runAsync(s3::close));
        try {
            CompletableFuture.allOf(stops.toArray(CompletableFuture[]::new)).join();
        } finally {
            lock.ifPresent(Storage::unlock);
        }
    }
}

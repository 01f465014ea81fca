package io.triggerflow.aws.store;

import com.amazonaws.services.dynamodbv2.local.main.ServerRunner;
import com.amazonaws.services.dynamodbv2.local.server.DynamoDBProxyServer;
import io.triggerflow.core.model.Ids;
import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.extension.ExtensionContext;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ProjectionType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;

/** DynamoDB Local in this JVM, started once, with the table of the store; it remembers the requests that were made. */
public final class LocalTable implements AutoCloseable {
    public static final String NAME = "triggerflow";

    private final DynamoDBProxyServer server;
    private final DynamoDbClient client;
    private final Map<String, String> blobs = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<String> requests = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<RuntimeException> faults = new ConcurrentLinkedQueue<>();

    private LocalTable() throws Exception {
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            if (entry.contains("libsqlite4java-linux-amd64")) {
                System.setProperty(
                        "sqlite4java.library.path", Path.of(entry).getParent().toString());
            }
        }
        // There is no log4j-core, and nobody to read what it would say.
        System.setProperty("log4j2.loggerContextFactory", "org.apache.logging.log4j.simple.SimpleLoggerContextFactory");
        System.setProperty("org.apache.logging.log4j.simplelog.level", "OFF");
        String port = freePort();
        server = ServerRunner.createServerFromCommandLineArgs(
                new String[] {"-inMemory", "-sharedDb", "-port", port, "-disableTelemetry"});
        server.start();
        client = DynamoDbClient.builder()
                .endpointOverride(URI.create("http://127.0.0.1:" + port))
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .overrideConfiguration(o -> o.addExecutionInterceptor(new Recorder()))
                .build();
        createTable(NAME);
    }

    /** The one of this JVM: it takes seconds to start. */
    public static LocalTable of(ExtensionContext context) {
        return context.getRoot()
                .getStore(ExtensionContext.Namespace.GLOBAL)
                .getOrComputeIfAbsent(LocalTable.class, k -> start(), LocalTable.class);
    }

    private static LocalTable start() {
        try {
            return new LocalTable();
        } catch (Exception e) {
            throw new IllegalStateException("Expected DynamoDB Local to start, but it did not", e);
        }
    }

    private static String freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return Integer.toString(socket.getLocalPort());
        }
    }

    /** A further, empty table of the store. */
    public void createTable(String name) {
        client.createTable(t -> t.tableName(name)
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .attributeDefinitions(List.of("p", "s", "g1", "h1", "g2", "h2").stream()
                        .map(n -> AttributeDefinition.builder()
                                .attributeName(n)
                                .attributeType(ScalarAttributeType.S)
                                .build())
                        .toList())
                .keySchema(schema("p", "s"))
                .globalSecondaryIndexes(index("lists", "g1", "h1"), index("due", "g2", "h2")));
    }

    private static List<KeySchemaElement> schema(String partition, String sort) {
        return List.of(
                KeySchemaElement.builder()
                        .attributeName(partition)
                        .keyType(KeyType.HASH)
                        .build(),
                KeySchemaElement.builder()
                        .attributeName(sort)
                        .keyType(KeyType.RANGE)
                        .build());
    }

    private static GlobalSecondaryIndex index(String name, String partition, String sort) {
        return GlobalSecondaryIndex.builder()
                .indexName(name)
                .keySchema(schema(partition, sort))
                .projection(p -> p.projectionType(ProjectionType.KEYS_ONLY))
                .build();
    }

    public DynamoDbClient client() {
        return client;
    }

    public DynamoStore store(InstantSource clock) {
        return new DynamoStore(client, blobs(), clock, StoreSettings.of(NAME));
    }

    public Blobs blobs() {
        return new Blobs() {
            @Override
            public String put(Kind kind, String text) {
                requests.add("PutObject");
                String key = kind.prefix() + Ids.hash(text);
                blobs.put(key, text);
                return key;
            }

            @Override
            public String get(String key) {
                return blobs.get(key);
            }
        };
    }

    /** The names of the requests that were made since the last call. */
    public List<String> takeRequests() {
        List<String> taken = List.copyOf(requests);
        requests.clear();
        return taken;
    }

    /** The next requests fail with these, one each: DynamoDB Local never conflicts and never throttles. */
    public void failWith(RuntimeException... next) {
        faults.addAll(List.of(next));
    }

    @Override
    public void close() {
        client.close();
        try {
            server.stop();
        } catch (Exception e) {
            throw new IllegalStateException("Expected DynamoDB Local to stop, but it did not", e);
        }
    }

    private final class Recorder implements ExecutionInterceptor {
        @Override
        public void beforeExecution(Context.BeforeExecution context, ExecutionAttributes attributes) {
            RuntimeException fault = faults.poll();
            if (fault != null) {
                throw fault;
            }
            requests.add(context.request().getClass().getSimpleName().replace("Request", ""));
        }
    }
}

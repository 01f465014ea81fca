package io.triggerflow.aws.handler;

import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.core.SdkClient;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.scheduler.SchedulerClient;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/** The SDK's clients over one HTTP client: the JDK's own, the smallest and the quickest to start. Built once a function. */
final class Clients implements AutoCloseable {
    /** Requests at a time. */
    private static final int WIDTH = 64;

    /** Connections kept open a host: the JDK keeps 5 unless told otherwise, and would close the others of a fan-out after each request. */
    private static final String MAX_CONNECTIONS = "http.maxConnections";

    /** With all tries. */
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final SdkHttpClient http;
    private final AwsCredentialsProvider credentials;
    private final Optional<Region> region;
    private final Collection<SdkClient> open = new ConcurrentLinkedQueue<>();

    /**
     * @param http what requests go through
     * @param credentials what they are signed with
     * @param region whose services are asked; the process's when empty
     */
    Clients(SdkHttpClient http, AwsCredentialsProvider credentials, Optional<Region> region) {
        this.http = http;
        this.credentials = credentials;
        this.region = region;
    }

    /** Clients of AWS. */
    static Clients ofNetwork() {
        return new Clients(new BoundedHttpClient(network(), WIDTH), credentialsOfProcess(), Optional.empty());
    }

    /** Clients of AWS that keep no connection, for what is done before a snapshot is taken. To be closed. */
    static Clients passing() {
        return new Clients(new PassingHttpClient(network()), credentialsOfProcess(), Optional.empty());
    }

    private static SdkHttpClient network() {
        if (System.getProperty(MAX_CONNECTIONS) == null) {
            System.setProperty(MAX_CONNECTIONS, Integer.toString(WIDTH));
        }
        // Lambda's Invoke may take seconds for a function that starts; everything else answers in milliseconds, or
        // never.
        return UrlConnectionHttpClient.builder()
                .connectionTimeout(Duration.ofSeconds(2))
                .socketTimeout(Duration.ofSeconds(10))
                .build();
    }

    /** A chain of its own: what one has cached, no other sees. */
    private static AwsCredentialsProvider credentialsOfProcess() {
        return DefaultCredentialsProvider.builder().build();
    }

    private <B extends AwsSyncClientBuilder<B, C> & AwsClientBuilder<B, C>, C extends SdkClient> C client(B builder) {
        region.ifPresent(builder::region);
        C client = builder.httpClient(http)
                .credentialsProvider(credentials)
                .overrideConfiguration(ClientOverrideConfiguration.builder()
                        .apiCallTimeout(LIMIT)
                        .build())
                .build();
        open.add(client);
        return client;
    }

    DynamoDbClient dynamoDb() {
        return client(DynamoDbClient.builder());
    }

    LambdaClient lambda() {
        return client(LambdaClient.builder());
    }

    SqsClient sqs() {
        return client(SqsClient.builder());
    }

    EventBridgeClient eventBridge() {
        return client(EventBridgeClient.builder());
    }

    SchedulerClient scheduler() {
        return client(SchedulerClient.builder());
    }

    /** Path style: a bucket's name may have dots, and the local runtime answers at one address. */
    S3Client s3() {
        return client(S3Client.builder().forcePathStyle(true));
    }

    /** Ends the clients' threads, forgets their credentials. */
    @Override
    public void close() {
        open.forEach(SdkClient::close);
        open.clear();
        if (credentials instanceof SdkAutoCloseable closeable) {
            closeable.close();
        }
        http.close();
    }
}

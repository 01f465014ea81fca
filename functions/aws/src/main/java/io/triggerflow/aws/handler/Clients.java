package io.triggerflow.aws.handler;

import java.time.Duration;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.scheduler.SchedulerClient;
import software.amazon.awssdk.services.sqs.SqsClient;

/** The SDK's clients over one HTTP client: the JDK's own, the smallest and the quickest to start. Built once a function. */
final class Clients {
    /** Requests at a time. */
    private static final int WIDTH = 64;

    /** Connections kept open a host: the JDK keeps 5 unless told otherwise, and would close the others of a fan-out after each request. */
    private static final String MAX_CONNECTIONS = "http.maxConnections";

    private final SdkHttpClient http;

    Clients() {
        if (System.getProperty(MAX_CONNECTIONS) == null) {
            System.setProperty(MAX_CONNECTIONS, Integer.toString(WIDTH));
        }
        // Lambda's Invoke may take seconds for a function that starts; everything else answers in milliseconds, or
        // never.
        http = new BoundedHttpClient(
                UrlConnectionHttpClient.builder()
                        .connectionTimeout(Duration.ofSeconds(2))
                        .socketTimeout(Duration.ofSeconds(10))
                        .build(),
                WIDTH);
    }

    private static ClientOverrideConfiguration limits() {
        return ClientOverrideConfiguration.builder()
                .apiCallTimeout(Duration.ofSeconds(20))
                .build();
    }

    DynamoDbClient dynamoDb() {
        return DynamoDbClient.builder()
                .httpClient(http)
                .overrideConfiguration(limits())
                .build();
    }

    LambdaClient lambda() {
        return LambdaClient.builder()
                .httpClient(http)
                .overrideConfiguration(limits())
                .build();
    }

    SqsClient sqs() {
        return SqsClient.builder()
                .httpClient(http)
                .overrideConfiguration(limits())
                .build();
    }

    EventBridgeClient eventBridge() {
        return EventBridgeClient.builder()
                .httpClient(http)
                .overrideConfiguration(limits())
                .build();
    }

    SchedulerClient scheduler() {
        return SchedulerClient.builder()
                .httpClient(http)
                .overrideConfiguration(limits())
                .build();
    }

    /** Path style: a bucket's name may have dots, and the local runtime answers at one address. */
    S3Client s3() {
        return S3Client.builder()
                .httpClient(http)
                .overrideConfiguration(limits())
                .forcePathStyle(true)
                .build();
    }
}

package io.triggerflow.local.lambda;

import io.triggerflow.local.usage.Usage;
import java.net.URI;
import java.time.Duration;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.interceptor.SdkExecutionAttribute;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sqs.SqsClient;

/** Makes SQS clients fit for pollers: many connections, reads that outlast a long poll. */
public final class SqsClients {

    private static final int CONNECTIONS = 1500;

    private SqsClients() {}

    /** A client of a queue service on this machine; the caller closes it. */
    public static SqsClient at(URI endpoint, String region) {
        return at(endpoint, region, new Usage());
    }

    /** The same, its requests counted: AWS bills those of Lambda's pollers and destinations as any other. */
    public static SqsClient at(URI endpoint, String region, Usage usage) {
        ExecutionInterceptor counting = new ExecutionInterceptor() {
            @Override
            public void beforeTransmission(Context.BeforeTransmission context, ExecutionAttributes attributes) {
                usage.requested("sqs", attributes.getAttribute(SdkExecutionAttribute.OPERATION_NAME));
            }
        };
        return SqsClient.builder()
                .endpointOverride(endpoint)
                .region(Region.of(region))
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local")))
                .overrideConfiguration(o -> o.addExecutionInterceptor(counting))
                // Nothing corrupts a message on loopback: no MD5 of every body.
                .checksumValidationEnabled(false)
                .httpClientBuilder(
                        ApacheHttpClient.builder().maxConnections(CONNECTIONS).socketTimeout(Duration.ofSeconds(40)))
                .build();
    }
}

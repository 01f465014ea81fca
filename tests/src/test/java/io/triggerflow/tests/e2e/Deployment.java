package io.triggerflow.tests.e2e;

import io.triggerflow.cli.Aws;
import io.triggerflow.cli.Deployed;
import io.triggerflow.client.TriggerflowClient;
import io.triggerflow.client.Workspace;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.eventbridge.model.PutEventsRequestEntry;
import software.amazon.awssdk.services.eventbridge.model.PutEventsResponse;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/**
 * A deployed stack, found by its name as the command line finds one, the doors that its outputs tell of, and a workspace of its own in it: all
 * that the suite starts and registers is in there, under a name that no other run of the suite has. Thread-safe.
 */
final class Deployment implements AutoCloseable {
    private final Deployed deployed;
    private final TriggerflowClient client;
    private final SqsClient sqs;
    private final EventBridgeClient events;
    private final Workspace workspace;

    /**
     * @param deployed the stack; closed with this
     * @param endpoint the one address of AWS's services, which are not AWS then and take any credentials; empty: AWS's own, with its default
     *     chain of credentials
     * @param api where the API is
     */
    Deployment(Deployed deployed, Optional<URI> endpoint, URI api) {
        this.deployed = deployed;
        String region = deployed.aws().region();
        client = TriggerflowClient.builder().endpoint(api).region(region).build();
        sqs = at(SqsClient.builder(), endpoint, region)
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build();
        events = at(EventBridgeClient.builder(), endpoint, region)
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build();
        workspace = client.workspace("e2e-" + UUID.randomUUID().toString().substring(0, 8));
        workspace.create();
    }

    /** The stack of a name, on AWS or, with an endpoint, elsewhere. */
    static Deployment named(String stack, String region, Optional<URI> endpoint) {
        Deployed deployed = Deployed.named(stack, new Aws(endpoint, region));
        return new Deployment(deployed, endpoint, URI.create(deployed.output("ApiUrl")));
    }

    /** A client's builder, set to where the services are. */
    static <B extends AwsClientBuilder<B, C>, C> B at(B builder, Optional<URI> endpoint, String region) {
        AwsCredentialsProvider credentials = endpoint.isPresent()
                ? StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test"))
                : DefaultCredentialsProvider.builder().build();
        endpoint.ifPresent(builder::endpointOverride);
        return builder.region(Region.of(region))
                .credentialsProvider(credentials)
                .overrideConfiguration(c -> c.apiCallTimeout(Duration.ofSeconds(60)));
    }

    TriggerflowClient client() {
        return client;
    }

    Workspace workspace() {
        return workspace;
    }

    /** An output of the stack; an error that names it when there is none. */
    String output(String name) {
        return deployed.output(name);
    }

    /** Puts an event on the stack's bus, and throws when the bus refuses it. */
    void put(String source, String type, String detail) {
        PutEventsRequestEntry entry = PutEventsRequestEntry.builder()
                .eventBusName(output("BusName"))
                .source(source)
                .detailType(type)
                .detail(detail)
                .build();
        PutEventsResponse answer = events.putEvents(p -> p.entries(entry));
        if (answer.failedEntryCount() > 0) {
            throw new IllegalStateException("Expected the bus to take an event, but: " + answer.entries());
        }
    }

    /** Sends messages to the event queue; returns when all are accepted. */
    void queue(List<String> bodies) {
        Stack.send(sqs, output("QueueUrl"), bodies);
    }

    /** Waits until the event queue is empty, for so long at most; does not wait where its attributes may not be read. */
    void awaitQuiet(Duration longest) {
        Instant end = Instant.now().plus(longest);
        try {
            while (waiting() > 0 && Instant.now().isBefore(end)) {
                LockSupport.parkNanos(Duration.ofMillis(500).toNanos());
            }
        } catch (SdkException e) {
            System.out.println("end to end: the queue's attributes may not be read, so its end is not waited for");
        }
    }

    private int waiting() {
        return sqs
                .getQueueAttributes(q -> q.queueUrl(output("QueueUrl"))
                        .attributeNames(
                                QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES,
                                QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE))
                .attributes()
                .values()
                .stream()
                .mapToInt(Integer::parseInt)
                .sum();
    }

    /** Members as messages of CloudEvents, so many a message: what a busy producer sends. */
    List<String> messages(List<Backend.Member> members, int perMessage) {
        List<String> events = members.stream()
                .map(m -> Stack.json(Map.of(
                        "specversion",
                        "1.0",
                        "id",
                        m.id(),
                        "source",
                        "e2e",
                        "type",
                        "member",
                        "tfworkspace",
                        workspace.name(),
                        "tfrun",
                        m.run())))
                .toList();
        if (perMessage == 1) {
            return events;
        }
        List<String> messages = new ArrayList<>();
        for (int from = 0; from < events.size(); from += perMessage) {
            messages.add(
                    "[" + String.join(",", events.subList(from, Math.min(events.size(), from + perMessage))) + "]");
        }
        return messages;
    }

    @Override
    public void close() {
        client.close();
        sqs.close();
        events.close();
        deployed.close();
    }
}

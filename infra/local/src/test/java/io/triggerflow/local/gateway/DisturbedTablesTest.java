package io.triggerflow.local.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.triggerflow.local.storage.DynamoDbServer;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.Put;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;
import software.amazon.awssdk.services.dynamodb.model.TransactionConflictException;

/** Injected faults are, to the SDK, the exceptions of the real service, and have no effect on the table. */
class DisturbedTablesTest {
    private static final Map<String, AttributeValue> ITEM = Map.of("pk", AttributeValue.fromS("a"));

    @Test
    void conflictsAndThrottlingAreTheServicesOwnExceptions() {
        try (var server = DynamoDbServer.start(Optional.empty());
                var conflicts = gateway(server, "conflict=1");
                var throttles = gateway(server, "throttle=1");
                var plain = client(server.endpoint());
                var conflicting = client(conflicts.endpoint());
                var throttled = client(throttles.endpoint())) {
            plain.createTable(b -> b.tableName("table")
                    .billingMode(BillingMode.PAY_PER_REQUEST)
                    .keySchema(KeySchemaElement.builder()
                            .attributeName("pk")
                            .keyType("HASH")
                            .build())
                    .attributeDefinitions(AttributeDefinition.builder()
                            .attributeName("pk")
                            .attributeType("S")
                            .build()));
            var cancelled = assertThrows(
                    TransactionCanceledException.class,
                    () -> conflicting.transactWriteItems(b -> b.transactItems(TransactWriteItem.builder()
                            .put(Put.builder().tableName("table").item(ITEM).build())
                            .build())));
            assertEquals(
                    "TransactionConflict",
                    cancelled.cancellationReasons().getFirst().code());
            assertThrows(
                    TransactionConflictException.class,
                    () -> conflicting.putItem(b -> b.tableName("table").item(ITEM)));
            var slow = assertThrows(
                    AwsServiceException.class,
                    () -> throttled.putItem(b -> b.tableName("table").item(ITEM)));
            assertTrue(slow.isThrottlingException(), slow::toString);
            assertTrue(plain.scan(b -> b.tableName("table")).items().isEmpty(), "a refused write had an effect");
        }
    }

    private static Gateway gateway(DynamoDbServer server, String faults) {
        Gateway gateway = Gateway.bind(0);
        gateway.start(Routes.builder()
                .proxy("dynamodb", server.endpoint(), new TableDisturbance(FaultPlan.parse(faults)))
                .build(() -> true));
        return gateway;
    }

    private static DynamoDbClient client(java.net.URI endpoint) {
        return DynamoDbClient.builder()
                .endpointOverride(endpoint)
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("any", "thing")))
                .overrideConfiguration(c -> c.retryStrategy(r -> r.maxAttempts(1)))
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build();
    }
}

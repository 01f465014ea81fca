package io.triggerflow.aws.store;

import io.triggerflow.core.port.StoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.ReturnValue;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;
import software.amazon.awssdk.services.dynamodb.model.TransactionConflictException;
import software.amazon.awssdk.services.dynamodb.model.TransactionInProgressException;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/**
 * The requests that the store makes, with their retries: every failure that is not a failed condition becomes a {@link StoreException}.
 * Reads are consistent, save those of indexes, which DynamoDB cannot read so. Thread-safe.
 */
final class Table {
    /** DynamoDB's own limits a request. */
    private static final int MAX_BATCH_GET = 100;

    private static final int MAX_BATCH_WRITE = 25;
    static final int MAX_TRANSACTION = 100;

    /** Tries against conflicting transactions, and items that a batch left unprocessed; together about a second. */
    private static final int TRIES = 7;

    private static final Duration FIRST_PAUSE = Duration.ofMillis(10);

    private final DynamoDbClient client;
    private final String name;

    Table(DynamoDbClient client, String name) {
        this.client = client;
        this.name = name;
    }

    String name() {
        return name;
    }

    Optional<Map<String, AttributeValue>> get(Keys.Key key) {
        return call(
                () -> client.getItem(r -> r.tableName(name).key(attributes(key)).consistentRead(true)),
                r -> r.hasItem() ? Optional.of(r.item()) : Optional.empty());
    }

    /** The items of these keys, in any order; absent ones are left out. */
    List<Map<String, AttributeValue>> get(Collection<Keys.Key> keys) {
        return keys.size() == 1 ? get(keys.iterator().next()).stream().toList() : batch(keys, k -> k);
    }

    /** Those of these keys that there is an item of. */
    Set<Keys.Key> present(Collection<Keys.Key> keys) {
        return batch(keys, k -> k.projectionExpression(Keys.PARTITION + ", " + Keys.SORT)).stream()
                .map(Items::key)
                .collect(Collectors.toSet());
    }

    private List<Map<String, AttributeValue>> batch(
            Collection<Keys.Key> keys, UnaryOperator<KeysAndAttributes.Builder> what) {
        List<Map<String, AttributeValue>> found = new ArrayList<>();
        List<Keys.Key> all = keys.stream().distinct().toList();
        for (int from = 0; from < all.size(); from += MAX_BATCH_GET) {
            List<Map<String, AttributeValue>> batch =
                    all.subList(from, Math.min(all.size(), from + MAX_BATCH_GET)).stream()
                            .map(Table::attributes)
                            .toList();
            Map<String, KeysAndAttributes> request = Map.of(
                    name,
                    what.apply(KeysAndAttributes.builder().keys(batch).consistentRead(true))
                            .build());
            for (int tried = 0; !request.isEmpty(); tried++) {
                pause(tried, "BatchGetItem");
                Map<String, KeysAndAttributes> now = request;
                request = call(() -> client.batchGetItem(r -> r.requestItems(now)), r -> {
                    found.addAll(r.responses().getOrDefault(name, List.of()));
                    return r.unprocessedKeys();
                });
            }
        }
        return found;
    }

    void put(Map<String, AttributeValue> item) {
        retrying(() -> client.putItem(r -> r.tableName(name).item(item)));
    }

    /** Puts under a condition. Empty when it is written; otherwise the item that is there. */
    Optional<Map<String, AttributeValue>> put(
            Map<String, AttributeValue> item, String condition, Map<String, AttributeValue> values) {
        PutItemRequest request = PutItemRequest.builder()
                .tableName(name)
                .item(item)
                .conditionExpression(condition)
                .expressionAttributeValues(values.isEmpty() ? null : values)
                .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD)
                .build();
        return retrying(() -> {
            try {
                client.putItem(request);
                return Optional.empty();
            } catch (ConditionalCheckFailedException e) {
                return Optional.of(e.hasItem() ? e.item() : Map.of());
            }
        });
    }

    /** Updates, and answers with the item as it is afterwards; empty when the condition did not hold. */
    Optional<Map<String, AttributeValue>> update(Keys.Key key, Consumer<UpdateItemRequest.Builder> update) {
        return retrying(() -> {
            try {
                return Optional.of(client.updateItem(r -> r.tableName(name)
                                .key(attributes(key))
                                .returnValues(ReturnValue.ALL_NEW)
                                .applyMutation(update))
                        .attributes());
            } catch (ConditionalCheckFailedException e) {
                return Optional.empty();
            }
        });
    }

    void delete(Keys.Key key) {
        retrying(() -> client.deleteItem(r -> r.tableName(name).key(attributes(key))));
    }

    /** Deletes what expires at this very time; an item that took its place stays. */
    void deleteExpired(Keys.Key key, AttributeValue expires) {
        retrying(() -> {
            try {
                return client.deleteItem(r -> r.tableName(name)
                        .key(attributes(key))
                        .conditionExpression(Conditions.SAME_EXPIRY)
                        .expressionAttributeValues(Map.of(":seen", expires)));
            } catch (ConditionalCheckFailedException e) {
                return e;
            }
        });
    }

    /** Puts and deletes, each for itself: not all or nothing. */
    void write(List<WriteRequest> writes) {
        for (int from = 0; from < writes.size(); from += MAX_BATCH_WRITE) {
            Map<String, List<WriteRequest>> request =
                    Map.of(name, writes.subList(from, Math.min(writes.size(), from + MAX_BATCH_WRITE)));
            for (int tried = 0; !request.isEmpty(); tried++) {
                pause(tried, "BatchWriteItem");
                Map<String, List<WriteRequest>> now = request;
                request = call(() -> client.batchWriteItem(r -> r.requestItems(now)), r -> r.unprocessedItems());
            }
        }
    }

    static WriteRequest putRequest(Map<String, AttributeValue> item) {
        return WriteRequest.builder().putRequest(p -> p.item(item)).build();
    }

    static WriteRequest deleteRequest(Keys.Key key) {
        return WriteRequest.builder().deleteRequest(d -> d.key(attributes(key))).build();
    }

    /**
     * Writes all or nothing.
     *
     * @return empty when it is written; otherwise a reason for each item, at least one of which is a failed condition
     */
    List<CancellationReason> transact(List<TransactWriteItem> items) {
        return retrying(() -> {
            try {
                client.transactWriteItems(r -> r.transactItems(items));
                return List.of();
            } catch (TransactionCanceledException e) {
                if (e.cancellationReasons().stream().anyMatch(r -> "ConditionalCheckFailed".equals(r.code()))) {
                    return e.cancellationReasons();
                }
                throw e;
            }
        });
    }

    /** One page. */
    Page query(Consumer<QueryRequest.Builder> query) {
        return call(
                () -> client.query(r -> r.tableName(name).applyMutation(query)),
                r -> new Page(r.items(), r.hasLastEvaluatedKey() ? r.lastEvaluatedKey() : Map.of()));
    }

    /** What one request found, and where the next begins: empty after the last. */
    record Page(List<Map<String, AttributeValue>> items, Map<String, AttributeValue> last) {}

    /** All items of a partition whose sort key begins with a prefix, page by page as they are consumed. */
    Stream<Map<String, AttributeValue>> all(String partition, String prefix) {
        if (prefix.isEmpty()) {
            return pages("p = :p", Map.of(":p", Items.text(partition)));
        }
        return pages("p = :p AND begins_with(s, :s)", Map.of(":p", Items.text(partition), ":s", Items.text(prefix)));
    }

    /** All items between two keys of a partition, both included. */
    Stream<Map<String, AttributeValue>> between(Keys.Key from, Keys.Key to) {
        return pages(
                "p = :p AND s BETWEEN :s AND :t",
                Map.of(":p", Items.text(from.p()), ":s", Items.text(from.s()), ":t", Items.text(to.s())));
    }

    private Stream<Map<String, AttributeValue>> pages(String condition, Map<String, AttributeValue> values) {
        return Stream.iterate(Optional.of(page(condition, values, Map.of())), Optional::isPresent, p -> p.filter(
                                q -> !q.last().isEmpty())
                        .map(q -> page(condition, values, q.last())))
                .flatMap(p -> p.orElseThrow().items().stream());
    }

    private Page page(String condition, Map<String, AttributeValue> values, Map<String, AttributeValue> from) {
        return query(q -> q.consistentRead(true)
                .keyConditionExpression(condition)
                .expressionAttributeValues(values)
                .exclusiveStartKey(from.isEmpty() ? null : from));
    }

    static Map<String, AttributeValue> attributes(Keys.Key key) {
        return Map.of(Keys.PARTITION, Items.text(key.p()), Keys.SORT, Items.text(key.s()));
    }

    /** Once more after a conflict of transactions, which the SDK does not retry; throttling it has retried already. */
    private static <T> T retrying(Supplier<T> request) {
        for (int tried = 1; ; tried++) {
            try {
                return request.get();
            } catch (TransactionConflictException | TransactionInProgressException | TransactionCanceledException e) {
                if (tried >= TRIES || e instanceof TransactionCanceledException c && !isPassing(c)) {
                    throw new StoreException("Expected DynamoDB to write, but it kept refusing: " + e.getMessage(), e);
                }
                pause(tried, "write");
            } catch (SdkException e) {
                throw failed(e);
            }
        }
    }

    private static boolean isPassing(TransactionCanceledException e) {
        return e.cancellationReasons().stream()
                .allMatch(r -> r.code() == null
                        || switch (r.code()) {
                            case "None", "TransactionConflict", "ProvisionedThroughputExceeded", "ThrottlingError" ->
                                true;
                            default -> false;
                        });
    }

    private static <R, T> T call(Supplier<R> request, Function<R, T> then) {
        try {
            return then.apply(request.get());
        } catch (SdkException e) {
            throw failed(e);
        }
    }

    private static StoreException failed(SdkException e) {
        return new StoreException("Expected DynamoDB to answer, but: " + e.getMessage(), e);
    }

    /** Waits before a further try, longer each time and never equally long for two workers. */
    private static void pause(int tried, String what) {
        if (tried == 0) {
            return;
        }
        if (tried >= TRIES) {
            throw new StoreException(
                    "Expected " + what + " to take all items within " + TRIES + " tries, but it did not", null);
        }
        try {
            Thread.sleep(ThreadLocalRandom.current().nextLong(1, FIRST_PAUSE.toMillis() << tried));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreException("Expected " + what + " to be tried again, but the thread was interrupted", e);
        }
    }
}

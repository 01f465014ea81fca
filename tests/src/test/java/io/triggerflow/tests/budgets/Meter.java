package io.triggerflow.tests.budgets;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.DoubleAdder;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.SdkResponse;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.BatchWriteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchWriteItemResponse;
import software.amazon.awssdk.services.dynamodb.model.ConsumedCapacity;
import software.amazon.awssdk.services.dynamodb.model.DeleteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.DeleteItemResponse;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.GetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.PutItemResponse;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;
import software.amazon.awssdk.services.dynamodb.model.ReturnConsumedCapacity;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemResponse;
import software.amazon.awssdk.services.lambda.model.InvokeRequest;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequest;
import software.amazon.awssdk.services.sqs.model.ReceiveMessageRequest;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequest;
import software.amazon.awssdk.services.sqs.model.SendMessageRequest;

/**
 * Counts what clients of AWS ask for, as AWS would bill it: from the requests themselves and the capacity that DynamoDB says they
 * consumed. Transactions are computed (2 units a KB and item): DynamoDB Local reports them wrongly.
 */
final class Meter implements ExecutionInterceptor {
    private final Map<String, DoubleAdder> counts = new TreeMap<>();

    synchronized void reset() {
        counts.clear();
    }

    synchronized void add(String what, double howMuch) {
        counts.computeIfAbsent(what, w -> new DoubleAdder()).add(howMuch);
    }

    synchronized double get(String what) {
        DoubleAdder adder = counts.get(what);
        return adder == null ? 0 : adder.sum();
    }

    @Override
    public SdkRequest modifyRequest(Context.ModifyRequest context, ExecutionAttributes attributes) {
        return switch (context.request()) {
            case PutItemRequest r ->
                r.toBuilder()
                        .returnConsumedCapacity(ReturnConsumedCapacity.TOTAL)
                        .build();
            case UpdateItemRequest r ->
                r.toBuilder()
                        .returnConsumedCapacity(ReturnConsumedCapacity.TOTAL)
                        .build();
            case DeleteItemRequest r ->
                r.toBuilder()
                        .returnConsumedCapacity(ReturnConsumedCapacity.TOTAL)
                        .build();
            case GetItemRequest r ->
                r.toBuilder()
                        .returnConsumedCapacity(ReturnConsumedCapacity.TOTAL)
                        .build();
            case QueryRequest r ->
                r.toBuilder()
                        .returnConsumedCapacity(ReturnConsumedCapacity.TOTAL)
                        .build();
            case BatchGetItemRequest r ->
                r.toBuilder()
                        .returnConsumedCapacity(ReturnConsumedCapacity.TOTAL)
                        .build();
            case BatchWriteItemRequest r ->
                r.toBuilder()
                        .returnConsumedCapacity(ReturnConsumedCapacity.TOTAL)
                        .build();
            default -> context.request();
        };
    }

    @Override
    public void beforeExecution(Context.BeforeExecution context, ExecutionAttributes attributes) {
        switch (context.request()) {
            case PutItemRequest r -> add("writes", 1);
            case UpdateItemRequest r -> add("writes", 1);
            case DeleteItemRequest r -> add("writes", 1);
            case BatchWriteItemRequest r -> add("writes", 1);
            case TransactWriteItemsRequest r -> {
                add("writes", 1);
                r.transactItems().forEach(item -> add("wru", 2 * units(item)));
            }
            case GetItemRequest r -> add("reads", 1);
            case BatchGetItemRequest r -> add("reads", 1);
            case QueryRequest r -> add("reads", 1);
            case SendMessageBatchRequest r -> {
                add("sqs", 1);
                add("sent", r.entries().size());
            }
            case SendMessageRequest r -> {
                add("sqs", 1);
                add("sent", 1);
            }
            case ReceiveMessageRequest r -> add("sqs", 1);
            case DeleteMessageBatchRequest r -> add("sqs", 1);
            case InvokeRequest r -> add("invokes", 1);
            default -> add("other", 1);
        }
    }

    @Override
    public void afterExecution(Context.AfterExecution context, ExecutionAttributes attributes) {
        SdkResponse response = context.response();
        switch (response) {
            case PutItemResponse r -> capacity("wru", r.consumedCapacity());
            case UpdateItemResponse r -> capacity("wru", r.consumedCapacity());
            case DeleteItemResponse r -> capacity("wru", r.consumedCapacity());
            case BatchWriteItemResponse r -> r.consumedCapacity().forEach(c -> capacity("wru", c));
            case GetItemResponse r -> capacity("rru", r.consumedCapacity());
            case QueryResponse r -> capacity("rru", r.consumedCapacity());
            case BatchGetItemResponse r -> r.consumedCapacity().forEach(c -> capacity("rru", c));
            default -> {}
        }
    }

    private void capacity(String what, ConsumedCapacity capacity) {
        if (capacity != null) {
            add(what, capacity.capacityUnits());
        }
    }

    private static double units(TransactWriteItem item) {
        return Math.max(1, Math.ceil(item.toString().length() / 1024.0));
    }
}

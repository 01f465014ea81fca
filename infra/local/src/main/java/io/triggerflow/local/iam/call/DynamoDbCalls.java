package io.triggerflow.local.iam.call;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.triggerflow.local.gateway.Guard;
import io.triggerflow.local.iam.Access;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** DynamoDB: transactions are permitted through the actions on their items, batches by an action of their own on each table. */
final class DynamoDbCalls implements Reading {
    private static final Set<String> ON_A_TABLE = Set.of(
            "GetItem",
            "PutItem",
            "UpdateItem",
            "DeleteItem",
            "Query",
            "Scan",
            "CreateTable",
            "DescribeTable",
            "UpdateTable",
            "DeleteTable",
            "DescribeTimeToLive",
            "UpdateTimeToLive",
            "DescribeContinuousBackups");
    /** What an item of a transaction asks for, and the action that permits it. */
    private static final Map<String, String> TRANSACTED = Map.of(
            "Get", "GetItem",
            "Put", "PutItem",
            "Update", "UpdateItem",
            "Delete", "DeleteItem",
            "ConditionCheck", "ConditionCheckItem");

    private final Arns arns;

    DynamoDbCalls(Arns arns) {
        this.arns = arns;
    }

    private String table(String nameOrArn) {
        return arns.of("dynamodb", "table/", nameOrArn);
    }

    @Override
    public List<Access> of(Guard.Call call) throws IOException {
        String operation = Arns.operation(call);
        return switch (operation) {
            case "BatchGetItem", "BatchWriteItem" -> batch(operation, call.body());
            case "TransactGetItems", "TransactWriteItems" -> transaction(call.body());
            case "ListTables" -> List.of(Access.to("dynamodb:ListTables", "*"));
            case "DescribeStream", "GetShardIterator" -> {
                String arn = Bodies.texts(call.body(), Set.of("StreamArn"), 1).getOrDefault("StreamArn", "");
                yield List.of(Access.to("dynamodb:" + operation, arn));
            }
            default -> {
                if (!ON_A_TABLE.contains(operation)) {
                    throw new UnknownCallException("dynamodb:" + operation);
                }
                yield List.of(one(operation, call.body()));
            }
        };
    }

    private Access one(String operation, byte[] body) throws IOException {
        boolean mayBeIndex = operation.equals("Query") || operation.equals("Scan");
        Map<String, String> names = Bodies.texts(body, Set.of("TableName", "IndexName"), mayBeIndex ? 2 : 1);
        String arn = table(names.getOrDefault("TableName", ""));
        return Access.to(
                "dynamodb:" + operation,
                mayBeIndex && names.containsKey("IndexName") ? arn + "/index/" + names.get("IndexName") : arn);
    }

    private List<Access> batch(String operation, byte[] body) throws IOException {
        Set<Access> accesses = new LinkedHashSet<>();
        try (JsonParser parser = Bodies.parser(body)) {
            Bodies.fields(parser, (name, value) -> {
                if (name.equals("RequestItems")) {
                    Bodies.fields(
                            value, (table, requests) -> accesses.add(Access.to("dynamodb:" + operation, table(table))));
                }
            });
        }
        return new ArrayList<>(accesses);
    }

    private List<Access> transaction(byte[] body) throws IOException {
        Set<Access> accesses = new LinkedHashSet<>();
        try (JsonParser parser = Bodies.parser(body)) {
            Bodies.fields(parser, (name, value) -> {
                if (name.equals("TransactItems") && value.currentToken() == JsonToken.START_ARRAY) {
                    while (value.nextToken() == JsonToken.START_OBJECT) {
                        Bodies.fields(value, (kind, item) -> accesses.add(item(kind, item)));
                    }
                }
            });
        }
        return new ArrayList<>(accesses);
    }

    private Access item(String kind, JsonParser parser) throws IOException {
        String action = TRANSACTED.get(kind);
        if (action == null) {
            throw new UnknownCallException("dynamodb:TransactWriteItems with " + kind);
        }
        String[] table = {""};
        Bodies.fields(parser, (name, value) -> {
            if (name.equals("TableName")) {
                table[0] = value.getText();
            }
        });
        return Access.to("dynamodb:" + action, table(table[0]));
    }
}

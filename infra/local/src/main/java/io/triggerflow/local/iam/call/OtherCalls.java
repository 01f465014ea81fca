package io.triggerflow.local.iam.call;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.triggerflow.local.gateway.Guard;
import io.triggerflow.local.iam.Access;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The services of which only a part runs here: Systems Manager's parameters, CloudFormation's stacks, STS, IAM. */
final class OtherCalls {
    private final Arns arns;

    OtherCalls(Arns arns) {
        this.arns = arns;
    }

    List<Access> parameters(Guard.Call call) throws IOException {
        String operation = Arns.operation(call);
        String action = "ssm:" + operation;
        List<String> names = new ArrayList<>();
        try (JsonParser parser = Bodies.parser(call.body())) {
            Bodies.fields(parser, (field, value) -> {
                if (field.equals("Name") || field.equals("Path")) {
                    names.add(value.getText());
                } else if (field.equals("Names") && value.currentToken() == JsonToken.START_ARRAY) {
                    while (value.nextToken() == JsonToken.VALUE_STRING) {
                        names.add(value.getText());
                    }
                }
            });
        }
        return switch (operation) {
            case "DescribeParameters" -> List.of(Access.to(action, "*"));
            case "GetParameter",
                    "GetParameters",
                    "GetParametersByPath",
                    "PutParameter",
                    "DeleteParameter",
                    "DeleteParameters" ->
                names.stream()
                        // A name that begins with a slash brings the slash of the ARN along.
                        .map(name -> Access.to(
                                action, arns.of("ssm", name.startsWith("/") ? "parameter" : "parameter/", name)))
                        .toList();
            default -> throw new UnknownCallException(action);
        };
    }

    List<Access> stacks(Guard.Call call) throws IOException {
        Map<String, String> form = form(call);
        String action = form.getOrDefault("Action", "");
        return switch (action) {
            case "DescribeStacks", "ListStackResources", "DescribeStackResources", "DescribeStackResource" -> {
                String stack = form.getOrDefault("StackName", "");
                yield List.of(Access.to(
                        "cloudformation:" + action,
                        stack.startsWith("arn:")
                                ? stack
                                : arns.arn("cloudformation", "stack/" + (stack.isEmpty() ? "*" : stack + "/*"))));
            }
            default -> throw new UnknownCallException("cloudformation:" + action);
        };
    }

    /** Who one is, everybody may ask. */
    List<Access> identity(Guard.Call call) throws IOException {
        String action = form(call).getOrDefault("Action", "");
        if (!action.equals("GetCallerIdentity")) {
            throw new UnknownCallException("sts:" + action);
        }
        return List.of();
    }

    List<Access> roles(Guard.Call call) throws IOException {
        Map<String, String> form = form(call);
        return List.of(Access.to(
                "iam:" + form.getOrDefault("Action", ""),
                "arn:aws:iam::" + arns.account() + ":role/" + form.getOrDefault("RoleName", "")));
    }

    private static Map<String, String> form(Guard.Call call) throws IOException {
        Map<String, String> form = Arns.query(call.target());
        form.putAll(Arns.form(new String(call.body(), StandardCharsets.UTF_8)));
        return form;
    }
}

package io.triggerflow.local.iam.call;

import io.triggerflow.local.gateway.Guard;
import io.triggerflow.local.iam.Access;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Lambda: paths to actions; a qualified call needs the permission on the version or alias. */
final class LambdaCalls implements Reading {
    /** Method and last part of the path, to action. */
    private static final Map<String, String> OF_A_FUNCTION = Map.ofEntries(
            Map.entry("POST invocations", "InvokeFunction"),
            Map.entry("GET one", "GetFunction"),
            Map.entry("DELETE one", "DeleteFunction"),
            Map.entry("GET configuration", "GetFunctionConfiguration"),
            Map.entry("GET event-invoke-config", "GetFunctionEventInvokeConfig"),
            Map.entry("PUT event-invoke-config", "PutFunctionEventInvokeConfig"),
            Map.entry("POST event-invoke-config", "UpdateFunctionEventInvokeConfig"),
            Map.entry("DELETE event-invoke-config", "DeleteFunctionEventInvokeConfig"),
            Map.entry("GET recursion-config", "GetFunctionRecursionConfig"),
            Map.entry("PUT recursion-config", "PutFunctionRecursionConfig"),
            Map.entry("GET concurrency", "GetFunctionConcurrency"),
            Map.entry("PUT concurrency", "PutFunctionConcurrency"),
            Map.entry("DELETE concurrency", "DeleteFunctionConcurrency"));

    private static final Map<String, String> OF_A_MAPPING = Map.of(
            "GET", "GetEventSourceMapping",
            "PUT", "UpdateEventSourceMapping",
            "DELETE", "DeleteEventSourceMapping");

    private final Arns arns;

    LambdaCalls(Arns arns) {
        this.arns = arns;
    }

    @Override
    public List<Access> of(Guard.Call call) {
        List<String> path = Arrays.stream(Arns.path(call.target()).split("/"))
                .filter(s -> !s.isEmpty())
                .skip(1) // the API's date
                .map(Arns::segment)
                .toList();
        String collection = path.isEmpty() ? "" : path.getFirst();
        String method = call.method();
        return List.of(
                switch (collection) {
                    case "functions" -> function(call, path);
                    case "event-source-mappings" -> mapping(method, path);
                    case "tags" -> tags(call, path);
                    default -> throw new UnknownCallException("lambda: " + method + " " + call.target());
                });
    }

    private Access function(Guard.Call call, List<String> path) {
        if (path.size() == 1) {
            return switch (call.method()) {
                case "GET" -> Access.to("lambda:ListFunctions", "*");
                case "POST" -> throw new UnknownCallException("lambda:CreateFunction");
                default -> throw new UnknownCallException("lambda: " + call.method() + " " + call.target());
            };
        }
        String what = call.method() + " " + (path.size() == 2 ? "one" : path.get(2));
        String action = OF_A_FUNCTION.get(what);
        if (action == null) {
            throw new UnknownCallException("lambda: " + call.method() + " " + call.target());
        }
        return Access.to(
                "lambda:" + action,
                functionArn(
                        path.get(1),
                        Optional.ofNullable(Arns.query(call.target()).get("Qualifier"))));
    }

    /** From a name, a partial ARN or an ARN, each perhaps with a qualifier. */
    private String functionArn(String text, Optional<String> qualifier) {
        String name = text.replaceFirst("^(arn:[^:]*:lambda:[^:]*:)?(\\d{12}:)?function:", "");
        return arns.arn(
                "lambda",
                "function:" + name
                        + (name.contains(":") ? "" : qualifier.map(q -> ":" + q).orElse("")));
    }

    private static Access tags(Guard.Call call, List<String> path) {
        String action =
                switch (path.size() == 2 ? call.method() : "") {
                    case "GET" -> "ListTags";
                    case "POST" -> "TagResource";
                    case "DELETE" -> "UntagResource";
                    default -> throw new UnknownCallException("lambda: " + call.method() + " " + call.target());
                };
        return Access.to("lambda:" + action, path.get(1));
    }

    private Access mapping(String method, List<String> path) {
        if (path.size() == 1) {
            return Access.to(
                    method.equals("GET") ? "lambda:ListEventSourceMappings" : "lambda:CreateEventSourceMapping", "*");
        }
        String action = OF_A_MAPPING.get(method);
        if (action == null) {
            throw new UnknownCallException("lambda: " + method + " event-source-mappings");
        }
        return Access.to("lambda:" + action, arns.arn("lambda", "event-source-mapping:" + path.get(1)));
    }
}

package io.triggerflow.local.gateway;

import com.sun.net.httpserver.HttpExchange;
import io.triggerflow.local.AwsService;
import io.triggerflow.local.template.Resource;
import io.triggerflow.local.template.Template;
import java.io.IOException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The part of CloudFormation that finds things: stacks, their outputs and resources. One stack a template. */
public final class StacksService implements AwsService {
    private final List<Template> templates;
    private final Instant created;

    /** Shows templates as stacks. */
    public StacksService(List<Template> templates, Instant created) {
        this.templates = List.copyOf(templates);
        this.created = created;
    }

    @Override
    public String signingName() {
        return "cloudformation";
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            QueryProtocol.serve(exchange, "http://cloudformation.amazonaws.com/doc/2010-05-15/", this::call);
        }
    }

    private String call(String action, Map<String, String> form) {
        return switch (action) {
            case "DescribeStacks" -> "<Stacks>" + describe(form) + "</Stacks>";
            case "ListStackResources" ->
                "<StackResourceSummaries>" + resources(form, "LogicalResourceId", "member")
                        + "</StackResourceSummaries>";
            case "DescribeStackResources" ->
                "<StackResources>" + resources(form, "LogicalResourceId", "member") + "</StackResources>";
            case "DescribeStackResource" -> resources(form, "LogicalResourceId", "StackResourceDetail");
            default ->
                throw new ServiceException(
                        501,
                        "InvalidAction",
                        "Expected DescribeStacks, ListStackResources or DescribeStackResources, "
                                + "all that the local CloudFormation offers, but got " + action);
        };
    }

    private static String id(Template template) {
        return template.names()
                .arn("cloudformation", "stack/" + template.names().stackName() + "/local");
    }

    private List<Template> stacks(Map<String, String> form) {
        if (!form.containsKey("StackName")) {
            return templates;
        }
        String name = form.get("StackName");
        List<Template> found = templates.stream()
                .filter(t -> t.names().stackName().equals(name) || id(t).equals(name))
                .toList();
        if (found.isEmpty()) {
            throw ServiceException.invalid("Stack with id " + name + " does not exist");
        }
        return found;
    }

    private String describe(Map<String, String> form) {
        return stacks(form).stream()
                .map(stack -> "<member>"
                        + QueryProtocol.element("StackName", stack.names().stackName())
                        + QueryProtocol.element("StackId", id(stack))
                        + QueryProtocol.element("CreationTime", created.toString())
                        + QueryProtocol.element("StackStatus", "CREATE_COMPLETE")
                        + "<Outputs>" + pairs(stack.outputs(), "OutputKey", "OutputValue") + "</Outputs>"
                        + "<Parameters>" + pairs(stack.parameters(), "ParameterKey", "ParameterValue")
                        + "</Parameters></member>")
                .collect(Collectors.joining());
    }

    private static String pairs(Map<String, ?> map, String key, String value) {
        return map.entrySet().stream()
                .map(entry -> "<member>" + QueryProtocol.element(key, entry.getKey())
                        + QueryProtocol.element(value, String.valueOf(entry.getValue())) + "</member>")
                .collect(Collectors.joining());
    }

    private String resources(Map<String, String> form, String filter, String element) {
        String wanted = form.getOrDefault(filter, "");
        String found = stacks(form).stream()
                .map(Template::resources)
                .map(Map::values)
                .flatMap(Collection::stream)
                .filter(resource -> wanted.isEmpty() || resource.logicalId().equals(wanted))
                .map(resource -> resource(resource, element))
                .collect(Collectors.joining());
        if (found.isEmpty() && !wanted.isEmpty()) {
            throw ServiceException.invalid("Resource " + wanted + " does not exist for stack " + form.get("StackName"));
        }
        return found;
    }

    private String resource(Resource resource, String element) {
        // A queue's physical id is its URL on AWS; everything else here goes by its name.
        String id = resource.type().equals("AWS::SQS::Queue")
                ? templates.getFirst().names().queueUrl(resource.physicalName())
                : resource.physicalName();
        return "<" + element + ">" + QueryProtocol.element("LogicalResourceId", resource.logicalId())
                + QueryProtocol.element("PhysicalResourceId", id)
                + QueryProtocol.element("ResourceType", resource.type())
                + QueryProtocol.element("ResourceStatus", "CREATE_COMPLETE")
                + QueryProtocol.element("LastUpdatedTimestamp", created.toString())
                + QueryProtocol.element("Timestamp", created.toString()) + "</" + element + ">";
    }
}

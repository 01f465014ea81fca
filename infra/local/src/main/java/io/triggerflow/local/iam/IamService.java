package io.triggerflow.local.iam;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import io.triggerflow.local.AwsService;
import io.triggerflow.local.gateway.QueryProtocol;
import io.triggerflow.local.gateway.ServiceException;
import io.triggerflow.local.template.TemplateException;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * The part of IAM's API that changes what a role may do while the runtime is running: inline policies. They are gone with the process; what
 * templates say cannot be changed, only denied. Thread-safe.
 */
public final class IamService implements AwsService {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Iam iam;
    /** Documents as they were put, by role and policy. */
    private final Map<String, String> documents = new ConcurrentHashMap<>();

    /** Creates the API. */
    public IamService(Iam iam) {
        this.iam = iam;
    }

    @Override
    public String signingName() {
        return "iam";
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            QueryProtocol.serve(exchange, "https://iam.amazonaws.com/doc/2010-05-08/", this::call);
        }
    }

    private String call(String action, Map<String, String> form) {
        if (!iam.isOn()) {
            throw new ServiceException(
                    501, "InvalidAction", "Expected permissions to be enforced, but they are not (--no-iam)");
        }
        Role role = role(form);
        String policy = form.getOrDefault("PolicyName", "");
        String key = role.arn() + " " + policy;
        return switch (action) {
            case "PutRolePolicy" -> {
                Policy put = read(policy, form.getOrDefault("PolicyDocument", ""));
                documents.put(key, form.get("PolicyDocument"));
                iam.change(role, r -> r.with(put));
                yield "";
            }
            case "DeleteRolePolicy" -> {
                document(key, policy);
                documents.remove(key);
                iam.change(role, r -> r.without(policy));
                yield "";
            }
            case "GetRolePolicy" ->
                QueryProtocol.element("RoleName", role.name())
                        + QueryProtocol.element("PolicyName", policy)
                        + QueryProtocol.element(
                                "PolicyDocument", URLEncoder.encode(document(key, policy), StandardCharsets.UTF_8));
            case "ListRolePolicies" ->
                "<PolicyNames>"
                        + role.policies().stream()
                                .filter(p -> p.origin() == Policy.Origin.API)
                                .map(p -> QueryProtocol.element("member", p.name()))
                                .collect(Collectors.joining())
                        + "</PolicyNames><IsTruncated>false</IsTruncated>";
            default ->
                throw new ServiceException(
                        501,
                        "InvalidAction",
                        "Expected PutRolePolicy, GetRolePolicy, DeleteRolePolicy or ListRolePolicies, "
                                + "all that the local IAM offers, but got " + action);
        };
    }

    private Role role(Map<String, String> form) {
        String name = form.getOrDefault("RoleName", "");
        return iam.roles().stream()
                .filter(r -> r.name().equals(name))
                .findFirst()
                .orElseThrow(() ->
                        new ServiceException(404, "NoSuchEntity", "The role with name " + name + " cannot be found."));
    }

    private String document(String key, String policy) {
        String document = documents.get(key);
        if (document == null) {
            throw new ServiceException(
                    404, "NoSuchEntity", "The role policy with name " + policy + " cannot be found.");
        }
        return document;
    }

    private static Policy read(String name, String document) {
        try {
            return PolicyReader.read(
                    name, Policy.Origin.API, JSON.readValue(document, Map.class), PolicyReader.Kind.IDENTITY, name);
        } catch (JsonProcessingException | TemplateException e) {
            throw new ServiceException(400, "MalformedPolicyDocument", String.valueOf(e.getMessage()));
        }
    }
}

package io.triggerflow.local.iam;

import io.triggerflow.local.template.Resource;
import io.triggerflow.local.template.Template;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** The roles of templates: those written as such, those that SAM makes of functions, and what is attached to them. For one use. */
final class RoleReader {
    private static final String SAM_FUNCTION = "AWS::Serverless::Function";

    private final List<Template> templates;
    private final Consumer<String> warnings;
    private final KnownPolicies known = KnownPolicies.load();
    private final Map<String, Policy> managed = new HashMap<>();
    /** What resources of their own attach, by the role's ARN. */
    private final Map<String, List<Policy>> attached = new HashMap<>();

    private final Map<String, Role> roles = new LinkedHashMap<>();
    private final Map<String, String> functions = new LinkedHashMap<>();

    RoleReader(List<Template> templates, Consumer<String> warnings) {
        this.templates = templates;
        this.warnings = warnings;
        each("AWS::IAM::ManagedPolicy", this::managedPolicy);
        each("AWS::IAM::Policy", this::inlinePolicy);
        each("AWS::IAM::RolePolicy", this::inlinePolicy);
        each("AWS::IAM::Role", this::role);
        each(SAM_FUNCTION, this::samFunction);
        each("AWS::Lambda::Function", this::function);
    }

    Map<String, Role> roles() {
        return roles;
    }

    /** By a function's name, the ARN of its role. */
    Map<String, String> functions() {
        return functions;
    }

    private void each(String type, Consumer<PolicySource> reader) {
        templates.forEach(template -> template.ofType(type).forEach(r -> reader.accept(new PolicySource(template, r))));
    }

    private void managedPolicy(PolicySource source) {
        Resource resource = source.needs("PolicyDocument", "Roles").resource();
        Policy policy = PolicyReader.read(
                resource.logicalId(),
                Policy.Origin.TEMPLATE,
                resource.map("PolicyDocument"),
                PolicyReader.Kind.IDENTITY,
                source.place("PolicyDocument"));
        managed.put(source.template().arn(resource), policy);
        attach(source, policy, resource.list("Roles"));
    }

    private void inlinePolicy(PolicySource source) {
        Resource resource = source.needs("PolicyDocument", "Roles", "RoleName").resource();
        Policy policy = PolicyReader.read(
                resource.string("PolicyName").orElse(resource.logicalId()),
                Policy.Origin.TEMPLATE,
                resource.map("PolicyDocument"),
                PolicyReader.Kind.IDENTITY,
                source.place("PolicyDocument"));
        List<Object> to = new ArrayList<>(resource.list("Roles"));
        resource.string("RoleName").ifPresent(to::add);
        attach(source, policy, to);
    }

    private void attach(PolicySource source, Policy policy, List<Object> roleNames) {
        roleNames.forEach(name -> attached.computeIfAbsent(
                        source.template().names().stackName() + " " + name, n -> new ArrayList<>())
                .add(policy));
    }

    private void role(PolicySource source) {
        Resource resource = source.needs(
                        "Policies", "ManagedPolicyArns", "PermissionsBoundary", "AssumeRolePolicyDocument")
                .resource();
        List<Policy> policies = new ArrayList<>();
        List<Object> inline = resource.list("Policies");
        for (int i = 0; i < inline.size(); i++) {
            Map<String, Object> one = Resource.asMap(inline.get(i));
            policies.add(PolicyReader.read(
                    String.valueOf(one.get("PolicyName")),
                    Policy.Origin.TEMPLATE,
                    one.get("PolicyDocument"),
                    PolicyReader.Kind.IDENTITY,
                    source.place("Policies." + i)));
        }
        resource.list("ManagedPolicyArns").forEach(arn -> policies.add(named(String.valueOf(arn), source)));
        Policy trust = PolicyReader.read(
                "AssumeRolePolicyDocument",
                Policy.Origin.TEMPLATE,
                resource.map("AssumeRolePolicyDocument"),
                PolicyReader.Kind.TRUST,
                source.place("AssumeRolePolicyDocument"));
        add(source, source.template().arn(resource), policies, trust, Tags.of(resource, "Tags"));
    }

    private void add(PolicySource source, String arn, List<Policy> policies, Policy trust, Map<String, String> tags) {
        String name = arn.substring(arn.lastIndexOf('/') + 1);
        List<Policy> all = new ArrayList<>(policies);
        all.addAll(attached.getOrDefault(source.template().names().stackName() + " " + name, List.of()));
        Optional<Policy> boundary = source.resource()
                .string("PermissionsBoundary")
                .filter(text -> !text.isEmpty())
                .map(text -> named(text, source));
        roles.put(arn, new Role(arn, name, all, boundary, trust, tags));
    }

    /** A managed policy: of the templates, or of AWS. Another grants nothing here, which its user is told. */
    private Policy named(String nameOrArn, PolicySource source) {
        Policy own = managed.get(nameOrArn);
        return own != null
                ? own
                : known.managed(nameOrArn).orElseGet(() -> {
                    warnings.accept(source.place("Policies")
                            + ": Expected a managed policy of the templates, or one of AWS's"
                            + " that the local runtime knows, but got " + nameOrArn + ": it grants nothing here");
                    return new Policy(nameOrArn, Policy.Origin.AWS, List.of());
                });
    }

    private void function(PolicySource source) {
        String name = source.resource().physicalName();
        String role = source.resource()
                .string("Role")
                .orElseThrow(() -> PolicyReader.problem(source.place("Role"), "the ARN of a role", "none"));
        if (roles.containsKey(role)) {
            functions.put(name, role);
        } else {
            warnings.accept(source.place("Role") + ": Expected a role of the templates, but got " + role
                    + ": nothing is known of what it may do, so here the function may do everything");
        }
    }

    private void samFunction(PolicySource source) {
        Resource function = source.needs("Policies", "PermissionsBoundary").resource();
        if (function.at("Role").isPresent()) {
            function(source);
        } else {
            List<Policy> policies = new ArrayList<>(SamPolicies.implied(function));
            policies.addAll(written(source));
            String arn = source.template()
                    .names()
                    .roleArn(
                            function.string("RolePath").orElse("/"),
                            source.template().names().generated(function.logicalId() + "Role"));
            Policy trust = function.at("AssumeRolePolicyDocument")
                    .map(document -> PolicyReader.read(
                            "AssumeRolePolicyDocument",
                            Policy.Origin.TEMPLATE,
                            document,
                            PolicyReader.Kind.TRUST,
                            source.place("AssumeRolePolicyDocument")))
                    .orElseGet(() -> SamPolicies.trust("lambda.amazonaws.com"));
            add(source, arn, policies, trust, Tags.of(function, "Tags"));
            functions.put(function.physicalName(), arn);
        }
        SamPolicies.scheduleRoles(source.template(), function).forEach(role -> roles.put(role.arn(), role));
    }

    /** The entries of Policies: names of managed policies, documents, policy templates. */
    private List<Policy> written(PolicySource source) {
        List<Policy> policies = new ArrayList<>();
        List<Object> entries = source.resource().list("Policies");
        for (int i = 0; i < entries.size(); i++) {
            String place = source.place("Policies." + i);
            Map<String, Object> map = Resource.asMap(entries.get(i));
            if (entries.get(i) instanceof String name) {
                policies.add(named(name, source));
            } else if (map.containsKey("Statement")) {
                String name = source.resource().logicalId() + "RolePolicy" + i;
                policies.add(PolicyReader.read(name, Policy.Origin.TEMPLATE, map, PolicyReader.Kind.IDENTITY, place));
            } else if (map.size() == 1
                    && known.isSamTemplate(map.keySet().iterator().next())) {
                String name = map.keySet().iterator().next();
                policies.add(known.samTemplate(
                        name, Resource.asMap(map.get(name)), source.template().names(), place));
            } else {
                throw PolicyReader.problem(
                        place,
                        "a managed policy, a document with Statement, or a policy template of SAM",
                        entries.get(i));
            }
        }
        return policies;
    }
}

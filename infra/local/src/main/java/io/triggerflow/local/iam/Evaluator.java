package io.triggerflow.local.iam;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Decides as IAM does within one account (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html): an
 * explicit Deny anywhere wins; otherwise the caller's own policies or the resource's must allow; a permissions boundary must allow too.
 * Pure.
 */
final class Evaluator {
    private final Directory directory;

    Evaluator(Directory directory) {
        this.directory = directory;
    }

    Decision decide(Caller caller, Access access) {
        Map<String, List<String>> context = context(caller, access);
        List<Policy> own = caller instanceof Caller.Session s ? s.role().policies() : List.of();
        Optional<Policy> boundary =
                caller instanceof Caller.Session s ? s.role().boundary() : Optional.empty();
        List<Policy> resources =
                directory.resourcePolicies().getOrDefault(Directory.owner(access.resource()), List.of());
        if (denied(own, caller, access, context)) {
            return refused(caller, access, "with an explicit deny in an identity-based policy");
        }
        if (denied(resources, caller, access, context)) {
            return refused(caller, access, "with an explicit deny in a resource-based policy");
        }
        if (denied(boundary.stream().toList(), caller, access, context)) {
            return refused(caller, access, "with an explicit deny in a permissions boundary");
        }
        List<Decision.Use> uses = uses(own, caller, access, context);
        uses.addAll(uses(resources, caller, access, context));
        if (uses.isEmpty()) {
            String kind = caller instanceof Caller.Session ? "identity-based" : "resource-based";
            return refused(caller, access, because(kind + " policy", access));
        }
        if (boundary.isPresent()
                && uses(List.of(boundary.get()), caller, access, context).isEmpty()) {
            return refused(caller, access, because("permissions boundary", access));
        }
        return new Decision(Optional.empty(), false, uses);
    }

    /** Whether a service may act with a role: what the role's trust policy says. */
    Decision assume(Role role, Caller.Service service) {
        Access access = Access.to("sts:AssumeRole", role.arn());
        Map<String, List<String>> context = context(service, access);
        List<Policy> trust = List.of(role.trust());
        List<Decision.Use> uses = uses(trust, service, access, context);
        return uses.isEmpty() || denied(trust, service, access, context)
                ? refused(service, access, because("resource-based policy", access))
                : new Decision(Optional.empty(), false, uses);
    }

    private static boolean denied(
            List<Policy> policies, Caller caller, Access access, Map<String, List<String>> context) {
        return policies.stream()
                .flatMap(p -> p.statements().stream())
                .filter(s -> !s.allows() && s.covers(access, context))
                .anyMatch(s -> s.principals()
                        .map(p -> p.of(caller) != Principals.Match.NONE)
                        .orElse(true));
    }

    private static List<Decision.Use> uses(
            List<Policy> policies, Caller caller, Access access, Map<String, List<String>> context) {
        List<Decision.Use> uses = new ArrayList<>();
        for (Policy policy : policies) {
            for (Statement statement : policy.statements()) {
                boolean isAboutCaller = statement
                        .principals()
                        .map(p -> p.of(caller) == Principals.Match.CALLER)
                        .orElse(true);
                if (statement.allows() && isAboutCaller && statement.covers(access, context)) {
                    uses.add(new Decision.Use(
                            policy,
                            statement,
                            statement.actions().through(access.action()),
                            statement.resources().through(access.resource())));
                }
            }
        }
        return uses;
    }

    private Map<String, List<String>> context(Caller caller, Access access) {
        Map<String, List<String>> context = new HashMap<>(caller.context());
        // The gateway stands for AWS's endpoints, which clients reach by TLS.
        context.put("aws:securetransport", List.of("true"));
        context.put("aws:requestedregion", List.of(directory.region()));
        context.put("aws:resourceaccount", List.of(directory.account()));
        directory
                .tags()
                .getOrDefault(Directory.owner(access.resource()), Map.of())
                .forEach((key, value) -> context.put("aws:resourcetag/" + key, List.of(value)));
        access.context().forEach((key, value) -> context.put(key, List.of(value)));
        return context;
    }

    private static Decision refused(Caller caller, Access access, String why) {
        // S3 puts the resource into quotes; SQS has the operation in small letters.
        String resource = access.action().startsWith("s3:") ? '"' + access.resource() + '"' : access.resource();
        return new Decision(
                Optional.of("User: " + caller.arn() + " is not authorized to perform: " + spelled(access)
                        + " on resource: " + resource + " " + why),
                why.startsWith("with an explicit deny"),
                List.of());
    }

    private static String because(String what, Access access) {
        return "because no " + what + " allows the " + spelled(access) + " action";
    }

    private static String spelled(Access access) {
        return access.action().startsWith("sqs:") ? access.action().toLowerCase(Locale.ROOT) : access.action();
    }
}

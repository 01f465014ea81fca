package io.triggerflow.local.iam;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Everything about permissions that templates say. Immutable: a change makes another.
 *
 * @param region of every resource
 * @param account of every resource
 * @param roles by ARN
 * @param functions the ARN of each function's role by the function's name; functions whose role nobody here knows are absent
 * @param resourcePolicies by the resource's ARN
 * @param tags by the resource's ARN, keys in lower case
 * @param resources ARNs of what templates made: nothing is known of the policies of others
 */
record Directory(
        String region,
        String account,
        Map<String, Role> roles,
        Map<String, String> functions,
        Map<String, List<Policy>> resourcePolicies,
        Map<String, Map<String, String>> tags,
        Set<String> resources) {

    private static final int FUNCTION_COLONS = 7;

    Directory {
        roles = Map.copyOf(roles);
        functions = Map.copyOf(functions);
        resourcePolicies = Map.copyOf(resourcePolicies);
        tags = Map.copyOf(tags);
        resources = Set.copyOf(resources);
    }

    static final Directory EMPTY = new Directory("", "", Map.of(), Map.of(), Map.of(), Map.of(), Set.of());

    Optional<Role> role(String arn) {
        return Optional.ofNullable(roles.get(arn));
    }

    Directory with(Role role) {
        Map<String, Role> changed = new HashMap<>(roles);
        changed.put(role.arn(), role);
        return new Directory(region, account, changed, functions, resourcePolicies, tags, resources);
    }

    /** A function as the one who asks; empty when its role is not known. */
    Optional<Caller.Session> function(String name) {
        return Optional.ofNullable(functions.get(name))
                .flatMap(this::role)
                .map(role -> Caller.Session.of(
                        role, name, Optional.of("arn:aws:lambda:" + region + ":" + account + ":function:" + name)));
    }

    /** The ARN under which a resource's policy is kept: an object's bucket, an alias's function, an index's table. */
    static String owner(String arn) {
        String[] parts = arn.split(":", FUNCTION_COLONS + 1);
        if (parts.length < 6) {
            return arn;
        }
        return switch (parts[2]) {
            case "s3" -> arn.indexOf('/') < 0 ? arn : arn.substring(0, arn.indexOf('/'));
            case "lambda" ->
                parts[5].equals("function") && parts.length > FUNCTION_COLONS
                        ? arn.substring(0, arn.lastIndexOf(':' + parts[FUNCTION_COLONS]))
                        : arn;
            case "dynamodb" -> arn.replaceFirst("(:table/[^/]+)/.*", "$1");
            default -> arn;
        };
    }
}

package io.triggerflow.tests.e2e;

import io.triggerflow.local.iam.Permissions.Grant;
import io.triggerflow.local.template.Resource;
import io.triggerflow.local.template.Template;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A template with one permission less: an action, or a resource, of one statement of one role. */
final class WithoutGrant {
    /** Where a statement is written: the resource, the policy and the statement in it. */
    private static final Pattern PLACE =
            Pattern.compile(".* at Resources\\.(\\w+)\\.Properties\\.Policies\\.(\\d+)\\.Statement\\.(\\d+)");

    private WithoutGrant() {}

    static Template of(Template template, Grant grant) {
        Matcher place = PLACE.matcher(grant.place());
        if (!place.matches()) {
            throw new IllegalStateException("Expected a statement of a role's policy, but got " + grant.place());
        }
        Map<String, Resource> resources = new LinkedHashMap<>(template.resources());
        resources.computeIfPresent(place.group(1), (id, role) -> {
            Map<String, Object> properties = new LinkedHashMap<>(role.properties());
            List<Object> policies = new ArrayList<>(role.list("Policies"));
            int policy = Integer.parseInt(place.group(2));
            Map<String, Object> named = new LinkedHashMap<>(Resource.asMap(policies.get(policy)));
            Map<String, Object> document =
                    without(Resource.asMap(named.get("PolicyDocument")), Integer.parseInt(place.group(3)), grant);
            named.put("PolicyDocument", document);
            if (document.get("Statement").equals(List.of())) {
                policies.remove(policy);
            } else {
                policies.set(policy, named);
            }
            properties.put("Policies", policies);
            return role.with(properties);
        });
        return new Template(
                template.file(),
                template.names(),
                resources,
                template.outputs(),
                template.exports(),
                template.parameters(),
                template.warnings(),
                template.unresolved());
    }

    /** The statement goes altogether when nothing is left of it, and so does a policy. */
    private static Map<String, Object> without(Map<String, Object> document, int index, Grant grant) {
        List<Object> statements = new ArrayList<>((List<?>) document.get("Statement"));
        Map<String, Object> statement = new LinkedHashMap<>(Resource.asMap(statements.get(index)));
        String element = grant.element() == Grant.Element.ACTION ? "Action" : "Resource";
        List<Object> left = new ArrayList<>();
        Object value = statement.get(element);
        left.addAll(value instanceof List<?> list ? list : List.of(value));
        if (!left.remove(grant.pattern())) {
            throw new IllegalStateException("Expected " + grant.pattern() + " in " + statement);
        }
        if (left.isEmpty()) {
            statements.remove(index);
        } else {
            statement.put(element, left);
            statements.set(index, statement);
        }
        Map<String, Object> changed = new LinkedHashMap<>(document);
        changed.put("Statement", statements);
        return changed;
    }
}

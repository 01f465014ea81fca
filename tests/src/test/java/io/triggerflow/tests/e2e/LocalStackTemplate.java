package io.triggerflow.tests.e2e;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * What of {@code template.yaml} LocalStack's community image deploys, and the one place that says so. Left out:
 *
 * <ul>
 *   <li>the HTTP API: API Gateway's second version is not in that image; {@link ApiStandIn} calls the API's function instead
 *   <li>nested stacks: alarms and the dashboard, which lie in files beside the template, and which nothing here looks at
 *   <li>the bus's archive: there is no such resource
 *   <li>deployments by CodeDeploy and SnapStart: neither is there; aliases and versions are, and the queue feeds the engine's alias
 *   <li>what tells only of these: the API's address, as an output and as a parameter
 *   <li>the {@code Rules}, and a {@code DeletionPolicy} that is a parameter: it is Delete, and {@code AWS::LanguageExtensions} is not needed
 * </ul>
 *
 * There, but without effect: IAM's policies are not enforced, and Scheduler fires nothing, so that the sweeper is never called and nothing may be
 * delayed by more than the 15 minutes that SQS delays. The suite needs none of these. Pure functions.
 */
final class LocalStackTemplate {
    private static final String TRANSFORM = "AWS::Serverless-2016-10-31";
    private static final String FUNCTION = "AWS::Serverless::Function";
    private static final Set<String> MISSING_TYPES =
            Set.of("AWS::Serverless::HttpApi", "AWS::CloudFormation::Stack", "AWS::Events::Archive");
    private static final Set<String> MISSING_EVENTS = Set.of("HttpApi");
    private static final Set<String> MISSING_PROPERTIES = Set.of("DeploymentPreference", "SnapStart");
    /** May go with what they tell of. */
    private static final String PARAMETER = "AWS::SSM::Parameter";

    private static final Pattern IN_TEXT = Pattern.compile("\\$\\{([A-Za-z0-9]+)(\\.[A-Za-z0-9.]+)?}");

    private LocalStackTemplate() {}

    /**
     * The part of a SAM template that LocalStack can deploy.
     *
     * @param template as {@link io.triggerflow.local.template.TemplateReader#document} reads it; not changed
     * @param code where the functions' zip is, {@code s3://bucket/key}
     * @throws IllegalArgumentException when something that must stay refers to something that is left out
     */
    static Map<String, Object> of(Map<String, Object> template, String code) {
        Map<String, Object> resources = new LinkedHashMap<>();
        Set<String> gone = new LinkedHashSet<>();
        map(template.get("Resources")).forEach((id, resource) -> {
            if (MISSING_TYPES.contains(type(resource))) {
                gone.add(id);
            } else {
                resources.put(id, resource(map(resource), code));
            }
        });
        resources.entrySet().removeIf(r -> goes(r.getKey(), r.getValue(), gone));
        Map<String, Object> outputs = new LinkedHashMap<>(map(template.get("Outputs")));
        outputs.values().removeIf(output -> refers(output, gone));
        Map<String, Object> made = new LinkedHashMap<>(template);
        made.remove("Rules");
        made.put("Transform", TRANSFORM);
        made.put("Resources", resources);
        made.put("Outputs", outputs);
        return made;
    }

    private static boolean goes(String id, Object resource, Set<String> gone) {
        if (!refers(resource, gone)) {
            return false;
        }
        if (!type(resource).equals(PARAMETER)) {
            throw new IllegalArgumentException(
                    "Expected " + id + " to need nothing that LocalStack has not, but it refers to one of " + gone);
        }
        return true;
    }

    private static String type(Object resource) {
        return String.valueOf(map(resource).get("Type"));
    }

    private static Map<String, Object> resource(Map<String, Object> resource, String code) {
        Map<String, Object> made = new LinkedHashMap<>(resource);
        for (String policy : List.of("DeletionPolicy", "UpdateReplacePolicy")) {
            made.computeIfPresent(policy, (name, value) -> value instanceof Map ? "Delete" : value);
        }
        if (type(resource).equals(FUNCTION)) {
            made.put("Properties", function(map(resource.get("Properties")), code));
        }
        return made;
    }

    private static Map<String, Object> function(Map<String, Object> properties, String code) {
        Map<String, Object> made = new LinkedHashMap<>(properties);
        made.keySet().removeAll(MISSING_PROPERTIES);
        made.put("CodeUri", code);
        made.computeIfPresent("Events", (name, value) -> {
            Map<String, Object> events = new LinkedHashMap<>(map(value));
            events.values().removeIf(event -> MISSING_EVENTS.contains(type(event)));
            return events.isEmpty() ? null : events;
        });
        return made;
    }

    private static boolean refers(Object value, Set<String> ids) {
        return references(value).stream().anyMatch(ids::contains);
    }

    /** The logical ids, and the names of parameters, that a value refers to. */
    static Set<String> references(Object value) {
        Set<String> found = new TreeSet<>();
        collect(value, found);
        return found;
    }

    private static void collect(Object value, Set<String> found) {
        switch (value) {
            case Map<?, ?> map ->
                map.forEach((key, inner) -> {
                    switch (String.valueOf(key)) {
                        case "Ref" -> found.add(String.valueOf(inner));
                        case "Fn::GetAtt" ->
                            found.add(
                                    inner instanceof List<?> list
                                            ? String.valueOf(list.getFirst())
                                            : String.valueOf(inner).replaceFirst("\\..*", ""));
                        case "Fn::Sub" -> substituted(inner, found);
                        case "DependsOn" ->
                            (inner instanceof List<?> list ? list : List.of(inner))
                                    .forEach(id -> found.add(String.valueOf(id)));
                        default -> collect(inner, found);
                    }
                });
            case List<?> list -> list.forEach(inner -> collect(inner, found));
            case null, default -> {
                // A scalar refers to nothing.
            }
        }
    }

    /** A text, or a list of a text and the values of some of its names. */
    private static void substituted(Object argument, Set<String> found) {
        List<?> parts = argument instanceof List<?> list ? list : List.of(argument);
        Map<String, Object> own = parts.size() > 1 ? map(parts.get(1)) : Map.of();
        IN_TEXT.matcher(String.valueOf(parts.getFirst()))
                .results()
                .map(r -> r.group(1))
                .filter(name -> !own.containsKey(name))
                .forEach(found::add);
        collect(new ArrayList<>(own.values()), found);
    }

    private static Map<String, Object> map(Object value) {
        return io.triggerflow.local.template.Resource.asMap(value);
    }
}

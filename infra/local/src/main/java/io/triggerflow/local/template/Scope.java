package io.triggerflow.local.template;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What names mean inside one template: parameters, pseudo parameters, conditions, mappings, resources. Single-threaded. */
final class Scope {

    private static final Pattern API_HOST =
            Pattern.compile("https://([A-Za-z0-9]+)\\.execute-api\\.[a-z0-9-]+\\.amazonaws\\.com(/\\$default)?");

    static final String NO_PARAMETER = "Expected an AWS::SSM::Parameter of a stack before this one";

    private final YamlDocument document;
    private final LocalNames names;
    private final ResourceKind kinds;
    private final Map<String, Object> parameters;
    private final OtherStacks others;
    private final Map<String, Object> conditions;
    private final Map<String, Object> mappings;
    private final Map<String, Object> resources;
    private final Intrinsics intrinsics = new Intrinsics(this);
    private final Map<String, Boolean> decided = new HashMap<>();
    private final Map<String, String> physicalNames = new LinkedHashMap<>();
    private final Set<String> inProgress = new HashSet<>();

    /** The sections of a template that names may point to; {@code resources} are raw, with Globals merged. */
    record Sections(
            Map<String, Object> parameters,
            OtherStacks others,
            Map<String, Object> conditions,
            Map<String, Object> mappings,
            Map<String, Object> resources) {}

    Scope(YamlDocument document, LocalNames names, Sections sections) {
        this.document = document;
        this.names = names;
        this.kinds = new ResourceKind(names);
        this.parameters = sections.parameters();
        this.others = sections.others();
        this.conditions = sections.conditions();
        this.mappings = sections.mappings();
        this.resources = sections.resources();
    }

    LocalNames names() {
        return names;
    }

    Intrinsics intrinsics() {
        return intrinsics;
    }

    TemplateException problem(String path, String expected, String but) {
        return new TemplateException(document.place(path) + ": " + expected + ", but " + but);
    }

    boolean condition(String name, String path) {
        Boolean known = decided.get(name);
        if (known != null) {
            return known;
        }
        Object raw = conditions.get(name);
        if (raw == null) {
            throw problem(
                    path, "Expected a condition in Conditions", "'" + name + "' is not one of " + conditions.keySet());
        }
        if (!inProgress.add("condition " + name)) {
            throw problem(path, "Expected conditions without a cycle", "'" + name + "' depends on itself");
        }
        boolean value = intrinsics.condition(raw, "Conditions." + name);
        inProgress.remove("condition " + name);
        decided.put(name, value);
        return value;
    }

    /** Whether the resource exists here: it is declared and its {@code Condition} holds. */
    boolean isActive(String id) {
        Object condition = Resource.asMap(resources.get(id)).get("Condition");
        return resources.containsKey(id)
                && (condition == null || condition(String.valueOf(condition), "Resources." + id + ".Condition"));
    }

    boolean isResource(String id) {
        return resources.containsKey(id);
    }

    Object ref(String id, String path) {
        Object parameter = parameters.get(id);
        if (parameter != null) {
            return parameter;
        }
        switch (id) {
            case "AWS::AccountId":
                return names.accountId();
            case "AWS::Region":
                return names.region();
            case "AWS::StackName":
                return names.stackName();
            case "AWS::StackId":
                return names.arn("cloudformation", "stack/" + names.stackName() + "/local");
            case "AWS::Partition":
                return "aws";
            case "AWS::URLSuffix":
                return "amazonaws.com";
            case "AWS::NoValue":
                return Intrinsics.NO_VALUE;
            case "AWS::NotificationARNs":
                return java.util.List.of();
            default:
                break;
        }
        if (resources.containsKey(id)) {
            return kinds.ref(type(id), physicalName(id, path), arnName(id, path));
        }
        return generated(id, "Ref")
                .orElseThrow(() -> problem(
                        path,
                        "Expected a parameter, a pseudo parameter or a resource of the template",
                        "'" + id + "' is none"));
    }

    Object attribute(String id, String attribute, String path) {
        if (!resources.containsKey(id)) {
            return generated(id, attribute)
                    .orElseThrow(() -> problem(path, "Expected a resource of the template", "'" + id + "' is none"));
        }
        return kinds.attribute(type(id), physicalName(id, path), arnName(id, path), attribute)
                .orElseThrow(() -> problem(
                        path,
                        "Expected an attribute of " + type(id) + " that exists locally",
                        "'" + id + "." + attribute + "' is not one"));
    }

    private String arnName(String id, String path) {
        Optional<String> scope = ResourceKind.scopeProperty(type(id))
                .flatMap(name -> property(id, name))
                .map(String::valueOf);
        return ResourceKind.arnName(type(id), physicalName(id, path), scope);
    }

    /** One property of a resource, resolved. */
    private Optional<Object> property(String id, String name) {
        Map<String, Object> properties =
                Resource.asMap(Resource.asMap(resources.get(id)).get("Properties"));
        return Optional.ofNullable(properties.get(name))
                .map(raw -> intrinsics.resolve(raw, "Resources." + id + ".Properties." + name))
                .filter(value -> value != Intrinsics.NO_VALUE);
    }

    /** Resources that SAM makes beside those written: a function's role, version and alias. */
    private Optional<Object> generated(String id, String attribute) {
        for (Map.Entry<String, Object> entry : resources.entrySet()) {
            String function = entry.getKey();
            if (!id.startsWith(function) || !type(function).equals("AWS::Serverless::Function")) {
                continue;
            }
            String suffix = id.substring(function.length());
            String name = physicalName(function, "Resources." + function);
            if (suffix.equals("Role")) {
                String path =
                        property(function, "RolePath").map(String::valueOf).orElse("/");
                return Optional.of(
                        attribute.equals("Ref") ? names.generated(id) : names.roleArn(path, names.generated(id)));
            }
            if (suffix.equals(".Alias")) {
                return Optional.of(names.functionArn(name)
                        + property(function, "AutoPublishAlias")
                                .map(alias -> ":" + alias)
                                .orElse(""));
            }
            if (suffix.equals(".Version")) {
                return Optional.of(names.functionArn(name));
            }
        }
        return Optional.empty();
    }

    Object importValue(String export, String path) {
        return Optional.<Object>ofNullable(others.exports().get(export))
                .orElseThrow(() -> problem(path, "Expected an export of a stack before this one", none(export)));
    }

    /** The value of a parameter of Systems Manager. */
    String systemParameter(String name, String path) {
        return Optional.ofNullable(others.parameters().get(name))
                .orElseThrow(() -> problem(path, NO_PARAMETER, none(name)));
    }

    static String none(String name) {
        return "none is named '" + name + "': name its template first, or give the value as a parameter of that name";
    }

    Optional<Object> mapping(String map, String first, String second) {
        return Optional.ofNullable(
                Resource.asMap(Resource.asMap(mappings.get(map)).get(first)).get(second));
    }

    String type(String id) {
        return String.valueOf(Resource.asMap(resources.get(id)).get("Type"));
    }

    String physicalName(String id, String path) {
        String known = physicalNames.get(id);
        if (known != null) {
            return known;
        }
        if (!isActive(id)) {
            throw problem(path, "Expected a resource that exists", "the Condition of '" + id + "' is false");
        }
        if (!inProgress.add("resource " + id)) {
            throw problem(path, "Expected names without a cycle", "the name of '" + id + "' depends on itself");
        }
        Map<String, Object> properties =
                Resource.asMap(Resource.asMap(resources.get(id)).get("Properties"));
        Object given = ResourceKind.nameProperty(type(id)).map(properties::get).orElse(null);
        Object name = given == null
                ? Intrinsics.NO_VALUE
                : intrinsics.resolve(
                        given,
                        "Resources." + id + ".Properties."
                                + ResourceKind.nameProperty(type(id)).orElseThrow());
        String physical =
                name == Intrinsics.NO_VALUE ? kinds.generatedName(type(id), id, properties) : String.valueOf(name);
        inProgress.remove("resource " + id);
        physicalNames.put(id, physical);
        return physical;
    }

    /** Templates spell an HTTP API's public address out, as SAM's own examples do; here it is a path of the gateway. */
    String localise(String text) {
        Matcher matcher = API_HOST.matcher(text);
        return matcher.replaceAll(match -> Matcher.quoteReplacement(
                resources.containsKey(match.group(1)) ? names.apiUrl(match.group(1)) : match.group()));
    }
}

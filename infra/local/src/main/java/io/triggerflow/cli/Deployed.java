package io.triggerflow.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A deployment as CloudFormation knows it, on AWS or on this machine.
 *
 * @param aws where its services are
 * @param stack its name
 * @param status its stack's status
 * @param parameters what it was deployed with
 * @param outputs what it tells
 * @param resources physical ids by logical id
 */
public record Deployed(
        Aws aws,
        String stack,
        String status,
        Map<String, String> parameters,
        Map<String, String> outputs,
        Map<String, String> resources)
        implements AutoCloseable {
    private static final String VERSION = "2010-05-15";
    private static final String API = "ApiUrl";
    private static final Pattern REGION = Pattern.compile("\\.execute-api\\.([a-z0-9-]+)\\.");

    /**
     * The deployment that the options name: the stack, or the one whose API the client talks to.
     *
     * @throws CliException when there is none
     */
    static Deployed of(Session session) {
        URI api = session.client().endpoint();
        Aws aws = new Aws(endpoint(session, api), region(session, api));
        return of(aws, stack(session.options().stack, aws, api.toString()));
    }

    /**
     * The deployment of a name.
     *
     * @param aws where it is; closed with the deployment, and when there is none
     * @throws CliException saying what was expected, when there is none or nobody may look
     */
    public static Deployed named(String stack, Aws aws) {
        try {
            return of(aws, stack(stack, aws, ""));
        } catch (Aws.Refused e) {
            aws.close();
            throw CliException.unusable(
                    "NoStack", "Expected stack " + stack + " in " + aws.region() + ", but: " + e.getMessage(), e);
        }
    }

    private static Deployed of(Aws aws, JsonNode stack) {
        String name = stack.path("StackName").asText();
        Map<String, String> resources = new LinkedHashMap<>();
        String token = "";
        do {
            JsonNode page = aws.query(
                    "cloudformation",
                    VERSION,
                    "ListStackResources",
                    token.isEmpty() ? Map.of("StackName", name) : Map.of("StackName", name, "NextToken", token));
            page.path("StackResourceSummaries")
                    .forEach(r -> resources.put(
                            r.path("LogicalResourceId").asText(),
                            r.path("PhysicalResourceId").asText()));
            token = page.path("NextToken").asText("");
        } while (!token.isEmpty());
        return new Deployed(
                aws,
                name,
                stack.path("StackStatus").asText(),
                pairs(stack.path("Parameters"), "Parameter"),
                pairs(stack.path("Outputs"), "Output"),
                resources);
    }

    private static Optional<URI> endpoint(Session session, URI api) {
        return Optional.ofNullable(System.getenv("AWS_ENDPOINT_URL"))
                .filter(url -> !url.isBlank())
                .map(URI::create)
                .or(() -> Optional.of(api).filter(url -> session.options().stack == null && Aws.isLocal(url)));
    }

    private static String region(Session session, URI api) {
        Matcher inHost = REGION.matcher(String.valueOf(api.getHost()));
        return Optional.ofNullable(session.options().region)
                .or(() -> inHost.find() ? Optional.of(inHost.group(1)) : Optional.empty())
                .or(() -> Optional.ofNullable(System.getenv("AWS_REGION")))
                .or(() -> Optional.ofNullable(System.getenv("AWS_DEFAULT_REGION")))
                .orElse("us-east-1");
    }

    /** The stack of this name; null: the one whose API it is. */
    private static JsonNode stack(String named, Aws aws, String api) {
        String token = "";
        do {
            Map<String, String> form = new LinkedHashMap<>();
            if (named != null) {
                form.put("StackName", named);
            }
            if (!token.isEmpty()) {
                form.put("NextToken", token);
            }
            JsonNode page = aws.query("cloudformation", VERSION, "DescribeStacks", form);
            for (JsonNode stack : page.path("Stacks")) {
                String address = pairs(stack.path("Outputs"), "Output").getOrDefault(API, "");
                if (named != null || trimmed(address).equals(trimmed(api))) {
                    return stack;
                }
            }
            token = page.path("NextToken").asText("");
        } while (!token.isEmpty());
        throw CliException.unusable(
                "NoStack",
                "Expected a stack with the output " + API + " = " + api + " in " + aws.region()
                        + ", but there is none; name one with --stack, and its region with --region");
    }

    private static String trimmed(String url) {
        return url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
    }

    private static Map<String, String> pairs(JsonNode list, String kind) {
        Map<String, String> pairs = new LinkedHashMap<>();
        list.forEach(pair -> pairs.put(
                pair.path(kind + "Key").asText(), pair.path(kind + "Value").asText()));
        return pairs;
    }

    /**
     * An output that every deployment has.
     *
     * @throws CliException saying what was expected, when this one has not
     */
    public String output(String name) {
        return Optional.ofNullable(outputs.get(name))
                .orElseThrow(() -> CliException.unusable(
                        "NoOutput",
                        "Expected stack " + stack + " to have the output " + name
                                + ", but it has none; is it a Triggerflow deployment of this release?"));
    }

    /** A parameter that is a list of names in which an asterisk stands for any text. */
    boolean admits(String parameter, String value) {
        return java.util.Arrays.stream(parameters.getOrDefault(parameter, "").split(","))
                .map(String::strip)
                .anyMatch(pattern -> matches(pattern, value));
    }

    /** Whether the engine may invoke a function: its name begins as the stack says, or it is named. */
    boolean mayInvoke(String functionName, String functionArn) {
        return functionName.startsWith(prefix())
                || resources.containsValue(functionName)
                || admits("ActionFunctions", functionArn);
    }

    /** Whether the queue takes messages that a role sends. */
    boolean admitsSender(String roleArn) {
        String name = roleArn.substring(roleArn.lastIndexOf('/') + 1);
        return roleArn.contains(":role/" + prefix()) || resources.containsValue(name) || admits("SenderRoles", roleArn);
    }

    private String prefix() {
        String given = parameters.getOrDefault("ActionPrefix", "");
        return given.isEmpty() ? stack + "-" : given;
    }

    private static boolean matches(String pattern, String value) {
        return !pattern.isEmpty()
                && value.matches(java.util.Arrays.stream(pattern.split("\\*", -1))
                        .map(Pattern::quote)
                        .collect(java.util.stream.Collectors.joining(".*")));
    }

    @Override
    public void close() {
        aws.close();
    }
}

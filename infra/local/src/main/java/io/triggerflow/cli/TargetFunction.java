package io.triggerflow.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/**
 * A function that workflows launch, as Lambda has it.
 *
 * @param name without a qualifier
 * @param qualifier the version or alias that is launched; empty: the function itself
 * @param arn without a qualifier
 * @param roleArn with which its destinations are written to
 * @param settings how its asynchronous events are run
 */
record TargetFunction(String name, String qualifier, String arn, String roleArn, Settings settings) {
    static final int DEFAULT_RETRIES = 2;
    static final int DEFAULT_AGE = 21_600;
    private static final String INVOKE_CONFIG = "/2019-09-25/functions/%s/event-invoke-config";
    private static final String RECURSION = "/2024-08-31/functions/%s/recursion-config";

    /**
     * How a function's asynchronous events are run. What is absent is Lambda's default.
     *
     * @param configured whether there is a configuration at all
     * @param retries after a failure, 0 to 2
     * @param ageSeconds how old an event may become
     * @param recursion Allow or Terminate
     */
    record Settings(
            boolean configured,
            Optional<Integer> retries,
            Optional<Integer> ageSeconds,
            Optional<String> onSuccess,
            Optional<String> onFailure,
            String recursion) {
        Settings attached(String queueArn) {
            return new Settings(
                    true, Optional.of(0), ageSeconds, Optional.of(queueArn), Optional.of(queueArn), "Allow");
        }

        /** Whether asynchronous events are run alike; what is absent is as good as Lambda's default. */
        boolean hasSameConfig(Settings other) {
            return configured == other.configured
                    && retries.orElse(DEFAULT_RETRIES).equals(other.retries.orElse(DEFAULT_RETRIES))
                    && ageSeconds.orElse(DEFAULT_AGE).equals(other.ageSeconds.orElse(DEFAULT_AGE))
                    && onSuccess.equals(other.onSuccess)
                    && onFailure.equals(other.onFailure);
        }

        boolean isSame(Settings other) {
            return hasSameConfig(other) && recursion.equals(other.recursion);
        }
    }

    /**
     * Reads a function.
     *
     * @param named a name, partial ARN or ARN, perhaps with a version or an alias
     * @throws Aws.Refused missing, when there is none
     */
    static TargetFunction read(Aws aws, String named) {
        String id = Aws.encode(named);
        JsonNode configuration =
                aws.rest("lambda", "GET", "/2015-03-31/functions/" + id + "/configuration", Session.JSON.nullNode());
        String name = configuration.path("FunctionName").asText();
        String[] arn = configuration.path("FunctionArn").asText().split(":", 8);
        String qualifier = arn.length > 7 ? arn[7] : "";
        String unqualified = String.join(":", java.util.Arrays.copyOf(arn, Math.min(arn.length, 7)));
        TargetFunction target = new TargetFunction(
                name, qualifier, unqualified, configuration.path("Role").asText(), null);
        return new TargetFunction(name, qualifier, unqualified, target.roleArn, target.readSettings(aws));
    }

    private Settings readSettings(Aws aws) {
        JsonNode config;
        try {
            config = aws.rest("lambda", "GET", configPath(), Session.JSON.nullNode());
        } catch (Aws.Refused e) {
            if (!e.isMissing()) {
                throw e;
            }
            config = Session.JSON.missingNode();
        }
        JsonNode recursion = aws.rest("lambda", "GET", recursionPath(), Session.JSON.nullNode());
        return new Settings(
                !config.isMissingNode(),
                number(config, "MaximumRetryAttempts"),
                number(config, "MaximumEventAgeInSeconds"),
                destination(config, "OnSuccess"),
                destination(config, "OnFailure"),
                recursion.path("RecursiveLoop").asText("Terminate"));
    }

    private static Optional<Integer> number(JsonNode config, String name) {
        return config.path(name).isNumber() ? Optional.of(config.path(name).asInt()) : Optional.empty();
    }

    private static Optional<String> destination(JsonNode config, String which) {
        return Optional.of(config.path("DestinationConfig")
                        .path(which)
                        .path("Destination")
                        .asText(""))
                .filter(arn -> !arn.isEmpty());
    }

    private String configPath() {
        return INVOKE_CONFIG.formatted(Aws.encode(name))
                + (qualifier.isEmpty() ? "" : "?Qualifier=" + Aws.encode(qualifier));
    }

    private String recursionPath() {
        return RECURSION.formatted(Aws.encode(name));
    }

    /** How people write it. */
    String label() {
        return qualifier.isEmpty() ? name : name + ":" + qualifier;
    }

    String roleName() {
        return roleArn.substring(roleArn.lastIndexOf('/') + 1);
    }

    /** Makes the configuration of asynchronous events exactly these settings. */
    void putConfig(Aws aws, Settings wanted) {
        if (!wanted.configured()) {
            aws.rest("lambda", "DELETE", configPath(), Session.JSON.nullNode());
            return;
        }
        ObjectNode body = Session.JSON.createObjectNode();
        wanted.retries().ifPresent(n -> body.put("MaximumRetryAttempts", n));
        wanted.ageSeconds().ifPresent(n -> body.put("MaximumEventAgeInSeconds", n));
        ObjectNode destinations = body.putObject("DestinationConfig");
        wanted.onSuccess().ifPresent(arn -> destinations.putObject("OnSuccess").put("Destination", arn));
        wanted.onFailure().ifPresent(arn -> destinations.putObject("OnFailure").put("Destination", arn));
        aws.rest("lambda", "PUT", configPath(), body);
    }

    void putRecursion(Aws aws, String value) {
        aws.rest(
                "lambda",
                "PUT",
                recursionPath(),
                Session.JSON.createObjectNode().put("RecursiveLoop", value));
    }
}

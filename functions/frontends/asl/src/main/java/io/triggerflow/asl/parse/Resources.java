package io.triggerflow.asl.parse;

import io.triggerflow.asl.model.Resource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the ARN of a Task's resource means. An optimized integration has AWS's actions and no others; an SDK integration has any. */
final class Resources {
    private static final Pattern FUNCTION =
            Pattern.compile("arn:aws[a-z-]*:lambda:[^:]*:[^:]*:function:[^:]+(:[^:]+)?");
    private static final Pattern ACTIVITY = Pattern.compile("arn:aws[a-z-]*:states:[^:]*:[^:]*:activity:.+");
    private static final Pattern SERVICE = Pattern.compile(
            "arn:aws[a-z-]*:states:[a-z0-9-]*:\\d*:((?:aws-sdk:)?[a-zA-Z0-9-]+):([a-zA-Z0-9]+)((?:\\.[a-zA-Z]+)?(?::\\d)?)");
    private static final Set<String> ANY = Set.of();

    private static final Map<String, Set<String>> OPTIMIZED = Map.ofEntries(
            Map.entry("lambda", Set.of("invoke")),
            Map.entry("sqs", Set.of("sendMessage")),
            Map.entry("sns", Set.of("publish")),
            Map.entry("dynamodb", Set.of("getItem", "putItem", "updateItem", "deleteItem")),
            Map.entry("events", Set.of("putEvents")),
            Map.entry("states", Set.of("startExecution")),
            Map.entry("http", Set.of("invoke")),
            Map.entry("apigateway", Set.of("invoke")),
            Map.entry("batch", Set.of("submitJob")),
            Map.entry("ecs", Set.of("runTask")),
            Map.entry("glue", Set.of("startJobRun")),
            Map.entry("databrew", Set.of("startJobRun")),
            Map.entry("mediaconvert", Set.of("createJob")),
            Map.entry("s3", Set.of("getObject", "putObject", "listObjectsV2")),
            Map.entry("athena", ANY),
            Map.entry("bedrock", ANY),
            Map.entry("codebuild", ANY),
            Map.entry("eks", ANY),
            Map.entry("elasticmapreduce", ANY),
            Map.entry("emr-containers", ANY),
            Map.entry("emr-serverless", ANY),
            Map.entry("sagemaker", ANY));

    private Resources() {}

    static Optional<Resource> parse(String arn) {
        if (FUNCTION.matcher(arn).matches()) {
            return Optional.of(resource(arn, Resource.Kind.FUNCTION));
        }
        if (ACTIVITY.matcher(arn).matches()) {
            return Optional.of(resource(arn, Resource.Kind.ACTIVITY));
        }
        Matcher service = SERVICE.matcher(arn);
        if (!service.matches()) {
            return Optional.empty();
        }
        return pattern(service.group(3))
                .filter(p -> known(service.group(1), service.group(2)))
                .map(p -> new Resource(arn, Resource.Kind.SERVICE, service.group(1), service.group(2), p));
    }

    private static Resource resource(String arn, Resource.Kind kind) {
        return new Resource(arn, kind, "", "", Resource.Pattern.REQUEST_RESPONSE);
    }

    private static boolean known(String service, String action) {
        if (service.startsWith("aws-sdk:")) {
            return Character.isLowerCase(action.charAt(0));
        }
        Set<String> actions = OPTIMIZED.get(service);
        return actions != null && (actions.isEmpty() || actions.contains(action));
    }

    private static Optional<Resource.Pattern> pattern(String suffix) {
        for (Resource.Pattern pattern : Resource.Pattern.values()) {
            if (pattern.suffix().equals(suffix)) {
                return Optional.of(pattern);
            }
        }
        return Optional.empty();
    }
}

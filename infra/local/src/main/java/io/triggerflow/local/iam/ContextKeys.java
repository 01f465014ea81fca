package io.triggerflow.local.iam;

import java.util.Set;

/** What the local runtime knows of a request: the services that it offers, and the condition keys that it fills. */
final class ContextKeys {
    /** Services whose calls can come here; permissions for others can neither be used nor missed. */
    private static final Set<String> OFFERED = Set.of(
            "dynamodb",
            "sqs",
            "s3",
            "lambda",
            "events",
            "scheduler",
            "ssm",
            "cloudformation",
            "execute-api",
            "iam",
            "sts");

    private static final Set<String> KNOWN = Set.of(
            "aws:securetransport",
            "aws:sourcearn",
            "aws:sourceaccount",
            "aws:principalarn",
            "aws:principalaccount",
            "aws:principaltype",
            "aws:principalisawsservice",
            "aws:principalservicename",
            "aws:requestedregion",
            "aws:resourceaccount",
            "iam:passedtoservice",
            "lambda:sourcefunctionarn",
            "lambda:functionarn",
            "events:source",
            "events:detail-type",
            "s3:prefix");

    private ContextKeys() {}

    /** Whether a request's value for this key (in lower case) is known here. */
    static boolean isKnown(String key) {
        return KNOWN.contains(key) || key.startsWith("aws:resourcetag/") || key.startsWith("aws:principaltag/");
    }

    /** Whether calls that an action's pattern covers can come here at all. */
    static boolean isOffered(Wildcard action) {
        String service = action.service();
        return service.indexOf('*') >= 0 || service.indexOf('?') >= 0 || OFFERED.contains(service);
    }
}

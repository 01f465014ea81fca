package io.triggerflow.local.iam;

import java.util.Map;

/**
 * One thing that somebody wants to do, as policies see it. Immutable.
 *
 * @param action such as {@code sqs:SendMessage}
 * @param resource an ARN; {@code *} for actions that have no resource
 * @param context what else conditions can see, keys in lower case
 */
public record Access(String action, String resource, Map<String, String> context) {
    /** Copies the context. */
    public Access {
        context = Map.copyOf(context);
    }

    /** Without a context of its own. */
    public static Access to(String action, String resource) {
        return new Access(action, resource, Map.of());
    }

    /** With a value that conditions can see. */
    public Access with(String key, String value) {
        Map<String, String> more = new java.util.HashMap<>(context);
        more.put(key, value);
        return new Access(action, resource, more);
    }
}

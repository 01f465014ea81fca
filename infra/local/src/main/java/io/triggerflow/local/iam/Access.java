package io.triggerflow.local.iam;

import java.util.Map;
import java.util.Optional;

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

    /** What sending something to a queue, a function or a bus is; empty for targets that do not run here. */
    public static Optional<Access> delivery(String targetArn) {
        return switch (targetArn.split(":", 4).length < 4 ? "" : targetArn.split(":", 4)[2]) {
            case "sqs" -> Optional.of(to("sqs:SendMessage", targetArn));
            case "lambda" -> Optional.of(to("lambda:InvokeFunction", targetArn));
            case "events" -> Optional.of(to("events:PutEvents", targetArn));
            default -> Optional.empty();
        };
    }

    /** An event as it is put on a bus, for conditions to see; another access as it is. */
    public Access ofEvent(String source, String detailType) {
        return action.equals("events:PutEvents")
                ? with("events:source", source).with("events:detail-type", detailType)
                : this;
    }

    /** With a value that conditions can see. */
    public Access with(String key, String value) {
        Map<String, String> more = new java.util.HashMap<>(context);
        more.put(key, value);
        return new Access(action, resource, more);
    }
}

package io.triggerflow.asl.model;

/**
 * What a Task calls.
 *
 * @param arn as written
 * @param service for a service integration, such as "lambda" or "aws-sdk:s3"; otherwise empty
 * @param action such as "invoke"; otherwise empty
 */
public record Resource(String arn, Kind kind, String service, String action, Pattern pattern) {
    public enum Kind {
        FUNCTION,
        ACTIVITY,
        SERVICE
    }

    public enum Pattern {
        REQUEST_RESPONSE(""),
        SYNC(".sync"),
        SYNC_2(".sync:2"),
        WAIT_FOR_TASK_TOKEN(".waitForTaskToken");

        private final String suffix;

        Pattern(String suffix) {
            this.suffix = suffix;
        }

        /** What stands behind the action in the ARN. */
        public String suffix() {
            return suffix;
        }
    }

    /** Whether the answer comes later, from somebody else. */
    public boolean waits() {
        return pattern != Pattern.REQUEST_RESPONSE;
    }

    /** The lambda:invoke integration, which wraps the function's answer. */
    public boolean invokesFunction() {
        return kind == Kind.SERVICE && service.equals("lambda") && action.equals("invoke");
    }
}

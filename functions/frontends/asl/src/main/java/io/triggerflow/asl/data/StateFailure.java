package io.triggerflow.asl.data;

/** An error of the language by name, with its cause as AWS words it. */
public final class StateFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public static final String ALL = "States.ALL";
    public static final String RUNTIME = "States.Runtime";
    public static final String TIMEOUT = "States.Timeout";
    public static final String HEARTBEAT_TIMEOUT = "States.HeartbeatTimeout";
    public static final String TASK_FAILED = "States.TaskFailed";
    public static final String DATA_LIMIT = "States.DataLimitExceeded";
    public static final String QUERY = "States.QueryEvaluationError";
    public static final String INTRINSIC = "States.IntrinsicFailure";
    public static final String REFERENCE_PATH = "States.ReferencePathConflict";
    public static final String RESULT_PATH = "States.ResultPathMatchFailure";
    public static final String ITEM_READER = "States.ItemReaderFailed";
    public static final String RESULT_WRITER = "States.ResultWriterFailed";
    public static final String TOLERANCE = "States.ExceedToleratedFailureThreshold";

    private final String error;
    private final boolean inState;
    private final String location;

    /** Step Functions' limit of a cause, in characters. */
    private static final int MAX_CAUSE = 32_768;

    private StateFailure(String error, String cause, boolean inState, String location) {
        super(shortened(cause), null, false, false);
        this.error = error;
        this.inState = inState;
        this.location = location;
    }

    private static String shortened(String cause) {
        return cause == null || cause.length() <= MAX_CAUSE ? cause : cause.substring(0, MAX_CAUSE);
    }

    /** An error whose cause stands for itself. Both may be null: a Fail state need not say. */
    public static StateFailure plain(String error, String cause) {
        return new StateFailure(error, cause, false, null);
    }

    /** States.Runtime; its cause is told with the state's name. */
    public static StateFailure runtime(String cause) {
        return new StateFailure(RUNTIME, cause, true, null);
    }

    /** An error whose cause is told with the state's name. */
    public static StateFailure inState(String error, String cause) {
        return new StateFailure(error, cause, true, null);
    }

    /** A JSONata expression that failed, or gave what its field cannot use. */
    public static StateFailure evaluation(String cause, String location) {
        return new StateFailure(QUERY, cause, true, location);
    }

    public String error() {
        return error;
    }

    /** The cause alone. */
    public String cause() {
        return getMessage();
    }

    /** The cause as an execution reports it. */
    public String cause(String state, long enteredEvent) {
        return inState
                ? "An error occurred while executing the state '" + state + "' (entered at the event id #"
                        + enteredEvent + "). " + getMessage()
                : getMessage();
    }

    /** The field whose evaluation failed; null for other errors. */
    public String location() {
        return location;
    }
}

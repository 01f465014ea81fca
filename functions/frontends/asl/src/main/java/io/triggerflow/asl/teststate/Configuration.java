package io.triggerflow.asl.teststate;

/**
 * Circumstances of the test, each null when not given.
 *
 * @param retrierRetryCount how often the matching retrier was used before
 * @param mapIterationFailureCount how many items of a Map failed
 * @param errorCausedByState which nested state a mocked error came from
 * @param mapItemReaderData what a Map's reader read
 */
public record Configuration(
        Integer retrierRetryCount,
        Integer mapIterationFailureCount,
        String errorCausedByState,
        String mapItemReaderData) {
    public static final Configuration NONE = new Configuration(null, null, null, null);
}

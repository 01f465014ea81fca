package io.triggerflow.asl.interpret;

/**
 * How many items of a Map may fail.
 *
 * @param count null without
 * @param percentage null without
 */
public record Tolerance(Long count, Double percentage) {
    public static final Tolerance NONE = new Tolerance(null, null);
    public static final String CAUSE = "The specified tolerated failure threshold was exceeded";

    /** Whether so many failures of so many items are too many. */
    public boolean exceeded(long failed, long total) {
        if (count == null && percentage == null) {
            return failed > 0;
        }
        return count != null && failed > count || percentage != null && failed * 100.0 > percentage * total;
    }
}

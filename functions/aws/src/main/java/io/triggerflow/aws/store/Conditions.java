package io.triggerflow.aws.store;

/** Every condition and update that the store sends. Placeholders: {@code :now} epoch seconds, {@code :old} the version that was read. */
final class Conditions {
    /** Nothing of this key, or only what has expired and is not deleted yet (DynamoDB takes days for that). */
    static final String ABSENT = "attribute_not_exists(p) OR x < :now";

    /** Nothing of this key. */
    static final String NEW = "attribute_not_exists(p)";

    /** The version that was decided on. */
    static final String UNCHANGED = "n = :old";

    /** There is something to renew still. */
    static final String PRESENT = "attribute_exists(p)";

    /** A root whose next check is kept: that of an unfinished run. */
    static final String UNFINISHED = "attribute_exists(g2)";

    /** Nobody has corrected the bounds since they were read. */
    static final String NOT_RESET = "r = :old";

    /** Nobody has corrected the bounds ever. */
    static final String NEVER_RESET = "attribute_not_exists(r)";

    /** What was seen, and not what took its place. */
    static final String SAME_EXPIRY = "x = :seen";

    /** A mark is only moved on. */
    static final String MARK_BEFORE = "attribute_not_exists(h) OR h < :h";

    /** Where it was seen in the index. */
    static final String NOT_MOVED = "h2 = :seen";

    static final String SET_ROOT = "SET b = :b, n = :n";
    static final String HOLD = "SET b = if_not_exists(b, :b), w = if_not_exists(w, :w), x = :x";
    static final String ADD_BOUNDS = "SET t = :t%s ADD a :a, f :f, k :k";
    static final String CORRECT_BOUNDS = "ADD a :a, f :f, k :k, r :one";
    static final String SET_LAUNCHED = "SET l = :true, t = :t%s";
    /** In place of {@code %s}: of a run's, not of a workspace's. */
    static final String AND_EXPIRY = ", x = :x";

    static final String SET_EXPIRY = "SET x = :x";
    static final String UNDUE = "REMOVE g2, h2";
    static final String SET_CHECK = "SET h2 = :at";
    static final String SET_RENEWAL = "SET e = :e";
    static final String SET_MARK = "SET h = :h";

    private Conditions() {}
}

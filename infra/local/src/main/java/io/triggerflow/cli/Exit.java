package io.triggerflow.cli;

/** Exit statuses. */
final class Exit {
    static final int OK = 0;
    /** A run failed, a file is invalid, a request was refused. */
    static final int FAILED = 1;
    /** Wrong usage, or nobody to talk to. */
    static final int UNUSABLE = 2;

    private Exit() {}
}

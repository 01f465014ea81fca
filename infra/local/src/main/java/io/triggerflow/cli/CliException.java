package io.triggerflow.cli;

/** A command cannot go on: the message is the one line that the user reads, and says what to do next. */
public final class CliException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String error;

    private CliException(int status, String error, String message, Throwable cause) {
        super(message, cause);
        this.status = status;
        this.error = error;
    }

    /** Something that was asked for did not succeed, or is wrong: exit status 1. */
    static CliException failed(String error, String message) {
        return new CliException(Exit.FAILED, error, message, null);
    }

    /** The command was used wrongly, or what it needs is not there: exit status 2. */
    static CliException unusable(String error, String message) {
        return new CliException(Exit.UNUSABLE, error, message, null);
    }

    static CliException unusable(String error, String message, Throwable cause) {
        return new CliException(Exit.UNUSABLE, error, message, cause);
    }

    int status() {
        return status;
    }

    String error() {
        return error;
    }
}

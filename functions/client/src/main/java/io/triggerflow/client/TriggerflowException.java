package io.triggerflow.client;

import java.util.List;

/** A request that was not granted, or not answered. Subclasses tell the cases apart that a program may want to handle. */
public class TriggerflowException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String error;
    private final String path;

    TriggerflowException(int status, String error, String path, String message, Throwable cause) {
        super(message, cause);
        this.status = status;
        this.error = error;
        this.path = path;
    }

    /** One mistake in a request, and where it is. */
    public record Problem(String path, String message) {}

    /** The HTTP status; 0 when there was no answer. */
    public int status() {
        return status;
    }

    /** The deployment's name of the error, for instance {@code NotFound}; empty when it gave none. */
    public String error() {
        return error;
    }

    /** Where in the request the mistake is, for instance {@code $.triggers[2].on}; empty when it is not in one place. */
    public String path() {
        return path;
    }

    /** There is no such workspace, workflow, run or trigger, or no such deployment (HTTP 404). */
    public static final class NotFound extends TriggerflowException {
        private static final long serialVersionUID = 1L;

        NotFound(String error, String path, String message) {
            super(404, error, path, message, null);
        }
    }

    /** It exists already and differs, or its state does not allow it (HTTP 409). */
    public static final class Conflict extends TriggerflowException {
        private static final long serialVersionUID = 1L;

        Conflict(String error, String path, String message) {
            super(409, error, path, message, null);
        }
    }

    /** The request itself is wrong; the same request will not succeed (HTTP 400, 413, 415, 422). */
    public static final class Invalid extends TriggerflowException {
        private static final long serialVersionUID = 1L;

        private final transient List<Problem> problems;

        Invalid(int status, String error, String path, String message) {
            this(status, error, path, message, List.of());
        }

        Invalid(int status, String error, String path, String message, List<Problem> problems) {
            super(status, error, path, message, null);
            this.problems = problems.isEmpty() ? List.of(new Problem(path, message)) : List.copyOf(problems);
        }

        /** Everything that is wrong, at least one; {@link #path} and the message are the first. */
        public List<Problem> problems() {
            return problems;
        }
    }

    /** The credentials are missing or not allowed to do this (HTTP 401, 403). */
    public static final class Denied extends TriggerflowException {
        private static final long serialVersionUID = 1L;

        Denied(int status, String error, String message) {
            super(status, error, "", message, null);
        }
    }

    /** Not reached, or still overloaded or broken after every retry (no answer, HTTP 429 and 5xx). Whether it was done is not known. */
    public static final class Unavailable extends TriggerflowException {
        private static final long serialVersionUID = 1L;

        Unavailable(int status, String error, String message, Throwable cause) {
            super(status, error, "", message, cause);
        }
    }

    /** A run whose result was asked for did not succeed. */
    public static final class RunFailed extends TriggerflowException {
        private static final long serialVersionUID = 1L;

        private final transient Run run;

        RunFailed(Run run) {
            super(200, run.failure().map(Run.Failure::error).orElse(run.status().name()), "", message(run), null);
            this.run = run;
        }

        private static String message(Run run) {
            String why = run.failure().map(f -> ": " + f).orElse("");
            return "Expected run '" + run.name() + "' to succeed, but it ended " + run.status() + why;
        }

        /** The run as it ended. */
        public Run run() {
            return run;
        }
    }
}

package io.triggerflow.core.model;

/** The event types of the engine. Types under {@code triggerflow.engine.} are directives to the engine itself and match no trigger. */
public final class EventTypes {
    public static final String RUN_STARTED = "triggerflow.run.started";
    public static final String RUN_SUCCEEDED = "triggerflow.run.succeeded";
    public static final String RUN_FAILED = "triggerflow.run.failed";
    public static final String RUN_CANCELLED = "triggerflow.run.cancelled";
    public static final String TASK_SUCCEEDED = "triggerflow.task.succeeded";
    public static final String TASK_FAILED = "triggerflow.task.failed";
    public static final String TASK_TIMED_OUT = "triggerflow.task.timed_out";
    public static final String TASK_SKIPPED = "triggerflow.task.skipped";
    public static final String TIMER_FIRED = "triggerflow.timer.fired";
    /** A join whose rule can no longer hold; subject = the trigger. */
    public static final String JOIN_FAILED = "triggerflow.join.failed";
    /** An event that came after its trigger's deadline or join was decided; subject = the trigger. */
    public static final String LATE = "triggerflow.late";

    /** A composite event was detected, the cause of a firing; subject = the trigger, data = {key?, start, end, events}. */
    public static final String DETECTED = "triggerflow.composite.detected";

    public static final String ENGINE_PREFIX = "triggerflow.engine.";
    /** Start a run: data = {workflow, version?, name, input, parent?}. */
    public static final String START = ENGINE_PREFIX + "start";
    /** The next attempt of a launch is due; data = {entry, position, item, attempt}. */
    public static final String RELAUNCH = ENGINE_PREFIX + "relaunch";
    /** One slice of a fan-out. */
    public static final String FAN_OUT = ENGINE_PREFIX + "fanout";
    /** A trigger's deadline has passed; subject = the trigger. */
    public static final String DEADLINE = ENGINE_PREFIX + "deadline";
    /** A composite event has something to detect by the clock; subject = the trigger, data = {key, due}. */
    public static final String WAKE = ENGINE_PREFIX + "wake";
    /** The run's own time limit has passed. */
    public static final String RUN_TIMEOUT = ENGINE_PREFIX + "run_timeout";
    /** Fail the run that the event is addressed to; data = the failure. */
    public static final String FAIL = ENGINE_PREFIX + "fail";
    /** Cancel the run that the event is addressed to. */
    public static final String CANCEL = ENGINE_PREFIX + "cancel";
    /** A timer is due; subject = its name. The engine turns it into {@link #TIMER_FIRED} unless it was cancelled. */
    public static final String TIMER_DUE = ENGINE_PREFIX + "timer_due";

    /** Cancel the children of the run that the event is addressed to. */
    public static final String CANCEL_CHILDREN = ENGINE_PREFIX + "cancel_children";
    /** Look through the events that are held for the scope: it was resumed, or has triggers that it had not. */
    public static final String RELEASE = ENGINE_PREFIX + "release";
    /** An activation that an interceptor holds: it waits as a held event, and goes on when it comes again and is not held any more. */
    public static final String PROCEED = ENGINE_PREFIX + "proceed";
    /** A value of the context has changed that a join's size depends on; subject = the trigger. */
    public static final String RECHECK = ENGINE_PREFIX + "recheck";

    private EventTypes() {}

    /** Whether an event of this type ends a launch. */
    public static boolean isTermination(String type) {
        return type.equals(TASK_SUCCEEDED)
                || type.equals(TASK_FAILED)
                || type.equals(TASK_TIMED_OUT)
                || type.equals(TASK_SKIPPED);
    }

    /** Whether an event of this type says that a launch failed. */
    public static boolean isFailure(String type) {
        return type.equals(TASK_FAILED) || type.equals(TASK_TIMED_OUT);
    }

    /** Whether a type is one of the engine's own; all others are users'. */
    public static boolean isEngines(String type) {
        return type.startsWith("triggerflow.");
    }

    public static boolean isDirective(String type) {
        return type.startsWith(ENGINE_PREFIX);
    }
}

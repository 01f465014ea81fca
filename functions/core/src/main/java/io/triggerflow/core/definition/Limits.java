package io.triggerflow.core.definition;

import java.time.Duration;

/** The bounds of a bundle: each keeps a stored item, a write or a turn of the engine within what AWS allows. */
public final class Limits {
    /** Problems that are reported at once. */
    public static final int MAX_PROBLEMS = 100;
    /** Triggers of a bundle: they are read whenever an engine first sees the version. */
    public static final int MAX_TRIGGERS = 40_000;
    /** Actions, and failure actions, of a trigger: the outbox of a firing is one item of at most 400 KB. */
    public static final int MAX_ACTIONS = 100;
    /** Event patterns of a trigger: a join over 10,000 named tasks has three of each. Those with a type and subject are found by hash. */
    public static final int MAX_PATTERNS = 30_000;
    /** Alternatives of an event-ruler pattern, each of which is compiled by itself. */
    public static final int MAX_ALTERNATIVES = 100;
    /** Triggers that one action registers, retires, enables or disables: they are written in one transaction of at most 100 items. */
    public static final int MAX_REGISTERED = 90;
    /** Register actions within triggers of register actions. */
    public static final int MAX_NESTED_REGISTER = 5;
    /** Triggers with {@code correlate} in a bundle: each is one more item of the write that starts a run. */
    public static final int MAX_CORRELATED = 20;
    /** Objects and lists within each other in a template. */
    public static final int MAX_TEMPLATE_DEPTH = 50;
    /** Values in a bundle, counted as often as they are referred to (a YAML alias may stand for a whole tree). */
    public static final int MAX_VALUES = 2_000_000;
    /** Characters of a name of an event type, subject, function and the like. */
    public static final int MAX_TEXT = 1_000;
    /** Characters of a description. */
    public static final int MAX_DESCRIPTION = 10_000;
    /** Characters of an expression. */
    public static final int MAX_EXPRESSION = 20_000;
    /** Characters of one text in a template: an asynchronous invocation takes 1 MiB, a message as much. */
    public static final int MAX_TEMPLATE_TEXT = 200_000;
    /** Members of a join. */
    public static final int MAX_JOIN = 1_000_000;
    /** Members of a join that are known by name. */
    public static final int MAX_MEMBERS = 10_000;
    /** Attempts of a launch. */
    public static final int MAX_ATTEMPTS = 1_000;
    /** The most that {@code maxTransitions} may be. */
    public static final int MAX_TRANSITIONS = 100_000_000;
    /** Any duration. */
    public static final Duration MAX_DURATION = Duration.ofDays(3_660);

    private Limits() {}
}

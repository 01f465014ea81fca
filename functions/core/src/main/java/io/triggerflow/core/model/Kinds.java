package io.triggerflow.core.model;

import java.util.List;

/** The kinds of conditions and actions, by the names that they have in the bundle format. */
public final class Kinds {
    public static final List<String> CONDITIONS = List.of("always", "when", "join", "composite", "custom");
    public static final List<String> ACTIONS = List.of(
            "invoke",
            "emit",
            "schedule",
            "cancelTimer",
            "register",
            "retire",
            "enable",
            "disable",
            "intercept",
            "release",
            "set",
            "startRun",
            "complete",
            "fail",
            "custom");

    private Kinds() {}

    /** The kind of a condition; a threshold is a join. */
    public static String of(Condition condition) {
        return switch (condition) {
            case Condition.Always c -> "always";
            case Condition.When c -> "when";
            case Condition.Join c -> "join";
            case Condition.Composite c -> "composite";
            case Condition.Custom c -> "custom";
        };
    }

    /** The verb of an action. */
    public static String of(Action action) {
        return switch (action) {
            case Action.Invoke a -> "invoke";
            case Action.Emit a -> "emit";
            case Action.Schedule a -> "schedule";
            case Action.CancelTimer a -> "cancelTimer";
            case Action.Register a -> "register";
            case Action.Intercept a -> "intercept";
            case Action.Switch a -> a.operation().name().toLowerCase(java.util.Locale.ROOT);
            case Action.SetContext a -> "set";
            case Action.StartRun a -> "startRun";
            case Action.Complete a -> "complete";
            case Action.Fail a -> "fail";
            case Action.Custom a -> "custom";
        };
    }
}

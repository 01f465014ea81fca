package io.triggerflow.dag;

import java.util.Locale;
import java.util.Optional;

/** How far a task of a run is, as the run's history tells: by the triggers that fired. */
public enum TaskState {
    RUNNING,
    SUCCESS,
    FAILED,
    SKIPPED,
    UPSTREAM_FAILED;

    /** That a trigger's firing means a state for a task. */
    public record Of(String task, TaskState state) {}

    /** What a firing means; empty when it means no state. Triggers of workflows that are no DAGs mean running at most. */
    public static Optional<Of> of(String trigger) {
        int colon = trigger.indexOf(':');
        if (colon < 0) {
            return Optional.of(new Of(trigger, RUNNING));
        }
        String task = trigger.substring(0, colon);
        return switch (trigger.substring(colon + 1)) {
            case "end" -> Optional.of(new Of(task, SUCCESS));
            case "failed" -> task.equals("run") ? Optional.empty() : Optional.of(new Of(task, FAILED));
            case "skipped", "nothing" -> Optional.of(new Of(task, SKIPPED));
            case "upstream_failed" -> Optional.of(new Of(task, UPSTREAM_FAILED));
            default -> Optional.empty();
        };
    }

    /** The later of two states of one task: histories have no order. */
    public TaskState later(TaskState other) {
        return compareTo(other) >= 0 ? this : other;
    }

    /** As it is written in definitions. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}

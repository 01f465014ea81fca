package io.triggerflow.core.script;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** One thing that the outside world does to a run, or to standing triggers. */
public sealed interface Step {
    /** The run starts, with this input. */
    record Start(Object input) implements Step {}

    /**
     * The oldest launch of a task ends; of a fan-out, all its items that have not ended, or one.
     *
     * @param task the task
     * @param outcome how it ends
     * @param item the one item of a fan-out that ends
     * @param data what it answers; of a failure the error, {@code {error, message}}
     */
    record End(String task, Outcome outcome, Optional<Integer> item, Object data) implements Step {}

    /** How a launch ends. */
    enum Outcome {
        SUCCEEDED,
        FAILED,
        TIMED_OUT
    }

    /**
     * An event from outside.
     *
     * @param times how many of them, each with an id of its own
     * @param to the run, or the standing triggers of its workspace
     * @param attributes further attributes by name, {@code source} among them
     */
    record Emit(String type, String subject, Object data, int times, To to, Map<String, Object> attributes)
            implements Step {}

    /** To whom an event from outside is addressed. */
    enum To {
        RUN,
        WORKSPACE
    }

    /** Time passes: so much of it, or, when left out, until something is due next. What is due on the way happens. */
    record Advance(Optional<Duration> by) implements Step {}

    /** As plain Java JSON, in the form that {@link ScriptReader} reads. */
    default Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        switch (this) {
            case Start s -> json.put("start", s.input());
            case End e -> {
                json.put("end", e.task());
                if (e.outcome() != Outcome.SUCCEEDED) {
                    json.put("outcome", e.outcome().name().toLowerCase(java.util.Locale.ROOT));
                }
                e.item().ifPresent(i -> json.put("item", i));
                put(json, "data", e.data());
            }
            case Emit e -> {
                json.put("emit", e.type());
                put(json, "subject", e.subject().isEmpty() ? null : e.subject());
                put(json, "data", e.data());
                put(json, "times", e.times() == 1 ? null : e.times());
                put(json, "to", e.to() == To.RUN ? null : "workspace");
                put(json, "attributes", e.attributes().isEmpty() ? null : e.attributes());
            }
            case Advance a -> json.put("advance", a.by().map(Duration::toString).orElse("next"));
        }
        return json;
    }

    private static void put(Map<String, Object> json, String key, Object value) {
        if (value != null) {
            json.put(key, value);
        }
    }
}

package io.triggerflow.core.definition;

import io.triggerflow.core.model.Action;
import io.triggerflow.core.model.RetryPolicy;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Writes actions in the normalised form. */
final class ActionWriter {
    private ActionWriter() {}

    static List<Object> write(List<Action> actions) {
        return actions.stream().<Object>map(ActionWriter::write).toList();
    }

    private static Map<String, Object> write(Action action) {
        return switch (action) {
            case Action.Invoke a -> verb("invoke", invoke(a));
            case Action.Emit a -> verb("emit", emit(a));
            case Action.Schedule a -> verb("schedule", schedule(a));
            case Action.CancelTimer a -> verb("cancelTimer", a.name());
            case Action.Register a -> verb("register", DefinitionWriter.write(a.triggers()));
            case Action.Intercept a -> verb("intercept", InterceptorWriter.write(a.interceptors()));
            case Action.Switch a -> verb(Cursor.word(a.operation()), a.triggers());
            case Action.SetContext a -> verb("set", a.values());
            case Action.StartRun a -> verb("startRun", startRun(a));
            case Action.Complete a -> verb("complete", a.output().orElse(null));
            case Action.Fail a -> verb("fail", fields("error", Optional.of(a.error()), "message", a.message()));
            case Action.Custom a ->
                verb(
                        "custom",
                        fields(
                                "name",
                                Optional.of(a.name()),
                                "arguments",
                                Optional.of(a.arguments()).filter(m -> !m.isEmpty())));
        };
    }

    private static Map<String, Object> verb(String verb, Object value) {
        return Collections.singletonMap(verb, value);
    }

    /** Keys and values in turn; what is empty is left out. */
    private static Map<String, Object> fields(Object... keysAndValues) {
        Map<String, Object> tree = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            String key = (String) keysAndValues[i];
            ((Optional<?>) keysAndValues[i + 1]).ifPresent(v -> tree.put(key, v));
        }
        return tree;
    }

    private static Map<String, Object> invoke(Action.Invoke a) {
        return fields(
                "function", Optional.of(a.function()),
                "payload", a.payload(),
                "task", a.task(),
                "forEach", a.forEach().map(Templates::marked),
                "with", a.with(),
                "retry",
                        Optional.of(a.retry())
                                .filter(r -> !r.equals(RetryPolicy.NONE))
                                .map(ActionWriter::retry),
                "timeout", a.timeout().map(Duration::toString),
                "correlation",
                        Optional.of(a.correlation())
                                .filter(c -> c != Action.Correlation.PAYLOAD)
                                .map(Cursor::word),
                "keep", a.keep());
    }

    private static Map<String, Object> retry(RetryPolicy r) {
        RetryPolicy none = RetryPolicy.NONE;
        return fields(
                "errors", Optional.of(r.errors()).filter(e -> !e.equals(none.errors())),
                "maxAttempts", Optional.of(r.maxAttempts()),
                "interval",
                        Optional.of(r.interval())
                                .filter(i -> !i.equals(none.interval()))
                                .map(Duration::toString),
                "backoff", Optional.of(r.backoff()).filter(b -> b != none.backoff()),
                "maxDelay",
                        Optional.of(r.maxDelay())
                                .filter(m -> !m.equals(none.maxDelay()))
                                .map(Duration::toString),
                "jitter", Optional.of(r.jitter()).filter(j -> j != none.jitter()));
    }

    private static Map<String, Object> emit(Action.Emit a) {
        return fields(
                "type", Optional.of(a.type()),
                "subject", a.subject(),
                "data", a.data(),
                "to", to(a.target()),
                "delay", Optional.of(a.delay()).filter(d -> !d.isZero()).map(Duration::toString));
    }

    private static Optional<Object> to(Action.Target target) {
        return switch (target) {
            case Action.Target.Own t -> Optional.empty();
            case Action.Target.ToRun t -> Optional.of(fields("workspace", t.workspace(), "run", Optional.of(t.run())));
            case Action.Target.ToWorkspace t ->
                Optional.of(t.workspace().isEmpty() ? "workspace" : fields("workspace", t.workspace()));
            case Action.Target.ToBus t -> Optional.of(t.bus().isEmpty() ? "bus" : fields("bus", t.bus()));
            case Action.Target.ToQueue t -> Optional.of(fields("queue", Optional.of(t.queue())));
        };
    }

    private static Map<String, Object> schedule(Action.Schedule a) {
        // An expression may give either; the reader takes it under both keys.
        return fields(
                "timer",
                Optional.of(a.name()),
                isInstant(a.when()) ? "at" : "after",
                Optional.of(a.when()),
                "data",
                a.data());
    }

    private static boolean isInstant(Object when) {
        try {
            return when instanceof String text && Instant.parse(text) != null;
        } catch (DateTimeParseException e) {
            return false;
        }
    }

    private static Map<String, Object> startRun(Action.StartRun a) {
        return fields(
                "workflow", Optional.of(a.workflow()),
                "version", a.version(),
                "name", a.name(),
                "input", a.input(),
                "task", a.task(),
                "detached", Optional.of(a.detached()).filter(d -> d),
                "keep", a.keep());
    }
}

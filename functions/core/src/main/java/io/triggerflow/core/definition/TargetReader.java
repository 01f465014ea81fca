package io.triggerflow.core.definition;

import io.triggerflow.core.model.Action.Target;
import java.util.Map;
import java.util.Optional;

/** Reads {@code to}: to whom an event is emitted. */
final class TargetReader {
    private static final String WHAT =
            "own, workspace, bus, or an object of run (and workspace), workspace, bus or queue";

    private TargetReader() {}

    static Target read(Cursor at) {
        if (at.isObject()) {
            return object(at);
        }
        return switch (at.isText() ? (String) at.value() : "") {
            case "own" -> new Target.Own();
            case "workspace" -> new Target.ToWorkspace(Optional.empty());
            case "bus" -> new Target.ToBus(Optional.empty());
            default -> {
                at.expected(WHAT);
                yield new Target.Own();
            }
        };
    }

    private static Target object(Cursor at) {
        at.object(WHAT, "run", "workspace", "bus", "queue");
        Map<?, ?> map = (Map<?, ?>) at.value();
        boolean one = map.size() == 1 || map.size() == 2 && map.containsKey("run") && map.containsKey("workspace");
        if (!one) {
            at.problem("Expected " + WHAT + ", but got "
                    + (map.isEmpty()
                            ? "an empty object"
                            : "the keys " + Cursor.shortened(map.keySet().toString())));
        }
        Optional<Object> run = text(at, "run", "the name of a run");
        Optional<Object> workspace = text(at, "workspace", "the name of a workspace");
        Optional<Object> bus = text(at, "bus", "a name or ARN of a bus");
        Optional<Object> queue = text(at, "queue", "the URL of a queue");
        if (run.isPresent()) {
            return new Target.ToRun(workspace, run.get());
        }
        if (queue.isPresent()) {
            return new Target.ToQueue(queue.get());
        }
        return bus.isPresent() ? new Target.ToBus(bus) : new Target.ToWorkspace(workspace);
    }

    private static Optional<Object> text(Cursor at, String key, String what) {
        return at.get(key).flatMap(c -> Templates.text(c, what));
    }
}

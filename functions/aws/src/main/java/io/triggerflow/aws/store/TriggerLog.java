package io.triggerflow.aws.store;

import io.triggerflow.aws.json.Json;
import io.triggerflow.core.definition.DefinitionWriter;
import io.triggerflow.core.model.Action;
import io.triggerflow.core.model.TriggerChange;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The changes of one commit to a scope's dynamic triggers, in one item, however many they are. */
final class TriggerLog {
    private TriggerLog() {}

    static List<Object> write(List<TriggerChange> changes, DefinitionCodec definitions) {
        List<Object> json = new ArrayList<>();
        for (TriggerChange change : changes) {
            List<Object> one = new ArrayList<>(List.of(change.version(), code(change.operation()), change.id()));
            change.trigger().ifPresent(t -> one.add(definitions.write(t)));
            change.interceptor().ifPresent(i -> one.add(DefinitionWriter.write(i)));
            json.add(one);
        }
        return json;
    }

    static List<TriggerChange> read(Object json, DefinitionCodec definitions) {
        List<TriggerChange> changes = new ArrayList<>();
        for (Object one : Json.list(json)) {
            List<?> parts = Json.list(one);
            Action.Operation operation = operation((String) parts.get(1));
            boolean ofInterceptor = operation == Action.Operation.INTERCEPT;
            changes.add(new TriggerChange(
                    ((Number) parts.get(0)).longValue(),
                    operation,
                    (String) parts.get(2),
                    parts.size() > 3 && !ofInterceptor
                            ? Optional.of(definitions.readTrigger(parts.get(3)))
                            : Optional.empty(),
                    ofInterceptor ? Optional.of(definitions.readInterceptor(parts.get(3))) : Optional.empty()));
        }
        return changes;
    }

    private static String code(Action.Operation operation) {
        return switch (operation) {
            case REGISTER -> "+";
            case RETIRE -> "-";
            case ENABLE -> "on";
            case DISABLE -> "off";
            case INTERCEPT -> "i";
            case RELEASE -> "r";
        };
    }

    private static Action.Operation operation(String code) {
        return switch (code) {
            case "+" -> Action.Operation.REGISTER;
            case "-" -> Action.Operation.RETIRE;
            case "on" -> Action.Operation.ENABLE;
            case "off" -> Action.Operation.DISABLE;
            case "i" -> Action.Operation.INTERCEPT;
            case "r" -> Action.Operation.RELEASE;
            default ->
                throw new IllegalStateException(
                        "Expected a change of a trigger of kind +, -, on, off, i or r, but got '" + code + "'");
        };
    }
}

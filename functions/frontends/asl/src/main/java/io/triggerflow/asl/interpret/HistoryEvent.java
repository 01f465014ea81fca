package io.triggerflow.asl.interpret;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What happened, as GetExecutionHistory tells it.
 *
 * @param type "TaskStateEntered", "LambdaFunctionScheduled", ...
 * @param details the fields of the type's own details; data in it is JSON text
 */
public record HistoryEvent(String type, Map<String, Object> details) {
    public HistoryEvent {
        details = Collections.unmodifiableMap(new LinkedHashMap<>(details));
    }

    /** The field of the event that has the details: "stateEnteredEventDetails" for each of the types "...StateEntered". */
    public String detailsField() {
        String name =
                type.endsWith("StateEntered") ? "StateEntered" : type.endsWith("StateExited") ? "StateExited" : type;
        return Character.toLowerCase(name.charAt(0)) + name.substring(1) + "EventDetails";
    }
}

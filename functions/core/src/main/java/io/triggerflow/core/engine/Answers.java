package io.triggerflow.core.engine;

import io.triggerflow.core.model.Address;
import io.triggerflow.core.model.Event;
import io.triggerflow.core.model.EventTypes;
import io.triggerflow.core.model.Failure;
import io.triggerflow.core.model.Launch;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Launches that an interceptor has answered: their end comes as if the function had been invoked. */
final class Answers {
    private Answers() {}

    /** The termination event of a launch that is not launched. */
    static Event end(Launch.Invoke launch, Launch.Answer answer, Instant now) {
        Address address = launch.address();
        Object data = answer.isFailure()
                ? Failure.of(answer.error(), String.valueOf(answer.data()), address.task())
                        .toJson()
                : answer.data();
        return Silences.termination(
                address, answer.isFailure() ? EventTypes.TASK_FAILED : EventTypes.TASK_SUCCEEDED, data, now);
    }

    static Map<String, Object> toJson(Launch.Answer answer) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("error", answer.error());
        json.put("data", answer.data());
        return json;
    }

    static Optional<Launch.Answer> fromJson(Object json) {
        return json instanceof Map<?, ?> map
                ? Optional.of(new Launch.Answer(String.valueOf(map.get("error")), map.get("data")))
                : Optional.empty();
    }
}

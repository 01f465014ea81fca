package io.triggerflow.asl.interpret;

import io.triggerflow.asl.json.Json;
import io.triggerflow.asl.json.JsonException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** What became of an effect. */
public sealed interface Outcome {
    /** A task's result, as plain Java JSON. */
    record Succeeded(Object result) implements Outcome {}

    /** A task, branch or item failed. Both may be null. */
    record Failed(String error, String cause) implements Outcome {
        /** Of a function that answered with an error: the payload's text is the cause, its errorType the name. */
        public static Failed ofFunction(String payload) {
            try {
                if (Json.parse(payload) instanceof Map<?, ?> map && map.get("errorType") instanceof String type) {
                    return new Failed(type, payload);
                }
            } catch (JsonException e) {
                return unknown(payload);
            }
            return unknown(payload);
        }

        private static Failed unknown(String payload) {
            return new Failed(
                    "Lambda.Unknown",
                    "The cause could not be determined because Lambda did not return an error type. Returned payload: "
                            + payload);
        }
    }

    /** @param heartbeat whether it was a heartbeat that did not come */
    record TimedOut(boolean heartbeat) implements Outcome {}

    /** The call of a task that waits for somebody else was accepted: {@code response} is what it said. */
    record Submitted(Object response) implements Outcome {}

    /** The time that a Wait waits for has come. */
    record Elapsed() implements Outcome {}

    /** All branches or items ended, in their order. An item that failed within the tolerance is null. */
    record Joined(List<Object> outputs) implements Outcome {
        public Joined {
            outputs = Collections.unmodifiableList(new ArrayList<>(outputs));
        }
    }

    /** What a Map's reader read: the object's text. */
    record Read(String text) implements Outcome {}

    /** What a Map's reader listed: the objects of a bucket. */
    record Listed(List<Object> objects) implements Outcome {
        public Listed {
            objects = Collections.unmodifiableList(new ArrayList<>(objects));
        }
    }

    /** What a Map's reader listed and loaded: each object's text. */
    record Loaded(List<String> texts) implements Outcome {
        public Loaded {
            texts = List.copyOf(texts);
        }
    }

    /** What a Map's writer answers: where it wrote (MapRunArn and ResultWriterDetails), or the shaped results. */
    record Written(Object details) implements Outcome {}
}

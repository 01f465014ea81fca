package io.triggerflow.aws.store;

import io.triggerflow.aws.json.Json;
import io.triggerflow.core.model.Scope;
import io.triggerflow.core.port.UnreadableException;
import java.util.Map;
import java.util.Set;

/** Every body that changes with releases says in {@code v} which shape it has; a release reads its own shape and all before. */
final class Shapes {
    static final String SHAPE = "v";

    private Shapes() {}

    /** Refuses a shape that this release does not know. */
    static void require(int known, Map<String, Object> json, String what, Set<Scope> roots) {
        long shape = Json.number(json, SHAPE, 0);
        if (shape < 1 || shape > known) {
            throw new UnreadableException(
                    "Expected shape " + known + " of " + what + ", but it has shape " + shape
                            + (shape > known ? ", which a newer release wrote" : ""),
                    roots);
        }
    }
}

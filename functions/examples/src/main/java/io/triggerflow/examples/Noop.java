package io.triggerflow.examples;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import java.util.Map;

/** A task without work: what remains is the engine's own time. Input anything; output {@code {}}, or the input's {@code result} if it has one. Stateless; thread-safe. */
public final class Noop implements RequestHandler<Object, Object> {
    @Override
    public Object handleRequest(Object input, Context context) {
        return input instanceof Map<?, ?> map && map.get("result") != null
                ? Map.of("result", map.get("result"))
                : Map.of();
    }
}

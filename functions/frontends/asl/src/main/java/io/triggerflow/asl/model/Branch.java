package io.triggerflow.asl.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** States with a first one: a machine, a branch of a Parallel, the processor of a Map. */
public record Branch(String startAt, Map<String, State> states) {
    public Branch {
        states = Collections.unmodifiableMap(new LinkedHashMap<>(states));
    }
}

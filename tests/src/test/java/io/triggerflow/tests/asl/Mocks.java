package io.triggerflow.tests.asl;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Step Functions Local's mocks: each state has a response for each of its calls, counted from 0; "1-3" is for several. */
final class Mocks {
    private final Map<?, ?> states;
    private final Map<?, ?> responses;
    private final Map<String, Integer> calls = new HashMap<>();

    Mocks(Map<?, ?> mock) {
        states = mock.get("states") instanceof Map<?, ?> map ? map : Map.of();
        responses = mock.get("responses") instanceof Map<?, ?> map ? map : Map.of();
    }

    /** {"Return": ...} or {"Throw": {"Error", "Cause"}} for the next call of a state; empty when the state is not mocked. */
    Optional<Map<?, ?>> next(String state) {
        if (!(states.get(state) instanceof String name) || !(responses.get(name) instanceof Map<?, ?> all)) {
            return Optional.empty();
        }
        int call = calls.merge(state, 1, Integer::sum) - 1;
        return all.entrySet().stream()
                .filter(entry -> covers(String.valueOf(entry.getKey()), call))
                .findFirst()
                .map(entry -> (Map<?, ?>) entry.getValue());
    }

    private static boolean covers(String calls, int call) {
        String[] bounds = calls.split("-");
        return call >= Integer.parseInt(bounds[0]) && call <= Integer.parseInt(bounds[bounds.length - 1]);
    }
}

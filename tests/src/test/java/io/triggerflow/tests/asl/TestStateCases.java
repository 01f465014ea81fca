package io.triggerflow.tests.asl;

import io.triggerflow.asl.data.Queries;
import io.triggerflow.asl.interpret.Effect;
import io.triggerflow.asl.interpret.Outcome;
import io.triggerflow.asl.json.Json;
import io.triggerflow.asl.json.JsonException;
import io.triggerflow.asl.teststate.Configuration;
import io.triggerflow.asl.teststate.Mock;
import io.triggerflow.asl.teststate.Request;
import io.triggerflow.asl.teststate.TestState;
import io.triggerflow.asl.teststate.TestStateException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** TestState cases. The client's own check of a parameter's length is made here, as the recording client made it. */
final class TestStateCases {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private final TestState testState;

    TestStateCases(Queries queries) {
        testState = new TestState(queries);
    }

    Observed run(AslCase test) throws JsonException {
        Map<?, ?> arguments = test.testStateArguments();
        if ("".equals(arguments.get("stateName"))) {
            Observed refused = Observed.of("ERROR", "error", "ParamValidationError");
            refused.fields()
                    .put(
                            "message",
                            "Parameter validation failed:\nInvalid length for parameter stateName, value: 0, valid min length: 1");
            return refused;
        }
        try {
            Map<String, Object> response =
                    testState.run(request(test, arguments), NOW, 42, effect -> call(test, effect));
            return new Observed(new LinkedHashMap<>(response), List.of());
        } catch (TestStateException e) {
            Observed refused = Observed.of("ERROR", "error", e.code());
            refused.fields().put("message", e.getMessage());
            return refused;
        }
    }

    private static Outcome call(AslCase test, Effect effect) {
        return effect instanceof Effect.InvokeFunction call
                ? new Services(test).invoke(call).outcome()
                : new Outcome.Failed("States.TaskFailed", "Not simulated");
    }

    /** The cases do not say whether a role was given: one was where there is a function to call. */
    private static Request request(AslCase test, Map<?, ?> arguments) throws JsonException {
        Map<?, ?> configuration = map(arguments.get("stateConfiguration"));
        return new Request(
                test.definition(),
                (String) arguments.get("stateName"),
                test.input(),
                test.functions().isEmpty() ? null : "arn:aws:iam::111111111111:role/role",
                arguments.get("inspectionLevel") instanceof String level
                        ? Request.Level.valueOf(level)
                        : Request.Level.INFO,
                arguments.get("mock") instanceof Map<?, ?> mock ? mock(mock) : null,
                arguments.get("context") instanceof String text ? strings(Json.parse(text)) : null,
                arguments.get("variables") instanceof String text ? strings(Json.parse(text)) : Map.of(),
                new Configuration(
                        (Integer) configuration.get("retrierRetryCount"),
                        (Integer) configuration.get("mapIterationFailureCount"),
                        (String) configuration.get("errorCausedByState"),
                        (String) configuration.get("mapItemReaderData")),
                Boolean.TRUE.equals(arguments.get("revealSecrets")));
    }

    private static Mock mock(Map<?, ?> mock) {
        Map<?, ?> error = map(mock.get("errorOutput"));
        return new Mock(
                (String) mock.get("result"),
                (String) error.get("error"),
                (String) error.get("cause"),
                mock.get("fieldValidationMode") instanceof String mode
                        ? Mock.Validation.valueOf(mode)
                        : Mock.Validation.STRICT);
    }

    private static Map<?, ?> map(Object value) {
        return value instanceof Map<?, ?> map ? map : Map.of();
    }

    private static Map<String, Object> strings(Object value) {
        Map<String, Object> copy = new LinkedHashMap<>();
        map(value).forEach((k, v) -> copy.put(String.valueOf(k), v));
        return copy;
    }
}

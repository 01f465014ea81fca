package io.triggerflow.asl.teststate;

import io.triggerflow.asl.json.Json;
import io.triggerflow.asl.json.JsonException;
import io.triggerflow.asl.model.Resource;
import io.triggerflow.asl.model.State;
import java.util.List;
import java.util.Optional;

/** What TestState refuses before it runs anything. */
final class Rules {
    private final ApiShapes shapes = new ApiShapes();

    /** The value of a mocked result; null without one. Throws for what a request must not have. */
    Object check(Request request, State state) throws TestStateException {
        if (request.mock() == null) {
            withoutMock(request, state);
            return null;
        }
        if (request.revealSecrets()) {
            throw TestStateException.invalid("TestState does not support RevealSecrets when a mock is specified.");
        }
        if (!(state instanceof State.Working)) {
            throw TestStateException.invalid(
                    "State type '" + state.type() + "' is not supported when a mock is specified");
        }
        boolean waits = state instanceof State.Task task && task.resource().waits();
        if (request.context() != null && request.context().containsKey("Task") && !waits) {
            throw TestStateException.invalid(
                    "Invalid Context object provided: Context object contains 'Task' when state"
                            + " is not a Task state with a '.sync' or '.waitForTaskToken' service integration pattern");
        }
        return request.mock().fails() ? null : result(request, state);
    }

    private static void withoutMock(Request request, State state) throws TestStateException {
        Configuration configuration = request.configuration();
        refuse("MapIterationFailureCount", configuration.mapIterationFailureCount());
        refuse("RetrierRetryCount", configuration.retrierRetryCount());
        refuse("ErrorCausedByState", configuration.errorCausedByState());
        refuse("MapItemReaderData", configuration.mapItemReaderData());
        refuse("Context", request.context());
        if (state instanceof State.Map || state instanceof State.Parallel) {
            throw TestStateException.definition("TestState API does not support Map or Parallel states. Supported state"
                    + " types include: [Task, Wait, Pass, Succeed, Fail, Choice]");
        }
        if (state instanceof State.Task && request.roleArn() == null) {
            throw TestStateException.invalid("RoleArn must be specified when testing a Task state");
        }
    }

    private static void refuse(String field, Object value) throws TestStateException {
        if (value != null) {
            throw TestStateException.invalid("TestState does not support " + field + " when a mock is not specified.");
        }
    }

    private Object result(Request request, State state) throws TestStateException {
        Object result;
        try {
            result = Json.parse(request.mock().result());
        } catch (JsonException e) {
            throw TestStateException.invalid("Mocked result must be valid JSON");
        }
        switch (state) {
            case State.Map map -> map(map, result, request.configuration());
            case State.Parallel parallel -> {
                if (array(result).size() != parallel.branches().size()) {
                    throw TestStateException.invalid(
                            "Mocked result must contain the same number of items as number of Parallel branches.");
                }
            }
            case State.Task task -> api(task.resource(), result, request.mock().validation());
            case State.Pass other -> {}
            case State.Choice other -> {}
            case State.Wait other -> {}
            case State.Succeed other -> {}
            case State.Fail other -> {}
        }
        return result;
    }

    private static void map(State.Map map, Object result, Configuration configuration) throws TestStateException {
        if (map.iteration().writer() != null) {
            if (!(result instanceof java.util.Map)) {
                throw TestStateException.invalid("Mocked result must be a JSON object.");
            }
            return;
        }
        Integer failures = configuration.mapIterationFailureCount();
        if (failures != null && failures > array(result).size()) {
            throw TestStateException.invalid(
                    "Map iteration failure count must be less than or equal to the number of Map iterations");
        }
        array(result);
    }

    private static List<?> array(Object result) throws TestStateException {
        if (result instanceof List<?> list) {
            return list;
        }
        throw TestStateException.invalid("Mocked result must be an array.");
    }

    private void api(Resource resource, Object result, Mock.Validation validation) throws TestStateException {
        // Whoever waits for somebody else gets what that one says, not what the API answers.
        if (resource.kind() == Resource.Kind.SERVICE && !resource.waits()) {
            Optional<String> problem = shapes.problem(resource.service() + ":" + resource.action(), result, validation);
            if (problem.isPresent()) {
                throw TestStateException.invalid("Mock result schema validation error: " + problem.get());
            }
        }
    }
}

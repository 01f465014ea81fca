package io.triggerflow.asl.teststate;

import io.triggerflow.asl.data.Queries;
import io.triggerflow.asl.interpret.Effect;
import io.triggerflow.asl.interpret.Execution;
import io.triggerflow.asl.interpret.Frame;
import io.triggerflow.asl.interpret.Interpreter;
import io.triggerflow.asl.interpret.Outcome;
import io.triggerflow.asl.interpret.Step;
import io.triggerflow.asl.interpret.Tolerance;
import io.triggerflow.asl.interpret.Turn;
import io.triggerflow.asl.json.Json;
import io.triggerflow.asl.json.JsonException;
import io.triggerflow.asl.model.Branch;
import io.triggerflow.asl.model.MachineType;
import io.triggerflow.asl.model.QueryLanguage;
import io.triggerflow.asl.model.State;
import io.triggerflow.asl.model.StateMachine;
import io.triggerflow.asl.parse.Definitions;
import io.triggerflow.asl.parse.Parsed;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The TestState API. Thread-safe. */
public final class TestState {
    private static final int MAX_STEPS = 10;
    private final Interpreter interpreter;
    private final Definitions definitions;
    private final Rules rules = new Rules();

    public TestState(Queries queries) {
        interpreter = new Interpreter(queries);
        definitions = new Definitions(queries);
    }

    /** A state and the definition that it is run in: its own alone. */
    private record Subject(StateMachine machine, State state) {}

    /** What a step observed, and where it led. */
    private record Run(Map<String, Object> stages, Effect effect) {}

    /**
     * The response's fields: status, output, error, cause, nextState, inspectionData. Data in it is JSON text, as in the API.
     *
     * @throws TestStateException for a request that the API refuses
     */
    public Map<String, Object> run(Request request, Instant now, long seed, Calls calls) throws TestStateException {
        Subject subject = subject(request);
        Object mocked = rules.check(request, subject.state());
        Map<String, Object> stages = new LinkedHashMap<>();
        Turn turn = new Turn(execution(request, subject, now), now, seed, 0, token(request), stages::put);
        Effect effect = drive(request, subject, turn, mocked, calls, stages);
        return response(request, new Run(stages, effect));
    }

    private Subject subject(Request request) throws TestStateException {
        if (request.stateName() != null) {
            Parsed parsed = definitions.parse(request.definition(), MachineType.STANDARD);
            if (!parsed.valid()) {
                throw TestStateException.definition(parsed.message());
            }
            State state = find(parsed.machine().branch(), request.stateName());
            if (state == null) {
                throw TestStateException.invalid("State not found in definition");
            }
            return alone(state);
        }
        Object definition;
        try {
            definition = Json.parseStrictly(request.definition());
        } catch (JsonException e) {
            throw TestStateException.definition(
                    "Invalid State Machine Definition: 'INVALID_JSON_DESCRIPTION: " + e.getMessage() + "'");
        }
        Definitions.StateRead read =
                definitions.parseState(definition, "StateName", QueryLanguage.JSONPATH, MachineType.STANDARD);
        if (read.state() == null) {
            throw TestStateException.definition(new Parsed(null, read.diagnostics()).message());
        }
        return alone(read.state());
    }

    private static Subject alone(State state) {
        Branch branch = new Branch(state.name(), Map.of(state.name(), state));
        return new Subject(new StateMachine(branch, state.common().language(), null, null, "1.0"), state);
    }

    private static State find(Branch branch, String name) {
        if (branch.states().containsKey(name)) {
            return branch.states().get(name);
        }
        List<Branch> inner = new ArrayList<>();
        for (State state : branch.states().values()) {
            if (state instanceof State.Parallel parallel) {
                inner.addAll(parallel.branches());
            } else if (state instanceof State.Map map) {
                inner.add(map.processor());
            }
        }
        return inner.stream()
                .map(b -> find(b, name))
                .filter(java.util.Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    private static String token(Request request) {
        return request.context() != null
                        && request.context().get("Task") instanceof Map<?, ?> task
                        && task.get("Token") instanceof String token
                ? token
                : null;
    }

    /** A context that the caller gives is the whole one; otherwise there is one of an Express execution. */
    private static Execution execution(Request request, Subject subject, Instant now) {
        if (request.context() != null) {
            return new Execution(request.context(), true);
        }
        String machine = "TestState";
        Map<String, Object> context = new LinkedHashMap<>(Execution.of(
                        "arn:aws:states:us-east-1:123456789012:express:" + machine + ":TestState",
                        "TestState",
                        request.roleArn(),
                        request.input(),
                        now,
                        null,
                        new Execution.Machine("arn:aws:states:us-east-1:123456789012:stateMachine:" + machine, machine))
                .context());
        Map<String, Object> state = new LinkedHashMap<>();
        state.put("Name", "StateName");
        state.put("EnteredTime", now.toString());
        if (subject.state() instanceof State.Working) {
            state.put("RetryCount", 0);
        }
        context.put("State", state);
        return new Execution(context, true);
    }

    private Effect drive(
            Request request, Subject subject, Turn turn, Object mocked, Calls calls, Map<String, Object> stages) {
        Frame frame = frame(request, subject.state());
        Step step = interpreter.enter(subject.machine(), frame, turn);
        for (int i = 0; i < MAX_STEPS; i++) {
            Effect effect = step.effect();
            Outcome outcome = outcome(request, subject, turn, effect, mocked, calls, stages);
            if (outcome == null) {
                return effect;
            }
            // The frame as it was before it was entered: without an entering event, causes do not tell of one.
            step = interpreter.resume(subject.machine(), frame, outcome, turn);
        }
        throw new IllegalStateException("Expected '" + subject.state().name() + "' to end, but it did not");
    }

    private static Frame frame(Request request, State state) {
        Integer retries = request.configuration().retrierRetryCount();
        int retriers = state instanceof State.Working working
                ? working.handlers().retriers().size()
                : 0;
        return new Frame(
                List.of(),
                state.name(),
                0,
                0,
                request.input(),
                request.variables(),
                Collections.nCopies(retriers, retries == null ? 0 : retries),
                null,
                0,
                null);
    }

    /** What becomes of an effect; null when the state is left. */
    private Outcome outcome(
            Request request,
            Subject subject,
            Turn turn,
            Effect effect,
            Object mocked,
            Calls calls,
            Map<String, Object> stages) {
        return switch (effect) {
            case Effect.Next left -> null;
            case Effect.Retry left -> null;
            case Effect.End left -> null;
            case Effect.Fail left -> null;
            case Effect.WaitUntil wait -> new Outcome.Elapsed();
            case Effect.InvokeFunction call -> called(request, effect, mocked, calls);
            case Effect.CallService call -> called(request, effect, mocked, calls);
            case Effect.RunActivity call -> called(request, effect, mocked, calls);
            case Effect.Await call -> called(request, effect, mocked, calls);
            case Effect.Branches branches ->
                request.mock().fails() ? failed(request) : new Outcome.Joined(list(mocked));
            case Effect.ReadItems read ->
                new Outcome.Read(
                        request.configuration().mapItemReaderData() == null
                                ? "[]"
                                : request.configuration().mapItemReaderData());
            case Effect.Items items -> mapped(request, subject, turn, items, mocked, stages);
            case Effect.WriteResults write -> new Outcome.Written(mocked);
        };
    }

    private static Outcome called(Request request, Effect effect, Object mocked, Calls calls) {
        if (request.mock() == null) {
            return calls.perform(effect);
        }
        return request.mock().fails() ? failed(request) : new Outcome.Succeeded(mocked);
    }

    private static Outcome failed(Request request) {
        return new Outcome.Failed(request.mock().error(), request.mock().cause());
    }

    private Outcome mapped(
            Request request,
            Subject subject,
            Turn turn,
            Effect.Items items,
            Object mocked,
            Map<String, Object> stages) {
        if (((State.Map) subject.state()).iteration().itemSelector() != null) {
            List<Object> selected = new ArrayList<>();
            for (int i = 0; i < items.items().size(); i++) {
                Step step = interpreter.item(
                        subject.machine(), items.frame(), i, items.items().get(i), turn);
                if (step.effect() instanceof Effect.Fail fail) {
                    return new Outcome.Failed(fail.error(), fail.cause());
                }
                selected.add(((Effect.Next) step.effect()).frame().input());
            }
            stages.put("afterItemSelector", selected);
        }
        if (request.mock().fails()) {
            return failed(request);
        }
        Integer failures = request.configuration().mapIterationFailureCount();
        if (failures != null
                && items.tolerance().exceeded(failures, items.items().size())) {
            return new Outcome.Failed("States.ExceedToleratedFailureThreshold", Tolerance.CAUSE);
        }
        return mocked instanceof List<?> list
                ? new Outcome.Joined(new ArrayList<>(list))
                : new Outcome.Joined(List.of());
    }

    private static List<Object> list(Object value) {
        return value instanceof List<?> list ? new ArrayList<>(list) : List.of();
    }

    private static Map<String, Object> response(Request request, Run run) {
        Map<String, Object> response = new LinkedHashMap<>();
        if (run.effect() instanceof Effect.Next next) {
            response.put("output", Json.write(next.frame().input()));
            response.put("nextState", next.frame().state());
            response.put("status", run.stages().containsKey("catchIndex") ? "CAUGHT_ERROR" : "SUCCEEDED");
        } else if (run.effect() instanceof Effect.End end) {
            response.put("output", Json.write(end.output()));
            response.put("status", "SUCCEEDED");
        } else if (run.effect() instanceof Effect.Fail fail) {
            put(response, "error", fail.error());
            put(response, "cause", fail.cause());
            response.put("status", "FAILED");
        } else {
            response.put("status", "RETRIABLE");
        }
        if (!response.containsKey("error") && !"SUCCEEDED".equals(response.get("status"))) {
            put(response, "error", run.stages().get("error"));
            put(response, "cause", run.stages().get("cause"));
        }
        if (request.level() != Request.Level.INFO) {
            response.put("inspectionData", Inspection.of(request, run.stages()));
        }
        return response;
    }

    private static void put(Map<String, Object> map, String field, Object value) {
        if (value != null) {
            map.put(field, value);
        }
    }
}

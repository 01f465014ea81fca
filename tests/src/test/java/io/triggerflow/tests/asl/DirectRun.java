package io.triggerflow.tests.asl;

import io.triggerflow.asl.interpret.Effect;
import io.triggerflow.asl.interpret.Execution;
import io.triggerflow.asl.interpret.Frame;
import io.triggerflow.asl.interpret.FrameJson;
import io.triggerflow.asl.interpret.HistoryEvent;
import io.triggerflow.asl.interpret.Interpreter;
import io.triggerflow.asl.interpret.Outcome;
import io.triggerflow.asl.interpret.Step;
import io.triggerflow.asl.interpret.Tolerance;
import io.triggerflow.asl.interpret.Turn;
import io.triggerflow.asl.json.Json;
import io.triggerflow.asl.json.JsonException;
import io.triggerflow.asl.model.MachineType;
import io.triggerflow.asl.model.StateMachine;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One execution, driven to its end. Branches and items run one after another, each from the same virtual instant. */
final class DirectRun {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final int MAX_STEPS = 100_000;
    private final Interpreter interpreter;
    private final StateMachine machine;
    private final AslCase test;
    private final Services services;
    private History history = new History();
    private Execution execution;
    private Instant now = START;
    private int steps;

    /** The events of one execution. */
    private static final class History {
        private final List<HistoryEvent> events = new ArrayList<>();
    }

    /** The machine's own time is over. */
    private static final class Expired extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** Somebody is waited for who never comes. */
    private static final class Stuck extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    DirectRun(Interpreter interpreter, StateMachine machine, AslCase test) {
        this.interpreter = interpreter;
        this.machine = machine;
        this.test = test;
        this.services = new Services(test);
        this.execution = execution("execution", test.executionName(), test.input());
    }

    private Execution execution(String kind, String name, Object input) {
        boolean express = test.type() == MachineType.EXPRESS;
        return Execution.of(
                "arn:aws:states:us-east-1:111111111111:" + (express ? "express" : kind) + ":machine:" + name,
                name,
                "arn:aws:iam::111111111111:role/role",
                input,
                now,
                express ? null : 0,
                new Execution.Machine("arn:aws:states:us-east-1:111111111111:stateMachine:machine", "machine"));
    }

    Observed run() {
        Map<String, Object> fields = new LinkedHashMap<>();
        try {
            switch (drive(Frame.start(machine, test.input()))) {
                case Effect.End end -> {
                    fields.put("status", "SUCCEEDED");
                    fields.put("output", end.output());
                }
                case Effect.Fail fail -> {
                    fields.put("status", "FAILED");
                    fields.put("error", fail.error());
                    fields.put("cause", fail.cause());
                }
                case Effect other -> throw new IllegalStateException("Expected an end, but got " + other);
            }
        } catch (Expired e) {
            fields.put("status", "TIMED_OUT");
        } catch (Stuck e) {
            fields.put("status", "RUNNING");
        }
        return new Observed(fields, history.events.stream().map(DirectRun::line).toList());
    }

    private static String line(HistoryEvent event) {
        Object name = event.type().contains("State") ? event.details().get("name") : null;
        return event.type() + (name == null ? "" : " " + name);
    }

    private Turn turn() {
        if (++steps > MAX_STEPS) {
            throw new IllegalStateException("Expected the machine to end within " + MAX_STEPS + " steps");
        }
        return new Turn(execution, now, 42, history.events.size() + 1L, "token-" + steps);
    }

    private Effect take(Step step) {
        history.events.addAll(step.events());
        return step.effect();
    }

    /** A frame survives being stored: each goes through its JSON text. */
    private static Frame stored(Frame frame) {
        try {
            Frame read = FrameJson.read((Map<?, ?>) Json.parse(Json.write(FrameJson.write(frame))));
            if (!read.id().equals(frame.id())) {
                throw new IllegalStateException("Expected " + frame.id() + ", but read " + read.id());
            }
            return read;
        } catch (JsonException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Until the scope of the frame ends or fails. */
    private Effect drive(Frame first) {
        Effect effect = new Effect.Next(first);
        while (true) {
            effect = switch (effect) {
                case Effect.Next next -> take(interpreter.enter(machine, stored(next.frame()), turn()));
                case Effect.Retry retry -> {
                    elapse(retry.at());
                    yield take(interpreter.enter(machine, stored(retry.frame()), turn()));
                }
                case Effect.End end -> {
                    yield end;
                }
                case Effect.Fail fail -> {
                    yield fail;
                }
                case Effect.InvokeFunction call -> timed(call.frame(), call.limits(), services.invoke(call));
                case Effect.CallService call -> {
                    Optional<Services.Reply> reply = services.call(call);
                    yield timed(call.frame(), call.limits(), reply.orElseThrow(Stuck::new));
                }
                case Effect.RunActivity call -> timed(call.frame(), call.limits(), null);
                case Effect.Await await -> throw new Stuck();
                case Effect.WaitUntil wait -> {
                    elapse(wait.until());
                    yield resume(wait.frame(), new Outcome.Elapsed());
                }
                case Effect.Branches branches -> resume(branches.frame(), branches(branches));
                case Effect.Items items -> resume(items.frame(), items(items));
                case Effect.ReadItems read -> resume(read.frame(), services.read(read));
                case Effect.WriteResults write ->
                    resume(write.frame(), new Outcome.Written(write.resource() == null ? write.outputs() : Map.of()));
            };
            if (effect instanceof Effect.End || effect instanceof Effect.Fail) {
                return effect;
            }
        }
    }

    private Effect resume(Frame frame, Outcome outcome) {
        return take(interpreter.resume(machine, stored(frame), outcome, turn()));
    }

    /** What comes first: the reply, the timeout, the missing heartbeat. */
    private Effect timed(Frame frame, Effect.Limits limits, Services.Reply reply) {
        long timeout = limits.timeoutSeconds() == null ? Long.MAX_VALUE : limits.timeoutSeconds();
        long heartbeat = limits.heartbeatSeconds() == null ? Long.MAX_VALUE : limits.heartbeatSeconds();
        long seconds = reply == null ? Long.MAX_VALUE : reply.seconds();
        long first = Math.min(seconds, Math.min(timeout, heartbeat));
        if (first == Long.MAX_VALUE) {
            throw new Stuck();
        }
        elapse(now.plusSeconds(first));
        if (first == seconds) {
            return resume(frame, reply.outcome());
        }
        return resume(frame, new Outcome.TimedOut(heartbeat < timeout));
    }

    private void elapse(Instant until) {
        if (until.isAfter(now)) {
            now = until;
        }
        if (machine.timeoutSeconds() != null && now.isAfter(START.plusSeconds(machine.timeoutSeconds()))) {
            throw new Expired();
        }
    }

    private Outcome branches(Effect.Branches branches) {
        List<Object> outputs = new ArrayList<>();
        Instant began = now;
        Instant ended = now;
        for (Frame branch : branches.branches()) {
            now = began;
            Effect effect = drive(branch);
            ended = now.isAfter(ended) ? now : ended;
            if (effect instanceof Effect.Fail fail) {
                return new Outcome.Failed(fail.error(), fail.cause());
            }
            outputs.add(((Effect.End) effect).output());
        }
        now = ended;
        return new Outcome.Joined(outputs);
    }

    private Outcome items(Effect.Items items) {
        List<Object> outputs = new ArrayList<>();
        long failed = 0;
        Instant began = now;
        Instant ended = now;
        for (int i = 0; i < items.items().size(); i++) {
            now = began;
            Effect effect = item(items, i);
            ended = now.isAfter(ended) ? now : ended;
            if (effect instanceof Effect.Fail fail) {
                if (!items.distributed()) {
                    return new Outcome.Failed(fail.error(), fail.cause());
                }
                failed++;
                outputs.add(null);
                if (items.tolerance().exceeded(failed, items.items().size())) {
                    return new Outcome.Failed("States.ExceedToleratedFailureThreshold", Tolerance.CAUSE);
                }
            } else {
                outputs.add(((Effect.End) effect).output());
            }
        }
        now = ended;
        return new Outcome.Joined(outputs);
    }

    private Effect item(Effect.Items items, int index) {
        Effect first = take(interpreter.item(
                machine, stored(items.frame()), index, items.items().get(index), turn()));
        if (!(first instanceof Effect.Next next)) {
            return first;
        }
        if (!items.distributed()) {
            return drive(next.frame());
        }
        Execution outer = execution;
        History outerHistory = history;
        execution = execution(
                "execution", test.executionName() + "-" + index, next.frame().input());
        history = new History();
        try {
            return drive(next.frame());
        } finally {
            execution = outer;
            history = outerHistory;
        }
    }
}

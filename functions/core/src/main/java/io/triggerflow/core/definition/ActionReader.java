package io.triggerflow.core.definition;

import io.triggerflow.core.model.Action;
import io.triggerflow.core.model.EventTypes;
import io.triggerflow.core.model.Trigger;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Reads {@code actions} and {@code onFailure}: objects of exactly one verb. */
final class ActionReader {
    private final Map<String, Function<Cursor, Optional<Action>>> verbs = new LinkedHashMap<>();
    private final int nesting;

    ActionReader(int nesting) {
        this.nesting = nesting;
        verbs.put("invoke", InvokeReader::read);
        verbs.put("emit", this::emit);
        verbs.put("schedule", this::schedule);
        verbs.put("cancelTimer", at -> Templates.text(at, "the name of a timer").map(Action.CancelTimer::new));
        verbs.put("register", this::register);
        verbs.put("retire", at -> toggle(at, Action.Operation.RETIRE));
        verbs.put("enable", at -> toggle(at, Action.Operation.ENABLE));
        verbs.put("disable", at -> toggle(at, Action.Operation.DISABLE));
        verbs.put("intercept", this::intercept);
        verbs.put("release", at -> toggle(at, Action.Operation.RELEASE));
        verbs.put("set", this::set);
        verbs.put("startRun", this::startRun);
        verbs.put("complete", this::complete);
        verbs.put("fail", this::fail);
        verbs.put("custom", this::custom);
    }

    List<Action> all(Cursor at) {
        List<Action> actions = new ArrayList<>();
        at.items("actions", Limits.MAX_ACTIONS).forEach(item -> one(item).ifPresent(actions::add));
        return actions;
    }

    private Optional<Action> one(Cursor at) {
        String known = String.join(", ", verbs.keySet());
        if (!at.object(
                "an action, an object of one verb (" + known + "),",
                verbs.keySet().toArray(String[]::new))) {
            return Optional.empty();
        }
        Map<?, ?> map = (Map<?, ?>) at.value();
        if (map.size() != 1) {
            at.problem("Expected an action of exactly one verb (" + known + "), but got "
                    + (map.isEmpty()
                            ? "none"
                            : map.size() + ": " + Cursor.shortened(map.keySet().toString())));
            return Optional.empty();
        }
        String verb = String.valueOf(map.keySet().iterator().next());
        return at.get(verb).filter(c -> verbs.containsKey(verb)).flatMap(c -> verbs.get(verb)
                .apply(c));
    }

    private Optional<Action> emit(Cursor at) {
        if (!at.object("an event, an object", "type", "subject", "data", "to", "delay")) {
            return Optional.empty();
        }
        Optional<Object> type = at.required("type").flatMap(c -> {
            if (c.value() instanceof String text && EventTypes.isDirective(text)) {
                c.problem("Expected a type of an event, but '" + text + "' is a directive to the engine itself");
            }
            return Templates.text(c, "an event type");
        });
        Optional<Object> subject = at.get("subject").flatMap(c -> Templates.text(c, "a subject"));
        Optional<Object> data = at.get("data").flatMap(Templates::template);
        Action.Target target = at.get("to").map(TargetReader::read).orElse(new Action.Target.Own());
        Duration delay = at.get("delay").flatMap(c -> c.duration(true)).orElse(Duration.ZERO);
        return type.map(t -> new Action.Emit(target, t, subject, data, delay));
    }

    private Optional<Action> schedule(Cursor at) {
        if (!at.object("a timer, an object", "timer", "after", "at", "data")) {
            return Optional.empty();
        }
        Optional<Object> timer = at.required("timer").flatMap(c -> Templates.text(c, "the name of a timer"));
        Optional<Object> data = at.get("data").flatMap(Templates::template);
        if (at.get("after").isPresent() == at.get("at").isPresent()) {
            at.problem("Expected exactly one of after and at, but got "
                    + (at.get("at").isPresent() ? "both" : "neither"));
            return Optional.empty();
        }
        Optional<Object> when = at.get("after").flatMap(ActionReader::after).or(() -> at.get("at")
                .flatMap(ActionReader::instant));
        return timer.isPresent() && when.isPresent()
                ? Optional.of(new Action.Schedule(timer.get(), when.get(), data))
                : Optional.empty();
    }

    private static Optional<Object> after(Cursor at) {
        if (at.value() instanceof String text && Templates.isExpression(text)) {
            return Templates.template(at);
        }
        return at.duration(true).map(Duration::toString);
    }

    private static Optional<Object> instant(Cursor at) {
        if (at.value() instanceof String text) {
            if (Templates.isExpression(text)) {
                return Templates.template(at);
            }
            try {
                return Optional.of(Instant.parse(text).toString());
            } catch (DateTimeParseException e) {
                // Reported below, as any other value.
            }
        }
        at.expected("an instant such as 2030-01-01T00:00:00Z, or an expression {% ... %}");
        return Optional.empty();
    }

    private Optional<Action> register(Cursor at) {
        if (nesting >= Limits.MAX_NESTED_REGISTER) {
            at.problem("Expected at most " + Limits.MAX_NESTED_REGISTER
                    + " register actions within each other, but there are more");
            return Optional.empty();
        }
        List<Trigger> triggers = new TriggerReader(nesting + 1).all(at, Limits.MAX_REGISTERED);
        return Optional.of(new Action.Register(triggers));
    }

    private Optional<Action> intercept(Cursor at) {
        if (nesting >= Limits.MAX_NESTED_REGISTER) {
            at.problem("Expected at most " + Limits.MAX_NESTED_REGISTER
                    + " register and intercept actions within each other, but there are more");
            return Optional.empty();
        }
        return Optional.of(new Action.Intercept(new InterceptorReader(new ActionReader(nesting + 1)).all(at)));
    }

    private Optional<Action> toggle(Cursor at, Action.Operation operation) {
        // Interceptors may come from outside while the run is in progress: any may be named.
        boolean ofTriggers = operation != Action.Operation.RELEASE;
        String what = ofTriggers ? "trigger" : "interceptor";
        List<Object> ids = new ArrayList<>();
        List<Cursor> items = at.items("ids of " + what + "s", Limits.MAX_REGISTERED);
        if (at.value() instanceof List<?> list && list.isEmpty()) {
            at.problem("Expected at least 1 id of " + (ofTriggers ? "a trigger" : "an interceptor") + ", but got none");
        }
        for (Cursor item : items) {
            boolean literal = item.value() instanceof String text && !Templates.isExpression(text);
            Optional<Object> id = literal
                    ? item.name("the id of a" + (ofTriggers ? " trigger" : "n interceptor"))
                            .map(Object.class::cast)
                    : Templates.text(item, "the id of a" + (ofTriggers ? " trigger" : "n interceptor"));
            id.ifPresent(ids::add);
            id.filter(i -> literal && ofTriggers)
                    .ifPresent(i -> at.reading.references.add(new Reading.Reference(item, (String) i)));
        }
        return Optional.of(new Action.Switch(operation, ids));
    }

    private Optional<Action> set(Cursor at) {
        Optional<Map<String, Object>> values = Templates.object(at, "an object of keys and values");
        if (values.filter(Map::isEmpty).isPresent()) {
            at.problem("Expected at least 1 key to set, but got none");
        }
        values.ifPresent(v -> v.keySet().stream()
                .filter(k -> k.isEmpty() || k.length() > Limits.MAX_TEXT)
                .forEach(k -> at.child(k, null)
                        .problem("Expected keys of 1 to " + Limits.MAX_TEXT + " characters, but got " + k.length())));
        return values.map(Action.SetContext::new);
    }

    private Optional<Action> startRun(Cursor at) {
        if (!at.object(
                "a run to start, an object", "workflow", "version", "name", "input", "task", "detached", "keep")) {
            return Optional.empty();
        }
        Optional<Object> workflow = at.required("workflow").flatMap(c -> Templates.text(c, "the name of a workflow"));
        Optional<Object> version = at.get("version").flatMap(c -> Templates.text(c, "a version"));
        Optional<Object> name = at.get("name").flatMap(c -> Templates.text(c, "a name"));
        Optional<Object> input = at.get("input").flatMap(Templates::template);
        Optional<Object> task = at.get("task").flatMap(c -> Templates.text(c, "a task"));
        boolean detached = at.get("detached").flatMap(Cursor::bool).orElse(false);
        Optional<Object> keep = at.get("keep").flatMap(Templates::template);
        return workflow.map(w -> new Action.StartRun(w, version, name, input, task, detached, keep));
    }

    private Optional<Action> complete(Cursor at) {
        endsRun(at, "complete");
        return Optional.of(new Action.Complete(Optional.ofNullable(Templates.nullable(at))));
    }

    private Optional<Action> fail(Cursor at) {
        endsRun(at, "fail");
        if (!at.object("a failure, an object", "error", "message")) {
            return Optional.empty();
        }
        Optional<Object> error = at.required("error").flatMap(c -> Templates.text(c, "the name of an error"));
        Optional<Object> message = at.get("message").flatMap(Templates::template);
        return error.map(e -> new Action.Fail(e, message));
    }

    private static void endsRun(Cursor at, String verb) {
        if (at.reading.owner == Reading.Owner.WORKSPACE) {
            at.problem("Expected " + verb
                    + " only in triggers of a run, but this trigger stands in a workspace, which has no run to end");
        }
    }

    private Optional<Action> custom(Cursor at) {
        if (!at.object("an action written in Java, an object", "name", "arguments")) {
            return Optional.empty();
        }
        at.reading.open = true;
        Optional<String> name = at.required("name").flatMap(c -> c.name("a name"));
        Map<String, Object> arguments = at.get("arguments")
                .flatMap(c -> Templates.object(c, "an object"))
                .orElse(Map.of());
        return name.map(n -> new Action.Custom(n, arguments));
    }
}

package io.triggerflow.core.decide;

import io.triggerflow.core.expression.ExpressionException;
import io.triggerflow.core.expression.Expressions;
import io.triggerflow.core.expression.Templates;
import io.triggerflow.core.expression.Variables;
import io.triggerflow.core.model.Address;
import io.triggerflow.core.model.Event;
import io.triggerflow.core.model.Interceptor;
import io.triggerflow.core.model.Launch;
import io.triggerflow.core.model.Trigger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Changes what a firing launches, as the interceptors that applied to it say, in their order, before it is written down. */
final class Launching {
    private final Templates templates;

    Launching(Expressions expressions) {
        this.templates = new Templates(expressions);
    }

    /** A firing whose launches are changed. */
    private record Firing(Turn turn, Trigger trigger, Variables own, Instant now) {
        Variables seen(String function, String task, Object payload) {
            Map<String, Object> all = new LinkedHashMap<>(turn.view.variables().values());
            all.putAll(own.values());
            all.put("function", function);
            all.put("task", task);
            all.put("payload", payload);
            return new Variables(all);
        }
    }

    /** What becomes of each launch of a firing. */
    UnaryOperator<Launch> by(Turn turn, Trigger trigger, Event event, Variables own, List<Interceptor> applied) {
        List<Interceptor> changing =
                applied.stream().filter(i -> i.change().isOfLaunches()).toList();
        if (changing.isEmpty()) {
            return UnaryOperator.identity();
        }
        Variables seen = own.with(turn.variablesOf(event)).with("trigger", trigger.id());
        Firing firing = new Firing(turn, trigger, seen, turn.now);
        return launch -> {
            Launch current = launch;
            for (Interceptor interceptor : changing) {
                current = changed(firing, interceptor, current);
            }
            return current;
        };
    }

    /** Throws {@link ExpressionException} when it fails and may not. */
    private Launch changed(Firing firing, Interceptor interceptor, Launch launch) {
        try {
            return switch (launch) {
                case Launch.Invoke i -> invoke(firing, interceptor.change(), i);
                case Launch.FanOut f -> fanOut(firing, interceptor.change(), f);
                case Launch.Emit e -> e;
                case Launch.At a -> a;
                case Launch.Start s -> s;
                case Launch.Forward f -> f;
            };
        } catch (ExpressionException e) {
            if (interceptor.onError() == Interceptor.OnError.FAIL) {
                throw new ExpressionException("interceptor " + interceptor.id() + ": " + e.getMessage());
            }
            firing.turn.notes.add("interceptor " + interceptor.id() + ": " + e.getMessage());
            return launch;
        }
    }

    private Launch invoke(Firing firing, Interceptor.Change change, Launch.Invoke i) {
        Variables seen = firing.seen(i.function(), i.address().task(), i.payload());
        Object payload =
                change.payload().isPresent() ? templates.fill(change.payload().get(), seen, firing.now) : i.payload();
        return new Launch.Invoke(
                i.address(),
                i.trigger(),
                function(firing, change, i.function(), seen),
                payload,
                options(firing, change, i.options(), seen));
    }

    /** Items are known here: each gets its payload now, so that what it is changed to need not travel. */
    private Launch fanOut(Firing firing, Interceptor.Change change, Launch.FanOut f) {
        Variables all = firing.seen(f.function(), f.address().task(), null);
        Launch.Invocation options = options(firing, change, f.options(), all);
        String function = function(firing, change, f.function(), all);
        if (change.payload().isEmpty()) {
            return new Launch.FanOut(f.address(), f.trigger(), function, f.items(), f.template(), f.with(), options);
        }
        List<Object> payloads = new ArrayList<>(f.items().size());
        for (int index = 0; index < f.items().size(); index++) {
            Object item = f.items().get(index);
            Variables one = Variables.NONE
                    .with("item", item)
                    .with("index", index)
                    .with("count", f.items().size())
                    .with("with", f.with());
            Object payload =
                    f.template().isPresent() ? templates.fill(f.template().get(), one, firing.now) : item;
            Address address = f.address().item(index);
            payloads.add(templates.fill(
                    change.payload().get(), firing.seen(f.function(), address.task(), payload), firing.now));
        }
        return new Launch.FanOut(f.address(), f.trigger(), function, payloads, Optional.empty(), null, options);
    }

    private String function(Firing firing, Interceptor.Change change, String function, Variables seen) {
        return change.function()
                .map(f -> templates.text(f, seen, firing.now, "function"))
                .orElse(function);
    }

    private Launch.Invocation options(
            Firing firing, Interceptor.Change change, Launch.Invocation options, Variables seen) {
        if (change.answer().isEmpty()) {
            return options;
        }
        if (!(templates.fill(change.answer().get(), seen, firing.now) instanceof Map<?, ?> answer)) {
            throw new ExpressionException("Expected answer to be {error, message} or {result}");
        }
        Object error = answer.get("error");
        if (error == null) {
            return options.answered(new Launch.Answer("", answer.get("result")));
        }
        Object message = answer.get("message");
        return options.answered(new Launch.Answer(error.toString(), message == null ? "" : message.toString()));
    }

    /** What was launched, as expressions see it. */
    static List<Object> shown(List<Launch> launches) {
        List<Object> shown = new ArrayList<>();
        for (Launch launch : launches) {
            switch (launch) {
                case Launch.Invoke i ->
                    shown.add(shown(i.function(), i.address().task(), "payload", i.payload()));
                case Launch.FanOut f ->
                    shown.add(shown(f.function(), f.address().task(), "items", f.items()));
                case Launch.Start s -> shown.add(shown(s.workflow(), s.address().task(), "input", s.input()));
                case Launch.Emit e -> {}
                case Launch.At a -> {}
                case Launch.Forward f -> {}
            }
        }
        return shown;
    }

    private static Map<String, Object> shown(String function, String task, String name, Object value) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("function", function);
        shown.put("task", task);
        shown.put(name, value);
        return shown;
    }
}

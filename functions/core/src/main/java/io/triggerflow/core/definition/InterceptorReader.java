package io.triggerflow.core.definition;

import io.triggerflow.core.model.Action;
import io.triggerflow.core.model.Expression;
import io.triggerflow.core.model.Interceptor;
import io.triggerflow.core.model.Interceptor.Point;
import io.triggerflow.core.model.Kinds;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads interceptors, in an intercept action or by themselves. */
final class InterceptorReader {
    private static final String[] KEYS = {
        "id",
        "trigger",
        "condition",
        "action",
        "before",
        "after",
        "instead",
        "priority",
        "when",
        "do",
        "holds",
        "data",
        "skip",
        "hold",
        "delay",
        "function",
        "payload",
        "answer",
        "onError"
    };
    private static final Set<String> STOPPING = Set.of("data", "skip", "hold", "delay");
    private static final Set<String> LAUNCHING = Set.of("function", "payload", "answer");
    private static final int MAX_PRIORITY = 1_000_000;

    private final ActionReader actions;

    /** The part of a firing that is meant. */
    private enum Part {
        CONDITION,
        ACTION
    }

    InterceptorReader(ActionReader actions) {
        this.actions = actions;
    }

    /** Interceptors of different ids. */
    List<Interceptor> all(Cursor at) {
        List<Interceptor> all = new ArrayList<>();
        Map<String, String> seen = new HashMap<>();
        List<Cursor> items = at.items("interceptors", Limits.MAX_REGISTERED);
        if (at.value() instanceof List<?> list && list.isEmpty()) {
            at.problem("Expected at least 1 interceptor, but got none");
        }
        for (Cursor item : items) {
            one(item).ifPresent(i -> {
                all.add(i);
                String before = seen.putIfAbsent(i.id(), item.path());
                if (before != null) {
                    item.problem("Expected ids that differ, but '" + i.id() + "' is also the id of " + before);
                }
            });
        }
        return all;
    }

    /** Empty when too much is wrong for one to be made of it. */
    Optional<Interceptor> one(Cursor at) {
        if (!at.object("an interceptor, an object", KEYS)) {
            return Optional.empty();
        }
        Optional<String> id = at.required("id").flatMap(c -> c.name("an id"));
        Optional<Interceptor.Selector> which = selector(at);
        Optional<Point> point = point(at);
        int priority = at.get("priority")
                .flatMap(c -> c.integer(-MAX_PRIORITY, MAX_PRIORITY))
                .orElse(0);
        Optional<Expression> when = at.get("when").flatMap(Cursor::expression);
        List<Action> acts = at.get("do").map(actions::all).orElse(List.of());
        Interceptor.Change change = change(at);
        Interceptor.OnError onError = at.get("onError")
                .flatMap(c -> c.oneOf(Interceptor.OnError.class))
                .orElse(Interceptor.OnError.FAIL);
        point.ifPresent(p -> checkKeys(at, p));
        return id.isPresent() && which.isPresent() && point.isPresent()
                ? Optional.of(
                        new Interceptor(id.get(), which.get(), point.get(), priority, when, acts, change, onError))
                : Optional.empty();
    }

    private static Optional<Interceptor.Selector> selector(Cursor at) {
        if (at.get("trigger")
                .or(() -> at.get("condition"))
                .or(() -> at.get("action"))
                .isEmpty()) {
            at.problem(
                    "Expected which triggers are intercepted, by trigger, condition or action, but got none of them");
            return Optional.empty();
        }
        Optional<String> trigger = at.get("trigger")
                .flatMap(c -> c.text("the id of a trigger, in which * stands for any text,", Limits.MAX_TEXT));
        Optional<String> condition = at.get("condition").flatMap(c -> kind(c, Kinds.CONDITIONS));
        Optional<String> action = at.get("action").flatMap(c -> kind(c, Kinds.ACTIONS));
        return Optional.of(new Interceptor.Selector(trigger.orElse("*"), condition, action));
    }

    private static Optional<String> kind(Cursor at, List<String> kinds) {
        if (at.value() instanceof String text && kinds.contains(text)) {
            return Optional.of(text);
        }
        at.problem("Expected one of " + String.join(", ", kinds) + ", but got " + at.describe()
                + (at.value() instanceof String text ? Nearest.hint(text, kinds) : ""));
        return Optional.empty();
    }

    private static Optional<Point> point(Cursor at) {
        List<Cursor> given = new ArrayList<>();
        for (String key : List.of("before", "after", "instead")) {
            at.get(key).ifPresent(given::add);
        }
        if (given.size() != 1) {
            at.problem("Expected exactly one of before, after and instead, but got "
                    + (given.isEmpty() ? "none" : given.size()));
            return Optional.empty();
        }
        Optional<Part> part = given.getFirst().oneOf(Part.class);
        boolean before = at.get("before").isPresent();
        boolean after = at.get("after").isPresent();
        return part.map(p -> switch (p) {
            case CONDITION ->
                before ? Point.BEFORE_CONDITION : after ? Point.AFTER_CONDITION : Point.INSTEAD_OF_CONDITION;
            case ACTION -> before ? Point.BEFORE_ACTION : after ? Point.AFTER_ACTION : Point.INSTEAD_OF_ACTION;
        });
    }

    private static Interceptor.Change change(Cursor at) {
        boolean hold = at.get("hold").flatMap(Cursor::bool).orElse(false);
        Optional<Interceptor.Hold> delay =
                at.get("delay").flatMap(c -> c.duration(false)).map(d -> new Interceptor.Hold(Optional.of(d)));
        if (hold && delay.isPresent()) {
            at.problem("Expected hold (until it is released) or delay (at most so long), but got both");
        }
        Optional<Object> answer = at.get("answer").flatMap(InterceptorReader::answer);
        return new Interceptor.Change(
                at.get("holds").flatMap(Cursor::expression),
                at.get("data").flatMap(Templates::template),
                at.get("skip").flatMap(Cursor::bool).orElse(false),
                hold ? Optional.of(new Interceptor.Hold(Optional.empty())) : delay,
                at.get("function").flatMap(c -> Templates.text(c, "the name or ARN of a function")),
                at.get("payload").flatMap(Templates::template),
                answer);
    }

    private static Optional<Object> answer(Cursor at) {
        boolean fails = at.get("error").isPresent();
        if (at.isText()) {
            return at.markedExpression().flatMap(e -> Templates.template(at));
        }
        if (!at.object("the end of a launch, an object", "error", "message", "result")) {
            return Optional.empty();
        }
        if (fails == at.get("result").isPresent() || !fails && at.get("message").isPresent()) {
            at.problem("Expected error (and message), or result, but got " + at.describe());
        }
        at.get("error").ifPresent(c -> Templates.text(c, "the name of an error"));
        at.get("message").ifPresent(Templates::template);
        at.get("result").ifPresent(Templates::template);
        return Templates.template(at);
    }

    /** A key that would be without effect is a mistake. */
    private static void checkKeys(Cursor at, Point point) {
        boolean condition = point == Point.INSTEAD_OF_CONDITION;
        if (condition != at.get("holds").isPresent()) {
            at.problem(
                    condition
                            ? "Expected holds, what the interceptor says in the place of the condition, but there is none"
                            : "Expected holds only instead of a condition, but this interceptor stands elsewhere");
        }
        boolean stops =
                point == Point.BEFORE_CONDITION || point == Point.AFTER_CONDITION || point == Point.BEFORE_ACTION;
        for (String key : KEYS) {
            boolean misplaced =
                    STOPPING.contains(key) && !stops || LAUNCHING.contains(key) && point != Point.BEFORE_ACTION;
            if (misplaced) {
                at.get(key)
                        .ifPresent(c -> c.problem("Expected " + key + " only "
                                + (LAUNCHING.contains(key) ? "before: action" : "before something, or after: condition")
                                + ", but it would be without effect here"));
            }
        }
        if (point == Point.INSTEAD_OF_ACTION && at.get("do").isEmpty()) {
            at.problem("Expected do, the actions in the place of the trigger's, but there is none");
        }
    }
}

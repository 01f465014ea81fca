package io.triggerflow.core.definition;

import io.triggerflow.core.model.Action;
import io.triggerflow.core.model.Expression;
import io.triggerflow.core.model.RetryPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads {@code invoke} and its {@code retry}. */
final class InvokeReader {
    /** Names that an item's payload cannot see: items are launched by other turns, which do not have the firing's event at hand. */
    private static final Pattern UNSEEN = Pattern.compile("\\$(event|run|results|outcomes|failures|deadline|kept)\\b");

    private static final int MAX_ERRORS = 100;

    private InvokeReader() {}

    static Optional<Action> read(Cursor at) {
        if (!at.object(
                "a function to invoke, an object",
                "function",
                "payload",
                "task",
                "forEach",
                "with",
                "retry",
                "timeout",
                "correlation",
                "keep")) {
            return Optional.empty();
        }
        Optional<Object> function =
                at.required("function").flatMap(c -> Templates.text(c, "the name or ARN of a function"));
        Optional<Object> payload = at.get("payload").flatMap(Templates::template);
        Optional<Object> task = at.get("task").flatMap(c -> Templates.text(c, "a task"));
        Optional<Expression> forEach = at.get("forEach").flatMap(Cursor::expression);
        Optional<Object> with = at.get("with").flatMap(Templates::template);
        RetryPolicy retry = at.get("retry").map(InvokeReader::retry).orElse(RetryPolicy.NONE);
        Optional<Duration> timeout = at.get("timeout").flatMap(c -> c.duration(false));
        Action.Correlation correlation = at.get("correlation")
                .flatMap(c -> c.oneOf(Action.Correlation.class))
                .orElse(Action.Correlation.PAYLOAD);
        Optional<Object> keep = at.get("keep").flatMap(Templates::template);
        if (at.get("with").isPresent() && at.get("forEach").isEmpty()) {
            at.problem("Expected with only beside forEach, but there is no forEach");
        }
        if (at.get("forEach").isPresent() && payload.isPresent()) {
            checkItemPayload(at.get("payload").orElse(at), payload.get());
        }
        return function.map(f -> new Action.Invoke(f, payload, task, forEach, with, retry, timeout, correlation, keep));
    }

    private static void checkItemPayload(Cursor at, Object payload) {
        Templates.eachText(payload, text -> {
            Matcher unseen = UNSEEN.matcher(Templates.expressionOf(text).orElse(""));
            if (unseen.find()) {
                at.problem("Expected a payload over $item, $index, $count and $with beside forEach, but it mentions "
                        + unseen.group() + " (hand it over in with)");
            }
        });
    }

    private static RetryPolicy retry(Cursor at) {
        RetryPolicy none = RetryPolicy.NONE;
        if (!at.object(
                "a retry policy, an object", "errors", "maxAttempts", "interval", "backoff", "maxDelay", "jitter")) {
            return none;
        }
        List<String> errors = at.get("errors").map(InvokeReader::errors).orElse(none.errors());
        int attempts = at.required("maxAttempts")
                .flatMap(c -> c.integer(1, Limits.MAX_ATTEMPTS))
                .orElse(1);
        Duration interval = at.get("interval").flatMap(c -> c.duration(true)).orElse(none.interval());
        double backoff = at.get("backoff").flatMap(c -> c.number(1, 1_000)).orElse(none.backoff());
        Duration maxDelay = at.get("maxDelay").flatMap(c -> c.duration(true)).orElse(none.maxDelay());
        double jitter = at.get("jitter").flatMap(c -> c.number(0, 1)).orElse(none.jitter());
        return new RetryPolicy(errors, attempts, interval, backoff, maxDelay, jitter);
    }

    private static List<String> errors(Cursor at) {
        List<String> errors = new ArrayList<>();
        List<Cursor> items = at.items("names of errors", MAX_ERRORS);
        if (at.value() instanceof List<?> list && list.isEmpty()) {
            at.problem("Expected at least 1 name of an error, but got none");
        }
        for (Cursor item : items) {
            item.text("the name of an error, or a part of it with * at an end,", Limits.MAX_TEXT)
                    .ifPresent(e -> {
                        if (e.length() > 2 && e.substring(1, e.length() - 1).contains("*")
                                || e.length() > 1 && e.startsWith("*") && e.endsWith("*")) {
                            item.expected("a * at one end only");
                        }
                        errors.add(e);
                    });
        }
        return errors;
    }
}

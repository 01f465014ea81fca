package io.triggerflow.core.model;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What is put before, after or instead of the condition or the actions of triggers of a scope while it is live: data, as triggers are.
 * Interceptors of one trigger and point are asked by priority, the highest first, then by id.
 *
 * @param id unique among the interceptors of its scope
 * @param which the triggers that it intercepts
 * @param point where
 * @param priority the higher, the earlier
 * @param when whether it applies to an activation; absent: always
 * @param actions what it asks for itself, before anything else that it does; instead of the trigger's actions: these
 * @param change what it does to the activation
 * @param onError what an expression of its own that fails means
 */
public record Interceptor(
        String id,
        Selector which,
        Point point,
        int priority,
        Optional<Expression> when,
        List<Action> actions,
        Change change,
        OnError onError) {
    public Interceptor {
        actions = List.copyOf(actions);
    }

    /** Where an interceptor stands. */
    public enum Point {
        /** An event has activated the trigger. */
        BEFORE_CONDITION,
        /** The interceptor judges in the place of the condition; of several, the first that applies. */
        INSTEAD_OF_CONDITION,
        /** A condition without state has said yes or no; one with state has held. */
        AFTER_CONDITION,
        /** The trigger is firing. Its failure route is not intercepted, and neither are later attempts of what it launched. */
        BEFORE_ACTION,
        /** The interceptor's actions are performed in the place of the trigger's; of several, the first that applies. */
        INSTEAD_OF_ACTION,
        /** The actions were performed; what they launch is launched after the commit. */
        AFTER_ACTION
    }

    /** What an interceptor's expression that fails means. */
    public enum OnError {
        /** The trigger has failed: its failure route is taken, else the run fails. */
        FAIL,
        /** It is noted, and the activation goes on as if the interceptor were not there. */
        IGNORE
    }

    /**
     * Which triggers: those for which all of this is so.
     *
     * @param trigger the trigger's id, in which {@code *} stands for any text
     * @param condition the kind of its condition, see {@link Kinds}
     * @param action the kind of one of its actions
     */
    public record Selector(String trigger, Optional<String> condition, Optional<String> action) {
        /** Whether one trigger is named. */
        public boolean isExact() {
            return trigger.indexOf('*') < 0;
        }

        public boolean matches(Trigger candidate) {
            return matches(trigger, candidate.id())
                    && condition.map(Kinds.of(candidate.condition())::equals).orElse(true)
                    && action.map(kind -> candidate.actions().stream()
                                    .anyMatch(a -> Kinds.of(a).equals(kind)))
                            .orElse(true);
        }

        /** In time proportional to pattern times text, whatever the pattern is. */
        private static boolean matches(String pattern, String text) {
            int p = 0;
            int t = 0;
            int star = -1;
            int from = 0;
            while (t < text.length()) {
                if (p < pattern.length() && pattern.charAt(p) == '*') {
                    star = p++;
                    from = t;
                } else if (p < pattern.length() && pattern.charAt(p) == text.charAt(t)) {
                    p++;
                    t++;
                } else if (star >= 0) {
                    p = star + 1;
                    t = ++from;
                } else {
                    return false;
                }
            }
            while (p < pattern.length() && pattern.charAt(p) == '*') {
                p++;
            }
            return p == pattern.length();
        }
    }

    /**
     * What is done to an activation.
     *
     * @param holds instead of the condition: whether it holds
     * @param data template of the data that the trigger sees in the event from here on
     * @param skip whether the activation ends here
     * @param hold whether it is held here
     * @param function template of the function that is invoked instead, which sees $function, $task and $payload
     * @param payload template of the payload of what is invoked, which sees the same
     * @param answer template of the end that the launch has without being launched: {@code {error, message}} or {@code {result}}
     */
    public record Change(
            Optional<Expression> holds,
            Optional<Object> data,
            boolean skip,
            Optional<Hold> hold,
            Optional<Object> function,
            Optional<Object> payload,
            Optional<Object> answer) {
        public static final Change NONE = new Change(
                Optional.empty(),
                Optional.empty(),
                false,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());

        /** Whether launches are changed. */
        public boolean isOfLaunches() {
            return function.isPresent() || payload.isPresent() || answer.isPresent();
        }
    }

    /**
     * An activation waits, as an item of its scope, until the interceptor is released, or replaced by one that does not hold.
     *
     * @param longest after which it goes on anyway; absent: never
     */
    public record Hold(Optional<Duration> longest) {}
}

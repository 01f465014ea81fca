package io.triggerflow.tests.sim;

import io.triggerflow.core.model.Action;
import io.triggerflow.core.model.Condition;
import io.triggerflow.core.model.Deadline;
import io.triggerflow.core.model.Definition;
import io.triggerflow.core.model.EventPattern;
import io.triggerflow.core.model.EventTypes;
import io.triggerflow.core.model.Expression;
import io.triggerflow.core.model.Interceptor;
import io.triggerflow.core.model.RetryPolicy;
import io.triggerflow.core.model.Trigger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Short words for workflows. */
public final class Wf {
    private final List<Trigger> triggers = new ArrayList<>();
    private final String name;
    private int maxTransitions = Definition.DEFAULT_MAX_TRANSITIONS;
    private Optional<Duration> timeout = Optional.empty();
    private Definition.Announce announce = Definition.Announce.NONE;

    private Wf(String name) {
        this.name = name;
    }

    public static Wf named(String name) {
        return new Wf(name);
    }

    public Wf maxTransitions(int most) {
        maxTransitions = most;
        return this;
    }

    public Wf timeout(Duration after) {
        timeout = Optional.of(after);
        return this;
    }

    public Wf announce(Definition.Announce to) {
        announce = to;
        return this;
    }

    public Wf add(Trigger trigger) {
        triggers.add(trigger);
        return this;
    }

    public Wf add(T trigger) {
        triggers.add(trigger.build());
        return this;
    }

    public Definition build() {
        return new Definition(name, "v1", "", triggers, maxTransitions, timeout, announce);
    }

    public static T trigger(String id) {
        return new T(id);
    }

    /** A trigger in the making. */
    public static final class T {
        private final String id;
        private final List<EventPattern> on = new ArrayList<>();
        private Condition condition = new Condition.Always();
        private List<Action> actions = List.of();
        private List<Action> onFailure = List.of();
        private boolean once;
        private boolean enabled = true;
        private Optional<Deadline> deadline = Optional.empty();
        private Optional<Trigger.Correlate> correlate = Optional.empty();

        private T(String id) {
            this.id = id;
        }

        public T onStart() {
            return on(EventTypes.RUN_STARTED);
        }

        public T on(String type) {
            on.add(new EventPattern.Exact(type, Optional.empty()));
            return this;
        }

        public T on(String type, String subject) {
            on.add(new EventPattern.Exact(type, Optional.of(subject)));
            return this;
        }

        public T onEnd(String task) {
            return on(EventTypes.TASK_SUCCEEDED, task)
                    .on(EventTypes.TASK_FAILED, task)
                    .on(EventTypes.TASK_TIMED_OUT, task);
        }

        public T when(String expression) {
            condition = new Condition.When(new Expression(expression));
            return this;
        }

        public T condition(Condition what) {
            condition = what;
            return this;
        }

        public T then(Action... what) {
            actions = List.of(what);
            return this;
        }

        public T onFailure(Action... what) {
            onFailure = List.of(what);
            return this;
        }

        public T once() {
            once = true;
            return this;
        }

        public T disabled() {
            enabled = false;
            return this;
        }

        public T deadline(Duration after, Deadline.From from, Deadline.Then then, Deadline.Late late) {
            deadline = Optional.of(new Deadline(after, from, then, late));
            return this;
        }

        public T correlate(String eventKey, String runKey) {
            correlate = Optional.of(new Trigger.Correlate(new Expression(eventKey), new Expression(runKey)));
            return this;
        }

        public Trigger build() {
            return new Trigger(id, on, condition, actions, onFailure, once, enabled, deadline, correlate);
        }
    }

    public static Condition.Join join(int size) {
        return join(new Condition.Size.Fixed(size), new Condition.Need.All());
    }

    /** A join whose size is known at run time, so that it is kept in segments. */
    public static Condition.Join join(String size) {
        return join(new Condition.Size.Computed(new Expression(size)), new Condition.Need.All());
    }

    public static Condition.Join join(Condition.Size size, Condition.Need need) {
        return new Condition.Join(size, List.of(), new Condition.MemberKey.Auto(), need, Optional.empty(), true, false);
    }

    public static Condition.Join ruled(Condition.Size size, String rule) {
        return new Condition.Join(
                size,
                List.of(),
                new Condition.MemberKey.Auto(),
                new Condition.Need.All(),
                Optional.of(new Expression(rule)),
                true,
                false);
    }

    /** All of these tasks. */
    public static Condition.Join all(List<String> members) {
        return new Condition.Join(
                new Condition.Size.Fixed(members.size()),
                members,
                new Condition.MemberKey.Subject(),
                new Condition.Need.All(),
                Optional.empty(),
                true,
                false);
    }

    public static Condition.Join every(int size) {
        return new Condition.Join(
                new Condition.Size.Fixed(size),
                List.of(),
                new Condition.MemberKey.Identity(),
                new Condition.Need.All(),
                Optional.empty(),
                true,
                true);
    }

    public static Action invoke(String function) {
        return invoke(function, RetryPolicy.NONE, Optional.empty());
    }

    public static Action invoke(String function, RetryPolicy retry, Optional<Duration> timeout) {
        return new Action.Invoke(
                function,
                Optional.empty(),
                Optional.of(function),
                Optional.empty(),
                Optional.empty(),
                retry,
                timeout,
                Action.Correlation.PAYLOAD);
    }

    /** One launch an item, as task {@code function}. */
    public static Action each(String function, String items) {
        return each(function, items, RetryPolicy.NONE, Optional.empty());
    }

    public static Action each(String function, String items, RetryPolicy retry, Optional<Duration> timeout) {
        return new Action.Invoke(
                function,
                Optional.empty(),
                Optional.of(function),
                Optional.of(new Expression(items)),
                Optional.empty(),
                retry,
                timeout,
                Action.Correlation.PAYLOAD);
    }

    public static RetryPolicy retry(int attempts) {
        return new RetryPolicy(List.of("*"), attempts, Duration.ofSeconds(2), 2, Duration.ofMinutes(1), 0.5);
    }

    public static Action emit(String type, String subject, Object data) {
        return emit(new Action.Target.Own(), type, subject, data, Duration.ZERO);
    }

    public static Action emit(Action.Target to, String type, String subject, Object data, Duration delay) {
        return new Action.Emit(to, type, Optional.of(subject), Optional.of(data), delay);
    }

    public static Action set(String key, Object value) {
        return new Action.SetContext(Map.of(key, value));
    }

    public static Action complete(Object output) {
        return new Action.Complete(Optional.of(output));
    }

    public static Action fail(String error) {
        return new Action.Fail(error, Optional.empty());
    }

    public static Action schedule(String timer, String when) {
        return new Action.Schedule(timer, when, Optional.empty());
    }

    public static Action start(String workflow, String task, Object input, boolean detached) {
        return new Action.StartRun(
                workflow, Optional.empty(), Optional.empty(), Optional.of(input), Optional.of(task), detached);
    }

    public static Action turn(Action.Operation operation, String trigger) {
        return new Action.Switch(operation, List.of(trigger));
    }

    public static Action register(T... triggers) {
        return new Action.Register(List.of(triggers).stream().map(T::build).toList());
    }

    /** A template's expression. */
    public static String x(String expression) {
        return "{% " + expression + " %}";
    }

    /** An interceptor in the making. */
    public static I interceptor(String id, String trigger, Interceptor.Point point) {
        return new I(id, trigger, point);
    }

    public static Action intercept(I... interceptors) {
        return new Action.Intercept(List.of(interceptors).stream().map(I::build).toList());
    }

    /** An interceptor in the making. */
    public static final class I {
        private final String id;
        private final String trigger;
        private final Interceptor.Point point;
        private int priority;
        private Optional<Expression> when = Optional.empty();
        private List<Action> actions = List.of();
        private Interceptor.Change change = Interceptor.Change.NONE;
        private Interceptor.OnError onError = Interceptor.OnError.FAIL;

        private I(String id, String trigger, Interceptor.Point point) {
            this.id = id;
            this.trigger = trigger;
            this.point = point;
        }

        public I priority(int value) {
            priority = value;
            return this;
        }

        public I when(String expression) {
            when = Optional.of(new Expression(expression));
            return this;
        }

        public I doing(Action... what) {
            actions = List.of(what);
            return this;
        }

        public I ignoring() {
            onError = Interceptor.OnError.IGNORE;
            return this;
        }

        public I holds(String expression) {
            return change(new Interceptor.Change(
                    Optional.of(new Expression(expression)),
                    change.data(),
                    change.skip(),
                    change.hold(),
                    change.function(),
                    change.payload(),
                    change.answer()));
        }

        public I data(Object template) {
            return change(new Interceptor.Change(
                    change.holds(),
                    Optional.of(template),
                    change.skip(),
                    change.hold(),
                    change.function(),
                    change.payload(),
                    change.answer()));
        }

        public I skip() {
            return change(new Interceptor.Change(
                    change.holds(),
                    change.data(),
                    true,
                    change.hold(),
                    change.function(),
                    change.payload(),
                    change.answer()));
        }

        /** Until it is released, or for so long. */
        public I hold(Optional<Duration> longest) {
            return change(new Interceptor.Change(
                    change.holds(),
                    change.data(),
                    change.skip(),
                    Optional.of(new Interceptor.Hold(longest)),
                    change.function(),
                    change.payload(),
                    change.answer()));
        }

        public I launching(Optional<Object> function, Optional<Object> payload, Optional<Object> answer) {
            return change(new Interceptor.Change(
                    change.holds(), change.data(), change.skip(), change.hold(), function, payload, answer));
        }

        private I change(Interceptor.Change value) {
            change = value;
            return this;
        }

        public Interceptor build() {
            return new Interceptor(
                    id,
                    new Interceptor.Selector(trigger, Optional.empty(), Optional.empty()),
                    point,
                    priority,
                    when,
                    actions,
                    change,
                    onError);
        }
    }
}

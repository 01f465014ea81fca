package io.triggerflow.core.model;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** When an activated trigger fires. {@link Always} and {@link When} keep no state; the others do. */
public sealed interface Condition {
    /** Fires on every activation. */
    record Always() implements Condition {}

    /**
     * Fires on every activation for which the expression is {@code true}. Any other value, or an expression that fails, is not true;
     * a failing expression is an entry of the history with its error.
     */
    record When(Expression expression) implements Condition {}

    /**
     * Fires once its rule over the outcomes of its members is decided by members that have arrived.
     *
     * @param size how many members there are
     * @param members the members' names, in the order of their results; empty when they are known by index or only by count
     * @param by what identifies a member
     * @param need how many must have succeeded; ignored when {@code rule} is present
     * @param rule true when the join holds, over $succeeded, $failed, $skipped, $arrived and $size. The tallies grow; a rule that was true
     *     and is no longer (for instance "= 3") may be passed over
     * @param collect whether the members' data is kept for the actions, as $results
     * @param repeat whether a new round begins after each firing (only for a fixed size of at most {@link #MAX_REPEAT})
     * @param key over $event: events for which it gives different texts, numbers or booleans are joined apart, each key with members,
     *     rounds, results and a deadline of its own; events for which it gives nothing are left out. Empty: one join for all
     */
    record Join(
            Size size,
            List<String> members,
            MemberKey by,
            Need need,
            Optional<Expression> rule,
            boolean collect,
            boolean repeat,
            Optional<Expression> key)
            implements Condition {
        /** Members of a repeated join that are remembered: duplicates that come later than this many other members count anew. */
        public static final int MAX_REPEAT = 1_000;
        /** Joins of a fixed size up to this are kept in one item, larger ones in segments. */
        public static final int MAX_INLINE = 100;
        /** The most members of a join with a key, which is one item a key. */
        public static final int MAX_KEYED = 1_000;

        public Join {
            members = List.copyOf(members);
        }

        /** One join for all events. */
        public Join(
                Size size,
                List<String> members,
                MemberKey by,
                Need need,
                Optional<Expression> rule,
                boolean collect,
                boolean repeat) {
            this(size, members, by, need, rule, collect, repeat, Optional.empty());
        }

        /** Whether the state is one small item (a key); otherwise it is a set of segments. */
        public boolean isInline() {
            return key.isPresent() || repeat || size instanceof Size.Fixed fixed && fixed.count() <= MAX_INLINE;
        }

        /** Whether its size can change while it waits. That of a join with a key cannot: no change of the context is for a key. */
        public boolean isSizedLater() {
            return key.isEmpty() && size instanceof Size.Computed;
        }
    }

    /**
     * Fires whenever a composite event has been detected; see {@link CompositeRule} and {@code io.triggerflow.core.composite}.
     *
     * @param events what each name in the rule means; exactly the rule's names
     * @param detect the composite event
     */
    record Composite(Map<String, io.triggerflow.core.model.Composite.Source> events, CompositeRule detect)
            implements Condition {
        public Composite {
            events = Collections.unmodifiableMap(new TreeMap<>(events));
            if (!events.keySet().equals(detect.names())) {
                throw new IllegalArgumentException(
                        "Expected exactly the events " + detect.names() + ", but got " + events.keySet());
            }
        }

        /** The patterns of all its events: those of the trigger. */
        public List<EventPattern> on() {
            return events.values().stream()
                    .flatMap(s -> s.on().stream())
                    .distinct()
                    .toList();
        }
    }

    /**
     * A condition written in Java and packaged with the deployment: a pure function of its state and the event.
     *
     * @param name the name under which it is registered
     * @param arguments constant JSON that is handed to it
     */
    record Custom(String name, Map<String, Object> arguments) implements Condition {}

    /** How many members a join has. */
    sealed interface Size {
        /** Known when the definition is written. */
        record Fixed(int count) implements Size {
            public Fixed {
                if (count < 1) {
                    throw new IllegalArgumentException("Expected a join of at least 1 member, but got " + count);
                }
            }
        }

        /** Known at run time: undefined or null as long as it is not known. Over $run (input and context). */
        record Computed(Expression expression) implements Size {}
    }

    /** What identifies a member: the same member twice counts once. */
    sealed interface MemberKey {
        /** The position in a fan-out if the event has one, its subject if the members are named, else the event itself. */
        record Auto() implements MemberKey {}

        /** The event's subject. */
        record Subject() implements MemberKey {}

        /** The event itself: source and id. */
        record Identity() implements MemberKey {}

        /** The text that an expression over $event gives. */
        record Computed(Expression expression) implements MemberKey {}
    }

    /** How many members must have succeeded. */
    sealed interface Need {
        record All() implements Need {}

        record Count(int count) implements Need {}

        /** Of the size, rounded up. */
        record Percent(double percent) implements Need {}
    }
}

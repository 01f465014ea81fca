package io.triggerflow.core.model;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A composite event: an expression over named primitive events, in the algebra of Snoop with interval semantics. What each operator
 * means, in each context, is defined in {@code io.triggerflow.core.composite}; here is only its structure. Immutable, and valid by
 * construction: every constructor throws IllegalArgumentException ("Expected ..., but ...") for what has no meaning.
 */
public sealed interface Composite {
    /** Operands of one operator. */
    int MAX_OPERANDS = 20;
    /** What TIMES and EVERY may count to. */
    int MAX_COUNT = 1_000;
    /** The shortest period of P and P*: each tick may be a turn of the engine. */
    Duration MIN_PERIOD = Duration.ofSeconds(1);
    /** Any duration; it must be of whole milliseconds, the resolution of detection. */
    Duration MAX_DURATION = Duration.ofDays(3_660);

    /** The parts, in the order in which they are written. */
    default List<Composite> operands() {
        return switch (this) {
            case Primitive p -> List.of();
            case Or o -> o.of;
            case And a -> a.of;
            case Seq s -> s.of;
            case Any a -> a.of;
            case Not n -> List.of(n.absent, n.from, n.to);
            case Absent a -> List.of(a.absent, a.from);
            case Aperiodic a -> List.of(a.from, a.each, a.to);
            case Periodic p -> List.of(p.from, p.to);
            case Plus p -> List.of(p.of);
            case Times t -> List.of(t.of);
            case Every e -> List.of(e.of);
            case Modified m -> List.of(m.of);
        };
    }

    /** How the occurrences of a constituent are chosen and used up. */
    enum Context {
        UNRESTRICTED,
        RECENT,
        CHRONICLE,
        CONTINUOUS,
        CUMULATIVE
    }

    /**
     * Which events an occurrence of a primitive event is.
     *
     * @param on any of these patterns
     * @param mask over $event; only events for which it is {@code true} count
     */
    record Source(List<EventPattern> on, Optional<Expression> mask) {
        public Source {
            on = List.copyOf(on);
        }
    }

    /** An event that has a name; what it is, is declared beside the expression. */
    record Primitive(String name) implements Composite {
        /** Letters, digits and underscores, in parts joined by full stops or hyphens. */
        private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*([.-][A-Za-z0-9_]+)*");

        public static final int MAX_NAME = 100;
        /** Words of the textual form, which name no event. */
        public static final Set<String> RESERVED = Set.of(
                "OR",
                "AND",
                "SEQ",
                "NOT",
                "ANY",
                "A",
                "P",
                "PLUS",
                "TIMES",
                "EVERY",
                "within",
                "context",
                "held",
                "by",
                "lateness",
                "late",
                "cap",
                "overflow");

        public Primitive {
            expect(
                    name.length() <= MAX_NAME && NAME.matcher(name).matches(),
                    "the name of an event, of letters, digits, '_', '.' and '-'",
                    "'" + (name.length() <= MAX_NAME ? name : name.substring(0, MAX_NAME) + "...") + "'");
            expect(
                    !RESERVED.contains(name),
                    "the name of an event",
                    "the word '" + name + "' has a meaning of its own");
        }
    }

    /** One of them. */
    record Or(List<Composite> of) implements Composite {
        public Or {
            of = several("OR", of);
            noneHeld(of, "OR");
        }
    }

    /** All of them, in any order. */
    record And(List<Composite> of) implements Composite {
        public And {
            of = several("AND", of);
        }
    }

    /** One after the other: each has ended before the next begins. {@code SEQ(a, b, c)} is {@code SEQ(SEQ(a, b), c)}. */
    record Seq(List<Composite> of) implements Composite {
        public Seq {
            of = several("SEQ", of);
            noneHeld(of.subList(of.size() - 1, of.size()), "the last operand of SEQ");
        }
    }

    /** So many different ones of them, in any order. */
    record Any(int count, List<Composite> of) implements Composite {
        public Any {
            of = several("ANY", of);
            expect(count >= 2 && count <= of.size(), "ANY of 2 to " + of.size() + " of its operands", "got " + count);
        }
    }

    /** From the end of one to the start of another, without a whole occurrence of a third between. */
    record Not(Composite absent, Composite from, Composite to) implements Composite {
        public Not {
            noneHeld(List.of(absent, to), "NOT, but for the first in brackets,");
        }
    }

    /** So long after the end of one, without a whole occurrence of another until then. */
    record Absent(Composite absent, Composite from, Duration after) implements Composite {
        public Absent {
            noneHeld(List.of(absent), "NOT, but for the first in brackets,");
            checked(after);
        }
    }

    /**
     * A: each occurrence of one after the end of another, until a third has happened since. A*: all of them at once, at the third.
     *
     * @param collected whether it is A*
     */
    record Aperiodic(Composite from, Composite each, Composite to, boolean collected) implements Composite {
        public Aperiodic {
            noneHeld(List.of(each, to), "A, but for the first,");
        }
    }

    /**
     * P: periodically after the end of one, until another has happened since. P*: all of these instants at once, at the other.
     *
     * @param collected whether it is P*
     */
    record Periodic(Composite from, Duration every, Composite to, boolean collected) implements Composite {
        public Periodic {
            noneHeld(List.of(to), "P, but for the first,");
            checked(every);
            expect(every.compareTo(MIN_PERIOD) >= 0, "a period of at least " + MIN_PERIOD, "got " + every);
        }
    }

    /** So long after the end of an event. */
    record Plus(Composite of, Duration after) implements Composite {
        public Plus {
            noneHeld(List.of(of), "PLUS");
            checked(after);
        }
    }

    /** So many of an event. */
    record Times(int count, Composite of) implements Composite {
        public Times {
            noneHeld(List.of(of), "TIMES");
            counted("TIMES", count);
        }
    }

    /** Each n-th of an event, with those since the one before. */
    record Every(int count, Composite of) implements Composite {
        public Every {
            noneHeld(List.of(of), "EVERY");
            counted("EVERY", count);
        }
    }

    /**
     * An expression with at least one modifier.
     *
     * @param within the longest time from its start to its end
     * @param context the context of its operators, and of those in its operands that have none of their own
     * @param held the context by which the operator around it chooses and uses up its occurrences, instead of that operator's own
     */
    record Modified(Composite of, Optional<Duration> within, Optional<Context> context, Optional<Context> held)
            implements Composite {
        public Modified {
            expect(
                    within.isPresent() || context.isPresent() || held.isPresent(),
                    "within, context or held",
                    "there is no modifier");
            expect(!(of instanceof Modified), "all modifiers of an event in one place", "it has some already");
            within.ifPresent(Composite::checked);
            expect(
                    within.isEmpty() || !(of instanceof Primitive || of instanceof Plus),
                    "within on an event that takes time",
                    "this one is an instant");
            expect(
                    context.isEmpty() || !(of instanceof Primitive),
                    "context on an operator",
                    "this is a single event (held says how the operator around it keeps it)");
        }
    }

    private static List<Composite> several(String operator, List<Composite> of) {
        expect(
                of.size() >= 2 && of.size() <= MAX_OPERANDS,
                "2 to " + MAX_OPERANDS + " operands of " + operator,
                "got " + of.size());
        return List.copyOf(of);
    }

    private static void noneHeld(List<Composite> operands, String where) {
        for (Composite operand : operands) {
            expect(
                    !(operand instanceof Modified m) || m.held().isEmpty(),
                    "held on an operand that its operator holds",
                    where + " holds none");
        }
    }

    private static void counted(String operator, int count) {
        expect(count >= 2 && count <= MAX_COUNT, operator + " of 2 to " + MAX_COUNT, "got " + count);
    }

    private static void checked(Duration duration) {
        expect(
                !duration.isNegative() && !duration.isZero() && duration.compareTo(MAX_DURATION) <= 0,
                "a duration longer than zero and at most " + MAX_DURATION.toDays() + " days",
                "got " + duration);
        expect(duration.getNano() % 1_000_000 == 0, "a duration of whole milliseconds", "got " + duration);
    }

    private static void expect(boolean holds, String what, String but) {
        if (!holds) {
            throw new IllegalArgumentException(
                    "Expected " + what + ", but " + (but.startsWith("'") ? "got " + but : but));
        }
    }

    /** A context's word in text and JSON. */
    static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    /** All expressions in this one, itself first. */
    default List<Composite> all() {
        List<Composite> all = new ArrayList<>(List.of(this));
        operands().forEach(o -> all.addAll(o.all()));
        return all;
    }
}

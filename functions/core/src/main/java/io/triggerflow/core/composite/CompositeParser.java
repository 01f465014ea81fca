package io.triggerflow.core.composite;

import io.triggerflow.core.model.Composite;
import io.triggerflow.core.model.Composite.Context;
import io.triggerflow.core.model.Composite.Modified;
import io.triggerflow.core.model.CompositeRule;
import io.triggerflow.core.model.Expression;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/** Reads the textual form; see {@link CompositeText} for the grammar. For one text. */
final class CompositeParser {
    /** Brackets within each other, which no rule can use up; recursion must end somewhere. */
    private static final int MAX_BRACKETS = 10 * CompositeRule.MAX_DEPTH;

    private static final Set<String> SETTINGS = Set.of("by", "lateness", "late", "cap", "overflow");

    private final Tokens tokens;
    private int brackets;

    private Optional<Expression> by = Optional.empty();
    private Optional<Duration> lateness = Optional.empty();
    private Optional<CompositeRule.Late> late = Optional.empty();
    private Optional<Integer> cap = Optional.empty();
    private Optional<CompositeRule.Overflow> overflow = Optional.empty();

    CompositeParser(String text) {
        tokens = new Tokens(text);
    }

    CompositeRule rule() {
        Composite event = event(true);
        Token end = tokens.next();
        if (end.kind() != Token.Kind.END) {
            throw Tokens.expected("an operator, a modifier or the end", end);
        }
        return valid(
                1,
                () -> new CompositeRule(
                        event,
                        by,
                        lateness.orElse(CompositeRule.DEFAULT_LATENESS),
                        late.orElse(CompositeRule.DEFAULT_LATE),
                        cap.orElse(CompositeRule.DEFAULT_CAP),
                        overflow.orElse(CompositeRule.DEFAULT_OVERFLOW)));
    }

    private Composite event(boolean whole) {
        if (++brackets > MAX_BRACKETS) {
            throw Token.at(
                    "Expected fewer brackets within each other, but got " + brackets,
                    tokens.peek().at());
        }
        int at = tokens.peek().at();
        Composite plain = infix("OR", this::and, Composite.Or::new);
        Optional<Duration> within = Optional.empty();
        Optional<Context> context = Optional.empty();
        Optional<Context> held = Optional.empty();
        while (tokens.peek().kind() == Token.Kind.NAME) {
            Token word = tokens.next();
            switch (word.text()) {
                case "within" -> within = once(word, within, tokens::duration);
                case "context" -> context = once(word, context, () -> tokens.word(Context.class));
                case "held" -> held = once(word, held, () -> tokens.word(Context.class));
                default -> setting(word, whole);
            }
        }
        brackets--;
        if (within.isEmpty() && context.isEmpty() && held.isEmpty()) {
            return plain;
        }
        return modified(at, plain, within, context, held);
    }

    private static Composite modified(
            int at, Composite of, Optional<Duration> within, Optional<Context> context, Optional<Context> held) {
        return valid(at, () -> new Modified(of, within, context, held));
    }

    private void setting(Token word, boolean whole) {
        if (!SETTINGS.contains(word.text())) {
            throw Tokens.expected("an operator or a modifier", word);
        }
        if (!whole) {
            throw Token.at(
                    "Expected '" + word.text() + "' only after the whole composite event, but got it inside",
                    word.at());
        }
        switch (word.text()) {
            case "by" -> by = once(word, by, this::key);
            case "lateness" -> lateness = once(word, lateness, tokens::duration);
            case "late" -> late = once(word, late, () -> tokens.word(CompositeRule.Late.class));
            case "cap" -> cap = once(word, cap, tokens::count);
            default -> overflow = once(word, overflow, () -> tokens.word(CompositeRule.Overflow.class));
        }
    }

    private static <T> Optional<T> once(Token word, Optional<T> before, Supplier<T> value) {
        if (before.isPresent()) {
            throw Token.at("Expected '" + word.text() + "' once, but got it twice", word.at());
        }
        return Optional.of(value.get());
    }

    private Composite and() {
        return infix("AND", this::sequence, Composite.And::new);
    }

    private Composite sequence() {
        return infix(";", this::term, Composite.Seq::new);
    }

    private Composite infix(String operator, Supplier<Composite> operand, Function<List<Composite>, Composite> make) {
        int at = tokens.peek().at();
        List<Composite> operands = new ArrayList<>(List.of(operand.get()));
        while (tokens.peek().is(operator)) {
            tokens.next();
            operands.add(operand.get());
        }
        return operands.size() == 1 ? operands.getFirst() : valid(at, () -> make.apply(operands));
    }

    private Composite term() {
        Token first = tokens.next();
        if (first.is("(")) {
            Composite inside = event(false);
            tokens.take(")");
            return inside;
        }
        if (first.kind() != Token.Kind.NAME) {
            throw Tokens.expected("the name of an event, an operator or '('", first);
        }
        return switch (first.text()) {
            case "OR" -> several(first, Composite.Or::new);
            case "AND" -> several(first, Composite.And::new);
            case "SEQ" -> several(first, Composite.Seq::new);
            case "ANY" -> any(first);
            case "NOT" -> not(first);
            case "A" -> aperiodic(first);
            case "P" -> periodic(first);
            case "PLUS" -> plus(first);
            case "TIMES" -> counted(first, Composite.Times::new);
            case "EVERY" -> counted(first, Composite.Every::new);
            default -> valid(first.at(), () -> new Composite.Primitive(first.text()));
        };
    }

    private Composite several(Token operator, Function<List<Composite>, Composite> make) {
        tokens.take("(");
        List<Composite> operands = operands();
        return valid(operator.at(), () -> make.apply(operands));
    }

    /** Operands up to the closing bracket. */
    private List<Composite> operands() {
        List<Composite> operands = new ArrayList<>(List.of(event(false)));
        while (true) {
            Token separator = tokens.next();
            if (separator.is(")")) {
                return operands;
            }
            if (!separator.is(",")) {
                throw Tokens.expected("',' or ')'", separator);
            }
            operands.add(event(false));
        }
    }

    private Composite any(Token operator) {
        tokens.take("(");
        int count = tokens.count();
        tokens.take(";");
        List<Composite> operands = operands();
        return valid(operator.at(), () -> new Composite.Any(count, operands));
    }

    private Composite not(Token operator) {
        tokens.take("(");
        Composite absent = event(false);
        tokens.take(")");
        tokens.take("[");
        Composite from = event(false);
        tokens.take(",");
        Optional<Duration> after = tokens.peek().kind() == Token.Kind.NAME
                ? Words.duration(tokens.peek().text())
                : Optional.empty();
        // A name may look like a duration; as the end of NOT it then needs brackets.
        if (after.isPresent()) {
            tokens.next();
            tokens.take("]");
            return valid(operator.at(), () -> new Composite.Absent(absent, from, after.get()));
        }
        Composite to = event(false);
        tokens.take("]");
        return valid(operator.at(), () -> new Composite.Not(absent, from, to));
    }

    private boolean star() {
        boolean star = tokens.peek().is("*");
        if (star) {
            tokens.next();
        }
        return star;
    }

    private Composite aperiodic(Token operator) {
        boolean collected = star();
        tokens.take("(");
        Composite from = event(false);
        tokens.take(",");
        Composite each = event(false);
        tokens.take(",");
        Composite to = event(false);
        tokens.take(")");
        return valid(operator.at(), () -> new Composite.Aperiodic(from, each, to, collected));
    }

    private Composite periodic(Token operator) {
        boolean collected = star();
        tokens.take("(");
        Composite from = event(false);
        tokens.take(",");
        Duration every = tokens.duration();
        tokens.take(",");
        Composite to = event(false);
        tokens.take(")");
        return valid(operator.at(), () -> new Composite.Periodic(from, every, to, collected));
    }

    private Composite plus(Token operator) {
        tokens.take("(");
        Composite of = event(false);
        tokens.take(",");
        Duration after = tokens.duration();
        tokens.take(")");
        return valid(operator.at(), () -> new Composite.Plus(of, after));
    }

    private interface Counted {
        Composite of(int count, Composite event);
    }

    private Composite counted(Token operator, Counted make) {
        tokens.take("(");
        int count = tokens.count();
        tokens.take(",");
        Composite of = event(false);
        tokens.take(")");
        return valid(operator.at(), () -> make.of(count, of));
    }

    private Expression key() {
        Token token = tokens.next();
        return switch (token.kind()) {
            case PATH -> Words.path(token.text().substring(1));
            case EXPRESSION ->
                valid(token.at(), () -> new Expression(token.text().trim()));
            case NAME, NUMBER, SIGN, END ->
                throw Tokens.expected("'$.path' in the event's data, or '{% ... %}'", token);
        };
    }

    private static <T> T valid(int at, Supplier<T> make) {
        try {
            return make.get();
        } catch (IllegalArgumentException e) {
            throw Token.at(e.getMessage(), at);
        }
    }
}

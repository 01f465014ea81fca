package io.triggerflow.local.iam;

import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/** The condition operators that are evaluated here; whoever uses another is told so when the template is read. */
enum Operator {
    STRING_EQUALS("StringEquals", false, value -> value::equals),
    STRING_NOT_EQUALS("StringNotEquals", true, value -> value::equals),
    STRING_EQUALS_IGNORE_CASE("StringEqualsIgnoreCase", false, value -> value::equalsIgnoreCase),
    STRING_NOT_EQUALS_IGNORE_CASE("StringNotEqualsIgnoreCase", true, value -> value::equalsIgnoreCase),
    STRING_LIKE("StringLike", false, value -> Wildcard.text(value)::matches),
    STRING_NOT_LIKE("StringNotLike", true, value -> Wildcard.text(value)::matches),
    // "ArnEquals and ArnLike behave identically": both take wildcards.
    ARN_EQUALS("ArnEquals", false, value -> Wildcard.arn(value)::matches),
    ARN_NOT_EQUALS("ArnNotEquals", true, value -> Wildcard.arn(value)::matches),
    ARN_LIKE("ArnLike", false, value -> Wildcard.arn(value)::matches),
    ARN_NOT_LIKE("ArnNotLike", true, value -> Wildcard.arn(value)::matches),
    BOOL("Bool", false, value -> value::equalsIgnoreCase),
    /** Whether the key is absent: decided by {@link Condition}, not by values. */
    NULL("Null", false, value -> present -> false);

    private final String spelling;
    private final boolean negated;
    private final Function<String, Predicate<String>> test;

    Operator(String spelling, boolean negated, Function<String, Predicate<String>> test) {
        this.spelling = spelling;
        this.negated = negated;
        this.test = test;
    }

    static Optional<Operator> of(String name) {
        return Arrays.stream(values())
                .filter(o -> o.spelling.equalsIgnoreCase(name))
                .findFirst();
    }

    static String names() {
        return String.join(", ", Arrays.stream(values()).map(o -> o.spelling).toList());
    }

    /** Whether it holds when no value matches, and when the key is absent. */
    boolean isNegated() {
        return negated;
    }

    Predicate<String> test(String value) {
        return test.apply(value);
    }
}

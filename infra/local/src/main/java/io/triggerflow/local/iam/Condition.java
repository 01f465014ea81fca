package io.triggerflow.local.iam;

import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * One condition of a statement: the request's values of a key against the policy's. Immutable.
 *
 * @param key in lower case: condition keys are alike in both cases
 * @param ifExists whether an absent key fulfils it
 * @param values as the policy has them
 * @param tests of the values, in their order
 */
record Condition(
        Operator operator,
        Quantifier quantifier,
        boolean ifExists,
        String key,
        List<String> values,
        List<Predicate<String>> tests) {

    /** How many of a key's values in the request must match. */
    enum Quantifier {
        ONE,
        ANY,
        ALL
    }

    static Condition of(Operator operator, Quantifier quantifier, boolean ifExists, String key, List<String> values) {
        return new Condition(
                operator,
                quantifier,
                ifExists,
                key,
                List.copyOf(values),
                values.stream().map(operator::test).toList());
    }

    /** Whether it is fulfilled in a context: values by key in lower case. */
    boolean holds(Map<String, List<String>> context) {
        List<String> present = context.getOrDefault(key, List.of());
        if (operator == Operator.NULL) {
            return present.isEmpty() == Boolean.parseBoolean(values.getFirst());
        }
        if (present.isEmpty()) {
            return ifExists || quantifier == Quantifier.ALL || quantifier == Quantifier.ONE && operator.isNegated();
        }
        return switch (quantifier) {
            case ONE -> matches(present.getFirst());
            case ANY -> present.stream().anyMatch(this::matches);
            case ALL -> present.stream().allMatch(this::matches);
        };
    }

    private boolean matches(String value) {
        return operator.isNegated() != tests.stream().anyMatch(test -> test.test(value));
    }
}

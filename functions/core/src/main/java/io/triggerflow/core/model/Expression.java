package io.triggerflow.core.model;

/**
 * An expression in JSONata, as its author wrote it. It is compiled where it is evaluated, and bounded there in time and depth.
 *
 * @param source the expression without the {@code {% %}} that marks it in templates
 */
public record Expression(String source) {
    public Expression {
        if (source.isBlank()) {
            throw new IllegalArgumentException("Expected a JSONata expression, but got an empty text");
        }
    }

    /** Whether the expression may refer to a name; never says no when it does. */
    public boolean mentions(String name) {
        return source.contains(name);
    }
}
